//! DRIFT-05 and the server agree: what the check accepts stops every UPDATE, and what it calls bypassable is bypassed.

use serde_json::{Value, json};
use tests::{Cluster, Database, Folder};

/// A table whose columns `a` and `n` are immutable, and functions for triggers.
const TABLE: &str = "
    DROP TABLE IF EXISTS t CASCADE;
    CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL, n varchar(20), k integer,
        g integer GENERATED ALWAYS AS (a) STORED);
    INSERT INTO t VALUES (1, 1, NULL, 0);
    CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION ''immutable''; END';
    CREATE OR REPLACE FUNCTION compare() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF NEW.a IS DISTINCT FROM OLD.a OR NEW.n IS DISTINCT FROM OLD.n THEN
                RAISE EXCEPTION 'immutable';
            END IF;
            RETURN NEW;
        END $$;
    CREATE OR REPLACE FUNCTION compare_in_updates() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NEW.a IS DISTINCT FROM OLD.a THEN
                    RAISE EXCEPTION 'immutable';
                ELSIF NEW.n IS DISTINCT FROM OLD.n THEN
                    RAISE EXCEPTION 'immutable';
                END IF;
            END IF;
            RETURN NEW;
        END $$;
    CREATE OR REPLACE FUNCTION rewrite() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN NEW.a := 7; NEW.n := ''x''; RETURN NEW; END';
";

/// What two triggers have in common: when they are called.
const WHEN: &str = "WHEN (OLD.a IS DISTINCT FROM NEW.a OR OLD.n IS DISTINCT FROM NEW.n)";

fn folder(immutable: &[&str]) -> Folder {
    let row: Value = json!({
        "line": 1, "table": {"schema": "public", "name": "t"}, "purpose": null, "semantic_role": null,
        "tenant_scope": null, "derived_scope_proof": null, "rls_required": null, "core_columns": [],
        "immutable_columns": immutable, "extra_columns": [], "jsonb_columns": [], "contract_types": [],
        "rls_policy": null, "index_requirements": null, "index_justification": null,
        "promotion_candidates": null, "owner": null, "adapter_owner": null, "validator_owner": null,
        "test_coverage": null, "compliance_level": null, "status": null,
    });
    let check = json!({
        "line": 2, "id": "DRIFT-05", "validates": null, "input": null, "artifact": null, "severity": null,
        "owner": "arch", "eta": "7 days", "risk": "high", "implemented": true,
    });
    let matrix = json!({
        "version": null, "owner": "arch", "tables": [row], "contracts": [], "promotions": [],
        "row_security": [], "bypass_roles": [], "checks": [check], "deprecations": [],
    });
    let folder = Folder::new();
    folder.write("guardrail.json", &matrix.to_string());
    folder
}

/// `rule kind name` of each finding.
#[track_caller]
fn drift(folder: &Folder, database: &Database) -> Vec<String> {
    let (code, stdout, stderr) = folder.run(
        &Cluster::shared().variables("postgres", database.name()),
        &[
            "drift",
            "--check",
            "DRIFT-05",
            "--matrix",
            "guardrail.json",
            "--no-reports",
            "--format",
            "json",
        ],
    );
    let report: Value =
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}{stderr}"));
    let mut found = Vec::new();
    collect(&report, &mut found);
    assert_eq!(code, i32::from(!found.is_empty()), "{stdout}{stderr}");
    found
}

/// The findings in a report, wherever they are.
fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(fields) => {
            if let (Some(Value::String(rule)), Some(object)) =
                (fields.get("rule"), fields.get("object"))
            {
                found.push(format!("{rule} {}", text(object)));
            } else {
                fields.values().for_each(|value| collect(value, found));
            }
        }
        _ => {}
    }
}

fn text(object: &Value) -> String {
    match object {
        Value::String(text) => text.clone(),
        _ => format!(
            "{} {}",
            object["kind"].as_str().expect("a kind"),
            object["name"].as_str().unwrap_or("t")
        ),
    }
}

fn row(database: &mut Database) -> String {
    database.value("SELECT string_agg(t::text, ' ') FROM t")
}

