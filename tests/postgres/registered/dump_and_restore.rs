//! Registered contract types in dumps of every format, and after `pg_upgrade`.

use super::{document, first, manifest, quoted, register, registered, second, ship};
use crate::{
    dump_and_restore::{psql, schema},
    literal,
};
use postgres::Client;
use serde_json::{Value, json};
use std::{fs, path::Path};
use tests::{Cluster, Database, failure};

/// A ship's document of a version, as an SQL literal.
fn ada(version: i32) -> String {
    literal(&document(version, &json!({"ship": "Ada's \\ \"Ship\""})))
}

/// Contract types with all that they can have, in use before and after the schema `contracts` in the
/// alphabet, with rows of the older version below a write floor.
fn fill() -> String {
    let mut ships = ship(&[first(), second()]);
    ships["aliases"] = json!([{"alias": "Old 'Ship'", "context": "api"}, {"alias": "vessel"}]);
    let text = format!("{ships:#}\n").replace('\n', "\r\n");
    let status = |name: &str, status: &str| {
        let mut manifest = manifest(name, &[first()]);
        manifest["status"] = json!(status);
        register(&manifest)
    };
    [
        register(&ship(&[first()])),
        format!("SELECT contract.register({0}, {0})", quoted(&text)),
        register(&manifest("crew", &[first(), second()])),
        "SELECT contract.retire('crew', 2)".to_owned(),
        status("a_draft", "draft"),
        status("deprecated", "deprecated"),
        format!(
            "CREATE SCHEMA aaa; CREATE SCHEMA zzz;
             CREATE DOMAIN aaa.ship AS jsonb CHECK (contracts.ship_manifest(VALUE));
             CREATE DOMAIN zzz.ship AS jsonb CHECK (contracts.ship_manifest_is_valid(VALUE));
             CREATE TABLE aaa.t (id int PRIMARY KEY, manifest jsonb, ship aaa.ship, other zzz.ship,
                 CHECK (contracts.ship_manifest(manifest)));
             CREATE TABLE zzz.t (id int, manifest jsonb, CHECK (contracts.ship_manifest_is_valid(manifest))) PARTITION BY LIST (id);
             CREATE TABLE aaa.part PARTITION OF zzz.t FOR VALUES IN (1);
             CREATE TABLE zzz.part PARTITION OF zzz.t DEFAULT;
             CREATE INDEX ON zzz.t (id) WHERE contracts.ship_manifest_is_valid(manifest);
             CREATE VIEW aaa.v AS SELECT id, contracts.ship_manifest_is_valid(manifest) FROM zzz.t;
             CREATE MATERIALIZED VIEW zzz.m AS SELECT id FROM aaa.t WHERE contracts.ship_manifest(manifest);
             CREATE TABLE bound (manifest jsonb, good boolean GENERATED ALWAYS AS
                 (contracts.ship_manifest_is_valid(manifest)) STORED);
             SELECT contract.bind('bound', 'manifest', 'ship_manifest');
             INSERT INTO aaa.t VALUES (1, {old}, {old}, {old}), (2, {new}, NULL, {new});
             INSERT INTO zzz.t VALUES (1, {old}), (2, {new});
             INSERT INTO bound VALUES ({old}), ({new});
             SELECT contract.raise_floor('ship_manifest', 2);
             REFRESH MATERIALIZED VIEW zzz.m;
             GRANT CREATE ON SCHEMA contracts TO dock;
             REVOKE EXECUTE ON FUNCTION contracts.a_draft FROM PUBLIC",
            old = ada(1),
            new = ada(2)
        ),
    ]
    .join(";\n")
}

const MAKE_ROLE: &str = "DO $$ BEGIN CREATE ROLE dock; EXCEPTION WHEN duplicate_object THEN END $$";

