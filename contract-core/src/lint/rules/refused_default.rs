//! A default or an example that the schema itself refuses.

use crate::lint::{Found, Rule, assertions, document::Subschema};

pub(super) const RULE: Rule = Rule {
    id: "refused-default",
    summary: "a default or an example is refused by its own schema",
    explanation: "\
A default and examples are not checked by anyone, and whoever fills them in writes an invalid document:

    {\"type\": \"integer\", \"default\": \"0\"}

What a schema demands by itself is looked at (types, bounds, lengths, patterns, formats, enum, const,
required), not what its subschemas demand.
",
    check,
};

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    let default = schema.get("default");
    let examples = schema.list("examples");
    if default.is_none() && examples.is_empty() {
        return;
    }
    let Some(validator) = assertions::validator(schema, "") else {
        return;
    };
    if default.is_some_and(|value| !validator.is_valid(value)) {
        let message = "the schema refuses its own default";
        found.add(schema, &["default"], message, None);
    }
    for (index, value) in examples.iter().enumerate() {
        if !validator.is_valid(value) {
            let message = "the schema refuses its own example";
            found.add(schema, &["examples", &index.to_string()], message, None);
        }
    }
}
