//! CREATE EXTENSION, who may, and what the functions are marked as.

use crate::{case, literal};
use tests::Database;

#[test]
fn functions_are_what_they_are_declared_to_be() {
    let mut database = Database::new();
    let functions: Vec<String> = database
        .query(
            "SELECT pg_catalog.format('%s %s%s%s', proname, provolatile, proparallel, proisstrict)
             FROM pg_catalog.pg_proc WHERE pronamespace = 'contract'::regnamespace ORDER BY 1",
            &[],
        )
        .expect("the catalog")
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(
        functions,
        [
            "bind vuf",
            "call_registered vuf",
            "check ist",
            "check_expression ist",
            "conforms ist",
            "conforms_aliased ist",
            "definition_ddl sut",
            "definition_header ist",
            "dependents suf",
            "enforced_by sst",
            "errors sst",
            "floors suf",
            "guard vuf",
            "guard_ddl sut",
            "guard_name ist",
            "is_valid ist",
            "is_writable ist",
            "known_type sst",
            "manifest sst",
            "matches_schema ist",
            "name_conflicts suf",
            "prepare_registration vut",
            "prepare_retirement vut",
            "raise_floor vuf",
            "register vuf",
            "require_read_committed vuf",
            "required_terms ist",
            "resolve suf",
            "retire vuf",
            "schema sst",
            "schema_errors ist",
            "schema_version ist",
            "serialize_changes vuf",
            "serialize_registrations vuf",
            "silent_ddl sut",
            "split_condition ist",
            "trigger_arguments ist",
            "types sst",
            "unbind vuf",
            "upgrade sst",
            "upgrade sst",
            "upgrade_column vuf",
            "upgrade_statements vuf",
            "validate_binding vuf",
            "validate_registered vut",
        ]
    );
}

#[test]
fn null_is_an_error_where_a_function_is_no_longer_strict() {
    let mut database = Database::new();
    for function in ["is_valid", "check"] {
        database.execute_all(&format!(
            "ALTER FUNCTION contract.{function}(text, jsonb) CALLED ON NULL INPUT"
        ));
        for arguments in ["NULL, '{}'", "'case_metadata', NULL"] {
            let failure = database.fails(&format!("SELECT contract.{function}({arguments})"));
            assert_eq!(failure.message, "NULL is no argument of a STRICT function");
        }
    }
}

