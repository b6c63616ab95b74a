//! What every matrix has to say: its sections, the guaranteed fields of their rows, each row once.

use super::{Document, Found, Level, Rule, Surroundings};
use crate::guardrail::{
    sections::{
        self, Column, Kind, Presence, Row, Section, contracts, drift_checks, normal, promotions,
        row_security, tables,
    },
    value,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

pub const MISSING_SECTION: Rule = Rule {
    id: "missing-section",
    level: Level::Violation,
    summary: "a section that is not there",
    explanation: "Tables, contract types, promotions, row level security and drift checks each have a table, an empty one where there is \
                  nothing to say. It is recognised by its header cells.",
    check: missing_section,
};

fn missing_section(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let needed = [
        &tables::KIND,
        &contracts::KIND,
        &promotions::KIND,
        &row_security::KIND,
        &drift_checks::KIND,
    ];
    let headers = document.headers();
    let is_there = |kind: &Kind| headers.iter().any(|(known, _)| std::ptr::eq(*known, kind));
    let missing = needed.into_iter().filter(|kind| !is_there(kind));
    let found = missing.map(|kind| {
        let keys = kind
            .columns
            .iter()
            .filter(|it| it.presence == Presence::Key);
        let telling = kind
            .identified_by
            .iter()
            .take(1)
            .filter_map(|it| kind.column(it));
        let mut names: Vec<&str> = keys.chain(telling).map(|it| it.names[0]).collect();
        names.dedup();
        let message = format!("the document has no table \"{}\"", kind.title);
        Found::new(0..0, message).hint(format!(
            "it is recognised by its columns {}",
            names.join(" and ")
        ))
    });
    found.collect()
}

pub const MISSING_FIELD: Rule = Rule {
    id: "missing-field",
    level: Level::Violation,
    summary: "a guaranteed field for which a table has no column",
    explanation: "Every table row says tenant scope, rls_required, jsonb columns, owner and status; every contract type its canonical id, \
                  validator and version range; every drift check owner, ETA and risk. What is not said cannot be enforced.",
    check: missing_field,
};

fn missing_field(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (kind, header) in document.headers() {
        for column in guaranteed(kind).filter(|column| !header.has(column.field)) {
            let message = format!(
                "the guaranteed field {} has no column in the table \"{}\"",
                column.field, kind.title
            );
            let hint = format!(
                "add the column \"{}\": {}",
                column.names[0], column.explanation
            );
            found.push(Found::new(header.span.clone(), message).hint(hint));
        }
    }
    found
}

fn guaranteed(kind: &Kind) -> impl Iterator<Item = &'static Column> + use<> {
    kind.columns
        .iter()
        .filter(|column| column.presence == Presence::Guaranteed)
}

pub const MISSING_VALUE: Rule = Rule {
    id: "missing-value",
    level: Level::Violation,
    summary: "a guaranteed field that a row leaves empty",
    explanation: "As for missing-field. Only the jsonb columns may be None: a table can be without.",
    check: missing_value,
};

fn missing_value(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (kind, cells) in document.all_cells() {
        for column in guaranteed(kind).filter(|column| column.field != "jsonb_columns") {
            if cells.has(column.field) && value::is_nothing(cells.text(column.field)) {
                let message = format!("the guaranteed field {} is not said", column.field);
                found.push(Found::new(cells.span(column.field), message).hint(column.explanation));
            }
        }
    }
    found
}

pub const FIELD_NAME: Rule = Rule {
    id: "field-name",
    level: Level::Warning,
    summary: "a guaranteed field under another name",
    explanation: "It is understood here; other programs look for the name that is promised.",
    check: field_name,
};

fn field_name(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (_, header) in document.headers() {
        for (column, cell) in &header.cells {
            let Some(column) = column.filter(|it| it.presence == Presence::Guaranteed) else {
                continue;
            };
            if normal(cell.text) != normal(column.names[0]) {
                let message = format!(
                    "the guaranteed field {} is called \"{}\" here",
                    column.field, cell.text
                );
                found.push(
                    Found::new(cell.span.clone(), message)
                        .hint(format!("call it \"{}\"", column.names[0])),
                );
            }
        }
    }
    found
}

