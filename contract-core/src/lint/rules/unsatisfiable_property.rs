//! A key or an element that no value can be.

use crate::{
    lint::{
        Found, Rule,
        document::{Place, Subschema, Token},
    },
    validate::quoted,
};
use serde_json::{Map, Value};

pub(super) const RULE: Rule = Rule {
    id: "unsatisfiable-property",
    summary: "no value satisfies the schema of a key or an element",
    explanation: "\
What a schema demands of a value can exclude each other. A key with such a schema can never be there:

    {\"properties\": {\"code\": {\"type\": \"string\", \"minLength\": 5, \"maxLength\": 3}}}

To forbid a key, write its schema as false. The proof is by the schema's canonical form; where none is
found in bounded time, the rule says nothing.
",
    check,
};

fn check<'s>(schema: &Subschema<'s>, found: &mut Found<'_, 's>) {
    let Some((_, place)) = found.document.parent(schema) else {
        return;
    };
    let Some(message) = message(place) else {
        return;
    };
    let Some(emptiness) = found.document.emptiness() else {
        return;
    };
    let path = found.document.path(schema, &[]);
    if let Some(reason) = emptiness.reason(&path)
        && !is_written_false(schema.members)
        && !emptiness.is_explained_below(&path)
    {
        found.add(schema, &[], message, reason);
    }
}

/// What it means that no value satisfies the schema at a place; `None` where it means no harm.
fn message(place: Place<'_>) -> Option<String> {
    Some(match (place.keyword, place.token) {
        ("properties", Token::Key(key)) => {
            format!(
                "no value satisfies this, so that no document has the key {}",
                quoted(key)
            )
        }
        ("patternProperties", _) => {
            "no value satisfies this, so that no document has a key of this pattern".to_owned()
        }
        ("additionalProperties" | "unevaluatedProperties", _) => {
            "no value satisfies this, so that no document has a further key".to_owned()
        }
        ("items" | "prefixItems" | "additionalItems" | "unevaluatedItems" | "contains", _) => {
            "no value satisfies this, so that no array has such an element".to_owned()
        }
        _ => return None,
    })
}

/// `{"not": {}}`: another way to write `false`.
fn is_written_false(members: &Map<String, Value>) -> bool {
    let is_true =
        |value: &Value| *value == Value::Bool(true) || value.as_object().is_some_and(Map::is_empty);
    members.len() == 1 && members.get("not").is_some_and(is_true)
}
