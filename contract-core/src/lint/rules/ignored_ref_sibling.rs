//! A keyword beside a `$ref` that hides it.

use crate::lint::{
    Found, Rule,
    document::{Subschema, is_hidden},
    keyword::{self, draft_name},
};

pub(super) const RULE: Rule = Rule {
    id: "ignored-ref-sibling",
    summary: "a keyword stands beside a $ref, which hides it in this draft",
    explanation: "\
Up to draft 7 a $ref stands for the whole schema: what stands beside it is ignored.

    {\"$schema\": \"http://json-schema.org/draft-07/schema#\", ...
     \"properties\": {\"name\": {\"$ref\": \"#/definitions/text\", \"maxLength\": 80}}}

Write {\"allOf\": [{\"$ref\": ...}], \"maxLength\": 80}, or name draft 2019-09 or later.
",
    check,
};

/// Keywords that say nothing of a value.
const REMARKS: [&str; 11] = [
    "$comment",
    "$id",
    "$schema",
    "default",
    "deprecated",
    "description",
    "examples",
    "id",
    "readOnly",
    "title",
    "writeOnly",
];

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    for name in schema.members.keys() {
        if is_hidden(schema.members, schema.draft, name)
            && keyword::find(name).is_some()
            && !REMARKS.contains(&name.as_str())
        {
            let message = format!(
                "keyword \"{name}\" stands beside \"$ref\", which hides it in {}",
                draft_name(schema.draft)
            );
            let hint = "move the reference into \"allOf\"".to_owned();
            found.add(schema, &[name], message, hint);
        }
    }
}
