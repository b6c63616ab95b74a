//! Draft, active, deprecated, archived; and versions that are retired.

use super::{document, first, manifest, refused, register, registered, second, ship};
use crate::literal;
use serde_json::{Value, json};
use tests::{Database, Session, failure};

fn with_status(mut manifest: Value, status: &str) -> Value {
    manifest["status"] = json!(status);
    manifest
}

/// A ship's document of a version, as an SQL literal.
fn ada(version: i32) -> String {
    literal(&document(version, &json!({"ship": "Ada"})))
}

/// The same manifest as a release that changes no version.
fn released(mut manifest: Value, release: &str) -> Value {
    manifest["release"] = json!(release);
    manifest
}

const BIND: &str = "SELECT contract.bind('t', 'manifest', 'ship_manifest')";
const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, manifest jsonb)";

#[test]
fn a_draft_is_not_bound_and_may_change() {
    let mut database = Database::new();
    let draft = |schema: &Value| with_status(ship(std::slice::from_ref(schema)), "draft");
    assert_eq!(registered(&mut database, &draft(&first())), "new");
    database.execute_all(TABLE);
    let failure = database.fails(BIND);
    assert_eq!(failure.code, "55000");
    assert_eq!(
        failure.message,
        "contract type \"ship_manifest\" is a draft: no column can be bound to it"
    );
    assert_eq!(
        failure.hint,
        "A manifest with status \"active\", registered, makes it possible."
    );
    // What it accepts may change, in any way, without a new version.
    let mut other = first();
    other["properties"] = json!({"ship": {"type": "integer"}});
    assert_eq!(registered(&mut database, &draft(&other)), "changed");
    assert!(!database.value::<bool>(&format!(
        "SELECT contracts.ship_manifest_is_valid({})",
        ada(1)
    )));
    assert_eq!(registered(&mut database, &draft(&first())), "changed");
    assert!(database.value::<bool>(&format!(
        "SELECT contracts.ship_manifest_is_valid({})",
        ada(1)
    )));
    // Once in force, it may no longer.
    assert_eq!(registered(&mut database, &ship(&[first()])), "changed");
    database.execute_all(BIND);
    assert_eq!(refused(&mut database, &ship(&[other])).code, "42P17");
}

#[test]
fn a_draft_that_something_depends_on_accepts_what_it_did() {
    let mut database = Database::new();
    let draft = |schema: &Value| with_status(ship(std::slice::from_ref(schema)), "draft");
    registered(&mut database, &draft(&first()));
    let mut other = first();
    other["required"] = json!(["ship", "crew"]);
    for (make, name) in [
        (
            "CREATE TABLE t (manifest jsonb CHECK (contracts.ship_manifest(manifest)))",
            "constraint t_manifest_check on table public.t",
        ),
        (
            "CREATE TABLE t (manifest jsonb CHECK (contracts.ship_manifest_is_valid(manifest)))",
            "constraint t_manifest_check on table public.t",
        ),
        (
            "CREATE TABLE t (manifest jsonb);
             CREATE INDEX good ON t ((1)) WHERE contracts.ship_manifest_is_valid(manifest)",
            "index public.good",
        ),
    ] {
        database.execute_all(make);
        let failure = refused(&mut database, &draft(&other));
        assert_eq!(failure.code, "42P17");
        assert_eq!(
            failure.detail,
            format!("It would accept other documents than before, and {name} depends on it.")
        );
        assert_eq!(failure.hint, "Make the change a new version.");
        let mut described = first();
        described["properties"]["crew"]["description"] = json!(make);
        assert_eq!(registered(&mut database, &draft(&described)), "changed");
        database.execute_all("DROP TABLE t");
    }
    assert_eq!(registered(&mut database, &draft(&other)), "changed");
}

