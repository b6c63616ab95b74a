//! Keys that become columns, and keys that may.

use super::{Document, Found, Level, Rule, Surroundings, references::is_core};
use crate::guardrail::{
    model::{PhaseStatus, Promotion, Table},
    sections::Row,
    value,
};

/// Where a key stands: the jsonb column, and the keys that lead to it.
struct Path<'p> {
    column: &'p str,
    keys: Vec<&'p str>,
}

impl<'p> Path<'p> {
    /// `metadata.plan_config`, `line_items.items[].amount`
    fn of_candidate(text: &'p str) -> Self {
        let mut names = text.split('.').map(|it| it.trim_end_matches("[]"));
        Self {
            column: names.next().unwrap_or_default(),
            keys: names.collect(),
        }
    }

    /// `preferences->'ui'->>'theme'`
    fn of_source(text: &'p str) -> Self {
        let mut names = text
            .split("->")
            .map(|it| it.trim_start_matches('>').trim().trim_matches('\''));
        Self {
            column: names.next().unwrap_or_default(),
            keys: names.collect(),
        }
    }

    /// Why the table cannot have the key, if it cannot.
    fn problem(&self, document: &Document<'_>, table: &Table) -> Option<String> {
        let mut bound = table.jsonb_columns.iter().zip(&table.contract_types);
        let Some((_, contract)) = bound.find(|(column, _)| *column == self.column) else {
            return Some(format!(
                "\"{}\" is no jsonb column of {}",
                self.column, table.table
            ));
        };
        let allowed = document.contract(contract)?.value.allowed_keys.as_ref()?;
        let key = *self.keys.first()?;
        let is_allowed = allowed.is_empty() || allowed.iter().any(|it| it == key);
        (!is_allowed).then(|| format!("\"{key}\" is not among the allowed keys of \"{contract}\""))
    }
}

pub const CANDIDATE_NOT_ALLOWED: Rule = Rule {
    id: "candidate-not-allowed",
    level: Level::Violation,
    summary: "a promotion candidate that the contract of its column does not allow",
    explanation: "No document of the column has the key, so that there is nothing to promote; it may belong to another column.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            for item in value::items(row.cells.text("promotion_candidates")) {
                if let Some(problem) = Path::of_candidate(&item.value).problem(document, &row.value)
                {
                    let message = format!("the candidate \"{}\" cannot be: {problem}", item.value);
                    let mut it = Found::new(
                        row.cells.span_of("promotion_candidates", &item.value),
                        message,
                    );
                    if let Some(column) = other_column(document, &row.value, &item.value) {
                        it = it.hint(format!("the contract of \"{column}\" allows it"));
                    }
                    found.push(it);
                }
            }
        }
        found
    },
};

/// Another jsonb column of the table, whose contract lists the key of the candidate.
fn other_column<'t>(document: &Document<'_>, table: &'t Table, candidate: &str) -> Option<&'t str> {
    let path = Path::of_candidate(candidate);
    let key = *path.keys.first()?;
    let mut bound = table.jsonb_columns.iter().zip(&table.contract_types);
    let (column, _) = bound.find(|(column, contract)| {
        let allowed = document
            .contract(contract)
            .and_then(|it| it.value.allowed_keys.as_ref());
        *column != path.column && allowed.is_some_and(|keys| keys.iter().any(|it| it == key))
    })?;
    Some(column)
}

/// The promotion of a key of a table, done or not.
fn promotion_of<'d, 't>(
    document: &'d Document<'t>,
    table: &Table,
    candidate: &Path<'_>,
) -> Option<&'d Row<'t, Promotion>> {
    document.promotions.rows.iter().find(|row| {
        let source = Path::of_source(&row.value.source);
        row.value.table == table.table
            && source.column == candidate.column
            && source.keys == candidate.keys
    })
}

