//! `jsonb-contract lint`: what people and machines read, and which files are looked at.

mod support;

use support::{Folder, Outcome};

const SHIP: &str = r#"{
  "contract_type": "ship",
  "canonical_id": "CONTRACT-SHIP-V1",
  "release": "1.0.0",
  "owner": "team",
  "status": "active",
  "compatibility": "backward",
  "min_version": 1,
  "max_version": 1,
  "check_constraint": true,
  "versions": [
    {
      "version": 1,
      "schema": {
        "type": "object",
        "properties": {
          "imo": { "type": "string", "pattern": "[0-9]{7}" },
          "flag": {
            "type": "string",
            "maxLenght": 2
          },
          "additionalProperties": false
        },
        "required": ["imo", "flg"]
      }
    }
  ]
}
"#;

/// A manifest, a schema in one long line with awkward keys, a clean schema, and what cannot be read.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("contracts/ship.json", SHIP);
    let long = "y".repeat(300);
    folder.write(
        "contracts/line.schema.json",
        format!(
            "{{\"$comment\": \"{long}\", \"é\u{202e}100%,:\": 1, \"description\": \"{long}\"}}"
        ),
    );
    folder.write(
        "contracts/clean.schema.json",
        r#"{"type": "string", "pattern": "^x-"}"#,
    );
    folder.write("contracts/contracts.lock.json", "{}");
    folder.write("contracts/notes.txt", "{oops");
    folder
}

fn check(format: &str) -> Outcome {
    folder().run(&["lint", "--format", format])
}

fn transcript(outcome: &Outcome) -> String {
    let release = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    outcome
        .transcript()
        .replace(&release, "\"version\":\"[release]\"")
}

#[test]
fn human() {
    insta::assert_snapshot!(transcript(&check("human")));
}

#[test]
fn json() {
    let outcome = check("json");
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    let first = &report["findings"][0];
    assert_eq!(
        (first["line"].as_u64(), first["column"].as_u64()),
        (Some(1), Some(318))
    );
    insta::assert_snapshot!(transcript(&outcome));
}

#[test]
fn sarif() {
    insta::assert_snapshot!(transcript(&check("sarif")));
}

#[test]
fn github() {
    insta::assert_snapshot!(transcript(&check("github")));
}

#[test]
fn junit() {
    insta::assert_snapshot!(transcript(&check("junit")));
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let folder = folder();
    folder.write("bad/not.json", "{\n oops");
    folder.write(
        "bad/none.json",
        "{\n \"properties\": {\"a\": {\"type\": \"strin\"}}\n}",
    );
    let released = SHIP
        .replace("\"1.0.0\"", "\"2.0.0\"")
        .replace("\"team\"", "7");
    folder.write("bad/ship.json", released);
    let outcome = folder.run(&["lint", "bad", "missing.json", "contracts/clean.schema.json"]);
    insta::assert_snapshot!(transcript(&outcome));
}

#[test]
fn a_folder_without_files_is_wrong_usage() {
    let folder = Folder::new();
    folder.write("empty/contracts.lock.json", "{}");
    let error = "error: empty has no .json file\n";
    folder.run(&["lint", "empty"]).assert(2, "", error);
    let outcome = folder.run(&["lint"]);
    assert_eq!(
        (outcome.code, outcome.stdout.contains("contracts")),
        (2, true)
    );
}

#[test]
fn nothing_found() {
    let folder = folder();
    let outcome = folder.run(&["lint", "contracts/clean.schema.json"]);
    outcome.assert(0, "", "no findings in 1 file\n");
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = Folder::new();
    let list = folder.run(&["lint", "--list"]);
    insta::assert_snapshot!(list.transcript());
    for line in list.stdout.lines() {
        let id = line.split(' ').next().expect("a rule");
        let outcome = folder.run(&["lint", "--explain", id]);
        assert!(outcome.stdout.starts_with(&format!("{id}: ")), "{id}");
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    }
    insta::assert_snapshot!(
        "explanation",
        folder
            .run(&["lint", "--explain", "unanchored-pattern"])
            .transcript()
    );
    let unknown = folder.run(&["lint", "--explain", "no-such-rule"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
}

#[test]
fn the_shipped_manifests_are_clean() {
    let folder = Folder::new();
    folder.run(&["export"]);
    folder
        .run(&["lint"])
        .assert(0, "", "no findings in 21 files\n");
}
