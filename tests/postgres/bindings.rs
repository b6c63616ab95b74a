//! Binding, unbinding, raising a floor, and what the catalog says is in force.

use crate::{case_of, literal};
use tests::{Database, failure};

/// The bindings, a text each.
fn bindings(database: &mut Database) -> Vec<String> {
    database
        .query(
            "SELECT concat_ws(' ', \"table\", \"column\", contract_type, check_present, check_validated,
                              guard_present, guard_enabled, floor)
             FROM contract.bindings ORDER BY 1",
            &[],
        )
        .expect("the view")
        .iter()
        .map(|row| row.get(0))
        .collect()
}

#[test]
fn a_binding_is_check_guard_and_comment() {
    let mut database = Database::new();
    database.execute_all(&format!(
        "CREATE TABLE cases (metadata jsonb); INSERT INTO cases VALUES ('{{}}'), ({});
         SELECT contract.bind('cases', 'metadata', 'case_metadata')",
        literal(&case_of(1))
    ));
    assert_eq!(
        bindings(&mut database),
        ["cases metadata case_metadata t f t t 1"]
    );
    let comment: String = database.value(
        "SELECT obj_description(oid, 'pg_trigger') FROM pg_trigger WHERE tgname = '~contract_guard_metadata'",
    );
    assert_eq!(
        comment,
        "Keeps versions of case_metadata in column metadata from going down; write floor 1."
    );
    let validate = "SELECT contract.validate_binding('cases', 'metadata')";
    assert_eq!(database.fails(validate).code, "23514");
    database.execute_all("DELETE FROM cases WHERE metadata = '{}'");
    database.execute_all(validate);
    assert_eq!(
        bindings(&mut database),
        ["cases metadata case_metadata t t t t 1"]
    );
    database.execute_all("SELECT contract.raise_floor('case_metadata', 2)");
    assert_eq!(
        bindings(&mut database),
        ["cases metadata case_metadata t t t t 2"]
    );
    database.execute_all("SELECT contract.unbind('cases', 'metadata')");
    assert!(bindings(&mut database).is_empty());
    assert_eq!(
        database.value::<i64>("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"),
        0
    );
    assert_eq!(
        database
            .value::<i64>("SELECT count(*) FROM pg_constraint WHERE conrelid = 'cases'::regclass"),
        0
    );
}

#[test]
fn names_that_need_quotes() {
    let mut database = Database::new();
    database.execute_all(
        r#"CREATE SCHEMA "my schema"; CREATE TABLE "my schema"."Order's ""T""" ("select" jsonb, "größe" jsonb);
           SELECT contract.bind('"my schema"."Order''s ""T"""', 'select', 'case_metadata');
           SELECT contract.bind('"my schema"."Order''s ""T"""', 'größe', 'session_data')"#,
    );
    assert_eq!(
        bindings(&mut database),
        [
            r#""my schema"."Order's ""T""" größe session_data t f t t 1"#,
            r#""my schema"."Order's ""T""" select case_metadata t f t t 1"#,
        ]
    );
    database.execute_all("SELECT contract.raise_floor('case_metadata', 2)");
    let refused = database.fails(&format!(
        r#"INSERT INTO "my schema"."Order's ""T""" ("select") VALUES ({})"#,
        literal(&case_of(1))
    ));
    assert_eq!(refused.code, "23514");
    database.execute_all(
        r#"SELECT contract.validate_binding('"my schema"."Order''s ""T"""', 'select');
           SELECT contract.unbind('"my schema"."Order''s ""T"""', 'select');
           SELECT contract.unbind('"my schema"."Order''s ""T"""', 'größe')"#,
    );
    let long = "x".repeat(63);
    database.execute_all(&format!(
        "CREATE TABLE {long} ({long} jsonb); SELECT contract.bind('{long}', '{long}', 'case_metadata')"
    ));
    assert_eq!(
        bindings(&mut database),
        [format!("{long} {long} case_metadata t f t t 1")]
    );
}

#[test]
fn a_check_that_is_there_already_is_kept() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE cases (metadata jsonb CONSTRAINT mine CHECK (contract.is_valid('case_metadata', metadata)));",
    );
    assert_eq!(
        bindings(&mut database),
        ["cases metadata case_metadata t t f f"]
    );
    database.execute_all("SELECT contract.bind('cases', 'metadata', 'case_metadata')");
    assert_eq!(
        bindings(&mut database),
        ["cases metadata case_metadata t t t t 1"]
    );
    let checks: i64 = database.value(
        "SELECT count(*) FROM pg_constraint WHERE conrelid = 'cases'::regclass AND contype = 'c'",
    );
    assert_eq!(checks, 1);
}

