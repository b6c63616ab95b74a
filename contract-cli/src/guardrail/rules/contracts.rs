//! Contract types: the columns that they are for, and what their manifests say.

use super::{
    Document, Found, Level, Rule, Surroundings, contract_rows::HEADER_KEYS, references::enumerated,
};
use crate::guardrail::{
    model::{ColumnName, Contract, Status},
    value,
};
use contract_core::ContractType;
use serde_json::Value;
use std::collections::BTreeSet;

pub const CONTRACT_PER_COLUMN: Rule = Rule {
    id: "contract-per-column",
    level: Level::Violation,
    summary: "another number of contract types than of jsonb columns",
    explanation: "Every jsonb column has one contract type; they are listed in the order of the columns.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            let (columns, types) = (
                row.value.jsonb_columns.len(),
                row.value.contract_types.len(),
            );
            if columns != types {
                let message = format!(
                    "{} has jsonb columns: {columns}, contract types: {types}",
                    row.value.table
                );
                found.push(
                    Found::new(row.cells.span("contract_types"), message)
                        .hint("one contract type for each jsonb column, in their order"),
                );
            }
        }
        found
    },
};

pub const UNREGISTERED_CONTRACT_TYPE: Rule = Rule {
    id: "unregistered-contract-type",
    level: Level::Violation,
    summary: "a contract type of a jsonb column that section B does not have",
    explanation: "Without its row nobody knows its versions, its keys and who answers for it.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            for name in row
                .value
                .contract_types
                .iter()
                .filter(|it| document.contract(it).is_none())
            {
                let message = format!("the contract type \"{name}\" has no row in section B");
                found.push(Found::new(
                    row.cells.span_of("contract_types", name),
                    message,
                ));
            }
        }
        found
    },
};

pub const COLUMN_NOT_IN_REGISTRY: Rule = Rule {
    id: "column-not-in-registry",
    level: Level::Violation,
    summary: "a jsonb column that the row of its contract type does not list",
    explanation: "Section A binds the column to the type, section B does not know of it: a change of the type would forget the column.",
    check: column_not_in_registry,
};

fn column_not_in_registry(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.tables.rows {
        for (column, name) in row
            .value
            .jsonb_columns
            .iter()
            .zip(&row.value.contract_types)
        {
            let Some(contract) = document.contract(name) else {
                continue;
            };
            let column = ColumnName {
                table: row.value.table.clone(),
                column: column.clone(),
            };
            if contract.cells.has("used_in") && !contract.value.used_in.contains(&column) {
                let used: Vec<String> = contract.value.used_in.iter().map(spelled).collect();
                let message = format!(
                    "{} is bound to \"{name}\", which is registered for {} only",
                    spelled(&column),
                    if used.is_empty() {
                        "no column".to_owned()
                    } else {
                        enumerated(&used)
                    }
                );
                found.push(
                    Found::new(row.cells.span_of("contract_types", name), message)
                        .hint(format!("add the column to the row of \"{name}\" in section B, or give it a type of its own")),
                );
            }
        }
    }
    found
}

fn spelled(column: &ColumnName) -> String {
    format!("{}.{}", column.table.name, column.column)
}

pub const REGISTRY_COLUMN_NOT_IN_TABLE: Rule = Rule {
    id: "registry-column-not-in-table",
    level: Level::Violation,
    summary: "a column of section B that section A does not bind to the contract type",
    explanation: "The type is registered for a column that is no jsonb column of its table, or has another type there.",
    check: registry_column_not_in_table,
};

fn registry_column_not_in_table(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.contracts.rows {
        for used in &row.value.used_in {
            let is_bound = document.table(&used.table).is_some_and(|table| {
                let mut bound = table
                    .value
                    .jsonb_columns
                    .iter()
                    .zip(&table.value.contract_types);
                bound.any(|(column, name)| {
                    *column == used.column && *name == row.value.contract_type
                })
            });
            if !is_bound {
                let message = format!(
                    "section A does not bind {} to \"{}\"",
                    spelled(used),
                    row.value.contract_type
                );
                found.push(Found::new(
                    row.cells.span_of("used_in", &spelled(used)),
                    message,
                ));
            }
        }
    }
    found
}

pub const UNKNOWN_CONTRACT_TYPE: Rule = Rule {
    id: "unknown-contract-type",
    level: Level::Violation,
    summary: "a contract type that is neither built in nor in the folder of manifests",
    explanation: "A row of section B is a promise; the contract type is what keeps it. --contracts DIR names a folder of manifests.",
    check: |document, surroundings| {
        let mut found = Vec::new();
        for row in &document.contracts.rows {
            if let Err(unknown) = surroundings.registry.get(&row.value.contract_type) {
                let mut it = Found::new(
                    row.cells.span("contract_type"),
                    format!("there is no contract type \"{}\"", row.value.contract_type),
                );
                if !unknown.nearest().is_empty() {
                    it = it.hint(format!("nearest are {}", unknown.nearest().join(", ")));
                }
                found.push(it);
            }
        }
        found
    },
};

