//! A verdict on one document: by the plan over jsonb bytes, by the general validator over the same
//! bytes, and by the general validator over a `serde_json` value.
//!
//! `cargo bench -p contract-core` runs all; a name after `--` runs what has it in its path.

use contract_core::{
    ContractValidator, Registry, SchemaValidator,
    json::{Jsonb, SerdeJson},
    plan::{ContractPlan, Plan},
    watch::Unwatched,
};
use divan::{Bencher, black_box, counter::BytesCount};
use jsonschema_value::jsonb::encode::encode;
use serde_json::{Map, Value, json};

fn main() {
    divan::main();
}

/// A schema and a document, both of a size.
struct Case {
    schema: Value,
    valid: Value,
    /// The document with its last value wrong.
    invalid: Value,
}

impl Case {
    fn new(schema: Value, valid: Value, place: &str) -> Self {
        let mut invalid = valid.clone();
        *invalid.pointer_mut(place).expect("a place in the document") = json!({"wrong": null});
        Self {
            schema,
            valid,
            invalid,
        }
    }
}

/// An object of many keys, all of them in the schema.
fn wide(keys: usize) -> Case {
    let name = |index: usize| format!("key_{index}");
    let properties: Map<String, Value> = (0..keys)
        .map(|index| (name(index), json!({"type": ["string", "integer"]})))
        .collect();
    let document = (0..keys).map(|index| (name(index), index.into())).collect();
    let schema = json!({
        "type": "object", "properties": properties, "required": [name(0), name(keys - 1)], "additionalProperties": false,
    });
    Case::new(
        schema,
        Value::Object(document),
        &format!("/{}", name(keys - 1)),
    )
}

/// Objects inside one another, by a schema that refers to itself.
fn deep(levels: usize) -> Case {
    let schema = json!({
        "$ref": "#/$defs/node",
        "$defs": {"node": {
            "type": "object", "properties": {"value": {"type": "integer"}, "next": {"$ref": "#/$defs/node"}},
            "required": ["value"], "additionalProperties": false,
        }},
    });
    let document = (0..levels).fold(
        json!({"value": 0}),
        |next, value| json!({"value": value, "next": next}),
    );
    Case::new(
        schema,
        document,
        &format!("{}/value", "/next".repeat(levels)),
    )
}

/// An array of strings, each of about 40 bytes.
fn strings(bytes: usize) -> Case {
    let texts: Vec<Value> = (0..bytes / 40)
        .map(|index| json!(format!("a text of some length, number {index:08}")))
        .collect();
    let last = texts.len() - 1;
    let schema =
        json!({"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 60}});
    Case::new(schema, texts.into(), &format!("/{last}"))
}

/// An array of numbers: small, with a fraction, and large.
fn numbers(bytes: usize) -> Case {
    let numbers: Vec<Value> = (0..bytes / 14)
        .map(|index| match index % 3 {
            0 => json!(index % 1000),
            1 => serde_json::from_str(&format!("{index}.25")).expect("a number"),
            _ => json!(1_000_000_007_u64 * index as u64),
        })
        .collect();
    let last = numbers.len() - 1;
    let schema = json!({"type": "array", "items": {"type": "number", "minimum": 0, "exclusiveMaximum": 1e20}});
    Case::new(schema, numbers.into(), &format!("/{last}"))
}

/// An array of objects as applications store them.
fn records(bytes: usize) -> Case {
    let record = |index: usize| {
        let state = if index.is_multiple_of(2) {
            "open"
        } else {
            "closed"
        };
        json!({
            "id": index, "name": format!("record {index}"), "state": state, "score": 0.5,
            "tags": ["a", "b", "c"], "at": "2025-01-22T10:00:00Z", "owner": {"name": "somebody", "team": null},
        })
    };
    let count = (bytes / 240).max(1);
    let records: Vec<Value> = (0..count).map(record).collect();
    let schema = json!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "id": {"type": "integer", "minimum": 0}, "name": {"type": "string", "minLength": 1},
                "state": {"enum": ["open", "closed"]}, "score": {"type": "number", "maximum": 1},
                "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 9},
                "at": {"type": "string", "format": "date-time"},
                "owner": {"type": "object", "properties": {"name": {"type": "string"}, "team": {"type": ["string", "null"]}},
                    "required": ["name"], "additionalProperties": false},
            },
            "required": ["id", "name", "state"], "additionalProperties": false,
        },
    });
    Case::new(schema, records.into(), &format!("/{}/at", count - 1))
}

