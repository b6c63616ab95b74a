//! `CALL contract.upgrade_column`: stored rows to the newest version, in batches.

use crate::{case_of, literal};
use postgres::Client;
use std::{
    process::Command,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};
use tests::{Cluster, Database, failure};

/// A bound table with `rows` documents of version 1, and a trigger that counts what happens to each.
fn fill(client: &mut Client, rows: i32) {
    client
        .batch_execute(&format!(
            "CREATE TABLE cases (id int PRIMARY KEY, metadata jsonb, updates int NOT NULL DEFAULT 0);
             INSERT INTO cases SELECT i, {} || jsonb_build_object('custom_fields', jsonb_build_object('n', i))
             FROM generate_series(1, {rows}) i;
             SELECT contract.bind('cases', 'metadata', 'case_metadata');
             CREATE FUNCTION count_updates() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN NEW.updates := OLD.updates + 1; RETURN NEW; END $$;
             CREATE TRIGGER count_updates BEFORE UPDATE ON cases
                 FOR EACH ROW EXECUTE FUNCTION count_updates()",
            literal(&case_of(1))
        ))
        .unwrap_or_else(|error| panic!("{}", failure(&error)));
}

/// Rows of version 2, rows in all, and whether each row of version 2 was updated once, others never.
fn state(client: &mut Client) -> (i64, i64, bool) {
    let row = client
        .query_one(
            "SELECT count(*) FILTER (WHERE contract.schema_version(metadata) = 2), count(*),
                 bool_and(updates = contract.schema_version(metadata) - 1
                     AND metadata -> 'custom_fields' ->> 'n' = id::text)
             FROM cases",
            &[],
        )
        .expect("the state");
    (row.get(0), row.get(1), row.get(2))
}

/// What the procedure returns: upgraded, failed, locked.
#[track_caller]
fn call(client: &mut Client, arguments: &str) -> (i64, i64, i64) {
    match client.query_one(&format!("CALL contract.upgrade_column({arguments})"), &[]) {
        Ok(row) => (row.get(0), row.get(1), row.get(2)),
        Err(error) => panic!("{}", failure(&error)),
    }
}

#[test]
fn every_row_is_upgraded_once() {
    let mut database = Database::new();
    fill(&mut database, 5000);
    assert_eq!(
        call(&mut database, "'cases', 'metadata', 700"),
        (5000, 0, 0)
    );
    assert_eq!(state(&mut database), (5000, 5000, true));
    assert_eq!(call(&mut database, "'cases', 'metadata'"), (0, 0, 0));
    assert_eq!(state(&mut database), (5000, 5000, true));
    let valid: i64 = database
        .value("SELECT count(*) FROM cases WHERE contract.is_valid('case_metadata', metadata)");
    assert_eq!(valid, 5000);
}

