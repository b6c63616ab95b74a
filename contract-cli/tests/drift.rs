//! `jsonb-contract drift` over snapshots made by hand: formats, report files, exit codes.

mod support;

use serde_json::Value;
use std::fs;
use support::{
    Folder, Outcome,
    catalog::{NAMES, matrix, snapshot, table},
    drift::{self, folder},
};

const FORMATS: [&str; 5] = ["human", "json", "sarif", "github", "junit"];

const WAIVER: &str = r#"
[[waiver]]
check = "DRIFT-04"
rule = "foreign-key-without-index"
object = 'constraint parent_fkey on public."select"'
reason = "the table is small"
owner = "db"
expires = 2026-06-30
"#;

/// Findings, a waived one, and a check that could not run.
fn of_all_kinds() -> Folder {
    let folder = folder();
    folder.write("waivers.toml", WAIVER);
    folder
}

const OF_ALL_KINDS: [&str; 6] = [
    "--check",
    "DRIFT-01",
    "--check",
    "DRIFT-04",
    "--waivers",
    "waivers.toml",
];

fn in_format(folder: &Folder, format: &str) -> Outcome {
    drift::run(folder, &[&OF_ALL_KINDS[..], &["--format", format]].concat())
}

#[test]
fn each_format_tells_everything() {
    let folder = of_all_kinds();
    for format in FORMATS {
        let outcome = in_format(&folder, format);
        insta::assert_snapshot!(format!("drift_{format}"), outcome.transcript());
    }
}

#[test]
fn nothing_found_is_told_in_each_format() {
    let folder = Folder::new();
    folder.write("guardrail.json", matrix(&["cases"]));
    folder.write("schema.json", snapshot(vec![table("cases", true)]));
    let mut all = String::new();
    for format in FORMATS {
        let outcome = drift::run(&folder, &["--check", "DRIFT-04", "--format", format]);
        all += &format!("===== {format}\n{}\n", outcome.transcript());
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let run = || {
        let folder = of_all_kinds();
        let mut said = Vec::new();
        for format in FORMATS {
            let outcome = in_format(&folder, format);
            said.push(outcome.transcript());
        }
        drift::run(
            &folder,
            &[&OF_ALL_KINDS[..], &["--html", "drift.html"]].concat(),
        );
        said.push(folder.read("drift.html"));
        for file in folder.list("reports") {
            said.push(file.clone());
            said.push(folder.read(&format!("reports/{file}")));
        }
        said
    };
    assert_eq!(run(), run());
}

#[test]
fn each_check_writes_its_report_in_the_published_form() {
    let schema =
        fs::read_to_string("../docs/drift-report.schema.json").expect("the published schema");
    let printed = Folder::new().run(&["drift", "--schema"]);
    printed.assert(0, &schema, "");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");

    let folder = of_all_kinds();
    let outcome = in_format(&folder, "json");
    assert_eq!(
        folder.list("reports"),
        ["drift.json", "index-coverage.json", "schema-diff.json"]
    );
    assert_eq!(folder.read("reports/drift.json"), outcome.stdout);
    for name in folder.list("reports") {
        let report: Value =
            serde_json::from_str(&folder.read(&format!("reports/{name}"))).expect("JSON");
        let problems: Vec<String> = validator
            .iter_errors(&report)
            .map(|problem| problem.to_string())
            .collect();
        assert_eq!(problems, [""; 0], "{name}");
        assert!(!validator.is_valid(&Value::Array(vec![report])), "{name}");
    }
    insta::assert_snapshot!(
        "report_of_a_check",
        folder.read("reports/index-coverage.json")
    );
}

/// A check that could not run has no list of findings, not even an empty one.
#[test]
fn what_could_not_run_never_looks_clean() {
    let folder = of_all_kinds();
    let outcome = drift::run(&folder, &["--check", "drift-01", "--html", "drift.html"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    let report: Value =
        serde_json::from_str(&folder.read("reports/schema-diff.json")).expect("JSON");
    assert_eq!(report.get("findings"), None);
    assert!(
        report["error"]
            .as_str()
            .is_some_and(|error| error.contains("--migrations")),
        "{report}"
    );
    assert!(folder.read("drift.html").contains("1 check could not run"));
    for format in FORMATS {
        let outcome = drift::run(&folder, &["--check", "DRIFT-01", "--format", format]);
        assert_eq!(outcome.code, 3, "{format}");
        assert!(
            outcome.stdout.contains("could not run") || outcome.stdout.contains("could_not_run"),
            "{format}"
        );
        assert!(outcome.stderr.contains("error: could not run"), "{format}");
    }
}

/// The reports of an earlier, clean run are no reports of one that could not start.
#[test]
fn input_that_cannot_be_read_replaces_earlier_reports() {
    for (broken, content) in [
        ("guardrail.json", "{\"tables\": 1}"),
        ("schema.json", "{}"),
        ("waivers.toml", "[[waiver]]\nreason = 1"),
    ] {
        let folder = of_all_kinds();
        let tables = NAMES.iter().map(|name| table(name, true)).collect();
        folder.write("schema.json", snapshot(tables));
        let arguments = ["--check", "DRIFT-04", "--html", "drift.html"];
        let clean = drift::run(&folder, &arguments);
        assert_eq!((clean.code, clean.stdout.as_str()), (0, ""), "{clean:?}");

        folder.write(broken, content);
        let arguments = [&arguments[..], &["--waivers", "waivers.toml"]].concat();
        let outcome = drift::run(&folder, &arguments);
        assert_eq!(outcome.code, 2, "{broken}: {outcome:?}");
        assert!(outcome.stderr.contains(broken), "{outcome:?}");
        for report in ["reports/index-coverage.json", "reports/drift.json"] {
            let text = folder.read(report);
            assert!(text.contains("\"error\": "), "{broken}: {text}");
            let report: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(report.get("findings"), None, "{broken}");
        }
        assert!(
            folder.read("drift.html").contains("1 check could not run"),
            "{broken}"
        );
    }
}

/// Reports are published: they tell neither where the database is nor who asks.
#[test]
fn a_database_that_is_not_there_is_told_without_its_address() {
    let folder = of_all_kinds();
    let outcome = folder.run(&[
        "drift",
        "--matrix",
        "guardrail.json",
        "--database-url",
        "postgres://somebody:secret@127.0.0.1:1/shop?sslmode=disable",
        "--check",
        "DRIFT-04",
        "--format",
        "json",
        "--html",
        "drift.html",
    ]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(!outcome.stderr.contains("secret"), "{outcome:?}");
    let reports = [
        "reports/index-coverage.json",
        "reports/drift.json",
        "drift.html",
    ];
    let texts = reports.map(|name| folder.read(name));
    for text in texts.iter().chain([&outcome.stdout]) {
        assert!(text.contains("the database could not be read"), "{text}");
        for told in ["127.0.0.1", "somebody", "secret", "shop"] {
            assert!(!text.contains(told), "{told}: {text}");
        }
    }
}

#[test]
fn a_baseline_holds_what_was_there_and_nothing_else() {
    let folder = folder();
    let written = drift::run(
        &folder,
        &["--check", "DRIFT-04", "--write-baseline", "baseline.json"],
    );
    assert_eq!(written.code, 0, "{written:?}");
    let mut tables: Vec<Value> = NAMES.iter().map(|name| table(name, false)).collect();
    // One is mended, another is new.
    tables[4] = table(NAMES[4], true);
    tables.push(table("orders", false));
    folder.write("schema.json", snapshot(tables));
    folder.write(
        "guardrail.json",
        matrix(&[&NAMES[..], &["orders"]].concat()),
    );
    let outcome = drift::run(
        &folder,
        &[
            "--check",
            "DRIFT-04",
            "--baseline",
            "baseline.json",
            "--format",
            "github",
        ],
    );
    insta::assert_snapshot!(outcome.transcript());
}

/// What a check would find is not known: a baseline without it would let all of that fail later.
#[test]
fn a_baseline_is_not_written_when_a_check_could_not_run() {
    let folder = folder();
    let outcome = drift::run(
        &folder,
        &["--check", "DRIFT-01", "--write-baseline", "baseline.json"],
    );
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(
        outcome.stderr.contains("the baseline is not written"),
        "{outcome:?}"
    );
    assert!(!folder.path("baseline.json").exists());
}

#[test]
fn sarif_is_valid() {
    let schema = fs::read("tests/sarif/sarif-schema-2.1.0.json").expect("the schema of SARIF");
    let mut schema: Value = serde_json::from_slice(&schema).expect("JSON");
    // A pattern with a lone bracket, which strict engines refuse; reports have no such property.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        assert!(language["pattern"].take().is_string());
        *language = Value::Bool(true);
    }
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema).expect("a JSON Schema");
    let clean = Folder::new();
    clean.write("guardrail.json", matrix(&[]));
    clean.write("schema.json", snapshot(Vec::new()));
    clean.write("waivers.toml", "");
    for folder in [of_all_kinds(), clean] {
        let log: Value = serde_json::from_str(&in_format(&folder, "sarif").stdout).expect("JSON");
        let problems: Vec<String> = validator
            .iter_errors(&log)
            .map(|problem| format!("{}: {problem}", problem.instance_path()))
            .collect();
        assert_eq!(problems, [""; 0]);
        assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{}]})));
    }
}

