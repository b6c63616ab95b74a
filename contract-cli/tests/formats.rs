//! What people and machines read: each format over the same documents, word for word.

mod support;

use serde_json::Value;
use support::{Folder, Outcome, case};

/// Good and bad documents, in files with awkward names, and a file that is missing.
fn check(format: &str) -> Outcome {
    let folder = Folder::new();
    let lines = [
        case(r#""priority": "high""#),
        case("").replace(": 2,", ": 7,"),
        "{oops\n".into(),
        case(r#""100% <\r\n,:\u001b[31m&>": 1, "custom_fields": [], "priority": "\u0000""#),
    ];
    folder.write("50%, a:b é.jsonl", lines.concat());
    let pretty = case(r#""escalation_level": 1e200000"#)
        .replace(", \"", ",\n  \"")
        .replace(": 2,", ": 1,");
    folder.write("cases/pretty.json", pretty);
    folder.write("cases/good.json", case(""));
    folder.run(&[
        "validate",
        "case_metadata",
        "50%, a:b é.jsonl",
        "cases/pretty.json",
        "cases/good.json",
        "missing.json",
        "--format",
        format,
    ])
}

/// A run that finds nothing.
fn clean(format: &str) -> Outcome {
    let folder = Folder::new();
    folder.write("good.jsonl", case(""));
    folder.run(&[
        "validate",
        "case_metadata",
        "good.jsonl",
        "--format",
        format,
    ])
}

#[track_caller]
fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).expect("the report is one JSON document")
}

/// The transcript without the release of the program.
fn transcript(outcome: &Outcome) -> String {
    let release = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    outcome
        .transcript()
        .replace(&release, "\"version\":\"[release]\"")
}

#[test]
fn human() {
    insta::assert_snapshot!(check("human").transcript());
    clean("human").assert(0, "", "no violations in 1 document\n");
}

#[test]
fn json_report() {
    let outcome = check("json");
    assert_eq!(json(&outcome)["summary"]["errors"], 2);
    insta::assert_snapshot!(outcome.transcript());
    let clean = clean("json");
    assert_eq!(json(&clean)["findings"], Value::Array(Vec::new()));
    insta::assert_snapshot!("json_clean", clean.transcript());
}

#[test]
fn sarif() {
    let outcome = check("sarif");
    let invocation = &json(&outcome)["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    insta::assert_snapshot!(transcript(&outcome));
    let clean = clean("sarif");
    let invocation = &json(&clean)["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], true);
    insta::assert_snapshot!("sarif_clean", transcript(&clean));
}

#[test]
fn github() {
    insta::assert_snapshot!(check("github").transcript());
    clean("github").assert(0, "", "no violations in 1 document\n");
}

#[test]
fn junit() {
    insta::assert_snapshot!(check("junit").transcript());
    insta::assert_snapshot!("junit_clean", clean("junit").transcript());
}

#[test]
fn all_formats_tell_the_same() {
    for format in ["human", "json", "sarif", "github", "junit"] {
        let outcome = check(format);
        assert_eq!(outcome.code, 2, "{format}");
        let summary = "2 errors, 6 violations in 3 of 5 documents\n";
        assert_eq!(outcome.stderr, summary, "{format}");
        // Each finding once, and the reason why a file was not checked.
        for text in [
            "version 7 of case_metadata is not known",
            "must be of type object, not array",
            "more than 131072 digits",
            "is not JSON: key must be a string",
            "No such file or directory",
        ] {
            assert_eq!(outcome.stdout.matches(text).count(), 1, "{format}: {text}");
        }
    }
}

#[test]
fn help() {
    let folder = Folder::new();
    for command in [
        "", "validate", "upgrade", "sql", "sql bind", "export", "apply", "pull", "lint", "diff",
        "drift", "release", "coverage",
    ] {
        let arguments: Vec<&str> = command.split(' ').filter(|word| !word.is_empty()).collect();
        let outcome = folder.run(&[arguments.as_slice(), &["--help"]].concat());
        let name = format!("help_{}", command.replace(' ', "_"));
        insta::assert_snapshot!(name.trim_end_matches('_'), outcome.transcript());
    }
    let version = format!("jsonb-contract {}\n", env!("CARGO_PKG_VERSION"));
    folder.run(&["--version"]).assert(0, &version, "");
}