/// Killed in the middle of 100,000 rows and run again.
#[test]
fn sigkill_loses_nothing() {
    let cluster = Cluster::start();
    let mut client = cluster.connect("postgres", "postgres");
    client
        .batch_execute("CREATE EXTENSION jsonb_contract")
        .expect("the extension");
    fill(&mut client, 100_000);
    let mut worker = cluster.connect("postgres", "postgres");
    let backend: i32 = worker
        .query_one("SELECT pg_backend_pid()", &[])
        .expect("a backend")
        .get(0);
    let upgrade = thread::spawn(move || {
        worker.batch_execute("CALL contract.upgrade_column('cases', 'metadata', 500)")
    });
    while state(&mut client).0 < 10_000 {
        thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill")
        .args(["-9", &backend.to_string()])
        .status()
        .expect("kill runs");
    assert!(killed.success());
    upgrade
        .join()
        .expect("the thread ends")
        .expect_err("the session was killed");
    // The server restarts all its processes after that.
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut client = loop {
        let answer = cluster
            .program("psql")
            .args(["-Xc", "SELECT 1"])
            .output()
            .expect("psql runs");
        if answer.status.success() {
            break cluster.connect("postgres", "postgres");
        }
        assert!(Instant::now() < deadline, "the server did not come back");
        thread::sleep(Duration::from_millis(100));
    };
    let (done, rows, intact) = state(&mut client);
    assert!((10_000..100_000).contains(&done), "{done} rows were done");
    assert_eq!((rows, intact), (100_000, true));
    assert_eq!(
        call(&mut client, "'cases', 'metadata'"),
        (100_000 - done, 0, 0)
    );
    assert_eq!(state(&mut client), (100_000, 100_000, true));
}

#[test]
fn locked_rows_are_left_for_the_next_round() {
    let mut database = Database::new();
    fill(&mut database, 1000);
    let mut other = database.connect_as("postgres");
    other
        .batch_execute("BEGIN; SELECT FROM cases WHERE id BETWEEN 100 AND 149 FOR UPDATE")
        .expect("locks");
    assert_eq!(
        call(&mut database, "'cases', 'metadata', 100"),
        (950, 0, 50)
    );
    other.batch_execute("COMMIT").expect("unlocked");
    assert_eq!(call(&mut database, "'cases', 'metadata', 100"), (50, 0, 0));
    assert_eq!(state(&mut database), (1000, 1000, true));
}

#[test]
fn rows_that_cannot_be_upgraded_are_reported_and_left() {
    let mut database = Database::new();
    // Under a CHECK that is NOT VALID there may be rows that are no documents of the contract.
    database.execute_all(&format!(
        "CREATE TABLE cases (a text, b int, metadata jsonb, PRIMARY KEY (b, a));
         INSERT INTO cases SELECT 'k' || i % 7, i, {} || CASE WHEN i % 100 = 50
             THEN '{{\"surprise\": \"my secret\"}}'::jsonb ELSE '{{}}' END FROM generate_series(1, 400) i;
         SELECT contract.bind('cases', 'metadata', 'case_metadata')",
        literal(&case_of(1))
    ));
    let notices = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&notices);
    let mut client = postgres::Config::new()
        .host_path(Cluster::shared().socket())
        .user("postgres")
        .dbname(database.name())
        .notice_callback(move |notice| {
            let line = format!("{}: {}", notice.severity(), notice.message());
            told.lock()
                .expect("no panic")
                .push((line, notice.detail().map(str::to_owned)));
        })
        .connect(postgres::NoTls)
        .expect("a connection");
    assert_eq!(call(&mut client, "'cases', 'metadata', 64"), (396, 4, 0));
    let told = notices.lock().expect("no panic").clone();
    let warnings: Vec<_> = told
        .iter()
        .filter(|(line, _)| line.starts_with("WARNING"))
        .collect();
    assert_eq!(warnings.len(), 4, "{told:#?}");
    assert_eq!(
        warnings[0].0,
        "WARNING: row (b, a) = (50, k1) of cases cannot be upgraded: \
         document violates contract type \"case_metadata\""
    );
    assert_eq!(
        warnings[0].1.as_deref(),
        Some("/surprise: key \"surprise\" is not allowed (version 1)")
    );
    let notices: Vec<&str> = told
        .iter()
        .map(|(line, _)| line.as_str())
        .filter(|line| line.starts_with("NOTICE"))
        .collect();
    assert_eq!(
        notices,
        [
            "NOTICE: upgrade of cases.metadata to version 2 of case_metadata: 400 rows to do",
            "NOTICE: 396 rows upgraded, 4 could not be upgraded, 0 were locked",
        ]
    );
    assert_eq!(
        database
            .value::<i64>("SELECT count(*) FROM cases WHERE contract.schema_version(metadata) = 1"),
        4
    );
}

#[test]
fn row_level_security_that_would_hide_rows_is_refused() {
    let mut database = Database::new();
    fill(&mut database, 10);
    database.execute_all(
        "CREATE ROLE cases_owner LOGIN; ALTER TABLE cases OWNER TO cases_owner;
         ALTER TABLE cases ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    );
    let mut owner = database.connect_as("cases_owner");
    let error = owner
        .batch_execute("CALL contract.upgrade_column('public.cases', 'metadata')")
        .expect_err("all rows would be hidden");
    let refused = failure(&error);
    assert_eq!(refused.code, "42501");
    assert_eq!(
        refused.message,
        "row-level security of relation \"public.cases\" would hide rows from role \"cases_owner\""
    );
    owner
        .batch_execute("ALTER TABLE public.cases NO FORCE ROW LEVEL SECURITY")
        .expect("the owner may");
    assert_eq!(call(&mut owner, "'public.cases', 'metadata'"), (10, 0, 0));
    drop(owner);
    database.execute_all("DROP TABLE cases; DROP OWNED BY cases_owner; DROP ROLE cases_owner");
}

