//! The keywords of draft 2020-12: which of them hold schemas, and which say nothing of validity.

use serde_json::{Map, Value};

/// Keywords that hold one schema (JSON Schema Core 2020-12, sections 10 and 11).
const ONE: [&str; 10] = [
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords that hold a list of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords that hold schemas by name.
const MAPS: [&str; 3] = ["dependentSchemas", "patternProperties", "properties"];
/// Keywords that hold no schema and assert something (JSON Schema Validation 2020-12, section 6).
const PLAIN: [&str; 22] = [
    "$ref",
    "const",
    "dependentRequired",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "type",
    "uniqueItems",
];

/// What a keyword holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holds {
    /// One schema.
    One,
    /// A list of schemas.
    List,
    /// Schemas by name.
    Map,
    /// No schema, but an assertion.
    Plain,
    /// Nothing that says what is valid.
    Nothing,
}

/// What a keyword of draft 2020-12 holds.
pub(super) fn holds(keyword: &str) -> Holds {
    if ONE.contains(&keyword) {
        Holds::One
    } else if LISTS.contains(&keyword) {
        Holds::List
    } else if MAPS.contains(&keyword) {
        Holds::Map
    } else if PLAIN.contains(&keyword) {
        Holds::Plain
    } else {
        Holds::Nothing
    }
}

/// The type of the values that a keyword speaks of; `None` for one that speaks of all, or of none.
pub(super) fn applies_to(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => "number",
        "minLength" | "maxLength" | "pattern" | "format" => "string",
        "items" | "prefixItems" | "minItems" | "maxItems" | "uniqueItems" | "contains"
        | "minContains" | "maxContains" | "unevaluatedItems" => "array",
        "properties"
        | "patternProperties"
        | "additionalProperties"
        | "propertyNames"
        | "required"
        | "minProperties"
        | "maxProperties"
        | "dependentRequired"
        | "dependentSchemas"
        | "unevaluatedProperties" => "object",
        _ => return None,
    })
}

/// The schemas that a schema holds.
pub(super) fn children(schema: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    schema.iter().flat_map(|(keyword, value)| {
        let found: Vec<&Value> = match (holds(keyword), value) {
            (Holds::One, value) => vec![value],
            (Holds::List, Value::Array(schemas)) => schemas.iter().collect(),
            (Holds::Map, Value::Object(schemas)) => schemas.values().collect(),
            _ => Vec::new(),
        };
        found
    })
}

/// Calls `change` with each schema that a schema holds.
pub(super) fn for_each_child(schema: &mut Map<String, Value>, change: &mut impl FnMut(&mut Value)) {
    for (keyword, value) in schema.iter_mut() {
        match (holds(keyword), value) {
            (Holds::One, value) => change(value),
            (Holds::List, Value::Array(schemas)) => schemas.iter_mut().for_each(&mut *change),
            (Holds::Map, Value::Object(schemas)) => schemas.values_mut().for_each(&mut *change),
            _ => {}
        }
    }
}
