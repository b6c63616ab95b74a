//! Coverage: contracts of jsonb columns and indexes of foreign keys, in real databases.

mod contracts;
mod indexes;
mod view;

use serde_json::{Value, json};
use tests::{Cluster, Database, Folder};

/// A matrix with these rows, as `guardrail compile` makes it.
fn matrix(tables: &Value, contracts: &Value) -> String {
    let checks: Vec<Value> = ["DRIFT-03", "DRIFT-04"]
        .iter()
        .map(|id| json!({"line": 1, "id": id, "owner": "db", "eta": "7 days", "risk": "low"}))
        .collect();
    json!({
        "tables": tables, "contracts": contracts, "promotions": [], "row_security": [], "bypass_roles": [],
        "checks": checks, "deprecations": [],
    })
    .to_string()
}

/// A row of section A.
fn table(schema: &str, name: &str, columns: &[(&str, &str)]) -> Value {
    let (columns, types): (Vec<_>, Vec<_>) = columns.iter().copied().unzip();
    json!({
        "line": 10, "table": {"schema": schema, "name": name}, "core_columns": [], "immutable_columns": [],
        "extra_columns": [], "jsonb_columns": columns, "contract_types": types,
    })
}

/// A row of section B.
fn contract(contract_type: &str, index_keys: &[&str]) -> Value {
    json!({
        "line": 20, "contract_type": contract_type, "used_in": [], "required_keys": [], "allowed_keys": null,
        "index_keys": index_keys,
    })
}

/// The findings of a check, a line each: rule, object, and what is.
#[track_caller]
fn findings(database: &Database, check: &str, matrix: &str) -> Vec<String> {
    let folder = Folder::new();
    let variables = Cluster::shared().variables("postgres", database.name());
    let (code, snapshot, stderr) = folder.run(&variables, &["snapshot"]);
    assert_eq!(code, 0, "{stderr}");
    let found = findings_of(&snapshot, check, matrix);
    folder.write("matrix.json", matrix);
    let arguments = [
        "drift",
        "--matrix",
        "matrix.json",
        "--check",
        check,
        "--no-reports",
        "--format",
        "json",
    ];
    let (_, live, stderr) = folder.run(&variables, &arguments);
    assert_eq!(read(&live, &stderr), found, "live and snapshot");
    found
}

/// The findings of a check in a snapshot.
#[track_caller]
fn findings_of(snapshot: &str, check: &str, matrix: &str) -> Vec<String> {
    let folder = Folder::new();
    folder.write("snapshot.json", snapshot);
    folder.write("matrix.json", matrix);
    let (code, report, stderr) = folder.run(
        &[],
        &[
            "drift",
            "--snapshot",
            "snapshot.json",
            "--matrix",
            "matrix.json",
            "--check",
            check,
            "--no-reports",
            "--format",
            "json",
        ],
    );
    let found = read(&report, &stderr);
    assert_eq!(code, i32::from(!found.is_empty()), "{stderr}");
    found
}

#[track_caller]
fn read(report: &str, stderr: &str) -> Vec<String> {
    let report: Value =
        serde_json::from_str(report).unwrap_or_else(|error| panic!("{error}: {stderr}{report}"));
    let found = report["checks"][0]["findings"]
        .as_array()
        .unwrap_or_else(|| panic!("{report}"));
    found
        .iter()
        .map(|finding| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let object = &finding["object"];
            let parts = [
                &object["table"]["schema"],
                &object["table"]["name"],
                &object["name"],
            ]
            .map(text);
            let place = parts
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(".");
            format!(
                "{} {place}: {}",
                text(&finding["rule"]),
                text(&finding["is"])
            )
        })
        .collect()
}
