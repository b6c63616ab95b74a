//! `jsonb-contract diff`: what is found, what is a note, where it is shown, and what can be compared.

mod support;

use serde_json::{Value, json};
use support::{
    Folder, Outcome, run,
    ships::{cargo, ship, undecided},
};

const SHIP: &str = "contracts/ship_manifest.json";

/// A first version, and a second that has a key more, a shorter cargo and wants another key.
fn old_ship() -> String {
    ship(&[cargo(100, &json!({"flag": true}))], &json!({}))
}

fn broken_ship() -> String {
    let mut second = cargo(50, &json!({"berth": {"type": "string"}, "flag": true}));
    second["required"] = json!(["cargo", "berth"]);
    ship(&[cargo(100, &json!({"flag": true})), second], &json!({}))
}

fn compatible_ship() -> String {
    let second = cargo(200, &json!({"berth": {"type": "string"}, "flag": true}));
    ship(&[cargo(100, &json!({"flag": true})), second], &json!({}))
}

/// What `diff` says of two manifests.
fn diff(old: &str, new: &str, options: &[&str]) -> Outcome {
    let folder = Folder::new();
    folder.write("old/ship_manifest.json", old);
    folder.write("new/ship_manifest.json", new);
    folder.run(&[&["diff", "old", "new"], options].concat())
}

/// What `diff` says of two schemas.
fn schemas(old: &Value, new: &Value, options: &[&str]) -> Outcome {
    let folder = Folder::new();
    let pretty = |schema| serde_json::to_string_pretty(schema).expect("JSON");
    folder.write("old.json", pretty(old));
    folder.write("new.json", pretty(new));
    folder.run(&[&["diff", "old.json", "new.json"], options].concat())
}

#[test]
fn a_broken_promise_is_shown_in_its_lines() {
    let outcome = diff(&old_ship(), &broken_ship(), &[]);
    assert_eq!(outcome.code, 1);
    insta::assert_snapshot!(outcome.transcript());
}

#[test]
fn what_is_compatible_is_a_note() {
    let outcome = diff(&old_ship(), &compatible_ship(), &[]);
    assert_eq!(outcome.code, 0);
    insta::assert_snapshot!(outcome.transcript());
}

#[test]
fn a_released_version_that_changed_is_shown_with_what_it_was() {
    let new = ship(&[cargo(50, &json!({}))], &json!({"release": "1.0.1"}));
    let outcome = diff(&old_ship(), &new, &[]);
    assert_eq!(outcome.code, 1);
    insta::assert_snapshot!(outcome.transcript());
}

#[test]
fn the_release_number_rises_with_what_has_changed() {
    let new = |keys: &Value| ship(&[cargo(100, &json!({"flag": true}))], keys);
    let same = diff(&old_ship(), &old_ship(), &[]);
    same.assert(0, "", "no objections in 1 comparison\n");
    let outcome = diff(&old_ship(), &new(&json!({"owner": "port"})), &[]);
    assert_eq!(outcome.code, 1);
    insta::assert_snapshot!(outcome.transcript());
    for (keys, code, note) in [
        (
            json!({"owner": "port", "release": "1.0.1"}),
            0,
            "1.0.1 after 1.0.0 is a patch change: owner changed",
        ),
        (
            json!({"status": "deprecated", "release": "1.0.1"}),
            1,
            "1.0.1 after 1.0.0 is a minor change: status changed from active to deprecated",
        ),
        (
            json!({"status": "deprecated", "release": "1.1.0"}),
            0,
            "1.1.0 after 1.0.0 is a minor change: status changed from active to deprecated",
        ),
    ] {
        let outcome = diff(&old_ship(), &new(&keys), &[]);
        assert_eq!(outcome.code, code, "{keys}");
        let note = format!("note: /release: {note}\n");
        assert!(outcome.stdout.contains(&note), "{}", outcome.stdout);
    }
}

#[test]
fn every_format_tells_the_findings() {
    for format in ["json", "sarif", "github", "junit"] {
        let outcome = diff(&old_ship(), &broken_ship(), &["--format", format]);
        assert_eq!(outcome.code, 1, "{format}");
        let release = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
        let transcript = outcome
            .transcript()
            .replace(&release, "\"version\":\"[release]\"");
        insta::assert_snapshot!(format!("diff_{format}"), transcript);
    }
}

