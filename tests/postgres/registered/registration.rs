//! Registering a contract type, and what SQL knows of it then.

use super::{document, first, manifest, quoted, refused, registered, second, ship};
use crate::literal;
use serde_json::json;
use tests::Database;

#[test]
fn a_registered_contract_type_checks_documents() {
    let mut database = Database::new();
    assert_eq!(registered(&mut database, &ship(&[first()])), "new");
    assert_eq!(registered(&mut database, &ship(&[first()])), "unchanged");
    let functions: Vec<String> = database
        .query(
            "SELECT format('%s %s%s%s', oid::regprocedure, provolatile, proparallel, proisstrict)
             FROM pg_proc WHERE pronamespace = 'contracts'::regnamespace ORDER BY 1",
            &[],
        )
        .expect("the catalog")
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(
        functions,
        [
            "contracts.ship_manifest(jsonb) ist",
            "contracts.ship_manifest_is_valid(jsonb) ist"
        ]
    );
    database
        .execute_all("CREATE TABLE t (manifest jsonb CHECK (contracts.ship_manifest(manifest)))");
    let good = literal(&document(1, &json!({"ship": "Ada"})));
    let bad = literal(&document(1, &json!({"ship": 1, "cargo": []})));
    database.execute_all(&format!("INSERT INTO t VALUES ({good}), (NULL)"));
    let failure = database.fails(&format!("INSERT INTO t VALUES ({bad})"));
    assert_eq!(failure.code, "23514");
    assert_eq!(
        failure.message,
        "document violates contract type \"ship_manifest\""
    );
    assert_eq!(
        failure.detail,
        "/cargo: key \"cargo\" is not allowed (version 1)\n\
         /ship: must be of type string, not number (version 1)"
    );
    assert!(!database.value::<bool>(&format!("SELECT contracts.ship_manifest_is_valid({bad})")));
    assert!(database.value::<bool>(&format!("SELECT contracts.ship_manifest_is_valid({good})")));
    let errors: i64 = database.value(&format!(
        "SELECT count(*) FROM contract.errors('ship_manifest', {bad})"
    ));
    assert_eq!(errors, 2);
}

#[test]
fn what_takes_a_name_knows_registered_types() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first(), second()]));
    let row = database
        .query_one(
            "SELECT * FROM contract.types() WHERE name = 'ship_manifest'",
            &[],
        )
        .expect("it is listed");
    assert_eq!(row.get::<_, &str>("release"), "2.0.0");
    assert_eq!(row.get::<_, &str>("owner"), "logistics");
    let matches: bool = database.value(&format!(
        "SELECT contract.matches_schema(contract.schema('ship_manifest', 2), {})",
        literal(&document(2, &json!({"ship": "Ada", "captain": "B"})))
    ));
    assert!(matches);
    let version: i32 = database.value(&format!(
        "SELECT contract.schema_version(contract.upgrade('ship_manifest', {}))",
        literal(&document(1, &json!({"ship": "Ada"})))
    ));
    assert_eq!(version, 2);
    // What a CHECK would evaluate must name the function, so that it depends on it.
    for call in [
        "check('ship_manifest', '{}')",
        "is_valid('ship_manifest', '{}')",
        "is_writable('ship_manifest', '{}', 1)",
    ] {
        let failure = database.fails(&format!("SELECT contract.{call}"));
        assert_eq!(failure.code, "0A000", "{call}");
        assert_eq!(
            failure.hint,
            "Call contracts.ship_manifest(document), or contracts.ship_manifest_is_valid(document) for a \
             silent verdict; for a write floor, AND contract.schema_version(document) >= floor."
        );
    }
    let failure = database.fails("SELECT contract.schema('ship_manifst', 1)");
    assert_eq!(failure.code, "42704");
    assert_eq!(failure.hint, "Perhaps you mean \"ship_manifest\".");
}

