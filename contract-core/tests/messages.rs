//! What people read, word for word.

use contract_core::{Kind, Registry, SchemaValidator, Values, json::SerdeJson};
use serde_json::{Value, json};

#[track_caller]
fn violations(contract_type: &str, document: &Value) -> Vec<String> {
    Registry::builtin()
        .get(contract_type)
        .expect("a built-in contract type")
        .validate(document)
        .expect_err("a document that is not valid")
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn case(version: &Value) -> Value {
    json!({
        "_schema_version": version,
        "_context": {"created_by": "test", "created_at": "2025-01-22T10:00:00Z"},
        "type": "case_metadata",
    })
}

#[test]
fn a_version_that_cannot_be_read_is_one_violation() {
    let readable = "readable versions of case_metadata are 1 to 2";
    for (version, message) in [
        (
            "7",
            "version 7 of case_metadata is not known, readable are 1 to 2".to_owned(),
        ),
        (
            "3.0",
            "version 3 of case_metadata is not known, readable are 1 to 2".to_owned(),
        ),
        (
            "0",
            "version 0 of case_metadata is not known, readable are 1 to 2".to_owned(),
        ),
        (
            "-1",
            "version -1 of case_metadata is not known, readable are 1 to 2".to_owned(),
        ),
        ("1e30", format!("the version is not known, {readable}")),
        ("1.5", format!("must be an integer, {readable}")),
        ("\"1\"", format!("must be an integer, {readable}")),
        ("null", format!("must be an integer, {readable}")),
        ("[1]", format!("must be an integer, {readable}")),
    ] {
        let document = case(&serde_json::from_str(version).expect("JSON"));
        let contract = Registry::builtin().get("case_metadata").expect("built in");
        let violations = contract.validate(&document).expect_err("no such version");
        assert_eq!(
            violations.to_string(),
            format!("/_schema_version: {message}")
        );
        let violation = violations.iter().next().expect("one");
        assert_eq!(violation.kind(), Kind::UnknownVersion);
        assert_eq!(violation.version(), None);
    }
    let shown = Registry::builtin()
        .get("case_metadata")
        .expect("built in")
        .validator()
        .validate(&case(&json!("1")), Values::Shown)
        .expect_err("no such version");
    assert_eq!(
        shown.to_string(),
        format!("/_schema_version: must be an integer, {readable}; it is \"1\"")
    );
}

#[test]
fn a_missing_version_names_the_readable_ones() {
    let mut document = case(&json!(1));
    document
        .as_object_mut()
        .expect("an object")
        .remove("_schema_version");
    assert_eq!(
        violations("case_metadata", &document),
        ["document: required key \"_schema_version\" is missing, \
          readable versions of case_metadata are 1 to 2"]
    );
    assert_eq!(
        violations("session_data", &json!({}))[1],
        "document: required key \"_schema_version\" is missing, \
         readable version of session_data is 1"
    );
}

#[test]
fn the_type_of_another_contract_names_both() {
    let mut document = case(&json!(2));
    document["type"] = json!("session_data");
    assert_eq!(
        violations("case_metadata", &document),
        ["/type: is the contract type \"session_data\", must be \"case_metadata\" (version 2)"]
    );
    // What is no name may be anything, a secret too.
    document["type"] = json!("My Secret");
    assert_eq!(
        violations("case_metadata", &document),
        ["/type: must be the contract type \"case_metadata\" (version 2)"]
    );
}

#[test]
fn every_violation_is_listed_in_the_order_of_the_document() {
    let document = json!({
        "_schema_version": 1,
        "_context": {"created_by": "", "created_at": "yesterday", "who": "me"},
        "type": "invoice_line_items",
        "items": [{}, 1, {}, {}, {}, {}, {}, {}, {}, {}, "x"],
        "total": 5,
    });
    assert_eq!(
        violations("invoice_line_items", &document),
        [
            "/_context/created_at: is not a valid date-time (version 1)",
            "/_context/created_by: must have at least 1 character (version 1)",
            "/_context/who: key \"who\" is not allowed (version 1)",
            "/items/1: must be of type object, not number (version 1)",
            "/items/10: must be of type object, not string (version 1)",
            "/total: key \"total\" is not allowed (version 1)",
        ]
    );
}

#[test]
fn a_document_that_is_no_object_is_one_violation() {
    assert_eq!(
        violations("case_metadata", &json!("x")),
        ["document: must be of type object, not string"]
    );
}

/// The message of each keyword, masked, and what is added when values are shown.
#[test]
fn every_keyword_has_its_message() {
    #[rustfmt::skip]
    let cases = [
        (json!({"type": "string"}), json!(1), "must be of type string, not number", "; it is 1"),
        (json!({"type": ["string", "null"]}), json!([]), "must be of type null or string, not array", ""),
        (json!({"const": {"a": 1}}), json!("secret"), "must be {\"a\":1}", "; it is \"secret\""),
        (json!({"enum": ["a", 1]}), json!("secret"), "must be one of \"a\", 1", "; it is \"secret\""),
        (json!({"minimum": 1}), json!(0.5), "must be at least 1", "; it is 0.5"),
        (json!({"maximum": 1}), json!(2), "must be at most 1", "; it is 2"),
        (json!({"exclusiveMinimum": 1}), json!(1), "must be greater than 1", "; it is 1"),
        (json!({"exclusiveMaximum": 1}), json!(1), "must be less than 1", "; it is 1"),
        (json!({"multipleOf": 2}), json!(3), "must be a multiple of 2", "; it is 3"),
        (json!({"minLength": 1}), json!(""), "must have at least 1 character", "; it is \"\""),
        (json!({"maxLength": 2}), json!("abc"), "must have at most 2 characters", "; it is \"abc\""),
        (json!({"pattern": "^a"}), json!("b"), "does not match the pattern ^a", "; it is \"b\""),
        (json!({"format": "uuid"}), json!("b"), "is not a valid uuid", "; it is \"b\""),
        (json!({"minItems": 1}), json!([]), "must have at least 1 item", ""),
        (json!({"maxItems": 1}), json!([1, 2]), "must have at most 1 item", ""),
        (json!({"uniqueItems": true}), json!([1, 1.0]), "has items that are equal", ""),
        (json!({"contains": {"const": 1}}), json!([2]), "has no item that matches contains", ""),
        (json!({"minProperties": 1}), json!({}), "must have at least 1 key", ""),
        (json!({"maxProperties": 1}), json!({"a": 1, "b": 2}), "must have at most 1 key", ""),
        (json!({"required": ["a"]}), json!({}), "required key \"a\" is missing", ""),
        (json!({"properties": {"b": true}, "additionalProperties": false}), json!({"a": 1}), "key \"a\" is not allowed", ""),
        (json!({"additionalProperties": false}), json!({"a": 1}), "no key is allowed here", ""),
        (json!({"propertyNames": false}), json!({"a": 1}), "no key is allowed here", ""),
        (json!({"propertyNames": {"maxLength": 1}}), json!({"ab": 1}), "key name \"ab\" must have at most 1 character", ""),
        (json!({"prefixItems": [true], "items": false}), json!([1, 2]), "no value is allowed here", "; it is 2"),
        (json!({"not": {"type": "null"}}), json!(null), "must not match the schema of not", "; it is null"),
        (json!({"anyOf": [{"type": "null"}, {"minimum": 5}]}), json!(1), "matches none of the schemas of anyOf: must be of type null, not number; or must be at least 5", "; it is 1"),
        (json!({"oneOf": [true, true]}), json!(1), "matches more than one schema of oneOf", "; it is 1"),
        (json!(false), json!(1), "no value is allowed here", "; it is 1"),
    ];
    for (schema, document, masked, shown) in cases {
        let validator = SchemaValidator::<SerdeJson>::compile(&schema).expect("a schema");
        let message = |values| {
            let violations = validator
                .validate(&document, values)
                .expect_err("not valid");
            assert_eq!(violations.len(), 1, "{schema}");
            violations
                .into_iter()
                .next()
                .expect("one")
                .message()
                .to_owned()
        };
        assert_eq!(message(Values::Masked), masked, "{schema}");
        assert_eq!(
            message(Values::Shown),
            format!("{masked}{shown}"),
            "{schema}"
        );
    }
}

#[test]
fn a_schema_that_cannot_be_compiled_names_the_place() {
    let mut deep = json!({});
    for _ in 0..130 {
        deep = json!({"not": deep});
    }
    #[rustfmt::skip]
    let cases = [
        (json!({"properties": {"a": {"type": 5}}}), "/properties/a/type: matches none of the schemas of anyOf: must be one of \"array\", \"boolean\", \"integer\", \"null\", \"number\", \"object\", \"string\"; or must be of type array, not number"),
        (json!({"minLength": -1}), "/minLength: must be at least 0"),
        (json!({"items": {"$ref": "http://example.com/x.json"}}), "/items/$ref: refers to http://example.com/x.json, which is not part of the schema; nothing is fetched"),
        (json!({"$ref": "file:///etc/passwd"}), "/$ref: refers to file:///etc/passwd, which is not part of the schema; nothing is fetched"),
        (json!({"$ref": "#/$defs/gone"}), "/$ref: refers to /$defs/gone, where nothing is"),
        (json!({"$schema": "http://example.com/draft"}), "/$schema: http://example.com/draft is not a draft of JSON Schema that is known"),
        (json!({"pattern": "(a)\\1"}), "/pattern: is not a regular expression that can be used: it has a syntax error, uses look-around or back-references, or is too large"),
        (json!({"pattern": "(?=a)"}), "/pattern: is not a regular expression that can be used: it has a syntax error, uses look-around or back-references, or is too large"),
        (deep, "schema: is nested deeper than 128 levels"),
        (json!(5), "schema: must be of type boolean or object, not number"),
    ];
    for (schema, expected) in cases {
        let error = SchemaValidator::<SerdeJson>::compile(&schema).expect_err("no schema");
        assert_eq!(error.to_string(), expected);
    }
}

/// Schemas that multiply when they are compiled: each would take gigabytes.
#[test]
fn a_schema_that_multiplies_is_refused() {
    let each_to_each = |count: usize| {
        let definitions: serde_json::Map<String, Value> = (0..count)
            .map(|i| {
                let all: Vec<Value> = (0..count)
                    .map(|j| json!({"$ref": format!("http://x/{j}")}))
                    .collect();
                (
                    format!("a{i}"),
                    json!({"$id": format!("http://x/{i}"), "anyOf": all}),
                )
            })
            .collect();
        json!({"$id": "http://r/", "$defs": definitions, "$ref": "http://x/0"})
    };
    let chain = |length: usize| {
        let definitions: serde_json::Map<String, Value> = (0..length)
            .map(|i| {
                let next = format!("#/$defs/a{}", i + 1);
                (
                    format!("a{i}"),
                    json!({"unevaluatedProperties": false, "$ref": next}),
                )
            })
            .chain([(format!("a{length}"), json!(true))])
            .collect();
        json!({"$defs": definitions, "$ref": "#/$defs/a0"})
    };
    let compile = |schema: &Value| SchemaValidator::<SerdeJson>::compile(schema);
    for schema in [each_to_each(10), chain(1600), chain(16_000)] {
        let error = compile(&schema).expect_err("it multiplies");
        assert_eq!(
            error.to_string(),
            "schema: combines too many references to be compiled safely"
        );
    }
    // As published schemas are: many resources, each referred to from one or two, and from circles.
    let bundle: serde_json::Map<String, Value> = (0..200)
        .map(|i| {
            let other =
                |j: usize| json!({"$ref": format!("http://x/{}", if j < 200 { j } else { 0 })});
            let keys = json!({"a": other(2 * i + 1), "b": other(2 * i + 2)});
            let schema = json!({"$id": format!("http://x/{i}"), "properties": keys});
            (format!("a{i}"), schema)
        })
        .collect();
    let bundle = json!({"$id": "http://r/", "$defs": bundle, "$ref": "http://x/0"});
    for schema in [each_to_each(4), chain(50), bundle] {
        let validator = compile(&schema).expect("a schema");
        assert!(validator.weight() < 32 << 20, "{}", validator.weight());
    }
}

#[test]
fn a_text_longer_than_any_regular_expression_is_none() {
    let regex =
        SchemaValidator::<SerdeJson>::compile(&json!({"format": "regex"})).expect("a schema");
    assert!(regex.is_valid(&json!("^[a-z]+$")));
    assert!(regex.is_valid(&json!("^(?!a)b")));
    assert!(!regex.is_valid(&json!("(")));
    assert!(!regex.is_valid(&json!("(".repeat(5_000_000))));
    assert!(!regex.is_valid(&json!("a".repeat(100_000))));
}

#[test]
fn an_unknown_contract_type_has_the_nearest_names() {
    let error = Registry::builtin()
        .get("case_metdata")
        .expect_err("a misspelt name");
    assert_eq!(
        error.to_string(),
        "contract type \"case_metdata\" is not known"
    );
    assert_eq!(error.nearest()[0], "case_metadata");
}
