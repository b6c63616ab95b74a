//! The keys that a closed object schema allows.

use super::document::Subschema;
use crate::{json::SerdeJson, validate::SchemaValidator};
use jsonschema::Draft;
use serde_json::{Map, Value, json};
use std::cell::OnceCell;

/// Keywords whose subschemas can name further keys for `unevaluatedProperties`.
const APPLICATORS: [&str; 10] = [
    "$dynamicRef",
    "$recursiveRef",
    "$ref",
    "allOf",
    "anyOf",
    "dependentSchemas",
    "else",
    "if",
    "oneOf",
    "then",
];

/// What a closed object schema allows: the keys of `properties`, and those that a pattern matches.
pub(super) struct ClosedKeys<'s> {
    properties: Option<&'s Map<String, Value>>,
    patterns: Option<&'s Map<String, Value>>,
    matched: OnceCell<Option<SchemaValidator<SerdeJson>>>,
}

impl<'s> ClosedKeys<'s> {
    /// The keys of a schema that is closed by itself; `None` for one that is open, or closed to what
    /// its subschemas do not name either.
    pub fn of(schema: &Subschema<'s>) -> Option<Self> {
        let is_false = |keyword| schema.get(keyword) == Some(&Value::Bool(false));
        let is_closed = is_false("additionalProperties")
            || (schema.draft >= Draft::Draft201909
                && is_false("unevaluatedProperties")
                && !schema.members.contains_key("additionalProperties")
                && !APPLICATORS
                    .iter()
                    .any(|name| schema.members.contains_key(*name)));
        is_closed.then(|| Self {
            properties: schema.object("properties"),
            patterns: schema.object("patternProperties"),
            matched: OnceCell::new(),
        })
    }

    /// Whether a document may have the key, as far as the schema says by itself.
    pub fn allow(&self, key: &str) -> bool {
        match self.properties.and_then(|properties| properties.get(key)) {
            Some(value) => *value != Value::Bool(false),
            None => self.matches(key),
        }
    }

    /// The keys that are described by name.
    pub fn names(&self) -> impl Iterator<Item = &'s str> {
        self.properties
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str)
    }

    fn matches(&self, key: &str) -> bool {
        let Some(patterns) = self.patterns else {
            return false;
        };
        let refuse_all = self.matched.get_or_init(|| {
            let patterns: Map<String, Value> = patterns
                .iter()
                .filter(|(_, value)| **value != Value::Bool(false))
                .map(|(pattern, _)| (pattern.clone(), Value::Bool(false)))
                .collect();
            SchemaValidator::compile(&json!({"patternProperties": patterns})).ok()
        });
        // A pattern that cannot be asked may allow the key.
        refuse_all
            .as_ref()
            .is_none_or(|schema| !schema.is_valid(&json!({key: null})))
    }
}
