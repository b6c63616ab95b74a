//! An `enum` without a value.

use crate::lint::{Found, Rule, document::Subschema};

pub(super) const RULE: Rule = Rule {
    id: "empty-enum",
    summary: "an enum has no value",
    explanation: "\
An empty enum takes no value at all: the key that has it cannot be there. To forbid a key, say so:

    {\"properties\": {\"legacy_id\": false}}
",
    check,
};

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    let values = schema.get("enum").and_then(|values| values.as_array());
    if values.is_some_and(Vec::is_empty) {
        let hint = "list the values, or write the schema as false".to_owned();
        found.add(schema, &["enum"], "an empty enum takes no value", hint);
    }
}