pub const CANDIDATE_ALREADY_PROMOTED: Rule = Rule {
    id: "candidate-already-promoted",
    level: Level::Violation,
    summary: "a promotion candidate that is a column already",
    explanation: "A candidate is a key that may become a column. One whose promotion is done is none any more.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            for item in value::items(row.cells.text("promotion_candidates")) {
                let says_so = item
                    .note
                    .as_deref()
                    .is_some_and(|note| note.to_lowercase().contains("already"));
                let promotion =
                    promotion_of(document, &row.value, &Path::of_candidate(&item.value));
                let done = promotion.filter(|it| it.value.status == Some(PhaseStatus::Done));
                if says_so || done.is_some() {
                    let by = done.map_or(String::new(), |it| format!(", by {}", it.value.id));
                    let message =
                        format!("the candidate \"{}\" is promoted already{by}", item.value);
                    found.push(
                        Found::new(
                            row.cells.span_of("promotion_candidates", &item.value),
                            message,
                        )
                        .hint("take it off the list"),
                    );
                }
            }
        }
        found
    },
};

pub const CANDIDATE_WITH_CONDITION: Rule = Rule {
    id: "candidate-with-condition",
    level: Level::Violation,
    summary: "a promotion candidate that meets the criteria only if something turns out",
    explanation: "Only keys that meet the criteria are listed. A condition says that nobody knows whether this one does.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            for item in value::items(row.cells.text("promotion_candidates")) {
                if let Some(note) = item
                    .note
                    .filter(|note| note.to_lowercase().starts_with("if "))
                {
                    let message =
                        format!("the candidate \"{}\" is one only \"{note}\"", item.value);
                    found.push(
                        Found::new(
                            row.cells.span_of("promotion_candidates", &item.value),
                            message,
                        )
                        .hint("find out, then list it or not"),
                    );
                }
            }
        }
        found
    },
};

pub const CANDIDATE_IN_ARRAY: Rule = Rule {
    id: "candidate-in-array",
    level: Level::Violation,
    summary: "a promotion candidate inside an array",
    explanation: "An array has the key once an element, a row has a column once. Such a key takes a table of its own, or a column with what is \
                  computed from it.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            let items = value::items(row.cells.text("promotion_candidates"));
            for item in items.iter().filter(|item| item.value.contains("[]")) {
                let message = format!(
                    "the candidate \"{}\" is once in each element of an array, and cannot be a column",
                    item.value
                );
                found.push(
                    Found::new(
                        row.cells.span_of("promotion_candidates", &item.value),
                        message,
                    )
                    .hint("a table for the elements, or a column for what is computed from them"),
                );
            }
        }
        found
    },
};

pub const PROMOTED_KEY_INDEXED: Rule = Rule {
    id: "promoted-key-indexed",
    level: Level::Warning,
    summary: "an index on a key whose promotion is done and verified",
    explanation: "After the cutover the column is read, and its index serves. One on the key is for the way back alone: once the verification \
                  window is completed, it costs every write and serves nobody.",
    check: promoted_key_indexed,
};

fn promoted_key_indexed(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.promotions.rows {
        let window = row.value.verification_window.as_deref().unwrap_or_default();
        let is_over = window.to_lowercase().contains("completed");
        if row.value.status != Some(PhaseStatus::Done) || !is_over {
            continue;
        }
        let source = Path::of_source(&row.value.source);
        let Some(table) = document.table(&row.value.table) else {
            continue;
        };
        let bound = table.value.jsonb_columns.iter();
        let mut bound = bound.zip(&table.value.contract_types);
        let contract = bound
            .find(|(column, _)| *column == source.column)
            .and_then(|(_, name)| document.contract(name));
        let key = source.keys.join(".");
        if let Some(contract) = contract
            && contract.value.index_keys.contains(&key)
        {
            let message = format!(
                "an index on \"{key}\" is allowed still, which {} promoted to a column",
                row.value.id
            );
            found.push(
                Found::new(contract.cells.span_of("index_keys", &key), message)
                    .hint("the column is indexed instead"),
            );
        }
    }
    found
}

