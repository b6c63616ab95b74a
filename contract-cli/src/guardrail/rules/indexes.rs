//! Indexes: every foreign key has one, and one over a jsonb document needs a reason.

use super::{
    Document, Found, Level, Rule, Surroundings,
    links::{Target, target},
    references::{enumerated, is_core, references},
};
use crate::guardrail::{
    model::{PhaseStatus, Table},
    value,
};

/// The columns that the index requirement names: PK + `a` + `b` indexed.
pub fn indexed_columns(table: &Table) -> Vec<String> {
    let text = table.index_requirements.as_deref().unwrap_or_default();
    let parts = text.split(['+', ',']).map(|part| {
        let part = part.split('(').next().unwrap_or_default().trim();
        part.strip_suffix("indexed").unwrap_or(part).trim()
    });
    let is_name = |part: &&str| {
        let starts = part.starts_with(|first: char| first.is_lowercase() || first == '_');
        starts && part.chars().all(|it| it.is_alphanumeric() || it == '_')
    };
    parts.filter(is_name).map(str::to_owned).collect()
}

/// Whether it is said as PK + all IDs indexed.
fn is_vague(table: &Table) -> bool {
    let text = table
        .index_requirements
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    text.split_whitespace().any(|word| word == "all")
}

pub const INDEX_REQUIREMENT_INCOMPLETE: Rule = Rule {
    id: "index-requirement-incomplete",
    level: Level::Violation,
    summary: "index requirements without a foreign key or a column of the tenant scope",
    explanation: "Primary key and all foreign keys are indexed. A column is taken for a foreign key by its name (user_id, where a table of users is in the matrix) \
                  and where the tenant scope goes through it: each policy asks for it on every row.",
    check: index_requirement_incomplete,
};

fn index_requirement_incomplete(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in document
        .tables
        .rows
        .iter()
        .filter(|row| row.cells.has("index_requirements"))
    {
        let table = &row.value;
        if is_vague(table) {
            continue;
        }
        let indexed = indexed_columns(table);
        let is_key = |name: &str| {
            table
                .core_columns
                .iter()
                .any(|it| it.primary_key && it.name == name)
        };
        let missing: Vec<&str> = references(document, table)
            .into_iter()
            .filter(|name| !is_key(name) && !indexed.iter().any(|it| it == name))
            .collect();
        if !missing.is_empty() {
            let message = format!(
                "the index requirements of {} forget {}",
                table.table,
                enumerated(&missing)
            );
            found.push(
                Found::new(row.cells.span("index_requirements"), message)
                    .hint("all foreign keys and the columns of the tenant scope are indexed"),
            );
        }
    }
    found
}

pub const INDEX_REQUIREMENT_VAGUE: Rule = Rule {
    id: "index-requirement-vague",
    level: Level::Violation,
    summary: "index requirements that name no columns: all IDs",
    explanation: "What is not named cannot be compared with the indexes of a database.",
    check: |document, _| {
        let rows = document
            .tables
            .rows
            .iter()
            .filter(|row| is_vague(&row.value));
        let found = rows.map(|row| {
            let text = row.value.index_requirements.as_deref().unwrap_or_default();
            let message = format!(
                "\"{text}\" does not name the columns of {}",
                row.value.table
            );
            Found::new(row.cells.span("index_requirements"), message)
                .hint("name each column: PK + tenant_id + user_id indexed")
        });
        found.collect()
    },
};

pub const INDEX_ON_UNLISTED_COLUMN: Rule = Rule {
    id: "index-on-unlisted-column",
    level: Level::Warning,
    summary: "an index requirement on a column that is no core column",
    explanation: "The column may be dropped without deprecation, and the index with it, although the matrix demands the index.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in document
            .tables
            .rows
            .iter()
            .filter(|row| row.cells.has("core_columns"))
        {
            let table = &row.value;
            let is_listed =
                |name: &String| is_core(table, name) || table.jsonb_columns.contains(name);
            let unlisted: Vec<String> = indexed_columns(table)
                .into_iter()
                .filter(|it| !is_listed(it))
                .collect();
            if !unlisted.is_empty() {
                let message = format!(
                    "an index on {} is demanded, which is no core column of {}",
                    enumerated(&unlisted),
                    table.table
                );
                found.push(Found::new(
                    row.cells.span_of("index_requirements", &unlisted[0]),
                    message,
                ));
            }
        }
        found
    },
};

/// The contract types of a table that allow a GIN index, with its key.
fn gin_keys(document: &Document<'_>, table: &Table) -> Vec<(String, String)> {
    let contracts = table
        .contract_types
        .iter()
        .filter_map(|it| document.contract(it));
    let keys = contracts.flat_map(|contract| {
        let items = value::items(contract.cells.text("index_keys"));
        let with_gin = items.into_iter().filter(|it| {
            it.note
                .as_deref()
                .is_some_and(|note| note.to_lowercase().contains("gin"))
        });
        with_gin.map(|it| (contract.value.contract_type.clone(), it.value))
    });
    keys.collect()
}

