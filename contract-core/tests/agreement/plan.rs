//! A plan, walked over jsonb bytes, and the general validator.

use crate::generate;
use contract_core::{
    ContractValidator, Registry, SchemaValidator,
    json::Jsonb,
    plan::{ContractPlan, Plan, Unreadable},
    stored::is_jsonb,
    watch::Unwatched,
};
use jsonschema_value::jsonb::encode::{NumericForm, encode, encode_nested_arrays, encode_with};
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
    assert!(is_jsonb(&bytes), "{document}");
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
    generate::for_all(2048, &pairs, |(schema, documents)| {
        let general = SchemaValidator::<Jsonb>::compile(&schema)
            .unwrap_or_else(|error| panic!("{schema}: {error}"));
        let plan = Plan::<Unwatched>::compile(&schema).expect("a schema");
        let mut counted = counts.get();
        for document in documents {
            counted[usize::from(verdict(&plan, &general, &schema, &document))] += 1;
        }
        counted[2 + usize::from(plan.generals() == 0)] += 1;
        counts.set(counted);
    });
    let [refused, accepted, partly_general, by_rules_alone] = counts.get();
    assert!(
        refused > 1000 && accepted > 1000 && partly_general > 200 && by_rules_alone > 200,
        "{refused} refused, {accepted} accepted, {partly_general} partly general, {by_rules_alone} not"
    );
}

