//! The guard trigger: versions only go up, on every way into a table.

use crate::{case_of, literal};
use postgres::Client;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;
use std::{cell::RefCell, io::Write as _};
use tests::{Database, failure};

const BOUND: &str = "CREATE TABLE cases (id int PRIMARY KEY, metadata jsonb, note text);
    SELECT contract.bind('cases', 'metadata', 'case_metadata')";

fn bound(floor: i32) -> Database {
    let mut database = Database::new();
    database.execute_all(BOUND);
    raise(&mut database, floor);
    database
}

#[track_caller]
fn raise(client: &mut Client, floor: i32) {
    client
        .batch_execute(&format!(
            "SELECT contract.raise_floor('case_metadata', {floor})"
        ))
        .unwrap_or_else(|error| panic!("{}", failure(&error)));
}

fn insert(id: i32, version: i32) -> String {
    format!(
        "INSERT INTO cases VALUES ({id}, {})",
        literal(&case_of(version))
    )
}

#[test]
fn errors_name_column_versions_floor_and_the_way_out() {
    let mut database = bound(1);
    database.execute_all(&insert(1, 1));
    database.execute_all(&insert(2, 2));
    let hint = "Write the newest version: contract.upgrade('case_metadata', document) makes it \
                from an older one.";
    let lower = database.fails(&format!(
        "UPDATE cases SET metadata = {} WHERE id = 2",
        literal(&case_of(1))
    ));
    assert_eq!(lower.code, "23514");
    assert_eq!(
        lower.message,
        "document in column \"metadata\" of relation \"cases\" may not be written: \
         version 1 is lower than the stored version 2"
    );
    assert_eq!(
        lower.detail,
        "Contract type case_metadata: version of the new document 1, of the stored one 2, write floor 1."
    );
    assert_eq!(lower.hint, hint);

    raise(&mut database, 2);
    let below = database.fails(&insert(3, 1));
    assert_eq!(below.code, "23514");
    assert_eq!(
        below.message,
        "document in column \"metadata\" of relation \"cases\" may not be written: \
         version 1 is below the write floor 2"
    );
    assert_eq!(
        below.detail,
        "Contract type case_metadata: version of the new document 1, of the stored one none, write floor 2."
    );
    assert_eq!(below.hint, hint);
}

#[test]
fn an_unchanged_document_stays_writable() {
    let mut database = bound(1);
    database.execute_all(&insert(1, 1));
    raise(&mut database, 2);
    database.execute_all(
        "UPDATE cases SET note = 'seen';
         UPDATE cases SET metadata = metadata, note = 'again';
         UPDATE cases SET metadata = metadata || '{}'",
    );
    let changed = "UPDATE cases SET metadata = metadata || '{\"priority\": \"low\"}'";
    assert_eq!(database.fails(changed).code, "23514");
    database.execute_all(
        "UPDATE cases SET metadata = contract.upgrade('case_metadata', metadata) || '{\"priority\": \"low\"}'",
    );
    assert_eq!(
        database.value::<i32>("SELECT contract.schema_version(metadata) FROM cases"),
        2
    );
}

#[test]
fn null_is_no_document() {
    let mut database = bound(2);
    database.execute_all("INSERT INTO cases VALUES (1, NULL); UPDATE cases SET note = 'x'");
    let refused = format!("UPDATE cases SET metadata = {}", literal(&case_of(1)));
    assert_eq!(database.fails(&refused).code, "23514");
    database.execute_all(&format!(
        "UPDATE cases SET metadata = {}; UPDATE cases SET metadata = NULL",
        literal(&case_of(2))
    ));
}

