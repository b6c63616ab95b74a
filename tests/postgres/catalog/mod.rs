//! `jsonb-contract snapshot`: what the catalog of a database says, whoever asks and however the server is set.

mod cut;

use crate::apply::manifest;
use serde_json::{Value, json};
use std::{fs, path::Path, sync::LazyLock};
use tests::{Cluster, Folder};

/// A schema with all that a catalog has.
const FACTS: &str = include_str!("facts.sql");

/// A cluster of these tests' own: roles are those of a whole cluster, and are facts.
fn cluster() -> &'static Cluster {
    static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
        let cluster = Cluster::start();
        cluster
            .connect("postgres", "postgres")
            .batch_execute(
                "CREATE ROLE app; CREATE ROLE \"Reader é\" LOGIN BYPASSRLS IN ROLE app, pg_monitor;
                 CREATE ROLE nobody LOGIN NOINHERIT",
            )
            .expect("roles");
        cluster
    });
    &CLUSTER
}

/// A new database of that cluster, with the facts in it.
fn database(name: &str) -> postgres::Client {
    let mut client = empty_database(name);
    let register = format!(
        "SELECT contract.register('{}')",
        manifest("berth", &["a"]).to_string().replace('\'', "''")
    );
    client.batch_execute(FACTS).expect("the facts");
    client.batch_execute(&register).expect("a contract type");
    client
}

fn empty_database(name: &str) -> postgres::Client {
    let mut maintenance = cluster().connect("postgres", "postgres");
    maintenance
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .expect("a database");
    cluster().connect("postgres", name)
}

/// The snapshot of a database, which says nothing on standard error.
#[track_caller]
fn snapshot(role: &str, database: &str) -> String {
    snapshot_from(cluster().socket(), role, database)
}

/// That of the server whose socket is in the folder.
#[track_caller]
fn snapshot_from(socket: &Path, role: &str, database: &str) -> String {
    let mut variables = cluster().variables(role, database);
    variables[0].1 = socket.display().to_string();
    let (code, stdout, stderr) = Folder::new().run(&variables, &["snapshot"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    stdout
}

#[track_caller]
fn same(left: &str, right: &str) {
    let difference = left.lines().zip(right.lines()).find(|(a, b)| a != b);
    assert_eq!(difference, None);
    assert_eq!(left.len(), right.len());
}

/// The entry of that name in a list of the snapshot.
#[track_caller]
fn named<'a>(list: &'a Value, name: &Value) -> &'a Value {
    let list = list.as_array().expect("a list");
    list.iter()
        .find(|entry| entry["name"] == *name)
        .unwrap_or_else(|| panic!("there is no {name}"))
}

