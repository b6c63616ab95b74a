//! `jsonb-contract guardrail`: what is read, what is found, what is repaired.

#[path = "guardrail/defects.rs"]
mod defects;
mod support;

use contract_core::{SchemaValidator, json::SerdeJson};
use defects::DEFECTS;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};
use support::{Folder, Outcome, ships};

/// A matrix in which nothing is wrong.
const BASE: &str = include_str!("guardrail/base.md");

fn folder(matrix: &str) -> Folder {
    let folder = Folder::new();
    folder.write("matrix.md", matrix);
    folder.write("RLS_COVERAGE.md", include_str!("guardrail/RLS_COVERAGE.md"));
    folder.write("INDEXES.md", include_str!("guardrail/INDEXES.md"));
    folder
}

#[track_caller]
fn with_defect(rule: &str) -> String {
    let mut defects = DEFECTS.iter().filter(|(id, ..)| *id == rule);
    let (_, from, to) = defects.next().expect("the rule has a defect");
    assert!(BASE.contains(from), "{rule}: {from}");
    BASE.replacen(from, to, 1)
}

fn compile(matrix: &str, arguments: &[&str]) -> Outcome {
    let all = ["guardrail", "compile", "matrix.md", "--today", "2025-06-15"];
    folder(matrix).run(&[&all, arguments].concat())
}

fn transcript(outcome: &Outcome) -> String {
    let release = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    outcome
        .transcript()
        .replace(&release, "\"version\":\"[release]\"")
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    compile(BASE, &["--format", "json"]).assert(
        0,
        "{\"findings\":[],\"summary\":{\"checked\":1,\"with_violations\":0,\"violations\":0,\"errors\":0}}\n",
        "no findings in 1 matrix\n",
    );
}

