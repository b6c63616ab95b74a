//! Old names of contract types: unique within a context, and perhaps for a time.

use super::{first, manifest, refused, registered, ship};
use serde_json::{Value, json};
use tests::Database;

fn with_aliases(mut manifest: Value, aliases: &Value) -> Value {
    manifest["aliases"] = aliases.clone();
    manifest
}

fn resolved(database: &mut Database, arguments: &str) -> Option<String> {
    database.value(&format!("SELECT contract.resolve({arguments})"))
}

#[test]
fn an_alias_leads_to_its_contract_type() {
    let mut database = Database::new();
    registered(
        &mut database,
        &with_aliases(
            ship(&[first()]),
            &json!([
                {"alias": "vessel"},
                {"alias": "bill", "context": "harbour"},
                {"alias": "Bill of Lading", "context": "api", "expires_at": "2999-01-01T00:00:00Z"},
            ]),
        ),
    );
    registered(
        &mut database,
        &with_aliases(
            manifest("invoice", &[first()]),
            &json!([{"alias": "bill"}, {"alias": "bill", "context": "api"}]),
        ),
    );
    for (arguments, expected) in [
        ("'vessel'", "ship_manifest"),
        ("'vessel', 'harbour'", "ship_manifest"),
        ("'bill', 'harbour'", "ship_manifest"),
        ("'bill', 'api'", "invoice"),
        ("'bill', 'elsewhere'", "invoice"),
        ("'bill'", "invoice"),
        ("'Bill of Lading', 'api'", "ship_manifest"),
        ("'ship_manifest'", "ship_manifest"),
        ("'ship_manifest', 'api'", "ship_manifest"),
        ("'case_metadata'", "case_metadata"),
    ] {
        let resolved = resolved(&mut database, arguments);
        assert_eq!(resolved.as_deref(), Some(expected), "{arguments}");
    }
    assert_eq!(resolved(&mut database, "NULL"), None);
    for arguments in ["'Bill of Lading'", "'VESSEL'", "''"] {
        let failure = database.fails(&format!("SELECT contract.resolve({arguments})"));
        assert_eq!(failure.code, "42704", "{arguments}");
    }
    let rows = database.query(
        "SELECT concat_ws(' ', quote_ident(alias), context, contract_type, expires_at AT TIME ZONE 'UTC')
         FROM contract.aliases ORDER BY alias COLLATE \"C\", context",
        &[],
    );
    let listed: Vec<String> = rows
        .expect("the view")
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(
        listed,
        [
            "\"Bill of Lading\" api ship_manifest 2999-01-01 00:00:00",
            "bill api invoice",
            "bill harbour ship_manifest",
            "bill invoice",
            "vessel ship_manifest",
        ]
    );
}

#[test]
fn an_alias_that_has_expired_is_refused_with_the_new_name() {
    let mut database = Database::new();
    registered(
        &mut database,
        &with_aliases(
            ship(&[first()]),
            &json!([{"alias": "vessel", "expires_at": "2025-01-22T10:00:00Z"}]),
        ),
    );
    database.execute_all("SET timezone = 'UTC'");
    let failure = database.fails("SELECT contract.resolve('vessel')");
    assert_eq!(failure.code, "42704");
    assert_eq!(
        failure.message,
        "alias \"vessel\" of contract type \"ship_manifest\" has expired"
    );
    assert_eq!(
        failure.detail,
        "It was understood until 2025-01-22 10:00:00+00."
    );
    assert_eq!(failure.hint, "Use \"ship_manifest\".");
    // Nothing else takes an alias, and says so.
    let failure = database.fails("SELECT contract.schema('vessel', 1)");
    assert_eq!(failure.code, "42704");
    assert_eq!(failure.hint, "It is an alias of ship_manifest.");
    // It expires with the clock, and not with a registration.
    let soon: String = database.value(
        "SELECT to_char(clock_timestamp() + '1 second', 'YYYY-MM-DD\"T\"HH24:MI:SS.USOF') || ':00'",
    );
    let mut next = with_aliases(
        ship(&[first()]),
        &json!([{"alias": "vessel", "expires_at": soon}]),
    );
    next["release"] = json!("1.1.0");
    registered(&mut database, &next);
    assert_eq!(
        resolved(&mut database, "'vessel'").as_deref(),
        Some("ship_manifest")
    );
    database.execute_all("SELECT pg_sleep(1.1)");
    assert_eq!(
        database.fails("SELECT contract.resolve('vessel')").code,
        "42704"
    );
}

