//! CHECK constraints that call the contract, on every way into a table.

use crate::{case, literal};
use postgres::Client;
use serde_json::{Value, json};
use std::io::Write as _;
use tests::{Database, failure};

const TABLE: &str = "CREATE TABLE cases (
    id int PRIMARY KEY,
    metadata jsonb CONSTRAINT metadata_contract CHECK (contract.check('case_metadata', metadata)),
    note text
)";

fn unknown_key() -> Value {
    let mut document = case();
    document["surprise"] = json!(true);
    document
}

fn with_table() -> Database {
    let mut database = Database::new();
    database.execute_all(TABLE);
    database
}

fn rows(client: &mut Client) -> i64 {
    client
        .query_one("SELECT count(*) FROM cases", &[])
        .expect("a count")
        .get(0)
}

#[test]
fn insert_update_and_null() {
    let mut database = with_table();
    database.execute_all(&format!(
        "INSERT INTO cases VALUES (1, {}), (2, NULL)",
        literal(&case())
    ));
    for refused in [
        format!("INSERT INTO cases VALUES (3, {})", literal(&unknown_key())),
        "INSERT INTO cases VALUES (3, 'null')".to_owned(),
        "UPDATE cases SET metadata = metadata || '{\"surprise\": 1}' WHERE id = 1".to_owned(),
        "UPDATE cases SET metadata = metadata - 'type' WHERE id = 1".to_owned(),
        format!(
            "INSERT INTO cases VALUES (1, {0}) ON CONFLICT (id) DO UPDATE SET metadata = {1}",
            literal(&case()),
            literal(&unknown_key())
        ),
        format!(
            "MERGE INTO cases USING (SELECT 9 AS id) s ON cases.id = s.id
             WHEN NOT MATCHED THEN INSERT VALUES (s.id, {})",
            literal(&unknown_key())
        ),
    ] {
        assert_eq!(database.fails(&refused).code, "23514", "{refused}");
    }
    database
        .execute_all("UPDATE cases SET note = 'seen', metadata = metadata || '{\"priority\": 1}'");
    assert_eq!(rows(&mut database), 2);
}

#[test]
fn a_silent_check_reports_the_constraint() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE t (d jsonb CONSTRAINT d_contract CHECK (contract.is_valid('case_metadata', d)))",
    );
    let error = database
        .batch_execute(&format!(
            "INSERT INTO t VALUES ({})",
            literal(&unknown_key())
        ))
        .expect_err("not valid");
    let error = error.as_db_error().expect("the server's error");
    assert_eq!(error.code().code(), "23514");
    assert_eq!(error.constraint(), Some("d_contract"));
}

#[test]
fn copy_takes_all_or_nothing() {
    let mut database = with_table();
    let mut copy = |documents: &[Value]| {
        let escaped = |document: &Value| document.to_string().replace('\\', "\\\\");
        let lines: Vec<String> = documents
            .iter()
            .enumerate()
            .map(|(id, document)| format!("{id}\t{}\n", escaped(document)))
            .collect();
        let mut writer = database
            .copy_in("COPY cases (id, metadata) FROM STDIN")
            .expect("COPY starts");
        writer
            .write_all(lines.concat().as_bytes())
            .expect("lines are sent");
        writer.finish()
    };
    let mut documents = vec![case(); 500];
    documents.push(unknown_key());
    let error = copy(&documents).expect_err("the last document is not valid");
    assert_eq!(failure(&error).code, "23514");
    assert_eq!(copy(&documents[..500]).expect("valid documents"), 500);
    assert_eq!(rows(&mut database), 500);
}