/// What every rule says of its defect, and what else speaks.
#[test]
fn every_rule_finds_its_defect() {
    let list = Folder::new().run(&["guardrail", "compile", "--list"]);
    let ids: Vec<&str> = list
        .stdout
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len());
    let mut all = String::new();
    for rule in ids {
        let outcome = compile(&with_defect(rule), &["--format", "github"]);
        assert!(
            outcome.stdout.contains(&format!("title={rule}::")),
            "{rule}: {outcome:?}"
        );
        all.extend(["# ", rule, "\n", &outcome.stdout, "\n"]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = Folder::new();
    let list = folder.run(&["guardrail", "compile", "--list"]);
    insta::assert_snapshot!("list", list.transcript());
    for line in list.stdout.lines() {
        let id = line.split(' ').next().expect("a rule");
        let outcome = folder.run(&["guardrail", "compile", "--explain", id]);
        assert!(outcome.stdout.starts_with(&format!("{id}: ")), "{id}");
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    }
}

/// A violation, a warning and an error at once.
fn mixed() -> String {
    with_defect("summary-count").replacen("**SSOT:** Yes", "- \u{201a}úÖ a", 1)
}

#[test]
fn formats() {
    for format in ["human", "json", "sarif", "github", "junit"] {
        let outcome = compile(&mixed(), &["--format", format]);
        assert_eq!(outcome.code, 1, "{format}");
        insta::assert_snapshot!(format, transcript(&outcome));
    }
}

#[test]
fn warnings_fail_nothing() {
    let outcome = compile(&with_defect("mis-decoded-text"), &["--format", "json"]);
    assert_eq!(outcome.code, 0);
    let report: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(report["findings"][0]["level"], "warning");
    assert_eq!(report["summary"]["warnings"], 1);
}

#[test]
fn the_model_is_written_with_findings_but_not_without_a_row() {
    let model = compile(&with_defect("summary-count"), &[]);
    assert_eq!(model.code, 1);
    let clean = compile(BASE, &[]);
    assert_eq!(model.stdout, clean.stdout);
    insta::assert_snapshot!("model", clean.stdout);

    let folder = folder(&with_defect("summary-count"));
    let outcome = folder.run(&[
        "guardrail",
        "compile",
        "matrix.md",
        "--today",
        "2025-06-15",
        "-o",
        "model.json",
    ]);
    assert!(outcome.stdout.contains("summary-count"), "{outcome:?}");
    assert_eq!(folder.read("model.json"), model.stdout);

    let unreadable = compile(&with_defect("unreadable-cell"), &[]);
    assert_eq!((unreadable.code, unreadable.stdout.as_str()), (2, ""));
    assert!(
        unreadable
            .stderr
            .contains("no model is written: a row could not be read")
    );
}

#[test]
fn a_document_is_not_overwritten_by_its_model() {
    let folder = folder(BASE);
    let outcome = folder.run(&[
        "guardrail",
        "compile",
        "matrix.md",
        "--today",
        "2025-06-15",
        "-o",
        "matrix.md",
    ]);
    assert_eq!(outcome.code, 2);
    assert_eq!(folder.read("matrix.md"), BASE);
}

#[test]
fn what_is_no_text_is_unreadable() {
    let folder = Folder::new();
    folder.write("latin.md", b"caf\xe9");
    for file in ["latin.md", "missing.md"] {
        for command in ["compile", "fmt"] {
            let outcome = folder.run(&["guardrail", command, file]);
            assert_eq!(outcome.code, 2, "{command} {file}: {outcome:?}");
        }
    }
}

/// Tables and columns in another order, names in other letters, lines that end in CRLF: the same model but for its lines.
#[test]
fn the_order_of_tables_and_columns_is_of_no_account() {
    let without_lines = |outcome: &Outcome| {
        let mut model: Value = serde_json::from_str(&outcome.stdout).expect("a model");
        for rows in model.as_object_mut().expect("an object").values_mut() {
            for row in rows.as_array_mut().into_iter().flatten() {
                row.as_object_mut().map(|row| row.remove("line"));
            }
        }
        model
    };
    let (head, rest) = BASE.split_once("## A) Tables").expect("section A");
    let (tables, others) = rest.split_once("## B) Contracts").expect("section B");
    let mirrored: String = format!("{head}## B) Contracts{others}## A) Tables{tables}")
        .lines()
        .map(|line| {
            match line
                .strip_prefix('|')
                .and_then(|line| line.strip_suffix('|'))
            {
                Some(cells) => format!(
                    "|{}|\r\n",
                    cells.split('|').rev().collect::<Vec<_>>().join("|")
                ),
                None => format!("{line}\r\n"),
            }
        })
        .collect();
    let mirrored = mirrored.replace("| Tenant Scope |", "| TENANT_SCOPE |");
    let outcome = compile(&mirrored, &[]);
    assert_eq!(outcome.stderr, "no findings in 1 matrix\n");
    assert_eq!(without_lines(&outcome), without_lines(&compile(BASE, &[])));
}

#[test]
fn contract_types_of_a_folder() {
    let folder = folder(BASE);
    folder.write("own/empty.txt", "");
    let outcome = folder.run(&[
        "guardrail",
        "compile",
        "matrix.md",
        "--format",
        "github",
        "--contracts",
        "missing",
    ]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    let ship = ships::ship(&[ships::cargo(100, &json!({}))], &json!({}));
    folder.write("own/ship_manifest.json", ship);
    let outcome = folder.run(&[
        "guardrail",
        "compile",
        "matrix.md",
        "--format",
        "github",
        "--contracts",
        "own",
    ]);
    assert!(
        outcome
            .stdout
            .contains("there is no contract type \"case_metadata\""),
        "{outcome:?}"
    );
}

/// Aligning changes no model and no prose, and nothing the second time.
#[test]
fn fmt_keeps_what_is_said() {
    for rule in [
        "mis-decoded-text",
        "delimiter-row",
        "bar-in-code",
        "short-row",
        "unreadable-cell",
    ] {
        let matrix = with_defect(rule);
        let folder = folder(&matrix);
        let model = || {
            folder
                .run(&["guardrail", "compile", "matrix.md", "--today", "2025-06-15"])
                .stdout
        };
        let before = model();
        assert_eq!(
            folder
                .run(&["guardrail", "fmt", "matrix.md", "--check"])
                .code,
            1,
            "{rule}"
        );
        assert_eq!(folder.read("matrix.md"), matrix);
        assert_eq!(
            folder.run(&["guardrail", "fmt", "matrix.md"]).code,
            0,
            "{rule}"
        );
        assert_eq!(model(), before, "{rule}");
        let aligned = folder.read("matrix.md");
        folder
            .run(&["guardrail", "fmt", "matrix.md", "--check"])
            .assert(0, "", "no differences in 1 file\n");
        let prose = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| !line.contains('|'));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(prose(&aligned), prose(&matrix), "{rule}");
    }
}

#[test]
fn fmt_repairs() {
    let folder = Folder::new();
    folder.write(
        "a.md",
        "\u{feff}Caf√© \u{201a}úÖ\n\n| A | B |\r\n|:-:|\r\n| ✅ | `x|y` |\r\n| a\\|b |\n\n| A |\n|---|\n| 1 | 2 |\n",
    );
    folder.run(&["guardrail", "fmt", "a.md"]).assert(
        0,
        "aligned a.md\n",
        "no differences in 1 file\n",
    );
    assert_eq!(
        folder.read("a.md"),
        "Café ✅\n\n| A    | B      |\r\n| :--: | ------ |\r\n| ✅   | `x\\|y` |\r\n| a\\|b |\n\n| A |\n|---|\n| 1 | 2 |\n"
    );
}

#[test]
fn a_new_matrix_is_clean_and_aligned() {
    let folder = Folder::new();
    let new = folder.run(&["guardrail", "new"]);
    folder.write("new.md", &new.stdout);
    folder
        .run(&["guardrail", "compile", "new.md", "--format", "github"])
        .assert(0, "", "no findings in 1 matrix\n");
    assert_eq!(
        folder.run(&["guardrail", "fmt", "new.md", "--check"]).code,
        0
    );
    insta::assert_snapshot!("new", new.stdout);
}

/// The project's own matrix: nothing is found in it, and its model is what the published schema says.
#[test]
fn the_matrix_of_the_nexus_schema_is_clean() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ssot");
    let run =
        |arguments: &[&str]| support::run(&mut support::command_in(&docs, arguments), Vec::new());
    let outcome = run(&["guardrail", "compile", "GUARDRAIL_MATRIX.md"]);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (0, "no findings in 1 matrix\n")
    );
    let model: Value = serde_json::from_str(&outcome.stdout).expect("a model");
    let count = |section: &str| model[section].as_array().map(Vec::len);
    assert_eq!(
        (count("tables"), count("contracts"), count("row_security")),
        (Some(20), Some(20), Some(20))
    );
    assert_eq!(
        run(&["guardrail", "fmt", "--check", "GUARDRAIL_MATRIX.md"]).code,
        0
    );
    let published =
        fs::read_to_string(docs.join("guardrail.schema.json")).expect("the published schema");
    assert_eq!(run(&["guardrail", "schema"]).stdout, published);
    let schema: Value = serde_json::from_str(&published).expect("JSON");
    let validator = SchemaValidator::<SerdeJson>::compile(&schema).expect("a schema");
    assert!(validator.is_valid(&model));
}
