//! `jsonb-contract release`: what is released, what is refused, and what the lock file has then.

mod support;

use serde_json::{Value, json};
use std::fs;
use support::{
    Folder,
    ships::{cargo, ship, undecided},
};

const SHIP: &str = "contracts/ship_manifest.json";
const LOCK: &str = "contracts/contracts.lock.json";

/// A folder with a contract type of one version that is released.
fn released() -> Folder {
    let folder = Folder::new();
    folder.write(SHIP, ship(&[cargo(100, &json!({}))], &json!({})));
    folder.run(&["release"]).assert(
        0,
        "ship_manifest 1.0.0 is new: version 1 added\n",
        "wrote contracts/contracts.lock.json\nno objections in 1 contract type\n",
    );
    folder
}

fn lock(folder: &Folder) -> Value {
    serde_json::from_str(&folder.read(LOCK)).expect("the lock file is JSON")
}

/// That a release is refused and leaves the lock file alone.
#[track_caller]
fn refused(folder: &Folder) -> String {
    let before = fs::read(folder.path(LOCK)).ok();
    let outcome = folder.run(&["release"]);
    assert_eq!(outcome.code, 1, "{}", outcome.transcript());
    assert!(
        outcome.stderr.starts_with("nothing is released\n"),
        "{}",
        outcome.stderr
    );
    assert_eq!(fs::read(folder.path(LOCK)).ok(), before);
    // The check finds the same.
    let check = folder.run(&["release", "--check"]);
    assert_eq!((check.code, &check.stdout), (1, &outcome.stdout));
    outcome.transcript()
}

#[test]
fn a_release_is_written_once() {
    let folder = released();
    let text = folder.read(LOCK);
    let lock = lock(&folder);
    let manifest: Value = serde_json::from_str(&folder.read(SHIP)).expect("JSON");
    assert_eq!(
        lock["ship_manifest"]["manifest"]["versions"],
        manifest["versions"]
    );
    assert_eq!(lock["ship_manifest"]["1"].as_str().map(str::len), Some(64));
    for arguments in [
        &["release"] as &[&str],
        &["release", "contracts", "--check"],
    ] {
        let unchanged = "ship_manifest 1.0.0 unchanged\n";
        folder
            .run(arguments)
            .assert(0, unchanged, "no objections in 1 contract type\n");
        assert_eq!(folder.read(LOCK), text);
    }
}

#[test]
fn check_finds_what_is_not_released_and_writes_nothing() {
    let folder = Folder::new();
    folder.write(SHIP, ship(&[cargo(100, &json!({}))], &json!({})));
    folder.run(&["release", "--check"]).assert(
        1,
        "contracts/ship_manifest.json: 1.0.0 is not released: version 1 added\n  \
           tip: run jsonb-contract release\n",
        "1 objection in 1 of 1 contract type\n",
    );
    assert!(!folder.path(LOCK).exists());
    let folder = released();
    folder.write(LOCK, folder.read(LOCK).replace("  ", " "));
    folder.run(&["release", "--check"]).assert(
        1,
        "ship_manifest 1.0.0 unchanged\n\
         contracts/contracts.lock.json: differs from what the manifests say: run jsonb-contract release\n",
        "1 objection in 0 of 1 contract type\n",
    );
}

#[test]
fn each_step_is_told() {
    let folder = released();
    let first = cargo(100, &json!({}));
    let second = cargo(100, &json!({"berth": true}));
    for (versions, keys, line) in [
        (
            vec![first.clone()],
            json!({"owner": "port", "release": "1.0.1"}),
            "1.0.1 after 1.0.0, a patch change: owner changed",
        ),
        (
            vec![first.clone()],
            json!({"owner": "port", "release": "1.0.2"}),
            "1.0.2 after 1.0.1: release changed from 1.0.1 to 1.0.2",
        ),
        (
            vec![first, second.clone()],
            json!({"owner": "port"}),
            "2.0.0 after 1.0.2, a major change: version 2 added",
        ),
        (
            vec![second],
            json!({"owner": "port", "release": "2.1.0", "min_version": 2, "max_version": 2}),
            "2.1.0 after 2.0.0, a minor change: versions below 2 retired",
        ),
    ] {
        let text = ship(&versions, &keys);
        let is_retired = keys["min_version"] == 2;
        folder.write(
            SHIP,
            if is_retired {
                text.replace("\"version\": 1", "\"version\": 2")
            } else {
                text
            },
        );
        folder.run(&["release"]).assert(
            0,
            &format!("ship_manifest {line}\n"),
            "wrote contracts/contracts.lock.json\nno objections in 1 contract type\n",
        );
    }
    // A retired version stays known.
    assert!(lock(&folder)["ship_manifest"]["1"].is_string());
}

#[test]
fn a_changed_version_is_refused_and_shown() {
    let folder = released();
    folder.write(
        SHIP,
        ship(&[cargo(50, &json!({}))], &json!({"release": "1.0.1"})),
    );
    insta::assert_snapshot!(refused(&folder));
}

#[test]
fn a_broken_promise_is_refused_and_shown() {
    let folder = released();
    folder.write(
        SHIP,
        ship(&[cargo(100, &json!({})), cargo(50, &json!({}))], &json!({})),
    );
    insta::assert_snapshot!(refused(&folder));
}

#[test]
fn a_release_number_that_is_too_low_is_refused() {
    let folder = released();
    let described = json!({"description": "what is on board"});
    let mut schema = cargo(100, &json!({}));
    schema
        .as_object_mut()
        .expect("an object")
        .extend(described.as_object().cloned().expect("an object"));
    folder.write(SHIP, ship(&[schema], &json!({})));
    insta::assert_snapshot!(refused(&folder));
}

