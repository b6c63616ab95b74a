//! Versions only go up: what may be written, and upgrades step by step.

use contract_core::{
    ContractType, Manifest, Registry, WriteRefused, builtin::CaseMetadata, document::Document,
    version::check_write,
};
use proptest::prelude::*;
use serde_json::{Value, json};

#[path = "support/generate.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod generate;

fn case(version: u32) -> Value {
    json!({
        "_schema_version": version,
        "_context": {"created_by": "test", "created_at": "2025-01-22T10:00:00Z"},
        "type": "case_metadata",
        "priority": "high",
    })
}

/// Every combination of versions, the version that is there, and the floor.
#[test]
fn the_rule_is_a_table() {
    let versions = [None, Some(-1), Some(0), Some(1), Some(2), Some(3)];
    for version in versions {
        for previous in versions {
            for floor in 1..=3 {
                let expected = match (version, previous) {
                    (None, _) => Err("the document has no version".to_owned()),
                    (Some(new), Some(old)) if new < old => Err(format!(
                        "version {new} is lower than the stored version {old}"
                    )),
                    (Some(new), _) if new < i64::from(floor) => {
                        Err(format!("version {new} is below the write floor {floor}"))
                    }
                    _ => Ok(()),
                };
                let refused = check_write(version, previous, floor).map_err(|e| e.to_string());
                assert_eq!(
                    refused, expected,
                    "{version:?} over {previous:?}, floor {floor}"
                );
            }
        }
    }
}

#[test]
fn an_unchanged_document_may_stay_whatever_its_version() {
    let contract = Registry::builtin().get("case_metadata").expect("built in");
    let (old, new) = (case(1), case(2));
    let mut changed = old.clone();
    changed["priority"] = json!("low");
    assert_eq!(contract.check_write(&old, Some(&old), 2), Ok(()));
    assert_eq!(
        contract.check_write(&changed, Some(&old), 2),
        Err(WriteRefused::BelowFloor {
            version: 1,
            floor: 2
        })
    );
    assert_eq!(contract.check_write(&changed, Some(&old), 1), Ok(()));
    assert_eq!(contract.check_write(&new, Some(&old), 2), Ok(()));
    assert_eq!(
        contract.check_write(&old, Some(&new), 1),
        Err(WriteRefused::Lower {
            version: 1,
            previous: 2
        })
    );
    assert_eq!(
        contract.check_write(&old, None, 2),
        Err(WriteRefused::BelowFloor {
            version: 1,
            floor: 2
        })
    );
    assert!(contract.may_read(1) && contract.may_read(2) && !contract.may_read(3));
}

proptest! {
    /// Whatever is tried, and however the floor rises: what is there never goes down.
    #[test]
    fn no_sequence_of_writes_goes_down(tries in proptest::collection::vec((0..6_i64, 1..5_u32), 0..40)) {
        let (mut stored, mut floor) = (None, 1);
        for (version, rise) in tries {
            floor = floor.max(rise);
            if check_write(Some(version), stored, floor).is_ok() {
                prop_assert!(stored <= Some(version));
                prop_assert!(version >= i64::from(floor));
                stored = Some(version);
            }
        }
    }

    #[test]
    fn a_case_of_version_1_becomes_one_of_version_2(
        document in generate::document(
            Registry::builtin().get("case_metadata").unwrap().schema(1).unwrap()
        )
    ) {
        let contract = Registry::builtin().get("case_metadata").unwrap();
        let upgraded = contract.read(document.clone()).unwrap();
        let mut expected = document.clone();
        expected["_schema_version"] = json!(2);
        prop_assert!(contract_core::json::cmp::equal(&upgraded, &expected));
        prop_assert_eq!(contract.read(upgraded.clone()), Ok(upgraded.clone()));
        let typed = Document::<CaseMetadata>::read(document.clone()).unwrap();
        prop_assert!(contract_core::json::cmp::equal(&serde_json::to_value(typed).unwrap(), &upgraded));

        // What other readers of the manifest do by its patch, Rust does by its types.
        let manifest = serde_json::to_value(contract.manifest()).unwrap();
        let by_patch = Manifest::read(&manifest).unwrap().read(document).unwrap();
        prop_assert!(contract_core::json::cmp::equal(&by_patch, &upgraded));
    }
}