#[test]
fn binding_a_deprecated_type_warns_and_an_archived_one_is_not_bound() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    database.execute_all(&format!("{TABLE}; {BIND}"));
    let deprecated = with_status(released(ship(&[first()]), "1.1.0"), "deprecated");
    assert_eq!(registered(&mut database, &deprecated), "changed");
    database.execute_all("CREATE TABLE u (manifest jsonb)");
    assert_eq!(
        database.warnings("SELECT contract.bind('u', 'manifest', 'ship_manifest')"),
        ["contract type \"ship_manifest\" is deprecated"]
    );
    let archived = with_status(released(ship(&[first()]), "1.2.0"), "archived");
    assert_eq!(registered(&mut database, &archived), "changed");
    database.execute_all("CREATE TABLE v (manifest jsonb)");
    let failure = database.fails("SELECT contract.bind('v', 'manifest', 'ship_manifest')");
    assert_eq!(failure.code, "55000");
    assert_eq!(
        failure.message,
        "contract type \"ship_manifest\" is archived: no column can be bound to it"
    );
    // What is bound goes on.
    database.execute_all(&format!("INSERT INTO t VALUES (1, {})", ada(1)));
    assert_eq!(
        database.fails("INSERT INTO t VALUES (2, '{}')").code,
        "23514"
    );
    let rows = database.query(
        "SELECT format('%s %s', \"table\", check_present AND guard_enabled) FROM contract.bindings ORDER BY 1",
        &[],
    );
    let bound: Vec<String> = rows
        .expect("the view")
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(bound, ["t t", "u t"]);
    let status: String =
        database.value("SELECT status FROM contract.types() WHERE name = 'ship_manifest'");
    assert_eq!(status, "archived");
}

#[test]
fn versions_are_retired_once_no_row_has_them() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first(), second()]));
    database.execute_all(&format!(
        "{TABLE}; {BIND}; INSERT INTO t VALUES (1, {}), (2, {}), (3, NULL)",
        ada(1),
        ada(2)
    ));
    let failure = database.fails("SELECT contract.retire('ship_manifest', 2)");
    assert_eq!(failure.code, "55000");
    assert_eq!(
        failure.message,
        "column \"manifest\" of relation \"public.t\" holds documents of versions below 2"
    );
    assert_eq!(failure.detail, "Number of documents: 1.");
    assert_eq!(
        failure.hint,
        "CALL contract.upgrade_column('public.t', 'manifest') brings them to the newest version."
    );
    // Nor is it done on the side, by a manifest that leaves the version out.
    let mut raised = released(ship(&[first(), second()]), "2.1.0");
    raised["min_version"] = json!(2);
    raised["versions"] = json!([{"version": 2, "schema": second()}]);
    let failure = refused(&mut database, &raised);
    assert_eq!(failure.detail, "/min_version: rises from 1 to 2");
    assert_eq!(
        failure.hint,
        "contract.retire raises it, once no older document is stored"
    );
    database.execute_all("CALL contract.upgrade_column('t', 'manifest')");
    database.execute_all("SELECT contract.retire('ship_manifest', 2)");
    let row = database
        .query_one(
            "SELECT release, min_version, max_version FROM contract.types() WHERE name = 'ship_manifest'",
            &[],
        )
        .expect("it is there");
    assert_eq!(
        (
            row.get::<_, String>(0),
            row.get::<_, i32>(1),
            row.get::<_, i32>(2)
        ),
        ("2.1.0".to_owned(), 2, 2)
    );
    let last: String = database.value(
        "SELECT format('%s %s %s %s', release, versions, registered_by, change)
         FROM contract.history OFFSET 1",
    );
    assert_eq!(last, "2.1.0 {} postgres versions below 2 retired");
    assert_eq!(
        database
            .fails(&format!("INSERT INTO t VALUES (4, {})", ada(1)))
            .code,
        "23514"
    );
    database.execute_all(&format!("INSERT INTO t VALUES (4, {})", ada(2)));
    // The manifest that is left is the one that a registry in files has to have now.
    let left: String = database.value("SELECT contract.manifest('ship_manifest')");
    let left: Value = serde_json::from_str(&left).expect("JSON");
    assert_eq!(left["min_version"], json!(2));
    assert_eq!(registered(&mut database, &left), "unchanged");
}

