//! The release number, and what is how much of a change.

use crate::{NO, cargo, contract, hint, refused, told};
use contract_core::release::{Level, ObjectionKind::ReleaseNumber, Release};
use serde_json::{Value, json};

/// Every key of a manifest that may change: the summary, the level, and the numbers that are refused
/// and taken after 1.2.3.
#[test]
fn the_release_number_rises_with_what_has_changed() {
    let described = json!({"versions": [{"version": 1, "schema":
        {"properties": {"cargo": {"type": "string", "maxLength": 50, "description": "what is on board"}}}}]});
    let table = [
        (
            json!({"bindings": [{"table": "ships", "column": "manifest"}]}),
            Level::Minor,
            "bindings changed",
        ),
        (
            json!({"index_keys": [{"key": "cargo", "index": "gin"}]}),
            Level::Minor,
            "index_keys changed",
        ),
        (
            json!({"check_constraint": false}),
            Level::Minor,
            "check_constraint changed",
        ),
        (
            json!({"aliases": [{"alias": "boats"}]}),
            Level::Minor,
            "aliases changed",
        ),
        (
            json!({"status": "deprecated"}),
            Level::Minor,
            "status changed from active to deprecated",
        ),
        (
            json!({"compatibility": "full"}),
            Level::Minor,
            "compatibility changed from backward to full",
        ),
        (json!({"owner": "customs"}), Level::Patch, "owner changed"),
        (
            json!({"canonical_id": "CONTRACT-SHIP"}),
            Level::Patch,
            "canonical_id changed",
        ),
        (
            json!({"migration_notes": "none"}),
            Level::Patch,
            "migration_notes changed",
        ),
        (described, Level::Patch, "annotations of version 1 changed"),
        (
            json!({"$schema": "manifest.schema.json"}),
            Level::None,
            "$schema changed",
        ),
    ];
    let released = contract(&[cargo()], &json!({"release": "1.2.3"}));
    for (edit, level, summary) in table {
        let numbered = |number: &str| {
            let mut edit = edit.clone();
            edit["release"] = json!(number);
            let next = contract(&[cargo()], &edit);
            Release::between(Some(&released), &next)
        };
        let release = numbered("1.3.0");
        assert_eq!(
            (release.level(), release.summary().as_str()),
            (level, summary)
        );
        assert_eq!(told(&release), NO);
        let (too_low, lowest): (&[&str], _) = match level {
            Level::Minor => (&["1.2.3", "1.2.4", "1.2.3+build"], "1.3.0"),
            Level::Patch => (&["1.2.3"], "1.2.4"),
            _ => (&[], "1.2.3"),
        };
        assert_eq!(told(&numbered(lowest)), NO);
        for number in too_low {
            let release = numbered(number);
            let text = format!(
                "/release: {number} is too low after 1.2.3 for a {level} change: {summary}"
            );
            assert_eq!(told(&release), [(ReleaseNumber, text)]);
            assert_eq!(
                hint(&release),
                format!("set \"release\" to \"{lowest}\" or higher")
            );
        }
        let release = numbered("1.2.2");
        assert_eq!(
            told(&release),
            [(
                ReleaseNumber,
                "/release: must not go down from 1.2.3 to 1.2.2".to_owned()
            )]
        );
        assert_eq!(
            hint(&release),
            format!("set \"release\" to \"{lowest}\" or higher")
        );
    }
}

#[test]
fn a_release_number_alone_may_rise_and_not_fall() {
    let at = |number: &str| contract(&[cargo()], &json!({"release": number}));
    let release = Release::between(Some(&at("1.0.0")), &at("1.4.0"));
    assert_eq!(told(&release), NO);
    assert_eq!(
        (release.level(), release.summary().as_str()),
        (Level::None, "release changed from 1.0.0 to 1.4.0")
    );
    refused(
        &at("1.0.1"),
        &at("1.0.0"),
        ReleaseNumber,
        "/release: must not go down from 1.0.1 to 1.0.0",
        "set \"release\" to \"1.0.1\" or higher",
    );
}

#[test]
fn a_pre_release_is_on_its_way_to_its_number() {
    let step = |old: &str, new: &str, edit: Value| {
        let mut next = json!({"release": new});
        json_patch::merge(&mut next, &edit);
        let release = Release::between(
            Some(&contract(&[cargo()], &json!({"release": old}))),
            &contract(&[cargo()], &next),
        );
        release
            .objections()
            .iter()
            .map(|one| one.hint().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let minor = json!({"check_constraint": false});
    let patch = json!({"owner": "customs"});
    for (old, new, edit, lowest) in [
        ("1.3.0-rc.1", "1.3.0", &minor, None),
        ("1.3.0-rc.1", "1.3.0-rc.2", &minor, None),
        ("1.3.0-rc.1", "1.3.0-rc.1", &minor, Some("1.3.0")),
        ("1.3.1-rc.1", "1.3.1", &minor, Some("1.4.0")),
        ("1.3.1-rc.1", "1.3.1", &patch, None),
        ("1.3.1-rc.1", "1.3.1-rc.0", &patch, Some("1.3.1")),
        ("1.3.0", "1.4.0-rc.1", &minor, None),
    ] {
        let expected: Vec<String> = lowest
            .map(|lowest| format!("set \"release\" to \"{lowest}\" or higher"))
            .into_iter()
            .collect();
        assert_eq!(step(old, new, edit.clone()), expected, "{old} {new}");
    }
}

#[test]
fn the_steps_between_versions_are_a_minor_change() {
    let with = |number: &str, upgrade: Value| {
        let versions = json!([{"version": 1, "schema": cargo()}, {"version": 2, "schema": cargo(), "upgrade": upgrade}]);
        contract(
            &[cargo(), cargo()],
            &json!({"versions": versions, "release": number}),
        )
    };
    let old = with("2.0.0", json!([]));
    let new = with("2.1.0", json!([{"op": "remove", "path": "/cargo"}]));
    let release = Release::between(Some(&old), &new);
    assert_eq!(told(&release), NO);
    assert_eq!(
        (release.level(), release.summary().as_str()),
        (Level::Minor, "upgrade to version 2 changed")
    );
}