/// A contract type with three versions: `name` becomes `full_name`, which becomes a list.
fn person(second: &Value) -> ContractType {
    let version = |number: u32, schema: &Value, upgrade: Option<&Value>| {
        let mut version = json!({"version": number, "schema": schema});
        if let Some(upgrade) = upgrade {
            version["upgrade"] = upgrade.clone();
        }
        version
    };
    let named =
        |key: &str, kind: &str| json!({"properties": {key: {"type": kind}}, "required": [key]});
    let manifest = json!({
        "contract_type": "person",
        "canonical_id": "CONTRACT-PERSON-V3",
        "release": "3.0.0",
        "owner": "test",
        "status": "active",
        "compatibility": "none",
        "min_version": 1,
        "max_version": 3,
        "check_constraint": true,
        "versions": [
            version(1, &named("name", "string"), None),
            version(2, &named("full_name", "string"), Some(second)),
            version(3, &named("names", "array"), Some(&json!([
                {"op": "add", "path": "/names", "value": []},
                {"op": "move", "from": "/full_name", "path": "/names/0"},
            ]))),
        ],
    });
    Manifest::read(&manifest).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn named(name: &str) -> Value {
    json!({
        "_schema_version": 1,
        "_context": {"created_by": "test", "created_at": "2025-01-22T10:00:00Z", "reason": "why"},
        "type": "person",
        "name": name,
    })
}

#[test]
fn steps_follow_one_another() {
    let person = person(&json!([{"op": "move", "from": "/name", "path": "/full_name"}]));
    let document = person.read(named("Ada")).expect("two steps");
    assert_eq!(document["names"], json!(["Ada"]));
    assert_eq!(document["_schema_version"], 3);
    assert_eq!(document["_context"], named("Ada")["_context"]);
    let halfway = person.upgrade(named("Ada"), 2).expect("one step");
    assert_eq!(halfway["full_name"], "Ada");
    assert_eq!(person.read(halfway), Ok(document));
}

#[test]
fn an_empty_patch_changes_the_version_only() {
    let person = person(&json!([]));
    assert!(person.changes_version_only(1, 1));
    assert!(person.changes_version_only(1, 2));
    assert!(!person.changes_version_only(1, 3));
    assert!(!person.changes_version_only(2, 3));
    let case = Registry::builtin().get("case_metadata").expect("built in");
    assert!(case.changes_version_only(1, 2));
}

#[test]
fn an_upgrade_that_fails_says_which_step_and_why() {
    let failing = |patch: Value, document: Value| {
        person(&patch)
            .read(document)
            .expect_err("it fails")
            .to_string()
    };
    let step = "the step from version 1 to 2 of person";
    assert_eq!(
        failing(
            json!([{"op": "move", "from": "/gone", "path": "/full_name"}]),
            named("Ada")
        ),
        format!(
            "{step} failed: operation '/0' failed at path '/full_name': \"from\" path is invalid"
        )
    );
    assert_eq!(
        failing(
            json!([{"op": "remove", "path": "/_context/reason"}]),
            named("Ada")
        ),
        format!("{step} failed: the patch changes _context, which is the envelope's")
    );
    let error = person(&json!([]))
        .read(named("Ada"))
        .expect_err("not valid after it");
    assert_eq!(
        error.to_string(),
        format!("{step} leads to a document that is not valid")
    );
    assert_eq!(error.step(), Some(2));
    assert_eq!(
        error.violations().expect("violations").to_string(),
        "document: required key \"full_name\" is missing (version 2)\n\
         /name: key \"name\" is not allowed (version 2)"
    );
    assert_eq!(
        failing(json!([]), json!({"type": "person"})),
        "document violates contract type \"person\""
    );
}

#[test]
fn an_upgrade_goes_up_to_a_known_version() {
    let person = person(&json!([{"op": "move", "from": "/name", "path": "/full_name"}]));
    let newest = person.read(named("Ada")).expect("two steps");
    assert_eq!(
        person.upgrade(newest, 1).expect_err("down").to_string(),
        "the document is version 3 of person, version 1 is lower: versions only go up"
    );
    assert_eq!(
        person
            .upgrade(named("Ada"), 4)
            .expect_err("unknown")
            .to_string(),
        "version 4 of person is not known"
    );
}

#[test]
fn a_version_without_a_step_cannot_be_reached() {
    let mut manifest = serde_json::to_value(person(&json!([])).manifest()).expect("JSON");
    manifest["versions"][1]
        .as_object_mut()
        .expect("an object")
        .remove("upgrade");
    let person = Manifest::read(&manifest).expect("a manifest");
    assert_eq!(
        person.read(named("Ada")).expect_err("no step").to_string(),
        "the step from version 1 to 2 of person is missing"
    );
    manifest["versions"][0]["upgrade"] = json!([]);
    let problems = Manifest::read(&manifest).expect_err("a step to the first version");
    assert_eq!(
        problems[0].to_string(),
        "/versions/0/upgrade: there is no version before the first"
    );
}
