//! Where migrations are run, what is said of those that fail, and that nothing is left.

use super::{MATRIX, collect};
use postgres::Client;
use serde_json::Value;
use std::{
    env, fs,
    process::{Command, Stdio},
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};
use tests::{Cluster, Folder, Run, Variables, nexus};

/// A cluster that no other test makes databases in, for one test at a time.
struct Alone {
    cluster: &'static Cluster,
    _turn: MutexGuard<'static, ()>,
}

impl Alone {
    fn new() -> Self {
        static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);
        static TURN: Mutex<()> = Mutex::new(());
        Self {
            _turn: TURN.lock().unwrap_or_else(PoisonError::into_inner),
            cluster: &CLUSTER,
        }
    }

    fn client(&self) -> Client {
        self.cluster.connect("postgres", "postgres")
    }

    fn execute(&self, sql: &str) {
        self.client().batch_execute(sql).expect(sql);
    }

    fn variables(&self, role: &str, database: &str) -> Variables {
        self.cluster.variables(role, database)
    }

    /// The databases and private servers that are left of runs.
    fn left(&self) -> Vec<String> {
        let rows = self
            .client()
            .query(
                "SELECT datname::text FROM pg_database WHERE datname LIKE '%scratch%'",
                &[],
            )
            .expect("the catalog");
        let folders = fs::read_dir(env::temp_dir()).expect("a folder").flatten();
        let folders = folders.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let folders = folders.filter(|name| name.starts_with("jsonb-contract-scratch-"));
        rows.iter().map(|row| row.get(0)).chain(folders).collect()
    }

    #[track_caller]
    fn drift(&self, folder: &Folder, arguments: &[&str]) -> Run {
        let run = folder.run(&self.variables("postgres", "postgres"), &drift(arguments));
        assert_eq!(self.left(), [""; 0]);
        run
    }
}

fn drift<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let check = [
        "drift",
        "--matrix",
        "matrix.json",
        "--check",
        "DRIFT-01",
        "--no-reports",
    ];
    [&check, arguments].concat()
}

fn folder(migrations: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    folder.write("matrix.json", MATRIX);
    for (name, text) in migrations {
        folder.write(&format!("migrations/{name}"), text);
    }
    folder
}

#[test]
fn a_database_made_by_psql_is_as_its_migrations() {
    let alone = Alone::new();
    alone.execute("DROP DATABASE IF EXISTS shop");
    alone.execute("CREATE DATABASE shop");
    for name in nexus::migrations() {
        let file = nexus::sql().join(format!("nexus/{name}.up.sql"));
        let file = file.to_str().expect("UTF-8");
        let _ = alone.cluster.run(
            "psql",
            &["-qX", "-v", "ON_ERROR_STOP=1", "-d", "shop", "-f", file],
        );
    }
    let folder = folder(&[]);
    let (variables, migrations) = (
        alone.variables("postgres", "shop"),
        nexus::sql().join("nexus"),
    );
    let migrations = migrations.to_str().expect("UTF-8");
    let nothing = (
        0,
        String::new(),
        "DRIFT-01 schema diff: no findings\n".to_owned(),
    );
    for scratch in ["server", "private"] {
        let arguments = drift(&["--migrations", migrations, "--scratch", scratch]);
        assert_eq!(folder.run(&variables, &arguments), nothing, "{scratch}");
        assert_eq!(alone.left(), [""; 0]);
        let snapshot = [
            "snapshot",
            "--migrations",
            migrations,
            "--scratch",
            scratch,
            "-o",
            "migrated.json",
        ];
        assert_eq!(folder.run(&variables, &snapshot).0, 0, "{scratch}");
        assert_eq!(
            folder.run(&variables, &drift(&["--migrated", "migrated.json"])),
            nothing
        );
    }
    let url = format!(
        "postgres:///postgres?host={}&user=postgres",
        alone.cluster.socket().display()
    );
    let arguments = drift(&["--migrations", migrations, "--scratch-url", &url]);
    assert_eq!(folder.run(&variables, &arguments), nothing);
    assert_eq!(alone.left(), [""; 0]);
}

#[test]
fn a_migration_that_fails_is_told_with_its_place() {
    let alone = Alone::new();
    for (text, said) in [
        (
            "CREATE TABLE é (a int);\nSELECT 'é', nope FROM é;",
            "migrations/2_b.up.sql:2:13: column \"nope\" does not exist",
        ),
        (
            "CREATE TABLE t (b int);\n-- again\n  CREATE TABLE t (b int);",
            "migrations/2_b.up.sql:3:3: relation \"t\" already exists",
        ),
        (
            "-- no-transaction\nBEGIN;\nCREATE TABLE t (b int);\nALTER TABLE a ADD CHECK (x > 1);\nCOMMIT;",
            "migrations/2_b.up.sql:4:1: column \"x\" does not exist",
        ),
        (
            "SELECT 1;\n\\set x 1\n",
            "migrations/2_b.up.sql:2:1: syntax error at or near \"\\\"\n  \
             tip: commands of psql cannot be run; a migration is SQL alone",
        ),
        (
            "-- no-transaction\nBEGIN; CREATE TABLE t (b int);",
            "migrations/2_b.up.sql: the transaction is left open\n  tip: COMMIT ends what BEGIN began",
        ),
        (
            "INSERT INTO a VALUES (1), (1);",
            "migrations/2_b.up.sql: duplicate key value violates unique constraint \"a_a_key\"",
        ),
        (
            "SELECT 1;\nCREATE ROLE somebody;",
            "migrations/2_b.up.sql:2:1: this would change roles, which belong to the whole server\n  \
             tip: --scratch private runs it in a server of its own",
        ),
        (
            "ALTER DATABASE postgres SET jit = off;",
            "migrations/2_b.up.sql:1:1: this would change other databases or the server itself",
        ),
    ] {
        let first = "CREATE TABLE a (a int UNIQUE DEFERRABLE INITIALLY DEFERRED);";
        let folder = folder(&[
            ("1_a.sql", first),
            ("2_b.up.sql", text),
            ("2_b.down.sql", ""),
        ]);
        let (code, report, errors) = alone.drift(&folder, &["--migrations", "migrations"]);
        // The report has a line for each finding.
        let all = format!("{report}{errors}").replace("\\n", "\n");
        assert!(code == 3 && all.contains(said), "{text}: {code} {all}");
    }
    let there: i64 = alone
        .client()
        .query_one(
            "SELECT count(*) FROM pg_roles WHERE rolname = 'somebody'",
            &[],
        )
        .expect("the catalog")
        .get(0);
    assert_eq!(there, 0);
}