/// What is in one entry, without what is empty or false.
fn facts(entry: &Value) -> Value {
    let is_said = |value: &Value| {
        !matches!(value, Value::Null | Value::Bool(false))
            && value.as_array().is_none_or(|list| !list.is_empty())
    };
    let object = entry.as_object().expect("an object");
    object
        .iter()
        .filter(|(_, value)| is_said(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[test]
fn names_that_are_hard_to_write() {
    drop(database("names"));
    let catalog: Value = serde_json::from_str(&snapshot("postgres", "names")).expect("JSON");
    assert_eq!(
        catalog["schemas"],
        json!([
            "contract",
            "contracts",
            "hidden",
            "public",
            "select",
            "Über \"uns\""
        ])
    );
    assert_eq!(
        facts(named(&catalog["roles"], &json!("Reader é"))),
        json!({"name": "Reader é", "bypass_rls": true, "inherit": true, "login": true,
               "member_of": ["app", "pg_monitor"]})
    );
    let name = json!({"schema": "Über \"uns\"", "name": "Tab\tle %s $1 'x' -- \\ 表"});
    let table = named(&catalog["relations"], &name);
    assert_eq!(table["unlogged"], json!(true));
    assert_eq!(
        table["grants"],
        json!([{"role": "app",
                "privileges": ["GRANT OPTION FOR INSERT", "GRANT OPTION FOR SELECT", "INSERT", "SELECT"]}, {"role": "public", "privileges": ["SELECT"]}])
    );
    let columns = table["columns"].as_array().expect("columns");
    let columns: Vec<&Value> = columns.iter().map(|column| &column["name"]).collect();
    assert_eq!(columns, ["select", "a \"b\"", "Größe", "x.y"]);
    assert_eq!(
        facts(named(&table["constraints"], &json!("FK (a)"))),
        json!({"name": "FK (a)", "kind": "foreign_key", "columns": ["x.y", "select"], "enforced": true,
               "references": {"table": {"schema": "public", "name": "parents"}, "columns": ["a", "b"]},
               "definition": "FOREIGN KEY (\"x.y\", \"select\") REFERENCES public.parents(a, b) \
                              MATCH FULL ON DELETE CASCADE DEFERRABLE NOT VALID"})
    );
    assert_eq!(
        facts(named(&table["constraints"], &json!("check"))),
        json!({"name": "check", "kind": "check", "columns": ["a \"b\""], "enforced": true,
               "calls": [{"schema": "contract", "name": "check"}],
               "definition": "CHECK (contract.\"check\"('case_metadata'::text, \"a \"\"b\"\"\")) NOT VALID"})
    );
    assert_eq!(
        table["policies"],
        json!([
            {"name": "Alle 'lesen'", "permissive": true, "command": "SELECT", "roles": ["public"],
             "using": "(\"Größe\" = CURRENT_USER)", "with_check": null},
            {"name": "b", "permissive": false, "command": "ALL", "roles": ["Reader é", "app"],
             "using": "true", "with_check": "(\"select\" IN ( SELECT p.a\n   FROM public.parents p))"},
        ])
    );
    let mut trigger = facts(&table["triggers"][0]);
    trigger
        .as_object_mut()
        .expect("a trigger")
        .remove("definition");
    assert_eq!(
        trigger,
        json!({"name": "a \"WHEN (\" FOR EACH ROW ", "timing": "before", "events": ["INSERT", "UPDATE"],
               "for_each_row": true, "columns": ["Größe", "x.y"], "enabled": "origin",
               "when": "((new.\"Größe\" <> ' FOR EACH ROW ) WHEN (\"''\\'::text) AND (new.\"select\" > 0))",
               "function": {"schema": "select", "name": "EXECUTE FUNCTION (\"x\")"},
               "arguments": ["a", "it's", "back\\slash", "", ") EXECUTE FUNCTION y('z')", "é \"", "two\nlines"]})
    );
    assert_eq!(
        facts(named(&table["indexes"], &json!("expression")))["key"],
        json!([{"expression": "((\"a \"\"b\"\"\" ->> 'k'::text))"}, {"column": "x.y"},
               {"expression": "lower(\"Größe\")"}, {"expression": "((\"select\" + 1))"}])
    );
    assert_eq!(
        facts(&catalog["contract_types"][0])["name"],
        json!({"schema": "contracts", "name": "berth"})
    );
}

#[test]
fn jsonb_is_found_through_domains_arrays_and_composites() {
    drop(database("kinds"));
    let catalog: Value = serde_json::from_str(&snapshot("postgres", "kinds")).expect("JSON");
    let table = named(
        &catalog["relations"],
        &json!({"schema": "public", "name": "kinds"}),
    );
    let columns = table["columns"].as_array().expect("columns");
    let kinds: Vec<String> = columns
        .iter()
        .map(|column| format!("{} {}", column["name"], column["jsonb"]).replace('"', ""))
        .collect();
    assert_eq!(
        kinds,
        [
            "plain plain",
            "domain domain",
            "domain_of_domain domain",
            "list array",
            "list_of_domain array",
            "domain_of_list array",
            "list_of_domain_of_list array",
            "pair composite",
            "pairs array",
            "nested composite",
            "between composite",
            "whole_row composite",
            "none null",
            "json null",
            "plain_pair null",
            "mood null",
        ]
    );
}

#[test]
fn partitions_views_types_and_functions() {
    drop(database("others"));
    let catalog: Value = serde_json::from_str(&snapshot("postgres", "others")).expect("JSON");
    let relation = |schema: &str, name: &str| {
        let name = json!({"schema": schema, "name": name});
        named(&catalog["relations"], &name)
    };
    let partition = relation("public", "parted_1");
    assert_eq!(
        partition["partition_bound"],
        "FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2025-02-01 00:00:00+00')"
    );
    for list in ["constraints", "indexes", "triggers", "columns"] {
        let list = partition[list].as_array().expect("a list");
        assert!(!list.is_empty() && list.iter().all(|entry| entry["inherited"] == true));
    }
    assert_eq!(relation("public", "parted")["partition_key"], "RANGE (at)");
    assert_eq!(
        relation("hidden", "parted_2")["parents"],
        json!([{"schema": "public", "name": "parted"}])
    );
    // A foreign key to a partitioned table is one, however many partitions there are.
    let keys = &relation("public", "to_parted")["constraints"];
    assert_eq!(keys.as_array().map(Vec::len), Some(1));
    let view = relation("public", "View");
    assert_eq!(
        view["options"],
        json!(["security_barrier=true", "security_invoker=true"])
    );
    let read: Vec<&Value> = view["reads"]
        .as_array()
        .expect("relations")
        .iter()
        .map(|name| &name["name"])
        .collect();
    assert_eq!(read, ["parted_2", "counter", "kinds", "parents"]);
    let whole = named(
        &relation("public", "parents")["constraints"],
        &json!("whole"),
    );
    assert_eq!(whole["columns"], json!([]));

    let definition = |list: &str, name: &str| {
        let name = json!({"schema": "public", "name": name});
        named(&catalog[list], &name)["definition"].clone()
    };
    for (name, text) in [
        (
            "document",
            "DOMAIN jsonb NOT NULL CONSTRAINT \"A first\" CHECK ((VALUE <> '{}'::jsonb)) \
             CONSTRAINT is_object CHECK ((jsonb_typeof(VALUE) = 'object'::text))",
        ),
        (
            "document_of_document",
            "DOMAIN public.document DEFAULT '{\"a\": 1}'::jsonb",
        ),
        ("short", "DOMAIN character varying(10) COLLATE \"C\""),
        ("mood", "ENUM ('sad', 'it''s ok', 'happy')"),
        (
            "pair",
            "COMPOSITE (name text COLLATE \"C\", value public.document_of_document, \"a b\" integer)",
        ),
        (
            "text_range",
            "RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = pg_catalog.text_ops, COLLATION = \"C\", \
             MULTIRANGE_TYPE_NAME = public.text_multirange)",
        ),
    ] {
        assert_eq!(definition("types", name), text);
    }
    assert_eq!(
        definition("functions", "total"),
        "AGGREGATE public.total(integer)"
    );
    let signatures: Vec<String> = catalog["functions"]
        .as_array()
        .expect("functions")
        .iter()
        .map(|function| {
            format!("{}({})", function["name"]["name"], function["arguments"]).replace('"', "")
        })
        .collect();
    assert_eq!(
        signatures,
        [
            "berth_is_valid(jsonb)",
            "is_even(bigint)",
            "is_even(integer)",
            "note()",
            "nothing(public.mood)",
            "total(integer)",
            "EXECUTE FUNCTION (\\x\\)()",
        ]
    );
}

/// An index's definition is composed where it is simple; Postgres says the same.
#[test]
fn definitions_of_indexes_are_those_of_postgres() {
    let mut client = database("indexes");
    let catalog: Value = serde_json::from_str(&snapshot("postgres", "indexes")).expect("JSON");
    let relations = catalog["relations"].as_array().expect("relations");
    let mut composed: Vec<&str> = relations
        .iter()
        .flat_map(|relation| relation["indexes"].as_array().expect("indexes"))
        .map(|index| index["definition"].as_str().expect("a text"))
        .collect();
    composed.sort_unstable();
    let rows = client
        .query(
            "SELECT pg_get_indexdef(i.indexrelid) AS definition FROM pg_index AS i
             JOIN pg_class AS c ON c.oid = i.indrelid WHERE c.relkind IN ('r', 'p', 'm') AND c.relnamespace IN
                 ('public'::regnamespace, 'hidden'::regnamespace, '\"Über \"\"uns\"\"\"'::regnamespace)
             ORDER BY pg_get_indexdef(i.indexrelid) COLLATE \"C\"",
            &[],
        )
        .expect("indexes");
    let asked: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert!(asked.len() > 20, "{asked:?}");
    assert_eq!(composed, asked);
}

#[test]
fn settings_of_database_and_role_change_nothing() {
    let mut client = database("settings");
    let before = snapshot("postgres", "settings");
    same(&before, &snapshot("postgres", "settings"));
    for setting in [
        "search_path = public, \"select\", pg_catalog",
        "quote_all_identifiers = on",
        "\"DateStyle\" = 'German, DMY'",
        "\"IntervalStyle\" = 'iso_8601'",
        "\"TimeZone\" = 'Asia/Tokyo'",
        "extra_float_digits = -5",
        "bytea_output = 'escape'",
        "standard_conforming_strings = off",
        "default_transaction_read_only = on",
        "default_transaction_isolation = 'serializable'",
    ] {
        let setting = format!("ALTER DATABASE settings SET {setting}");
        client.batch_execute(&setting).expect("a setting");
    }
    // What is not qualified would be found here first.
    client
        .batch_execute(
            "CREATE TABLE \"select\".pg_class (); CREATE FUNCTION \"select\".lies(text, text) RETURNS bool
             LANGUAGE plpgsql AS 'BEGIN RAISE ''called''; END';
             CREATE OPERATOR \"select\".= (FUNCTION = \"select\".lies, LEFTARG = text, RIGHTARG = text)",
        )
        .expect("lies");
    let after = snapshot("postgres", "settings");
    client
        .batch_execute(
            "SET default_transaction_read_only = off; DROP TABLE \"select\".pg_class;
             DROP OPERATOR \"select\".= (text, text); DROP FUNCTION \"select\".lies",
        )
        .expect("truth");
    assert_ne!(before, after);
    same(&before, &snapshot("postgres", "settings"));
}

#[test]
fn no_right_on_any_table_is_needed() {
    drop(database("rights"));
    let rights: i64 = cluster()
        .connect("nobody", "rights")
        .query_one(
            "SELECT count(*) FROM pg_class AS c WHERE relnamespace = 'hidden'::regnamespace AND relkind = 'r'
             AND has_table_privilege(oid, 'SELECT') OR has_schema_privilege('public', 'USAGE')",
            &[],
        )
        .expect("rights")
        .get(0);
    assert_eq!(rights, 0);
    same(
        &snapshot("postgres", "rights"),
        &snapshot("nobody", "rights"),
    );
}

/// There nothing can be written, not even a number for the transaction.
#[test]
fn a_standby_says_the_same() {
    drop(database("on_standby"));
    let folder = tempfile::Builder::new()
        .prefix("jsonb-contract-standby-")
        .tempdir_in("/tmp")
        .expect("a folder in /tmp");
    let standby = cluster().standby(folder.path());
    same(
        &snapshot("postgres", "on_standby"),
        &snapshot_from(standby.socket(), "postgres", "on_standby"),
    );
}

#[test]
fn a_restored_database_says_the_same() {
    drop(database("dumped"));
    drop(empty_database("restored"));
    let dump = cluster().run("pg_dump", &["dumped"]);
    let folder = Folder::new();
    folder.write("dump.sql", &dump);
    let file = folder.path("dump.sql").display().to_string();
    let _: String = cluster().run(
        "psql",
        &[
            "-qX",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            "restored",
            "-f",
            &file,
        ],
    );
    same(
        &snapshot("postgres", "dumped"),
        &snapshot("postgres", "restored"),
    );
}

#[test]
fn text_is_in_the_encoding_of_the_database() {
    let mut maintenance = cluster().connect("postgres", "postgres");
    for (name, encoding) in [("latin", "LATIN1"), ("bytes", "SQL_ASCII")] {
        maintenance
            .batch_execute(&format!(
                "CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
            ))
            .expect("a database");
    }
    let mut latin = cluster().connect("postgres", "latin");
    latin
        .batch_execute(
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TABLE \"Größe\" (id int);
             CREATE TRIGGER t BEFORE INSERT ON \"Größe\" FOR EACH ROW EXECUTE FUNCTION note('é')",
        )
        .expect("a trigger");
    let catalog: Value = serde_json::from_str(&snapshot("postgres", "latin")).expect("JSON");
    assert_eq!(catalog["relations"][0]["name"]["name"], "Größe");
    assert_eq!(
        catalog["relations"][0]["triggers"][0]["arguments"],
        json!(["é"])
    );

    // Nobody knows what the bytes of such a database mean.
    let mut bytes = cluster().connect("postgres", "bytes");
    bytes
        .batch_execute(
            "SET client_encoding = 'SQL_ASCII'; CREATE TABLE t (a text DEFAULT E'\\xff')",
        )
        .expect("a table");
    let run = Folder::new().run(&cluster().variables("postgres", "bytes"), &["snapshot"]);
    let said =
        "error: the catalog cannot be read: invalid byte sequence for encoding \"UTF8\": 0xff\n";
    assert_eq!(run, (3, String::new(), said.to_owned()));
}

#[test]
fn what_is_of_a_session_or_an_extension_is_left_out() {
    let mut client = empty_database("left_out");
    client
        .batch_execute("CREATE EXTENSION jsonb_contract")
        .expect("the extension");
    let before = snapshot("postgres", "left_out");
    client
        .batch_execute(
            "CREATE TEMPORARY TABLE passing (id int PRIMARY KEY, document jsonb CHECK (document <> '1'));
             CREATE TEMPORARY VIEW seen AS TABLE passing",
        )
        .expect("temporary objects");
    same(&before, &snapshot("postgres", "left_out"));
    let catalog: Value = serde_json::from_str(&before).expect("JSON");
    for list in ["relations", "types", "functions", "contract_types"] {
        assert_eq!(catalog[list], json!([]), "{list}");
    }
    let extensions: Vec<&Value> = catalog["extensions"]
        .as_array()
        .expect("extensions")
        .iter()
        .map(|extension| &extension["name"])
        .collect();
    assert_eq!(extensions, ["jsonb_contract", "plpgsql"]);
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    drop(database("to_file"));
    let folder = Folder::new();
    let variables = cluster().variables("postgres", "to_file");
    let quiet = (0, String::new(), String::new());
    assert_eq!(
        folder.run(&variables, &["snapshot", "-o", "schema.json"]),
        quiet
    );
    let text = folder.read("schema.json").expect("a file");
    same(&text, &snapshot("postgres", "to_file"));
    assert!(text.ends_with("}\n"));
    let nowhere = cluster().variables("postgres", "no_such_database");
    assert_eq!(
        folder.run(&nowhere, &["snapshot", "-o", "schema.json"]).0,
        3
    );
    same(&folder.read("schema.json").expect("a file"), &text);
    let names: Vec<_> = fs::read_dir(folder.path(""))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["schema.json"]);
}