#[test]
fn what_is_accepted_stops_every_update() {
    // A BEFORE trigger rewrites the row: after those that compare late, before those that compare last.
    const EARLY: &str =
        "CREATE TRIGGER aa BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION rewrite()";
    const LATE: &str =
        "CREATE TRIGGER zz BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION rewrite()";
    let folder = folder(&["a", "n"]);
    let mut database = Database::bare("");
    for (triggers, rewriting) in [
        (format!("CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW {WHEN} EXECUTE FUNCTION refuse()"), LATE),
        ("CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION refuse()".to_owned(), LATE),
        ("CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION compare()".to_owned(), LATE),
        ("CREATE TRIGGER m AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION compare_in_updates()".to_owned(), LATE),
        ("CREATE TRIGGER m AFTER INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION refuse()".to_owned(), LATE),
        ("CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION refuse()".to_owned(), LATE),
        ("CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW WHEN (NOT (OLD.n IS NOT DISTINCT FROM NEW.n AND OLD.a = NEW.a)) EXECUTE FUNCTION refuse()".to_owned(), LATE),
        ("CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.a <> NEW.a OR OLD.n IS DISTINCT FROM NEW.n) EXECUTE FUNCTION refuse()".to_owned(), LATE),
        ("CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW WHEN ((OLD.a, OLD.n) IS DISTINCT FROM (NEW.a, NEW.n)) EXECUTE FUNCTION refuse()".to_owned(), LATE),
        (
            "CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.a <> NEW.a) EXECUTE FUNCTION refuse();
             CREATE TRIGGER l AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.n IS DISTINCT FROM NEW.n) EXECUTE FUNCTION refuse()".to_owned(),
            LATE,
        ),
        (format!("CREATE CONSTRAINT TRIGGER m AFTER UPDATE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {WHEN} EXECUTE FUNCTION refuse()"), LATE),
        (format!("CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW {WHEN} EXECUTE FUNCTION refuse(); ALTER TABLE t ENABLE ALWAYS TRIGGER m"), LATE),
        (format!("CREATE TRIGGER m BEFORE UPDATE ON t FOR EACH ROW {WHEN} EXECUTE FUNCTION refuse()"), EARLY),
        ("CREATE TRIGGER m BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION compare()".to_owned(), EARLY),
        (
            format!(
                "CREATE TRIGGER m BEFORE UPDATE ON t FOR EACH ROW {WHEN} EXECUTE FUNCTION refuse();
                 CREATE TRIGGER n BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION compare()"
            ),
            EARLY,
        ),
    ] {
        database.execute_all(TABLE);
        database.execute_all(&triggers);
        assert_eq!(drift(&folder, &database), [""; 0], "{triggers}");
        let before = row(&mut database);
        for update in ["UPDATE t SET a = 2", "UPDATE t SET n = 'y'", "UPDATE t SET k = 1, a = a + 1",
            "INSERT INTO t VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET a = 5"] {
            let failure = database.fails(update);
            assert_eq!(failure.message, "immutable", "{triggers}: {update}");
        }
        database.execute_all(rewriting);
        assert_eq!(drift(&folder, &database), [""; 0], "{triggers}; {rewriting}");
        let failure = database.fails("UPDATE t SET k = 1");
        assert_eq!(failure.message, "immutable", "{triggers}; {rewriting}");
        assert_eq!(row(&mut database), before, "{triggers}");
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table of cases")]
fn what_is_bypassable_is_bypassed() {
    const LATE: &str =
        "CREATE TRIGGER zz BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION rewrite()";
    const OPEN: &str = "CREATE OR REPLACE FUNCTION open() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.a IS DISTINCT FROM OLD.a OR NEW.n IS DISTINCT FROM OLD.n THEN
                RAISE EXCEPTION 'immutable';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION open()";
    const SWALLOW: &str =
        "CREATE OR REPLACE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'immutable';
        EXCEPTION WHEN OTHERS THEN RETURN NEW;
        END $$;
        CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION swallow()";
    const EVIL: &str = "CREATE SCHEMA evil;
        CREATE FUNCTION evil.same(integer, integer) RETURNS boolean LANGUAGE sql AS 'SELECT true';
        CREATE OPERATOR evil.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = evil.same);
        SET search_path = evil, pg_catalog, public; UPDATE public.t SET a = 2; RESET search_path;
        DROP SCHEMA evil CASCADE";
    let folder = folder(&["a", "n"]);
    let mut database = Database::bare("");
    let on = |head: &str, when: &str| {
        format!("CREATE TRIGGER m {head} ON t FOR EACH ROW {when} EXECUTE FUNCTION refuse()")
    };
    for (triggers, bypass, expected) in [
        (
            on("BEFORE UPDATE", WHEN) + ";" + LATE,
            "UPDATE t SET k = 1",
            "immutability-trigger-bypassable trigger m",
        ),
        (
            on("BEFORE UPDATE OF a, n", WHEN) + ";" + LATE,
            "UPDATE t SET k = 1",
            "immutability-trigger-bypassable trigger m",
        ),
        (
            on("AFTER UPDATE OF a, n", ""),
            &format!("{LATE}; UPDATE t SET k = 1"),
            "immutability-trigger-bypassable trigger m",
        ),
        (
            on("AFTER UPDATE OF a, n", WHEN),
            &format!("{LATE}; UPDATE t SET k = 1"),
            "immutability-trigger-bypassable trigger m",
        ),
        (
            on("AFTER UPDATE", "WHEN (OLD.a <> NEW.a OR OLD.n <> NEW.n)"),
            "UPDATE t SET n = 'y'",
            "immutability-trigger-condition trigger m",
        ),
        (
            on(
                "AFTER UPDATE",
                "WHEN ((OLD.a <> NEW.a OR OLD.n IS DISTINCT FROM NEW.n) AND NEW.k = 0)",
            ),
            "UPDATE t SET a = 2, k = 1",
            "immutability-trigger-condition trigger m",
        ),
        (
            on("AFTER UPDATE", "WHEN (OLD.a <> NEW.a)"),
            "UPDATE t SET n = 'y'",
            "immutable-column-without-trigger column n",
        ),
        (
            on("AFTER UPDATE", WHEN) + "; ALTER TABLE t DISABLE TRIGGER m",
            "UPDATE t SET a = 2",
            "immutability-trigger-disabled trigger m",
        ),
        (
            on("AFTER UPDATE", WHEN) + "; ALTER TABLE t ENABLE REPLICA TRIGGER m",
            "UPDATE t SET a = 2",
            "immutability-trigger-disabled trigger m",
        ),
        (
            on("AFTER INSERT OR DELETE", ""),
            "UPDATE t SET a = 2",
            "immutable-columns-without-trigger table t",
        ),
        (
            OPEN.to_owned(),
            EVIL,
            "immutability-trigger-bypassable trigger m",
        ),
        (
            SWALLOW.to_owned(),
            "UPDATE t SET a = 2",
            "immutability-trigger-unproven trigger m",
        ),
    ] {
        database.execute_all(TABLE);
        database.execute_all(&triggers);
        let found = drift(&folder, &database);
        assert_eq!(found.len(), 1, "{triggers}: {found:?}");
        assert!(found[0].starts_with(expected), "{triggers}: {found:?}");
        database.execute_all(bypass);
        let changed: bool = database.value("SELECT a <> 1 OR n IS NOT NULL FROM t");
        assert!(changed, "{triggers}: {bypass}");
    }
}

