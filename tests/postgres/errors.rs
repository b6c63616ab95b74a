//! What Postgres reports, word for word.

use crate::{case, literal};
use serde_json::json;
use tests::{Database, Failure};

#[track_caller]
fn assert_reported(failure: &Failure, code: &str, message: &str, detail: &str, hint: &str) {
    let expected = Failure {
        code: code.into(),
        message: message.into(),
        detail: detail.into(),
        hint: hint.into(),
    };
    assert_eq!(*failure, expected);
}

const CORRECT_IT: &str = "Correct the document; contract.errors('case_metadata', document) returns \
    the violations as rows, contract.schema('case_metadata', version) what is allowed.";

#[test]
fn a_failed_check_lists_every_violation() {
    let mut database = Database::new();
    let mut document = case();
    document["_context"]["created_by"] = json!("");
    document["priorty"] = json!("my secret");
    document["custom_fields"] = json!(["my secret"]);
    assert_reported(
        &database.fails(&format!(
            "SELECT contract.check('case_metadata', {})",
            literal(&document)
        )),
        "23514",
        "document violates contract type \"case_metadata\"",
        "/_context/created_by: must have at least 1 character (version 2)\n\
         /custom_fields: must be of type object, not array (version 2)\n\
         /priorty: key \"priorty\" is not allowed (version 2)",
        CORRECT_IT,
    );
}

#[test]
fn a_version_that_cannot_be_read_names_the_readable_ones() {
    let mut database = Database::new();
    let readable = "readable versions of case_metadata are 1 to 2";
    for (version, message) in [
        (
            "7",
            "version 7 of case_metadata is not known, readable are 1 to 2".to_owned(),
        ),
        (
            "0",
            "version 0 of case_metadata is not known, readable are 1 to 2".to_owned(),
        ),
        (
            "-1",
            "version -1 of case_metadata is not known, readable are 1 to 2".to_owned(),
        ),
        ("1.5", format!("must be an integer, {readable}")),
        ("\"1\"", format!("must be an integer, {readable}")),
        (
            "1000000000000000000000000000000",
            format!("the version is not known, {readable}"),
        ),
    ] {
        let mut document = case();
        document["_schema_version"] = serde_json::from_str(version).expect("JSON");
        assert_reported(
            &database.fails(&format!(
                "SELECT contract.check('case_metadata', {})",
                literal(&document)
            )),
            "23514",
            "document violates contract type \"case_metadata\"",
            &format!("/_schema_version: {message}"),
            CORRECT_IT,
        );
    }
}

#[test]
fn an_unknown_contract_type_has_its_own_error() {
    let mut database = Database::new();
    for call in ["is_valid", "check"] {
        assert_reported(
            &database.fails(&format!("SELECT contract.{call}('session_dat', '{{}}')")),
            "42704",
            "contract type \"session_dat\" is not known",
            "",
            "Perhaps you mean \"session_data\".",
        );
    }
    for call in ["contract.errors('zzz', '{}')", "contract.schema('zzz', 1)"] {
        assert_reported(
            &database.fails(&format!("SELECT * FROM {call}")),
            "42704",
            "contract type \"zzz\" is not known",
            "",
            "SELECT name FROM contract.types() lists the contract types.",
        );
    }
}

#[test]
fn an_unknown_version_of_a_schema_has_its_own_error() {
    let mut database = Database::new();
    for version in [0, 3, -1] {
        assert_reported(
            &database.fails(&format!(
                "SELECT contract.schema('case_metadata', {version})"
            )),
            "22023",
            &format!("version {version} of contract type \"case_metadata\" is not known"),
            "",
            "Known are versions 1 to 2.",
        );
    }
}

#[test]
fn a_schema_that_is_none_names_the_place() {
    let mut database = Database::new();
    let linear = "is not a regular expression that can be used: it has a syntax error, uses look-around \
                  or back-references, or is too large";
    for (schema, detail) in [
        (
            json!(5),
            "schema: must be of type boolean or object, not number".to_owned(),
        ),
        (
            json!({"properties": {"a": {"minLength": "x"}}}),
            "/properties/a/minLength: must be of type integer, not string".to_owned(),
        ),
        (
            json!({"items": {"$ref": "https://example.com/a.json"}}),
            "/items/$ref: refers to https://example.com/a.json, which is not part of the schema; \
             nothing is fetched"
                .to_owned(),
        ),
        (
            json!({"$ref": "file:///etc/hostname"}),
            "/$ref: refers to file:///etc/hostname, which is not part of the schema; \
             nothing is fetched"
                .to_owned(),
        ),
        (json!({"pattern": "^(?!x)"}), format!("/pattern: {linear}")),
        (json!({"pattern": "(x)\\1"}), format!("/pattern: {linear}")),
        (
            json!({"pattern": "((a{1,500}){1,500}){1,500}"}),
            format!("/pattern: {linear}"),
        ),
    ] {
        for call in ["matches_schema", "schema_errors"] {
            assert_reported(
                &database.fails(&format!(
                    "SELECT * FROM contract.{call}({}, '1')",
                    literal(&schema)
                )),
                "22023",
                "schema is not a JSON Schema that can be used",
                &detail,
                "",
            );
        }
    }
}

#[test]
fn a_long_list_of_violations_has_an_end() {
    let mut database = Database::new();
    let failure = database.fails(
        "SELECT contract.check('session_data', (SELECT jsonb_object_agg('k' || i, i)
                                               FROM generate_series(1, 5000) i))",
    );
    let lines: Vec<&str> = failure.detail.lines().collect();
    // Three header keys are missing; the header is explained before anything else.
    assert_eq!(lines.len(), 3, "{}", failure.detail);

    let failure = database.fails(&format!(
        "SELECT contract.check('case_metadata', {} || (SELECT jsonb_object_agg('k' || i, i)
                                                      FROM generate_series(1, 5000) i))",
        literal(&case())
    ));
    let lines: Vec<&str> = failure.detail.lines().collect();
    assert_eq!(lines.len(), 1001);
    assert_eq!(lines[1000], "and 4000 more");
}
