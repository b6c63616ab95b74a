//! How rows belong to tenants, and why that is believed.

use super::{
    Document, Found, Level, Rule, Surroundings,
    links::{Target, target},
    references::{enumerated, is_core, referred, scope_columns},
};
use crate::guardrail::{
    model::{Proof, TenantScope},
    value,
};

pub const SCOPE_WITH_NOTE: Rule = Rule {
    id: "scope-with-note",
    level: Level::Warning,
    summary: "a tenant scope with something else in its cell",
    explanation: "A scope is a column, `derived:` with a path, or `global`, and nothing more: a program that compares the cell takes `tenant_id` (PK) for another scope. \
                  What is the primary key stands with the core columns.",
    check: |document, _| {
        let tables = document.tables.rows.iter().map(|row| &row.cells);
        let cells = tables.chain(document.row_security.rows.iter().map(|row| &row.cells));
        let with_note = cells.filter_map(|cells| {
            let text = cells.text("tenant_scope");
            let note = value::items(text).into_iter().next()?.note?;
            let part = format!("({note})");
            let message = format!("\"{part}\" is no part of a tenant scope");
            Some(Found::new(cells.span_of("tenant_scope", &part), message).hint("leave it out"))
        });
        with_note.collect()
    },
};

pub const DERIVED_SCOPE_WITHOUT_PROOF: Rule = Rule {
    id: "derived-scope-without-proof",
    level: Level::Violation,
    summary: "a derived tenant scope without a link to its policy",
    explanation: "A scope that goes through another table holds only if a policy asks that table with EXISTS. The proof is a link to the section \
                  that shows the policy.",
    check: |document, _| {
        let rows = document.tables.rows.iter();
        let derived =
            rows.filter(|row| matches!(row.value.tenant_scope, Some(TenantScope::Derived(_))));
        let unproven =
            derived.filter(|row| !matches!(row.value.derived_scope_proof, Some(Proof::Link(_))));
        let found = unproven.map(|row| {
            let message = format!(
                "the derived tenant scope of {} has no proof",
                row.value.table
            );
            Found::new(row.cells.span("derived_scope_proof"), message)
                .hint("link to the section that shows the policy with EXISTS on the parent")
        });
        found.collect()
    },
};

pub const PROOF_WITHOUT_EXISTS: Rule = Rule {
    id: "proof-without-exists",
    level: Level::Violation,
    summary: "a proof of a derived scope that shows no EXISTS policy",
    explanation: "A derived scope has to be enforced by EXISTS on the parent table, and the proof has to show it: its section, where it can be \
                  read, else the words (EXISTS policy) behind the link.",
    check: proof_without_exists,
};

fn proof_without_exists(document: &Document<'_>, surroundings: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (row, link) in proofs(document) {
        let shows = |text: &str| text.to_uppercase().contains("EXISTS");
        let is_shown = match target(document, surroundings, &link.target) {
            Target::Section(section) => shows(&section),
            _ => shows(row.cells.text("derived_scope_proof")),
        };
        if !is_shown {
            let message = format!(
                "the proof of the derived tenant scope of {} shows no EXISTS policy",
                row.value.table
            );
            found.push(
                Found::new(row.cells.span("derived_scope_proof"), message)
                    .hint("show the policy there, and say (EXISTS policy) behind the link"),
            );
        }
    }
    found
}

type TableRow<'t> = crate::guardrail::sections::Row<'t, crate::guardrail::model::Table>;

/// The rows with a derived scope and a link that proves it.
fn proofs<'d, 't>(
    document: &'d Document<'t>,
) -> impl Iterator<Item = (&'d TableRow<'t>, &'d crate::guardrail::model::Link)> {
    document.tables.rows.iter().filter_map(|row| {
        match (&row.value.tenant_scope, &row.value.derived_scope_proof) {
            (Some(TenantScope::Derived(_)), Some(Proof::Link(link))) => Some((row, link)),
            _ => None,
        }
    })
}

pub const PROOF_TARGET: Rule = Rule {
    id: "proof-target",
    level: Level::Violation,
    summary: "a proof of a derived scope that points elsewhere than to its table's section of RLS_COVERAGE.md",
    explanation: "The policies are shown in RLS_COVERAGE.md, one section a table, whose heading has the table's name.",
    check: |document, _| {
        let wrong = proofs(document).filter(|(row, link)| {
            let (file, section) = link.target.split_once('#').unwrap_or((&link.target, ""));
            !file.ends_with("RLS_COVERAGE.md") || !section.ends_with(&row.value.table.name)
        });
        let found = wrong.map(|(row, link)| {
            let message = format!(
                "\"{}\" is not the section of {} in RLS_COVERAGE.md",
                link.target, row.value.table
            );
            Found::new(
                row.cells.span_of("derived_scope_proof", &link.target),
                message,
            )
        });
        found.collect()
    },
};

