//! Row level security: the same tables as in section A, their policies, and the summary that counts them.

use super::{Document, Found, Level, Rule, Surroundings};
use crate::guardrail::{
    model::{RowSecurity, TenantScope},
    sections::head::Count,
};

pub const TABLE_WITHOUT_ROW_SECURITY: Rule = Rule {
    id: "table-without-row-security",
    level: Level::Violation,
    summary: "a table of section A that needs row level security and has no row in section D",
    explanation: "Every table with a tenant scope has its policies listed.",
    check: |document, _| {
        let rows = document.tables.rows.iter().filter(|row| {
            let is_listed = document.row_security_of(&row.value.table).is_some();
            row.value.needs_row_security() && !is_listed
        });
        let found = rows.map(|row| {
            Found::new(
                row.cells.span("table"),
                format!("{} has no row in section D", row.value.table),
            )
        });
        found.collect()
    },
};

pub const UNKNOWN_TABLE: Rule = Rule {
    id: "unknown-table",
    level: Level::Violation,
    summary: "a table of section D that section A does not have",
    explanation: "Section A has a row for each table; a table without one is at level L0.",
    check: |document, _| {
        let rows = document
            .row_security
            .rows
            .iter()
            .filter(|row| document.table(&row.value.table).is_none());
        let found = rows.map(|row| {
            Found::new(
                row.cells.span("table"),
                format!("{} has no row in section A", row.value.table),
            )
        });
        found.collect()
    },
};

pub const POLICY_NOT_LISTED: Rule = Rule {
    id: "policy-not-listed",
    level: Level::Violation,
    summary: "an isolating policy of section A that section D does not list for the table",
    explanation: "Section D has the ids of all policies of a table, that of the isolating one among them.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            let Some(policy) = &row.value.rls_policy else {
                continue;
            };
            let listed = document.row_security_of(&row.value.table);
            if listed.is_some_and(|it| !it.value.policies.contains(policy)) {
                let message = format!(
                    "section D does not list \"{policy}\" for {}",
                    row.value.table
                );
                found.push(Found::new(row.cells.span("rls_policy"), message));
            }
        }
        found
    },
};

pub const ROW_SECURITY_OFF: Rule = Rule {
    id: "row-security-off",
    level: Level::Violation,
    summary: "a tenant's table without row level security",
    explanation: "A table with a tenant scope has row level security on; only a global one can do without.",
    check: row_security_off,
};

fn row_security_off(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.tables.rows {
        let is_scoped = !matches!(row.value.tenant_scope, None | Some(TenantScope::Global));
        if is_scoped && row.value.rls_required == Some(false) {
            let message = format!(
                "{} has a tenant scope, and row level security is not required",
                row.value.table
            );
            found.push(Found::new(row.cells.span("rls_required"), message));
        }
    }
    for row in document
        .row_security
        .rows
        .iter()
        .filter(|row| row.value.enabled == Some(false))
    {
        if document
            .table(&row.value.table)
            .is_some_and(|table| table.value.needs_row_security())
        {
            let message = format!(
                "row level security of {} is required, and not on",
                row.value.table
            );
            found.push(Found::new(row.cells.span("enabled"), message));
        }
    }
    found
}

pub const BYPASS_WITHOUT_ROLE: Rule = Rule {
    id: "bypass-without-role",
    level: Level::Warning,
    summary: "policies that let somebody go around the isolation, and no word on who may",
    explanation: "A policy whose id ends in _bypass is for the roles that the document names as bypass roles (**Bypass Roles:** `service_role`, or a table with \
                  the column Bypass Role). Without them nobody can tell a bypass that was meant from one that was not.",
    check: |document, _| {
        let is_named =
            !document.bypass_roles.rows.is_empty() || document.statement("bypass roles").is_some();
        let mut policies = document.row_security.rows.iter().flat_map(|row| {
            let bypasses = row
                .value
                .policies
                .iter()
                .filter(|id| id.ends_with("_bypass"));
            bypasses.map(move |id| (row, id))
        });
        let first = policies.next().filter(|_| !is_named);
        let found = first.map(|(row, id)| {
            let message = format!(
                "\"{id}\" goes around the isolation, as {} more, and no bypass role is named",
                policies.count()
            );
            Found::new(row.cells.span_of("policies", id), message)
                .hint("**Bypass Roles:** names the roles that may")
        });
        found.into_iter().collect()
    },
};

pub const SUMMARY_COUNT: Rule = Rule {
    id: "summary-count",
    level: Level::Violation,
    summary: "a count or a percentage of the coverage summary that the rows do not have",
    explanation: "Total tables, tenant-scoped, RLS enabled and tested are counted in section D; a percentage is of all its tables or of the tenant-scoped ones.",
    check: summary_count,
};

fn summary_count(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let rows = || document.row_security.rows.iter().map(|row| &row.value);
    let counted =
        |is_one: fn(&RowSecurity) -> bool| rows().filter(|row| is_one(row)).count() as u64;
    let total = counted(|_| true);
    let scoped = counted(|row| !matches!(row.tenant_scope, None | Some(TenantScope::Global)));
    let mut found = Vec::new();
    for count in &document.counts {
        let actual = match count.name.as_str() {
            "total tables" => total,
            "tenant-scoped" | "tenant scoped" => scoped,
            "rls enabled" => counted(|row| row.enabled == Some(true)),
            "tested" => counted(|row| row.tested == Some(true)),
            _ => continue,
        };
        if count.count != actual {
            let message = format!("\"{}\": the rows of section D have {actual}", count.text);
            found.push(Found::new(count.span.clone(), message));
        } else if !is_share(count, total) && !is_share(count, scoped) {
            let message = format!(
                "\"{}\": {actual} of {total} is another percentage",
                count.text
            );
            found.push(Found::new(count.span.clone(), message));
        }
    }
    found
}

/// Whether the percentage is that of the count, rounded down or to the nearest.
fn is_share(count: &Count<'_>, of: u64) -> bool {
    let Some(percent) = count.percent else {
        return true;
    };
    let Some(down) = (count.count * 100).checked_div(of) else {
        return false;
    };
    percent == down || percent == (count.count * 200 + of) / (of * 2)
}
