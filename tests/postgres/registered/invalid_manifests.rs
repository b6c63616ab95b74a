//! Manifests that are none, or hardly: each is registered, or refused with the place, and the backend lives.

use super::{document, first, quoted, refused, register, registered, second, ship};
use crate::literal;
use contract_core::pointer;
use serde_json::{Value, json};
use tests::{Cluster, Database, Failure, failure};

/// A manifest that uses all that a manifest may have.
fn full() -> Value {
    let mut manifest = ship(&[first(), second()]);
    manifest["$schema"] = json!("manifest.schema.json");
    manifest["envelope"] = json!(true);
    manifest["compatibility"] = json!("none");
    manifest["aliases"] =
        json!([{"alias": "vessel", "context": "api", "expires_at": "2999-01-01T00:00:00Z"}]);
    manifest["bindings"] = json!([{"schema": "public", "table": "ships", "column": "manifest"}]);
    manifest["index_keys"] = json!([{"key": "ship", "index": "gin"}]);
    manifest["migration_notes"] = json!("version 2 has a captain");
    manifest["versions"][1]["upgrade"] = json!([{"op": "add", "path": "/captain", "value": "?"}]);
    manifest["versions"][1]["schema"]["properties"]["crew"] = json!({
        "$ref": "#/$defs/crew", "minimum": 0, "maximum": 1e3, "multipleOf": 1
    });
    manifest["versions"][1]["schema"]["$defs"] = json!({
        "crew": {"anyOf": [{"type": "integer"}, {"enum": [1, 2]}], "not": {"pattern": "^x$"}}
    });
    manifest
}

/// Every place of a value.
fn places(value: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    let mut open = vec![(String::new(), value)];
    while let Some((place, value)) = open.pop() {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(members) => members
                .iter()
                .map(|(key, member)| (pointer::child(&place, key), member))
                .collect(),
            Value::Array(elements) => (0..)
                .zip(elements)
                .map(|(index, element)| (format!("{place}/{index}"), element))
                .collect(),
            _ => Vec::new(),
        };
        places.extend(children.iter().map(|(place, _)| place.clone()));
        open.extend(children);
    }
    places
}

/// The manifest without what is at a place; `None` for the manifest itself.
fn without(manifest: &Value, place: &str) -> Option<Value> {
    let (parent, token) = place.rsplit_once('/')?;
    let token = token.replace("~1", "/").replace("~0", "~");
    let mut changed = manifest.clone();
    match changed.pointer_mut(parent)? {
        Value::Object(members) => {
            members.remove(&token);
        }
        Value::Array(elements) => {
            elements.remove(token.parse().ok()?);
        }
        _ => return None,
    }
    Some(changed)
}

/// Registers in a transaction that is rolled back: `None` where it is registered.
#[track_caller]
fn attempt(database: &mut Database, sql: &str) -> Option<Failure> {
    let result = database.batch_execute(&format!("BEGIN; {sql}"));
    let refused = result.err().map(|error| failure(&error));
    database
        .batch_execute("ROLLBACK")
        .expect("the backend lives");
    refused
}

/// Whether the error says where: a JSON Pointer before each of its lines, or that it is the whole. What a
/// release breaks is shown by a document, on lines of its own.
fn names_the_place(failure: &Failure) -> bool {
    let has_place = |line: &str| line.starts_with('/') || line.starts_with("manifest: ");
    match failure.code.as_str() {
        "42P17" => has_place(&failure.detail),
        _ => !failure.detail.is_empty() && failure.detail.lines().all(has_place),
    }
}

#[test]
fn each_place_of_a_manifest_holding_something_else() {
    let mut database = Database::new();
    let manifest = full();
    assert!(attempt(&mut database, &register(&manifest)).is_none());
    let replacements = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(4_294_967_296_u64),
        serde_json::from_str("1e400").expect("a number"),
        json!(""),
        json!("x\u{1f600}"),
        json!("2"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({"type": "strin"}),
        json!({"$ref": "#/nowhere"}),
        json!({"x": {"y": []}}),
    ];
    let (mut taken, mut refused) = (0, 0);
    for place in places(&manifest) {
        let changed = replacements.iter().map(|replacement| {
            let mut changed = manifest.clone();
            *changed.pointer_mut(&place).expect("it is there") = replacement.clone();
            changed
        });
        for changed in without(&manifest, &place).into_iter().chain(changed) {
            match attempt(&mut database, &register(&changed)) {
                None => taken += 1,
                Some(failure) => {
                    refused += 1;
                    let is_known = ["22023", "42P17"].contains(&failure.code.as_str());
                    assert!(
                        is_known && names_the_place(&failure),
                        "{place} {changed}: {failure}"
                    );
                }
            }
        }
    }
    assert!(
        taken > 100 && refused > 500,
        "{taken} registered, {refused} refused"
    );
}

