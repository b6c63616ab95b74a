//! A dump of the demo database restores whole: plain, and as a directory with parallel jobs.

use std::path::Path;
use tests::{Cluster, Database, nexus};

/// A file of SQL, run by `psql` in one database.
#[track_caller]
pub fn psql(database: &Database, file: &Path) {
    let file = file.to_str().expect("a UTF-8 path");
    let arguments = [
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-d",
        database.name(),
        "-f",
        file,
    ];
    let _ = Cluster::shared().run("psql", &arguments);
}

/// The demo database: the NEXUS tables with documents of every contract type.
fn demo() -> Database {
    let database = Database::nexus();
    psql(&database, &nexus::sql().join("demo/10_documents.sql"));
    database
}

/// What is in a database: rows and a digest of each table, constraints with their state.
fn contents(database: &mut Database) -> Vec<String> {
    let tables: Vec<String> = database
        .query(
            "SELECT oid::regclass::text FROM pg_class
             WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname",
            &[],
        )
        .expect("the catalog")
        .iter()
        .map(|row| row.get(0))
        .collect();
    let mut contents: Vec<String> = tables
        .iter()
        .map(|table| {
            let digest: String = database.value(&format!(
                "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\n' ORDER BY t::text)), '')
                 FROM {table} t"
            ));
            format!("{table} {digest}")
        })
        .collect();
    contents.extend(
        database
            .query(
                "SELECT conrelid::regclass || ' ' || conname || ' ' || convalidated || ' '
                     || pg_get_constraintdef(oid)
                 FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1",
                &[],
            )
            .expect("the catalog")
            .iter()
            .map(|row| row.get::<_, String>(0)),
    );
    contents.extend(
        database
            .query(
                "SELECT pg_get_triggerdef(oid) || ' ' || tgenabled::text FROM pg_trigger
                 WHERE NOT tgisinternal ORDER BY 1",
                &[],
            )
            .expect("the catalog")
            .iter()
            .map(|row| row.get::<_, String>(0)),
    );
    contents
}

/// The schema as `pg_dump` writes it, without the random key that it prints.
pub fn schema(database: &Database) -> String {
    let dump = Cluster::shared().run("pg_dump", &["--schema-only", database.name()]);
    dump.lines()
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"))
        .fold(String::new(), |text, line| text + line + "\n")
}

#[track_caller]
fn assert_same(original: &mut Database, restored: &mut Database) {
    let before = contents(original);
    let is_contract = |line: &&String| line.contains("contract.\"check\"(");
    assert_eq!(before.iter().filter(is_contract).count(), 20);
    assert_eq!(contents(restored), before);
    assert_eq!(schema(restored), schema(original));
    // And what was restored still refuses: by the CHECK, and by the guard.
    let refused = restored.fails(
        "UPDATE nexus_cases SET metadata = metadata - 'type'
         WHERE contract.schema_version(metadata) = 2",
    );
    assert!(
        refused.message.starts_with("document violates"),
        "{refused}"
    );
    let refused = restored.fails(
        "UPDATE nexus_cases SET metadata = metadata || '{\"priority\": 1}'
         WHERE contract.schema_version(metadata) = 1",
    );
    assert!(
        refused
            .message
            .ends_with("version 1 is below the write floor 2"),
        "{refused}"
    );
}

/// The demo database with what a dump has to get right: rows below a write floor, a constraint that is
/// not validated over rows that violate it, and a table whose name sorts before the extension's schema.
fn demo_with_old_and_dirty_rows() -> Database {
    let mut database = demo();
    database.execute_all(
        "SELECT contract.raise_floor('case_metadata', 2);
         CREATE TABLE aaa (document jsonb);
         INSERT INTO aaa VALUES ('{\"legacy\": true}'), (NULL);
         ALTER TABLE aaa ADD CONSTRAINT aaa_contract
             CHECK (contract.check('session_data', document)) NOT VALID",
    );
    let below: i64 = database
        .value("SELECT count(*) FROM nexus_cases WHERE contract.schema_version(metadata) = 1");
    assert!(below > 100, "{below} cases are below the floor");
    database
}

/// Dumps the database into a folder by one call of `pg_dump` for each list of options, and restores
/// the dumps one after the other into a new database, where all must be as it was.
#[track_caller]
fn assert_restores(dumps: &[&[&str]]) {
    let cluster = Cluster::shared();
    let mut original = demo_with_old_and_dirty_rows();
    if dumps.len() > 1 {
        original.execute_all("DELETE FROM aaa WHERE document IS NOT NULL");
    }
    let mut restored = Database::bare("TEMPLATE template0");
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
            let jobs: &[&str] = if options.contains(&"-Fd") {
                &["-j", "2"]
            } else {
                &[]
            };
            let arguments = [jobs, &["--exit-on-error", "-d", restored.name(), dump]].concat();
            let _ = cluster.run("pg_restore", &arguments);
        }
    }
    assert_same(&mut original, &mut restored);
}

#[test]
fn a_plain_dump_restores_whole() {
    assert_restores(&[&["-Fp"]]);
}

#[test]
fn a_custom_dump_restores_whole() {
    assert_restores(&[&["-Fc"]]);
}

#[test]
fn a_directory_dump_restores_whole_with_parallel_jobs() {
    assert_restores(&[&["-Fd", "-j", "2"]]);
}

/// Constraints and triggers are there before the data then: rows that violate a constraint which is not
/// validated cannot come back that way, in any database; and triggers want `--disable-triggers`.
#[test]
fn a_dump_of_the_schema_and_one_of_the_data_restore_whole() {
    assert_restores(&[
        &["-Fp", "--schema-only"],
        &["-Fp", "--data-only", "--disable-triggers"],
    ]);
}
