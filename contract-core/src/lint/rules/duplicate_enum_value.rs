//! A value that stands twice in an `enum`.

use crate::lint::{Found, Rule, document::Subschema};
use std::collections::HashSet;

pub(super) const RULE: Rule = Rule {
    id: "duplicate-enum-value",
    summary: "a value stands twice in an enum",
    explanation: "\
The second of two equal values adds nothing. Mostly one of them was meant to be another:

    {\"enum\": [\"low\", \"medium\", \"medium\"]}

Drafts 4 and 6 forbid it; later ones only advise against it (JSON Schema Validation, section 6.1.2).
",
    check,
};

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    let mut seen = HashSet::new();
    for (index, value) in schema.list("enum").iter().enumerate() {
        if !seen.insert(value) {
            let message = "the value stands in this enum before";
            found.add(schema, &["enum", &index.to_string()], message, None);
        }
    }
}
