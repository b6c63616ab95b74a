//! Contract types that are registered in the database.

mod aliases;
mod compatibility;
mod concurrency;
mod dump_and_restore;
mod invalid_manifests;
mod life_cycle;
mod permissions;
mod registration;
mod replication;

use serde_json::{Value, json};
use tests::{Database, Failure};

/// A manifest of `ship_manifest` with these versions' schemas, from version 1 on.
fn ship(schemas: &[Value]) -> Value {
    manifest("ship_manifest", schemas)
}

fn manifest(name: &str, schemas: &[Value]) -> Value {
    let versions: Vec<Value> = schemas
        .iter()
        .zip(1..)
        .map(|(schema, version)| match version {
            1 => json!({"version": version, "schema": schema}),
            // What was valid stays as it is, but for its version.
            _ => json!({"version": version, "schema": schema, "upgrade": []}),
        })
        .collect();
    json!({
        "contract_type": name,
        "canonical_id": format!("CONTRACT-{}", name.to_uppercase().replace('_', "-")),
        "release": format!("{}.0.0", versions.len()),
        "owner": "logistics",
        "status": "active",
        "compatibility": "backward",
        "min_version": 1,
        "max_version": versions.len(),
        "check_constraint": true,
        "versions": versions,
    })
}

/// Version 1 of a ship's manifest: a name and a crew.
fn first() -> Value {
    json!({
        "type": "object",
        "properties": {"ship": {"type": "string"}, "crew": {"type": "integer"}},
        "required": ["ship"],
    })
}

/// Version 2: one more key, which may be left out.
fn second() -> Value {
    let mut schema = first();
    schema["properties"]["captain"] = json!({"type": "string"});
    schema
}

/// A document of `ship_manifest`.
fn document(version: i32, own: &Value) -> Value {
    let mut document = json!({
        "_schema_version": version,
        "_context": {"created_by": "test", "created_at": "2025-01-22T10:00:00Z"},
        "type": "ship_manifest",
    });
    for (key, value) in own.as_object().expect("keys of its own") {
        document[key] = value.clone();
    }
    document
}

/// A text as an SQL literal.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The statement that registers a manifest.
fn register(manifest: &Value) -> String {
    format!(
        "SELECT * FROM contract.register({})",
        quoted(&manifest.to_string())
    )
}

/// What registering did: new, changed, ...
#[track_caller]
fn registered(database: &mut Database, manifest: &Value) -> String {
    let sql = register(manifest);
    match database.query_one(&sql, &[]) {
        Ok(row) => row.get("change"),
        Err(error) => panic!("{}", tests::failure(&error)),
    }
}

/// Why a manifest is not registered.
#[track_caller]
fn refused(database: &mut Database, manifest: &Value) -> Failure {
    database.fails(&register(manifest))
}
