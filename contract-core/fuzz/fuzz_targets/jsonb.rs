//! Raw bytes as a stored document: no plan panics, and where the bytes are jsonb, the general validator
//! gives the same verdict.
#![no_main]

#[path = "../src/schemas.rs"]
mod schemas;

use contract_core::{
    SchemaValidator, json::Jsonb, plan::Plan, stored::is_jsonb, watch::Unwatched,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::sync::LazyLock;

struct Compiled {
    schema: Value,
    plan: Plan<Unwatched>,
    general: SchemaValidator<Jsonb>,
}

static SCHEMAS: LazyLock<Vec<Compiled>> = LazyLock::new(|| {
    let compile = |schema: Value| Compiled {
        plan: Plan::compile(&schema).expect("a schema"),
        general: SchemaValidator::compile(&schema).expect("a schema"),
        schema,
    };
    schemas::schemas().into_iter().map(compile).collect()
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, document)) = input.split_first() else {
        return;
    };
    let Compiled { schema, plan, general } = &SCHEMAS[usize::from(choice) % SCHEMAS.len()];
    let found = plan.is_valid(document);
    if is_jsonb(document) {
        assert_eq!(found, Ok(general.is_valid(Jsonb::root(document))), "{schema}");
    }
});