#[test]
fn every_way_into_the_table_is_guarded() {
    let mut database = bound(2);
    database.execute_all(&insert(1, 2));
    let (old, new) = (literal(&case_of(1)), literal(&case_of(2)));
    for refused in [
        insert(2, 1),
        format!("INSERT INTO cases SELECT i, {old} FROM generate_series(5, 6) i"),
        format!(
            "INSERT INTO cases VALUES (1, {new}) ON CONFLICT (id) DO UPDATE SET metadata = {old}"
        ),
        format!(
            "INSERT INTO cases VALUES (9, {old}) ON CONFLICT (id) DO UPDATE SET metadata = {new}"
        ),
        format!(
            "MERGE INTO cases USING (SELECT 1 AS id) s ON cases.id = s.id
                 WHEN MATCHED THEN UPDATE SET metadata = {old}"
        ),
        format!(
            "MERGE INTO cases USING (SELECT 7 AS id) s ON cases.id = s.id
                 WHEN NOT MATCHED THEN INSERT VALUES (s.id, {old})"
        ),
        format!("WITH w AS (INSERT INTO cases VALUES (8, {old}) RETURNING id) SELECT * FROM w"),
        format!("CREATE VIEW v AS SELECT * FROM cases; INSERT INTO v VALUES (8, {old})"),
    ] {
        assert_eq!(database.fails(&refused).code, "23514", "{refused}");
    }
    let mut writer = database
        .copy_in("COPY cases (id, metadata) FROM STDIN")
        .expect("COPY starts");
    writer
        .write_all(format!("20\t{}\n", case_of(1)).as_bytes())
        .expect("a line is sent");
    let error = writer.finish().expect_err("version 1 is below the floor");
    assert_eq!(failure(&error).code, "23514");
    assert_eq!(database.value::<i64>("SELECT count(*) FROM cases"), 1);
}

#[test]
fn the_guard_sees_what_other_triggers_have_made_of_the_row() {
    let mut database = bound(2);
    // Each name sorts somewhere else; all of them before the guard.
    for name in ["a_first", "zz_last", "Upper", "_underscore", "~contract"] {
        database.execute_all(&format!(
            "CREATE OR REPLACE FUNCTION put_back() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN NEW.metadata := jsonb_set(NEW.metadata, '{{_schema_version}}', '1'); RETURN NEW; END $$;
             CREATE TRIGGER \"{name}\" BEFORE INSERT OR UPDATE ON cases
                 FOR EACH ROW EXECUTE FUNCTION put_back()"
        ));
        assert_eq!(database.fails(&insert(1, 2)).code, "23514", "{name}");
        database.execute_all(&format!("DROP TRIGGER \"{name}\" ON cases"));
    }
    database.execute_all(&insert(1, 2));
}

#[test]
fn a_trigger_that_fires_after_the_guard_is_refused() {
    let mut database = bound(2);
    let trigger = |name: &str, what: &str| {
        format!(
            "CREATE OR REPLACE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RETURN NEW; END $$;
             CREATE TRIGGER \"{name}\" {what} ON cases FOR EACH ROW EXECUTE FUNCTION nothing()"
        )
    };
    database.execute_all(&trigger("~~later", "BEFORE INSERT OR UPDATE"));
    let refused = database.fails(&insert(1, 2));
    assert_eq!(refused.code, "55000");
    assert_eq!(
        refused.message,
        "trigger \"~~later\" fires after \"~contract_guard_metadata\" and could change the document again"
    );
    // Not one that is disabled, fires after the row is written, or on DELETE only.
    database.execute_all("ALTER TABLE cases DISABLE TRIGGER \"~~later\"");
    database.execute_all(&insert(1, 2));
    database.execute_all("DROP TRIGGER \"~~later\" ON cases");
    database.execute_all(&trigger("~~after", "AFTER INSERT OR UPDATE"));
    database.execute_all(&trigger("~~delete", "BEFORE DELETE"));
    database.execute_all(&insert(2, 2));

    // And a table that has such a trigger is not bound.
    database.execute_all("SELECT contract.unbind('cases', 'metadata')");
    database.execute_all(&trigger("~~later", "BEFORE UPDATE"));
    let bind = database.fails("SELECT contract.bind('cases', 'metadata', 'case_metadata')");
    assert_eq!(bind.code, "55000");
    assert_eq!(
        bind.message,
        "trigger \"~~later\" would fire after \"~contract_guard_metadata\" and could change the document again"
    );
}

