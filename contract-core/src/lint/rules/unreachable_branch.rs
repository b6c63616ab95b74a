//! A branch of `anyOf` or `oneOf` that never decides anything.

use crate::lint::{
    Found, Rule,
    document::{Document, Subschema},
};

pub(super) const RULE: Rule = Rule {
    id: "unreachable-branch",
    summary: "no value passes by a branch of anyOf or oneOf",
    explanation: "\
A branch is dead when no value satisfies it, or not beside the \"type\" around it. Under oneOf it is dead
too when another branch takes all that it takes, for then two branches match and oneOf refuses:

    {\"oneOf\": [{\"type\": \"integer\"}, {\"type\": \"number\"}]}      (refuses 1)

The proof is by canonical forms; where none is found in bounded time, the rule says nothing.
",
    check,
};

/// With more branches the rule does not compare them.
const MOST_BRANCHES: usize = 8;
/// What the comparison of two branches costs, in keys that are compared.
const COST_OF_A_PAIR: usize = 1_000;

fn check<'s>(schema: &Subschema<'s>, found: &mut Found<'_, 's>) {
    if let Some((message, hint)) = dead(found.document, schema) {
        found.add(schema, &[], message, hint);
    }
    covered(schema, found);
}

/// Why no value satisfies a branch, be it by itself or beside the `type` around it.
fn dead<'s>(document: &Document<'s>, schema: &Subschema<'s>) -> Option<(String, Option<String>)> {
    let (parent, place) = document.parent(schema)?;
    if !matches!(place.keyword, "anyOf" | "oneOf") {
        return None;
    }
    if let (Some(around), Some(own)) = (parent.types(), schema.types())
        && !own.is_empty()
        && !own
            .iter()
            .any(|kind| around.iter().any(|other| meet(kind, other)))
    {
        let message = format!(
            "the \"type\" beside \"{}\" excludes this branch",
            place.keyword
        );
        return Some((message, None));
    }
    let path = document.path(schema, &[]);
    let reason = document.emptiness()?.reason(&path)?;
    Some(("no value satisfies this branch".to_owned(), Some(reason)))
}

fn meet(kind: &str, other: &str) -> bool {
    kind == other || matches!((kind, other), ("integer", "number") | ("number", "integer"))
}

/// The branches of `oneOf` that another one covers.
fn covered(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    let document = found.document;
    let branches = schema.list("oneOf").len();
    if !(2..=MOST_BRANCHES).contains(&branches) {
        return;
    }
    let Some(emptiness) = document.emptiness() else {
        return;
    };
    let path = |index: usize| document.path(schema, &["oneOf", &index.to_string()]);
    for inner in 0..branches {
        if emptiness.reason(&path(inner)).is_some() {
            continue;
        }
        for outer in (0..branches).filter(|outer| *outer != inner) {
            if !found.spend(COST_OF_A_PAIR) {
                return;
            }
            if emptiness.covers(&path(outer), &path(inner)) {
                let message = format!(
                    "oneOf/{outer} takes all that this branch takes, so that oneOf refuses it"
                );
                let hint = "make the branches exclude each other, or say anyOf".to_owned();
                found.add(schema, &["oneOf", &inner.to_string()], message, hint);
                break;
            }
        }
    }
}
