//! The rules over schemas: every rule over every case of `cases.json`, so that a finding that was not meant
//! shows too. A case whose name begins with `near:` is a near miss.

#[path = "../support/generate.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod generate;

use contract_core::{
    Manifest, Registry, SchemaValidator,
    json::SerdeJson,
    lint::{Lint, RULES, Rule, lint, lint_schema, rule},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::cell::Cell;

#[derive(Deserialize)]
struct Case {
    name: String,
    schema: Value,
    /// What is found: `rule /pointer: message (hint)`.
    finds: Vec<String>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("cases.json")).expect("the cases are JSON")
}

fn written(lint: &Lint) -> String {
    let hint = lint
        .hint()
        .map_or(String::new(), |hint| format!(" ({hint})"));
    format!("{} {lint}{hint}", lint.rule().id())
}

#[track_caller]
fn found_in(schema: &Value) -> Vec<String> {
    let lints = lint_schema(schema).unwrap_or_else(|error| panic!("{error}"));
    lints.iter().map(written).collect()
}

#[test]
fn every_rule_over_every_case() {
    for case in cases() {
        assert_eq!(found_in(&case.schema), case.finds, "{}", case.name);
        assert_eq!(
            case.finds.is_empty(),
            case.name.starts_with("near:"),
            "{}",
            case.name
        );
    }
}

#[test]
fn every_rule_has_a_case() {
    let finds: Vec<String> = cases().into_iter().flat_map(|case| case.finds).collect();
    for rule in RULES {
        let fires = |find: &String| find.split(' ').next() == Some(rule.id());
        assert!(finds.iter().any(fires), "{}", rule.id());
    }
}

#[test]
fn built_in_contract_types_are_clean() {
    for contract in Registry::builtin().iter() {
        let lints: Vec<String> = lint(contract).iter().map(written).collect();
        assert_eq!(lints, [""; 0], "{}", contract.name());
    }
    assert_eq!(found_in(&Manifest::json_schema()), [""; 0]);
}

#[test]
fn a_finding_has_its_place_in_the_manifest() {
    let mut manifest = serde_json::to_value(
        Registry::builtin()
            .get("case_metadata")
            .expect("it is built in")
            .manifest(),
    )
    .expect("a manifest is JSON");
    manifest["versions"][0]["schema"] =
        json!({"properties": {"a": {"type": "string"}}, "required": ["b"]});
    manifest["versions"][1]["schema"] = json!({"properties": {"a": {"typ": "string"}}});
    let contract = Manifest::read(&manifest).expect("it is a manifest");
    let lints: Vec<String> = lint(&contract).iter().map(written).collect();
    assert_eq!(
        lints,
        [
            "unsatisfiable-version /versions/0/schema: no document satisfies this schema \
             (\"type\", \"properties\", \"additionalProperties\" and \"required\" exclude each other)",
            "required-not-allowed /versions/0/schema/required/0: required key \"b\" is not allowed",
            "unknown-keyword /versions/1/schema/properties/a/typ: keyword \"typ\" is not known \
             (the nearest keyword is \"type\")",
        ]
    );
}

#[test]
fn a_schema_that_does_not_compile_is_an_error() {
    let error = lint_schema(&json!({"properties": {"required": ["a"]}})).unwrap_err();
    assert_eq!(error.path(), "/properties/required");
}

#[test]
fn a_rule_is_found_by_its_id() {
    assert_eq!(
        rule("empty-enum").map(Rule::summary),
        Some("an enum has no value")
    );
    assert!(rule("empty_enum").is_none());
}

