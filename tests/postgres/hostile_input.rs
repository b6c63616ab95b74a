//! Documents and schemas that are made to hurt: an answer or a clean ERROR, and the backend lives.

use crate::{case, literal};
use std::{
    thread,
    time::{Duration, Instant},
};
use tests::{Database, failure};

/// A schema that an array satisfies which holds nothing but such arrays.
const NESTED: &str =
    r##"{"$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"}"##;

/// `anyOf` of two references to the next level, `levels` times: 2^levels ways down.
fn exponential(levels: u32) -> String {
    format!(
        "(SELECT jsonb_build_object('$ref', '#/$defs/a0', '$defs', jsonb_object_agg('a' || i,
             CASE WHEN i < {levels} THEN jsonb_build_object('anyOf', jsonb_build_array(
                 jsonb_build_object('$ref', '#/$defs/a' || i + 1),
                 jsonb_build_object('$ref', '#/$defs/a' || i + 1)))
             ELSE '{{\"type\": \"number\"}}' END)) FROM generate_series(0, {levels}) i)"
    )
}

fn alive(database: &mut Database) {
    assert_eq!(database.value::<i32>("SELECT 1"), 1);
}

#[test]
fn six_thousand_nested_arrays_are_answered() {
    let mut database = Database::new();
    for (inner, valid) in [("", true), ("1", false)] {
        let document = format!("(repeat('[', 6000) || '{inner}' || repeat(']', 6000))::jsonb");
        let matches: bool = database.value(&format!(
            "SELECT contract.matches_schema('{NESTED}', {document})"
        ));
        assert_eq!(matches, valid);
        let violations: i64 = database.value(&format!(
            "SELECT count(*) FROM contract.schema_errors('{NESTED}', {document})"
        ));
        assert_eq!(violations, i64::from(!valid));
    }
}

#[test]
fn deeper_than_the_stack_is_an_error() {
    let mut database = Database::new();
    // As deep as jsonb itself can be made to accept.
    database.execute_all("SET max_stack_depth = '7MB'");
    let document = "(repeat('[', 26000) || repeat(']', 26000))::jsonb";
    match database.query_one(
        &format!("SELECT contract.matches_schema('{NESTED}', {document})"),
        &[],
    ) {
        Ok(row) => assert!(row.get::<_, bool>(0)),
        Err(error) => assert_eq!(failure(&error).code, "54001"),
    }
    alive(&mut database);
}

#[test]
fn a_deep_document_under_a_contract_is_answered() {
    let mut database = Database::new();
    let valid: bool = database.value(&format!(
        "SELECT contract.is_valid('case_metadata', jsonb_set({}, '{{custom_fields}}',
             ('{{\"a\": ' || repeat('[', 5000) || repeat(']', 5000) || '}}')::jsonb))",
        literal(&case())
    ));
    assert!(valid);
}

#[test]
fn a_deep_schema_is_an_error() {
    let mut database = Database::new();
    for levels in [130, 3000] {
        let failure = database.fails(&format!(
            "SELECT contract.matches_schema((repeat('{{\"not\": ', {levels}) || 'true'
                 || repeat('}}', {levels}))::jsonb, '1')"
        ));
        assert_eq!(failure.code, "22023", "{failure}");
    }
    alive(&mut database);
}

#[test]
fn a_large_document_is_answered() {
    let mut database = Database::new();
    // 50 MB of text, in 100,000 keys.
    database.execute_all(&format!(
        "CREATE TABLE large AS SELECT {} || jsonb_build_object('custom_fields',
             (SELECT jsonb_object_agg('key' || i, repeat('x', 480))
              FROM generate_series(1, 100000) i)) AS document",
        literal(&case())
    ));
    assert!(database.value::<i32>("SELECT length(document::text) FROM large") > 49_000_000);
    assert!(database.value::<bool>("SELECT contract.check('case_metadata', document) FROM large"));
    // The same keys where none is allowed: each is a violation.
    let unknown = "(document -> 'custom_fields') || (document - 'custom_fields')";
    let violations: i64 = database.value(&format!(
        "SELECT count(*) FROM large, contract.errors('case_metadata', {unknown})"
    ));
    assert_eq!(violations, 100_000);
    let failure = database.fails(&format!(
        "SELECT contract.check('case_metadata', {unknown}) FROM large"
    ));
    assert_eq!(failure.code, "23514");
    assert!(
        failure.detail.ends_with("and 99000 more"),
        "{}",
        failure.code
    );
}

