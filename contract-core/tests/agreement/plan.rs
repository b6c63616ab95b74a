//! A plan, walked over jsonb bytes, and the general validator.

use crate::{generate, near_miss};
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

/// The documents and schemas of `edges.json`; each of the documents makes some schemas too.
fn edges() -> (Vec<Value>, Vec<Value>) {
    let edges: Value = serde_json::from_str(include_str!("edges.json")).expect("JSON");
    let list = |name: &str| edges[name].as_array().expect("a list").clone();
    let (numbers, mut schemas) = (list("numbers"), list("schemas"));
    for keyword in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
        schemas.extend(numbers.iter().map(|limit| json!({keyword: limit})));
    }
    // The largest integer of one group of digits, and what is around it.
    let limits = [
        json!(-0.5),
        json!(0),
        json!(1),
        json!(9999),
        json!(9999.5),
        json!(10_000),
    ];
    for (least, most) in limits
        .iter()
        .flat_map(|least| limits.iter().map(move |most| (least, most)))
    {
        schemas.push(json!({"minimum": least, "maximum": most}));
        schemas
            .push(json!({"type": "integer", "exclusiveMinimum": least, "exclusiveMaximum": most}));
    }
    schemas.extend(list("steps").iter().map(|step| json!({"multipleOf": step})));
    let mut documents = [numbers, list("others")].concat();
    documents.push((0..100).map(|i| (format!("k{i}"), json!(i))).collect());
    for value in &documents {
        schemas.extend([json!({"const": value}), json!({"enum": [value, 1, "a"]})]);
    }
    (documents, schemas)
}