#[test]
fn a_table_is_as_wide_as_it_is_told() {
    let folder = of_all_kinds();
    for columns in [60, 100, 160] {
        let mut command = folder.command(&[
            "drift",
            "--matrix",
            "guardrail.json",
            "--snapshot",
            "schema.json",
            "--check",
            "DRIFT-04",
            "--no-reports",
        ]);
        command.env("COLUMNS", columns.to_string());
        let outcome = support::run(&mut command, Vec::new());
        let widest = outcome
            .stdout
            .lines()
            .map(|line| line.chars().count())
            .max();
        assert!(
            widest.is_some_and(|widest| widest <= columns),
            "{}",
            outcome.stdout
        );
        assert!(!outcome.stdout.contains('\u{1b}'), "{}", outcome.stdout);
    }
    assert!(!folder.path("reports").exists());
}

#[test]
fn the_checks_are_listed_and_explained() {
    let folder = Folder::new();
    let list = folder.run(&["drift", "--list"]);
    assert_eq!((list.code, list.stdout.lines().count()), (0, 5));
    let explained = folder.run(&["drift", "--explain", "DRIFT-04"]);
    assert_eq!(explained.code, 0);
    assert!(
        explained.stdout.starts_with("DRIFT-04, index coverage: "),
        "{explained:?}"
    );
    let unknown = folder.run(&["drift", "--check", "DRIFT-06"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown
            .stderr
            .contains("there is no such check; --list prints them all")
    );
    let without_matrix = folder.run(&["drift", "--snapshot", "schema.json"]);
    assert_eq!(without_matrix.code, 2);
    assert!(
        without_matrix
            .stderr
            .contains("docs/ssot/GUARDRAIL_MATRIX.md"),
        "{without_matrix:?}"
    );
}