#[test]
fn a_long_reference_chain_is_answered() {
    let mut database = Database::new();
    for link in [
        "jsonb_build_object('$ref', '#/$defs/a' || i + 1)",
        "jsonb_build_object('allOf', jsonb_build_array(jsonb_build_object('$ref', '#/$defs/a' || i + 1)))",
        "jsonb_build_object('properties', jsonb_build_object('a', jsonb_build_object('$ref', '#/$defs/a' || i + 1)))",
    ] {
        let matches: bool = database.value(&format!(
            "SELECT contract.matches_schema(jsonb_build_object('$ref', '#/$defs/a0', '$defs',
                 jsonb_object_agg('a' || i, CASE WHEN i < 5000 THEN {link} ELSE '{{}}' END)), '1')
             FROM generate_series(0, 5000) i"
        ));
        assert!(matches);
    }
    let failure = database.fails(
        "SELECT contract.matches_schema(jsonb_build_object('$defs', jsonb_object_agg('a' || i,
             '{\"type\": \"string\"}'::jsonb)), '1') FROM generate_series(0, 60000) i",
    );
    assert_eq!(failure.code, "22023");
    assert_eq!(
        failure.detail,
        "schema: has more than 50000 keywords and values"
    );
}

#[test]
fn a_pattern_runs_in_linear_time() {
    let mut database = Database::new();
    let matches: bool = database.value(
        "SELECT contract.matches_schema('{\"pattern\": \"^(a+)+$\"}',
             to_jsonb(repeat('a', 1000000) || 'b'))",
    );
    assert!(!matches);
}