#[test]
fn partitioned_tables_and_odd_names() {
    let mut database = Database::new();
    database.execute_all(&format!(
        "CREATE TABLE \"Odd Cases\" (\"Key 1\" int PRIMARY KEY, \"Doc\" jsonb) PARTITION BY RANGE (\"Key 1\");
         CREATE TABLE p1 PARTITION OF \"Odd Cases\" FOR VALUES FROM (0) TO (500);
         CREATE TABLE p2 PARTITION OF \"Odd Cases\" DEFAULT;
         INSERT INTO \"Odd Cases\" SELECT i, {} FROM generate_series(1, 1000) i;
         SELECT contract.bind('\"Odd Cases\"', 'Doc', 'case_metadata'); SET search_path = ''",
        literal(&case_of(1)).replace("::jsonb", "::pg_catalog.jsonb")
    ));
    assert_eq!(
        call(&mut database, "'public.\"Odd Cases\"', 'Doc', 300"),
        (1000, 0, 0)
    );
    let left: i64 = database.value(
        "SELECT pg_catalog.count(*) FROM public.\"Odd Cases\" WHERE contract.schema_version(\"Doc\") < 2",
    );
    assert_eq!(left, 0);
}

/// A connection that keeps what the server says beside its answers.
fn listening(database: &Database) -> (Client, Arc<Mutex<Vec<String>>>) {
    let notices = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&notices);
    let client = postgres::Config::new()
        .host_path(Cluster::shared().socket())
        .user("postgres")
        .dbname(database.name())
        .notice_callback(move |notice| {
            let line = format!("{}: {}", notice.severity(), notice.message());
            told.lock().expect("no panic").push(line);
        })
        .connect(postgres::NoTls)
        .expect("a connection");
    (client, notices)
}

#[test]
fn rows_that_a_trigger_leaves_as_they_are_are_reported() {
    let mut database = Database::new();
    fill(&mut database, 20);
    database.execute_all(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF OLD.id = 3 THEN RETURN NULL; END IF;
             IF OLD.id = 5 THEN NEW.metadata := OLD.metadata; END IF;
             RETURN NEW; END $$;
         CREATE TRIGGER keep BEFORE UPDATE ON cases FOR EACH ROW EXECUTE FUNCTION keep()",
    );
    let (mut client, notices) = listening(&database);
    assert_eq!(call(&mut client, "'cases', 'metadata', 10"), (18, 2, 0));
    let told = notices.lock().expect("no panic").join("\n");
    assert!(
        told.contains("2 rows of cases up to (id) = (10) were left as they are by a trigger"),
        "{told}"
    );
}

#[test]
fn documents_without_a_version_are_reported() {
    let mut database = Database::new();
    database.execute_all(&format!(
        "CREATE TABLE cases (id int PRIMARY KEY, metadata jsonb);
         INSERT INTO cases VALUES (1, '{{}}'), (2, NULL), (3, '[1]'), (4, {}), (5, {} || '{{\"_schema_version\": 7}}');
         SELECT contract.bind('cases', 'metadata', 'case_metadata')",
        literal(&case_of(1)),
        literal(&case_of(2)),
    ));
    let (mut client, notices) = listening(&database);
    assert_eq!(call(&mut client, "'cases', 'metadata'"), (1, 3, 0));
    let told = notices.lock().expect("no panic").join("\n");
    for id in [1, 3, 5] {
        assert!(
            told.contains(&format!("row (id) = ({id}) of cases cannot be upgraded")),
            "{told}"
        );
    }
}

