//! `jsonb-contract export`: what is written, what is found, what is refused.

mod support;

use std::{fs, os::unix::fs::symlink, path::Path};
use support::{Folder, command_in, run};

const LOCK: &str = "contracts/contracts.lock.json";
const CASE: &str = "contracts/case_metadata.json";

/// A folder with a fresh export.
fn exported() -> Folder {
    let folder = Folder::new();
    assert_eq!(folder.run(&["export"]).code, 0);
    folder
}

/// Replaces the hash of version 1 of `case_metadata` in the lock file.
fn change_lock(folder: &Folder) {
    let mut lock: serde_json::Value =
        serde_json::from_str(&folder.read(LOCK)).expect("the lock file is JSON");
    lock["case_metadata"]["1"] = "0000".into();
    folder.write(LOCK, lock.to_string());
}

#[test]
fn the_folder_contracts_is_an_export() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let outcome = run(
        &mut command_in(&repository, &["export", "--check"]),
        Vec::new(),
    );
    assert_eq!(
        outcome.code,
        0,
        "the Rust types and contracts/ differ: run `cargo run -p contract-cli -- export`, and look at \
         the difference before you commit it\n{}",
        outcome.transcript()
    );
    assert_eq!(outcome.stderr, "no differences in 22 files\n");
}

#[test]
fn an_export_into_nothing_is_complete() {
    let folder = Folder::new();
    let outcome = folder.run(&["export", "--out", "a/b"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""));
    let files = folder.list("a/b");
    assert_eq!(files.len(), 22);
    for file in &files {
        assert!(
            outcome.stderr.contains(&format!("wrote a/b/{file}\n")),
            "{file}"
        );
        let content = folder.read(&format!("a/b/{file}"));
        assert!(
            content.starts_with("{\n  \"") && content.ends_with("\n}\n"),
            "{file}"
        );
    }
    for file in [
        "case_metadata.json",
        "manifest.schema.json",
        "contracts.lock.json",
    ] {
        assert!(files.iter().any(|name| name == file), "{file}");
    }
    folder.run(&["export", "--out", "a/b", "--check"]).assert(
        0,
        "",
        "no differences in 22 files\n",
    );
}

#[test]
fn only_what_differs_is_written() {
    let folder = exported();
    let content = folder.read(CASE);
    folder.write(CASE, content.replace("escalation", "elevation"));
    folder.run(&["export"]).assert(
        0,
        "",
        &format!("wrote {CASE}\nno differences in 22 files\n"),
    );
    assert_eq!(folder.read(CASE), content);
    folder
        .run(&["export"])
        .assert(0, "", "no differences in 22 files\n");
}

#[test]
fn check_finds_what_is_missing_differs_or_is_stale() {
    let folder = exported();
    folder.write(CASE, folder.read(CASE).replace("escalation", "elevation"));
    fs::remove_file(folder.path("contracts/session_data.json")).expect("removed");
    folder.write("contracts/old_metadata.json", "{}");
    folder.write("contracts/README.md", "");
    let expected = "\
        contracts/case_metadata.json: differs from the built-in contract types: run jsonb-contract export\n\
        contracts/session_data.json: is missing: run jsonb-contract export\n\
        contracts/old_metadata.json: belongs to no built-in contract type: remove it\n";
    // The second time shows that the first has written nothing.
    for _ in 0..2 {
        folder
            .run(&["export", "--check"])
            .assert(1, expected, "3 differences in 3 of 23 files\n");
    }
    folder.run(&["export"]).assert(
        1,
        "contracts/old_metadata.json: belongs to no built-in contract type: remove it\n",
        "wrote contracts/case_metadata.json\n\
         wrote contracts/session_data.json\n\
         1 difference in 1 of 23 files\n",
    );
}

#[test]
fn check_writes_nothing() {
    let folder = Folder::new();
    let outcome = folder.run(&["export", "--check", "--format", "github"]);
    assert_eq!(outcome.code, 1);
    assert_eq!(
        outcome.stdout.matches("::error file=contracts/").count(),
        22
    );
    assert_eq!(outcome.stderr, "22 differences in 22 of 22 files\n");
    assert!(!folder.path("contracts").exists());
}

#[test]
fn a_changed_release_is_refused_and_nothing_is_written() {
    let folder = exported();
    change_lock(&folder);
    fs::remove_file(folder.path("contracts/session_data.json")).expect("removed");
    let lock = folder.read(LOCK);
    let refused = "contracts/contracts.lock.json: version 1 of case_metadata is released and accepts \
                   something else now: make the change a new version\n";
    folder.run(&["export"]).assert(
        1,
        refused,
        "nothing is written\n1 difference in 1 of 1 file\n",
    );
    assert_eq!(folder.read(LOCK), lock);
    assert!(!folder.path("contracts/session_data.json").exists());
    let missing = "contracts/session_data.json: is missing: run jsonb-contract export\n";
    folder.run(&["export", "--check"]).assert(
        1,
        &format!("{refused}{missing}"),
        "2 differences in 2 of 22 files\n",
    );
}

#[test]
fn a_release_that_is_gone_is_refused() {
    let folder = exported();
    let lock = folder
        .read(LOCK)
        .replacen('{', r#"{"old_metadata": {"1": "00"},"#, 1);
    folder.write(LOCK, lock);
    folder.run(&["export"]).assert(
        1,
        "contracts/contracts.lock.json: version 1 of old_metadata is released and is gone: \
         bring it back, and archive what is no longer used\n",
        "nothing is written\n1 difference in 1 of 1 file\n",
    );
}

#[test]
fn a_new_version_is_added_to_the_lock() {
    let folder = exported();
    let lock = folder.read(LOCK);
    let mut older: serde_json::Value = serde_json::from_str(&lock).expect("the lock file is JSON");
    older["case_metadata"]
        .as_object_mut()
        .expect("an object")
        .remove("2");
    folder.write(LOCK, older.to_string());
    assert_eq!(folder.run(&["export", "--check"]).code, 1);
    assert_eq!(folder.run(&["export"]).code, 0);
    assert_eq!(folder.read(LOCK), lock);
}

#[test]
fn a_lock_file_that_cannot_be_read_is_2() {
    let folder = Folder::new();
    for (content, finding) in [
        (
            "{\n  \"a\": oops}",
            "2: error: is no lock file: expected value",
        ),
        (
            "{\"a\": [1]}",
            "1: error: is no lock file: invalid type: sequence, expected a map",
        ),
        ("", "1: error: is no lock file: EOF while parsing a value"),
    ] {
        folder.write(LOCK, content);
        for arguments in [&["export"] as &[&str], &["export", "--check"]] {
            let finding = format!("{LOCK}:{finding}\n");
            folder
                .run(arguments)
                .assert(2, &finding, "1 error, no differences in 0 files\n");
        }
        assert_eq!(folder.list("contracts"), ["contracts.lock.json"]);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_2() {
    let folder = exported();
    fs::remove_file(folder.path(CASE)).expect("removed");
    fs::create_dir(folder.path(CASE)).expect("a folder");
    folder.run(&["export", "--check"]).assert(
        2,
        "contracts/case_metadata.json: error: cannot be read: Is a directory (os error 21)\n",
        "1 error, no differences in 21 files\n",
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_3() {
    let folder = Folder::new();
    symlink("nowhere", folder.path("contracts")).expect("a link");
    let outcome = folder.run(&["export"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (3, ""));
    let expected = "error: contracts/activity_metadata.json cannot be written: ";
    assert!(outcome.stderr.starts_with(expected), "{}", outcome.stderr);
}
