//! The extension in a real Postgres, from CREATE EXTENSION to dump and restore.

#[path = "../../contract-core/tests/support/generate.rs"]
mod generate;
#[path = "../../contract-cli/tests/support/catalog.rs"]
mod hand_made;
#[path = "../../contract-core/tests/support/near_miss.rs"]
mod near_miss;

mod agreement;
mod apply;
mod bindings;
mod catalog;
mod check_constraints;
mod connection;
mod core_immutability;
mod coverage;
mod drift;
mod dump_and_restore;
mod errors;
mod extension;
mod guard;
mod hostile_input;
mod interleavings;
mod json_schema_suite;
mod kept_validators;
mod mutations;
mod nexus;
mod policies;
mod pull;
mod registered;
mod replication;
mod schema_diff;
mod upgrade_column;

use serde_json::{Value, json};

/// A valid document of `case_metadata`, version 2.
fn case() -> Value {
    json!({
        "_schema_version": 2,
        "_context": {"created_by": "test", "created_at": "2025-01-22T10:00:00Z"},
        "type": "case_metadata",
        "priority": "high",
    })
}

/// A valid document of `case_metadata` of a version.
fn case_of(version: i32) -> Value {
    let mut document = case();
    document["_schema_version"] = version.into();
    document
}

/// A value as an SQL literal.
fn literal(value: &Value) -> String {
    format!("'{}'::jsonb", value.to_string().replace('\'', "''"))
}