/// Keys whose text depends on settings, and on collations.
#[test]
fn keys_of_any_type_are_gone_along() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE DOMAIN code AS text COLLATE \"C\";
         SET TimeZone = 'Asia/Kolkata'; SET DateStyle = 'SQL, DMY'; SET extra_float_digits = -3;
         SET IntervalStyle = 'sql_standard'",
    );
    for key in [
        "timestamptz '2025-01-22 10:00:00.123456+00' + i * interval '7 hours 1 second'",
        "(i * pi())::float8",
        "CASE i WHEN 7 THEN 'NaN'::float8 ELSE -i / 3.0 END",
        "make_interval(secs => i * 1000.25)",
        "md5(i::text)::uuid",
        "('a, b\"{' || i)::text",
        "('k' || i)::code",
        "(i * 1.10)::numeric",
        "date '2025-01-31' + i",
    ] {
        database.execute_all(&format!(
            "DROP TABLE IF EXISTS cases;
             CREATE TABLE cases AS SELECT {key} AS \"the, key\", {} || CASE WHEN i % 10 = 5
                 THEN '{{\"surprise\": 1}}'::jsonb ELSE '{{}}' END AS metadata FROM generate_series(1, 100) i;
             ALTER TABLE cases ADD PRIMARY KEY (\"the, key\");
             SELECT contract.bind('cases', 'metadata', 'case_metadata')",
            literal(&case_of(1))
        ));
        assert_eq!(
            call(&mut database, "'cases', 'metadata', 7"),
            (90, 10, 0),
            "{key}"
        );
    }
}

/// Operators and functions of another schema are not taken for those of Postgres.
#[test]
fn nothing_of_a_hostile_schema_is_run() {
    let mut database = Database::new();
    database.execute_all(&format!(
        "CREATE TABLE cases (id varchar PRIMARY KEY, metadata jsonb);
         INSERT INTO cases SELECT 'k' || i, {} FROM generate_series(1, 50) i;
         SELECT contract.bind('cases', 'metadata', 'case_metadata');
         CREATE FUNCTION evil(varchar, varchar) RETURNS bool LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'captured'; END $$;
         CREATE FUNCTION evil(regclass, regclass) RETURNS bool LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'captured'; END $$;
         CREATE FUNCTION evil(int, int) RETURNS bool LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'captured'; END $$;
         CREATE FUNCTION count(bigint) RETURNS bigint LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'captured'; END $$;
         CREATE OPERATOR > (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = evil);
         CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = evil);
         CREATE OPERATOR = (LEFTARG = regclass, RIGHTARG = regclass, FUNCTION = evil);
         CREATE OPERATOR < (LEFTARG = int, RIGHTARG = int, FUNCTION = evil)",
        literal(&case_of(1))
    ));
    assert_eq!(call(&mut database, "'cases', 'metadata', 20"), (50, 0, 0));
}

#[test]
fn two_runs_at_once_share_the_work() {
    let mut database = Database::new();
    fill(&mut database, 20_000);
    let runs: Vec<_> = (0..2)
        .map(|_| {
            let mut client = database.connect_as("postgres");
            thread::spawn(move || call(&mut client, "'cases', 'metadata', 100").0)
        })
        .collect();
    let upgraded: i64 = runs
        .into_iter()
        .map(|run| run.join().expect("it ends"))
        .sum();
    assert_eq!(upgraded, 20_000);
    assert_eq!(state(&mut database), (20_000, 20_000, true));
}

#[test]
fn what_cannot_be_run_says_why() {
    let mut database = Database::new();
    let in_a_block = database.fails("BEGIN; CALL contract.upgrade_column('pg_class', 'relname')");
    assert_eq!(in_a_block.code, "2D000");
    database.execute_all("ROLLBACK");
    database.execute_all(
        "CREATE TABLE unbound (id int PRIMARY KEY, d jsonb); CREATE TABLE keyless (d jsonb);
         SELECT contract.bind('keyless', 'd', 'case_metadata')",
    );
    for (arguments, code, message) in [
        (
            "'unbound', 'd'",
            "42704",
            "column \"d\" of relation \"public.unbound\" is bound to no contract type",
        ),
        (
            "'keyless', 'd'",
            "55000",
            "relation \"public.keyless\" has no primary key to go along",
        ),
        ("'keyless', 'd', 0", "22023", "a batch has at least one row"),
    ] {
        let failure = database.fails(&format!("CALL contract.upgrade_column({arguments})"));
        assert_eq!(
            (failure.code.as_str(), failure.message.as_str()),
            (code, message)
        );
    }
}