#[test]
fn the_text_of_a_manifest_is_kept() {
    let mut database = Database::new();
    let text = format!("\u{feff}{:#}\r\n\n", ship(&[first()])).replace('\n', "\r\n");
    let text = text.trim_start_matches('\u{feff}');
    let sql = format!(
        "SELECT change FROM contract.register({0}, {0})",
        quoted(text)
    );
    assert_eq!(database.value::<String>(&sql), "new");
    assert_eq!(database.value::<String>(&sql), "unchanged");
    assert_eq!(
        database.value::<String>("SELECT contract.manifest('ship_manifest')"),
        text
    );
    // The same in another text is no new release.
    let other = ship(&[first()]).to_string();
    let sql = format!(
        "SELECT change FROM contract.register({0}, {0})",
        quoted(&other)
    );
    assert_eq!(database.value::<String>(&sql), "reformatted");
    assert_eq!(
        database.value::<String>("SELECT contract.manifest('ship_manifest')"),
        other
    );
    assert_eq!(
        database.value::<i64>("SELECT count(*) FROM contract.history"),
        1
    );
    let failure = database.fails(&format!(
        "SELECT contract.register({}, {})",
        quoted(&other),
        quoted(&ship(&[first(), second()]).to_string())
    ));
    assert_eq!(failure.message, "source is not the text of the manifest");
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    let mut database = Database::new();
    let text = ship(&[first()]).to_string();
    for (once, twice, place) in [
        (r#""owner""#, r#""owner":"someone","owner""#, "/owner"),
        (
            r#""crew":"#,
            r#""crew":true,"cr\u0065w":"#,
            "/versions/0/schema/properties/crew",
        ),
    ] {
        let text = quoted(&text.replacen(once, twice, 1));
        let failure = database.fails(&format!("SELECT contract.register({text}, {text})"));
        assert_eq!(failure.code, "22023");
        assert_eq!(failure.detail, format!("{place}: the key is there twice"));
        // As jsonb the last one counts, and no text is left that would say otherwise.
        database.execute_all(&format!("SELECT contract.register({text})"));
        database.execute_all("DROP FUNCTION contracts.ship_manifest CASCADE");
    }
}

#[test]
fn a_number_is_what_it_means_however_it_is_written() {
    let mut database = Database::new();
    let text = |number: &str| {
        let mut schema = first();
        schema["properties"]["crew"]["maximum"] = json!("NUMBER");
        schema["properties"]["ship"]["enum"] = json!(["Ada", "NUMBER"]);
        ship(&[schema]).to_string().replace("\"NUMBER\"", number)
    };
    let mut change = |number: &str, with_source: bool| -> String {
        let text = quoted(&text(number));
        let source = if with_source { &text } else { "NULL" };
        database.value(&format!(
            "SELECT change FROM contract.register({text}, {source})"
        ))
    };
    assert_eq!(change("10.500e+1", true), "new");
    assert_eq!(change("10.500e+1", true), "unchanged");
    for number in ["10.500e+1", "105", "105.000", "1050E-1"] {
        assert_eq!(change(number, false), "unchanged", "{number}");
    }
    assert_eq!(change("105.0", true), "reformatted");
    assert_eq!(change("105.0", true), "unchanged");
    assert_eq!(
        database.value::<String>("SELECT contract.manifest('ship_manifest')"),
        text("105.0")
    );
}

#[test]
fn names_that_cannot_be_functions() {
    let mut database = Database::new();
    for (name, problem) in [
        ("case_metadata", "is the name of a built-in contract type"),
        ("ship_is_valid", "must not end with _is_valid"),
        (&"x".repeat(55), "must have at most 54 bytes"),
        ("Ship", "does not match the pattern"),
    ] {
        let failure = refused(&mut database, &manifest(name, &[first()]));
        assert_eq!(failure.code, "22023", "{failure}");
        assert_eq!(failure.message, "manifest is not valid");
        assert!(!failure.hint.is_empty(), "{failure}");
        let expected = format!("/contract_type: {problem}");
        assert!(failure.detail.starts_with(&expected), "{failure}");
    }
    database.execute_all(
        "CREATE FUNCTION contracts.ship_manifest(document jsonb) RETURNS boolean LANGUAGE sql RETURN true",
    );
    let failure = refused(&mut database, &ship(&[first()]));
    assert_eq!(failure.code, "42723");
    database.execute_all(
        "DROP FUNCTION contracts.ship_manifest;
         CREATE FUNCTION contracts.ship_manifest_is_valid(document jsonb) RETURNS boolean LANGUAGE sql RETURN true",
    );
    let failure = refused(&mut database, &ship(&[first()]));
    assert_eq!(failure.code, "42723");
    assert_eq!(
        failure.hint,
        "Drop it, or give the contract type another name."
    );
    assert_eq!(
        database.value::<i64>("SELECT count(*) FROM contract.definitions"),
        0
    );
}

#[test]
fn a_new_version_must_keep_what_its_mode_promises() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    let mut narrower = first();
    narrower["properties"]["crew"]["minimum"] = json!(1);
    let mut next = ship(&[first(), narrower.clone()]);
    let failure = refused(&mut database, &next);
    assert_eq!(failure.code, "42P17", "{failure}");
    assert_eq!(
        failure.message,
        "contract type \"ship_manifest\" may not be registered like this"
    );
    assert!(failure.detail.starts_with("/versions/1"), "{failure}");
    assert!(
        failure.detail.contains("\"crew\""),
        "a document shows it: {failure}"
    );
    // Who wants it says so.
    next["compatibility"] = json!("none");
    assert_eq!(registered(&mut database, &next), "changed");
    // What is released stays as it is.
    let mut other = ship(&[first(), second()]);
    other["compatibility"] = json!("none");
    other["release"] = json!("2.1.0");
    let failure = refused(&mut database, &other);
    assert!(failure.detail.starts_with("/versions/1"), "{failure}");
    let mut without = ship(&[first()]);
    without["compatibility"] = json!("none");
    assert_eq!(refused(&mut database, &without).code, "42P17");
}

