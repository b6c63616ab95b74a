//! `jsonb-contract drift` against a server: what a live database and its snapshot say, and a connection that is cut.

use crate::hand_made::{NAMES, matrix};
use std::sync::LazyLock;
use tests::{Cluster, Folder, Run, Variables, ends_after};

fn cluster() -> &'static Cluster {
    static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
        let cluster = Cluster::start();
        let mut client = cluster.connect("postgres", "postgres");
        client
            .batch_execute("CREATE ROLE reader LOGIN; CREATE ROLE \"by passer\" LOGIN BYPASSRLS")
            .expect("roles");
        client
            .batch_execute("CREATE DATABASE drifted")
            .expect("a database");
        let mut client = cluster.connect("postgres", "drifted");
        for name in NAMES {
            let table = format!("\"{}\"", name.replace('"', "\"\""));
            let made = client.batch_execute(&format!(
                "CREATE TABLE {table} (id uuid PRIMARY KEY, parent_id uuid REFERENCES {table}, \"It's <b>\" jsonb);
                 CREATE POLICY {table} ON {table} USING (true);
                 REVOKE ALL ON {table} FROM PUBLIC"
            ));
            made.expect("a table");
        }
        cluster
    });
    &CLUSTER
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("guardrail.json", &matrix(&NAMES));
    folder
}

/// Who reads has no right on any table.
fn variables() -> Variables {
    cluster().variables("reader", "drifted")
}

const DRIFT: [&str; 5] = [
    "drift",
    "--matrix",
    "guardrail.json",
    "--today",
    "2026-03-01",
];

fn drift(folder: &Folder, variables: &Variables, arguments: &[&str]) -> Run {
    folder.run(variables, &[&DRIFT[..], arguments].concat())
}

/// What the last run has written.
fn written(folder: &Folder) -> Vec<String> {
    [
        "reports/drift.json",
        "reports/schema-diff.json",
        "reports/rls-coverage.json",
        "reports/contract-coverage.json",
        "reports/index-coverage.json",
        "reports/core-immutability.json",
        "drift.html",
    ]
    .map(|name| folder.read(name).expect("it is written"))
    .into()
}

#[test]
fn a_snapshot_says_what_its_database_says() {
    let folder = folder();
    let (code, ..) = folder.run(&variables(), &["snapshot", "-o", "schema.json"]);
    assert_eq!(code, 0);
    for format in ["human", "json", "sarif", "github", "junit"] {
        let arguments = [
            "--migrated",
            "schema.json",
            "--html",
            "drift.html",
            "--format",
            format,
        ];
        let live = drift(&folder, &variables(), &arguments);
        let of_live = written(&folder);
        assert_eq!(live.0, 1, "{live:?}");
        let arguments = [&arguments[..], &["--snapshot", "schema.json"]].concat();
        let of_snapshot = drift(&folder, &Vec::new(), &arguments);
        assert_eq!(live, of_snapshot);
        assert_eq!(of_live, written(&folder));
    }
    let report = folder.read("reports/drift.json").expect("it is written");
    for part in ["foreign-key-without-index", "It's <b>"] {
        assert!(report.contains(part), "{part}");
    }
}

#[test]
fn a_connection_that_is_cut_is_no_clean_run() {
    let (all, ..) = cut(usize::MAX);
    for share in [0, 1, 5, 10, 15, 19] {
        let limit = all * share / 20;
        let (_, (code, stdout, stderr), written) = cut(limit);
        assert_eq!(code, 3, "{limit}: {stderr}");
        assert!(stderr.contains("error: "), "{stderr}");
        for text in written.iter().chain([&stdout]) {
            assert!(
                text.contains("the database could not be read"),
                "{limit}: {text}"
            );
            assert!(!text.contains("\"findings\""), "{limit}: {text}");
        }
    }
}

/// Runs the checks behind a socket that ends after so many bytes, over the reports of a run that was not cut.
fn cut(limit: usize) -> (usize, Run, Vec<String>) {
    let folder = folder();
    let _ = drift(&folder, &variables(), &["--html", "drift.html"]);
    let middle = ends_after(&folder, cluster(), limit);
    let mut variables = variables();
    variables[0].1 = folder.path("").display().to_string();
    let run = drift(
        &folder,
        &variables,
        &["--html", "drift.html", "--format", "json"],
    );
    (middle.join().expect("no panic"), run, written(&folder))
}
