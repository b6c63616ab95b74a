//! A dump of the demo database restores whole: plain, and as a directory with parallel jobs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};
use tests::{Cluster, Database};

/// A file of SQL, run by `psql` in one database.
#[track_caller]
fn psql(database: &Database, file: &Path) {
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

fn sql() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../sql")
}

/// The migrations of the NEXUS tables, in order, without their endings.
fn migrations() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(sql().join("nexus"))
        .expect("the migrations are there")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".up.sql").map(str::to_owned))
        .collect();
    names.sort();
    assert_eq!(names.len(), 3);
    names
}

/// A database with the NEXUS tables and their CHECKs.
fn nexus() -> Database {
    let database = Database::bare("");
    for name in migrations() {
        psql(&database, &sql().join(format!("nexus/{name}.up.sql")));
    }
    database
}

/// The demo database: the NEXUS tables with documents of every contract type.
fn demo() -> Database {
    let database = nexus();
    psql(&database, &sql().join("demo/10_documents.sql"));
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
    contents
}

/// The schema as `pg_dump` writes it, without the random key that it prints.
fn schema(database: &Database) -> String {
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
    // And what was restored still refuses.
    let refused = restored.fails("UPDATE nexus_cases SET metadata = metadata - 'type'");
    assert_eq!(refused.code, "23514");
}

/// The demo database with what a dump has to get right: a constraint that is not validated over rows
/// that violate it, and a table whose name sorts before the extension's schema.
fn demo_with_a_dirty_table() -> Database {
    let mut database = demo();
    let documents: i64 = database.value("SELECT count(*) FROM nexus_cases");
    assert!(documents > 100, "{documents} cases");
    database.execute_all(
        "CREATE TABLE aaa (document jsonb);
         INSERT INTO aaa VALUES ('{\"legacy\": true}'), (NULL);
         ALTER TABLE aaa ADD CONSTRAINT aaa_contract
             CHECK (contract.check('session_data', document)) NOT VALID",
    );
    database
}

#[test]
fn a_plain_dump_restores_whole() {
    let mut original = demo_with_a_dirty_table();
    let dump = Cluster::shared().run("pg_dump", &[original.name()]);
    let mut restored = Database::bare("TEMPLATE template0");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("dump.sql");
    fs::write(&file, dump).expect("the dump can be written");
    psql(&restored, &file);
    assert_same(&mut original, &mut restored);
}

#[test]
fn a_directory_dump_restores_whole_with_parallel_jobs() {
    let mut original = demo_with_a_dirty_table();
    let folder = tempfile::tempdir().expect("a folder");
    let dump = folder.path().join("dump");
    let dump = dump.to_str().expect("a UTF-8 path");
    let cluster = Cluster::shared();
    let _ = cluster.run("pg_dump", &["-Fd", "-j", "2", "-f", dump, original.name()]);
    let mut restored = Database::bare("TEMPLATE template0");
    let arguments = ["-j", "2", "--exit-on-error", "-d", restored.name(), dump];
    let _ = cluster.run("pg_restore", &arguments);
    assert_same(&mut original, &mut restored);
}

/// Every migration's way back, and up again, to the same schema.
#[test]
fn the_migrations_go_down_and_up_again() {
    let original = nexus();
    let before = schema(&original);
    for name in migrations().iter().rev() {
        psql(&original, &sql().join(format!("nexus/{name}.down.sql")));
    }
    assert!(!schema(&original).contains("nexus_"), "nothing is left");
    for name in migrations() {
        psql(&original, &sql().join(format!("nexus/{name}.up.sql")));
    }
    assert_eq!(schema(&original), before);
}

/// A physical replica has the extension's state, for there is none outside the catalog.
#[test]
fn a_standby_gives_the_same_verdicts() {
    let original = demo();
    let cluster = Cluster::shared();
    let folder = tempfile::Builder::new()
        .prefix("jsonb-contract-standby-")
        .tempdir_in("/tmp")
        .expect("a folder in /tmp");
    let standby = cluster.standby(folder.path());
    let verdicts = |host: &Path| {
        let sql =
            "SELECT count(*), count(*) FILTER (WHERE contract.is_valid('case_metadata', metadata)),
                       (SELECT count(*) FROM contract.errors('case_metadata', '{}'))
                   FROM nexus_cases";
        let output = cluster
            .program("psql")
            .env("PGHOST", host)
            .args(["-X", "-At", "-d", original.name(), "-c", sql])
            .stdin(Stdio::null())
            .output()
            .expect("psql can be started");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert_eq!(verdicts(standby.socket()), verdicts(cluster.socket()));
    assert!(verdicts(standby.socket()).ends_with("|3\n"));
}
