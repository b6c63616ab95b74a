//! Validators that are kept: for a call site and across statements, never for the wrong schema.

use tests::Database;

/// Memory that the backend of this connection uses, in kilobytes.
fn resident(database: &mut Database) -> u64 {
    let backend: i32 = database.value("SELECT pg_backend_pid()");
    let status = std::fs::read_to_string(format!("/proc/{backend}/status")).expect("a process");
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|size| size.trim().strip_suffix(" kB"))
        .expect("a resident size")
        .parse()
        .expect("a number")
}

#[test]
fn a_schema_that_changes_from_row_to_row_is_never_mistaken() {
    let mut database = Database::new();
    let wrong: i64 = database.value(
        "SELECT count(*) FROM (
             SELECT i, contract.matches_schema(jsonb_build_object('const', i % 100), to_jsonb(j)) AS m,
                    j FROM generate_series(0, 299) i, generate_series(0, 99) j) s
         WHERE m <> (i % 100 = j)",
    );
    assert_eq!(wrong, 0);
}

#[test]
fn a_contract_type_that_changes_from_row_to_row_is_never_mistaken() {
    let mut database = Database::new();
    let wrong: i64 = database.value(
        "WITH d AS (
             SELECT t.name, jsonb_build_object('_schema_version', 1, 'type', t.name, '_context',
                 '{\"created_by\": \"a\", \"created_at\": \"2025-01-22T10:00:00Z\"}'::jsonb)
                 || CASE t.name WHEN 'invoice_line_items' THEN '{\"items\": []}'::jsonb
                                WHEN 'notification_delivery_attempts' THEN '{\"attempts\": []}'
                                ELSE '{}' END AS doc
             FROM contract.types() t)
         SELECT count(*) FROM d AS a, d AS b
         WHERE contract.is_valid(a.name, b.doc) <> (a.name = b.name)",
    );
    assert_eq!(wrong, 0);
}

#[test]
fn two_schemas_in_one_statement_and_one_schema_in_two() {
    let mut database = Database::new();
    for _ in 0..3 {
        let both: bool = database.value(
            "SELECT bool_and(contract.matches_schema('{\"type\": \"integer\"}', i)
                         AND NOT contract.matches_schema('{\"type\": \"string\"}', i))
             FROM (SELECT to_jsonb(i) AS i FROM generate_series(1, 100) i) s",
        );
        assert!(both);
    }
}

/// PL/pgSQL keeps a call site while its variables change.
#[test]
fn a_schema_in_a_variable_is_never_mistaken() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE TABLE t (s jsonb, d jsonb);
         CREATE FUNCTION matches() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF NOT contract.matches_schema(NEW.s, NEW.d) THEN RAISE check_violation; END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER matches BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION matches();
         CREATE FUNCTION ask(schemas jsonb[], document jsonb) RETURNS text LANGUAGE plpgsql AS $$
         DECLARE s jsonb; answers text := '';
         BEGIN
             FOREACH s IN ARRAY schemas LOOP
                 answers := answers || contract.matches_schema(s, document)::text || ' ';
             END LOOP;
             RETURN answers;
         END $$",
    );
    let (integer, string) = (r#"{"type": "integer"}"#, r#"{"type": "string"}"#);
    let answers: String = database.value(&format!(
        "SELECT ask(ARRAY['{integer}', '{string}', '{integer}']::jsonb[], '1')"
    ));
    assert_eq!(answers, "true false true ");
    database.execute_all(&format!("BEGIN; INSERT INTO t VALUES ('{integer}', '1')"));
    assert_eq!(
        database
            .fails(&format!("INSERT INTO t VALUES ('{string}', '1')"))
            .code,
        "23514"
    );
    database.execute_all("ROLLBACK");
}

#[test]
fn heavy_schemas_are_not_all_kept() {
    let mut database = Database::new();
    let before = resident(&mut database);
    // Each takes some megabytes once compiled.
    let compiled: i64 = database.value(
        "SELECT count(*) FROM generate_series(1, 60) n WHERE contract.matches_schema(
             (SELECT jsonb_build_object('title', n::text, '$ref', '#/$defs/a0', '$defs', jsonb_object_agg('a' || i,
                 CASE WHEN i < 80 THEN jsonb_build_object('unevaluatedProperties', false,
                     '$ref', '#/$defs/a' || i + 1) ELSE 'true' END))
              FROM generate_series(0, 80) i), '{}')",
    );
    assert_eq!(compiled, 60);
    let after = resident(&mut database);
    assert!(
        after < before + 150_000,
        "{before} kB before, {after} kB after"
    );
}

#[test]
fn what_is_kept_is_bounded() {
    let mut database = Database::new();
    // Each pass compiles 20,000 schemas that are all different, and too many to be kept.
    let pass = |database: &mut Database, seed: i32| {
        let valid: i64 = database.value(&format!(
            "SELECT count(*) FROM generate_series(1, 20000) i
             WHERE contract.matches_schema(
                 jsonb_build_object('properties', jsonb_build_object('k' || i, true,
                     'p', jsonb_build_object('pattern', '^[a-z]{{1,20}}{seed}' || i))), '{{}}')"
        ));
        assert_eq!(valid, 20_000);
    };
    pass(&mut database, 1);
    let after_one = resident(&mut database);
    pass(&mut database, 2);
    pass(&mut database, 3);
    let after_three = resident(&mut database);
    assert!(
        after_three < after_one + 20_000,
        "{after_one} kB after one pass, {after_three} kB after three"
    );
}

#[test]
fn failing_documents_leave_nothing_behind() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE FUNCTION fail(n int) RETURNS void LANGUAGE plpgsql AS $$
         BEGIN
             FOR i IN 1..n LOOP
                 BEGIN
                     PERFORM contract.check('case_metadata',
                         jsonb_build_object('k', repeat('x', 10000), 'n', i));
                 EXCEPTION WHEN check_violation THEN NULL;
                 END;
             END LOOP;
         END $$",
    );
    database.execute_all("SELECT fail(2000)");
    let before = resident(&mut database);
    database.execute_all("SELECT fail(20000)");
    let after = resident(&mut database);
    assert!(
        after < before + 20_000,
        "{before} kB before, {after} kB after"
    );
}

#[test]
fn an_error_in_between_leaves_the_validators_whole() {
    let mut database = Database::new();
    for _ in 0..3 {
        let failure = database.fails("SELECT contract.matches_schema('{\"type\": 5}', '1')");
        assert_eq!(failure.code, "22023");
        assert!(
            database
                .value::<bool>("SELECT contract.matches_schema('{\"type\": \"integer\"}', '1')")
        );
        database.fails("SELECT contract.check('case_metadata', '[]')");
        assert!(!database.value::<bool>("SELECT contract.is_valid('case_metadata', '[]')"));
    }
}