#[test]
fn odd_numbers_are_answered() {
    let mut database = Database::new();
    for (schema, document, expected) in [
        (r#"{"multipleOf": 0.01}"#, "1e400", true),
        (r#"{"multipleOf": 0.1}"#, "0.3", true),
        (r#"{"minimum": 0.1}"#, "0.1", true),
        (r#"{"minimum": 0.1}"#, "0.0999999999999999999999", false),
        (r#"{"type": "integer"}"#, "1e400", true),
        (r#"{"type": "integer"}"#, "1.00", true),
        (r#"{"type": "integer"}"#, "1.01", false),
        (r#"{"maximum": 1e131000}"#, "1e131071", false),
        (r#"{"multipleOf": 7}"#, "1e131071", false),
        (r#"{"minimum": 1e-16383}"#, "1e-16382", true),
        (r#"{"const": 1e131071}"#, "1e131071", true),
        (
            r#"{"exclusiveMaximum": 9007199254740993}"#,
            "9007199254740993.0",
            false,
        ),
    ] {
        let matches: bool = database.value(&format!(
            "SELECT contract.matches_schema('{schema}', '{document}')"
        ));
        assert_eq!(matches, expected, "{schema} {document}");
    }
}

#[test]
fn an_explanation_with_too_many_alternatives_is_an_error() {
    let mut database = Database::new();
    let schema = exponential(26);
    assert!(!database.value::<bool>(&format!(
        "SELECT contract.matches_schema({schema}, '\"x\"')"
    )));
    let failure = database.fails(&format!(
        "SELECT * FROM contract.schema_errors({schema}, '\"x\"')"
    ));
    assert_eq!(failure.code, "54000", "{failure}");
    // The budget is for explanations: a verdict afterwards has none.
    assert!(!database.value::<bool>(&format!(
        "SELECT contract.matches_schema({schema}, '\"y\"')"
    )));
    alive(&mut database);
}

#[test]
fn violations_that_cannot_be_listed_are_an_error() {
    let mut database = Database::new();
    // 1.5 MB of document, 10 GB of JSON Pointers: a long key, and 100,000 violations below it.
    let schema =
        r#"{"additionalProperties": {"properties": {"zz": {}}, "additionalProperties": false}}"#;
    let document = "jsonb_build_object(repeat('k', 100000),
        (SELECT jsonb_object_agg(i::text, 1) FROM generate_series(1, 100000) i))";
    let matches: bool = database.value(&format!(
        "SELECT contract.matches_schema('{schema}', {document})"
    ));
    assert!(!matches);
    let failure = database.fails(&format!(
        "SELECT * FROM contract.schema_errors('{schema}', {document})"
    ));
    assert_eq!(failure.code, "54000", "{failure}");
    assert_eq!(
        failure.message,
        "document is not valid, and its violations are too many to be listed"
    );
    let failure = database.fails(
        "SELECT count(*) FROM contract.schema_errors('{\"items\": {\"type\": \"string\"}}',
             (SELECT jsonb_agg(i) FROM generate_series(1, 3000000) i))",
    );
    assert_eq!(failure.code, "54000", "{failure}");
    // A CHECK says what it can: lines are cut short, and have an end.
    let failure = database.fails(&format!(
        "SELECT contract.check('case_metadata', {} || jsonb_build_object(repeat('k', 1000000), 1))",
        literal(&case())
    ));
    assert_eq!(failure.code, "23514");
    assert!(failure.detail.len() < 1100, "{}", failure.detail.len());
}

#[test]
fn a_schema_that_multiplies_is_an_error() {
    let mut database = Database::new();
    let failure = database.fails(
        "SELECT contract.matches_schema(jsonb_build_object('$id', 'http://r/', '$ref', 'http://x/0',
             '$defs', jsonb_object_agg('a' || i, jsonb_build_object('$id', 'http://x/' || i, 'anyOf',
                 (SELECT jsonb_agg(jsonb_build_object('$ref', 'http://x/' || j))
                  FROM generate_series(0, 11) j)))), '1') FROM generate_series(0, 11) i",
    );
    assert_eq!(failure.code, "22023");
    assert_eq!(
        failure.detail,
        "schema: combines too many references to be compiled safely"
    );
}

/// 2 MB of schema, in which 9,000 members stand below 1.8 MB of keys: 16 GB of JSON Pointers.
#[test]
fn a_schema_of_long_keys_over_many_members_is_an_error() {
    let mut database = Database::new();
    let schema = "(repeat('{\"properties\": {\"' || repeat('k', 30000) || '\": ', 60)
             || (SELECT jsonb_build_object('properties', jsonb_object_agg('m' || i, '{}'::jsonb))
                 FROM generate_series(1, 9000) i)::text
             || repeat('}}', 60))::jsonb";
    let failure = database.fails(&format!("SELECT contract.matches_schema({schema}, '1')"));
    assert_eq!(failure.code, "22023");
    assert_eq!(
        failure.detail,
        "schema: has too long keys over too many members to be compiled safely"
    );
    let failure = database.fails(&format!(
        "SELECT contract.matches_schema(jsonb_build_object('$id', 'http://x/', '$ref', 'http://x/a',
             '$defs', jsonb_build_object('a', {schema} || '{{\"$id\": \"http://x/a\"}}')), '1')"
    ));
    assert_eq!(failure.code, "22023");
    alive(&mut database);
}

#[test]
fn a_regular_expression_of_50_megabytes_is_none() {
    let mut database = Database::new();
    assert!(!database.value::<bool>(
        "SELECT contract.matches_schema('{\"format\": \"regex\"}', to_jsonb(repeat('(', 50000000)))"
    ));
}

/// A cancel request ends a walk within a second, wherever it is.
#[test]
fn a_cancel_request_is_obeyed() {
    let mut database = Database::new();
    database.execute_all(&format!(
        "CREATE TABLE large AS SELECT jsonb_agg({} || jsonb_build_object('n', i)) AS document
         FROM generate_series(1, 100000) i",
        literal(&case())
    ));
    let endless = format!(
        "SELECT contract.matches_schema({}, '\"x\"')",
        exponential(60)
    );
    // A schema under which each of the elements is walked over and over again.
    let elements = "SELECT bool_and(contract.matches_schema(jsonb_build_object('items',
            (SELECT jsonb_build_object('allOf', jsonb_agg(jsonb_build_object('properties',
                jsonb_build_object('k' || i, false)))) FROM generate_series(1, 2000) i)), document))
        FROM large, generate_series(1, 100)";
    for sql in [endless.as_str(), elements] {
        let token = database.cancel_token();
        let canceller = thread::spawn(move || {
            thread::sleep(Duration::from_millis(1500));
            token
                .cancel_query(postgres::NoTls)
                .expect("a cancel request is sent");
            Instant::now()
        });
        let error = database.batch_execute(sql).expect_err("it was cancelled");
        let ended = Instant::now();
        let asked = canceller.join().expect("the request was sent");
        let failure = failure(&error);
        assert_eq!(failure.code, "57014", "{failure}");
        let delay = ended.saturating_duration_since(asked);
        assert!(delay < Duration::from_secs(1), "{delay:?}");
        alive(&mut database);
    }
}
