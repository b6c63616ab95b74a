//! What a released contract type keeps: its versions, its range, its name, its status.

use crate::{NO, cargo, cargo_and_crew, contract, crew, keys, refused, told};
use contract_core::{
    ContractType,
    release::{
        Level,
        ObjectionKind::{
            self, Envelope, Incompatible, Lowered, Name, ReleaseNumber, Retired, Status,
            VersionChanged, VersionGone,
        },
        Release,
    },
};
use serde_json::{Map, Value, json};

#[test]
fn a_first_release() {
    let release = Release::between(None, &contract(&[cargo()], &json!({})));
    assert_eq!(told(&release), NO);
    assert_eq!(release.added_versions(), [1]);
    assert_eq!(release.level(), Level::Major);
    assert_eq!(release.summary(), "version 1 added");
    assert!(release.comparisons().is_empty());

    let release = Release::between(None, &contract(&[cargo(), cargo_and_crew()], &json!({})));
    assert_eq!(told(&release), NO);
    assert_eq!(release.summary(), "versions 1 to 2 added");
    let compared: Vec<_> = release
        .comparisons()
        .iter()
        .map(|one| (one.old_version(), one.new_version()))
        .collect();
    assert_eq!(compared, [(1, 2)]);
}

#[test]
fn the_same_manifest_again_is_no_release() {
    // Not even one that would be refused: nothing happens.
    let broken = || contract(&[cargo_and_crew(), cargo()], &json!({}));
    let release = Release::between(Some(&broken()), &broken());
    assert_eq!(told(&release), NO);
    assert_eq!(release.level(), Level::None);
    assert_eq!(release.summary(), "nothing changed");
    assert!(release.added_versions().is_empty() && release.comparisons().is_empty());
}

#[test]
fn a_released_version_never_changes() {
    let longer = keys(&json!({"cargo": {"type": "string", "maxLength": 60}}));
    let released = contract(&[cargo()], &json!({}));
    let text = "/versions/0/schema: version 1 is released and has changed";
    let next = contract(std::slice::from_ref(&longer), &json!({}));
    refused(
        &released,
        &next,
        VersionChanged,
        text,
        "make the change a new version, 2",
    );
    let release = Release::between(Some(&released), &next);
    assert_eq!(
        release.objections()[0].detail(),
        Some(
            "change at /versions/0/schema/properties/cargo/maxLength: maxLength increased from 50 to 60"
        )
    );
    assert_eq!(release.summary(), "version 1 changed");
    assert_eq!(release.level(), Level::Major);

    let with_a_new_one = contract(&[longer.clone(), longer.clone()], &json!({}));
    refused(
        &released,
        &with_a_new_one,
        VersionChanged,
        text,
        "make the change a new version, 3",
    );

    for status in ["active", "deprecated", "archived"] {
        let released = contract(&[cargo()], &json!({"status": status}));
        let next = contract(std::slice::from_ref(&longer), &json!({"status": status}));
        refused(
            &released,
            &next,
            VersionChanged,
            text,
            "make the change a new version, 2",
        );
    }
}

#[test]
fn the_number_of_changes_told_has_an_end() {
    let many = |limit: u32| {
        let members: Map<String, Value> = (0..30)
            .map(|key| (format!("k{key:02}"), json!({"maxLength": limit})))
            .collect();
        contract(&[json!({"properties": members})], &json!({}))
    };
    let release = Release::between(Some(&many(1)), &many(2));
    let detail = release.objections()[0].detail().expect("a detail");
    assert_eq!(detail.lines().count(), 21);
    assert!(detail.ends_with("\nand 10 more changes"), "{detail}");
}

#[test]
fn versions_are_retired_and_otherwise_stay() {
    let three = [cargo(), cargo(), cargo()];
    let range = |low: u64, high: u64, release: &str| {
        let versions: Vec<Value> = (low..=high)
            .map(|version| json!({"version": version, "schema": cargo()}))
            .collect();
        contract(
            &three,
            &json!({"min_version": low, "max_version": high, "versions": versions, "release": release}),
        )
    };
    let newer = "the database or the lock file has a newer state: pull it first";
    refused(
        &range(1, 3, "3.0.0"),
        &range(2, 3, "3.1.0"),
        Retired,
        "/min_version: rises from 1 to 2",
        "contract.retire raises it, once no older document is stored",
    );
    let retired = Release::between(Some(&range(1, 3, "3.0.0")), &range(2, 3, "3.1.0"));
    assert_eq!(retired.summary(), "versions below 2 retired");
    assert_eq!(retired.level(), Level::Minor);

    let step = |old: &ContractType, new: &ContractType| told(&Release::between(Some(old), new));
    assert_eq!(
        step(&range(2, 3, "3.1.0"), &range(1, 3, "3.0.0")),
        [
            (Lowered, "/min_version: goes down from 2 to 1".to_owned()),
            (
                ReleaseNumber,
                "/release: must not go down from 3.1.0 to 3.0.0".to_owned()
            ),
        ]
    );
    refused(
        &range(2, 3, "3.1.0"),
        &range(1, 3, "3.2.0"),
        Lowered,
        "/min_version: goes down from 2 to 1",
        newer,
    );
    refused(
        &range(1, 3, "3.1.0"),
        &range(1, 2, "2.0.0"),
        Lowered,
        "/max_version: goes down from 3 to 2",
        newer,
    );
    let lowered = Release::between(Some(&range(1, 3, "3.1.0")), &range(1, 1, "1.0.0"));
    assert_eq!(lowered.summary(), "versions 2 to 3 removed");
    refused(
        &range(1, 2, "2.0.0"),
        &range(3, 3, "3.0.0"),
        VersionGone,
        "/min_version: is 3, and no released version is left: 1 to 2 were",
        "keep the released versions, and retire them one release later",
    );
    // Retired, and a new version that keeps the promise towards what is left.
    let release = Release::between(Some(&range(1, 2, "2.0.0")), &range(2, 3, "3.0.0"));
    assert_eq!(
        told(&release),
        [(Retired, "/min_version: rises from 1 to 2".to_owned())]
    );
    assert_eq!(
        release.summary(),
        "version 3 added; versions below 2 retired"
    );
}