#[test]
fn keywords_at_their_edges_give_one_verdict() {
    let number = |text: &str| serde_json::from_str::<Value>(text).expect("a number");
    let many: serde_json::Map<String, Value> =
        (0..100).map(|i| (format!("k{i}"), json!(i))).collect();
    let documents: Vec<Value> = [
        "0",
        "-0",
        "1",
        "-1",
        "9999",
        "10000",
        "10001",
        "-10000",
        "0.1",
        "0.0001",
        "0.00001",
        "1.5",
        "1e2",
        "100000000",
        "123456789.123456789",
        "1e400",
        "-1e400",
        "1e-400",
        "0.3000000000000000000001",
        "9007199254740993",
        "9007199254740992.5",
        "4294967296",
        "18446744073709551616",
    ]
    .map(number)
    .into_iter()
    .chain([
        json!(""),
        json!("a"),
        json!("ab"),
        json!("\u{e4}"),
        json!("\u{1f600}\u{1f600}"),
        json!("abcd"),
        json!(null),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!([1]),
        json!([1, 2, "x"]),
        json!([[1], [1]]),
        json!({"a": 1}),
        json!({"a": 1, "b": null}),
        json!({"aa": {"a": [1]}}),
        json!({"x-a": 1, "b": 2}),
        json!({"": 1}),
        json!({"b": 1, "bb": 2, "bbb": 3}),
        Value::Object(many),
        json!("2024-02-29"),
        json!("2024-02-29T10:00:00Z"),
        json!("10:00:00Z"),
        json!((0..70).collect::<Vec<_>>()),
    ])
    .collect();
    let mut schemas: Vec<Value> = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "const",
    ]
    .iter()
    .flat_map(|keyword| {
        documents[..23]
            .iter()
            .map(move |limit| json!({*keyword: limit}))
    })
    .collect();
    schemas.extend(
        [
            "1",
            "2",
            "0.1",
            "0.01",
            "0.0001",
            "0.00001",
            "3",
            "10000",
            "1e-30",
            "123456789012345678901",
            "1e20",
            "7.5",
        ]
        .map(|step| json!({"multipleOf": number(step)})),
    );
    schemas.extend(
        documents
            .iter()
            .map(|value| json!({"enum": [value, 1, "a"]})),
    );
    schemas.extend(documents.iter().map(|value| json!({"const": value})));
    schemas.extend([
        json!({"type": ["integer", "string"]}), json!({"type": ["integer", "number"]}), json!({"type": "boolean"}),
        json!({"minLength": 1, "maxLength": 1}), json!({"minLength": 2}), json!({"maxLength": 3}), json!({"minLength": 2.0}),
        json!({"minItems": 1, "maxItems": 2}), json!({"minProperties": 1, "maxProperties": 2}),
        json!({"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": {"type": "null"}}),
        json!({"properties": {"x-a": {"minimum": 2}}, "patternProperties": {"^x-": true}, "additionalProperties": false}),
        json!({"patternProperties": {"^(a|b)$": {"type": "integer"}}, "additionalProperties": false, "required": ["b"]}),
        json!({"patternProperties": {"^": {"type": "integer"}}}),
        json!({"dependentRequired": {"a": ["b"], "b": []}}), json!({"dependentSchemas": {"a": {"maxProperties": 1}}}),
        json!({"propertyNames": {"maxLength": 1}}), json!({"propertyNames": {"pattern": "^k"}}), json!({"propertyNames": false}),
        json!({"required": ["b", "bb", "bbb"], "additionalProperties": false, "properties": {"bb": {}, "b": {}}}),
        json!({"contains": {"type": "string"}}), json!({"contains": true, "minContains": 0, "maxContains": 2}),
        json!({"prefixItems": [{"const": 1}], "items": {"type": "integer"}}), json!({"uniqueItems": true}),
        json!({"items": false}), json!({"const": 1, "enum": [1, 2]}), json!({"const": [1], "enum": [[1], 2]}),
        json!({"format": "date"}), json!({"format": "time"}), json!({"format": "date-time"}), json!({"format": "nothing"}),
        json!({"if": {"type": "number"}, "then": {"minimum": 1}, "else": {"minLength": 1}}), json!({"then": false}),
        json!({"$ref": "#/$defs/a", "minimum": 1, "$defs": {"a": {"type": "integer"}}}), json!({"$ref": "#"}),
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
        json!({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}]}}}),
        json!({"items": {"$ref": "#/$defs/a"}, "uniqueItems": true, "$defs": {"a": {"unevaluatedItems": {"$ref": "#"}}}}),
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}], "additionalItems": false}),
        json!({"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": true}),
        json!({"dependencies": {"a": ["b"]}}), json!({"not": {"type": "object"}}), json!({"oneOf": [{"minimum": 1}, {"type": "integer"}]}),
    ]);
    for schema in &schemas {
        let general = SchemaValidator::<Jsonb>::compile(schema)
            .unwrap_or_else(|error| panic!("{schema}: {error}"));
        let plan = Plan::<Unwatched>::compile(schema).expect("a schema");
        for document in &documents {
            let expected = verdict(&plan, &general, schema, document);
            for form in [NumericForm::Long, NumericForm::Short] {
                assert_eq!(
                    plan.is_valid(&encode_with(document, form)),
                    Ok(expected),
                    "{schema} {document}"
                );
            }
        }
    }
}

/// The documents that differ from `document` in one place.
fn near_misses(document: &Value) -> Vec<Value> {
    let others = || {
        [
            json!(null),
            json!(true),
            json!(0),
            json!(1.5),
            json!(""),
            json!("x"),
            json!([]),
            json!([1]),
            json!({}),
            json!({"a": 1}),
        ]
    };
    let mut found: Vec<Value> = others().into();
    match document {
        Value::Object(members) => {
            for (key, value) in members {
                let with = |name: &str, value: Option<Value>| {
                    let mut members = members.clone();
                    members.remove(key);
                    members.extend(value.map(|value| (name.to_owned(), value)));
                    Value::Object(members)
                };
                found.push(with(key, None));
                found.push(with(&format!("{key}x"), Some(value.clone())));
                let mut shorter = key.clone();
                shorter.pop();
                found.push(with(&shorter, Some(value.clone())));
                found.extend(
                    near_misses(value)
                        .into_iter()
                        .map(|value| with(key, Some(value))),
                );
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                for other in near_misses(element) {
                    let mut elements = elements.clone();
                    elements[index] = other;
                    found.push(elements.into());
                }
            }
        }
        Value::String(text) => found.extend([
            json!(format!("{text}x")),
            json!(text.replacen(['0', 'a'], "/", 1)),
        ]),
        Value::Number(number) => {
            found.extend(
                ["1.0", "10e-1", "2.0", "3", "4294967297"]
                    .map(|other| serde_json::from_str(other).expect("a number")),
            );
            found.push(json!(number.to_string()));
        }
        _ => {}
    }
    found
}