#[test]
fn partitions_are_guarded_now_and_later() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE cases (id int PRIMARY KEY, metadata jsonb, note text) PARTITION BY RANGE (id);
         CREATE TABLE low PARTITION OF cases FOR VALUES FROM (0) TO (100);
         SELECT contract.bind('cases', 'metadata', 'case_metadata');
         CREATE TABLE high PARTITION OF cases FOR VALUES FROM (100) TO (200);
         CREATE TABLE attached (id int PRIMARY KEY, metadata jsonb, note text,
             CONSTRAINT cases_metadata_contract CHECK (contract.check('case_metadata', metadata)));
         ALTER TABLE cases ATTACH PARTITION attached FOR VALUES FROM (200) TO (300)",
    );
    database.execute_all(&insert(1, 1));
    raise(&mut database, 2);
    for (table, id) in [
        ("cases", 2),
        ("cases", 102),
        ("low", 3),
        ("high", 103),
        ("attached", 203),
    ] {
        let insert = |version| {
            format!(
                "INSERT INTO {table} VALUES ({id}, {})",
                literal(&case_of(version))
            )
        };
        assert_eq!(database.fails(&insert(1)).code, "23514", "{table} {id}");
        database.execute_all(&insert(2));
    }
    // A row with an old document moves to another partition: it is inserted there.
    let moved = database.fails("UPDATE cases SET id = 150 WHERE id = 1");
    assert_eq!(moved.code, "23514");
    database.execute_all("UPDATE cases SET note = 'stays' WHERE id = 1");
    assert_eq!(
        database.value::<i64>("SELECT count(*) FROM contract.floors()"),
        1
    );
}

#[test]
fn inheritance_children_are_bound_by_themselves() {
    let mut database = bound(2);
    database.execute_all("CREATE TABLE child () INHERITS (cases)");
    // The CHECK is inherited, a trigger is not: PostgreSQL documentation, section 5.10.
    let into_child = format!("INSERT INTO child VALUES (1, {})", literal(&case_of(1)));
    database.execute_all(&into_child);
    database.execute_all(
        "TRUNCATE child; SELECT contract.bind('child', 'metadata', 'case_metadata', 2)",
    );
    assert_eq!(database.fails(&into_child).code, "23514");
}

#[test]
fn generated_columns_and_domains() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE DOMAIN document AS jsonb;
         CREATE TABLE t (d document, v int GENERATED ALWAYS AS (contract.schema_version(d)) STORED,
             copied jsonb GENERATED ALWAYS AS (d::jsonb) STORED);
         SELECT contract.bind('t', 'd', 'case_metadata', 2)",
    );
    let insert = |version| format!("INSERT INTO t VALUES ({})", literal(&case_of(version)));
    assert_eq!(database.fails(&insert(1)).code, "23514");
    database.execute_all(&insert(2));
    let generated = database.fails("SELECT contract.bind('t', 'copied', 'case_metadata')");
    assert_eq!(generated.code, "55000");
}

#[test]
fn two_columns_are_guarded_side_by_side() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE t (a jsonb, b jsonb);
         SELECT contract.bind('t', 'a', 'case_metadata', 2);
         SELECT contract.bind('t', 'b', 'case_metadata', 1)",
    );
    let insert = |a, b| {
        format!(
            "INSERT INTO t VALUES ({}, {})",
            literal(&case_of(a)),
            literal(&case_of(b))
        )
    };
    database.execute_all(&insert(2, 1));
    let refused = database.fails(&insert(1, 2));
    assert!(refused.message.contains("column \"a\""), "{refused}");
}

#[test]
fn a_trigger_that_is_defined_wrongly_says_how_it_must_be() {
    let mut database = Database::new();
    let (good, document) = ("'metadata', 'case_metadata', '1'", literal(&case_of(2)));
    for (when, arguments, message) in [
        (
            "BEFORE INSERT ON t FOR EACH ROW",
            "'metadata'",
            "contract.guard takes three arguments: column, contract type, write floor",
        ),
        (
            "BEFORE INSERT ON t FOR EACH ROW",
            "'gone', 'case_metadata', '1'",
            "there is no column \"gone\"; was it renamed? then contract.unbind and contract.bind",
        ),
        (
            "BEFORE INSERT ON t FOR EACH ROW",
            "'id', 'case_metadata', '1'",
            "column \"id\" is not of type jsonb",
        ),
        (
            "BEFORE INSERT ON t FOR EACH ROW",
            "'metadata', 'case_metadata', '3'",
            "the write floor \"3\" is no version of case_metadata",
        ),
        (
            "BEFORE INSERT ON t FOR EACH ROW",
            "'metadata', 'case_metadata', '+1'",
            "the write floor \"+1\" is no version of case_metadata",
        ),
        (
            "BEFORE INSERT ON t FOR EACH ROW",
            "'metadata', 'case_metadata', 'x'",
            "the write floor \"x\" is no version of case_metadata",
        ),
        (
            "AFTER INSERT ON t FOR EACH ROW",
            good,
            "contract.guard must be fired BEFORE INSERT OR UPDATE, FOR EACH ROW",
        ),
        (
            "BEFORE INSERT ON t FOR EACH STATEMENT",
            good,
            "contract.guard must be fired BEFORE INSERT OR UPDATE, FOR EACH ROW",
        ),
    ] {
        database.execute_all(&format!(
            "CREATE TABLE t (id int, metadata jsonb);
             CREATE TRIGGER g {when} EXECUTE FUNCTION contract.guard({arguments})"
        ));
        let failure = database.fails(&format!("INSERT INTO t VALUES (1, {document})"));
        assert_eq!(
            (failure.code.as_str(), failure.message.as_str()),
            ("39P01", message)
        );
        database.execute_all("DROP TABLE t");
    }
    database.execute_all(
        "CREATE TABLE t (id int, metadata jsonb);
         CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW
             EXECUTE FUNCTION contract.guard('metadata', 'case_metdata', '1')",
    );
    let unknown = database.fails(&format!("INSERT INTO t VALUES (1, {document})"));
    assert_eq!(unknown.code, "42704");
}

