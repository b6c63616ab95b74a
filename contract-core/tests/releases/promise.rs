//! The promise of `compatibility`: which versions are compared, and what is said when it is broken.

use crate::{NO, cargo, cargo_and_crew, contract, crew, hint, keys, told};
use contract_core::{
    ContractType, Registry,
    release::{
        Level, Objection,
        ObjectionKind::{Incompatible, NotCompared, Unproven},
        Release,
    },
};
use serde_json::{Value, json};

/// Checks the document that an objection shows: one version takes it and the other refuses it.
#[track_caller]
fn shows(contract: &ContractType, objection: &Objection, refusing: u32, accepting: u32) {
    let first = objection.detail().and_then(|detail| detail.lines().next());
    let document = first
        .and_then(|line| line.strip_prefix("document: "))
        .expect("a document");
    let mut document: Value = serde_json::from_str(document).expect("JSON");
    for (version, verdict) in [(refusing, false), (accepting, true)] {
        document["_schema_version"] = json!(version);
        assert_eq!(
            contract.is_valid(&document),
            verdict,
            "version {version}: {document}"
        );
    }
}

#[test]
fn the_versions_of_a_first_release_keep_the_promise_too() {
    let next = contract(&[cargo_and_crew(), cargo()], &json!({}));
    let release = Release::between(None, &next);
    let text = "/versions/1/schema: version 2 refuses a document that version 1 accepts";
    assert_eq!(told(&release), [(Incompatible, text.to_owned())]);
    assert_eq!(
        hint(&release),
        "compatibility is backward: version 2 has to accept every document of version 1; change the new version, or promise less"
    );
    shows(&next, &release.objections()[0], 2, 1);
    let lines: Vec<&str> = release.objections()[0]
        .detail()
        .expect("a detail")
        .lines()
        .skip(1)
        .collect();
    assert_eq!(
        lines,
        [
            "change at /versions/1/schema/properties/crew: optional property \"crew\" removed from a closed object"
        ]
    );

    let draft = contract(&[cargo_and_crew(), cargo()], &json!({"status": "draft"}));
    assert_eq!(told(&Release::between(None, &draft)), NO);
    let promised = contract(
        &[cargo_and_crew(), cargo()],
        &json!({"compatibility": "none"}),
    );
    assert_eq!(told(&Release::between(None, &promised)), NO);
}

#[test]
fn a_new_version_keeps_the_promise_of_the_mode() {
    let wider = [cargo(), cargo_and_crew()];
    let narrower = [cargo_and_crew(), cargo()];
    let other = [cargo(), crew()];
    let same = [
        cargo(),
        keys(&json!({"cargo": {"maxLength": 50, "type": ["string"]}})),
    ];
    let backward = "/versions/1/schema: version 2 refuses a document that version 1 accepts";
    let forward = "/versions/1/schema: version 1 refuses a document that version 2 accepts";
    let table = [
        ("none", [&[][..], &[], &[], &[]]),
        ("backward", [&[], &[backward], &[backward], &[]]),
        ("forward", [&[forward], &[], &[forward], &[]]),
        ("full", [&[forward], &[backward], &[backward, forward], &[]]),
    ];
    for (mode, expected) in table {
        for transitive in ["", "_transitive"] {
            if (mode, transitive) == ("none", "_transitive") {
                continue;
            }
            let mode = json!({"compatibility": format!("{mode}{transitive}")});
            for (schemas, expected) in [&wider, &narrower, &other, &same].into_iter().zip(expected)
            {
                let previous = contract(&schemas[..1], &mode);
                let next = contract(schemas, &mode);
                let release = Release::between(Some(&previous), &next);
                let messages: Vec<String> = told(&release)
                    .into_iter()
                    .map(|(_, message)| message)
                    .collect();
                assert_eq!(messages, expected, "{mode} {schemas:?}");
                assert_eq!(release.added_versions(), [2]);
                assert_eq!(release.level(), Level::Major);
                assert_eq!(release.summary(), "version 2 added");
                for objection in release.objections() {
                    assert_eq!(objection.kind(), Incompatible);
                    let is_backward = objection.message().starts_with("version 2");
                    let (refusing, accepting) = if is_backward { (2, 1) } else { (1, 2) };
                    shows(&next, objection, refusing, accepting);
                }
            }
        }
    }
}

