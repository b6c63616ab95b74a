//! A keyword that JSON Schema does not have.

use crate::{
    lint::{Found, Rule, document::Subschema, keyword},
    name,
    validate::quoted,
};
use serde_json::Value;

pub(super) const RULE: Rule = Rule {
    id: "unknown-keyword",
    summary: "a keyword is not known, so that it demands nothing",
    explanation: "\
A keyword that is not known is ignored. Mostly it is misspelt, or a key of the document stands where
keywords stand:

    {\"type\": \"string\", \"maxLenght\": 80}
    {\"type\": \"object\", \"name\": {\"type\": \"string\"}}      (should be under \"properties\")

A name that starts with x- is taken for an extension of another tool and left alone.
",
    check,
};

/// What other dialects say, and how JSON Schema says it.
const ELSEWHERE: [(&str, &str); 6] = [
    ("nullable", "say \"type\": [..., \"null\"]"),
    ("divisibleBy", "say \"multipleOf\""),
    ("disallow", "say \"not\""),
    ("extends", "say \"allOf\""),
    ("example", "say \"examples\": [...]"),
    ("discriminator", "say \"oneOf\" with a const in each branch"),
];

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    for (name, value) in schema.members {
        if found.has_room()
            && schema.get(name).is_some()
            && keyword::find(name).is_none()
            && !name.starts_with("x-")
        {
            let message = format!("keyword {} is not known", quoted(name));
            found.add(schema, &[name], message, hint(schema, name, value));
        }
    }
}

fn hint(schema: &Subschema<'_>, name: &str, value: &Value) -> String {
    if let Some((_, hint)) = ELSEWHERE.iter().find(|(other, _)| *other == name) {
        return (*hint).to_owned();
    }
    if let Some(nearest) = name::nearest(name, keyword::names(schema.draft)).first() {
        return format!("the nearest keyword is \"{nearest}\"");
    }
    match value {
        Value::Object(members) if members.keys().all(|key| keyword::find(key).is_some()) => {
            "a key of the document is described under \"properties\"".to_owned()
        }
        _ => "a remark for other tools starts with x-".to_owned(),
    }
}
