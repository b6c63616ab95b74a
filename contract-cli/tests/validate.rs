//! `jsonb-contract validate`: inputs, exit codes, order.

mod support;

use std::{
    fs::{self, OpenOptions},
    io::Read,
    process::Stdio,
};
use support::{Folder, case, run};

const UNKNOWN_KEY: &str = "key \"x\" is not allowed (version 2)";

#[test]
fn a_valid_document_is_0_and_an_invalid_one_1() {
    let folder = Folder::new();
    folder.write("good.json", case(r#""priority": "high""#));
    folder.write("bad.json", case(r#""x": 1"#));
    folder
        .run(&["validate", "case_metadata", "good.json"])
        .assert(0, "", "no violations in 1 document\n");
    folder
        .run(&["validate", "case_metadata", "good.json", "bad.json"])
        .assert(
            1,
            &format!("bad.json:1: /x: {UNKNOWN_KEY}\n"),
            "1 violation in 1 of 2 documents\n",
        );
}

#[test]
fn what_cannot_be_read_is_2_and_the_rest_is_still_checked() {
    let folder = Folder::new();
    let lines = [
        b"{\"a\": \"\xff\"}\n".to_vec(),
        case(r#""x": 1"#).into(),
        b"{\"a\": \n".to_vec(),
        case("").into(),
    ];
    folder.write("lines.jsonl", lines.concat());
    folder.write("empty.json", "");
    fs::create_dir(folder.path("folder.json")).expect("a folder");
    folder
        .run(&[
            "validate",
            "case_metadata",
            "missing.json",
            "folder.json",
            "empty.json",
            "lines.jsonl",
        ])
        .assert(
            2,
            &format!(
                "missing.json: error: cannot be read: No such file or directory (os error 2)\n\
                 folder.json: error: cannot be read: Is a directory (os error 21)\n\
                 empty.json:1: error: is not JSON: it is empty\n\
                 lines.jsonl:1: error: is not UTF-8\n\
                 lines.jsonl:2: /x: {UNKNOWN_KEY}\n\
                 lines.jsonl:3: error: is not JSON: it ends too early, EOF while parsing a value\n"
            ),
            "5 errors, 1 violation in 1 of 2 documents\n",
        );
}

#[test]
fn a_document_that_jsonb_cannot_hold_is_1() {
    let folder = Folder::new();
    folder.write(
        "a.json",
        case(r#""custom_fields": {"n": 1e-16384, "k\u0000": 1}, "priority": "\u0000""#),
    );
    folder.run(&["validate", "case_metadata", "a.json"]).assert(
        1,
        "a.json:1: /custom_fields/k\\u{0}: cannot be stored as jsonb: the key has the character U+0000\n\
         a.json:1: /custom_fields/n: cannot be stored as jsonb: the number has more than 16383 digits after the decimal point\n\
         a.json:1: /priority: cannot be stored as jsonb: the string has the character U+0000\n",
        "3 violations in 1 of 1 document\n",
    );
}

#[test]
fn an_unknown_contract_type_is_2_with_the_nearest_names() {
    let folder = Folder::new();
    folder.run(&["validate", "case_metdata"]).assert(
        2,
        "",
        "error: contract type \"case_metdata\" is not known\n  \
         tip: nearest are case_metadata, message_metadata, payment_metadata\n",
    );
    let outcome = folder.run(&["validate", "zzz"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome
            .stderr
            .contains("\n  tip: known are activity_metadata, audit_new_data, ")
    );
    folder.write("none/readme.txt", "");
    folder.run(&["validate", "case\u{1b}", "--contracts", "none"]).assert(
        2,
        "",
        "error: contract type \"case\\u{1b}\" is not known\n  tip: there is no contract type at all\n",
    );
}

#[test]
fn wrong_usage_is_2() {
    let folder = Folder::new();
    for arguments in [
        &["validate"] as &[&str],
        &["validate", "case_metadata", "--lines", "--document"],
        &["validate", "case_metadata", "--format", "html"],
        &["validat", "case_metadata"],
        &[],
    ] {
        let outcome = folder.run(arguments);
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (2, ""),
            "{arguments:?}"
        );
        assert!(outcome.stderr.contains("--help"), "{arguments:?}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_3() {
    let folder = Folder::new();
    let full = OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("/dev/full");
    let output = folder
        .command(&["validate", "case_metadata", "--format", "json"])
        .stdin(Stdio::null())
        .stdout(full)
        .output()
        .expect("the command runs");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: the report cannot be written: No space left on device (os error 28)\n"
    );
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let folder = Folder::new();
    folder.write("bad.jsonl", case(r#""x": 1"#).repeat(20_000));
    let mut child = folder
        .command(&["validate", "case_metadata", "bad.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut start = [0; 11];
    let mut stdout = child.stdout.take().expect("it is piped");
    stdout.read_exact(&mut start).expect("a line");
    drop(stdout);
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(&start, b"bad.jsonl:1");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn findings_come_in_the_order_of_the_input_whatever_the_threads() {
    let folder = Folder::new();
    let bad = [1, 2, 4096, 4097, 9_999, 15_000, 20_000];
    let lines: String = (1..=20_000)
        .map(|line| match line {
            15_000 => "{\n".to_owned(),
            line if bad.contains(&line) => case(r#""x": 1, "custom_fields": 1"#),
            _ => case(r#""priority": "high""#),
        })
        .collect();
    folder.write("many.jsonl", lines);
    let expected: String = bad
        .into_iter()
        .map(|line| match line {
            15_000 => format!(
                "many.jsonl:{line}: error: is not JSON: it ends too early, EOF while parsing an object\n"
            ),
            _ => format!(
                "many.jsonl:{line}: /custom_fields: must be of type object, not number (version 2)\n\
                 many.jsonl:{line}: /x: {UNKNOWN_KEY}\n"
            ),
        })
        .collect();
    for threads in ["1", "2", "8"] {
        let mut command = folder.command(&["validate", "case_metadata", "many.jsonl"]);
        let outcome = run(command.env("RAYON_NUM_THREADS", threads), Vec::new());
        outcome.assert(
            2,
            &expected,
            "1 error, 12 violations in 6 of 19,999 documents\n",
        );
    }
}

#[test]
fn standard_input_is_looked_into() {
    let folder = Folder::new();
    let summary = "1 violation in 1 of 2 documents\n";
    let found = format!("<stdin>:3: /x: {UNKNOWN_KEY}\n");
    let lines = format!("{}\n{}", case(""), case(r#""x": 1"#));
    let pretty = case(r#""x": 1"#).replace("{\"_s", "{\n\n\"_s");
    for arguments in [
        &["validate", "case_metadata"] as &[&str],
        &["validate", "case_metadata", "-"],
    ] {
        folder
            .run_with_input(arguments, lines.as_str())
            .assert(1, &found, summary);
        folder.run_with_input(arguments, pretty.as_str()).assert(
            1,
            &found,
            "1 violation in 1 of 1 document\n",
        );
        folder
            .run_with_input(arguments, "")
            .assert(0, "", "no violations in 0 documents\n");
    }
    folder
        .run_with_input(&["validate", "case_metadata", "--document"], lines.as_str())
        .assert(
            2,
            "<stdin>:3: error: is not JSON: more follows after the first value \
             (where each line is a document, say --lines)\n",
            "1 error, no violations in 0 documents\n",
        );
    let outcome = folder.run_with_input(&["validate", "case_metadata", "--lines"], pretty.as_str());
    assert_eq!(outcome.code, 2);
    assert!(
        outcome
            .stdout
            .starts_with("<stdin>:1: error: is not JSON: it ends too early")
    );
}

#[test]
fn the_line_is_that_of_the_value() {
    let folder = Folder::new();
    let pretty = case(r#""custom_fields": {"a": [1]}, "x": 1"#)
        .replace(", \"", ",\n\"")
        .replace("\"importer\"", "7");
    folder.write("a.json", pretty);
    folder.run(&["validate", "case_metadata", "a.json"]).assert(
        1,
        &format!(
            "a.json:2: /_context/created_by: must be of type string, not number (version 2)\n\
             a.json:6: /x: {UNKNOWN_KEY}\n"
        ),
        "2 violations in 1 of 1 document\n",
    );
}

#[test]
fn values_are_masked_unless_they_are_asked_for() {
    let folder = Folder::new();
    folder.write("a.json", case(r#""custom_fields": "secret""#));
    for format in ["human", "json", "sarif", "github", "junit"] {
        let arguments = ["validate", "case_metadata", "a.json", "--format", format];
        let masked = folder.run(&arguments);
        assert_eq!(masked.code, 1);
        assert!(!masked.stdout.contains("secret"), "{format}");
        let shown = folder.run(&[&arguments[..], &["--show-values"]].concat());
        assert_eq!(shown.code, 1);
        assert!(shown.stdout.contains("secret"), "{format}");
    }
}

#[test]
fn contract_types_come_from_a_folder() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["export"]).code, 0);
    let manifest = folder
        .read("contracts/case_metadata.json")
        .replace("case_metadata", "ticket");
    folder.write("contracts/ticket.json", manifest);
    folder.write("a.json", case("").replace("case_metadata", "ticket"));
    let arguments = ["validate", "ticket", "a.json", "--contracts", "contracts"];
    folder
        .run(&arguments)
        .assert(0, "", "no violations in 1 document\n");
    assert_eq!(folder.run(&arguments[..3]).code, 2);
}

#[test]
fn every_problem_of_every_manifest_is_told() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["export", "--out", "c"]).code, 0);
    let broken = folder
        .read("c/case_metadata.json")
        .replace("\"2.0.0\"", "\"3.0.0\"")
        .replace("\"max_version\": 2", "\"max_version\": 3");
    folder.write("c/case_metadata.json", broken.replace("3.0.0", "4.0.0"));
    let unknown_key = folder
        .read("c/session_data.json")
        .replace("\"owner\"", "\"oner\"");
    folder.write("c/session_data.json", unknown_key);
    folder.write("c/tenant_settings.json", "{");
    fs::rename(
        folder.path("c/payment_metadata.json"),
        folder.path("c/other.json"),
    )
    .expect("renamed");
    let arguments = ["validate", "case_metadata", "--contracts", "c"];
    folder.run(&arguments).assert(
        2,
        "c/case_metadata.json:26: error: /versions: must be the versions 1 to 3, each once, ascending\n\
         c/case_metadata.json:5: error: /release: the major number of 4.0.0 is not the newest version, 3\n\
         c/other.json:3: error: /contract_type: the file must be named payment_metadata.json\n\
         c/session_data.json: error: required key \"owner\" is missing\n\
         c/session_data.json:6: error: /oner: key \"oner\" is not allowed\n\
         c/tenant_settings.json: error: is not JSON: EOF while parsing an object at line 1 column 1\n",
        "6 errors, no violations in 0 documents\n",
    );
    // An empty stream of annotations would look like a clean run.
    let github = folder.run(&[&arguments[..], &["--format", "github"]].concat());
    assert_eq!(github.code, 2);
    assert_eq!(github.stdout.matches("::error file=c/").count(), 6);
    let missing = folder.run(&["validate", "case_metadata", "--contracts", "nowhere"]);
    assert_eq!(missing.code, 2);
    assert!(
        missing
            .stdout
            .starts_with("nowhere: error: cannot be read: ")
    );
}