/// A CHECK that does something else beside the contract, or with it, is no binding.
#[test]
fn only_a_check_of_the_contract_alone_is_a_binding() {
    let mut database = Database::new();
    for (expression, is_binding) in [
        ("contract.check('case_metadata', d)", true),
        ("contract.is_valid('case_metadata', d)", true),
        ("contract.is_writable('case_metadata', d, 2)", true),
        ("contract.is_valid('case_metadata', d -> 'inner')", false),
        ("contract.is_valid('case_metadata', d) OR true", false),
        ("NOT contract.is_valid('session_data', d)", false),
        ("contract.is_valid('case' || '_metadata', d)", false),
        ("contract.is_valid('case_metadata', d) AND n > 0", false),
    ] {
        database.execute_all(&format!(
            "DROP TABLE IF EXISTS t; CREATE TABLE t (d jsonb, n int, CONSTRAINT mine CHECK ({expression}))"
        ));
        assert_eq!(
            !bindings(&mut database).is_empty(),
            is_binding,
            "{expression}"
        );
        // What is none is left alone, and the column can be bound beside it.
        database.execute_all("SELECT contract.bind('t', 'd', 'case_metadata')");
        let junk =
            database.fails("INSERT INTO t VALUES ('{\"_schema_version\": 1, \"junk\": true}', 1)");
        assert_eq!(junk.code, "23514", "{expression}");
        database.execute_all("SELECT contract.unbind('t', 'd')");
        let left: i64 = database.value("SELECT count(*) FROM pg_constraint WHERE conname = 'mine'");
        assert_eq!(left == 0, is_binding, "{expression}");
    }
}

/// Names that are cut off at 63 bytes are not those of another column's guard.
#[test]
fn long_names_do_not_collide() {
    let mut database = Database::new();
    let (x, y) = (
        format!("{}_x", "é".repeat(29)),
        format!("{}_y", "é".repeat(29)),
    );
    let table = "t".repeat(60);
    database.execute_all(&format!(
        "CREATE TABLE {table} (\"{x}\" jsonb, \"{y}\" jsonb);
         SELECT contract.bind('{table}', '{x}', 'case_metadata', 2);
         SELECT contract.bind('{table}', '{y}', 'case_metadata', 1)"
    ));
    let floors: Vec<i32> = database
        .query(
            "SELECT floor FROM contract.floors() ORDER BY \"column\"",
            &[],
        )
        .expect("floors")
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(floors, [2, 1]);
    assert_eq!(
        database.value::<i64>("SELECT count(*) FROM contract.bindings WHERE check_present"),
        2
    );
}

#[test]
fn a_renamed_column_is_listed_and_can_be_bound_again() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE t (doc jsonb); SELECT contract.bind('t', 'doc', 'case_metadata', 2);
         ALTER TABLE t RENAME doc TO body",
    );
    let insert = format!("INSERT INTO t VALUES ({})", literal(&case_of(2)));
    let refused = database.fails(&insert);
    assert_eq!(refused.code, "39P01");
    assert_eq!(
        refused.message,
        "there is no column \"doc\"; was it renamed? then contract.unbind and contract.bind"
    );
    assert_eq!(
        bindings(&mut database),
        [
            "t body case_metadata t f f f",
            "t doc case_metadata f f t t 2"
        ]
    );
    database.execute_all(
        "SELECT contract.unbind('t', 'doc'); SELECT contract.bind('t', 'body', 'case_metadata', 2)",
    );
    database.execute_all(&insert);
    assert_eq!(bindings(&mut database), ["t body case_metadata t f t t 2"]);
}

