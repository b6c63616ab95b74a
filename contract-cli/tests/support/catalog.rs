//! A snapshot of a database and a matrix for it, made by hand.
#![allow(dead_code, reason = "each test file uses some of it")]

use serde_json::{Value, json};

/// Names that a database may have, and that try to get out of a format.
pub const NAMES: [&str; 7] = [
    "<script>alert(1)</script>",
    "%0A::error::,:\n::stop",
    "it's \"quoted\" & more",
    "Auftr\u{e4}ge \u{2192} \u{1f4a5}",
    "select",
    "\u{1b}[31m\u{202e}\u{7}]]>\u{ffff}",
    "a_table_with_a_name_that_is_as_long_as_postgres_lets_a_name_be_",
];

/// A table of schema `public` with a foreign key to itself, which has an index or not.
pub fn table(name: &str, has_index: bool) -> Value {
    let column = |name: &str| {
        json!({
            "name": name, "data_type": "uuid", "jsonb": null, "not_null": true, "default": null,
            "generated": false, "identity": null, "collation": null, "inherited": false,
        })
    };
    let constraint = |name: &str, kind: &str, column: &str, references: Value| {
        json!({
            "name": name, "kind": kind, "columns": [column], "definition": "", "validated": true,
            "enforced": true, "inherited": false, "references": references, "calls": [],
        })
    };
    let index = |name: &str, column: &str| {
        json!({
            "name": name, "method": "btree", "unique": true, "valid": true, "of_constraint": true,
            "key": [{"column": column}], "include": [], "predicate": null, "definition": "",
            "inherited": false,
        })
    };
    let itself = json!({"schema": "public", "name": name});
    let mut indexes = vec![index("pkey", "id")];
    if has_index {
        indexes.push(index("parent", "parent_id"));
    }
    json!({
        "name": itself, "kind": "table", "owner": "owner", "unlogged": false, "row_security": true,
        "force_row_security": true, "is_partition": false, "parents": [], "partition_key": null,
        "partition_bound": null, "options": [], "grants": [],
        "columns": [column("id"), column("parent_id")],
        "constraints": [
            constraint("parent_fkey", "foreign_key", "parent_id", json!({"table": itself, "columns": ["id"]})),
            constraint("pkey", "primary_key", "id", Value::Null),
        ],
        "indexes": indexes, "policies": [], "triggers": [], "definition": null, "reads": [],
    })
}

/// A snapshot with these tables.
pub fn snapshot(tables: Vec<Value>) -> String {
    let mut tables = tables;
    tables.sort_by_key(|table| table["name"]["name"].as_str().map(str::to_owned));
    let catalog = json!({
        "format": 1, "server_version": 15, "schemas": ["public"], "extensions": [], "roles": [],
        "relations": tables, "types": [], "functions": [], "contract_types": [],
    });
    format!("{catalog:#}\n")
}

/// A matrix with a row for each of these tables, and who mends what two of the checks find.
pub fn matrix(names: &[&str]) -> String {
    let mut rows = Vec::new();
    for (line, name) in (10..).zip(names) {
        rows.push(json!({
            "line": line, "table": {"schema": "public", "name": name}, "tenant_scope": "global",
            "core_columns": [], "immutable_columns": [], "extra_columns": ["*"], "jsonb_columns": [],
            "contract_types": [], "owner": "team", "compliance_level": "L2", "status": "declared",
        }));
    }
    let check = |line: u32, id: &str, owner: &str, risk: &str| json!({"line": line, "id": id, "owner": owner, "eta": "7 days", "risk": risk});
    let matrix = json!({
        "version": "1.0.0", "owner": "architects", "tables": rows, "contracts": [], "promotions": [],
        "row_security": [], "bypass_roles": [],
        "checks": [check(90, "DRIFT-01", "platform", "high"), check(93, "DRIFT-04", "db", "medium")],
        "deprecations": [],
    });
    format!("{matrix:#}\n")
}
