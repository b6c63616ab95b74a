//! A walk under watch: each read is reported, and unwinding ends the walk.

use contract_core::{
    SchemaValidator, Values,
    json::SerdeJson,
    plan::Plan,
    watch::{Watch, Watched},
};
use jsonschema_value::jsonb::encode::{encode, encode_nested_arrays};
use serde_json::{Value, json};
use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, panic_any},
};

thread_local! {
    static READS: Cell<u64> = const { Cell::new(0) };
    static DESCENTS: Cell<u64> = const { Cell::new(0) };
    static VIOLATIONS: Cell<u64> = const { Cell::new(0) };
    static LIMIT: Cell<u64> = const { Cell::new(u64::MAX) };
}

/// What the watch unwinds with.
struct Stopped;

enum Counter {}

impl Watch for Counter {
    fn read() {
        READS.set(READS.get() + 1);
        if READS.get() > LIMIT.get() {
            panic_any(Stopped);
        }
    }

    fn descend() {
        DESCENTS.set(DESCENTS.get() + 1);
    }

    fn violation() {
        VIOLATIONS.set(VIOLATIONS.get() + 1);
    }
}

type Counted = Watched<SerdeJson, Counter>;

fn array(length: usize) -> Value {
    Value::from(vec![json!({"a": 1}); length])
}

fn validator() -> SchemaValidator<Counted> {
    SchemaValidator::compile(&json!({"items": {"properties": {"a": {"type": "integer"}}}}))
        .expect("a schema")
}

#[test]
fn every_value_and_every_container_is_seen() {
    let (validator, document) = (validator(), array(1000));
    assert!(validator.is_valid(Counted::node(&document)));
    assert!(READS.get() >= 2000, "{} reads", READS.get());
    assert!(DESCENTS.get() >= 1001, "{} descents", DESCENTS.get());
}

#[test]
fn unwinding_ends_the_walk() {
    let (validator, document) = (validator(), array(100_000));
    LIMIT.set(500);
    let stopped = catch_unwind(AssertUnwindSafe(|| {
        validator.is_valid(Counted::node(&document))
    }))
    .expect_err("the walk was stopped");
    assert!(stopped.is::<Stopped>());
    assert_eq!(READS.get(), 501);
}

/// A plan reports the elements of an array and the members of an object, rather than every read.
#[test]
fn unwinding_ends_the_walk_of_a_plan() {
    for schema in [
        json!({"items": {"properties": {"a": {"type": "integer"}}}}),
        json!({"items": {"required": ["a"]}, "uniqueItems": false}),
        json!({"items": {"unevaluatedProperties": {"type": "integer"}}}),
    ] {
        let plan = Plan::<Counter>::compile(&schema).expect("a schema");
        let bytes = encode(&array(100_000));
        LIMIT.set(u64::MAX);
        READS.set(0);
        assert_eq!(plan.is_valid(&bytes), Ok(true), "{schema}");
        assert!(READS.get() >= 200_000, "{schema}: {} reads", READS.get());
        READS.set(0);
        LIMIT.set(500);
        let stopped = catch_unwind(AssertUnwindSafe(|| plan.is_valid(&bytes)))
            .expect_err("the walk was stopped");
        assert!(stopped.is::<Stopped>());
        assert_eq!(READS.get(), 501, "{schema}");
    }
    let nested = Plan::<Counter>::compile(&json!({"items": {"$ref": "#"}})).expect("a schema");
    DESCENTS.set(0);
    LIMIT.set(u64::MAX);
    assert_eq!(nested.is_valid(&encode_nested_arrays(1000)), Ok(true));
    assert!(DESCENTS.get() >= 60, "{} descents", DESCENTS.get());
}

#[test]
fn violations_are_those_without_a_watch() {
    let schema = json!({"items": {"required": ["b"], "type": "object"}, "maxItems": 2});
    let document = json!([{"a": {"deep": [1]}}, 1, {"b": 1}]);
    let plain = SchemaValidator::<SerdeJson>::compile(&schema).expect("a schema");
    let watched = SchemaValidator::<Counted>::compile(&schema).expect("a schema");
    for values in [Values::Masked, Values::Shown] {
        assert_eq!(
            watched.validate(Counted::node(&document), values),
            plain.validate(&document, values)
        );
    }
    assert!(VIOLATIONS.get() >= 4, "{} violations", VIOLATIONS.get());
}