#[test]
fn a_contract_type_that_is_gone_is_refused() {
    let folder = released();
    fs::remove_file(folder.path(SHIP)).expect("removed");
    let transcript = refused(&folder);
    let finding = "contracts/contracts.lock.json: version 1 of ship_manifest is released and is gone: \
         bring it back, and archive what is no longer used\n";
    assert!(transcript.contains(finding), "{transcript}");
}

#[test]
fn a_draft_is_not_released_and_a_release_is_no_draft_again() {
    let draft = |longest| ship(&[cargo(longest, &json!({}))], &json!({"status": "draft"}));
    let folder = Folder::new();
    for longest in [100, 50] {
        folder.write(SHIP, draft(longest));
        let outcome = folder.run(&["release"]);
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (0, "ship_manifest 1.0.0 is a draft\n")
        );
        assert_eq!(folder.read(LOCK), "{}\n");
    }
    let folder = released();
    folder.write(SHIP, draft(100));
    assert!(refused(&folder).contains("is draft again, and was active"));
}

#[test]
fn what_is_not_proven_is_refused_unless_it_is_allowed() {
    let [first, second] = undecided();
    let folder = Folder::new();
    folder.write(SHIP, ship(&[first, second], &json!({})));
    assert!(refused(&folder).contains("is not decided"));
    folder.run(&["release", "--allow-unproven", "ship"]).assert(
        2,
        "",
        "error: --allow-unproven names ship, which contracts does not have\n",
    );
    let outcome = folder.run(&["release", "--allow-unproven", "ship_manifest"]);
    assert_eq!(outcome.code, 0, "{}", outcome.transcript());
}

/// Lock files had hashes alone.
#[test]
fn a_lock_file_of_hashes_is_read_and_completed() {
    let folder = released();
    let whole = folder.read(LOCK);
    let mut hashes = lock(&folder);
    hashes["ship_manifest"]
        .as_object_mut()
        .expect("an object")
        .remove("manifest");
    folder.write(LOCK, hashes.to_string());
    assert_eq!(folder.run(&["release", "--check"]).code, 1);
    assert_eq!(folder.run(&["release"]).code, 0);
    assert_eq!(folder.read(LOCK), whole);
    // Of a new version it is known what is released.
    folder.write(LOCK, hashes.to_string());
    folder.write(
        SHIP,
        ship(&[cargo(100, &json!({})), cargo(50, &json!({}))], &json!({})),
    );
    assert!(refused(&folder).contains("backward-incompatible"));
    folder.write(SHIP, ship(&[cargo(50, &json!({}))], &json!({})));
    assert!(refused(&folder).contains("is released and accepts something else now"));
}

#[test]
fn an_export_is_a_release() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["export"]).code, 0);
    let text = folder.read(LOCK);
    let outcome = folder.run(&["release", "--check"]);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (0, "no objections in 20 contract types\n")
    );
    fs::remove_file(folder.path(LOCK)).expect("removed");
    assert_eq!(folder.run(&["release"]).code, 0);
    assert_eq!(folder.read(LOCK), text);
    // What speaks against a release speaks against an export: the lock file has a later one.
    let mut later = lock(&folder);
    later["case_metadata"]["manifest"]["release"] = "2.7.0".into();
    folder.write(LOCK, later.to_string());
    let outcome = folder.run(&["export"]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome
            .stdout
            .contains("must not go down from 2.7.0 to 2.0.0"),
        "{}",
        outcome.stdout
    );
    assert!(
        outcome.stderr.starts_with("nothing is written\n"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn what_cannot_be_read_is_2() {
    let folder = Folder::new();
    fs::create_dir(folder.path("contracts")).expect("a folder");
    folder
        .run(&["release"])
        .assert(2, "", "error: contracts has no manifest\n");
    let outcome = folder.run(&["release", "nowhere"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome
            .stdout
            .starts_with("nowhere: error: cannot be read: "),
        "{}",
        outcome.stdout
    );
    let folder = released();
    folder.write(SHIP, "{");
    assert_eq!(folder.run(&["release"]).code, 2);
    let folder = released();
    for (content, finding) in [
        (
            "{\n\"a\": {\"x\": \"00\"}}",
            "is no lock file: \"x\" is no version",
        ),
        (
            "[]",
            "is no lock file: invalid type: sequence, expected a map",
        ),
    ] {
        folder.write(LOCK, content);
        let outcome = folder.run(&["release"]);
        assert_eq!(outcome.code, 2);
        assert!(outcome.stdout.contains(finding), "{}", outcome.stdout);
        assert_eq!(folder.read(LOCK), content);
    }
}

#[test]
fn a_lock_file_that_is_a_folder_is_2() {
    let folder = Folder::new();
    folder.write(SHIP, ship(&[cargo(100, &json!({}))], &json!({})));
    fs::create_dir(folder.path(LOCK)).expect("a folder");
    let outcome = folder.run(&["release"]);
    assert_eq!(outcome.code, 2);
    let finding = "contracts/contracts.lock.json: error: cannot be read: ";
    assert!(outcome.stdout.starts_with(finding), "{}", outcome.stdout);
}

/// What nobody is told of is not released.
#[test]
fn a_report_that_cannot_be_written_is_3() {
    let folder = Folder::new();
    folder.write(SHIP, ship(&[cargo(100, &json!({}))], &json!({})));
    for arguments in [
        &["release"] as &[&str],
        &[
            "diff",
            "contracts/ship_manifest.json",
            "contracts",
            "--format",
            "json",
        ],
    ] {
        let full = fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("/dev/full");
        let status = folder
            .command(arguments)
            .stdout(full)
            .status()
            .expect("the command starts");
        assert_eq!(status.code(), Some(3), "{arguments:?}");
        assert!(!folder.path(LOCK).exists());
    }
}
