//! Sessions that register, use and bind the same contract type at the same time.

use super::{document, first, register, registered, second, ship};
use crate::literal;
use postgres::IsolationLevel;
use serde_json::json;
use tests::{Database, Session};

/// A ship's document of version 2, as an SQL literal.
fn second_ada() -> String {
    literal(&document(2, &json!({"ship": "Ada", "captain": "Grace"})))
}

fn history(database: &mut Database) -> Vec<String> {
    let rows = database.query("SELECT release FROM contract.history", &[]);
    rows.expect("the view")
        .iter()
        .map(|row| row.get(0))
        .collect()
}

#[test]
fn two_sessions_register_the_same_type_one_after_the_other() {
    let (one, two) = (ship(&[first()]), ship(&[first(), second()]));
    for (earlier, later, end, expected) in [
        (&one, &one, "COMMIT", vec!["1.0.0"]),
        (&one, &two, "COMMIT", vec!["1.0.0", "2.0.0"]),
        (&one, &two, "ROLLBACK", vec!["2.0.0"]),
        (&two, &two, "ROLLBACK", vec!["2.0.0"]),
    ] {
        for known_before in [false, true] {
            let mut database = Database::new();
            let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            if known_before {
                // The same again, over a version that is there.
                registered(&mut database, &one);
                expected.retain(|release| release != "1.0.0");
                expected.insert(0, "1.0.0".to_owned());
            }
            let mut sessions = [Session::new(&database), Session::new(&database)];
            sessions[0].run(&format!("BEGIN; {}", register(earlier)));
            sessions[1].blocks(&mut database, &register(later));
            sessions[0].run(end);
            sessions[1].wait().expect("it is registered");
            assert_eq!(history(&mut database), expected);
            assert_eq!(
                database.value::<bool>(&format!(
                    "SELECT contracts.ship_manifest_is_valid({})",
                    second_ada()
                )),
                later == &two
            );
        }
    }
}

/// Two branches of one contract: the second must be compatible with the first, and is not.
#[test]
fn no_update_is_lost() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    let mut other = first();
    other["properties"]["port"] = json!({"type": "string"});
    let mut sessions = [Session::new(&database), Session::new(&database)];
    sessions[0].run(&format!("BEGIN; {}", register(&ship(&[first(), second()]))));
    sessions[1].blocks(&mut database, &register(&ship(&[first(), other])));
    sessions[0].run("COMMIT");
    let failure = sessions[1].wait().expect_err("version 2 is another by now");
    assert_eq!(failure.code, "42P17");
    assert_eq!(history(&mut database), ["1.0.0", "2.0.0"]);
}

#[test]
fn aliases_are_given_out_once() {
    let mut database = Database::new();
    let mut sessions = [Session::new(&database), Session::new(&database)];
    let with_alias = |name: &str| {
        let mut manifest = super::manifest(name, &[first()]);
        manifest["aliases"] = json!([{"alias": "bill"}]);
        register(&manifest)
    };
    sessions[0].run(&format!("BEGIN; {}", with_alias("ship_manifest")));
    sessions[1].blocks(&mut database, &with_alias("invoice"));
    sessions[0].run("COMMIT");
    let failure = sessions[1].wait().expect_err("it is taken");
    assert_eq!(failure.code, "42P17");
}

#[test]
fn a_column_is_bound_to_what_is_registered_when_it_is() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    database.execute_all("CREATE TABLE t (manifest jsonb)");
    let mut archived = ship(&[first()]);
    archived["status"] = json!("archived");
    archived["release"] = json!("1.1.0");
    let mut sessions = [Session::new(&database), Session::new(&database)];
    sessions[0].run(&format!("BEGIN; {}", register(&archived)));
    sessions[1].blocks(
        &mut database,
        "SELECT contract.bind('t', 'manifest', 'ship_manifest')",
    );
    sessions[0].run("COMMIT");
    let failure = sessions[1].wait().expect_err("it is archived by now");
    assert_eq!(failure.code, "55000");
}