#[test]
fn what_is_no_folder_of_migrations_is_refused() {
    let alone = Alone::new();
    let lone = folder(&[("1_a.sql", "SELECT 1"), ("2_b.down.sql", "SELECT 1")]);
    let (code, _, errors) = alone.drift(&lone, &["--migrations", "migrations"]);
    let said = "migrations/2_b.down.sql: there is no .up.sql that it would undo";
    assert!(code == 2 && errors.contains(said), "{code} {errors}");
    let (code, _, errors) = alone.drift(&lone, &["--migrations", "elsewhere"]);
    assert!(
        code == 2 && errors.contains("elsewhere cannot be read"),
        "{code} {errors}"
    );
    let (code, report, errors) = alone.drift(&lone, &[]);
    let all = format!("{report}{errors}");
    assert!(
        code == 3 && all.contains("what the migrations make is not known"),
        "{code} {all}"
    );
    let (code, _, errors) = alone.drift(&lone, &["--scratch", "private"]);
    assert!(
        code == 2 && errors.contains("--migrations"),
        "{code} {errors}"
    );
}

#[test]
fn a_snapshot_has_no_server() {
    let alone = Alone::new();
    let folder = folder(&[("1_a.sql", "CREATE TABLE public.a (b int);")]);
    let snapshot = ["snapshot", "-o", "live.json"];
    assert_eq!(
        folder
            .run(&alone.variables("postgres", "postgres"), &snapshot)
            .0,
        0
    );
    let arguments = ["--snapshot", "live.json", "--migrations", "migrations"];
    let (code, _, errors) = alone.drift(&folder, &arguments);
    assert!(
        code == 2 && errors.contains("a snapshot has no server"),
        "{code} {errors}"
    );
    let arguments = [
        &arguments[..],
        &["--scratch", "private", "--format", "json"],
    ]
    .concat();
    let (code, report, _) = alone.drift(&folder, &arguments);
    let mut found = Vec::new();
    let report: Value = serde_json::from_str(&report).expect("JSON");
    collect(&report, &mut found);
    assert_eq!(
        (code, found),
        (1, vec!["table-missing: table  a: not there".to_owned()])
    );
}

#[test]
fn without_the_right_to_make_a_database() {
    let alone = Alone::new();
    alone.execute("DROP ROLE IF EXISTS drift_limited; CREATE ROLE drift_limited LOGIN");
    let folder = folder(&[("1_a.sql", "SELECT 1")]);
    let arguments = drift(&["--migrations", "migrations"]);
    let (code, report, errors) =
        folder.run(&alone.variables("drift_limited", "postgres"), &arguments);
    let all = format!("{report}{errors}");
    for said in [
        "no scratch database for the migrations: permission denied to create database",
        "a role with CREATEDB may, or --scratch-url names another server, or --scratch private makes one",
    ] {
        assert!(code == 3 && all.contains(said), "{code} {all}");
    }
    assert_eq!(alone.left(), [""; 0]);
}

#[test]
fn roles_that_a_block_makes_are_told() {
    let alone = Alone::new();
    alone.execute("DROP ROLE IF EXISTS drift_made");
    let text = "DO $$ BEGIN CREATE ROLE drift_made; END $$;";
    let folder = folder(&[("1_a.sql", text)]);
    let (code, _, errors) = alone.drift(&folder, &["--migrations", "migrations"]);
    let said = "it has new ones since the migrations were run: drift_made";
    assert!(code == 0 && errors.contains(said), "{code} {errors}");
    alone.execute("DROP ROLE drift_made");
    let private = ["--migrations", "migrations", "--scratch", "private"];
    let (code, _, errors) = alone.drift(&folder, &private);
    assert_eq!(
        (code, errors.as_str()),
        (0, "DRIFT-01 schema diff: no findings\n")
    );
}

#[test]
fn an_interrupt_leaves_nothing() {
    let alone = Alone::new();
    let folder = folder(&[("1_a.sql", "SELECT pg_catalog.pg_sleep(600)")]);
    for scratch in ["server", "private"] {
        let arguments = drift(&["--migrations", "migrations", "--scratch", scratch]);
        let mut command = folder.command(&alone.variables("postgres", "postgres"), &arguments);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        while alone.left().is_empty() {
            assert!(
                child.try_wait().expect("a child").is_none(),
                "it ended too early"
            );
            thread::sleep(Duration::from_millis(20));
        }
        let interrupt = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(interrupt.expect("kill runs").success());
        let ended = child.wait().expect("a child");
        assert_eq!(
            (ended.code(), alone.left()),
            (Some(130), Vec::new()),
            "{scratch}"
        );
    }
}