pub const UNDEFINED_SCOPE: Rule = Rule {
    id: "undefined-scope",
    level: Level::Violation,
    summary: "a derived scope that the document's own list of scopes does not define",
    explanation: "Where a document defines its scopes in a list (- `derived:client_id/vendor_id` = ...), each that is used has to be in \
                  it: what is not defined is read differently by everybody.",
    check: undefined_scope,
};

fn undefined_scope(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let lines = document.markdown.prose.iter();
    let definitions = lines.filter(|line| {
        line.text.trim_start().starts_with("- `derived:") && line.text.contains("` = ")
    });
    let mut known: Vec<TenantScope> = definitions
        .filter_map(|line| {
            let item = value::in_code(line.text).into_iter().next()?;
            value::tenant_scope(&format!("`{}`", item.value)).ok()?
        })
        .collect();
    // A document without such a list leaves it to the format.
    if known.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for row in &document.tables.rows {
        let Some(scope @ TenantScope::Derived(_)) = &row.value.tenant_scope else {
            continue;
        };
        if !known.contains(scope) {
            let text = value::plain(row.cells.text("tenant_scope"));
            found.push(Found::new(
                row.cells.span("tenant_scope"),
                format!("the scope \"{text}\" is not among those that the document defines"),
            ));
            known.push(scope.clone());
        }
    }
    found
}

pub const BROKEN_SCOPE_PATH: Rule = Rule {
    id: "broken-scope-path",
    level: Level::Violation,
    summary: "a derived scope whose next step is no core column of the parent",
    explanation: "derived:case_id→client_id asks the table of cases for client_id. A column that is not core there may be dropped, and the scope with it.",
    check: broken_scope_path,
};

fn broken_scope_path(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.tables.rows {
        let Some(TenantScope::Derived(steps)) = &row.value.tenant_scope else {
            continue;
        };
        let mut table = &row.value;
        for step in steps.windows(2) {
            let Some(parent) = step[0].iter().find_map(|it| referred(document, table, it)) else {
                break;
            };
            let missing: Vec<&String> = step[1]
                .iter()
                .filter(|it| !is_core(&parent.value, it))
                .collect();
            if !missing.is_empty() {
                found.push(Found::new(
                    row.cells.span("tenant_scope"),
                    format!(
                        "{} is no core column of {}",
                        enumerated(&missing),
                        parent.value.table
                    ),
                ));
            }
            table = &parent.value;
        }
    }
    found
}

pub const SCOPE_COLUMN_NOT_CORE: Rule = Rule {
    id: "scope-column-not-core",
    level: Level::Violation,
    summary: "a column of the tenant scope that is not a core column",
    explanation: "Isolation rests on it. What is not core may be dropped or renamed at any time.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in document
            .tables
            .rows
            .iter()
            .filter(|row| row.cells.has("core_columns"))
        {
            let columns = scope_columns(row.value.tenant_scope.as_ref());
            let missing: Vec<&str> = columns
                .into_iter()
                .filter(|it| !is_core(&row.value, it))
                .collect();
            if !missing.is_empty() {
                let message = format!(
                    "{} is the tenant scope of {} and no core column",
                    enumerated(&missing),
                    row.value.table
                );
                found.push(Found::new(row.cells.span("core_columns"), message));
            }
        }
        found
    },
};

pub const SCOPE_DIFFERS: Rule = Rule {
    id: "scope-differs",
    level: Level::Violation,
    summary: "another tenant scope in section D than in section A",
    explanation: "Both sections say how a row belongs to a tenant, and a policy can follow only one of them.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.row_security.rows {
            let Some(table) = document.table(&row.value.table) else {
                continue;
            };
            let (here, there) = (&row.value.tenant_scope, &table.value.tenant_scope);
            if here.is_some() && here != there {
                let message = format!(
                    "the tenant scope of {} is another in section A: {}",
                    row.value.table,
                    value::plain(table.cells.text("tenant_scope"))
                );
                found.push(Found::new(row.cells.span("tenant_scope"), message));
            }
        }
        found
    },
};

pub const NOTES_CONTRADICT_SCOPE: Rule = Rule {
    id: "notes-contradict-scope",
    level: Level::Violation,
    summary: "notes of section D that tell of another tenant scope",
    explanation: "Notes that begin with Direct or Derived via say the scope once more; then they have to say the same.",
    check: notes_contradict_scope,
};

fn notes_contradict_scope(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.row_security.rows {
        let notes = row
            .value
            .notes
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        let told = notes
            .strip_prefix("derived via ")
            .map(|path| value::tenant_scope(&format!("`derived:{path}`")));
        let contradicts = match (&row.value.tenant_scope, told) {
            (Some(scope), Some(Ok(Some(told)))) => *scope != told,
            (Some(TenantScope::Derived(_)), None) => notes.starts_with("direct "),
            _ => false,
        };
        if contradicts {
            found.push(Found::new(
                row.cells.span("notes"),
                format!(
                    "the notes tell of another tenant scope of {} than its cell",
                    row.value.table
                ),
            ));
        }
    }
    found
}
