//! The columns of a table, and its role.

use super::{
    Document, Found, Level, Rule, Surroundings,
    indexes::indexed_columns,
    references::{enumerated, is_core, referred, scope_columns},
};
use crate::guardrail::{
    markdown::Line,
    model::{CoreColumn, SemanticRole, Table},
    value,
};

pub const CORE_COLUMNS_INCOMPLETE: Rule = Rule {
    id: "core-columns-incomplete",
    level: Level::Violation,
    summary: "core columns without one that the document demands of every table",
    explanation: "A primary key, and what the document lists itself (- Must include: `id (pk)`, ..., foreign keys, `created_at`). What it says of \
                  every table holds for every table.",
    check: core_columns_incomplete,
};

fn core_columns_incomplete(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let demand = demand(document);
    let demanded: Vec<CoreColumn> = demand
        .map(|line| value::in_code(line.text))
        .unwrap_or_default()
        .iter()
        .filter_map(|item| value::core_column(item).ok())
        .collect();
    let wants_references =
        demand.is_some_and(|line| line.text.to_lowercase().contains("foreign key"));
    let mut found = Vec::new();
    for row in document
        .tables
        .rows
        .iter()
        .filter(|row| row.cells.has("core_columns"))
    {
        let missing = missing_columns(document, &row.value, &demanded, wants_references);
        if !missing.is_empty() {
            let message = format!(
                "the core columns of {} lack {}",
                row.value.table,
                enumerated(&missing)
            );
            let hint = match demand {
                None => "every table has a primary key",
                Some(_) => "the document demands it of every table: add it there, or demand less",
            };
            found.push(Found::new(row.cells.span("core_columns"), message).hint(hint));
        }
    }
    found
}

fn missing_columns(
    document: &Document<'_>,
    table: &Table,
    demanded: &[CoreColumn],
    wants_references: bool,
) -> Vec<String> {
    let has = |wanted: &CoreColumn| {
        let mut columns = table.core_columns.iter();
        columns.any(|it| it.name == wanted.name && (it.primary_key || !wanted.primary_key))
    };
    let spelled = |column: &CoreColumn| {
        let suffix = if column.primary_key { " (pk)" } else { "" };
        format!("{}{suffix}", column.name)
    };
    let mut missing: Vec<String> = demanded.iter().filter(|it| !has(it)).map(spelled).collect();
    let is_keyed = table.core_columns.iter().any(|it| it.primary_key);
    if !is_keyed && !demanded.iter().any(|it| it.primary_key) {
        missing.push("a primary key".to_owned());
    }
    if wants_references {
        let scope = scope_columns(table.tenant_scope.as_ref());
        let indexed = indexed_columns(table);
        let unlisted = indexed.iter().filter(|it| {
            !is_core(table, it)
                && !scope.contains(&it.as_str())
                && referred(document, table, it).is_some()
        });
        missing.extend(unlisted.cloned());
    }
    missing
}

pub const UNKNOWN_IMMUTABLE_COLUMN: Rule = Rule {
    id: "unknown-immutable-column",
    level: Level::Violation,
    summary: "an immutable column that the row does not list",
    explanation: "A column whose value never changes is a core column or a jsonb column of the row: else it may be dropped, and its value with it.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            let table = &row.value;
            let is_known =
                |name: &String| is_core(table, name) || table.jsonb_columns.contains(name);
            for name in table.immutable_columns.iter().filter(|it| !is_known(it)) {
                let span = row.cells.span_of("immutable_columns", name);
                found.push(Found::new(
                    span,
                    format!(
                        "\"{name}\" is neither a core column nor a jsonb column of {}",
                        table.table
                    ),
                ));
            }
        }
        found
    },
};

pub const ROLE_CONTRADICTS_DEFINITION: Rule = Rule {
    id: "role-contradicts-definition",
    level: Level::Violation,
    summary: "a semantic role that the document's own definition gives to the table otherwise",
    explanation: "Where the roles are defined with examples (- **Ledger** = ... (cases, invoices)), a table that is an example of one role \
                  cannot have another.",
    check: role_contradicts_definition,
};