#[test]
fn stored_forms_are_compared_whole() {
    // A document that is compressed, or out of line, is unchanged when its bytes are.
    let mut database = bound(1);
    for (id, size) in [(1, 10), (2, 5000), (3, 500_000)] {
        let mut document = case_of(1);
        document["custom_fields"] = json!({"text": "ab".repeat(size)});
        database.execute_all(&format!(
            "INSERT INTO cases VALUES ({id}, {})",
            literal(&document)
        ));
    }
    raise(&mut database, 2);
    database.execute_all(
        "UPDATE cases SET note = 'seen'; UPDATE cases SET metadata = metadata::text::jsonb",
    );
    for id in 1..=3 {
        let changed = database.fails(&format!(
            "UPDATE cases SET metadata = jsonb_set(metadata, '{{custom_fields,text}}', '\"x\"') WHERE id = {id}"
        ));
        assert_eq!(changed.code, "23514");
    }
}

/// What a session tries next.
#[derive(Clone, Debug)]
enum Try {
    Insert(i32, i32),
    Update(i32, i32),
    Touch(i32),
    Raise(i32),
    Upgrade(i32),
}

/// Any sequence of writes and floor rises leaves each row's version where it was, or higher.
#[test]
fn no_sequence_of_writes_lowers_a_version() {
    let database = RefCell::new(Database::new());
    let tries = prop_oneof![
        (0..4, 1..=2).prop_map(|(id, version)| Try::Insert(id, version)),
        (0..4, 1..=2).prop_map(|(id, version)| Try::Update(id, version)),
        (0..4).prop_map(Try::Touch),
        (1..=2).prop_map(Try::Raise),
        (0..4).prop_map(Try::Upgrade),
    ];
    let config = ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(&proptest::collection::vec(tries, 0..24), |tries| {
            let mut database = database.borrow_mut();
            database.execute_all(&format!("DROP TABLE IF EXISTS cases; {BOUND}"));
            let (mut stored, mut floor) = ([None; 4], 1);
            for (number, attempt) in tries.into_iter().enumerate() {
                let sql = match attempt {
                    Try::Insert(id, version) => insert(id, version),
                    Try::Update(id, version) => {
                        let mut document = case_of(version);
                        document["priority"] = number.into();
                        format!("UPDATE cases SET metadata = {} WHERE id = {id}", literal(&document))
                    }
                    Try::Touch(id) => format!("UPDATE cases SET note = '{number}' WHERE id = {id}"),
                    Try::Raise(to) => {
                        format!("SELECT contract.raise_floor('case_metadata', {to})")
                    }
                    Try::Upgrade(id) => format!(
                        "UPDATE cases SET metadata = contract.upgrade('case_metadata', metadata) WHERE id = {id}"
                    ),
                };
                let succeeded = database.batch_execute(&sql).is_ok();
                if let (Try::Raise(to), true) = (&attempt, succeeded) {
                    prop_assert!(*to >= floor, "the floor was lowered");
                    floor = *to;
                }
                let rows = database
                    .query("SELECT id, contract.schema_version(metadata) FROM cases", &[])
                    .expect("the rows");
                for row in rows {
                    let (id, version): (i32, Option<i32>) = (row.get(0), row.get(1));
                    let before = &mut stored[usize::try_from(id).expect("an id")];
                    prop_assert!(*before <= version, "{:?} after {}", before, sql);
                    if *before != version {
                        prop_assert!(version >= Some(floor), "{} below the floor", sql);
                    }
                    *before = version;
                }
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}
