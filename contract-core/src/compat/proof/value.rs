//! Values that are listed: tried one by one.

use super::{Kinds, Proof};
use crate::compat::{language::Search, scope::Place};
use serde_json::{Map, Value, json};
use std::rc::Rc;

impl Proof<'_> {
    /// A verdict by trying each value, where the narrow side lists them.
    pub(super) fn by_enumeration(&self, narrow: &[Place], wide: &Place) -> Option<bool> {
        let values = listed(narrow).or_else(|| self.few_texts(narrow, wide))?;
        let (narrow, wide) = (
            self.validator(narrow)?,
            self.validator(std::slice::from_ref(wide))?,
        );
        let is_shown = |value: &Value| narrow.refuses(value) || wide.takes(value);
        Some(values.iter().all(is_shown))
    }

    /// The texts of a pattern that matches a few only, where the wide side asks for values of a list.
    fn few_texts(&self, narrow: &[Place], wide: &Place) -> Option<Vec<Value>> {
        const FEW: usize = 64;
        let is_list = wide.get("enum").is_some() || wide.get("const").is_some();
        if !is_list || !Kinds::of(narrow).are_within(Kinds::STRING) {
            return None;
        }
        let any = self.languages.of("")?;
        let mut texts = self.texts(narrow);
        if texts.within.is_empty() {
            return None;
        }
        loop {
            match texts.clone().search(&any) {
                Search::Found(text) if texts.excluded.len() < FEW => texts.excluded.push(text),
                Search::Empty => {
                    return Some(texts.excluded.into_iter().map(Value::String).collect());
                }
                _ => return None,
            }
        }
    }
}

/// What a list or an object with given values is, said by structure.
pub(super) fn equal_to(value: &Value) -> Option<Place> {
    let member = |value: &Value| json!({"const": value});
    let schema = match value {
        Value::Array(elements) => json!({
            "type": "array",
            "prefixItems": elements.iter().map(member).collect::<Vec<_>>(),
            "minItems": elements.len(),
            "maxItems": elements.len(),
        }),
        Value::Object(members) => json!({
            "type": "object",
            "properties": members.iter().map(|(key, value)| (key.clone(), member(value))).collect::<Map<_, _>>(),
            "required": members.keys().collect::<Vec<_>>(),
            "additionalProperties": false,
        }),
        _ => return None,
    };
    Some(Rc::new(schema))
}

/// The values that one of the schemas lists, where one does.
pub(super) fn listed(schemas: &[Place]) -> Option<Vec<Value>> {
    let lists = schemas.iter().filter_map(|schema| {
        let one = schema.get("const").map(|value| vec![value.clone()]);
        one.or_else(|| schema.get("enum")?.as_array().cloned())
    });
    let plain = || {
        Kinds::of(schemas)
            .are_within(Kinds::NULL.or(Kinds::BOOLEAN))
            .then(|| vec![Value::Null, json!(false), json!(true)])
    };
    lists.min_by_key(Vec::len).or_else(plain)
}