#[test]
fn near_misses_of_every_version_give_one_verdict() {
    for contract in Registry::builtin().iter() {
        let plan = ContractPlan::<Unwatched>::compile(contract).expect("built in");
        let general: ContractValidator<Jsonb> = contract.compile().expect("built in");
        for (version, schema) in contract.versions() {
            let by_rules_alone = Plan::<Unwatched>::compile(schema).expect("built in");
            assert_eq!(
                by_rules_alone.generals(),
                0,
                "{} {version}",
                contract.name()
            );
            let counts = Cell::new([0_u32; 2]);
            generate::for_all(8, &generate::document(schema), |document| {
                let mut counted = counts.get();
                for document in near_misses(&document).into_iter().chain([document]) {
                    let bytes = encode(&document);
                    let expected = general.is_valid(Jsonb::root(&bytes));
                    assert_eq!(plan.is_valid(&bytes), Ok(expected), "{document}");
                    counted[usize::from(expected)] += 1;
                }
                counts.set(counted);
            });
            let [refused, accepted] = counts.get();
            assert!(
                refused > 100 && accepted > 8,
                "{} {version}",
                contract.name()
            );
        }
    }
}

#[test]
fn hostile_bytes_end_in_an_answer() {
    let contracts: Vec<_> = Registry::builtin()
        .iter()
        .map(|contract| {
            let (_, schema) = contract.versions().last().expect("a version");
            let plan = ContractPlan::<Unwatched>::compile(contract).expect("built in");
            (plan, generate::document(schema))
        })
        .collect();
    let change = (any::<u16>(), any::<u8>());
    for (plan, documents) in &contracts {
        let changed = (
            documents.clone(),
            proptest::collection::vec(change.clone(), 1..4),
        );
        generate::for_all(64, &changed, |(document, changes)| {
            let mut bytes = encode(&document);
            assert_eq!(plan.is_valid(&bytes), Ok(true));
            for length in 0..bytes.len() {
                let _ = plan.is_valid(&bytes[..length]);
                assert!(!is_jsonb(&bytes[..length]));
            }
            for (at, value) in changes {
                let at = usize::from(at) % bytes.len();
                bytes[at] = value;
                let _ = (plan.is_valid(&bytes), is_jsonb(&bytes));
            }
        });
    }
}

#[test]
fn hostile_bytes_give_no_other_verdict_where_they_are_jsonb() {
    let pairs = (
        generate::schema_document(),
        generate::small_json(),
        proptest::collection::vec((any::<u16>(), any::<u8>()), 0..3),
    );
    generate::for_all(512, &pairs, |(schema, document, changes)| {
        let plan = Plan::<Unwatched>::compile(&schema).expect("a schema");
        let mut bytes = encode(&document);
        for (at, value) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = value;
        }
        let found = plan.is_valid(&bytes);
        if is_jsonb(&bytes) {
            let general = SchemaValidator::<Jsonb>::compile(&schema).expect("a schema");
            assert_eq!(found, Ok(general.is_valid(Jsonb::root(&bytes))), "{schema}");
        }
    });
}

#[test]
fn no_depth_exhausts_the_stack() {
    let schema = json!({"items": {"$ref": "#"}, "additionalProperties": {"$ref": "#"}});
    let plan = Plan::<Unwatched>::compile(&schema).expect("a schema");
    assert_eq!(plan.generals(), 0);
    assert_eq!(plan.is_valid(&encode_nested_arrays(1000)), Ok(true));
    let (deep, on_small_stack) = (encode_nested_arrays(100_000), 1 << 20);
    std::thread::Builder::new()
        .stack_size(on_small_stack)
        .spawn(move || assert_eq!(plan.is_valid(&deep), Err(Unreadable::TooDeep)))
        .expect("a thread")
        .join()
        .expect("an answer");
}
