//! Generated documents and schemas, for properties that must hold for all of them.
//!
//! Everything here can be stored as jsonb: no NUL in a string, numbers within numeric's range.

use proptest::{collection, option, prelude::*, sample, test_runner::TestRunner};
use serde_json::{Map, Value, json};

/// Runs `property` over `cases` generated values; the smallest that fails is shown.
#[track_caller]
pub fn for_all<S: Strategy>(cases: u32, values: &S, property: impl Fn(S::Value)) {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(values, |value| {
            property(value);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

/// A text without NUL, which jsonb cannot hold.
pub fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 _./~\u{e4}\u{20ac}\u{1f600}\"\\\\-]{0,8}"
}

/// A number as people and machines write them: integers, exact decimals, exponents.
pub fn number() -> impl Strategy<Value = Value> {
    let written = prop_oneof![
        4 => any::<i8>().prop_map(|n| n.to_string()),
        2 => any::<i64>().prop_map(|n| n.to_string()),
        2 => (-1000_i32..1000, 0_u32..100).prop_map(|(whole, cents)| format!("{whole}.{cents:02}")),
        1 => (1_i32..20, -30_i32..30).prop_map(|(digits, exponent)| format!("{digits}e{exponent}")),
        1 => sample::select(vec!["1.0", "10e-1", "-0", "0.1", "1e400", "1e-300", "-1.50",
            "123456789012345678901234567890.000000000000000000000000000001"]).prop_map(str::to_owned),
    ];
    written.prop_map(|written| serde_json::from_str(&written).expect("a JSON number"))
}

/// Any JSON scalar.
pub fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        text().prop_map(Value::from),
        sample::select(vec![
            "2025-01-22T10:00:00Z",
            "2025-02-30T10:00:00Z",
            "2025-01-22"
        ])
        .prop_map(Value::from),
    ]
}

/// Any JSON value, a few levels deep.
pub fn json() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            object_of(inner),
        ]
    })
}

/// Any JSON object.
pub fn object() -> impl Strategy<Value = Value> {
    object_of(json())
}

