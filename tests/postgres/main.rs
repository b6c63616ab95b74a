//! The extension in a real Postgres, from CREATE EXTENSION to dump and restore.

#[path = "../../contract-core/tests/support/generate.rs"]
mod generate;

mod agreement;
mod check_constraints;
mod dump_and_restore;
mod errors;
mod extension;
mod hostile_input;
mod json_schema_suite;
mod kept_validators;

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

/// A value as an SQL literal.
fn literal(value: &Value) -> String {
    format!("'{}'::jsonb", value.to_string().replace('\'', "''"))
}