pub const DIFFERS_FROM_MANIFEST: Rule = Rule {
    id: "differs-from-manifest",
    level: Level::Violation,
    summary: "a row of section B that says something else than the contract type itself",
    explanation: "What is enforced is the contract type: its canonical id, its versions, its keys, whether it wants a CHECK.",
    check: differs_from_manifest,
};

fn differs_from_manifest(document: &Document<'_>, surroundings: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.contracts.rows {
        let Ok(contract) = surroundings.registry.get(&row.value.contract_type) else {
            continue;
        };
        let manifest = contract.manifest();
        let mut compare = |field: &str, is_same: bool, is: String| {
            if row.cells.has(field) && !value::is_nothing(row.cells.text(field)) && !is_same {
                let message = format!(
                    "the contract type \"{}\" says otherwise: {is}",
                    contract.name()
                );
                found.push(Found::new(row.cells.span(field), message));
            }
        };
        let said = &row.value;
        compare(
            "canonical_contract_id",
            said.canonical_contract_id.as_deref() == Some(&manifest.canonical_id),
            manifest.canonical_id.clone(),
        );
        compare(
            "min_version",
            said.min_version == Some(manifest.min_version),
            manifest.min_version.to_string(),
        );
        compare(
            "max_version",
            said.max_version == Some(manifest.max_version),
            manifest.max_version.to_string(),
        );
        let check = if manifest.check_constraint {
            "a CHECK"
        } else {
            "no CHECK"
        };
        compare(
            "check_constraint",
            said.check_constraint == Some(manifest.check_constraint),
            check.to_owned(),
        );
        let allowed = own_keys(contract);
        let is = allowed.as_ref().map_or("any key".to_owned(), |keys| {
            if keys.is_empty() {
                "no key".to_owned()
            } else {
                keys.iter().cloned().collect::<Vec<_>>().join(", ")
            }
        });
        compare("allowed_keys", has_keys(said, allowed.as_ref()), is);
    }
    found
}

/// The keys beside the envelope that some version allows; `None` where one is open.
fn own_keys(contract: &ContractType) -> Option<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    for version in &contract.manifest().versions {
        let is_open = [
            "additionalProperties",
            "unevaluatedProperties",
            "patternProperties",
        ]
        .iter()
        .any(|keyword| {
            version
                .schema
                .get(*keyword)
                .is_some_and(|it| *it != Value::Bool(false))
        });
        if is_open {
            return None;
        }
        let properties = version.schema.get("properties").and_then(Value::as_object);
        keys.extend(properties.into_iter().flat_map(|it| it.keys().cloned()));
    }
    Some(keys)
}

fn has_keys(row: &Contract, keys: Option<&BTreeSet<String>>) -> bool {
    let said = row.allowed_keys.as_ref().map(|said| {
        let own = said
            .iter()
            .filter(|key| !HEADER_KEYS.contains(&key.as_str()));
        own.cloned().collect::<BTreeSet<String>>()
    });
    said.as_ref() == keys
}

pub const COMPLIANT_WITHOUT_CHECK: Rule = Rule {
    id: "compliant-without-check",
    level: Level::Violation,
    summary: "a compliant contract type without a CHECK",
    explanation: "Without a CHECK nothing keeps a document of another shape out, the keys of the envelope included: that is declared, not compliant.",
    check: |document, _| {
        let rows = document.contracts.rows.iter();
        let unchecked = rows.filter(|row| {
            row.value.check_constraint == Some(false) && row.value.status == Some(Status::Compliant)
        });
        let found = unchecked.map(|row| {
            let open = if row.value.allowed_keys.is_none() {
                ", and any key is allowed"
            } else {
                ""
            };
            let message = format!(
                "\"{}\" is marked compliant, and no CHECK enforces its required keys{open}",
                row.value.contract_type
            );
            Found::new(row.cells.span("check_constraint"), message)
                .hint("a CHECK, or the status Declared")
        });
        found.collect()
    },
};

pub const MISSING_VALIDATOR: Rule = Rule {
    id: "missing-validator",
    level: Level::Violation,
    summary: "a table with jsonb columns and no owner of their validators",
    explanation: "Somebody has to answer for the schemas of its documents.",
    check: |document, _| {
        let rows = document.tables.rows.iter().filter(|row| {
            row.cells.has("validator_owner")
                && row.value.validator_owner.is_none()
                && !row.value.jsonb_columns.is_empty()
        });
        let found = rows.map(|row| {
            Found::new(
                row.cells.span("validator_owner"),
                format!(
                    "{} has jsonb columns and no validator owner",
                    row.value.table
                ),
            )
        });
        found.collect()
    },
};