#[test]
fn what_contract_retire_makes_is_a_release() {
    let before = contract(&[cargo(), cargo_and_crew()], &json!({}));
    let after = ContractType::new(before.manifest().retired(2).expect("version 1 can go"))
        .expect("a contract type");
    assert_eq!(
        told(&Release::between(Some(&before), &after)),
        [(Retired, "/min_version: rises from 1 to 2".to_owned())]
    );
}

#[test]
fn a_status_goes_anywhere_but_back_to_draft() {
    let at = |status: &str| contract(&[cargo()], &json!({"status": status, "release": "1.0.0"}));
    let after = |status: &str| contract(&[cargo()], &json!({"status": status, "release": "1.1.0"}));
    let released = ["active", "deprecated", "archived"];
    for old in released {
        for new in released {
            assert_eq!(
                told(&Release::between(Some(&at(old)), &after(new))),
                NO,
                "{old} {new}"
            );
        }
        assert_eq!(told(&Release::between(Some(&at("draft")), &at(old))), NO);
        refused(
            &at(old),
            &after("draft"),
            Status,
            &format!("/status: is draft again, and was {old}"),
            "what is released stays released: say deprecated or archived",
        );
    }
    let release = Release::between(Some(&at("active")), &after("deprecated"));
    assert_eq!(
        release.summary(),
        "status changed from active to deprecated"
    );
    assert_eq!(release.level(), Level::Minor);
}

#[test]
fn the_name_and_the_envelope_stay() {
    let released = contract(&[cargo()], &json!({}));
    let renamed = contract(&[crew()], &json!({"contract_type": "boat_manifest"}));
    refused(
        &released,
        &renamed,
        Name,
        "/contract_type: is \"boat_manifest\", not \"ship_manifest\"",
        "a contract type keeps its name: make a new one, and an alias of the old name if it is to be understood",
    );
    let bare = contract(&[cargo()], &json!({"envelope": false}));
    refused(
        &released,
        &bare,
        Envelope,
        "/envelope: takes the envelope from documents that are stored with one",
        "make a new contract type",
    );
    refused(
        &bare,
        &released,
        Envelope,
        "/envelope: gives an envelope to documents that are stored without one",
        "make a new contract type",
    );
    assert_eq!(
        Release::between(Some(&bare), &released).summary(),
        "version 1 changed; envelope changed"
    );
}

#[test]
fn of_a_draft_everything_may_change_but_the_name() {
    let draft = contract(
        &[cargo(), crew()],
        &json!({"status": "draft", "release": "2.3.0"}),
    );
    for next in [
        contract(&[crew()], &json!({"status": "draft", "release": "1.0.0"})),
        contract(&[crew()], &json!({"envelope": false})),
        contract(&[crew(), cargo_and_crew()], &json!({"release": "2.3.0"})),
    ] {
        assert_eq!(told(&Release::between(Some(&draft), &next)), NO);
    }
    let renamed = contract(
        &[cargo()],
        &json!({"contract_type": "boat_manifest", "status": "draft"}),
    );
    assert_eq!(told(&Release::between(Some(&draft), &renamed))[0].0, Name);
    // With its first release, all its versions keep the promise.
    let active = contract(&[cargo(), crew()], &json!({"release": "2.3.0"}));
    let release = Release::between(Some(&draft), &active);
    assert_eq!(told(&release).len(), 1);
    assert_eq!(told(&release)[0].0, Incompatible);
    assert_eq!(release.summary(), "status changed from draft to active");
    assert!(release.added_versions().is_empty());
}

#[test]
fn a_summary_names_all_that_changed() {
    let released = contract(&[cargo()], &json!({}));
    let next = contract(
        &[cargo(), cargo_and_crew()],
        &json!({"owner": "customs", "status": "deprecated"}),
    );
    let release = Release::between(Some(&released), &next);
    assert_eq!(
        release.summary(),
        "version 2 added; status changed from active to deprecated; owner changed"
    );
    assert_eq!(told(&release), NO);
}

#[test]
fn every_objection_is_told_not_only_the_first() {
    let released = contract(&[cargo_and_crew()], &json!({"release": "1.1.0"}));
    let next = contract(
        &[cargo_and_crew(), cargo()],
        &json!({"status": "archived", "envelope": true}),
    );
    assert_eq!(told(&Release::between(Some(&released), &next)).len(), 1);
    let next = contract(&[cargo()], &json!({"status": "draft", "release": "1.0.0"}));
    let kinds: Vec<ObjectionKind> = told(&Release::between(Some(&released), &next))
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(kinds, [Status, VersionChanged, ReleaseNumber]);
}
