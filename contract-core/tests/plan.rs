//! One verdict: the plan of a schema, walked over jsonb bytes, and the general validator.

#[path = "support/generate.rs"]
mod generate;

use contract_core::{
    Registry, SchemaValidator,
    json::{Jsonb, SerdeJson},
    plan::{ContractPlan, Plan, Unreadable},
    watch::Unwatched,
};
use jsonschema_value::jsonb::encode::{encode, encode_nested_arrays};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::cell::Cell;

/// Asks the plan and the general validator, and demands one answer.
#[track_caller]
fn verdict(
    plan: &Plan<Unwatched>,
    general: &SchemaValidator<Jsonb>,
    schema: &Value,
    document: &Value,
) -> bool {
    let bytes = encode(document);
    let expected = general.is_valid(Jsonb::root(&bytes));
    assert_eq!(plan.is_valid(&bytes), Ok(expected), "{schema} {document}");
    expected
}

#[test]
fn generated_schemas_give_one_verdict() {
    let pairs = (
        generate::schema_document(),
        proptest::collection::vec(generate::small_json(), 1..12),
    );
    let counts = Cell::new([0_u32; 4]);
    generate::for_all(8192, &pairs, |(schema, documents)| {
        let Ok(general) = SchemaValidator::<Jsonb>::compile(&schema) else {
            panic!("not a schema: {schema}");
        };
        let plan = Plan::<Unwatched>::compile(&schema).expect("a schema");
        let mut counted = counts.get();
        for document in documents {
            counted[usize::from(verdict(&plan, &general, &schema, &document))] += 1;
        }
        counted[2 + usize::from(plan.generals() == 0)] += 1;
        counts.set(counted);
    });
    let [refused, accepted, with_general, without] = counts.get();
    assert!(
        refused > 4000 && accepted > 4000 && with_general > 500 && without > 500,
        "{refused} refused, {accepted} accepted, {with_general} partly general, {without} not"
    );
}
