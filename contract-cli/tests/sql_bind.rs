//! `jsonb-contract sql bind`: the migrations that it prints, word for word.

mod support;

use support::{Folder, Outcome};

fn bind(arguments: &[&str]) -> Outcome {
    Folder::new().run(&[&["sql", "bind"], arguments].concat())
}

#[test]
fn the_columns_of_the_manifest() {
    insta::assert_snapshot!("bind", bind(&["case_metadata"]).transcript());
    let both = ["activity_metadata", "--floor", "1"];
    insta::assert_snapshot!("bind_two_columns", bind(&both).transcript());
    let down = ["activity_metadata", "--down"];
    insta::assert_snapshot!("bind_down", bind(&down).transcript());
}

#[test]
fn a_column_that_is_named() {
    let arguments = [
        "case_metadata",
        "--table",
        r#"My App."it's ""here""".order"#,
        "--column",
        r"Meta\data",
        "--floor",
        "2",
    ];
    // Three names.
    assert_eq!(bind(&arguments).code, 2);
    let table = r#""My.App".it's "here""#;
    let arguments = [&["case_metadata", "--table", table], &arguments[3..]].concat();
    insta::assert_snapshot!("bind_named", bind(&arguments).transcript());
    let down = [&arguments[..5], &["--down"]].concat();
    insta::assert_snapshot!("bind_named_down", bind(&down).transcript());
}

#[test]
fn what_wants_no_check_is_bound_only_when_it_is_named() {
    insta::assert_snapshot!("bind_unwanted", bind(&["audit_old_data"]).transcript());
    let down = bind(&["audit_old_data", "--down"]);
    insta::assert_snapshot!("bind_unwanted_down", down.transcript());
    let arguments = ["audit_old_data", "--table", "app.log", "--column", "old"];
    insta::assert_snapshot!("bind_unwanted_named", bind(&arguments).transcript());
}

/// A folder whose manifest of `case_metadata` has these bindings.
fn manifest_with(bindings: &str) -> Folder {
    let folder = Folder::new();
    assert_eq!(folder.run(&["export"]).code, 0);
    let mut manifest: serde_json::Value =
        serde_json::from_str(&folder.read("contracts/case_metadata.json")).expect("JSON");
    manifest["bindings"] = serde_json::from_str(bindings).expect("JSON");
    folder.write("contracts/case_metadata.json", manifest.to_string());
    folder
}

#[test]
fn names_of_a_manifest_are_taken_as_they_are() {
    let arguments = ["sql", "bind", "case_metadata", "--contracts", "contracts"];
    let folder = manifest_with(r#"[{"schema": "A.b", "table": "\"c\"", "column": "user"}]"#);
    insta::assert_snapshot!("bind_manifest", folder.run(&arguments).transcript());
    manifest_with(r#"[{"table": "c; --\nDROP", "column": "d"}]"#)
        .run(&arguments)
        .assert(
            2,
            "",
            "error: a binding of case_metadata: the name \"c; --\\nDROP\" has a control character\n",
        );
    manifest_with("[]").run(&arguments).assert(
        2,
        "",
        "error: the manifest of case_metadata names no column\n  tip: say --table and --column\n",
    );
}

#[test]
fn wrong_usage_is_2() {
    for (arguments, error) in [
        (
            &["case_metdata"] as &[&str],
            "contract type \"case_metdata\" is not known",
        ),
        (
            &["case_metadata", "--floor", "3"],
            "version 3 of case_metadata is not known, readable are 1 to 2",
        ),
        (
            &["case_metadata", "--floor", "0"],
            "version 0 of case_metadata is not known, readable are 1 to 2",
        ),
        (&["case_metadata", "--table", "a.b"], "--column"),
        (&["case_metadata", "--column", "b"], "--table"),
        (
            &["case_metadata", "--floor", "1", "--down"],
            "cannot be used with",
        ),
        (
            &["case_metadata", "--table", "b", "--column", "c"],
            "say SCHEMA.TABLE",
        ),
        (
            &["case_metadata", "--contracts", "nowhere"],
            "nowhere: cannot be read: ",
        ),
        (&[], "--help"),
    ] {
        let outcome = bind(arguments);
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (2, ""),
            "{arguments:?}"
        );
        assert!(outcome.stderr.contains(error), "{}", outcome.stderr);
    }
}