#[test]
fn columns_are_bound_to_registered_types() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    database.execute_all(&format!(
        "CREATE DOMAIN manifests AS jsonb;
         CREATE TABLE t (id int PRIMARY KEY, manifest manifests, \"Other One\" jsonb, third jsonb, fourth jsonb,
             CHECK (contracts.ship_manifest_is_valid(third)),
             CHECK (contracts.ship_manifest(fourth) AND contract.schema_version(fourth) >= 1));
         INSERT INTO t (id, manifest) VALUES (1, {});
         SELECT contract.bind('t', 'manifest', 'ship_manifest'), contract.bind('t', 'Other One', 'ship_manifest');
         SELECT contract.validate_binding('t', 'manifest')",
        literal(&document(1, &json!({"ship": "Ada"})))
    ));
    let bindings = |database: &mut Database| -> Vec<String> {
        let rows = database.query(
            "SELECT concat_ws(' ', \"column\", contract_type, check_validated, guard_enabled, floor)
             FROM contract.bindings ORDER BY 1",
            &[],
        );
        let rows = rows.expect("the view");
        rows.iter().map(|row| row.get(0)).collect()
    };
    let expected = [
        "Other One ship_manifest f t 1",
        "fourth ship_manifest t f",
        "manifest ship_manifest t t 1",
        "third ship_manifest t f",
    ];
    assert_eq!(bindings(&mut database), expected);
    // Whatever the search path, and however the CHECK is printed under it.
    database.execute_all("SET search_path = contracts, contract, public");
    assert_eq!(bindings(&mut database), expected);
    database.execute_all("RESET search_path");

    registered(&mut database, &ship(&[first(), second()]));
    database.execute_all("SELECT contract.raise_floor('ship_manifest', 2)");
    let failure = database.fails(&format!(
        "INSERT INTO t (id, manifest) VALUES (2, {})",
        literal(&document(1, &json!({"ship": "Ada"})))
    ));
    assert_eq!(
        failure.message,
        "document in column \"manifest\" of relation \"t\" may not be written: \
         version 1 is below the write floor 2"
    );
    database.execute_all("CALL contract.upgrade_column('t', 'manifest')");
    assert_eq!(
        database.value::<i32>("SELECT contract.schema_version(manifest) FROM t"),
        2
    );
    database
        .execute_all("SELECT contract.unbind('t', 'manifest'), contract.unbind('t', 'Other One')");
    assert_eq!(bindings(&mut database).len(), 2);
}

#[test]
fn documents_without_an_envelope_are_bound_by_a_check_alone() {
    let mut database = Database::new();
    let mut tags = manifest(
        "tags",
        &[json!({"type": "array", "items": {"type": "string"}})],
    );
    tags["envelope"] = json!(false);
    registered(&mut database, &tags);
    database.execute_all(
        "CREATE TABLE t (tags jsonb); SELECT contract.bind('t', 'tags', 'tags');
         INSERT INTO t VALUES ('[\"a\"]')",
    );
    assert_eq!(database.fails("INSERT INTO t VALUES ('[1]')").code, "23514");
    assert!(!database.value::<bool>("SELECT guard_present FROM contract.bindings"));
}

#[test]
fn a_definition_is_not_made_by_hand() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    let copy = "DO $$ BEGIN EXECUTE format(
        'CREATE FUNCTION contracts.copy(document jsonb) RETURNS boolean LANGUAGE jsonb_contract AS %L',
        (SELECT prosrc FROM contract.definitions)); END $$";
    let failure = database.fails(copy);
    assert_eq!(failure.code, "42P13");
    assert_eq!(
        failure.message,
        "a function of language jsonb_contract is made by contract.register"
    );
    // As a restore does it: the body is looked at by who calls it.
    database.execute_all(
        "SET check_function_bodies = off;
         CREATE FUNCTION public.broken(document jsonb) RETURNS boolean LANGUAGE jsonb_contract AS 'x';
         CREATE FUNCTION public.other(a int, b int) RETURNS int LANGUAGE jsonb_contract AS 'x'",
    );
    let failure = database.fails("SELECT public.broken('{}')");
    assert_eq!(failure.code, "42P13", "{failure}");
    assert_eq!(database.fails("SELECT public.other(1, 2)").code, "42809");
    assert_eq!(
        database
            .fails("SELECT contract.conforms('now()'::regprocedure, '{}')")
            .code,
        "42809"
    );
    assert_eq!(
        database.fails("SELECT contract.conforms(1, '{}')").code,
        "42809"
    );
}

#[test]
fn history_tells_who_registered_what_and_cannot_be_written() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    registered(&mut database, &ship(&[first(), second()]));
    let rows: Vec<(String, Vec<i32>, String)> = database
        .query(
            "SELECT release, versions, registered_by::text FROM contract.history
             WHERE contract_type = 'ship_manifest' AND registered_at > now() - interval '1 hour' AND change <> ''",
            &[],
        )
        .expect("the view")
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    assert_eq!(
        rows,
        [
            ("1.0.0".to_owned(), vec![1], "postgres".to_owned()),
            ("2.0.0".to_owned(), vec![2], "postgres".to_owned())
        ]
    );
    for sql in [
        "INSERT INTO contract.history VALUES ('x', '1.0.0', '{}', 'me', now(), '')",
        "UPDATE contract.history SET registered_by = 'me'",
        "DELETE FROM contract.history",
    ] {
        assert_eq!(database.fails(sql).code, "55000", "{sql}");
    }
}
