//! The schema of a version as it is compiled: the version's own keys and the envelope in one, closed to
//! others unless the version says that it is open.

use super::{ContractVersion, Manifest};
use crate::{
    envelope,
    json::SerdeJson,
    validate::{SchemaValidator, is_reference_to_root},
};
use serde_json::{Map, Value, json};

/// The place in a version's schema that forbids it to be completed, and why.
type Wrong = (&'static str, String);

/// One version's schema with the envelope, or the place in it that forbids that, and why.
pub(super) fn schema_of(manifest: &Manifest, version: &ContractVersion) -> Result<Value, Wrong> {
    let mut schema = version.schema.clone();
    close(&mut schema)?;
    if manifest.envelope {
        refuse_what_meets_the_envelope(&schema)?;
        let properties = schema.get("properties");
        if properties.is_some_and(|properties| !properties.is_object()) {
            return Err(("/properties", "must be of type object".into()));
        }
        if let Some(key) = properties.and_then(envelope_key_in) {
            let message = format!("the key \"{key}\" belongs to the envelope");
            return Err(("/properties", message));
        }
        if schema.get("required").is_some_and(|list| !list.is_array()) {
            return Err(("/required", "must be of type array".into()));
        }
        if schema.get("type").is_some_and(|kind| kind != "object") {
            let message = "must be \"object\": a document with an envelope is an object";
            return Err(("/type", message.into()));
        }
        if is_reference_to_root(&Value::Object(schema.clone())) {
            let message = "a reference to the whole schema would ask for the envelope again: \
                           give the recursive part a name under $defs";
            return Err(("", message.into()));
        }
        let envelope = envelope::schema(&manifest.contract_type, Some(version.version));
        envelope::merge_into(&mut schema, envelope);
    }
    Ok(Value::Object(schema))
}

/// Refuses what would see the envelope's keys beside the version's own: a schema describes the latter.
fn refuse_what_meets_the_envelope(schema: &Map<String, Value>) -> Result<(), Wrong> {
    let draft = schema.get("$schema").and_then(Value::as_str);
    if draft.is_some_and(|draft| draft.contains("draft-04")) {
        let message = "draft 4 has no const, which the envelope needs: use a later draft";
        return Err(("/$schema", message.into()));
    }
    for (keyword, place) in [
        ("minProperties", "/minProperties"),
        ("maxProperties", "/maxProperties"),
    ] {
        if schema.contains_key(keyword) {
            let message = "would count the keys of the envelope too";
            return Err((place, message.into()));
        }
    }
    let refused = |names: &Value| {
        let rule = json!({"propertyNames": names});
        let rule = SchemaValidator::<SerdeJson>::compile(&rule).ok()?;
        envelope::KEYS
            .into_iter()
            .find(|key| !rule.is_valid(&json!({*key: null})))
    };
    if let Some(key) = schema.get("propertyNames").and_then(refused) {
        let message = format!("refuses the key \"{key}\" of the envelope");
        return Err(("/propertyNames", message));
    }
    let patterns = schema.get("patternProperties").and_then(Value::as_object);
    for pattern in patterns.into_iter().flat_map(Map::keys) {
        if let Some(key) = refused(&json!({"not": {"pattern": pattern}})) {
            let message =
                format!("the pattern {pattern} matches the key \"{key}\" of the envelope");
            return Err(("/patternProperties", message));
        }
    }
    Ok(())
}

/// Closes an object schema to keys that it does not name, unless it says itself what they may be.
fn close(schema: &mut Map<String, Value>) -> Result<(), Wrong> {
    // Keywords that can name further keys from beside `properties`.
    const APPLICATORS: [&str; 11] = [
        "$ref",
        "$dynamicRef",
        "$recursiveRef",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "dependentSchemas",
        "dependencies",
        "extends",
    ];
    let old_draft = schema
        .get("$schema")
        .and_then(Value::as_str)
        .is_some_and(|draft| draft.contains("draft-0"));
    if old_draft && schema.contains_key("$ref") {
        let message = "a $ref of this draft hides the keywords beside it, the envelope too";
        return Err(("/$ref", message.into()));
    }
    if schema.contains_key("additionalProperties") || schema.contains_key("unevaluatedProperties") {
        return Ok(());
    }
    if !may_be_object(schema) {
        return Ok(());
    }
    let composed = APPLICATORS.iter().any(|key| schema.contains_key(*key));
    if composed && old_draft {
        let message = "say additionalProperties: this draft cannot close a schema that is composed \
                       of others";
        return Err(("", message.into()));
    }
    let keyword = if composed {
        "unevaluatedProperties"
    } else {
        "additionalProperties"
    };
    schema.insert(keyword.into(), json!(false));
    Ok(())
}

/// Whether `type` allows an object.
fn may_be_object(schema: &Map<String, Value>) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => name == "object",
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        _ => true,
    }
}

/// Whether a key of the envelope is defined by a version's own schema, and which.
fn envelope_key_in(properties: &Value) -> Option<&'static str> {
    envelope::KEYS
        .into_iter()
        .find(|key| properties.get(key).is_some())
}