pub const PROMOTION_SOURCE: Rule = Rule {
    id: "promotion-source",
    level: Level::Violation,
    summary: "a promotion from a table, a column or a key that is not there",
    explanation: "The table has its row in section A, the column is one of its jsonb columns, and its contract type allows the key.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.promotions.rows {
            let Some(table) = document.table(&row.value.table) else {
                found.push(Found::new(
                    row.cells.span("table"),
                    format!("{} has no row in section A", row.value.table),
                ));
                continue;
            };
            if let Some(problem) =
                Path::of_source(&row.value.source).problem(document, &table.value)
            {
                found.push(Found::new(row.cells.span("source"), problem));
            }
        }
        found
    },
};

pub const PROMOTION_PHASES: Rule = Rule {
    id: "promotion-phases",
    level: Level::Violation,
    summary: "a promotion whose phases and status do not fit",
    explanation: "Backfill, then dual write, then cutover; it is done when all three are, and only then.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.promotions.rows {
            let it = &row.value;
            let phases =
                [it.phase_a, it.phase_b, it.phase_c].map(|phase| phase == Some(PhaseStatus::Done));
            let is_done = it.status == Some(PhaseStatus::Done);
            if is_done != phases.iter().all(|&done| done) {
                let message = format!(
                    "the status of {} does not fit its phases: it is done when all three are",
                    it.id
                );
                found.push(Found::new(row.cells.span("status"), message));
            } else if phases.windows(2).any(|pair| !pair[0] && pair[1]) {
                let message = format!("a phase of {} is done before the one before it", it.id);
                found.push(Found::new(row.cells.span("phase_a"), message));
            }
        }
        found
    },
};

pub const PROMOTED_COLUMN_NOT_CORE: Rule = Rule {
    id: "promoted-column-not-core",
    level: Level::Violation,
    summary: "a promotion that is done, whose column is no core column",
    explanation: "The column is what is read now, and nothing keeps it.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in document
            .promotions
            .rows
            .iter()
            .filter(|row| row.value.status == Some(PhaseStatus::Done))
        {
            let Some(table) = document.table(&row.value.table) else {
                continue;
            };
            let new = row.value.new_columns.as_deref().unwrap_or_default();
            let name = new.split_whitespace().next().unwrap_or_default();
            if !name.is_empty() && !is_core(&table.value, name) {
                let message = format!("\"{name}\" is no core column of {}", row.value.table);
                found.push(Found::new(row.cells.span("new_columns"), message));
            }
        }
        found
    },
};

pub const PROMOTION_TO_JSONB: Rule = Rule {
    id: "promotion-to-jsonb",
    level: Level::Violation,
    summary: "a promotion to a jsonb column without a contract type",
    explanation: "Every jsonb column has a registered contract type, a new one too; and a document that moves to another jsonb column is no column yet.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.promotions.rows {
            let new = row.value.new_columns.as_deref().unwrap_or_default();
            let mut words = new.split_whitespace();
            let (Some(name), Some(data_type)) = (words.next(), words.next()) else {
                continue;
            };
            let is_registered = document
                .contracts
                .rows
                .iter()
                .flat_map(|it| &it.value.used_in)
                .any(|used| used.table == row.value.table && used.column == name);
            if data_type.eq_ignore_ascii_case("jsonb") && !is_registered {
                let message = format!(
                    "the new column \"{name}\" is jsonb again, without a registered contract type"
                );
                found.push(Found::new(row.cells.span("new_columns"), message));
            }
        }
        found
    },
};

pub const UNKNOWN_PROMOTION: Rule = Rule {
    id: "unknown-promotion",
    level: Level::Violation,
    summary: "a link to a promotion that section C does not have",
    explanation: "A link whose text is a promotion's id is to one of section C.",
    check: unknown_promotion,
};

fn unknown_promotion(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.tables.rows {
        let Some(link) = &row.value.index_justification else {
            continue;
        };
        let is_known = document
            .promotions
            .rows
            .iter()
            .any(|it| it.value.id == link.text);
        if link.text.starts_with("PROMO-") && !is_known {
            let message = format!("section C has no {}", link.text);
            found.push(Found::new(row.cells.span("index_justification"), message));
        }
    }
    found
}