#[test]
fn what_cannot_be_retired() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first(), second()]));
    for (call, code, message) in [
        (
            "'case_metadata', 2",
            "0A000",
            "contract type \"case_metadata\" is built in",
        ),
        ("'ship', 2", "42704", "contract type \"ship\" is not known"),
        (
            "'ship_manifest', 1",
            "22023",
            "version 1 is the lowest already",
        ),
        (
            "'ship_manifest', NULL",
            "22004",
            "below_version must not be null",
        ),
        (
            "'ship_manifest', 3",
            "22023",
            "the lowest version can be raised to 2 only",
        ),
    ] {
        let failure = database.fails(&format!("SELECT contract.retire({call})"));
        assert_eq!(
            (failure.code.as_str(), failure.message.as_str()),
            (code, message)
        );
    }
    // Where its documents are is not known of these.
    for (make, name) in [
        (
            "CREATE DOMAIN manifests AS jsonb CHECK (contracts.ship_manifest(VALUE))",
            "constraint manifests_check",
        ),
        (
            "CREATE TABLE pairs (a jsonb, b jsonb,
                 CONSTRAINT pair CHECK (contracts.ship_manifest_is_valid(a) OR contracts.ship_manifest(b)))",
            "constraint pair on table public.pairs",
        ),
    ] {
        database.execute_all(make);
        let failure = database.fails("SELECT contract.retire('ship_manifest', 2)");
        assert_eq!(failure.code, "55000");
        assert_eq!(
            failure.detail,
            format!("{name} uses it in a form whose documents cannot be looked through.")
        );
        database.execute_all("DROP DOMAIN IF EXISTS manifests; DROP TABLE IF EXISTS pairs");
    }
    let mut client = database.connect_as("postgres");
    let error = client
        .batch_execute(
            "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT contract.retire('ship_manifest', 2)",
        )
        .expect_err("an older snapshot");
    assert_eq!(failure(&error).code, "25001");
}

/// An older row is found wherever it is: in a partition, in a child, under a constraint made by hand.
#[test]
fn older_rows_are_found_everywhere() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first(), second()]));
    for make in [
        "CREATE TABLE t (id int, manifest jsonb) PARTITION BY LIST (id);
         CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (id);
         CREATE TABLE t2 PARTITION OF t1 FOR VALUES IN (1);
         SELECT contract.bind('t', 'manifest', 'ship_manifest')",
        "CREATE TABLE p (id int, manifest jsonb) PARTITION BY LIST (id);
         CREATE TABLE t PARTITION OF p DEFAULT;
         SELECT contract.bind('t', 'manifest', 'ship_manifest')",
        "CREATE TABLE p (id int, manifest jsonb, CHECK (contracts.ship_manifest(manifest)));
         CREATE TABLE t () INHERITS (p)",
        "CREATE TABLE t (id int, manifest jsonb CHECK (contracts.ship_manifest(manifest)))",
        "CREATE TABLE t (id int, manifest jsonb CHECK (contracts.ship_manifest_is_valid(manifest)))",
        "CREATE TABLE t (id int, manifest jsonb,
             CHECK (contracts.ship_manifest(manifest) AND contract.schema_version(manifest) >= 1))",
        "CREATE TABLE t (id int, manifest jsonb);
         ALTER TABLE t ADD CHECK (contracts.ship_manifest(manifest)) NOT VALID",
        "CREATE UNLOGGED TABLE t (id int, manifest jsonb);
         SELECT contract.bind('t', 'manifest', 'ship_manifest');
         ALTER TABLE t DROP CONSTRAINT t_manifest_contract",
    ] {
        database.execute_all(&format!("{make}; INSERT INTO t VALUES (1, {})", ada(1)));
        let failure = database.fails("SELECT contract.retire('ship_manifest', 2)");
        assert_eq!(failure.code, "55000", "{make}: {failure}");
        assert_eq!(failure.detail, "Number of documents: 1.", "{make}");
        database.execute_all("DROP TABLE t; DROP TABLE IF EXISTS p");
    }
    database.execute_all("SELECT contract.retire('ship_manifest', 2)");
}

