//! `jsonb-contract pull`: what is registered comes back as it was.

use crate::apply::{folder, manifest, variables};
use serde_json::json;
use std::fs;
use tests::{Database, Folder, Run};

fn said(code: i32, stdout: &str, stderr: &str) -> Run {
    (code, stdout.to_owned(), stderr.to_owned())
}

/// Texts of manifests as nobody would write them, by name.
fn odd_texts() -> [(&'static str, String); 5] {
    let pretty = |name| format!("{:#}", manifest(name, &["a"]));
    [
        (
            "carriage_returns",
            pretty("carriage_returns").replace('\n', "\r\n") + "\r\n",
        ),
        ("compact", manifest("compact", &[]).to_string()),
        (
            "escapes",
            pretty("escapes").replace("harbour", "h\\u00e9 \\\\ ' $1 $$ %L é\u{1f6a2}") + "\n\n\n",
        ),
        (
            "tabs",
            format!("\t \n{}", pretty("tabs").replace("  ", "\t")),
        ),
        (
            "with_alias",
            manifest("with_alias", &[]).to_string().replacen(
                '{',
                "{ \"aliases\" : [ {\"alias\":\"old\"} ] ,",
                1,
            ),
        ),
    ]
}

#[test]
fn what_was_applied_comes_back_byte_for_byte() {
    let database = Database::new();
    let folder = Folder::new();
    for (name, text) in odd_texts() {
        folder.write(&format!("contracts/{name}.json"), &text);
    }
    let (code, stdout, stderr) = folder.run(&variables(&database), &["apply", "contracts"]);
    assert_eq!(
        (code, stderr.as_str()),
        (0, "no problems in 5 manifests\n"),
        "{stdout}"
    );
    let wrote = odd_texts().map(|(name, _)| format!("wrote a/b/{name}.json\n"));
    let wrote = wrote.concat();
    assert_eq!(
        folder.run(&variables(&database), &["pull", "a/b"]),
        said(0, "", &format!("{wrote}no differences in 5 files\n"))
    );
    for (name, text) in odd_texts() {
        assert_eq!(
            folder.read(&format!("a/b/{name}.json")),
            Some(text),
            "{name}"
        );
    }
    for arguments in [&["pull", "a/b", "--check"] as &[&str], &["pull", "a/b"]] {
        assert_eq!(
            folder.run(&variables(&database), arguments),
            said(0, "", "no differences in 5 files\n")
        );
    }
}

#[test]
fn a_folder_is_brought_in_line_as_an_export_does() {
    let database = Database::new();
    let folder = folder(&[manifest("berth", &[]), manifest("crew_list", &[])]);
    assert_eq!(
        folder.run(&variables(&database), &["apply", "contracts"]).0,
        0
    );
    let crew_list = folder.read("contracts/crew_list.json");
    fs::remove_file(folder.path("contracts/berth.json")).expect("removed");
    folder.write("contracts/crew_list.json", "{}");
    folder.write("contracts/case_metadata.json", "{}");
    folder.write("contracts/contracts.lock.json", "{}");
    folder.write("contracts/manifest.schema.json", "{}");
    folder.write("contracts/README.md", "");
    let stale = "contracts/case_metadata.json: belongs to no registered contract type: remove it\n";
    let found = format!(
        "contracts/berth.json: is missing: run jsonb-contract pull\n\
         contracts/crew_list.json: differs from what is registered: run jsonb-contract pull\n{stale}"
    );
    // The second time shows that the first has written nothing.
    for _ in 0..2 {
        assert_eq!(
            folder.run(&variables(&database), &["pull", "contracts", "--check"]),
            said(1, &found, "3 differences in 3 of 3 files\n")
        );
    }
    assert_eq!(
        folder.run(&variables(&database), &["pull", "contracts"]),
        said(
            1,
            stale,
            "wrote contracts/berth.json\nwrote contracts/crew_list.json\n1 difference in 1 of 3 files\n"
        )
    );
    assert_eq!(folder.read("contracts/crew_list.json"), crew_list);
    assert_eq!(
        folder.read("contracts/contracts.lock.json").as_deref(),
        Some("{}")
    );
}

#[test]
fn a_database_without_contracts_gives_no_files() {
    let database = Database::new();
    let folder = Folder::new();
    assert_eq!(
        folder.run(&variables(&database), &["pull", "contracts"]),
        said(0, "", "no differences in 0 files\n")
    );
    assert!(!folder.path("contracts").exists());
}

#[test]
fn a_body_of_another_hand_writes_no_file() {
    let mut database = Database::new();
    let text = manifest("../outside", &[]).to_string();
    let body = format!("{}\n{text}", json!({"history": []}));
    for (make, problem) in [
        (
            "CREATE FUNCTION contracts.other(document jsonb) RETURNS boolean LANGUAGE jsonb_contract AS $x$",
            "other: its body is no manifest: /contract_type: must be lower-case letters, digits and underscores, \
             at most 63, a letter first",
        ),
        (
            "DROP FUNCTION contracts.other(jsonb);
             CREATE FUNCTION contracts.\"../outside\"(document jsonb) RETURNS boolean LANGUAGE jsonb_contract AS $x$",
            "../outside: its body is no manifest: /contract_type: must be lower-case letters, digits and underscores, \
             at most 63, a letter first",
        ),
    ] {
        database.execute_all(&format!("SET check_function_bodies = off; {make}{body}$x$"));
        let folder = Folder::new();
        assert_eq!(
            folder.run(&variables(&database), &["pull", "a/contracts"]),
            said(3, "", &format!("error: function contracts.{problem}\n"))
        );
        assert!(!folder.path("a").exists());
    }
    let folder = folder(&[manifest("berth", &[])]);
    database.execute_all("DROP FUNCTION contracts.\"../outside\"(jsonb)");
    assert_eq!(
        folder.run(&variables(&database), &["apply", "contracts"]).0,
        0
    );
    database.execute_all("ALTER FUNCTION contracts.berth(jsonb) RENAME TO mooring");
    assert_eq!(
        folder.run(&variables(&database), &["pull", "contracts"]),
        said(
            3,
            "",
            "error: function contracts.mooring: it is contract type \"berth\": was it renamed?\n"
        )
    );
}
