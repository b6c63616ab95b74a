//! The committed inputs of the fuzz target, tried as it tries them: `fuzz/run.sh` finds new ones.

#[path = "../fuzz/src/schemas.rs"]
mod schemas;

use contract_core::{SchemaValidator, json::Jsonb, plan::Plan, stored::is_jsonb, watch::Unwatched};
use std::{fs, path::Path};

#[test]
fn every_input_gets_one_verdict() {
    let compiled: Vec<_> = schemas::schemas()
        .into_iter()
        .map(|schema| {
            let plan = Plan::<Unwatched>::compile(&schema).expect("a schema");
            let general = SchemaValidator::<Jsonb>::compile(&schema).expect("a schema");
            (schema, plan, general)
        })
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/jsonb");
    let (mut inputs, mut of_jsonb) = (0, 0);
    for entry in fs::read_dir(folder).expect("the corpus") {
        let input = fs::read(entry.expect("an entry").path()).expect("an input");
        let Some((&choice, document)) = input.split_first() else {
            continue;
        };
        let (schema, plan, general) = &compiled[usize::from(choice) % compiled.len()];
        let found = plan.is_valid(document);
        inputs += 1;
        if is_jsonb(document) {
            let expected = general.is_valid(Jsonb::root(document));
            assert_eq!(found, Ok(expected), "{schema} {document:?}");
            of_jsonb += 1;
        }
    }
    assert!(
        inputs > 30 && of_jsonb > 20,
        "{inputs} inputs, {of_jsonb} of them jsonb"
    );
}