/// A backend that has compiled version 1 sees version 2 in its next statement, however it asks.
#[test]
fn a_new_version_is_in_force_from_the_next_statement() {
    let new = second_ada();
    for isolation in ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"] {
        for block in [false, true] {
            let mut database = Database::new();
            registered(&mut database, &ship(&[first()]));
            database.execute_all(
                "CREATE TABLE t (manifest jsonb CHECK (contracts.ship_manifest(manifest)));
                 CREATE FUNCTION is_ship(document jsonb) RETURNS boolean LANGUAGE plpgsql AS
                     $$ BEGIN RETURN contracts.ship_manifest_is_valid(document); END $$;
                 CREATE PROCEDURE store(document jsonb) LANGUAGE plpgsql AS
                     $$ BEGIN INSERT INTO t VALUES (document); END $$",
            );
            let asked = [
                format!("INSERT INTO t VALUES ({new})"),
                "EXECUTE write".to_owned(),
                format!("CALL store({new})"),
                format!("DO $$ BEGIN ASSERT is_ship({new}); END $$"),
                format!("DO $$ BEGIN ASSERT contracts.ship_manifest({new}); END $$"),
                "DO $$ BEGIN ASSERT (SELECT bool_and(contracts.ship_manifest_is_valid(
                     '{\"_schema_version\": 2}' || contract.upgrade('ship_manifest', manifest)))
                     FROM t); END $$"
                    .to_owned(),
            ];
            let mut session = Session::new(&database);
            session.run(&format!(
                "SET plan_cache_mode = force_generic_plan; PREPARE write AS INSERT INTO t VALUES ({new})"
            ));
            if block {
                session.run(&format!("BEGIN ISOLATION LEVEL {isolation}"));
            }
            for statement in &asked[..5] {
                if block {
                    session.run("SAVEPOINT s");
                }
                session.send(statement);
                let failure = session.wait().expect_err(statement);
                assert!(
                    ["23514", "P0004"].contains(&failure.code.as_str()),
                    "{failure}"
                );
                if block {
                    session.run("ROLLBACK TO s");
                }
            }
            registered(&mut database, &ship(&[first(), second()]));
            for statement in &asked {
                session.run(statement);
            }
            if block {
                session.run("COMMIT");
            }
            assert_eq!(database.value::<i64>("SELECT count(*) FROM t"), 3);
        }
    }
}

/// What the planner has evaluated is in force no longer than the version that it was evaluated by.
#[test]
fn an_answer_in_a_plan_is_given_up() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    let new = second_ada();
    let mut client = database.connect_as("postgres");
    client
        .batch_execute(&format!(
            "SET plan_cache_mode = force_generic_plan;
             CREATE FUNCTION ask() RETURNS boolean LANGUAGE plpgsql AS
                 $$ BEGIN RETURN contracts.ship_manifest_is_valid({new}); END $$;
             CREATE FUNCTION ask_in_sql() RETURNS boolean LANGUAGE sql VOLATILE AS
                 $$ SELECT contracts.ship_manifest_is_valid({new}) $$"
        ))
        .expect("functions");
    let asked: Vec<postgres::Statement> = [
        format!("SELECT contracts.ship_manifest_is_valid({new})"),
        "SELECT ask()".to_owned(),
        "SELECT ask_in_sql()".to_owned(),
    ]
    .iter()
    .map(|sql| client.prepare(sql).expect("a statement"))
    .collect();
    let mut answers = || -> Vec<bool> {
        let ask = |statement| client.query_one(statement, &[]).expect("an answer").get(0);
        asked.iter().map(ask).collect()
    };
    assert_eq!(answers(), [false; 3]);
    registered(&mut database, &ship(&[first(), second()]));
    assert_eq!(answers(), [true; 3]);
    database.execute_all("SELECT contract.retire('ship_manifest', 2)");
    assert_eq!(answers(), [true; 3]);
}