#[test]
fn a_database_in_another_encoding_is_refused() {
    let mut database = Database::bare("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    let failure = database.fails("CREATE EXTENSION jsonb_contract");
    assert_eq!(failure.code, "0A000");
    assert_eq!(
        failure.message,
        "extension jsonb_contract needs a database with encoding UTF8"
    );
    assert_eq!(failure.detail, "The encoding of this database is LATIN1.");
}

#[test]
fn the_owner_of_a_database_may_create_it_and_gets_no_further_rights() {
    let mut database = Database::bare("");
    database.execute_all(
        "CREATE ROLE plain_owner LOGIN; CREATE ROLE plain_user LOGIN; CREATE ROLE outsider LOGIN",
    );
    let name = database.name().to_owned();
    database.execute_all(&format!("ALTER DATABASE {name} OWNER TO plain_owner"));

    let error = database
        .connect_as("outsider")
        .batch_execute("CREATE EXTENSION jsonb_contract")
        .expect_err("who does not own the database may not");
    assert_eq!(tests::failure(&error).code, "42501");

    let mut owner = database.connect_as("plain_owner");
    owner
        .batch_execute("CREATE EXTENSION jsonb_contract")
        .expect("the owner may");
    // Nothing in it runs with the rights of whoever created it.
    let definers: i64 = database.value(
        "SELECT count(*) FROM pg_catalog.pg_proc
         WHERE pronamespace = 'contract'::regnamespace AND prosecdef",
    );
    assert_eq!(definers, 0);

    // Another role writes to a table whose CHECK calls the functions, and asks for errors.
    owner
        .batch_execute(
            "CREATE TABLE t (doc jsonb CHECK (contract.check('case_metadata', doc)));
             GRANT ALL ON t TO plain_user",
        )
        .expect("a table with a CHECK");
    let mut user = database.connect_as("plain_user");
    user.batch_execute(&format!(
        "INSERT INTO public.t VALUES ({})",
        literal(&case())
    ))
    .expect("a valid document");
    user.batch_execute("SELECT * FROM contract.errors('case_metadata', '{}')")
        .expect("everybody may ask");
    user.batch_execute("CREATE FUNCTION contract.mine() RETURNS int LANGUAGE sql RETURN 1")
        .expect_err("nobody else may put functions beside them");

    drop((owner, user));
    database.execute_all(&format!(
        "DROP TABLE t; DROP EXTENSION jsonb_contract; ALTER DATABASE {name} OWNER TO postgres;
         DROP OWNED BY plain_owner; DROP ROLE plain_owner, plain_user, outsider"
    ));
}

#[test]
fn it_is_created_and_dropped_whatever_the_search_path() {
    let mut database = Database::bare("");
    database.execute_all("SET search_path = ''");
    database.execute_all("CREATE EXTENSION jsonb_contract");
    assert!(database.value::<bool>(&format!(
        "SELECT contract.is_valid('case_metadata', {})",
        literal(&case()).replace("::jsonb", "::pg_catalog.jsonb")
    )));
    database.execute_all("DROP EXTENSION jsonb_contract; CREATE EXTENSION jsonb_contract");
}

/// The verdict depends on the arguments alone.
#[test]
fn no_setting_changes_a_verdict() {
    let mut database = Database::new();
    let mut broken = case();
    broken["_context"]["created_at"] = "22.01.2025".into();
    let ask = format!(
        "SELECT contract.is_valid('case_metadata', {}) AND NOT contract.is_valid('case_metadata', {})",
        literal(&case()),
        literal(&broken)
    );
    for setting in [
        "search_path = 'nowhere'",
        "timezone = 'Asia/Kolkata'",
        "datestyle = 'German'",
        "extra_float_digits = -15",
        "lc_numeric = 'C'",
        "standard_conforming_strings = off",
        "bytea_output = 'escape'",
        "role = 'pg_read_all_data'",
        "transaction_read_only = on",
        "jit_above_cost = 0",
    ] {
        database.execute_all(&format!("BEGIN; SET LOCAL {setting}"));
        assert!(database.value::<bool>(&ask), "{setting}");
        database.execute_all("ROLLBACK");
    }
}

#[test]
fn types_and_schemas_are_those_of_the_core() {
    use contract_core::Registry;
    let mut database = Database::new();
    let rows = database
        .query("SELECT * FROM contract.types()", &[])
        .expect("rows");
    assert_eq!(rows.len(), Registry::builtin().iter().len());
    for (row, contract) in rows.iter().zip(Registry::builtin().iter()) {
        let manifest = contract.manifest();
        assert_eq!(row.get::<_, &str>("name"), contract.name());
        assert_eq!(row.get::<_, &str>("canonical_id"), manifest.canonical_id);
        assert_eq!(row.get::<_, &str>("release"), manifest.release.to_string());
        assert_eq!(row.get::<_, i32>("min_version"), 1);
        assert_eq!(
            row.get::<_, i32>("max_version").cast_unsigned(),
            manifest.max_version
        );
        assert_eq!(row.get::<_, &str>("owner"), "architecture-team");
        assert_eq!(row.get::<_, &str>("status"), "active");
        assert_eq!(row.get::<_, &str>("compatibility"), "backward");
        for (version, schema) in contract.versions() {
            let in_sql: String = database.value(&format!(
                "SELECT contract.schema('{}', {version})::text",
                contract.name()
            ));
            let in_sql: serde_json::Value = serde_json::from_str(&in_sql).expect("JSON");
            assert_eq!(in_sql, *schema);
        }
    }
}

#[test]
fn the_schema_of_a_version_says_what_the_version_accepts() {
    let mut database = Database::new();
    for version in [1, 2] {
        let mut document = case();
        document["_schema_version"] = version.into();
        let matches = |database: &mut Database, document: &serde_json::Value| {
            database.value::<bool>(&format!(
                "SELECT contract.matches_schema(contract.schema('case_metadata', {version}), {})",
                literal(document)
            ))
        };
        assert!(matches(&mut database, &document));
        document["_schema_version"] = (3 - version).into();
        assert!(!matches(&mut database, &document));
        document["_schema_version"] = version.into();
        document["unknown"] = 1.into();
        assert!(!matches(&mut database, &document));
    }
}

#[test]
fn schema_version_reads_the_envelope() {
    let mut database = Database::new();
    for (document, version) in [
        (r#"{"_schema_version": 2}"#, Some(2)),
        (r#"{"_schema_version": 2.0}"#, Some(2)),
        (r#"{"_schema_version": -5}"#, Some(-5)),
        (r#"{"_schema_version": 1.5}"#, None),
        (r#"{"_schema_version": "2"}"#, None),
        (r#"{"_schema_version": 1e30}"#, None),
        (r#"{"_schema_version": 2147483648}"#, None),
        ("{}", None),
        ("[2]", None),
        ("2", None),
    ] {
        let read: Option<i32> =
            database.value(&format!("SELECT contract.schema_version('{document}')"));
        assert_eq!(read, version, "{document}");
    }
}
