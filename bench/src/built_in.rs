//! The built-in contract types, each with a valid document.

use crate::server::Session;
use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

/// A built-in contract type.
pub struct BuiltIn {
    /// Its name.
    pub name: String,
    document: Value,
}

impl BuiltIn {
    /// All of them, each with the smallest document that is valid.
    ///
    /// # Errors
    ///
    /// When they cannot be read, or a document turns out not to be valid.
    pub fn all(session: &mut Session) -> Result<Vec<Self>> {
        // Those without a CHECK of their own are registered in this database.
        let types: String = session.value(
            "SELECT jsonb_object_agg(name, contract.schema(name, max_version))::text
             FROM contract.types()
             WHERE name NOT IN (SELECT proname FROM contract.definitions)",
        )?;
        let types: Map<String, Value> = serde_json::from_str(&types)?;
        ensure!(!types.is_empty(), "there are no built-in contract types");
        types
            .into_iter()
            .map(|(name, schema)| {
                let built_in = Self {
                    document: smallest(&name, &schema),
                    name,
                };
                let is_valid: bool = session.value(&built_in.first_call())?;
                ensure!(
                    is_valid,
                    "{}: {} is not valid",
                    built_in.name,
                    built_in.document
                );
                Ok(built_in)
            })
            .collect()
    }

    /// The statement that is timed.
    pub fn first_call(&self) -> String {
        format!(
            "SELECT contract.is_valid('{}', '{}'::jsonb)",
            self.name, self.document
        )
    }

    /// A statement of the same form without a contract: after it, a backend has what it needs for any statement.
    pub fn rehearsal(&self) -> String {
        format!(
            "SELECT jsonb_build_object('{}', '{}'::jsonb)",
            self.name, self.document
        )
    }
}

/// The envelope, and an empty list for each further key that has to be there.
fn smallest(name: &str, schema: &Value) -> Value {
    let mut document = json!({
        "_schema_version": schema["properties"]["_schema_version"]["const"],
        "type": name,
        "_context": {"created_by": "bench", "created_at": "2025-01-22T10:00:00Z"},
    });
    let required = schema["required"].as_array().into_iter().flatten();
    for key in required.filter_map(Value::as_str) {
        if document.get(key).is_none() {
            document[key] = json!([]);
        }
    }
    document
}
