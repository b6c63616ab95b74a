//! A value of an `enum`, or a `const`, that the schema beside it refuses.

use crate::lint::{Found, Rule, assertions, document::Subschema};

pub(super) const RULE: Rule = Rule {
    id: "refused-enum-value",
    summary: "a value of an enum or a const is refused by what stands beside it",
    explanation: "\
Every keyword of a schema must hold. A value that is listed but of another type, too long or out of
bounds is never taken:

    {\"type\": \"string\", \"enum\": [\"low\", \"high\", null]}

Here null is refused. Write \"type\": [\"string\", \"null\"], or leave the type away: the enum says it all.
",
    check,
};

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    let values = schema.list("enum");
    if !values.is_empty()
        && let Some(validator) = assertions::validator(schema, "enum")
    {
        for (index, value) in values.iter().enumerate() {
            if !validator.is_valid(value) {
                let message = "the value is refused by the keywords beside this enum";
                found.add(schema, &["enum", &index.to_string()], message, None);
            }
        }
    }
    if let Some(value) = schema.get("const")
        && let Some(validator) = assertions::validator(schema, "const")
        && !validator.is_valid(value)
    {
        let message = "the value is refused by the keywords beside this const";
        found.add(schema, &["const"], message, None);
    }
}