#[test]
fn keywords_at_their_edges_give_one_verdict() {
    let (documents, schemas) = edges();
    for schema in &schemas {
        let general = SchemaValidator::<Jsonb>::compile(schema)
            .unwrap_or_else(|error| panic!("{schema}: {error}"));
        let plan = Plan::<Unwatched>::compile(schema).expect("a schema");
        for document in &documents {
            let expected = verdict(&plan, &general, schema, document);
            let long = encode_with(document, NumericForm::Long);
            assert_eq!(plan.is_valid(&long), Ok(expected), "{schema} {document}");
        }
    }
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
                for document in near_miss::near_misses(&document)
                    .into_iter()
                    .chain([document])
                {
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

/// That documents with the same keys are of one version is expected until one is of another.
#[test]
fn versions_with_the_same_keys_give_one_verdict_each() {
    let contract = Registry::builtin().get("case_metadata").expect("built in");
    let general: ContractValidator<Jsonb> = contract.compile().expect("built in");
    let context = json!({"created_by": "a", "created_at": "2024-05-06T07:08:09Z",
        "reason": "b", "source": "c"});
    let mut documents = Vec::new();
    for version in [
        json!(1),
        json!(2),
        json!(0),
        json!(3),
        json!("1"),
        json!(null),
        json!(1.5),
    ] {
        for custom_fields in [json!({}), json!([])] {
            let document = json!({"_schema_version": version, "type": "case_metadata",
                "_context": context, "custom_fields": custom_fields});
            // The same number is not always stored in the same bytes.
            documents.extend([encode(&document), encode_with(&document, NumericForm::Long)]);
        }
    }
    let expected = |bytes: &[u8]| Ok(general.is_valid(Jsonb::root(bytes)));
    let valid = documents.iter().filter(|bytes| expected(bytes) == Ok(true));
    assert_eq!(valid.count(), 4);
    for first in &documents {
        let plan = ContractPlan::<Unwatched>::compile(contract).expect("built in");
        for bytes in [first, first]
            .into_iter()
            .chain(&documents)
            .chain(&documents)
        {
            assert_eq!(plan.is_valid(bytes), expected(bytes));
        }
    }
}

#[test]
fn what_was_asked_before_changes_no_verdict() {
    let pairs = (
        generate::schema_document(),
        proptest::collection::vec(generate::small_json(), 1..12),
    );
    generate::for_all(512, &pairs, |(schema, documents)| {
        let plan = Plan::<Unwatched>::compile(&schema).expect("a schema");
        // Twice: a plan keeps the shapes that it meets.
        for document in documents.iter().chain(&documents) {
            let bytes = encode(document);
            let fresh = Plan::<Unwatched>::compile(&schema).expect("a schema");
            assert_eq!(
                plan.is_valid(&bytes),
                fresh.is_valid(&bytes),
                "{schema} {document}"
            );
        }
    });
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
        let changed = (documents.clone(), proptest::collection::vec(change, 1..4));
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
    // References that lead to one another for the same value.
    let mut chain: serde_json::Map<String, Value> = (0..10_000)
        .map(|i| {
            (
                format!("{i}"),
                json!({"allOf": [{"$ref": format!("#/$defs/{}", i + 1)}]}),
            )
        })
        .collect();
    chain.insert("10000".into(), json!({"type": "array"}));
    let chained = Plan::<Unwatched>::compile(&json!({"$ref": "#/$defs/0", "$defs": chain}));
    let chained = chained.expect("a schema");
    assert_eq!(chained.generals(), 0);
    // Each by a member, for the same object.
    let mut needed: serde_json::Map<String, Value> = (0..4_000)
        .map(|i| {
            let next = format!("#/$defs/{}", i + 1);
            (
                format!("{i}"),
                json!({"dependentSchemas": {"a": {"$ref": next}}}),
            )
        })
        .collect();
    needed.insert(
        "4000".into(),
        json!({"properties": {"a": {"$ref": "#/$defs/0"}}}),
    );
    let needed = Plan::<Unwatched>::compile(&json!({"$ref": "#/$defs/0", "$defs": needed}));
    let needed = needed.expect("a schema");
    assert_eq!(needed.generals(), 0);
    let members = encode(&(0..14).fold(json!(1), |inner, _| json!({"a": inner})));
    let (deep, on_small_stack) = (encode_nested_arrays(100_000), 1 << 20);
    std::thread::Builder::new()
        .stack_size(on_small_stack)
        .spawn(move || {
            assert_eq!(plan.is_valid(&deep), Err(Unreadable::TooDeep));
            assert_eq!(chained.is_valid(&deep), Err(Unreadable::TooDeep));
            assert_eq!(needed.is_valid(&members), Err(Unreadable::TooDeep));
        })
        .expect("a thread")
        .join()
        .expect("an answer");
}

/// What a part of a schema means may depend on its document, or on where the general validator comes from.
#[test]
fn what_cannot_be_left_in_part_is_left_whole() {
    let doubling: serde_json::Map<String, Value> = (0..40)
        .map(|i| {
            let next = json!({"$ref": format!("#/$defs/{}", i + 1)});
            (
                format!("{i}"),
                json!({"type": "string", "allOf": [next, next]}),
            )
        })
        .chain([("40".to_owned(), json!({"minLength": 1}))])
        .collect();
    let recursive_parts: serde_json::Map<String, Value> = (0..400)
        .map(|i| {
            (
                format!("p{i}"),
                json!({"unevaluatedProperties": false, "properties": {"c": {"$ref": "#"}}}),
            )
        })
        .collect();
    for (schema, document, is_valid) in [
        (
            json!({"properties": {"a": {"$ref": "json-schema:///#/$defs/document"}}, "$defs": {"document": {"type": "string"}}}),
            json!({"a": 5}),
            false,
        ),
        (
            json!({"type": "object", "properties": {"a": {"$ref": "json-schema:///"}}}),
            json!({"a": 5}),
            false,
        ),
        (
            json!({"properties": {"x": {"$ref": "#/$defs/p"}, "y": {"$ref": "#/$defs/q"}},
                   "$defs": {"p": {"not": {"$ref": "#/$defs/q"}}, "q": {"not": {"$ref": "#/$defs/p"}}}}),
            json!({"y": 1}),
            false,
        ),
        (
            json!({"properties": recursive_parts}),
            json!({"p0": {"c": {"p1": {"d": 1}}}}),
            false,
        ),
        (
            json!({"properties": {"a": {"maximum": 1, "uniqueItems": true, "properties": {"b": {"$ref": "#/foo"}}}}, "foo": {"minimum": 2}}),
            json!({"a": {"b": 1}}),
            false,
        ),
    ] {
        let plan = Plan::<Unwatched>::compile(&schema).expect("a schema");
        assert!(plan.generals() <= 1, "{schema}: {}", plan.generals());
        let general = SchemaValidator::<Jsonb>::compile(&schema).expect("a schema");
        let bytes = encode(&document);
        assert_eq!(general.is_valid(Jsonb::root(&bytes)), is_valid, "{schema}");
        assert_eq!(plan.is_valid(&bytes), Ok(is_valid), "{schema}");
    }
    let doubling = json!({"$ref": "#/$defs/0", "$defs": doubling});
    let doubling = Plan::<Unwatched>::compile(&doubling).expect("a schema");
    assert!(doubling.generals() > 0);
}
