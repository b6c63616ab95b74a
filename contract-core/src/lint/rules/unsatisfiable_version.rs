//! A schema that no document satisfies.

use crate::lint::{Found, Rule, document::Subschema};

pub(super) const RULE: Rule = Rule {
    id: "unsatisfiable-version",
    summary: "no document satisfies the schema",
    explanation: "\
A version that takes no document is of no use: every write is refused. Often it is a required key that
no value satisfies, or parts that exclude each other:

    {\"allOf\": [{\"required\": [\"a\"]}, {\"properties\": {\"a\": false}}]}

The proof is by the schema's canonical form; where none is found in bounded time, the rule says nothing.
",
    check,
};

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    if schema.place.is_some() {
        return;
    }
    let emptiness = found.document.emptiness();
    if let Some(reason) = emptiness.and_then(|emptiness| emptiness.reason("")) {
        found.add(schema, &[], "no document satisfies this schema", reason);
    }
}