/// A table that is bound while the floor rises, or after, has the floor that is in force.
#[test]
fn a_table_bound_later_has_the_floor_of_its_type() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE a (d jsonb); CREATE TABLE b (d jsonb); CREATE TABLE c (d jsonb);
         SELECT contract.bind('a', 'd', 'case_metadata')",
    );
    let mut binder = database.connect_as("postgres");
    binder
        .batch_execute("BEGIN; SELECT contract.bind('b', 'd', 'case_metadata')")
        .expect("it is bound");
    let mut session = database.connect_as("postgres");
    let raised = std::thread::spawn(move || {
        session
            .query(
                "SELECT \"table\"::text FROM contract.raise_floor('case_metadata', 2) ORDER BY 1",
                &[],
            )
            .expect("it rises")
            .iter()
            .map(|row| row.get::<_, String>(0))
            .collect::<Vec<_>>()
    });
    while !database.value::<bool>(
        "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'",
    ) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    binder.batch_execute("COMMIT").expect("bound");
    assert_eq!(raised.join().expect("it ends"), ["a", "b"]);
    database.execute_all("SELECT contract.bind('c', 'd', 'case_metadata')");
    let lowest: i32 = database.value("SELECT min(floor) FROM contract.floors()");
    assert_eq!(lowest, 2);

    // Two sessions bind the same column: the second sees what the first has done.
    database.execute_all("CREATE TABLE k (d jsonb CHECK (contract.is_valid('case_metadata', d)))");
    binder
        .batch_execute("BEGIN; SELECT contract.bind('k', 'd', 'case_metadata', 2)")
        .expect("bound");
    let mut second = database.connect_as("postgres");
    let refused = std::thread::spawn(move || {
        let error = second
            .batch_execute("SELECT contract.bind('k', 'd', 'case_metadata', 1)")
            .expect_err("it is bound already");
        failure(&error).code
    });
    while !database.value::<bool>(
        "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'",
    ) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    binder.batch_execute("COMMIT").expect("bound");
    assert_eq!(refused.join().expect("it ends"), "42710");
}

/// A guard that does not fire for every row is not in force, and is made anew when the floor rises.
#[test]
fn a_guard_that_does_not_fire_is_not_in_force() {
    let mut database = Database::new();
    for definition in [
        "BEFORE INSERT ON t FOR EACH ROW",
        "BEFORE INSERT OR UPDATE OF n ON t FOR EACH ROW",
        "BEFORE INSERT OR UPDATE ON t FOR EACH ROW WHEN (false)",
    ] {
        database.execute_all(&format!(
            "DROP TABLE IF EXISTS t; CREATE TABLE t (d jsonb, n int);
             CREATE TRIGGER g {definition} EXECUTE FUNCTION contract.guard('d', 'case_metadata', '2')"
        ));
        assert_eq!(
            database.value::<i64>("SELECT count(*) FROM contract.floors()"),
            0,
            "{definition}"
        );
        database.execute_all("SELECT contract.raise_floor('case_metadata', 2)");
        let refused = database.fails(&format!("INSERT INTO t VALUES ({})", literal(&case_of(1))));
        assert_eq!(refused.code, "23514", "{definition}");
        assert_eq!(
            database.value::<i64>("SELECT count(*) FROM contract.floors()"),
            1,
            "{definition}"
        );
    }
}

/// As an extension for distributed tables does that has no triggers on them; an event trigger stands here
/// for it, which also shows that the DDL is seen.
#[test]
fn where_triggers_cannot_be_used_a_check_is_named() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE t (d jsonb);
         CREATE FUNCTION no_triggers() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
             RAISE EXCEPTION 'triggers are not supported here' USING ERRCODE = 'feature_not_supported';
         END $$;
         CREATE EVENT TRIGGER no_triggers ON ddl_command_start WHEN TAG IN ('CREATE TRIGGER')
             EXECUTE FUNCTION no_triggers()",
    );
    let refused = database.fails("SELECT contract.bind('t', 'd', 'case_metadata', 2)");
    assert_eq!(refused.code, "0A000");
    assert_eq!(refused.message, "triggers are not supported here");
    assert_eq!(
        refused.hint,
        "Where triggers cannot be used, a CHECK keeps the floor: \
         CHECK (contract.is_writable('case_metadata', d, 2))"
    );
    assert!(bindings(&mut database).is_empty());
}