/// The three ways to a verdict, each over a valid document and one that is not.
macro_rules! ways {
    ($($case:ident: $sizes:expr;)*) => {$(
        mod $case {
            use super::*;

            #[divan::bench(args = $sizes, consts = [true, false])]
            fn plan<const VALID: bool>(bencher: Bencher, size: usize) {
                let case = super::$case(size);
                let plan = Plan::<Unwatched>::compile(&case.schema).expect("a schema");
                let bytes = encode(if VALID { &case.valid } else { &case.invalid });
                assert_eq!(plan.is_valid(&bytes), Ok(VALID));
                bencher
                    .counter(BytesCount::of_slice(&bytes))
                    .bench(|| plan.is_valid(black_box(&bytes)));
            }

            #[divan::bench(args = $sizes, consts = [true, false])]
            fn general<const VALID: bool>(bencher: Bencher, size: usize) {
                let case = super::$case(size);
                let general = SchemaValidator::<Jsonb>::compile(&case.schema).expect("a schema");
                let bytes = encode(if VALID { &case.valid } else { &case.invalid });
                bencher
                    .counter(BytesCount::of_slice(&bytes))
                    .bench(|| general.is_valid(Jsonb::root(black_box(&bytes))));
            }

            #[divan::bench(args = $sizes, consts = [true, false])]
            fn general_over_values<const VALID: bool>(bencher: Bencher, size: usize) {
                let case = super::$case(size);
                let general = SchemaValidator::<SerdeJson>::compile(&case.schema).expect("a schema");
                let document = if VALID { &case.valid } else { &case.invalid };
                bencher
                    .counter(BytesCount::of_slice(&encode(document)))
                    .bench(|| general.is_valid(black_box(document)));
            }
        }
    )*};
}

ways! {
    wide: [5, 50, 1_000, 10_000];
    deep: [5, 50, 100];
    strings: [200, 2_000, 20_000, 1_000_000, 10_000_000];
    numbers: [200, 2_000, 20_000, 1_000_000, 10_000_000];
    records: [240, 2_400, 24_000, 1_000_000, 10_000_000];
}

/// The document of the project's figures: `case_metadata`, 361 bytes.
mod case_metadata {
    use super::{
        Bencher, ContractPlan, ContractValidator, Jsonb, Registry, Unwatched, Value, black_box,
        encode, json,
    };

    fn document() -> Value {
        json!({
            "_schema_version": 2, "type": "case_metadata", "priority": "high", "escalation_level": 3,
            "_context": {"created_by": "importer", "created_at": "2025-01-22T10:00:00Z", "reason": "import", "source": "bench"},
            "custom_fields": {"amount": 12.5, "note": "a note", "scores": [1, 2, 3]},
        })
    }

    #[divan::bench]
    fn plan(bencher: Bencher) {
        let contract = Registry::builtin().get("case_metadata").expect("built in");
        let plan = ContractPlan::<Unwatched>::compile(contract).expect("built in");
        let bytes = encode(&document());
        bencher.bench(|| plan.is_valid(black_box(&bytes)));
    }

    #[divan::bench]
    fn general(bencher: Bencher) {
        let contract = Registry::builtin().get("case_metadata").expect("built in");
        let general: ContractValidator<Jsonb> = contract.compile().expect("built in");
        let bytes = encode(&document());
        bencher.bench(|| general.is_valid(Jsonb::root(black_box(&bytes))));
    }

    #[divan::bench]
    fn general_over_values(bencher: Bencher) {
        let contract = Registry::builtin().get("case_metadata").expect("built in");
        let document = document();
        bencher.bench(|| contract.is_valid(black_box(&document)));
    }
}

/// What a backend pays for its first use of a contract type.
mod first_use {
    use super::{ContractPlan, ContractValidator, Jsonb, Unwatched};

    #[divan::bench(args = ["case_metadata", "session_data"])]
    fn plan(name: &str) -> ContractPlan<Unwatched> {
        let contract = contract_core::builtin::contract_type(name).expect("built in");
        ContractPlan::compile(&contract).expect("built in")
    }

    #[divan::bench(args = ["case_metadata", "session_data"])]
    fn general(name: &str) -> ContractValidator<Jsonb> {
        let contract = contract_core::builtin::contract_type(name).expect("built in");
        contract.compile().expect("built in")
    }
}
