//! What is proven, refuted or told when a version is registered.

use super::{document, first, manifest, quoted, refused, register, registered, second, ship};
use serde_json::{Value, json};
use tests::Database;

#[test]
fn a_refusal_shows_a_document_that_is_refused_indeed() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    let mut narrower = second();
    narrower["properties"]["ship"]["maxLength"] = json!(3);
    let failure = refused(&mut database, &ship(&[first(), narrower]));
    let shown = failure
        .detail
        .lines()
        .find_map(|line| line.find('{').map(|start| &line[start..]))
        .unwrap_or_else(|| panic!("no document: {failure}"));
    let shown: Value =
        serde_json::from_str(shown).unwrap_or_else(|error| panic!("{error}: {failure}"));
    assert!(
        failure.detail.contains("/properties/ship/maxLength"),
        "{failure}"
    );
    let is_valid = format!(
        "SELECT contracts.ship_manifest_is_valid({}::jsonb)",
        quoted(&document(1, &json!({"ship": shown["ship"]})).to_string())
    );
    assert!(database.value::<bool>(&is_valid));
    assert!(
        shown["ship"].as_str().is_some_and(|name| name.len() > 3),
        "{failure}"
    );
}

#[test]
fn what_is_unproven_is_refused_unless_it_is_allowed() {
    let mut database = Database::new();
    let named = |pattern: &str| {
        let mut schema = first();
        schema["properties"]["ship"]["pattern"] = json!(pattern);
        schema
    };
    // Both take the same texts. A word boundary keeps that from being seen.
    let (old, new) = (named(r"^\b(a|b)+$"), named(r"^\b[ab][ab]*$"));
    registered(&mut database, &ship(std::slice::from_ref(&old)));
    let next = ship(&[old.clone(), new.clone()]);
    let failure = refused(&mut database, &next);
    assert_eq!(failure.code, "42P17", "{failure}");
    assert!(failure.detail.contains("is not decided"), "{failure}");
    let allowed = format!(
        "SELECT change FROM contract.register({}, allow_unproven => true)",
        quoted(&next.to_string())
    );
    assert_eq!(database.value::<String>(&allowed), "changed");
    // What is refuted cannot be allowed.
    let refuted = ship(&[old, new, named("^c$")]);
    let allowed = format!(
        "SELECT change FROM contract.register({}, allow_unproven => true)",
        quoted(&refuted.to_string())
    );
    assert_eq!(database.fails(&allowed).code, "42P17");
}

#[test]
fn a_schema_that_does_not_say_what_it_seems_to_is_told() {
    let database = Database::new();
    let mut schema = first();
    schema["properties"]["additionalProperties"] = json!(false);
    assert_eq!(
        database.warnings(&register(&ship(&[schema]))),
        ["contract type \"ship_manifest\": \
             /versions/0/schema/properties/additionalProperties: keyword \"additionalProperties\" stands \
             among the keys under \"properties\" (misplaced-keyword)"]
    );
    assert!(
        database
            .warnings(&register(&manifest("boat", &[first(), second()])))
            .is_empty()
    );
}

#[test]
fn a_comparison_that_takes_long_can_be_cancelled() {
    let mut database = Database::new();
    // Each of many branches of one version is held against each of the other.
    let choice = |most: u32| {
        let branch = |number: u32| {
            json!({
                "properties": {"kind": {"const": format!("k{number}")}, "size": {"maximum": number + most}},
                "required": ["kind"],
            })
        };
        json!({"properties": {"ship": {"anyOf": (0..400).map(branch).collect::<Vec<_>>()}}})
    };
    registered(&mut database, &ship(&[choice(1)]));
    database
        .batch_execute("SET statement_timeout = '100ms'")
        .expect("a setting");
    let mut next = ship(&[choice(1), choice(2)]);
    next["compatibility"] = json!("full");
    let failure = refused(&mut database, &next);
    assert_eq!(failure.code, "57014", "{failure}");
    database
        .batch_execute("RESET statement_timeout")
        .expect("a setting");
    assert_eq!(
        database.value::<i64>("SELECT count(*) FROM contract.history"),
        1
    );
}