pub const GIN_WITHOUT_JUSTIFICATION: Rule = Rule {
    id: "gin-without-justification",
    level: Level::Violation,
    summary: "a GIN index on jsonb without a link that justifies it",
    explanation: "A GIN index makes every write dearer. It takes a link to the query that needs it and the benefit that was measured.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in document
            .tables
            .rows
            .iter()
            .filter(|row| row.value.index_justification.is_none())
        {
            for (contract, key) in gin_keys(document, &row.value) {
                let message = format!(
                    "the GIN index on \"{key}\", which \"{contract}\" allows, has no justification"
                );
                found.push(
                    Found::new(row.cells.span("index_justification"), message)
                        .hint("link to a query example and its measured benefit"),
                );
            }
        }
        found
    },
};

pub const GIN_JUSTIFIED_BY_A_PLAN: Rule = Rule {
    id: "gin-justified-by-a-plan",
    level: Level::Violation,
    summary: "a GIN index whose justification is a promotion that is not done",
    explanation: "A justification has a query example and a measured benefit. A promotion that is only planned has measured nothing, and what it \
                  plans is another index, on a column.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            let Some(link) = &row.value.index_justification else {
                continue;
            };
            let promotion = document
                .promotions
                .rows
                .iter()
                .find(|it| it.value.id == link.text);
            let is_open = promotion.is_some_and(|it| it.value.status != Some(PhaseStatus::Done));
            if let (true, Some((_, key))) = (is_open, gin_keys(document, &row.value).first()) {
                let message = format!(
                    "the GIN index on \"{key}\" is justified by {}, which is not done",
                    link.text
                );
                found.push(
                    Found::new(row.cells.span("index_justification"), message)
                        .hint("link to a query example and its measured benefit"),
                );
            }
        }
        found
    },
};

pub const JUSTIFICATION_WITHOUT_EVIDENCE: Rule = Rule {
    id: "justification-without-evidence",
    level: Level::Violation,
    summary: "a justification of a GIN index that shows no query or no measurement",
    explanation: "The section that the link leads to has a query example, as code, and what the index brought, in ms or percent, however rough.",
    check: |document, surroundings| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            let Some(link) = &row.value.index_justification else {
                continue;
            };
            let Target::Section(section) = target(document, surroundings, &link.target) else {
                continue;
            };
            let has_query = section.to_lowercase().contains("select ");
            let has_measurement = ["ms", "%", "times"].iter().any(|unit| {
                let mut before = section.split(unit).map(str::trim_end);
                before.any(|text| text.ends_with(|it: char| it.is_ascii_digit()))
            });
            if !has_query || !has_measurement {
                let what = if has_query {
                    "measured benefit"
                } else {
                    "query example"
                };
                let message = format!("\"{}\" has no {what}", link.target);
                found.push(Found::new(row.cells.span("index_justification"), message));
            }
        }
        found
    },
};

pub const JUSTIFICATION_WITHOUT_GIN: Rule = Rule {
    id: "justification-without-gin",
    level: Level::Violation,
    summary: "a justification where no GIN index is allowed",
    explanation: "The contract types of the table allow no GIN index, so that the link justifies an index that must not be, or the registry forgot it.",
    check: |document, _| {
        let rows = document.tables.rows.iter().filter(|row| {
            let names_gin = row
                .value
                .index_requirements
                .as_deref()
                .is_some_and(|it| it.to_lowercase().contains("gin"));
            row.value.index_justification.is_some()
                && !names_gin
                && gin_keys(document, &row.value).is_empty()
        });
        let found = rows.map(|row| {
            let message = format!(
                "no contract type of {} allows a GIN index that this could justify",
                row.value.table
            );
            Found::new(row.cells.span("index_justification"), message)
        });
        found.collect()
    },
};

pub const BLANKET_GIN: Rule = Rule {
    id: "blanket-gin",
    level: Level::Violation,
    summary: "a GIN index over a whole jsonb column",
    explanation: "No blanket GIN: an expression index on a stable key, or a column with a plain index.",
    check: blanket_gin,
};

fn blanket_gin(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.promotions.rows {
        let new = row
            .value
            .new_columns
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        if new.contains("jsonb") && new.contains("gin") {
            let message = format!(
                "{} ends in a GIN index over a whole jsonb column",
                row.value.id
            );
            found.push(
                Found::new(row.cells.span("new_columns"), message)
                    .hint("promote its keys to columns with plain indexes"),
            );
        }
    }
    for row in &document.tables.rows {
        let text = row
            .value
            .index_requirements
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        // GIN on settings -> 'feature_flags' is over a key.
        let is_blanket = |column: &&String| {
            let forms = [
                format!("gin on {column}"),
                format!("gin ({column})"),
                format!("gin({column})"),
            ];
            let mut behind = forms
                .iter()
                .filter_map(|form| text.split_once(&form.to_lowercase()));
            behind.any(|(_, rest)| !rest.trim_start().starts_with(['-', '.', '_']))
        };
        if let Some(column) = row.value.jsonb_columns.iter().find(is_blanket) {
            let message = format!(
                "a GIN index over the whole jsonb column \"{column}\" of {}",
                row.value.table
            );
            found.push(
                Found::new(row.cells.span("index_requirements"), message).hint("index a key of it"),
            );
        }
    }
    found
}