#[test]
fn a_transitive_promise_is_one_to_every_earlier_version() {
    // Version 2 breaks the promise, version 3 keeps it towards 2 only.
    let schemas = [cargo(), crew(), crew()];
    let compared = |mode: &str, released: usize| {
        let previous = contract(&schemas[..released], &json!({"compatibility": mode}));
        let next = contract(&schemas, &json!({"compatibility": mode}));
        let release = Release::between(Some(&previous), &next);
        let compared: Vec<_> = release
            .comparisons()
            .iter()
            .map(|one| (one.old_version(), one.new_version()))
            .collect();
        let messages: Vec<String> = told(&release)
            .into_iter()
            .map(|(_, message)| message)
            .collect();
        (compared, messages)
    };
    let broken = |new: u32| {
        format!(
            "/versions/{}/schema: version {new} refuses a document that version 1 accepts",
            new - 1
        )
    };
    assert_eq!(compared("backward", 2), (vec![(2, 3)], vec![]));
    assert_eq!(
        compared("backward_transitive", 2),
        (vec![(2, 3), (1, 3)], vec![broken(3)])
    );
    assert_eq!(
        compared("backward", 1),
        (vec![(1, 2), (2, 3)], vec![broken(2)])
    );
    assert_eq!(
        compared("backward_transitive", 1),
        (vec![(1, 2), (2, 3), (1, 3)], vec![broken(2), broken(3)])
    );

    // Where each keeps it towards the one before, it is kept towards all: no need to compare.
    let kept = contract(
        &[
            cargo(),
            cargo_and_crew(),
            cargo_and_crew(),
            cargo_and_crew(),
        ],
        &json!({"compatibility": "backward_transitive"}),
    );
    let release = Release::between(None, &kept);
    assert_eq!(told(&release), NO);
    assert_eq!(release.comparisons().len(), 3);
}

#[test]
fn broken_promises_are_told_up_to_ten() {
    let schemas: Vec<Value> = (1..=30)
        .map(|one| if one % 2 == 0 { cargo() } else { crew() })
        .collect();
    let release = Release::between(
        None,
        &contract(&schemas, &json!({"compatibility": "backward_transitive"})),
    );
    assert_eq!(release.objections().len(), 10);
    assert!(
        release
            .objections()
            .iter()
            .all(|objection| objection.kind() == Incompatible)
    );
}

/// Texts of a pattern. With a word boundary in it, it is not seen that two of them take the same texts.
fn texts(pattern: &str) -> Value {
    keys(&json!({"cargo": {"type": "string", "pattern": pattern}}))
}

#[test]
fn what_is_not_decided_is_an_objection_of_its_own() {
    let schemas = [texts(r"^\b(a|b)+$"), texts(r"^\b[ab][ab]*$")];
    let release = Release::between(None, &contract(&schemas, &json!({})));
    let [objection] = release.objections() else {
        panic!("{:?}", release.objections())
    };
    assert_eq!(objection.kind(), Unproven);
    assert_eq!(objection.path(), "/versions/1/schema");
    let message = "whether version 2 accepts every document of version 1 is not decided: ";
    assert!(
        objection.message().starts_with(message),
        "{}",
        objection.message()
    );
    assert_eq!(
        objection.detail(),
        Some(
            r"change at /versions/1/schema/properties/cargo/pattern: pattern changed from ^\b(a|b)+$ to ^\b[ab][ab]*$"
        )
    );
    assert_eq!(
        objection.hint(),
        Some(
            "compatibility is backward: version 2 has to accept every document of version 1; whoever is sure of it may allow \
             what is unproven"
        )
    );
}

#[test]
fn a_mode_that_promises_more_is_checked_for_the_versions_that_are_there() {
    let schemas = [cargo(), cargo_and_crew()];
    let at = |mode: &str, release: &str| {
        contract(
            &schemas,
            &json!({"compatibility": mode, "release": release}),
        )
    };
    let step = |old: &str, new: &str| Release::between(Some(&at(old, "2.0.0")), &at(new, "2.1.0"));
    let release = step("backward", "full");
    let text = "/versions/1/schema: version 1 refuses a document that version 2 accepts";
    assert_eq!(told(&release), [(Incompatible, text.to_owned())]);
    assert_eq!(
        release.summary(),
        "compatibility changed from backward to full"
    );
    assert_eq!(release.level(), Level::Minor);
    assert_eq!(told(&step("none", "forward")), told(&release));
    for (old, new) in [
        ("none", "backward"),
        ("backward", "backward_transitive"),
        ("full", "backward"),
    ] {
        assert_eq!(told(&step(old, new)), NO, "{old} {new}");
    }
    assert_eq!(step("none", "backward").comparisons().len(), 1);
    assert_eq!(step("full", "backward").comparisons().len(), 0);
}

#[test]
fn the_built_in_contract_types_keep_their_promises() {
    let mut compared = 0;
    for contract in Registry::builtin().iter() {
        let release = Release::between(None, contract);
        assert_eq!(told(&release), NO, "{}", contract.name());
        compared += release.comparisons().len();
    }
    assert_eq!(compared, 1, "case_metadata has two versions");
}

#[test]
fn comparisons_without_a_decision_have_an_end_that_nobody_can_allow() {
    let schemas: Vec<Value> = (1..=10)
        .map(|most| texts(&format!(r"^\b(a|b){{0,{most}}}[ab]*$")))
        .collect();
    let mode = json!({"compatibility": "backward_transitive"});
    let release = Release::between(None, &contract(&schemas, &mode));
    let (last, others) = release.objections().split_last().expect("objections");
    assert_eq!(others.len(), 32);
    assert!(others.iter().all(|one| one.kind() == Unproven));
    assert_eq!(last.kind(), NotCompared);
    assert_eq!(last.path(), "/versions");
    assert_eq!(
        last.message(),
        "32 comparisons of versions are not decided, the others were not made"
    );
    assert_eq!(
        last.hint(),
        Some("release fewer versions at once, or promise less")
    );
}