/// PL/pgSQL keeps what it calls for a whole transaction; its next statement sees the new version all the same.
#[test]
fn a_call_that_is_kept_sees_the_new_version() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    let mut client = database.connect_as("postgres");
    client
        .batch_execute(
            "CREATE FUNCTION ask(document jsonb) RETURNS boolean LANGUAGE plpgsql AS
                 $$ BEGIN RETURN contracts.ship_manifest_is_valid(document); END $$",
        )
        .expect("a function");
    let new = document(2, &json!({"ship": "Ada", "captain": "Grace"})).to_string();
    let statement = client
        .prepare("SELECT ask($1::text::jsonb)")
        .expect("a statement");
    for isolation in [IsolationLevel::ReadCommitted, IsolationLevel::Serializable] {
        let transaction = client.build_transaction().isolation_level(isolation);
        let mut block = transaction.start().expect("a transaction");
        let mut ask = || -> bool {
            let row = block.query_one(&statement, &[&new]);
            row.expect("an answer").get(0)
        };
        assert_eq!([ask(), ask()], [false; 2]);
        registered(&mut database, &ship(&[first(), second()]));
        assert_eq!([ask(), ask()], [true; 2]);
        block.commit().expect("an end");
        database.execute_all("DROP FUNCTION contracts.ship_manifest CASCADE");
        registered(&mut database, &ship(&[first()]));
    }
}

#[test]
fn what_is_rolled_back_is_not_in_force() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    let is_valid = format!("SELECT contracts.ship_manifest_is_valid({})", second_ada());
    let two = register(&ship(&[first(), second()]));
    for (begin, end) in [
        ("BEGIN", "ROLLBACK"),
        ("BEGIN; SAVEPOINT s", "ROLLBACK TO s"),
    ] {
        assert!(!database.value::<bool>(&is_valid));
        database.execute_all(&format!("{begin}; {two}"));
        assert!(
            database.value::<bool>(&is_valid),
            "its own transaction sees it"
        );
        database.execute_all(end);
        assert!(!database.value::<bool>(&is_valid), "{end}");
        database.execute_all("ROLLBACK");
    }
    // A contract type that is dropped and made anew is the new one.
    database.execute_all(&format!(
        "DROP FUNCTION contracts.ship_manifest CASCADE; {two}"
    ));
    assert!(database.value::<bool>(&is_valid));
    // A function that is renamed is found under its new name alone.
    database.execute_all(
        "DROP FUNCTION contracts.ship_manifest_is_valid;
         ALTER FUNCTION contracts.ship_manifest RENAME TO vessel",
    );
    assert_eq!(
        database
            .fails("SELECT contract.schema('ship_manifest', 1)")
            .code,
        "42704"
    );
}

/// Whatever others hold on the tables that use a contract type, a version is registered at once.
#[test]
fn registering_waits_for_no_table() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    let old = literal(&document(1, &json!({"ship": "Ada"})));
    database.execute_all(&format!(
        "CREATE TABLE t (manifest jsonb CHECK (contracts.ship_manifest_is_valid(manifest)));
         CREATE TABLE u (manifest jsonb);
         SELECT contract.bind('u', 'manifest', 'ship_manifest');
         INSERT INTO t VALUES ({old}); INSERT INTO u VALUES ({old})"
    ));
    let mut holder = Session::new(&database);
    let mut shape = first();
    let mut schemas = vec![first()];
    for (hold, number) in [
        (
            "INSERT INTO t SELECT * FROM t; UPDATE u SET manifest = manifest",
            2,
        ),
        ("LOCK TABLE t, u IN ACCESS EXCLUSIVE MODE", 3),
        ("DECLARE c CURSOR FOR SELECT * FROM t, u; FETCH c", 4),
    ] {
        holder.run(&format!("BEGIN; {hold}"));
        shape["properties"][format!("key{number}")] = json!({"type": "string"});
        schemas.push(shape.clone());
        database.execute_all("SET lock_timeout = '1ms'");
        assert_eq!(
            registered(&mut database, &ship(&schemas)),
            "changed",
            "{hold}"
        );
        database.execute_all("RESET lock_timeout");
        holder.run("COMMIT");
    }
    // And nobody who reads or writes waits for who registers.
    let mut registrar = Session::new(&database);
    registrar.run(&format!("BEGIN; {}", {
        let mut described = ship(&schemas);
        described["owner"] = json!("harbour");
        described["release"] = json!("4.0.1");
        register(&described)
    }));
    database.execute_all(&format!(
        "SET lock_timeout = '1ms'; INSERT INTO t VALUES ({old}); UPDATE u SET manifest = {old};
         SELECT contract.resolve('ship_manifest'), * FROM contract.types()"
    ));
    registrar.run("COMMIT");
}
