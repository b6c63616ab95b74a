//! The view `contract.coverage` beside the command `jsonb-contract coverage`: two readers of one catalog.

use serde_json::Value;
use std::collections::BTreeMap;
use tests::{Cluster, Database, Folder};

/// Columns of every kind.
const KINDS: &str = include_str!("kinds.sql");

type Rows = BTreeMap<String, Value>;

fn by_column(rows: impl Iterator<Item = Value>) -> Rows {
    rows.map(|row| (format!("{} {}", row["table"], row["column"]), row))
        .collect()
}

/// What the view shows, as the command writes it.
#[track_caller]
fn of_view(database: &mut Database) -> Rows {
    database.execute_all("SET search_path = ''");
    let rows = database
        .query(
            r#"SELECT (to_jsonb(c) || jsonb_build_object('table', jsonb_build_object('schema', n.nspname, 'name', r.relname)))::text
               FROM contract.coverage AS c JOIN pg_class AS r ON r.oid = c."table"
               JOIN pg_namespace AS n ON n.oid = r.relnamespace"#,
            &[],
        )
        .expect("the view");
    by_column(
        rows.iter()
            .map(|row| serde_json::from_str(row.get(0)).expect("JSON")),
    )
}

/// What the command shows.
#[track_caller]
fn of_command(database: &Database) -> Rows {
    let variables = Cluster::shared().variables("postgres", database.name());
    let (code, shown, stderr) = Folder::new().run(&variables, &["coverage", "--format", "json"]);
    assert_eq!(code, 0, "{stderr}");
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    by_column(
        shown["columns"]
            .as_array()
            .expect("columns")
            .iter()
            .cloned(),
    )
}

#[track_caller]
fn assert_same(view: &Rows, command: &Rows) {
    for (column, row) in view {
        assert_eq!(Some(row), command.get(column), "{column}: view, command");
    }
    assert_eq!(view.len(), command.len());
}

#[test]
fn view_and_command_show_the_same() {
    let mut database = Database::new();
    database.execute_all(KINDS);
    let view = of_view(&mut database);
    assert_same(&view, &of_command(&database));
    assert!(view.len() > 50, "{}", view.len());
    let told: std::collections::BTreeSet<&str> = view
        .values()
        .filter_map(|row| row["problem"].as_str())
        .collect();
    assert!(told.len() > 15, "{told:#?}");
}

#[test]
fn the_reference_schema_is_covered() {
    let mut database = Database::nexus();
    let view = of_view(&mut database);
    assert_eq!(view.len(), 21);
    for (column, row) in &view {
        assert_eq!(row["problem"], Value::Null, "{column}");
        assert_eq!(row["is_registered"], Value::Bool(true), "{column}");
    }
    assert_same(&view, &of_command(&database));
}

#[test]
fn the_view_reads_no_table_and_is_for_everybody() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE ROLE coverage_reader LOGIN; CREATE SCHEMA hidden; REVOKE ALL ON SCHEMA public FROM PUBLIC;
         CREATE TABLE hidden.t (doc jsonb CHECK (contract.check('case_metadata', doc)))",
    );
    let mut reader = database.connect_as("coverage_reader");
    let row = reader
        .query_one(
            r#"SELECT "table"::text, "column"::text, problem FROM contract.coverage"#,
            &[],
        )
        .expect("whoever may connect may ask");
    let shown: (String, String, String) = (row.get(0), row.get(1), row.get(2));
    assert_eq!(
        shown,
        (
            "hidden.t".to_owned(),
            "doc".to_owned(),
            "has no guard: versions may go down".to_owned()
        )
    );
    database.execute_all("DROP OWNED BY coverage_reader; DROP ROLE coverage_reader");
}
