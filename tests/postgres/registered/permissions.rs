//! Who may register: who may create in the schema `contracts`, and nobody else changes anything.

use super::{first, manifest, quoted, refused, register, registered, second, ship};
use tests::{Database, failure};

/// All that registering changes.
fn state(database: &mut Database) -> String {
    database.value(
        "SELECT string_agg(x, '|') FROM (
             SELECT p::text FROM pg_proc AS p WHERE pronamespace = 'contracts'::regnamespace
             UNION ALL SELECT n::text FROM pg_namespace AS n WHERE nspname LIKE 'contract%'
             UNION ALL SELECT l::text FROM pg_language AS l
             UNION ALL SELECT d::text FROM pg_description AS d
             UNION ALL SELECT h::text FROM contract.history AS h
             UNION ALL SELECT t::text FROM contract.types() AS t ORDER BY 1) AS q (x)",
    )
}

#[test]
fn who_may_not_create_in_the_schema_changes_nothing() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first(), second()]));
    database.execute_all("CREATE ROLE stranger LOGIN; GRANT CREATE ON SCHEMA public TO stranger");
    let mut stranger = database.connect_as("stranger");
    let before = state(&mut database);
    let body: String = database.value("SELECT prosrc FROM contract.definitions");
    let invented = quoted(&body.replace("postgres", "somebody"));
    let by_hand = |create: &str, name: &str| {
        format!(
            "SET check_function_bodies = off; {create} FUNCTION {name}(document jsonb) RETURNS boolean
             IMMUTABLE STRICT PARALLEL SAFE LANGUAGE jsonb_contract AS {invented}"
        )
    };
    let new = register(&manifest("other", &[first()]));
    for sql in [
        new.as_str(),
        &register(&ship(&[first(), second(), second()])),
        &register(&ship(&[first(), second()])),
        "SELECT contract.retire('ship_manifest', 2)",
        "SELECT contract.serialize_registrations()",
        &by_hand("CREATE", "contracts.other"),
        &by_hand("CREATE OR REPLACE", "contracts.ship_manifest"),
        "CREATE OR REPLACE FUNCTION contracts.ship_manifest(document jsonb) RETURNS boolean LANGUAGE sql RETURN true",
        "CREATE OR REPLACE FUNCTION contracts.ship_manifest_is_valid(document jsonb) RETURNS boolean LANGUAGE sql RETURN true",
        "DROP FUNCTION contracts.ship_manifest CASCADE",
        "DROP FUNCTION contracts.ship_manifest_is_valid",
        "ALTER FUNCTION contracts.ship_manifest RENAME TO mine",
        "ALTER FUNCTION contracts.ship_manifest OWNER TO stranger",
        "ALTER FUNCTION contracts.ship_manifest VOLATILE",
        "ALTER FUNCTION contracts.ship_manifest SET SCHEMA public",
        "COMMENT ON FUNCTION contracts.ship_manifest IS 'mine'",
        "ALTER SCHEMA contracts RENAME TO mine",
        "ALTER SCHEMA contracts OWNER TO stranger",
        "DROP LANGUAGE jsonb_contract CASCADE",
        "DROP EXTENSION jsonb_contract CASCADE",
        "CREATE OR REPLACE VIEW contract.history AS SELECT 1",
        "UPDATE contract.history SET change = ''",
        "DELETE FROM contract.history",
        "DELETE FROM contract.aliases",
        "INSERT INTO contract.definitions VALUES (1)",
        "UPDATE pg_proc SET prosrc = ''",
    ] {
        let error = stranger.batch_execute(sql).expect_err(sql);
        let failure = failure(&error);
        // 55000: a view that cannot be written at all.
        assert!(
            ["42501", "55000"].contains(&failure.code.as_str()),
            "{sql}: {failure}"
        );
    }
    let error = stranger.batch_execute(&new).expect_err("no right");
    let told = failure(&error);
    assert_eq!(told.message, "permission denied to register contract types");
    assert_eq!(
        told.hint,
        "GRANT CREATE ON SCHEMA contracts TO stranger allows it."
    );
    // A warning only, says Postgres, and does nothing.
    stranger
        .batch_execute("GRANT CREATE ON SCHEMA contracts TO stranger")
        .expect("a warning");
    // A function of the language elsewhere is no contract type.
    stranger
        .batch_execute(&by_hand("CREATE", "public.ship_manifest"))
        .expect("a function of its own");
    assert_eq!(state(&mut database), before);
    // The use of the functions is for everybody.
    stranger
        .batch_execute(
            "SELECT contracts.ship_manifest_is_valid('{}'), contract.resolve('ship_manifest');
             TABLE contract.history; TABLE contract.aliases; TABLE contract.bindings;
             SELECT contract.manifest('ship_manifest'), contract.schema('ship_manifest', 1);
             SELECT * FROM contract.errors('ship_manifest', '{}')",
        )
        .expect("everybody may");
    drop(stranger);
    database.execute_all("DROP OWNED BY stranger; DROP ROLE stranger");
}