fn object_of(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    collection::btree_map(text(), values, 0..6)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// A valid audit context.
pub fn context() -> impl Strategy<Value = Value> {
    let when = || sample::select(vec!["2025-01-22T10:00:00Z", "1999-12-31T23:59:60+00:00"]);
    (
        "[a-z\u{e4}]{1,8}",
        when(),
        option::of(text()),
        option::of(when()),
        option::of(text()),
        option::of(text()),
    )
        .prop_map(|(by, at, updated_by, updated_at, reason, source)| {
            let mut context = json!({"created_by": by, "created_at": at});
            let optional = [
                ("updated_by", updated_by),
                ("updated_at", updated_at.map(str::to_owned)),
                ("reason", reason),
                ("source", source),
            ];
            for (key, value) in optional {
                if let Some(value) = value {
                    context[key] = value.into();
                }
            }
            context
        })
}

/// A valid document of a built-in contract version, given its schema, envelope included.
pub fn document(schema: &Value) -> BoxedStrategy<Value> {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .expect("a list of keys")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let mut document = Just(Map::new()).boxed();
    for (key, rule) in schema["properties"].as_object().expect("an object") {
        let value = value_of(key, rule);
        let value = if required.contains(&key.as_str()) {
            value.prop_map(Some).boxed()
        } else {
            option::of(value).boxed()
        };
        let key = key.clone();
        document = (document, value)
            .prop_map(move |(mut document, value)| {
                document.extend(value.map(|value| (key.clone(), value)));
                document
            })
            .boxed();
    }
    if schema["additionalProperties"] == true {
        document = (document, object())
            .prop_map(|(mut document, open)| {
                for (key, value) in open.as_object().expect("an object") {
                    document.entry(key).or_insert_with(|| value.clone());
                }
                document
            })
            .boxed();
    }
    document.prop_map(Value::Object).boxed()
}

fn value_of(key: &str, rule: &Value) -> BoxedStrategy<Value> {
    if key == "_context" {
        return context().boxed();
    }
    match (&rule["const"], rule["type"].as_str()) {
        (Value::Null, Some("object")) => object().boxed(),
        (Value::Null, Some("array")) => collection::vec(object(), 0..4)
            .prop_map(Value::from)
            .boxed(),
        (Value::Null, None) => json().boxed(),
        (Value::Null, Some(other)) => panic!("no documents are generated for type {other}"),
        (constant, _) => Just(constant.clone()).boxed(),
    }
}

/// What breaks a valid document in one place, and the JSON Pointers at which that shows.
pub fn breakage(schema: &Value) -> BoxedStrategy<(&'static str, Value)> {
    let not_an_object = || sample::select(vec![json!(null), json!([]), json!("x"), json!(1)]);
    let mut all: Vec<BoxedStrategy<(&'static str, Value)>> = vec![
        sample::select(vec!["_schema_version", "_context", "type"])
            .prop_map(|key| ("remove", json!([key])))
            .boxed(),
        sample::select(vec!["created_by", "created_at"])
            .prop_map(|key| ("remove", json!(["_context", key])))
            .boxed(),
        sample::select(vec![
            "0", "-1", "1.5", "\"1\"", "1e30", "99", "null", "true", "[]",
        ])
        .prop_map(|version| {
            let version: Value = serde_json::from_str(version).expect("JSON");
            ("set", json!([["_schema_version"], version]))
        })
        .boxed(),
        sample::select(vec![
            json!("other_type"),
            json!("Not A Name"),
            json!(1),
            json!(null),
        ])
        .prop_map(|other| ("set", json!([["type"], other])))
        .boxed(),
        not_an_object()
            .prop_map(|value| ("set", json!([["_context"], value])))
            .boxed(),
        Just(("set", json!([["_context", "created_by"], ""]))).boxed(),
        sample::select(vec!["2025-02-30T10:00:00Z", "2025-01-22", "now"])
            .prop_map(|when| ("set", json!([["_context", "created_at"], when])))
            .boxed(),
        text()
            .prop_map(|key| ("set", json!([["_context", format!("x{key}")], 1])))
            .boxed(),
    ];
    if schema["additionalProperties"] == false {
        all.push(
            text()
                .prop_map(|key| ("set", json!([[format!("unknown {key}")], 1])))
                .boxed(),
        );
    }
    for (key, rule) in schema["properties"].as_object().expect("an object") {
        let key = key.clone();
        if rule["type"] == "object" && key != "_context" {
            all.push(
                not_an_object()
                    .prop_map(move |value| ("set", json!([[key], value])))
                    .boxed(),
            );
        } else if rule["type"] == "array" {
            all.push(
                scalar()
                    .prop_map(move |value| ("set", json!([[key], [value]])))
                    .boxed(),
            );
        }
    }
    proptest::strategy::Union::new(all).boxed()
}

/// The document, broken.
pub fn break_document(mut document: Value, (what, how): &(&'static str, Value)) -> Value {
    let (path, value) = match *what {
        "remove" => (how, None),
        _ => (&how[0], Some(how[1].clone())),
    };
    let path: Vec<&str> = path
        .as_array()
        .expect("a path")
        .iter()
        .map(|key| key.as_str().expect("a key"))
        .collect();
    let (last, parents) = path.split_last().expect("a path has a key");
    let parent = parents
        .iter()
        .fold(&mut document, |value, key| &mut value[*key]);
    match value {
        Some(value) => parent[*last] = value,
        None => {
            parent.as_object_mut().expect("an object").remove(*last);
        }
    }
    document
}

/// A JSON Schema (draft 2020-12) over small vocabularies, so that documents hit and miss it.
pub fn schema() -> impl Strategy<Value = Value> {
    let name = || sample::select(vec!["a", "b", "c", "", "\u{e4}"]);
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        sample::select(vec![
            "null", "boolean", "integer", "number", "string", "array", "object"
        ])
        .prop_map(|name| json!({"type": name})),
        small_json().prop_map(|value| json!({"const": value})),
        collection::vec(small_json(), 1..4).prop_map(|values| json!({"enum": values})),
        (bound(), bound()).prop_map(|(a, b)| json!({"minimum": a, "exclusiveMaximum": b})),
        sample::select(vec!["0.1", "1", "0.01", "3", "1e-5"]).prop_map(|step| {
            json!({"multipleOf": serde_json::from_str::<Value>(step).expect("a number")})
        }),
        (0_u8..4, 0_u8..4).prop_map(|(a, b)| json!({"minLength": a, "maxLength": b})),
        sample::select(vec!["^a", "[0-9]+$", "\u{e4}"]).prop_map(|p| json!({"pattern": p})),
        sample::select(vec!["date-time", "date", "uuid", "email", "ipv4"])
            .prop_map(|format| json!({"format": format})),
        Just(json!({"uniqueItems": true})),
        (0_u8..3).prop_map(|n| json!({"minItems": n, "maxProperties": n})),
        collection::vec(name(), 1..3).prop_map(|mut keys| {
            keys.dedup();
            keys.sort_unstable();
            keys.dedup();
            json!({"required": keys})
        }),
    ];
    leaf.prop_recursive(3, 16, 3, move |inner| {
        prop_oneof![
            collection::btree_map(name(), inner.clone(), 0..3)
                .prop_map(|keys| json!({"properties": keys})),
            (
                collection::btree_map(name(), inner.clone(), 0..3),
                inner.clone()
            )
                .prop_map(|(keys, rest)| json!({"properties": keys, "additionalProperties": rest})),
            collection::btree_map(name(), inner.clone(), 0..2)
                .prop_map(|keys| json!({"properties": keys, "unevaluatedProperties": false})),
            collection::btree_map(sample::select(vec!["^a", "b", "."]), inner.clone(), 1..3)
                .prop_map(|keys| json!({"patternProperties": keys, "additionalProperties": false})),
            collection::btree_map(name(), inner.clone(), 1..3)
                .prop_map(|keys| json!({"dependentSchemas": keys})),
            (name(), collection::vec(name(), 1..2))
                .prop_map(|(key, needs)| json!({"dependentRequired": {key: needs}})),
            inner.clone().prop_map(|items| json!({"items": items})),
            (collection::vec(inner.clone(), 1..3), inner.clone())
                .prop_map(|(first, rest)| json!({"prefixItems": first, "items": rest})),
            inner
                .clone()
                .prop_map(|items| json!({"contains": items, "maxContains": 2})),
            inner
                .clone()
                .prop_map(|names| json!({"propertyNames": names})),
            inner.clone().prop_map(|negated| json!({"not": negated})),
            collection::vec(inner.clone(), 1..3).prop_map(|all| json!({"allOf": all})),
            collection::vec(inner.clone(), 1..3).prop_map(|any| json!({"anyOf": any})),
            collection::vec(inner.clone(), 1..3).prop_map(|one| json!({"oneOf": one})),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| json!({"if": a, "then": b, "else": c})),
        ]
    })
}