#[test]
fn what_cannot_be_bound_says_why() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE t (d jsonb, n int); CREATE TABLE bound (d jsonb);
         SELECT contract.bind('bound', 'd', 'case_metadata')",
    );
    for (sql, code, message) in [
        (
            "contract.bind('t', 'gone', 'case_metadata')",
            "42703",
            "column \"gone\" of relation \"public.t\" does not exist",
        ),
        (
            "contract.bind('t', 'n', 'case_metadata')",
            "42804",
            "column \"n\" of relation \"public.t\" is not of type jsonb",
        ),
        (
            "contract.bind('t', 'd', 'case_metdata')",
            "42704",
            "contract type \"case_metdata\" is not known",
        ),
        (
            "contract.bind('t', 'd', 'case_metadata', 3)",
            "22023",
            "version 3 of contract type \"case_metadata\" is not known",
        ),
        (
            "contract.bind('t', 'd', NULL)",
            "22004",
            "table, column and contract type must not be null",
        ),
        (
            "contract.bind('gone', 'd', 'case_metadata')",
            "42P01",
            "relation \"gone\" does not exist",
        ),
        (
            "contract.bind('bound', 'd', 'case_metadata')",
            "42710",
            "column \"d\" of relation \"public.bound\" is bound to contract type \"case_metadata\" already",
        ),
        (
            "contract.bind('bound', 'd', 'session_data')",
            "42710",
            "column \"d\" of relation \"public.bound\" is bound to contract type \"case_metadata\" already",
        ),
        (
            "contract.unbind('t', 'd')",
            "42704",
            "column \"d\" of relation \"public.t\" is bound to no contract type",
        ),
        (
            "contract.validate_binding('t', 'd')",
            "42704",
            "column \"d\" of relation \"public.t\" has no CHECK of a contract",
        ),
        (
            "contract.raise_floor('case_metdata', 2)",
            "42704",
            "contract type \"case_metdata\" is not known",
        ),
        (
            "contract.raise_floor('case_metadata', 3)",
            "22023",
            "version 3 of contract type \"case_metadata\" is not known",
        ),
        (
            "contract.raise_floor('case_metadata', NULL)",
            "22023",
            "version <NULL> of contract type \"case_metadata\" is not known",
        ),
    ] {
        let failure = database.fails(&format!("SELECT {sql}"));
        assert_eq!(
            (failure.code.as_str(), failure.message.as_str()),
            (code, message),
            "{sql}"
        );
    }
    assert_eq!(bindings(&mut database), ["bound d case_metadata t f t t 1"]);
}

#[test]
fn only_the_owner_of_a_table_binds_it() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE ROLE binder LOGIN; CREATE ROLE stranger LOGIN;
         CREATE TABLE cases (metadata jsonb); ALTER TABLE cases OWNER TO binder;
         GRANT ALL ON cases TO stranger; GRANT CREATE ON SCHEMA public TO binder",
    );
    let bind = "SELECT contract.bind('public.cases', 'metadata', 'case_metadata')";
    let mut stranger = database.connect_as("stranger");
    let error = stranger.batch_execute(bind).expect_err("not the owner");
    assert_eq!(failure(&error).code, "42501");
    database
        .connect_as("binder")
        .batch_execute(bind)
        .expect("the owner binds");
    for sql in [
        "SELECT contract.raise_floor('case_metadata', 2)",
        "SELECT contract.unbind('public.cases', 'metadata')",
        "SELECT contract.validate_binding('public.cases', 'metadata')",
    ] {
        let error = stranger.batch_execute(sql).expect_err("not the owner");
        assert_eq!(failure(&error).code, "42501", "{sql}");
    }
    let seen: i64 = stranger
        .query_one("SELECT count(*) FROM contract.floors()", &[])
        .expect("everybody may look")
        .get(0);
    assert_eq!(seen, 1);
    drop(stranger);
    database.execute_all("DROP TABLE cases; DROP OWNED BY binder; DROP ROLE binder, stranger");
}

