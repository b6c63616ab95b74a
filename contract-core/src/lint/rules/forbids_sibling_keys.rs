//! A closed schema among others over the same object, that forbids what they describe.

use crate::{
    lint::{
        Found, Rule,
        closed::ClosedKeys,
        document::{Document, Subschema},
    },
    validate::quoted,
};
use jsonschema::Draft;
use serde_json::Value;

pub(super) const RULE: Rule = Rule {
    id: "forbids-sibling-keys",
    summary: "additionalProperties forbids a key that a schema beside it describes",
    explanation: "\
\"additionalProperties\" knows the \"properties\" beside it and no others. Two closed schemas under an
allOf forbid each other's keys, and one that is extended forbids the extension:

    {\"allOf\": [{\"$ref\": \"#/$defs/base\"}],
     \"properties\": {\"extra\": {\"type\": \"string\"}}, \"additionalProperties\": false}

Every key of base is refused here. Leave the parts open and close the whole with
\"unevaluatedProperties\": false, which sees what all parts describe.
",
    check,
};

/// How many references and allOf are followed one in the other.
const DEEPEST: usize = 8;
const HINT: &str = "leave the parts open and close the whole with \"unevaluatedProperties\": false";

fn check<'s>(schema: &Subschema<'s>, found: &mut Found<'_, 's>) {
    closed_whole(schema, found);
    closed_part(schema, found);
    closed_alternatives(schema, found);
}

/// A closed schema whose parts describe keys that it does not allow.
fn closed_whole<'s>(schema: &Subschema<'s>, found: &mut Found<'_, 's>) {
    const PARTS: [&str; 6] = ["$ref", "allOf", "anyOf", "oneOf", "then", "else"];
    let Some(closed) = closed_by_itself(schema) else {
        return;
    };
    for (place, part) in parts(found.document, schema, &PARTS) {
        let described = keys(found, &part, 0);
        if let Some(key) = described.into_iter().find(|key| !closed.allow(key)) {
            let message = format!("forbids the key {}, which {place} describes", quoted(key));
            found.add(schema, &["additionalProperties"], message, HINT.to_owned());
            return;
        }
    }
}

/// A closed part of a schema that forbids keys which are described beside it.
fn closed_part<'s>(schema: &Subschema<'s>, found: &mut Found<'_, 's>) {
    let parts = parts(found.document, schema, &["$ref", "allOf"]);
    for (index, (place, part)) in parts.iter().enumerate() {
        if !found.has_room() || !found.spend(parts.len()) {
            return;
        }
        let Some(closed) = closed(found.document, part) else {
            continue;
        };
        let mut described: Vec<(&str, &str)> = own_keys(schema)
            .map(|key| ("\"properties\"", key))
            .collect();
        for (other, (other_place, other_part)) in parts.iter().enumerate() {
            if other != index {
                let keys = keys(found, other_part, 0).into_iter();
                described.extend(keys.map(|key| (other_place.as_str(), key)));
            }
        }
        if let Some((by, key)) = described.into_iter().find(|(_, key)| !closed.allow(key)) {
            let message = format!(
                "is closed and forbids the key {}, which {by} describes",
                quoted(key)
            );
            let tokens: Vec<&str> = place.split('/').collect();
            found.add(schema, &tokens, message, HINT.to_owned());
        }
    }
}

/// Alternatives that are all closed and all forbid a key which is described beside them.
fn closed_alternatives<'s>(schema: &Subschema<'s>, found: &mut Found<'_, 's>) {
    for keyword in ["anyOf", "oneOf"] {
        let alternatives = parts(found.document, schema, &[keyword]);
        if alternatives.is_empty() || alternatives.len() < schema.list(keyword).len() {
            continue;
        }
        let closed: Option<Vec<ClosedKeys<'_>>> = alternatives
            .iter()
            .map(|(_, alternative)| closed(found.document, alternative))
            .collect();
        let Some(closed) = closed else { continue };
        let forbidden = own_keys(schema)
            .find(|key| found.spend(closed.len()) && closed.iter().all(|keys| !keys.allow(key)));
        if let Some(key) = forbidden {
            let message = format!(
                "each branch is closed and forbids the key {}, which \"properties\" describes",
                quoted(key)
            );
            found.add(schema, &[keyword], message, HINT.to_owned());
        }
    }
}

/// The keys that a schema describes by itself; a key whose schema is false is none.
fn own_keys<'s>(schema: &Subschema<'s>) -> impl Iterator<Item = &'s str> + use<'s> {
    let properties = schema.object("properties").into_iter().flatten();
    properties
        .filter(|(_, value)| **value != Value::Bool(false))
        .map(|(key, _)| key.as_str())
}

/// The schemas at the keywords, which judge the same object; each with its place.
fn parts<'s>(
    document: &Document<'s>,
    schema: &Subschema<'s>,
    keywords: &[&str],
) -> Vec<(String, Subschema<'s>)> {
    let mut parts = Vec::new();
    let mut add = |place: String, value| {
        if let Some(part) = part(document, value, schema.draft) {
            parts.push((place, part));
        }
    };
    for keyword in keywords {
        match schema.get(keyword) {
            Some(Value::Array(several)) => {
                for (index, value) in several.iter().enumerate() {
                    add(format!("{keyword}/{index}"), value);
                }
            }
            Some(one) => add((*keyword).to_owned(), one),
            None => {}
        }
    }
    parts
}

/// The schema that stands there, or to which the reference leads that stands there.
fn part<'s>(document: &Document<'s>, value: &'s Value, draft: Draft) -> Option<Subschema<'s>> {
    let value = match value {
        Value::String(reference) => document.target(reference)?,
        value => value,
    };
    Some(Subschema {
        members: value.as_object()?,
        draft,
        place: None,
    })
}

/// The keys that a closed part allows: its own, or those of what it refers to.
fn closed<'s>(document: &Document<'s>, part: &Subschema<'s>) -> Option<ClosedKeys<'s>> {
    closed_by_itself(part).or_else(|| closed_by_itself(&parts(document, part, &["$ref"]).pop()?.1))
}

/// `unevaluatedProperties` sees what the parts of a schema describe, and is no trap.
fn closed_by_itself<'s>(schema: &Subschema<'s>) -> Option<ClosedKeys<'s>> {
    let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    is_closed.then(|| ClosedKeys::of(schema)).flatten()
}

/// All keys that a part describes, with those of its own parts; none where that costs too much.
fn keys<'s>(found: &mut Found<'_, 's>, part: &Subschema<'s>, depth: usize) -> Vec<&'s str> {
    let mut described: Vec<&str> = own_keys(part).collect();
    if !found.spend(1 + described.len()) {
        return Vec::new();
    }
    if depth < DEEPEST {
        for (_, inner) in parts(found.document, part, &["$ref", "allOf"]) {
            described.extend(keys(found, &inner, depth + 1));
        }
    }
    described
}
