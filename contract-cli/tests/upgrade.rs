//! `jsonb-contract upgrade`: what comes out, and what is left out.

mod support;

use serde_json::json;
use support::{Folder, case, compact, old_case};

#[test]
fn a_line_becomes_a_line_of_the_newest_version() {
    let folder = Folder::new();
    let lines = [
        "\n".to_owned(),
        old_case(r#""priority": "high", "custom_fields": {"b": 1, "a": [null, "é"]}"#),
        " \t\r\n".to_owned(),
        case(r#""escalation_level": 3"#),
    ];
    folder.write("cases.jsonl", lines.concat());
    let context = r#""_context":{"created_at":"2025-01-22T10:00:00Z","created_by":"importer"}"#;
    let expected = format!(
        r#"{{{context},"_schema_version":2,"custom_fields":{{"a":[null,"é"],"b":1}},"priority":"high","type":"case_metadata"}}
{{{context},"_schema_version":2,"escalation_level":3,"type":"case_metadata"}}
"#
    );
    let summary = "no problems in 2 documents\n";
    folder
        .run(&["upgrade", "case_metadata", "cases.jsonl"])
        .assert(0, &expected, summary);
    folder
        .run_with_input(&["upgrade", "case_metadata"], lines.concat())
        .assert(0, &expected, summary);
    // What is of the newest version already stays as it is.
    folder
        .run_with_input(
            &["upgrade", "case_metadata", "--lines", "-"],
            expected.as_str(),
        )
        .assert(0, &expected, summary);
}

#[test]
fn one_document_stays_one() {
    let folder = Folder::new();
    let expected = "{\n  \"_context\": {\n    \"created_at\": \"2025-01-22T10:00:00Z\",\n    \"created_by\": \"importer\"\n  },\n  \
                    \"_schema_version\": 2,\n  \"priority\": \"high\",\n  \"type\": \"case_metadata\"\n}\n";
    let document = old_case(r#""priority": "high""#);
    let pretty = document.replace(", \"", ",\n \"");
    folder.write("case.json", &document);
    let arguments = ["upgrade", "case_metadata", "case.json"];
    let summary = "no problems in 1 document\n";
    folder.run(&arguments).assert(0, expected, summary);
    folder
        .run_with_input(&arguments[..2], pretty.as_str())
        .assert(0, expected, summary);
    folder
        .run_with_input(
            &["upgrade", "case_metadata", "--document"],
            document.as_str(),
        )
        .assert(0, expected, summary);
    // Of several inputs each document is a line.
    let line = compact(expected);
    folder.write("more.jsonl", &document);
    folder
        .run(&[
            "upgrade",
            "case_metadata",
            "case.json",
            "more.jsonl",
            "case.json",
        ])
        .assert(0, &line.repeat(3), "no problems in 3 documents\n");
    folder
        .run_with_input(&arguments[..2], "")
        .assert(0, "", "no problems in 0 documents\n");
}

#[test]
fn numbers_come_out_as_they_came_in() {
    let folder = Folder::new();
    let numbers =
        "[0.10,1e400,123456789012345678901234567890.5,-0.0,-0,1E5,1e5,1e+5,1.50E-07,0e0,1.0]";
    for document in [old_case, case] {
        let document = document(&format!(
            r#""priority": 1E400, "custom_fields": {{"n": {numbers}}}"#
        ));
        for (arguments, numbers) in [
            (&["upgrade", "case_metadata"] as &[&str], numbers.to_owned()),
            (
                &["upgrade", "case_metadata", "--document"],
                numbers.replace(',', ",\n      "),
            ),
        ] {
            let outcome = folder.run_with_input(arguments, document.as_str());
            assert_eq!(outcome.code, 0, "{}", outcome.transcript());
            let numbers = numbers.trim_matches(['[', ']']);
            assert!(outcome.stdout.contains(numbers), "{}", outcome.stdout);
            assert!(outcome.stdout.contains("1E400"), "{}", outcome.stdout);
        }
    }
}

#[test]
fn a_document_that_is_not_valid_is_left_out() {
    let folder = Folder::new();
    let lines = [
        old_case(""),
        old_case(r#""escalation_level": 1, "custom_fields": []"#),
        old_case(r#""priority": "\u0000""#),
        case("").replace(": 2,", ": 3,"),
        case(""),
    ];
    folder.write("cases.jsonl", lines.concat());
    let outcome = folder.run(&["upgrade", "case_metadata", "cases.jsonl"]);
    outcome.assert(
        1,
        &compact(&case("")).repeat(2),
        "cases.jsonl:2: /custom_fields: must be of type object, not array (version 1)\n\
         cases.jsonl:2: /escalation_level: key \"escalation_level\" is not allowed (version 1)\n\
         cases.jsonl:3: /priority: cannot be stored as jsonb: the string has the character U+0000\n\
         cases.jsonl:4: /_schema_version: version 3 of case_metadata is not known, readable are 1 to 2\n\
         4 problems in 3 of 5 documents\n",
    );
    folder.write("case.json", lines[1].replace(", \"", ",\n \""));
    folder
        .run(&["upgrade", "case_metadata", "case.json"])
        .assert(
            1,
            "",
            "case.json:6: /custom_fields: must be of type object, not array (version 1)\n\
         case.json:5: /escalation_level: key \"escalation_level\" is not allowed (version 1)\n\
         2 problems in 1 of 1 document\n",
        );
}

#[test]
fn what_cannot_be_read_is_2_and_the_rest_is_still_upgraded() {
    let folder = Folder::new();
    folder.write(
        "cases.jsonl",
        ["{\n", &old_case(r#""x": 1"#), &old_case("")].concat(),
    );
    folder
        .run(&["upgrade", "case_metadata", "missing.json", "cases.jsonl"])
        .assert(
            2,
            &compact(&case("")),
            "missing.json: error: cannot be read: No such file or directory (os error 2)\n\
             cases.jsonl:1: error: is not JSON: it ends too early, EOF while parsing an object\n\
             cases.jsonl:2: /x: key \"x\" is not allowed (version 1)\n\
             2 errors, 1 problem in 1 of 2 documents\n",
        );
}

/// A folder with the contract type `person`: its `name` becomes `names`, a list with it; and version 3
/// cannot be reached.
fn people() -> Folder {
    let version = |number: u32, key: &str, kind: &str| {
        json!({
            "version": number,
            "schema": {"properties": {key: {"type": kind}}, "required": [key]},
        })
    };
    let mut manifest = json!({
        "contract_type": "person",
        "canonical_id": "CONTRACT-PERSON-V3",
        "release": "3.0.0",
        "owner": "test",
        "status": "active",
        "compatibility": "none",
        "min_version": 1,
        "max_version": 3,
        "check_constraint": true,
        "versions": [
            version(1, "name", "string"),
            version(2, "names", "array"),
            version(3, "names", "object"),
        ],
    });
    manifest["versions"][1]["upgrade"] = json!([
        {"op": "add", "path": "/names", "value": []},
        {"op": "move", "from": "/name", "path": "/names/0"},
    ]);
    manifest["versions"][2]["upgrade"] = json!([
        {"op": "add", "path": "/x", "value": 1},
        {"op": "test", "path": "/names/0", "value": "Ada"},
    ]);
    let folder = Folder::new();
    folder.write("contracts/person.json", manifest.to_string());
    folder
}

fn person(version: u32, members: &str) -> String {
    case(members)
        .replace("case_metadata", "person")
        .replacen(": 2,", &format!(": {version},"), 1)
}

#[test]
fn a_document_that_cannot_be_upgraded_is_left_out_with_the_reason() {
    let folder = people();
    let lines = [
        person(1, r#""name": "Grace""#),
        person(2, r#""names": ["Ada"]"#),
        person(3, r#""names": {}"#),
    ];
    folder.write("people.jsonl", lines.concat());
    let arguments = [
        "upgrade",
        "person",
        "people.jsonl",
        "--contracts",
        "contracts",
    ];
    let step = "the step from version 2 to 3 of person";
    folder.run(&arguments).assert(
        1,
        &compact(&lines[2]),
        &format!(
            "people.jsonl:1: {step} failed: operation '/1' failed at path '/names/0': \
             value did not match\n\
             people.jsonl:2: {step} leads to a document that is not valid: \
             /names: must be of type object, not array (version 3)\n\
             people.jsonl:2: {step} leads to a document that is not valid: \
             /x: key \"x\" is not allowed (version 3)\n\
             3 problems in 2 of 3 documents\n"
        ),
    );
    let upgraded = person(2, r#""names": ["Grace"]"#);
    folder.run(&[&arguments[..], &["--to", "2"]].concat()).assert(
        1,
        &[compact(&upgraded), compact(&lines[1])].concat(),
        "people.jsonl:3: the document is version 3 of person, version 2 is lower: versions only go up\n\
         1 problem in 1 of 3 documents\n",
    );
    // The line is that on which the document starts.
    folder.write("person.json", format!("\n\n{}", lines[2]));
    let outcome = folder.run(&[
        "upgrade",
        "person",
        "person.json",
        "--contracts",
        "contracts",
        "--to",
        "1",
    ]);
    assert!(
        outcome
            .stderr
            .starts_with("person.json:3: the document is version 3"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn an_unknown_version_is_2() {
    let folder = Folder::new();
    for version in ["0", "3"] {
        folder
            .run(&["upgrade", "case_metadata", "--to", version])
            .assert(
                2,
                "",
                &format!(
                    "error: version {version} of case_metadata is not known, readable are 1 to 2\n"
                ),
            );
    }
    folder
        .run(&["upgrade", "session_data", "--to", "2"])
        .assert(
            2,
            "",
            "error: version 2 of session_data is not known, readable is 1\n",
        );
    assert_eq!(
        folder
            .run(&["upgrade", "case_metadata", "--to", "two"])
            .code,
        2
    );
    folder
        .run_with_input(&["upgrade", "case_metadata", "--to", "1"], old_case(""))
        .assert(0, &compact(&old_case("")), "no problems in 1 document\n");
}

#[test]
fn contract_types_that_cannot_be_had_are_2() {
    let folder = Folder::new();
    folder.run(&["upgrade", "case_metdata"]).assert(
        2,
        "",
        "error: contract type \"case_metdata\" is not known\n  \
         tip: nearest are case_metadata, message_metadata, payment_metadata\n",
    );
    folder.write("c/a.json", "{");
    folder.write("c/b.json", r#"{"contract_type": 1}"#);
    let outcome = folder.run(&["upgrade", "a", "--contracts", "c"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
    let expected = "error: the contract types cannot be loaded\n  \
                    c/a.json: is not JSON: EOF while parsing an object at line 1 column 1\n  \
                    c/b.json: required key \"canonical_id\" is missing\n";
    assert!(outcome.stderr.starts_with(expected), "{}", outcome.stderr);
}