#[test]
fn a_floor_rises_for_all_tables_or_for_none() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE a (d jsonb); CREATE TABLE b (d jsonb); CREATE TABLE c (d jsonb);
         SELECT contract.bind('a', 'd', 'case_metadata'); SELECT contract.bind('b', 'd', 'case_metadata', 2);
         SELECT contract.bind('c', 'd', 'session_data')",
    );
    let lowered = database.fails("SELECT contract.raise_floor('case_metadata', 1)");
    assert_eq!(lowered.code, "55000");
    assert_eq!(
        lowered.message,
        "the write floor of column \"d\" of relation \"public.b\" is 2 and cannot be lowered to 1"
    );
    // One table is locked by somebody else: nothing is raised, and lock_timeout is honoured.
    let mut other = database.connect_as("postgres");
    other
        .batch_execute("BEGIN; LOCK TABLE b IN ROW EXCLUSIVE MODE")
        .expect("a lock");
    let timeout = database
        .fails("SET lock_timeout = '200ms'; SELECT contract.raise_floor('case_metadata', 2)");
    assert_eq!(timeout.code, "55P03");
    other.batch_execute("ROLLBACK").expect("unlocked");
    assert_eq!(
        bindings(&mut database),
        [
            "a d case_metadata t f t t 1",
            "b d case_metadata t f t t 2",
            "c d session_data t f t t 1"
        ]
    );
    let raised: Vec<String> = database
        .query("SELECT concat_ws(' ', \"table\", old_floor, new_floor) FROM contract.raise_floor('case_metadata', 2)", &[])
        .expect("it rises")
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(raised, ["a 1 2", "b 2 2"]);
    let isolation = database.fails(
        "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT contract.raise_floor('case_metadata', 2)",
    );
    assert_eq!(isolation.code, "25001");
}

#[test]
fn a_trigger_stays_enabled_as_its_owner_had_it() {
    let mut database = Database::new();
    for (state, letter) in [
        ("ENABLE ALWAYS", "A"),
        ("ENABLE REPLICA", "R"),
        ("DISABLE", "D"),
        ("ENABLE", "O"),
    ] {
        database.execute_all(&format!(
            "DROP TABLE IF EXISTS t; CREATE TABLE t (d jsonb); SELECT contract.bind('t', 'd', 'case_metadata');
             ALTER TABLE t {state} TRIGGER \"~contract_guard_d\"; SELECT contract.raise_floor('case_metadata', 2)"
        ));
        let now: String =
            database.value("SELECT tgenabled::text FROM pg_trigger WHERE tgrelid = 't'::regclass");
        assert_eq!(now, letter, "{state}");
        let enabled = ["A", "O"].contains(&letter);
        assert_eq!(
            database.value::<bool>("SELECT guard_enabled FROM contract.bindings"),
            enabled
        );
    }
}

#[test]
fn upgrade_and_is_writable() {
    let mut database = Database::new();
    let (old, new) = (literal(&case_of(1)), literal(&case_of(2)));
    for (sql, expected) in [
        (
            format!("contract.upgrade('case_metadata', {old}) = {new}"),
            true,
        ),
        (
            format!("contract.upgrade('case_metadata', {new}) = {new}"),
            true,
        ),
        (
            format!("contract.upgrade('case_metadata', {old}, 1) = {old}"),
            true,
        ),
        (
            format!("contract.is_writable('case_metadata', {old}, 1)"),
            true,
        ),
        (
            format!("contract.is_writable('case_metadata', {old}, 2)"),
            false,
        ),
        (
            format!("contract.is_writable('case_metadata', {new}, 2)"),
            true,
        ),
        (
            "contract.is_writable('case_metadata', '{}', 1)".to_owned(),
            false,
        ),
    ] {
        assert_eq!(
            database.value::<bool>(&format!("SELECT {sql}")),
            expected,
            "{sql}"
        );
    }
    let down = database.fails(&format!(
        "SELECT contract.upgrade('case_metadata', {new}, 1)"
    ));
    assert_eq!(
        (down.code.as_str(), down.message.as_str()),
        (
            "23514",
            "the document is version 2 of case_metadata, version 1 is lower: versions only go up"
        )
    );
    let unknown = database.fails(&format!(
        "SELECT contract.upgrade('case_metadata', {new}, 3)"
    ));
    assert_eq!(
        (unknown.code.as_str(), unknown.hint.as_str()),
        ("22023", "Known are versions 1 to 2.")
    );
    let invalid = database.fails("SELECT contract.upgrade('case_metadata', '[]')");
    assert_eq!(invalid.code, "23514");
    assert_eq!(
        invalid.detail,
        "document: must be of type object, not array"
    );

    // Where triggers cannot be used, the floor is in a CHECK.
    database.execute_all(
        "CREATE TABLE t (d jsonb CHECK (contract.is_writable('case_metadata', d, 2)))",
    );
    assert_eq!(
        database
            .fails(&format!("INSERT INTO t VALUES ({old})"))
            .code,
        "23514"
    );
    assert_eq!(bindings(&mut database), ["t d case_metadata t t f f"]);
}