/// What is registered and bound, and the documents.
fn state(database: &mut Client) -> Vec<String> {
    let queries = [
        "SELECT format('%s %s %s %s %s', oid::regprocedure, provolatile, proisstrict, proparallel, proacl)
             || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'contracts'::regnamespace",
        "SELECT h::text FROM contract.history AS h",
        "SELECT a::text FROM contract.aliases AS a",
        "SELECT t::text FROM contract.types() AS t",
        "SELECT b::text FROM contract.bindings AS b",
        "SELECT contract.manifest(name) FROM contract.types()",
        "SELECT pg_describe_object(classid, objid, objsubid) FROM contract.definitions AS d, contract.dependents(d.oid)",
        "SELECT nspacl::text FROM pg_namespace WHERE nspname = 'contracts'",
        "SELECT t::text FROM aaa.t",
        "SELECT t::text FROM zzz.t",
        "SELECT t::text FROM zzz.m AS t",
        "SELECT t::text FROM bound AS t",
    ];
    let mut state = Vec::new();
    for query in queries {
        let rows = database
            .query(
                &format!("SELECT x FROM ({query}) AS q (x) ORDER BY x COLLATE \"C\""),
                &[],
            )
            .unwrap_or_else(|error| panic!("{query}: {}", failure(&error)));
        state.push(format!("{query}: {}", rows.len()));
        state.extend(
            rows.iter()
                .map(|row| row.get::<_, Option<String>>(0).unwrap_or_default()),
        );
    }
    state
}

/// What was restored still refuses, still takes the older version where that may be, and can be registered on.
fn assert_works(restored: &mut Client) {
    for (sql, code) in [
        (format!("INSERT INTO aaa.t VALUES (9, {})", ada(1)), None),
        (
            "INSERT INTO aaa.t VALUES (9, '{}')".to_owned(),
            Some("23514"),
        ),
        (
            "INSERT INTO aaa.t (id, ship) VALUES (9, '{}')".to_owned(),
            Some("23514"),
        ),
        (
            "INSERT INTO aaa.t (id, other) VALUES (9, '{}')".to_owned(),
            Some("23514"),
        ),
        (format!("INSERT INTO zzz.t VALUES (1, {})", ada(1)), None),
        (
            "INSERT INTO zzz.t VALUES (1, '{}')".to_owned(),
            Some("23514"),
        ),
        (format!("INSERT INTO bound VALUES ({})", ada(2)), None),
        (
            format!("INSERT INTO bound VALUES ({})", ada(1)),
            Some("23514"),
        ),
        ("UPDATE bound SET manifest = manifest".to_owned(), None),
        (register(&manifest("vessel", &[first()])), Some("42P17")),
        (register(&manifest("later", &[first()])), None),
    ] {
        let result = restored.batch_execute(&format!("BEGIN; {sql}"));
        let got = result.err().map(|error| failure(&error));
        assert_eq!(
            got.as_ref().map(|failure| failure.code.as_str()),
            code,
            "{sql}: {got:?}"
        );
        restored.batch_execute("ROLLBACK").expect("an end");
    }
    let text: String = restored
        .query_one("SELECT contract.manifest('ship_manifest')", &[])
        .expect("a manifest")
        .get(0);
    let again = format!(
        "SELECT change FROM contract.register({0}, {0})",
        quoted(&text)
    );
    let change: String = restored
        .query_one(&again, &[])
        .expect("it is the same")
        .get(0);
    assert_eq!(change, "unchanged");
}

