//! Pairs of schemas made at random, and documents that are tried on them.

use crate::{
    Judge,
    documents::Constants,
    schemas::{self, Choices},
};
use contract_core::compat::{self, Comparison, Verdict};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use std::mem::discriminant;

/// Pairs that are made, where `PROPTEST_CASES` does not say otherwise.
const CASES: u32 = 150;
/// Documents that are tried on each pair and direction.
const DOCUMENTS: usize = 60;
/// Choices of one document.
const LONGEST: usize = 60;

/// Runs a property over pairs of schemas, one a change of the other, or both on their own, and what to
/// choose documents by.
#[track_caller]
fn for_all_pairs(cases: u32, property: impl Fn(&Value, &Value, &[u8])) {
    let config = Config {
        cases: std::env::var("PROPTEST_CASES").map_or(cases, |cases| {
            cases.parse().expect("PROPTEST_CASES is a number")
        }),
        failure_persistence: None,
        ..Config::default()
    };
    let choices = (
        vec(any::<u8>(), 0..140),
        vec(any::<u8>(), 0..60),
        vec(any::<u8>(), DOCUMENTS * LONGEST),
        0..4_u8,
    );
    TestRunner::new(config)
        .run(&choices, |(first, second, documents, relation)| {
            let (first, second) = (&mut Choices::of(&first), &mut Choices::of(&second));
            let old = schemas::document(first);
            let new = match relation {
                0 => schemas::document(second),
                _ => schemas::changed(second, &old),
            };
            property(&old, &new, &documents);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

/// The comparison; `None` where a reference leads nowhere.
fn compare(old: &Value, new: &Value) -> Option<Comparison> {
    compat::compare(old, new).ok()
}

#[test]
fn no_document_contradicts_a_verdict() {
    for_all_pairs(CASES, |old, new, choices| {
        let Some(comparison) = compare(old, new) else {
            return;
        };
        let constants = Constants::of([old, new]);
        let (old_judge, new_judge) = (Judge::of(old), Judge::of(new));
        for (verdict, schema, narrow, wide) in [
            (comparison.backward(), old, &old_judge, &new_judge),
            (comparison.forward(), new, &new_judge, &old_judge),
        ] {
            match verdict {
                Verdict::Compatible => {
                    for choices in choices.chunks(LONGEST) {
                        let choices = &mut Choices::of(choices);
                        let document = constants.aimed(choices, schema, schema, 5);
                        let is_contrary = narrow.takes(&document) && !wide.takes(&document);
                        assert!(
                            !is_contrary,
                            "said to be compatible: {old} and {new}, but {document}"
                        );
                    }
                }
                Verdict::Incompatible(witness) => {
                    let document = witness.document();
                    let is_witness = narrow.takes(document) && !wide.takes(document);
                    assert!(is_witness, "no witness to {old} and {new}: {document}");
                }
                Verdict::Unproven(why) => assert!(!why.is_empty()),
            }
        }
    });
}

#[test]
fn a_comparison_is_the_same_again_and_from_the_other_side() {
    for_all_pairs(CASES / 3, |old, new, _| {
        let Some(comparison) = compare(old, new) else {
            return;
        };
        assert_eq!(
            Some(&comparison),
            compare(old, new).as_ref(),
            "{old} and {new}"
        );
        let swapped = compare(new, old).expect("both schemas compile");
        for (verdict, other) in [
            (comparison.backward(), swapped.forward()),
            (comparison.forward(), swapped.backward()),
        ] {
            assert_eq!(
                discriminant(verdict),
                discriminant(other),
                "{old} and {new}: {verdict:?} and {other:?}"
            );
        }
    });
}

#[test]
fn a_schema_is_compatible_with_itself() {
    for_all_pairs(CASES, |schema, _, _| {
        let mut annotated = schema.clone();
        if let Value::Object(members) = &mut annotated {
            members.insert("description".to_owned(), json!("the same"));
        }
        let Some(comparison) = compare(schema, &annotated) else {
            return;
        };
        assert_eq!(comparison.backward(), &Verdict::Compatible, "{schema}");
        assert_eq!(comparison.forward(), &Verdict::Compatible, "{schema}");
    });
}
