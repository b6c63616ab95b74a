//! What changed between two schemas: every kind of change, with its place and its words.

use contract_core::compat::change::{Change, ChangeKind, changes};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[path = "support/generate.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod generate;

/// The changes, a line each: kind, place, words.
fn lines(old: &Value, new: &Value) -> Vec<String> {
    changes(old, new)
        .iter()
        .map(|change| format!("{} {} | {}", change.kind(), change.path(), change.message()))
        .collect()
}

/// Old, new, what changed.
#[track_caller]
fn all(table: &[(Value, Value, &[&str])]) {
    for (old, new, expected) in table {
        assert_eq!(lines(old, new), *expected, "{old} -> {new}");
    }
}

#[test]
#[rustfmt::skip]
fn types() {
    all(&[
        (json!({}), json!({"type": "string"}), &["type-added /type | type added: string"]),
        (json!({"type": ["string", "null"]}), json!({}), &["type-removed /type | type removed, was null or string"]),
        (json!({"type": "integer"}), json!({"type": "number"}), &["type-extended /type | type extended from integer to number"]),
        (json!({"type": ["number", "null"]}), json!({"type": "integer"}), &["type-narrowed /type | type narrowed from null or number to integer"]),
        (json!({"type": "string"}), json!({"type": "array"}), &["type-changed /type | type changed from string to array"]),
        (json!({"type": "string"}), json!({"type": ["string"]}), &[]),
        (json!({"type": ["integer", "number"]}), json!({"type": "number"}), &[]),
    ]);
}

#[test]
#[rustfmt::skip]
fn bounds() {
    for (keyword, id) in [
        ("maxLength", "max-length"), ("minLength", "min-length"), ("maxItems", "max-items"), ("minItems", "min-items"),
        ("maxProperties", "max-properties"), ("minProperties", "min-properties"), ("maxContains", "max-contains"),
        ("minContains", "min-contains"), ("maximum", "maximum"), ("minimum", "minimum"),
        ("exclusiveMaximum", "exclusive-maximum"), ("exclusiveMinimum", "exclusive-minimum"),
    ] {
        let with = |limit: Value| json!({keyword: limit});
        assert_eq!(lines(&json!({}), &with(json!(5))), [format!("{id}-added /{keyword} | {keyword} added: 5")]);
        assert_eq!(lines(&with(json!(5)), &json!({})), [format!("{id}-removed /{keyword} | {keyword} removed, was 5")]);
        assert_eq!(lines(&with(json!(100)), &with(json!(50))), [format!("{id}-decreased /{keyword} | {keyword} decreased from 100 to 50")]);
        assert_eq!(lines(&with(json!(9)), &with(json!(10))), [format!("{id}-increased /{keyword} | {keyword} increased from 9 to 10")]);
        assert_eq!(lines(&with(json!(5)), &with(json!(5.0))), [""; 0]);
    }
    let number = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    all(&[
        (number(r#"{"maximum": 1e400}"#), number(r#"{"maximum": 1e401}"#), &["maximum-increased /maximum | maximum increased from 1e+400 to 1e+401"]),
        (json!({"exclusiveMaximum": true}), json!({"exclusiveMaximum": false}), &["exclusive-maximum-changed /exclusiveMaximum | exclusiveMaximum changed from true to false"]),
        (json!({}), json!({"multipleOf": 2}), &["multiple-of-added /multipleOf | multipleOf added: 2"]),
        (json!({"multipleOf": 2}), json!({}), &["multiple-of-removed /multipleOf | multipleOf removed, was 2"]),
        (json!({"multipleOf": 2}), json!({"multipleOf": 6}), &["multiple-of-narrowed /multipleOf | multipleOf narrowed from 2 to 6"]),
        (json!({"multipleOf": 0.2}), json!({"multipleOf": 0.1}), &["multiple-of-extended /multipleOf | multipleOf extended from 0.2 to 0.1"]),
        (json!({"multipleOf": 2}), json!({"multipleOf": 3}), &["multiple-of-changed /multipleOf | multipleOf changed from 2 to 3"]),
        (json!({"multipleOf": 0}), json!({"multipleOf": 3}), &["multiple-of-extended /multipleOf | multipleOf extended from 0 to 3"]),
        (json!({}), json!({"uniqueItems": true}), &["unique-items-added /uniqueItems | uniqueItems added"]),
        (json!({"uniqueItems": true}), json!({"uniqueItems": false}), &["unique-items-removed /uniqueItems | uniqueItems removed"]),
        (json!({}), json!({"uniqueItems": false}), &[]),
    ]);
}

#[test]
#[rustfmt::skip]
fn texts_and_annotations() {
    all(&[
        (json!({}), json!({"pattern": "^a$"}), &["pattern-added /pattern | pattern added: ^a$"]),
        (json!({"pattern": "^a$"}), json!({"pattern": "^b$"}), &["pattern-changed /pattern | pattern changed from ^a$ to ^b$"]),
        (json!({"format": "date"}), json!({}), &["format-removed /format | format removed, was date"]),
        (json!({"format": "date"}), json!({"format": "time"}), &["format-changed /format | format changed from date to time"]),
        (json!({"$ref": "#/$defs/a"}), json!({"$ref": "#/$defs/b"}), &["ref-changed /$ref | $ref changed from #/$defs/a to #/$defs/b"]),
        (json!({"$schema": "a"}), json!({"$schema": "b"}), &["draft-changed /$schema | $schema changed from a to b"]),
        (json!({"contentEncoding": "base64"}), json!({}), &["content-encoding-removed /contentEncoding | contentEncoding removed, was base64"]),
        (json!({}), json!({"contentSchema": {"type": "string"}}), &["content-schema-added /contentSchema | contentSchema added: a schema"]),
        (json!({"title": "a"}), json!({"title": "b"}), &["title-changed /title | title changed"]),
        (json!({"default": 1}), json!({}), &["default-removed /default | default removed"]),
        (json!({}), json!({"x-owner": 1}), &["extension-added /x-owner | x-owner added"]),
        (json!({"maxlength": 1}), json!({"maxlength": 2}), &["unknown-keyword-changed /maxlength | maxlength changed from 1 to 2"]),
        (json!({"extension": 1}), json!({"extension": 2, "property": 1}), &[
            "unknown-keyword-changed /extension | extension changed from 1 to 2",
            "unknown-keyword-added /property | property added: 1",
        ]),
        (json!({"pattern": "a".repeat(99)}), json!({}), &[&format!("pattern-removed /pattern | pattern removed, was {}...", "a".repeat(60))]),
        (json!({"pattern": "\n\u{202e}"}), json!({}), &["pattern-removed /pattern | pattern removed, was \\n\\u{202e}"]),
    ]);
    let annotations = json!({"title": 1, "description": 1, "default": 1, "examples": 1, "$comment": 1, "deprecated": 1,
        "readOnly": 1, "writeOnly": 1, "x-any": 1});
    assert_eq!(changes(&json!({}), &annotations).len(), 9);
    assert!(changes(&json!({}), &annotations).iter().all(Change::is_annotation));
    assert!(changes(&json!({}), &json!({"format": "date", "y": 1})).iter().all(|change| !change.is_annotation()));
}

#[test]
#[rustfmt::skip]
fn values() {
    all(&[
        (json!({}), json!({"enum": ["a", 1]}), &["enum-added /enum | enum added: \"a\", 1"]),
        (json!({"const": 1}), json!({}), &["const-removed /const | const removed, was 1"]),
        (json!({"enum": ["a"]}), json!({"enum": ["b", "a", "c"]}), &["enum-extended /enum | enum extended by \"b\", \"c\""]),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a"]}), &["enum-narrowed /enum | enum narrowed, without \"b\""]),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a", "c"]}), &["enum-changed /enum | enum changed: with \"c\", without \"b\""]),
        (json!({"const": "a"}), json!({"enum": ["a", "b"]}), &["enum-extended /enum | enum extended by \"b\""]),
        (json!({"enum": ["a", "b"]}), json!({"const": "a"}), &["const-narrowed /const | const narrowed, without \"b\""]),
        (json!({"const": 1}), json!({"const": 2}), &["const-changed /const | const changed from 1 to 2"]),
        (json!({"const": [1]}), json!({"const": [1.0]}), &[]),
        (json!({"const": "a"}), json!({"enum": ["a"]}), &[]),
        (json!({"enum": ["b", "a"]}), json!({"enum": ["a", "b"]}), &[]),
        (json!({"enum": [1], "const": 1}), json!({"enum": [1, 2], "const": 1}), &["enum-extended /enum | enum extended by 2"]),
        (json!({}), json!({"enum": [1, 2, 3, 4, 5, 6, 7]}), &["enum-added /enum | enum added: 1, 2, 3, 4, 5 and 2 more"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn properties() {
    let open = json!({"properties": {}});
    let closed = json!({"additionalProperties": false});
    let partly = json!({"additionalProperties": false, "patternProperties": {"^x": true}});
    let with = |schema: &Value, key: &Value, required: &[&str]| {
        let mut schema = schema.clone();
        schema["properties"]["a"] = key.clone();
        if !required.is_empty() { schema["required"] = json!(required); }
        schema
    };
    let text = json!({"type": "string"});
    all(&[
        (open.clone(), with(&open, &text, &[]), &["property-added-to-open /properties/a | optional property \"a\" added to an open object"]),
        (closed.clone(), with(&closed, &text, &[]), &["property-added-to-closed /properties/a | optional property \"a\" added to a closed object"]),
        (partly.clone(), with(&partly, &text, &[]), &["property-added-to-partly-open /properties/a | optional property \"a\" added to a partly open object"]),
        (with(&open, &text, &[]), open.clone(), &["property-removed-from-open /properties/a | optional property \"a\" removed from an open object"]),
        (with(&closed, &text, &[]), closed.clone(), &["property-removed-from-closed /properties/a | optional property \"a\" removed from a closed object"]),
        (with(&partly, &text, &[]), partly.clone(), &["property-removed-from-partly-open /properties/a | optional property \"a\" removed from a partly open object"]),
        (closed.clone(), with(&closed, &json!({}), &["a"]), &[
            "property-added-to-closed /properties/a | required property \"a\" of any value added to a closed object",
            "required-added /required/0 | key \"a\" is required now",
        ]),
        (open.clone(), with(&open, &json!(false), &[]), &["property-added-to-open /properties/a | forbidden property \"a\" added to an open object"]),
        (json!({"required": ["x", "a"]}), json!({"required": ["x", "b", "c"]}), &[
            "required-added /required/1 | key \"b\" is required now",
            "required-removed /required/1 | key \"a\" is no longer required",
            "required-added /required/2 | key \"c\" is required now",
        ]),
        (with(&open, &json!(true), &[]), with(&open, &text, &[]), &["type-added /properties/a/type | type added: string"]),
        (with(&open, &json!(false), &[]), with(&open, &text, &[]), &["schema-extended /properties/a | schema extended from false"]),
        (with(&open, &text, &[]), with(&open, &json!(false), &[]), &["schema-narrowed /properties/a | schema narrowed to false"]),
        (json!({"properties": {"a/b": {"minLength": 1}}}), json!({"properties": {"a/b": {"minLength": 2}}}),
            &["min-length-increased /properties/a~1b/minLength | minLength increased from 1 to 2"]),
        (json!({"patternProperties": {"^a": true}}), json!({"patternProperties": {"^b": true}}), &[
            "pattern-properties-removed /patternProperties/^a | patternProperties \"^a\" removed",
            "pattern-properties-added /patternProperties/^b | patternProperties \"^b\" added",
        ]),
        (json!({"patternProperties": {"^a": {}}}), json!({"patternProperties": {"^a": {"type": "null"}}}),
            &["type-added /patternProperties/^a/type | type added: null"]),
        (json!({}), json!({"propertyNames": {"maxLength": 3}}), &["property-names-added /propertyNames | propertyNames added: a schema"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn schemas_of_the_others() {
    for (keyword, id) in [
        ("additionalProperties", "additional-properties"), ("unevaluatedProperties", "unevaluated-properties"), ("items", "items"),
        ("unevaluatedItems", "unevaluated-items"), ("contains", "contains"), ("propertyNames", "property-names"), ("not", "not"),
        ("if", "if"), ("then", "then"), ("else", "else"),
    ] {
        let with = |schema: Value| json!({keyword: schema});
        let line = |action: &str, words: &str| [format!("{id}-{action} /{keyword} | {keyword} {words}")];
        assert_eq!(lines(&json!({}), &with(json!(false))), line("added", "added: false"));
        assert_eq!(lines(&with(json!({})), &json!({})), line("removed", "removed, was true"));
        assert_eq!(lines(&with(json!(false)), &with(json!({"type": "null"}))), line("extended", "extended from false to a schema"));
        assert_eq!(lines(&with(json!(true)), &with(json!({"type": "null"}))), line("narrowed", "narrowed from true to a schema"));
        assert_eq!(lines(&with(json!({"type": "null"})), &with(json!({"type": ["null", "array"]}))),
            [format!("type-extended /{keyword}/type | type extended from null to array or null")]);
        assert_eq!(lines(&with(json!(true)), &with(json!({}))), [""; 0]);
    }
}

#[test]
#[rustfmt::skip]
fn items() {
    all(&[
        (json!({"prefixItems": [true]}), json!({"prefixItems": [true, {"type": "null"}]}), &["item-added-to-open /prefixItems/1 | item 1 added to an open array"]),
        (json!({"items": false}), json!({"prefixItems": [{}], "items": false}), &["item-added-to-closed /prefixItems/0 | item 0 added to a closed array"]),
        (json!({"prefixItems": [{}], "items": {"type": "null"}}), json!({"items": {"type": "null"}}),
            &["item-removed-from-partly-open /prefixItems/0 | item 0 removed from a partly open array"]),
        (json!({"prefixItems": [{"minLength": 1}]}), json!({"prefixItems": [{"minLength": 2}]}),
            &["min-length-increased /prefixItems/0/minLength | minLength increased from 1 to 2"]),
        (json!({"items": [{"minLength": 1}], "additionalItems": true}), json!({"items": [{"minLength": 2}], "additionalItems": false}), &[
            "additional-items-narrowed /additionalItems | additionalItems narrowed from true to false",
            "min-length-increased /items/0/minLength | minLength increased from 1 to 2",
        ]),
        (json!({"items": [{}], "additionalItems": false}), json!({"prefixItems": [{}], "items": false}), &[]),
    ]);
}

#[test]
#[rustfmt::skip]
fn what_keys_ask_of_each_other() {
    all(&[
        (json!({}), json!({"dependentRequired": {"a": ["b"]}}), &["dependent-required-added /dependentRequired/a | dependentRequired of \"a\" added"]),
        (json!({"dependentRequired": {"a": ["b"]}}), json!({}), &["dependent-required-removed /dependentRequired/a | dependentRequired of \"a\" removed"]),
        (json!({"dependentRequired": {"a": ["b"]}}), json!({"dependentRequired": {"a": ["b", "c"]}}),
            &["dependent-required-narrowed /dependentRequired/a | dependentRequired of \"a\" narrowed"]),
        (json!({"dependentRequired": {"a": ["b", "c"]}}), json!({"dependentRequired": {"a": ["c"]}}),
            &["dependent-required-extended /dependentRequired/a | dependentRequired of \"a\" extended"]),
        (json!({"dependencies": {"a": ["b"]}}), json!({"dependencies": {"a": {"required": ["b"]}}}),
            &["dependencies-changed /dependencies/a | dependencies of \"a\" changed"]),
        (json!({}), json!({"dependentSchemas": {"a": {}}}), &["dependent-schemas-added /dependentSchemas/a | dependentSchemas of \"a\" added"]),
        (json!({"dependentSchemas": {"a": {"minProperties": 1}}}), json!({"dependentSchemas": {"a": {"minProperties": 2}}}),
            &["min-properties-increased /dependentSchemas/a/minProperties | minProperties increased from 1 to 2"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn combinations_and_definitions() {
    let (text, null, array) = (json!({"type": "string"}), json!({"type": "null"}), json!({"type": "array"}));
    for (keyword, id) in [("allOf", "all-of"), ("anyOf", "any-of"), ("oneOf", "one-of")] {
        let with = |schemas: &[&Value]| json!({keyword: schemas});
        assert_eq!(lines(&json!({}), &with(&[&text, &null])), [format!("{id}-added /{keyword} | {keyword} added: 2 schemas")]);
        assert_eq!(lines(&with(&[&text]), &json!({})), [format!("{id}-removed /{keyword} | {keyword} removed, was 1 schema")]);
        assert_eq!(lines(&with(&[&text]), &with(&[&null, &text])), [format!("{id}-grown /{keyword}/0 | {keyword} grown by a schema")]);
        assert_eq!(lines(&with(&[&text, &null]), &with(&[&null])), [format!("{id}-shrunk /{keyword}/0 | {keyword} shrunk by a schema")]);
        assert_eq!(lines(&with(&[&text, &null]), &with(&[&null, &text])), [""; 0]);
        assert_eq!(lines(&with(&[&text, &text]), &with(&[&text])), [format!("{id}-shrunk /{keyword}/1 | {keyword} shrunk by a schema")]);
        assert_eq!(lines(&with(&[&text, &null]), &with(&[&array, &text])), [format!("type-changed /{keyword}/0/type | type changed from null to array")]);
    }
    all(&[
        (json!({"oneOf": [text, null]}), json!({"anyOf": [text, null]}), &["combination-changed /anyOf | oneOf changed into anyOf"]),
        (json!({"$defs": {"a": text}}), json!({"$defs": {"b": text}}), &[
            "definition-removed /$defs/a | definition \"a\" removed",
            "definition-added /$defs/b | definition \"b\" added",
        ]),
        // Followed by nobody: what changed is told where it is.
        (json!({"$ref": "#/$defs/a", "$defs": {"a": {"minLength": 1, "not": {"$ref": "#/$defs/a"}}}}),
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"minLength": 2, "not": {"$ref": "#/$defs/a"}}}}),
            &["min-length-increased /$defs/a/minLength | minLength increased from 1 to 2"]),
    ]);
}

#[test]
fn a_change_has_its_places_in_both_schemas() {
    let old = json!({"anyOf": [{"type": "null"}, {"maxLength": 2}], "minLength": 1});
    let new = json!({"anyOf": [{"maxLength": 3}, {"type": "null"}], "pattern": "a"});
    let places: Vec<_> = changes(&old, &new)
        .iter()
        .map(|change| {
            (
                change.old_path().map(str::to_owned),
                change.new_path().map(str::to_owned),
            )
        })
        .collect();
    let at = |path: &str| Some(path.to_owned());
    assert_eq!(
        places,
        [
            (at("/anyOf/1/maxLength"), at("/anyOf/0/maxLength")),
            (at("/minLength"), None),
            (None, at("/pattern")),
        ]
    );
    let [first, ..] = &changes(&old, &new)[..] else {
        panic!("there are changes")
    };
    assert_eq!(
        first.to_string(),
        "/anyOf/0/maxLength: maxLength increased from 2 to 3"
    );
    let [whole] = &changes(&json!(true), &json!(false))[..] else {
        panic!("one change")
    };
    assert_eq!(whole.to_string(), "schema narrowed to false");
}

#[test]
fn kinds_have_ids_of_their_own() {
    let kinds: Vec<ChangeKind> = ChangeKind::all().collect();
    let ids: BTreeSet<String> = kinds.iter().map(ToString::to_string).collect();
    assert_eq!(ids.len(), kinds.len());
    for id in ids {
        assert!(
            id.split('-')
                .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())),
            "{id}"
        );
    }
}

#[test]
fn deep_schemas_have_an_end() {
    let deep = |innermost: Value| (0..2000).fold(innermost, |inner, _| json!({"not": inner}));
    let found = lines(
        &deep(json!({"minLength": 1})),
        &deep(json!({"minLength": 2})),
    );
    assert_eq!(
        found,
        [format!(
            "schema-changed {} | schema changed",
            "/not".repeat(257)
        )]
    );
}

/// Schemas as they should not be: a keyword with a value of another type.
fn schema() -> impl Strategy<Value = Value> {
    let keywords = [
        "type",
        "enum",
        "const",
        "required",
        "properties",
        "items",
        "prefixItems",
        "additionalItems",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "dependencies",
        "dependentRequired",
        "multipleOf",
        "maximum",
        "pattern",
        "$defs",
        "uniqueItems",
        "schema",
        "property",
        "definition",
        "x-a",
        "title",
    ];
    let leaf = prop_oneof![
        Just(json!(true)),
        Just(json!(false)),
        Just(json!(null)),
        generate::number(),
        generate::text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(
                proptest::sample::select(keywords.to_vec()),
                inner,
                0..5
            )
            .prop_map(|members| members
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_changes_from_a_schema_to_itself_and_nothing_panics(old in schema(), new in schema()) {
        prop_assert_eq!(changes(&old, &old), []);
        let forth = changes(&old, &new);
        prop_assert_eq!(&forth, &changes(&old, &new));
        for change in &forth {
            let is_there = |schema: &Value, path: Option<&str>| path.is_none_or(|path| schema.pointer(path).is_some());
            prop_assert!(is_there(&old, change.old_path()), "{:?}", change);
            prop_assert!(is_there(&new, change.new_path()), "{:?}", change);
        }
    }
}