/// Canonical forms of these would take minutes or all memory; references with an anchor or a metaschema
/// behind them are not followed. The other rules still speak.
#[test]
fn what_is_hostile_is_left_alone() {
    let alternatives = |count: usize| -> Value {
        let branches = |part: usize| -> Value {
            (0..count)
                .map(|branch| json!({"required": [format!("a{part}_{branch}")]}))
                .collect()
        };
        (0..count)
            .map(|part| json!({"anyOf": branches(part)}))
            .collect()
    };
    let dependent: Map<String, Value> = (0..200)
        .map(|key| (format!("a{key}"), json!([format!("b{key}")])))
        .collect();
    let doubled: Map<String, Value> = (0..40)
        .map(|level| {
            let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
            (
                format!("d{level}"),
                json!({"properties": {"a": next, "b": next}}),
            )
        })
        .chain([("d40".to_owned(), json!(true))])
        .collect();
    let metaschema = "https://json-schema.org/draft/2020-12/schema";
    let huge: Value = serde_json::from_str("1e999999999").expect("a number");
    let nested = (0..100).fold(json!({"typ": 1}), |inner, _| json!({"not": inner}));
    for schema in [
        json!({"allOf": alternatives(30)}),
        json!({"dependentRequired": dependent}),
        json!({"$ref": "#/$defs/d0", "$defs": doubled}),
        json!({"$id": metaschema, "$dynamicRef": "#meta", "$dynamicAnchor": "meta"}),
        json!({
            "$dynamicRef": "#meta",
            "$dynamicAnchor": "meta",
            "$defs": {"a": {"$id": metaschema, "$dynamicAnchor": "meta"}},
        }),
        json!({"properties": {"a": {"$ref": metaschema}}}),
        json!({"type": "number", "minimum": huge, "multipleOf": 0.1}),
        json!({"not": {"not": nested}}),
        json!({"enum": (0..10_000).map(|index| json!({"a": [index]})).collect::<Vec<_>>()}),
    ] {
        let mut schema = schema;
        schema["additionalPropertys"] = json!(false);
        let found = found_in(&schema);
        let is_misspelt = |find: &String| find.contains("/additionalPropertys:");
        assert!(found.iter().any(is_misspelt), "{found:?}");
        assert!(
            !found.iter().any(|find| find.starts_with("uns")),
            "{found:?}"
        );
    }
}

/// A schema of many mistakes does not become a list without an end.
#[test]
fn a_rule_says_so_much_and_no_more() {
    let properties: Map<String, Value> = (0..5_000)
        .map(|key| (format!("k{key}"), json!({"typ": "string", "pattern": "x"})))
        .collect();
    let found = found_in(&json!({"properties": properties}));
    assert_eq!(found.len(), 200);
}

/// What is proven to be empty is empty: no generated value satisfies it.
#[test]
fn a_proof_is_never_contradicted() {
    let proven = Cell::new(0);
    let values = proptest::collection::vec(generate::small_json(), 32);
    // Two schemas that must hold exclude each other often.
    let schemas = (generate::schema(), generate::schema(), values);
    generate::for_all(300, &schemas, |(left, right, values)| {
        let schema = json!({"allOf": [left, right], "oneOf": [left, right]});
        for schema in [json!({"allOf": [left, right]}), schema] {
            let Ok(lints) = lint_schema(&schema) else {
                continue;
            };
            let validator = SchemaValidator::<SerdeJson>::compile(&schema).expect("it compiles");
            for lint in &lints {
                let is_satisfied = |value: &Value| match lint.rule().id() {
                    "unsatisfiable-version" => validator.is_valid(value),
                    "unreachable-branch" if lint.message() == "no value satisfies this branch" => {
                        let branch = schema.pointer(lint.path()).expect("a branch");
                        let branch = SchemaValidator::<SerdeJson>::compile(branch);
                        branch.expect("it compiles").is_valid(value)
                    }
                    "required-not-allowed" if lint.path().matches('/').count() == 2 => {
                        value.is_object() && validator.is_valid(value)
                    }
                    _ => false,
                };
                proven.set(proven.get() + usize::from(lint.rule().id().starts_with("un")));
                let contradiction = values.iter().find(|value| is_satisfied(value));
                assert_eq!(contradiction, None, "{lint} in {schema}");
            }
        }
    });
    assert!(proven.get() > 20, "{}", proven.get());
}