fn role_contradicts_definition(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let lines = document.markdown.prose.iter();
    let definitions: Vec<(SemanticRole, Vec<&str>)> =
        lines.filter_map(|line| definition(line.text)).collect();
    let mut found = Vec::new();
    for row in &document.tables.rows {
        let Some(role) = row.value.semantic_role else {
            continue;
        };
        let name = &row.value.table.name;
        let is_example = |example: &&str| name == example || name.ends_with(&format!("_{example}"));
        let other = definitions
            .iter()
            .find_map(|(defined, examples)| {
                Some((defined, examples.iter().find(|it| is_example(it))?))
            })
            .filter(|(defined, _)| **defined != role);
        if let Some((defined, example)) = other {
            found.push(Found::new(
                row.cells.span("semantic_role"),
                format!(
                    "{} is {} here; the definition of {} has \"{example}\" as an example",
                    row.value.table,
                    title(role),
                    title(*defined)
                ),
            ));
        }
    }
    found
}

pub const APPEND_ONLY_CONTRADICTED: Rule = Rule {
    id: "append-only-contradicted",
    level: Level::Violation,
    summary: "a role defined as append-only, and columns that tell of changes",
    explanation: "What is only ever appended has no updated_at and no status that moves on. A table that has them has another role; a demand of updated_at for \
                  every table cannot hold for these.",
    check: append_only_contradicted,
};

fn append_only_contradicted(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    const CHANGING: [&str; 2] = ["updated_at", "status"];
    let is_append_only = |line: &str| line.to_lowercase().contains("append-only");
    let roles: Vec<SemanticRole> = document
        .markdown
        .prose
        .iter()
        .filter(|line| is_append_only(line.text))
        .filter_map(|line| Some(definition(line.text)?.0))
        .collect();
    let rows: Vec<_> = document
        .tables
        .rows
        .iter()
        .filter(|row| {
            row.value
                .semantic_role
                .is_some_and(|it| roles.contains(&it))
        })
        .collect();
    let mut found = Vec::new();
    for row in &rows {
        let indexed = indexed_columns(&row.value);
        let changing: Vec<&str> = CHANGING
            .into_iter()
            .filter(|name| is_core(&row.value, name) || indexed.iter().any(|it| it == name))
            .collect();
        if !changing.is_empty() {
            let message = format!(
                "{} is append-only by its role, and {} tells of changes",
                row.value.table,
                enumerated(&changing)
            );
            found.push(
                Found::new(row.cells.span("semantic_role"), message).hint("give it another role"),
            );
        }
    }
    if let Some(line) = demand(document)
        && !rows.is_empty()
        && let Some(at) = line.text.find("`updated_at`")
    {
        let start = line.span.start + at;
        let message = format!(
            "\"updated_at\" is demanded of every table, of {} that are append-only too",
            rows.len()
        );
        found.push(
            Found::new(start..start + "`updated_at`".len(), message)
                .hint("leave out what is append-only"),
        );
    }
    found
}

/// The line that says what every table has: `- Must include: ...`
fn demand<'d, 't>(document: &'d Document<'t>) -> Option<&'d Line<'t>> {
    document.markdown.prose.iter().find(|line| {
        line.text
            .trim_start()
            .to_lowercase()
            .starts_with("- must include")
    })
}

/// `- **Ledger** = what it is (cases, checklist items)`
fn definition(line: &str) -> Option<(SemanticRole, Vec<&str>)> {
    let (name, rest) = line.trim_start().strip_prefix("- **")?.split_once("**")?;
    let role = value::semantic_role(name).ok()??;
    let examples = rest
        .trim_start()
        .strip_prefix('=')?
        .rsplit_once('(')?
        .1
        .split_once(')')?
        .0;
    Some((
        role,
        examples
            .split(',')
            .filter_map(|it| it.split_whitespace().next())
            .collect(),
    ))
}

fn title(role: SemanticRole) -> &'static str {
    match role {
        SemanticRole::Ledger => "Ledger",
        SemanticRole::EventLog => "Event Log",
        SemanticRole::Configuration => "Configuration",
        SemanticRole::Projection => "Projection",
    }
}
