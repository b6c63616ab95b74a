//! A keyword where keys of the document are described.

use crate::lint::{Found, Rule, document::Subschema, keyword};
use serde_json::{Map, Value};

pub(super) const RULE: Rule = Rule {
    id: "misplaced-keyword",
    summary: "a keyword stands among the keys under properties",
    explanation: "\
Under \"properties\" stand keys of the document. A keyword that slips in one level too deep describes a
key of its name, and what it should have said is not said:

    {\"properties\": {\"name\": {\"type\": \"string\"}, \"additionalProperties\": false}}

Here the document may have any further key but \"additionalProperties\". A schema that describes schemas
(several keywords as keys) is left alone, and so is every keyword that is an ordinary word, such as
\"type\" or \"required\".
",
    check,
};

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    let Some(properties) = schema.object("properties") else {
        return;
    };
    let count = properties.keys().filter(|key| is_unmistakable(key)).count();
    for (key, value) in properties {
        if is_unmistakable(key) && seems_meant(key, value, count) {
            let message = format!("keyword \"{key}\" stands among the keys under \"properties\"");
            let hint = "move it one level up, beside \"properties\"".to_owned();
            found.add(schema, &["properties", key], message, hint);
        }
    }
}

/// Whether a key has a keyword's name that is no ordinary word: `additionalProperties`, `$ref`.
fn is_unmistakable(key: &str) -> bool {
    keyword::find(key).is_some()
        && key.contains(|letter: char| letter == '$' || letter.is_ascii_uppercase())
        && !matches!(
            key,
            "$schema" | "$id" | "$comment" | "readOnly" | "writeOnly"
        )
}

/// Whether the value is one that the keyword would have, rather than the description of a key; of so many
/// keys with a keyword's name.
fn seems_meant(key: &str, value: &Value, count: usize) -> bool {
    match (key, value) {
        (_, Value::Bool(_)) => count <= 2,
        ("patternProperties" | "dependentSchemas" | "dependentRequired" | "$defs", value) => {
            count <= 2 && value.as_object().is_some_and(is_no_schema)
        }
        (
            "additionalProperties"
            | "unevaluatedProperties"
            | "propertyNames"
            | "additionalItems"
            | "unevaluatedItems",
            Value::Object(_),
        ) => count == 1,
        _ => false,
    }
}

/// Whether no member is a keyword, so that the object holds schemas by name.
fn is_no_schema(members: &Map<String, Value>) -> bool {
    !members.is_empty() && members.keys().all(|key| keyword::find(key).is_none())
}
