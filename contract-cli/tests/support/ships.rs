//! Manifests of a contract type of one's own.

use serde_json::{Value, json};

/// A version's schema: the cargo is a text of at most so many characters; with further keys.
pub fn cargo(longest: u32, keys: &Value) -> Value {
    let mut schema = json!({
        "properties": {"cargo": {"type": "string", "maxLength": longest}},
        "required": ["cargo"],
    });
    let properties = schema["properties"].as_object_mut().expect("an object");
    properties.extend(keys.as_object().expect("an object").clone());
    schema
}

/// The manifest of an active contract type with these versions, and what else is said in `keys`.
pub fn ship(versions: &[Value], keys: &Value) -> String {
    let newest = versions.len();
    let versions: Vec<Value> = (1..)
        .zip(versions)
        .map(|(version, schema)| json!({"version": version, "schema": schema}))
        .collect();
    let mut manifest = json!({
        "contract_type": "ship_manifest",
        "canonical_id": "CONTRACT-SHIP-MANIFEST",
        "release": format!("{newest}.0.0"),
        "owner": "harbour",
        "status": "active",
        "compatibility": "backward",
        "min_version": 1,
        "max_version": newest,
        "check_constraint": true,
        "versions": versions,
    });
    let members = manifest.as_object_mut().expect("an object");
    members.extend(keys.as_object().expect("an object").clone());
    serde_json::to_string_pretty(&manifest).expect("JSON") + "\n"
}

/// Two schemas that take the same, which a word boundary keeps from being seen.
pub fn undecided() -> [Value; 2] {
    [r"^\b(a|b)+$", r"^\b[ab][ab]*$"]
        .map(|pattern| json!({"properties": {"code": {"type": "string", "pattern": pattern}}}))
}