#[test]
fn prepared_statements_custom_and_generic_plans() {
    for mode in ["force_custom_plan", "force_generic_plan", "auto"] {
        let mut database = with_table();
        database.execute_all(&format!("SET plan_cache_mode = {mode}"));
        let insert = database
            .prepare("INSERT INTO cases (id, metadata) VALUES ($1, $2::text::jsonb)")
            .expect("a prepared statement");
        for id in 0..12 {
            let (document, valid) = if id % 3 == 2 {
                (unknown_key(), false)
            } else {
                (case(), true)
            };
            let result = database.execute(&insert, &[&id, &document.to_string()]);
            assert_eq!(result.is_ok(), valid, "{mode} {id}");
        }
        assert_eq!(rows(&mut database), 8);

        // The contract type may be a parameter too, and change between executions.
        let ask = database
            .prepare("SELECT contract.is_valid($1, $2::text::jsonb)")
            .expect("a prepared statement");
        for (name, expected) in [
            ("case_metadata", true),
            ("session_data", false),
            ("case_metadata", true),
        ] {
            let row = database
                .query_one(&ask, &[&name, &case().to_string()])
                .expect("a verdict");
            assert_eq!(row.get::<_, bool>(0), expected, "{mode} {name}");
        }
    }
}

#[test]
fn partitions_inherit_the_check() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE cases (id int, metadata jsonb,
             CHECK (contract.check('case_metadata', metadata))) PARTITION BY RANGE (id);
         CREATE TABLE low PARTITION OF cases FOR VALUES FROM (0) TO (100);
         CREATE TABLE high PARTITION OF cases FOR VALUES FROM (100) TO (200)",
    );
    for (table, id) in [("cases", 1), ("cases", 150), ("low", 2), ("high", 151)] {
        let insert =
            |document: &Value| format!("INSERT INTO {table} VALUES ({id}, {})", literal(document));
        database.execute_all(&insert(&case()));
        assert_eq!(
            database.fails(&insert(&unknown_key())).code,
            "23514",
            "{table} {id}"
        );
    }
    // A row that moves to another partition is checked there; one attached later is validated.
    let moved = database.fails(
        "UPDATE cases SET id = 199, metadata = metadata || '{\"surprise\": 1}' WHERE id = 1",
    );
    assert_eq!(moved.code, "23514");
    database.execute_all(&format!(
        "CREATE TABLE later (id int, metadata jsonb); INSERT INTO later VALUES (250, {})",
        literal(&unknown_key())
    ));
    let attached =
        database.fails("ALTER TABLE later ADD CHECK (contract.check('case_metadata', metadata))");
    assert_eq!(attached.code, "23514");
}

#[test]
fn domains_and_generated_columns() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE DOMAIN case_document AS jsonb CHECK (contract.check('case_metadata', VALUE));
         CREATE TABLE t (d case_document,
             version int GENERATED ALWAYS AS (contract.schema_version(d)) STORED)",
    );
    database.execute_all(&format!("INSERT INTO t VALUES ({})", literal(&case())));
    assert_eq!(database.value::<i32>("SELECT version FROM t"), 2);
    let refused = database.fails(&format!(
        "INSERT INTO t VALUES ({})",
        literal(&unknown_key())
    ));
    assert_eq!(refused.code, "23514");
}

#[test]
fn not_valid_then_repair_then_validate() {
    let mut database = Database::new();
    database.execute_all("CREATE TABLE cases (id int PRIMARY KEY, metadata jsonb)");
    database.execute_all(&format!(
        "INSERT INTO cases SELECT i, CASE WHEN i % 10 = 0 THEN {} ELSE {} END
         FROM generate_series(1, 100) i",
        literal(&unknown_key()),
        literal(&case())
    ));
    let add =
        "ALTER TABLE cases ADD CONSTRAINT c CHECK (contract.check('case_metadata', metadata))";
    assert_eq!(database.fails(add).code, "23514");
    database.execute_all(&format!("{add} NOT VALID"));
    // New rows are checked at once, and so is every row that is written again.
    for refused in [
        format!(
            "INSERT INTO cases VALUES (101, {})",
            literal(&unknown_key())
        ),
        "UPDATE cases SET id = -10 WHERE id = 10".to_owned(),
        "ALTER TABLE cases VALIDATE CONSTRAINT c".to_owned(),
    ] {
        assert_eq!(database.fails(&refused).code, "23514", "{refused}");
    }
    let offenders: i64 = database.value(
        "SELECT count(*) FROM cases, contract.errors('case_metadata', metadata)
         WHERE instance_path = '/surprise' AND keyword = 'additionalProperties'",
    );
    assert_eq!(offenders, 10);
    database.execute_all(
        "UPDATE cases SET metadata = metadata - 'surprise'
         WHERE NOT contract.is_valid('case_metadata', metadata);
         ALTER TABLE cases VALIDATE CONSTRAINT c",
    );
    let validated: bool =
        database.value("SELECT convalidated FROM pg_constraint WHERE conname = 'c'");
    assert!(validated);
}