/// Rows that row-level security hides from who retires are not taken for none.
#[test]
fn hidden_rows_are_not_overlooked() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE ROLE harbour LOGIN; GRANT CREATE ON SCHEMA contracts, public TO harbour",
    );
    let mut owner = database.connect_as("harbour");
    owner
        .batch_execute(&format!(
            "{}; {TABLE}; {BIND}; INSERT INTO t VALUES (1, {});
             ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
             CREATE POLICY none ON t USING (false)",
            register(&ship(&[first(), second()])),
            ada(1)
        ))
        .expect("the owner may");
    let rows: i64 = owner
        .query_one("SELECT count(*) FROM t", &[])
        .expect("a count")
        .get(0);
    assert_eq!(rows, 0, "hidden");
    for setting in ["on", "off"] {
        let error = owner
            .batch_execute(&format!(
                "SET row_security = {setting}; SELECT contract.retire('ship_manifest', 2)"
            ))
            .expect_err("rows are hidden");
        assert_eq!(failure(&error).code, "42501", "{}", failure(&error));
    }
    // Who sees all of them is told.
    let failure = database.fails("SELECT contract.retire('ship_manifest', 2)");
    assert_eq!(failure.detail, "Number of documents: 1.", "{failure}");
    drop(owner);
    database.execute_all("DROP OWNED BY harbour; DROP ROLE harbour");
}

#[test]
fn a_writer_in_flight_is_waited_for() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first(), second()]));
    database.execute_all(&format!("{TABLE}; {BIND}"));
    let mut writer = Session::new(&database);
    let mut retiring = Session::new(&database);
    let write = format!("INSERT INTO t VALUES (1, {})", ada(1));
    let retire = "SELECT contract.retire('ship_manifest', 2)";

    // Its row is there when it has ended.
    writer.run(&format!("BEGIN; {write}"));
    retiring.blocks(&mut database, retire);
    writer.run("COMMIT");
    let failure = retiring.wait().expect_err("an older row");
    assert_eq!(failure.detail, "Number of documents: 1.", "{failure}");
    database.execute_all("DELETE FROM t");

    // Who comes later waits, and meets the new definition: whatever is prepared, at any isolation.
    for isolation in ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"] {
        writer.run(&format!(
            "SET plan_cache_mode = force_generic_plan; PREPARE write AS {write};
             BEGIN; EXECUTE write; ROLLBACK;
             BEGIN ISOLATION LEVEL {isolation}; SELECT count(*) FROM pg_class"
        ));
        retiring.run(&format!("BEGIN; {retire}"));
        writer.blocks(&mut database, "EXECUTE write");
        retiring.run("COMMIT");
        let failure = writer.wait().expect_err("version 1 is no longer");
        assert_eq!(failure.code, "23514", "{isolation}: {failure}");
        writer.run("ROLLBACK; DEALLOCATE ALL");
        // Once more, from the beginning.
        database.execute_all("DROP FUNCTION contracts.ship_manifest CASCADE");
        registered(&mut database, &ship(&[first(), second()]));
        database.execute_all(&format!("DROP TABLE t; {TABLE}; {BIND}"));
    }
}

/// Contract types are retired one by one.
#[test]
fn another_contract_type_keeps_its_versions() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first(), second()]));
    registered(
        &mut database,
        &manifest("boat_manifest", &[first(), second()]),
    );
    database.execute_all(&format!(
        "{TABLE}; SELECT contract.bind('t', 'manifest', 'boat_manifest');
         INSERT INTO t VALUES (1, {} || '{{\"type\": \"boat_manifest\"}}');
         SELECT contract.retire('ship_manifest', 2)",
        ada(1)
    ));
    let lowest: i32 =
        database.value("SELECT min_version FROM contract.types() WHERE name = 'boat_manifest'");
    assert_eq!(lowest, 1);
}