#[test]
fn contract_types_come_and_go() {
    let folder = Folder::new();
    let named = |name: &str, keys: &Value| {
        let keys = keys.as_object().expect("an object").clone();
        let mut all = json!({"contract_type": name});
        all.as_object_mut().expect("an object").extend(keys);
        ship(&[cargo(100, &json!({}))], &all)
    };
    folder.write("old/berth.json", named("berth", &json!({})));
    folder.write("old/idea.json", named("idea", &json!({"status": "draft"})));
    folder.write("old/ship_manifest.json", old_ship());
    folder.write("new/crane.json", named("crane", &json!({})));
    folder.write("new/ship_manifest.json", old_ship());
    folder.run(&["diff", "old", "new"]).assert(
        1,
        "old/berth.json: contract type berth is gone\n  \
           tip: keep the manifest, and set \"status\" to \"archived\"\n\
         new/crane.json:9: note: /release: 1.0.0 is the first release: version 1 added\n\
         old/idea.json: note: contract type idea is gone\n",
        "1 objection in 1 of 4 comparisons\n",
    );
    // With one manifest, only its contract type counts.
    folder
        .run(&["diff", "old", "new/ship_manifest.json"])
        .assert(0, "", "no objections in 1 comparison\n");
}

#[test]
fn what_is_not_proven_is_a_finding_unless_it_is_allowed() {
    let [first, second] = undecided();
    let old = ship(std::slice::from_ref(&first), &json!({}));
    let new = ship(&[first.clone(), second.clone()], &json!({}));
    let outcome = diff(&old, &new, &[]);
    assert_eq!(outcome.code, 1);
    insta::assert_snapshot!(outcome.transcript());
    let allowed = diff(&old, &new, &["--allow-unproven", "ship_manifest"]);
    assert_eq!(allowed.code, 0, "{}", allowed.transcript());
    assert!(
        allowed
            .stdout
            .contains("note: /versions/1/schema/properties/code/pattern: whether")
    );
    diff(&old, &new, &["--allow-unproven", "ship"]).assert(
        2,
        "",
        "error: --allow-unproven names ship, which neither old nor new has\n",
    );
    assert_eq!(schemas(&first, &second, &[]).code, 1);
    assert_eq!(
        schemas(&first, &second, &["--allow-unproven", "new"]).code,
        0
    );
}

#[test]
fn versions_retire_where_that_is_allowed() {
    let both = compatible_ship();
    let manifest: Value = serde_json::from_str(&both).expect("JSON");
    let new = ship(
        &[json!({})],
        &json!({"min_version": 2, "max_version": 2, "release": "2.1.0", "versions": [manifest["versions"][1]]}),
    );
    let outcome = diff(&both, &new, &[]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("retired\n"), "{}", outcome.stdout);
    assert!(
        outcome.stdout.contains("rises from 1 to 2"),
        "{}",
        outcome.stdout
    );
    let outcome = diff(&both, &new, &["--allow-retired", "ship_manifest"]);
    assert_eq!(outcome.code, 0, "{}", outcome.transcript());
}

#[test]
fn schemas_are_compared_as_the_mode_asks() {
    let (narrow, wide) = (json!({"maxLength": 5}), json!({"maxLength": 9}));
    for (mode, code) in [
        (None, 1),
        (Some("none"), 0),
        (Some("backward"), 0),
        (Some("forward"), 1),
        (Some("full"), 1),
        (Some("backward_transitive"), 0),
        (Some("forward_transitive"), 1),
        (Some("full_transitive"), 1),
    ] {
        let options: Vec<&str> = mode.into_iter().flat_map(|mode| ["--mode", mode]).collect();
        let outcome = schemas(&narrow, &wide, &options);
        assert_eq!(outcome.code, code, "{mode:?}");
        for text in [
            "maxLength increased from 5 to 9",
            "accepts every document",
            "refuses a document",
        ] {
            assert!(
                outcome.stdout.contains(text),
                "{mode:?}: {}",
                outcome.stdout
            );
        }
    }
    insta::assert_snapshot!(schemas(&narrow, &wide, &[]).transcript());
}