/// Dumps into a folder by one call of `pg_dump` for each list of options, and restores the dumps one
/// after the other into a new database, where all must be as it was.
#[track_caller]
fn assert_restores(dumps: &[&[&str]], setting: &str) {
    let cluster = Cluster::shared();
    let mut original = Database::new();
    original.execute_all(&format!("{MAKE_ROLE}; {}", fill()));
    let mut restored = Database::bare("TEMPLATE template0");
    if !setting.is_empty() {
        restored.execute_all(&format!("ALTER DATABASE {} SET {setting}", restored.name()));
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (number, options) in dumps.iter().enumerate() {
        let dump = folder.path().join(number.to_string());
        let dump = dump.to_str().expect("a UTF-8 path");
        let _ = cluster.run(
            "pg_dump",
            &[options, &["-f", dump, original.name()][..]].concat(),
        );
        if options.contains(&"-Fp") {
            psql(&restored, Path::new(dump));
        } else {
            let jobs: &[&str] = if options.contains(&"-Ft") {
                &[]
            } else {
                &["-j", "2"]
            };
            let arguments = [jobs, &["--exit-on-error", "-d", restored.name(), dump]].concat();
            let _ = cluster.run("pg_restore", &arguments);
        }
    }
    if dumps.len() > 1 {
        restored.execute_all("REFRESH MATERIALIZED VIEW zzz.m");
    }
    let mut restored_client = restored.connect_as("postgres");
    restored_client
        .batch_execute("RESET ALL; SET search_path = public")
        .expect("a setting");
    let before = state(&mut original);
    assert_eq!(state(&mut restored_client), before);
    assert!(
        before
            .iter()
            .any(|line| line.contains("versions below 2 retired"))
    );
    assert_eq!(schema(&restored), schema(&original));
    assert_works(&mut restored_client);
}

#[test]
fn a_plain_dump_restores_whole() {
    assert_restores(&[&["-Fp"]], "");
}

#[test]
fn a_custom_dump_restores_whole_with_parallel_jobs() {
    assert_restores(&[&["-Fc"]], "");
}

#[test]
fn a_directory_dump_restores_whole_with_parallel_jobs() {
    assert_restores(&[&["-Fd", "-j", "2"]], "");
}

#[test]
fn a_tar_dump_restores_whole() {
    assert_restores(&[&["-Ft"]], "");
}

#[test]
fn a_dump_of_the_schema_and_one_of_the_data_restore_whole() {
    for format in ["-Fp", "-Fc"] {
        let schema: &[&str] = &[format, "--schema-only"];
        let data: &[&str] = &[format, "--data-only", "--disable-triggers"];
        if format == "-Fp" {
            assert_restores(&[schema, data], "");
        } else {
            assert_restores(&[schema, &["-Fp", "--data-only", "--disable-triggers"]], "");
        }
    }
}

/// Whatever the database that it is restored into has for a search path.
#[test]
fn a_dump_restores_under_another_search_path() {
    assert_restores(&[&["-Fp"]], "search_path = zzz, contracts, contract");
    assert_restores(&[&["-Fc"]], "search_path = ''");
}

/// The dump of a whole cluster, into another.
#[test]
fn a_dump_of_the_cluster_restores_whole() {
    let (old, new) = (Cluster::start(), Cluster::start());
    let mut original = old.connect("postgres", "postgres");
    original
        .batch_execute(&format!(
            "CREATE EXTENSION jsonb_contract; {MAKE_ROLE}; {}",
            fill()
        ))
        .expect("it is filled");
    let dump = old.run("pg_dumpall", &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("dump.sql");
    // The role that connects is there in every cluster.
    fs::write(&file, dump.replace("CREATE ROLE postgres;\n", "")).expect("a file");
    let file = file.to_str().expect("a UTF-8 path");
    let _ = new.run(
        "psql",
        &[
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            "postgres",
            "-f",
            file,
        ],
    );
    let mut restored = new.connect("postgres", "postgres");
    assert_eq!(state(&mut restored), state(&mut original));
    assert_works(&mut restored);
}

#[test]
fn a_cluster_is_upgraded_whole() {
    let old = Cluster::start();
    let mut original = old.connect("postgres", "postgres");
    original
        .batch_execute(&format!(
            "CREATE EXTENSION jsonb_contract; {MAKE_ROLE}; {}",
            fill()
        ))
        .expect("it is filled");
    let before = state(&mut original);
    drop(original);
    let new = old.upgraded();
    let mut upgraded = new.connect("postgres", "postgres");
    assert_eq!(state(&mut upgraded), before);
    assert_works(&mut upgraded);
}

/// A table that is dumped alone does not bring the contract type along, and says so when it is restored.
#[test]
fn a_table_alone_does_not_restore_without_its_contract_type() {
    let mut original = Database::new();
    registered(&mut original, &ship(&[first()]));
    original
        .execute_all("CREATE TABLE t (manifest jsonb CHECK (contracts.ship_manifest(manifest)))");
    let dump = Cluster::shared().run("pg_dump", &["-t", "t", original.name()]);
    let create = dump
        .split(";\n")
        .find(|statement| statement.contains("CREATE TABLE"))
        .expect("the table");
    let mut restored = Database::new();
    assert_eq!(restored.fails(create).code, "42883");
    let contract: Value = serde_json::from_str(
        &original.value::<String>("SELECT contract.manifest('ship_manifest')"),
    )
    .expect("JSON");
    registered(&mut restored, &contract);
    restored.execute_all(create);
}