#[test]
fn the_right_to_create_is_no_right_to_replace() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first(), second()]));
    database.execute_all(
        "CREATE ROLE registrar LOGIN; GRANT CREATE ON SCHEMA contracts TO registrar;
         CREATE TABLE t (manifest jsonb);
         SELECT contract.bind('t', 'manifest', 'ship_manifest')",
    );
    let mut registrar = database.connect_as("registrar");
    let own = manifest("other", &[first()]);
    registrar
        .batch_execute(&register(&own))
        .expect("a contract type of its own");
    let mut described = ship(&[first(), second()]);
    described["owner"] = "registrar".into();
    described["release"] = "2.0.1".into();
    for sql in [
        register(&described),
        // Nor to look through tables that are another's.
        "SELECT contract.retire('ship_manifest', 2)".to_owned(),
    ] {
        let error = registrar.batch_execute(&sql).expect_err("another's");
        assert_eq!(failure(&error).code, "42501", "{}", failure(&error));
    }
    let by: Vec<String> = database
        .query(
            "SELECT registered_by::text FROM contract.history ORDER BY contract_type",
            &[],
        )
        .expect("the view")
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(by, ["registrar", "postgres"]);
    drop(registrar);
    database.execute_all("DROP OWNED BY registrar; DROP ROLE registrar");
}

/// The history names who was logged in, whatever role was set.
#[test]
fn history_names_who_was_logged_in() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE ROLE clerk; GRANT CREATE ON SCHEMA contracts TO clerk; SET ROLE clerk",
    );
    registered(&mut database, &ship(&[first()]));
    database.execute_all("RESET ROLE");
    let by: String = database.value("SELECT registered_by::text FROM contract.history");
    assert_eq!(by, "postgres");
    database.execute_all("DROP OWNED BY clerk; DROP ROLE clerk");
}

/// The extension is trusted: who owns the database creates it, and gives the right to register.
#[test]
fn the_owner_of_the_database_registers_and_lets_others() {
    let mut database = Database::bare("");
    database.execute_all(&format!(
        "CREATE ROLE owner_of_it LOGIN; CREATE ROLE team LOGIN; ALTER DATABASE {} OWNER TO owner_of_it",
        database.name()
    ));
    let mut owner = database.connect_as("owner_of_it");
    let mut team = database.connect_as("team");
    let run = |client: &mut postgres::Client, sql: &str| {
        client
            .batch_execute(sql)
            .map_err(|error| failure(&error).code)
    };
    let ships = register(&ship(&[first()]));
    assert_eq!(run(&mut owner, "CREATE EXTENSION jsonb_contract"), Ok(()));
    assert_eq!(run(&mut team, &ships), Err("42501".to_owned()));
    assert_eq!(
        run(&mut owner, "GRANT CREATE ON SCHEMA contracts TO team"),
        Ok(())
    );
    assert_eq!(run(&mut team, &ships), Ok(()));
    assert_eq!(
        run(&mut owner, &register(&manifest("other", &[first()]))),
        Ok(())
    );
    assert_eq!(
        refused(&mut database, &manifest("case_metadata", &[first()])).code,
        "22023"
    );
    drop((owner, team));
    let maintenance = format!("ALTER DATABASE {} OWNER TO postgres", database.name());
    database.execute_all(&format!(
        "{maintenance}; REASSIGN OWNED BY owner_of_it, team TO postgres;
         DROP OWNED BY owner_of_it, team; DROP ROLE owner_of_it, team"
    ));
}