#[test]
fn a_revision_is_compared_with_files_and_with_another() {
    let folder = Folder::new();
    folder.write(SHIP, old_ship());
    folder.write("contracts/notes.txt", "no manifest");
    folder.commit();
    folder.write(SHIP, compatible_ship());
    folder.commit();
    folder.write(SHIP, broken_ship());
    for (old, new, code, file) in [
        ("HEAD~1", "contracts", 1, SHIP),
        ("HEAD~1:contracts", "contracts", 1, SHIP),
        ("HEAD~1:contracts/", SHIP, 1, SHIP),
        ("HEAD~1", SHIP, 1, SHIP),
        ("HEAD~1:contracts/ship_manifest.json", SHIP, 1, SHIP),
        ("HEAD~1", "HEAD", 0, "HEAD:contracts/ship_manifest.json"),
        (
            "HEAD~1",
            "HEAD:contracts",
            0,
            "HEAD:contracts/ship_manifest.json",
        ),
        ("HEAD~1", "main", 0, "main:contracts/ship_manifest.json"),
        ("HEAD", "HEAD", 0, ""),
    ] {
        let outcome = folder.run(&["diff", old, new]);
        assert_eq!(outcome.code, code, "{old} {new}: {}", outcome.transcript());
        let begin = if file.is_empty() {
            String::new()
        } else {
            format!("{file}:9: note: ")
        };
        assert!(
            outcome.stdout.starts_with(&begin),
            "{old} {new}: {}",
            outcome.stdout
        );
    }
    // From below the top of the repository, and from outside.
    folder.write("contracts/deep/file", "");
    let mut below = support::command_in(
        &folder.path("contracts"),
        &["diff", "HEAD~1", "ship_manifest.json"],
    );
    assert_eq!(run(&mut below, Vec::new()).code, 1);
    let elsewhere = Folder::new();
    let contracts = folder.path("contracts");
    let contracts = contracts.to_str().expect("UTF-8");
    assert_eq!(elsewhere.run(&["diff", "HEAD~1", contracts]).code, 1);
}

#[test]
fn what_is_not_there_is_2() {
    let folder = Folder::new();
    folder.write(SHIP, old_ship());
    folder.write("schema.json", "{}");
    folder.write("empty/README", "");
    folder.commit();
    for (old, new, message) in [
        (
            "nowhere",
            "contracts",
            "nowhere cannot be read: git knows no revision nowhere",
        ),
        (
            "nowhere:contracts",
            "contracts",
            "nowhere:contracts cannot be read: git knows no revision nowhere",
        ),
        (
            "HEAD:nothing",
            "contracts",
            "HEAD:nothing cannot be read: revision HEAD has no nothing",
        ),
        (
            ":contracts",
            "contracts",
            ":contracts cannot be read: git knows no revision ",
        ),
        ("HEAD", "empty", "HEAD:empty has no manifest"),
        ("contracts", "empty", "empty has no manifest"),
        (
            "contracts",
            "schema.json",
            "contracts and schema.json cannot be compared: the second has no \"contract_type\", and is a JSON Schema",
        ),
        (
            "schema.json",
            "contracts",
            "contracts and schema.json cannot be compared: the second has no \"contract_type\", and is a JSON Schema",
        ),
    ] {
        folder
            .run(&["diff", old, new])
            .assert(2, "", &format!("error: {message}\n"));
    }
    let outcome = folder.run(&["diff", "contracts", "contracts", "--mode", "full"]);
    let message = "error: --mode is for JSON Schemas: a manifest says its own compatibility\n";
    outcome.assert(2, "", message);
    // An option of git is none here.
    for name in ["--output=stolen", "-h:contracts"] {
        let outcome = folder.run(&["diff", "--", name, "contracts"]);
        assert_eq!(outcome.code, 2);
        assert!(
            outcome.stderr.contains("git knows no revision -"),
            "{}",
            outcome.stderr
        );
    }
    let bare = Folder::new();
    bare.write("contracts/ship_manifest.json", old_ship());
    let outcome = bare.run(&["diff", "HEAD", "contracts"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("not a git repository"),
        "{}",
        outcome.stderr
    );
    let outcome = run(
        folder
            .command(&["diff", "HEAD", "contracts"])
            .env("PATH", ""),
        Vec::new(),
    );
    let message =
        "error: HEAD cannot be read: the program git, which reads revisions, is not there\n";
    outcome.assert(2, "", message);
}

#[test]
fn what_cannot_be_used_is_2_with_its_place() {
    let folder = Folder::new();
    folder.write("old/ship_manifest.json", "{\n  oops");
    folder.write(
        "new/ship_manifest.json",
        old_ship().replace("\"harbour\"", "7"),
    );
    folder.write("new/copy.json", old_ship());
    folder.write("new/other.json", old_ship());
    folder.run(&["diff", "old", "new"]).assert(
        2,
        "old/ship_manifest.json:2: error: is not JSON: key must be a string\n\
         new/other.json: error: another file has contract type ship_manifest too\n\
         new/ship_manifest.json:8: error: /owner: must be of type string, not number; it is 7\n",
        "3 errors, no objections in 0 comparisons\n",
    );
    folder.write("bad.json", "{\n \"type\": \"text\"}");
    let outcome = folder.run(&["diff", "bad.json", "bad.json", "--format", "github"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stdout.starts_with("::error file=bad.json,line=2,"),
        "{}",
        outcome.stdout
    );
}
