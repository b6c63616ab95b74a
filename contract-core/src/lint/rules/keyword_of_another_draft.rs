//! A keyword that the schema's draft does not have.

use crate::lint::{
    Found, Rule,
    document::Subschema,
    keyword::{self, draft_name, drafts_of},
};

pub(super) const RULE: Rule = Rule {
    id: "keyword-of-another-draft",
    summary: "a keyword belongs to another draft than the schema",
    explanation: "\
A schema is read by the draft that its \"$schema\" names, by draft 2020-12 where it names none. Keywords
of other drafts are ignored, or known to some validators only:

    {\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"prefixItems\": [{\"type\": \"string\"}]}

Name the draft that has the keyword, or write what this draft has for it. Definitions may stand under
\"$defs\" and \"definitions\" alike: references find them by their place.
",
    check,
};

/// A keyword, and what other drafts have for it.
const REPLACEMENTS: [(&str, &str); 8] = [
    ("$recursiveRef", "$dynamicRef"),
    ("$recursiveAnchor", "$dynamicAnchor"),
    ("additionalItems", "items"),
    ("dependencies", "dependentRequired or dependentSchemas"),
    ("dependentRequired", "dependencies"),
    ("dependentSchemas", "dependencies"),
    ("id", "$id"),
    ("prefixItems", "items"),
];

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    for name in schema.members.keys() {
        let Some(known) = keyword::find(name) else {
            continue;
        };
        if schema.get(name).is_none() || known.is_of(schema.draft) {
            continue;
        }
        let message = format!(
            "keyword \"{name}\" is not in {}, only in {}",
            draft_name(schema.draft),
            drafts_of(known)
        );
        found.add(schema, &[name], message, hint(schema, name));
    }
}

fn hint(schema: &Subschema<'_>, name: &str) -> String {
    match REPLACEMENTS.iter().find(|(other, _)| *other == name) {
        Some((_, instead)) => format!("{} says {instead}", draft_name(schema.draft)),
        None => "name the draft that is meant in \"$schema\"".to_owned(),
    }
}