#[test]
fn a_name_belongs_to_one_contract_type() {
    let mut database = Database::new();
    registered(
        &mut database,
        &with_aliases(
            ship(&[first()]),
            &json!([{"alias": "vessel"}, {"alias": "bill", "context": "api"}, {"alias": "cargo"}]),
        ),
    );
    let invoice = |aliases: Value| with_aliases(manifest("invoice", &[first()]), &aliases);
    for (wanted, code, detail) in [
        (
            invoice(json!([{"alias": "a"}, {"alias": "vessel"}])),
            "42P17",
            "/aliases/1/alias: belongs to contract type \"ship_manifest\" already",
        ),
        (
            invoice(json!([{"alias": "bill", "context": "api"}])),
            "42P17",
            "/aliases/0/alias: belongs to contract type \"ship_manifest\" already",
        ),
        (
            invoice(json!([{"alias": "ship_manifest", "context": "api"}])),
            "42P17",
            "/aliases/0/alias: belongs to contract type \"ship_manifest\" already",
        ),
        (
            manifest("vessel", &[first()]),
            "42P17",
            "/contract_type: is an alias of \"ship_manifest\"",
        ),
        (
            manifest("bill", &[first()]),
            "42P17",
            "/contract_type: is an alias of \"ship_manifest\"",
        ),
        (
            invoice(json!([{"alias": "case_metadata"}])),
            "22023",
            "/aliases/0/alias: belongs to contract type \"case_metadata\" already",
        ),
        (
            invoice(json!([{"alias": "x"}, {"alias": "x"}])),
            "22023",
            "/aliases/1/alias: is there twice for the same context",
        ),
        (
            invoice(json!([{"alias": "invoice"}])),
            "22023",
            "/aliases/0/alias: is the name of the contract type itself",
        ),
    ] {
        let failure = refused(&mut database, &wanted);
        assert_eq!(
            (failure.code.as_str(), failure.detail.as_str()),
            (code, detail)
        );
    }
    // In another context it may be had; and once it is given up, everywhere.
    let mut own = invoice(json!([{"alias": "vessel", "context": "api"}]));
    assert_eq!(registered(&mut database, &own), "new");
    let mut without = ship(&[first()]);
    without["release"] = json!("1.1.0");
    assert_eq!(registered(&mut database, &without), "changed");
    own["release"] = json!("1.1.0");
    own["aliases"] = json!([{"alias": "vessel"}, {"alias": "bill", "context": "api"}]);
    assert_eq!(registered(&mut database, &own), "changed");
    assert_eq!(
        registered(&mut database, &manifest("cargo", &[first()])),
        "new"
    );
    assert_eq!(
        resolved(&mut database, "'bill', 'api'").as_deref(),
        Some("invoice")
    );
}

/// What a CHECK evaluates does not depend on the clock: an alias is no name there.
#[test]
fn a_check_knows_no_aliases() {
    let mut database = Database::new();
    registered(
        &mut database,
        &with_aliases(ship(&[first()]), &json!([{"alias": "vessel"}])),
    );
    for call in [
        "contract.is_valid('vessel', '{}')",
        "contract.check('vessel', '{}')",
        "contract.is_writable('vessel', '{}', 1)",
    ] {
        let failure = database.fails(&format!("SELECT {call}"));
        assert_eq!(failure.code, "42704", "{call}");
    }
    database.execute_all("CREATE TABLE t (manifest jsonb)");
    let failure = database.fails("SELECT contract.bind('t', 'manifest', 'vessel')");
    assert_eq!(failure.code, "42704");
    database.execute_all("SELECT contract.bind('t', 'manifest', contract.resolve('vessel'))");
}
