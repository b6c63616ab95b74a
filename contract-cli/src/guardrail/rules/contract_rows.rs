//! What a row of section B says for itself: versions, keys, validator.

use super::{Document, Found, Level, Rule, Surroundings, references::enumerated};
use crate::guardrail::value;
use std::collections::{HashMap, hash_map::Entry};

/// The keys of the envelope.
pub const HEADER_KEYS: [&str; 3] = ["_schema_version", "_context", "type"];

pub const VERSION_RANGE: Rule = Rule {
    id: "version-range",
    level: Level::Violation,
    summary: "versions that are not in order: lowest, write floor, highest, those of keys",
    explanation: "min <= write floor <= max, and a key comes with a version up to the highest.",
    check: version_range,
};

fn version_range(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.contracts.rows {
        let (Some(min), Some(max)) = (row.value.min_version, row.value.max_version) else {
            continue;
        };
        if min > max {
            found.push(Found::new(
                row.cells.span("min_version"),
                format!("the lowest version {min} is above the highest, {max}"),
            ));
        }
        if let Some(floor) = row
            .value
            .write_floor
            .filter(|floor| !(min..=max).contains(floor))
        {
            found.push(Found::new(
                row.cells.span("write_floor"),
                format!("the write floor {floor} is not between {min} and {max}"),
            ));
        }
        for item in value::items(row.cells.text("allowed_keys")) {
            let version = item
                .note
                .as_deref()
                .and_then(|note| value::version(note).ok()?);
            if version.is_some_and(|version| version > max) {
                let message = format!(
                    "the key \"{}\" comes with a version above the highest, {max}",
                    item.value
                );
                found.push(Found::new(
                    row.cells.span_of("allowed_keys", &item.value),
                    message,
                ));
            }
        }
    }
    found
}

pub const CANONICAL_ID_VERSION: Rule = Rule {
    id: "canonical-id-version",
    level: Level::Violation,
    summary: "a canonical contract id whose version is not the highest",
    explanation: "CONTRACT-CASE-METADATA-V2 is the id of a type whose highest version is 2.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.contracts.rows {
            let id = row
                .value
                .canonical_contract_id
                .as_deref()
                .unwrap_or_default();
            let version: Option<u32> = id
                .rsplit_once("-V")
                .and_then(|(_, version)| version.parse().ok());
            if let (Some(version), Some(max)) = (version, row.value.max_version)
                && version != max
            {
                let message = format!("\"{id}\" names version {version}, the highest is {max}");
                found.push(Found::new(row.cells.span("canonical_contract_id"), message));
            }
        }
        found
    },
};

pub const MISSING_MIGRATION_NOTE: Rule = Rule {
    id: "missing-migration-note",
    level: Level::Violation,
    summary: "several versions without a word on what changed",
    explanation: "Who reads documents of the older version has to know what the newer one brought.",
    check: |document, _| {
        let rows = document.contracts.rows.iter().filter(|row| {
            row.value.min_version < row.value.max_version
                && row.value.min_version.is_some()
                && row.value.migration_notes.is_none()
        });
        let found = rows.map(|row| {
            Found::new(
                row.cells.span("migration_notes"),
                format!(
                    "\"{}\" has several versions and no migration notes",
                    row.value.contract_type
                ),
            )
        });
        found.collect()
    },
};

pub const MISSING_WRITE_FLOOR: Rule = Rule {
    id: "missing-write-floor",
    level: Level::Warning,
    summary: "several versions, and no word on which may still be written",
    explanation: "Older versions are read, and are not written after the upgrade. The write floor is the lowest that may be written; without it the range \
                  from lowest to highest reads as if all may.",
    check: |document, _| {
        let rows = document.contracts.rows.iter().filter(|row| {
            row.value.min_version.is_some()
                && row.value.min_version < row.value.max_version
                && row.value.write_floor.is_none()
        });
        let found = rows.map(|row| {
            let field = if row.cells.has("write_floor") {
                "write_floor"
            } else {
                "max_version"
            };
            let message = format!(
                "\"{}\" has several versions and no write floor",
                row.value.contract_type
            );
            Found::new(row.cells.span(field), message)
                .hint("the column \"Write Floor\" has the lowest version that may be written")
        });
        found.collect()
    },
};

pub const MISSING_HEADER_KEY: Rule = Rule {
    id: "missing-header-key",
    level: Level::Violation,
    summary: "required keys without one of the envelope",
    explanation: "Every document has _schema_version, _context and type, unless its contract type is one without an envelope.",
    check: missing_header_key,
};

fn missing_header_key(document: &Document<'_>, surroundings: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in document
        .contracts
        .rows
        .iter()
        .filter(|row| row.cells.has("required_keys"))
    {
        let known = surroundings.registry.get(&row.value.contract_type);
        if known.is_ok_and(|contract| !contract.manifest().envelope) {
            continue;
        }
        let missing: Vec<&str> = HEADER_KEYS
            .into_iter()
            .filter(|key| !row.value.required_keys.iter().any(|it| it == key))
            .collect();
        if !missing.is_empty() {
            let message = format!(
                "{} has to be a required key of every document",
                enumerated(&missing)
            );
            found.push(Found::new(row.cells.span("required_keys"), message));
        }
    }
    found
}

pub const KEY_NOT_ALLOWED: Rule = Rule {
    id: "key-not-allowed",
    level: Level::Violation,
    summary: "a required key or an index key that is not among the allowed keys",
    explanation: "No document can have it: a required key refuses every document, an index on it is empty.",
    check: key_not_allowed,
};

fn key_not_allowed(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in document
        .contracts
        .rows
        .iter()
        .filter(|row| row.cells.has("allowed_keys"))
    {
        let Some(allowed) = &row.value.allowed_keys else {
            continue;
        };
        let keys = row
            .value
            .required_keys
            .iter()
            .map(|key| ("required_keys", key));
        for (field, key) in keys.chain(row.value.index_keys.iter().map(|key| ("index_keys", key))) {
            let first = key.split(['.', '[']).next().unwrap_or_default();
            if !HEADER_KEYS.contains(&first) && !allowed.iter().any(|it| it == first) {
                let message = format!(
                    "the key \"{key}\" is not among the allowed keys of \"{}\"",
                    row.value.contract_type
                );
                found.push(Found::new(row.cells.span_of(field, key), message));
            }
        }
    }
    found
}

pub const SHARED_VALIDATOR: Rule = Rule {
    id: "shared-validator",
    level: Level::Warning,
    summary: "one validator for two contract types",
    explanation: "The key type of a document has the name of one contract type, so that a validator of one refuses the documents of the other, or does not \
                  look at the key.",
    check: |document, _| {
        let mut found = Vec::new();
        let mut known: HashMap<&str, &str> = HashMap::new();
        for row in &document.contracts.rows {
            let Some(validator) = &row.value.validator_ref else {
                continue;
            };
            match known.entry(validator) {
                Entry::Occupied(first) => {
                    let message = format!("\"{}\" has this validator too", first.get());
                    found.push(
                        Found::new(row.cells.span("validator_ref"), message)
                            .hint("one validator for each contract type"),
                    );
                }
                Entry::Vacant(place) => {
                    place.insert(&row.value.contract_type);
                }
            }
        }
        found
    },
};