#[test]
fn a_generated_column_changes_with_its_columns() {
    let folder = folder(&["g"]);
    let mut database = Database::bare("");
    database.execute_all(TABLE);
    database.execute_all(
        "CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.g IS DISTINCT FROM NEW.g) EXECUTE FUNCTION refuse()",
    );
    assert_eq!(drift(&folder, &database), [""; 0]);
    assert_eq!(database.fails("UPDATE t SET a = 2").message, "immutable");
}

#[test]
fn a_row_moves_past_an_after_trigger_unless_its_key_is_fixed() {
    const PARTITIONED: &str = "
        DROP TABLE IF EXISTS t CASCADE;
        CREATE TABLE t (id integer, a integer, k integer NOT NULL) PARTITION BY LIST (k);
        CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
        CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
        INSERT INTO t VALUES (1, 1, 1);
        CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN RAISE EXCEPTION ''immutable''; END';
        CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a)
            EXECUTE FUNCTION refuse();";
    const MOVE: &str = "UPDATE t SET a = 2, k = 2";
    let folder = folder(&["a"]);
    let mut database = Database::bare("");
    database.execute_all(PARTITIONED);
    assert_eq!(database.fails("UPDATE t SET a = 2").message, "immutable");
    let found = drift(&folder, &database);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("immutability-trigger-bypassable trigger m"),
        "{found:?}"
    );
    database.execute_all(MOVE);
    assert_eq!(row(&mut database), "(1,2,2)");

    // With a fixed key; and without a trigger on one of the partitions.
    database.execute_all(PARTITIONED);
    database.execute_all(
        "CREATE TRIGGER key BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.k IS DISTINCT FROM NEW.k) EXECUTE FUNCTION refuse()",
    );
    assert_eq!(drift(&folder, &database), [""; 0]);
    assert_eq!(database.fails(MOVE).message, "immutable");
    assert_eq!(database.fails("UPDATE t_1 SET a = 2").message, "immutable");
    database.execute_all("ALTER TABLE t_1 DISABLE TRIGGER m");
    let found = drift(&folder, &database);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("immutability-trigger-disabled trigger m"),
        "{found:?}"
    );
    database.execute_all("UPDATE t SET a = 2");
    assert_eq!(row(&mut database), "(1,2,1)");
}

#[test]
fn a_child_has_triggers_of_its_own() {
    let folder = folder(&["a"]);
    let mut database = Database::bare("");
    database.execute_all(TABLE);
    database.execute_all(
        "CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.a <> NEW.a) EXECUTE FUNCTION refuse();
         CREATE TABLE child () INHERITS (t); DELETE FROM t; INSERT INTO child VALUES (2, 1)",
    );
    let found = drift(&folder, &database);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("immutable-columns-without-trigger table"),
        "{found:?}"
    );
    database.execute_all("UPDATE t SET a = 2");
    assert_eq!(database.value::<i32>("SELECT a FROM t"), 2);
}
