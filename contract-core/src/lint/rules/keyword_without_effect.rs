//! A keyword that applies to no value that may be there, or needs one that is missing.

use super::unknown_format::FORMATS;
use crate::lint::{Found, Rule, document::Subschema, keyword};
use serde_json::Value;

pub(super) const RULE: Rule = Rule {
    id: "keyword-without-effect",
    summary: "a keyword has no effect beside the others",
    explanation: "\
A keyword applies to values of one type and lets all others pass; some need another one beside them:

    {\"type\": \"integer\", \"maxLength\": 5}           (maxLength is for strings)
    {\"type\": \"string\", \"required\": [\"name\"]}      (required belongs to the object around it)
    {\"then\": {\"required\": [\"reason\"]}}            (there is no if)
    {\"type\": \"array\", \"minContains\": 1}           (there is no contains)
",
    check,
};

/// A keyword, and those of which it needs one beside it.
const NEEDS: [(&str, &[&str]); 6] = [
    ("then", &["if"]),
    ("else", &["if"]),
    (
        "if",
        &["then", "else", "unevaluatedProperties", "unevaluatedItems"],
    ),
    ("minContains", &["contains"]),
    ("maxContains", &["contains"]),
    ("contentSchema", &["contentMediaType"]),
];

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    let types = schema.types();
    for (name, value) in schema.members {
        let known = keyword::find(name).filter(|known| known.is_of(schema.draft));
        if known.is_none() || schema.get(name).is_none() {
            continue;
        }
        if let Some(kind) = applies_to(name, value)
            && let Some(types) = &types
            && !types.is_empty()
            && !types.iter().any(|allowed| is_kind(allowed, kind))
        {
            let message =
                format!("keyword \"{name}\" applies to type {kind}, which \"type\" does not allow");
            let hint = (name == "required").then(|| {
                "a key is required by the object that has it, not by the key's own schema"
                    .to_owned()
            });
            found.add(schema, &[name], message, hint);
        } else if let Some(needed) = missing(schema, name) {
            let message = format!("keyword \"{name}\" has no effect without {needed}");
            found.add(schema, &[name], message, None);
        }
    }
}

/// The type of the values to which a keyword applies; `None` for all.
fn applies_to(name: &str, value: &Value) -> Option<&'static str> {
    if name == "format" {
        // Every format that is known is one of strings.
        let is_known = FORMATS.iter().any(|(format, _)| value == format);
        return is_known.then_some("string");
    }
    keyword::find(name)?.applies_to
}

fn is_kind(allowed: &str, kind: &str) -> bool {
    allowed == kind || (allowed == "integer" && kind == "number")
}

/// What a keyword needs beside it and is not there.
fn missing(schema: &Subschema<'_>, name: &str) -> Option<String> {
    if name == "additionalItems" && !schema.get("items").is_some_and(Value::is_array) {
        return Some("an array at \"items\"".to_owned());
    }
    let (_, needed) = NEEDS.iter().find(|(keyword, _)| *keyword == name)?;
    if needed.iter().any(|other| schema.get(other).is_some()) {
        return None;
    }
    let named: Vec<String> = needed
        .iter()
        .filter(|other| !other.starts_with("unevaluated"))
        .map(|other| format!("\"{other}\""))
        .collect();
    Some(named.join(" or "))
}