pub const DUPLICATE_ROW: Rule = Rule {
    id: "duplicate-row",
    level: Level::Violation,
    summary: "a second row about the same thing",
    explanation: "Of two rows one is wrong sooner or later, and nobody knows which one counts. The first is taken.",
    check: |document, _| {
        let mut found = duplicates(&document.tables, "table", |it| it.table.to_string());
        found.extend(duplicates(&document.contracts, "contract_type", |it| {
            it.contract_type.clone()
        }));
        found.extend(duplicates(&document.promotions, "id", |it| it.id.clone()));
        found.extend(duplicates(&document.row_security, "table", |it| {
            it.table.to_string()
        }));
        found.extend(duplicates(&document.checks, "id", |it| it.id.clone()));
        found.extend(duplicates(&document.deprecations, "column", |it| {
            format!("{}.{}", it.table, it.column)
        }));
        found
    },
};

fn duplicates<T>(section: &Section<'_, T>, field: &str, name: fn(&T) -> String) -> Vec<Found> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    for row in &section.rows {
        let name = name(&row.value);
        if known.contains(&name) {
            found.push(Found::new(
                row.cells.span(field),
                format!("{name} has a row already"),
            ));
        } else {
            known.insert(name);
        }
    }
    found
}

pub const OWNER_SPELLING: Rule = Rule {
    id: "owner-spelling",
    level: Level::Warning,
    summary: "an owner under two names",
    explanation: "An owner whose name is the beginning of another's is probably the same; a finding that names an owner has to reach one.",
    check: owner_spelling,
};

fn owner_spelling(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut owners: BTreeMap<String, Range<usize>> = BTreeMap::new();
    for (_, cells) in document.all_cells() {
        if let Some(owner) = value::text(cells.text("owner")) {
            owners
                .entry(spelled(&owner))
                .or_insert_with(|| cells.span("owner"));
        }
    }
    let mut found = Vec::new();
    for (owner, span) in &owners {
        let longer = owners.keys().find(|other| {
            let rest = other.strip_prefix(owner.as_str());
            rest.is_some_and(|rest| rest.starts_with(char::is_alphabetic))
        });
        if let Some(longer) = longer {
            let message = format!("the owner \"{owner}\" may be \"{longer}\" elsewhere");
            found.push(Found::new(span.clone(), message).hint("one name for one owner"));
        }
    }
    found
}

fn spelled(owner: &str) -> String {
    owner.to_lowercase().replace([' ', '_'], "-")
}

impl<'t> Document<'t> {
    /// The headers of all recognised tables.
    pub(super) fn headers(&self) -> Vec<(&'static Kind, &sections::Header<'t>)> {
        let mut headers = Vec::new();
        headers.extend(self.tables.headers.iter().map(|it| (&tables::KIND, it)));
        headers.extend(
            self.contracts
                .headers
                .iter()
                .map(|it| (&contracts::KIND, it)),
        );
        headers.extend(
            self.promotions
                .headers
                .iter()
                .map(|it| (&promotions::KIND, it)),
        );
        headers.extend(
            self.row_security
                .headers
                .iter()
                .map(|it| (&row_security::KIND, it)),
        );
        headers.extend(
            self.bypass_roles
                .headers
                .iter()
                .map(|it| (&row_security::BYPASS_ROLES, it)),
        );
        headers.extend(
            self.checks
                .headers
                .iter()
                .map(|it| (&drift_checks::KIND, it)),
        );
        headers.extend(
            self.deprecations
                .headers
                .iter()
                .map(|it| (&sections::deprecations::KIND, it)),
        );
        headers
    }

    /// The cells of all rows that were read.
    fn all_cells(&self) -> Vec<(&'static Kind, &sections::Cells<'t>)> {
        fn of<'d, 't, T>(
            kind: &'static Kind,
            section: &'d Section<'t, T>,
        ) -> impl Iterator<Item = (&'static Kind, &'d sections::Cells<'t>)> {
            section
                .rows
                .iter()
                .map(move |row: &Row<'t, T>| (kind, &row.cells))
        }
        of(&tables::KIND, &self.tables)
            .chain(of(&contracts::KIND, &self.contracts))
            .chain(of(&promotions::KIND, &self.promotions))
            .chain(of(&row_security::KIND, &self.row_security))
            .chain(of(&drift_checks::KIND, &self.checks))
            .chain(of(&sections::deprecations::KIND, &self.deprecations))
            .collect()
    }
}