/// A text with characters that are lost, doubled, swapped or replaced, in the same way each time.
#[test]
fn texts_with_errors() {
    let mut database = Database::new();
    let text: Vec<char> = full().to_string().chars().collect();
    // Knuth's linear congruential generator (The Art of Computer Programming, volume 2, 3.3.4).
    let mut seed: u64 = 1;
    let mut random = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("31 bits") % below
    };
    let (mut taken, mut refused, mut no_json) = (0, 0, 0);
    for _ in 0..1500 {
        let mut changed = text.clone();
        for _ in 0..=random(2) {
            let at = random(changed.len() - 1);
            match random(5) {
                0 => {
                    changed.remove(at);
                }
                1 => changed.insert(at, changed[at]),
                2 => changed.swap(at, at + 1),
                3 => changed[at] = ['0', '9', 'e', '"', '-', 'é', '/', '{'][random(8)],
                _ => {
                    let end = (at + random(40)).min(changed.len());
                    changed.drain(at..end);
                }
            }
        }
        let changed = quoted(&changed.into_iter().collect::<String>());
        let sql = format!("SELECT contract.register({changed}, {changed})");
        match attempt(&mut database, &sql) {
            None => taken += 1,
            Some(failure) if failure.code == "22P02" => no_json += 1,
            Some(failure) => {
                refused += 1;
                let is_known = ["22023", "42P17"].contains(&failure.code.as_str());
                assert!(
                    is_known && names_the_place(&failure),
                    "{changed}: {failure}"
                );
            }
        }
    }
    assert!(
        taken > 100 && refused > 100 && no_json > 100,
        "{taken} registered, {refused} refused, {no_json} no JSON"
    );
}

#[test]
fn what_is_no_manifest_at_all() {
    let mut database = Database::new();
    for (manifest, detail) in [
        ("[]", "manifest: must be of type object, not array"),
        ("1", "manifest: must be of type object, not number; it is 1"),
        (
            "\"ship_manifest\"",
            "manifest: must be of type object, not string; it is \"ship_manifest\"",
        ),
        (
            "null",
            "manifest: must be of type object, not null; it is null",
        ),
    ] {
        let failure = database.fails(&format!("SELECT contract.register('{manifest}')"));
        assert_eq!(
            (failure.code.as_str(), failure.detail.as_str()),
            ("22023", detail)
        );
    }
    assert_eq!(
        database.fails("SELECT contract.register(NULL)").code,
        "22004"
    );
    let mut manifest = ship(&[first()]);
    manifest["release"] = json!("1.0");
    manifest["min_version"] = json!(0);
    let failure = refused(&mut database, &manifest);
    assert!(names_the_place(&failure), "{failure}");
    manifest["min_version"] = json!(1);
    let failure = refused(&mut database, &manifest);
    assert!(failure.detail.starts_with("/release: "), "{failure}");
}

/// Version 1 of a ship's manifest with so many keys of so many bytes.
fn large(keys: usize, description: usize) -> Value {
    let mut schema = first();
    for number in 0..keys {
        schema["properties"][format!("key_number_{number}")] =
            json!({"type": "string", "maxLength": 100, "description": "d".repeat(description)});
    }
    ship(&[schema])
}

#[test]
fn a_manifest_of_a_megabyte_is_registered_checks_and_is_dumped() {
    let mut database = Database::new();
    let manifest = large(8000, 80);
    let text = manifest.to_string();
    assert!(text.len() > 1 << 20, "{}", text.len());
    assert_eq!(registered(&mut database, &manifest), "new");
    assert_eq!(registered(&mut database, &manifest), "unchanged");
    let good = literal(&document(
        1,
        &json!({"ship": "Ada", "key_number_7999": "x"}),
    ));
    let bad = literal(&document(1, &json!({"ship": "Ada", "key_number_7999": 1})));
    database.execute_all(&format!(
        "CREATE TABLE t (manifest jsonb); SELECT contract.bind('t', 'manifest', 'ship_manifest');
         INSERT INTO t VALUES ({good})"
    ));
    assert_eq!(
        database
            .fails(&format!("INSERT INTO t VALUES ({bad})"))
            .code,
        "23514"
    );
    let dump = Cluster::shared().run("pg_dump", &[database.name()]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("dump.sql");
    std::fs::write(&file, dump).expect("a file");
    let mut restored = Database::bare("TEMPLATE template0");
    crate::dump_and_restore::psql(&restored, &file);
    restored.execute_all("SET search_path = public");
    assert_eq!(
        restored
            .fails(&format!("INSERT INTO t VALUES ({bad})"))
            .code,
        "23514"
    );
    assert_eq!(registered(&mut restored, &manifest), "unchanged");
}

#[test]
fn a_manifest_that_is_too_large_is_refused() {
    let mut database = Database::new();
    let failure = refused(&mut database, &large(20_000, 1));
    assert_eq!(failure.code, "22023");
    assert_eq!(
        failure.detail,
        "/versions/0/schema: has more than 50000 keywords and values"
    );
    let failure = refused(&mut database, &large(1, 17 << 20));
    assert_eq!(failure.code, "22023");
    assert_eq!(failure.detail, "manifest: is larger than 16777216 bytes");
    let mut deep = ship(&[first()]);
    let nested = "[".repeat(200) + &"]".repeat(200);
    deep["migration_notes"] = json!("NESTED");
    let deep = quoted(&deep.to_string().replace("\"NESTED\"", &nested));
    let failure = database.fails(&format!("SELECT contract.register({deep}, {deep})"));
    assert_eq!(failure.code, "22023");
    assert_eq!(failure.detail, "manifest: is nested deeper than 128 levels");
}