/// A bound that small numbers lie on both sides of.
fn bound() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-5_i32..5).prop_map(Value::from),
        sample::select(vec!["0.1", "-0.5", "1e2", "1e400"])
            .prop_map(|written| serde_json::from_str(written).expect("a number")),
    ]
}

/// A value that the generated schemas know something about.
pub fn small_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        scalar(),
        (-5_i32..5).prop_map(Value::from),
        sample::select(vec!["a", "ab", "\u{e4}", "", "2025-01-22"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            collection::btree_map(
                sample::select(vec!["a", "b", "c", "", "\u{e4}", "other"]).prop_map(str::to_owned),
                inner,
                0..4
            )
            .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A JSON Schema (draft 2020-12) with definitions that it refers to, some of them recursive.
pub fn schema_document() -> impl Strategy<Value = Value> {
    (schema(), schema(), schema(), 0_u8..8).prop_map(|(root, first, second, shape)| {
        let refer = |name: &str| json!({"$ref": format!("#/$defs/{name}")});
        match shape {
            0 => root,
            // Recursive by way of elements and members.
            1 => json!({
                "$ref": "#/$defs/tree",
                "$defs": {"tree": {
                    "anyOf": [root, {"type": "array", "items": refer("tree")}],
                    "additionalProperties": refer("tree"),
                }},
            }),
            2 => json!({
                "properties": {"a": refer("first"), "b": refer("second")},
                "additionalProperties": {"$ref": "#"},
                "items": {"$ref": "#"},
                "$defs": {"first": first, "second": {"allOf": [refer("first"), second]}},
            }),
            // Two branches that are both recursive.
            3 => json!({
                "oneOf": [
                    {"properties": {"a": {"$ref": "#"}}, "required": ["a"]},
                    {"properties": {"a": {"$ref": "#"}, "b": first}},
                    {"items": {"$ref": "#"}},
                ],
            }),
            4 => json!({"allOf": [root, refer("first")], "items": refer("second"),
                "unevaluatedProperties": false, "$defs": {"first": first, "second": second}}),
            // By an anchor, and by what names the whole schema.
            5 => json!({"properties": {"a": {"$ref": "#first"}, "b": {"contains": {"$ref": "#first"}}},
                "$defs": {"x": {"$anchor": "first", "allOf": [first]}}}),
            6 => json!({"$id": "https://example.com/x", "anyOf": [{"$ref": "https://example.com/x#/$defs/first"}, second],
                "$defs": {"first": first}}),
            _ => json!({"$ref": "#/$defs/a~1b%20c", "minProperties": 1,
                "$defs": {"a/b c": {"if": first, "then": root, "else": second}}}),
        }
    })
}
