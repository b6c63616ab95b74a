//! A key that must be there and must not.

use crate::{
    lint::{Found, Rule, closed::ClosedKeys, document::Subschema},
    name,
    validate::quoted,
};
use serde_json::Value;

pub(super) const RULE: Rule = Rule {
    id: "required-not-allowed",
    summary: "a required key is not allowed, so that no object passes",
    explanation: "\
A closed object allows the keys of \"properties\" and \"patternProperties\" only. To require another one
refuses every object:

    {\"properties\": {\"name\": {\"type\": \"string\"}}, \"required\": [\"nmae\"], \"additionalProperties\": false}

The same holds for a key whose schema is false, and for one that dependentRequired asks for. The schema
of a contract version is closed unless it says otherwise.
",
    check,
};

/// How many of the keys are compared with a misspelt one.
const MOST_COMPARED: usize = 500;

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    let closed = ClosedKeys::of(schema);
    let properties = schema.object("properties");
    let is_allowed = |key: &str| match &closed {
        Some(closed) => closed.allow(key),
        None => properties.and_then(|keys| keys.get(key)) != Some(&Value::Bool(false)),
    };
    let hint = |key: &str| {
        let names = closed.iter().flat_map(ClosedKeys::names);
        let names = names.filter(|name| *name != key && name.len() <= 64);
        let nearest = name::nearest(key, names.take(MOST_COMPARED));
        let nearest = nearest.first()?;
        Some(format!("the nearest key is {}", quoted(nearest)))
    };
    for (index, key) in texts(schema.list("required")) {
        if found.has_room() && !is_allowed(key) {
            let message = format!("required key {} is not allowed", quoted(key));
            let index = index.to_string();
            found.add(schema, &["required", &index], message, hint(key));
        }
    }
    for (trigger, keys) in schema.object("dependentRequired").into_iter().flatten() {
        for (index, key) in texts(keys.as_array().map_or(&[], Vec::as_slice)) {
            if found.has_room() && !is_allowed(key) && is_allowed(trigger) {
                let message = format!(
                    "key {} is required beside {}, and not allowed",
                    quoted(key),
                    quoted(trigger)
                );
                let place = ["dependentRequired", trigger, &index.to_string()];
                found.add(schema, &place, message, hint(key));
            }
        }
    }
}

fn texts(values: &[Value]) -> impl Iterator<Item = (usize, &str)> {
    let texts = values.iter().enumerate();
    texts.filter_map(|(index, value)| Some((index, value.as_str()?)))
}