#[test]
fn a_parallel_scan_gives_the_same_answer() {
    let mut database = Database::new();
    database.execute_all(&format!(
        "CREATE TABLE cases (id int, metadata jsonb);
         INSERT INTO cases SELECT i, CASE WHEN i % 7 = 0 THEN {} ELSE {} END
         FROM generate_series(1, 20000) i;
         ANALYZE cases;
         SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
         SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2",
        literal(&unknown_key()),
        literal(&case())
    ));
    for ask in [
        "contract.is_valid('case_metadata', metadata)",
        "contract.matches_schema(contract.schema('case_metadata', 2), metadata)",
    ] {
        let plan: Vec<String> = database
            .query(
                &format!(
                    "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off)
                     SELECT count(*) FROM cases WHERE {ask}"
                ),
                &[],
            )
            .expect("a plan")
            .iter()
            .map(|row| row.get::<_, String>(0))
            .collect();
        let launched = plan
            .iter()
            .find_map(|line| line.trim().strip_prefix("Workers Launched: "))
            .unwrap_or_else(|| panic!("no parallel plan: {plan:#?}"));
        assert_ne!(launched, "0", "{plan:#?}");
        let valid: i64 = database.value(&format!("SELECT count(*) FROM cases WHERE {ask}"));
        assert_eq!(valid, 20_000 - 20_000 / 7);
    }
}

#[test]
fn stored_forms_give_the_same_verdict() {
    // Short header, compressed in line, compressed out of line, plain out of line.
    let mut database = with_table();
    database.execute_all(
        "ALTER TABLE cases ALTER metadata SET STORAGE EXTENDED;
         CREATE TABLE plain (LIKE cases INCLUDING ALL);
         ALTER TABLE plain ALTER metadata SET STORAGE EXTERNAL",
    );
    for table in ["cases", "plain"] {
        for (id, size) in [(1, 1), (2, 60), (3, 3000), (4, 100_000), (5, 3_000_000)] {
            let insert = |key: &str| {
                format!(
                    "INSERT INTO {table} VALUES ({id}, {} || jsonb_build_object('{key}',
                         jsonb_build_object('text', repeat('ab', {size}))))",
                    literal(&case())
                )
            };
            assert_eq!(
                database.fails(&insert("surprise")).code,
                "23514",
                "{table} {size}"
            );
            database.execute_all(&insert("custom_fields"));
        }
        let valid: i64 = database.value(&format!(
            "SELECT count(*) FROM {table} WHERE contract.is_valid('case_metadata', metadata)"
        ));
        assert_eq!(valid, 5);
    }
}

#[test]
fn triggers_and_functions_call_it_too() {
    let mut database = with_table();
    database.execute_all(
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN NEW.metadata := NEW.metadata || '{\"surprise\": 1}'; RETURN NEW; END $$;
         CREATE TRIGGER spoil BEFORE INSERT ON cases FOR EACH ROW EXECUTE FUNCTION spoil()",
    );
    // A CHECK sees what the triggers have made of the row.
    let refused = database.fails(&format!(
        "INSERT INTO cases VALUES (1, {})",
        literal(&case())
    ));
    assert_eq!(refused.code, "23514");
    database.execute_all(
        "CREATE FUNCTION ask(document jsonb) RETURNS text LANGUAGE plpgsql AS $$
         BEGIN
             PERFORM contract.check('case_metadata', document);
             RETURN 'valid';
         EXCEPTION WHEN check_violation THEN
             RETURN 'refused';
         END $$",
    );
    for _ in 0..3 {
        let asked: String = database.value(&format!(
            "SELECT ask({}) || ' ' || ask({})",
            literal(&case()),
            literal(&unknown_key())
        ));
        assert_eq!(asked, "valid refused");
    }
}
