//! Old names of contract types: where a command takes one, and where not any more.

mod support;

use support::{Folder, Outcome};

/// A folder with the manifest of `ship_manifest`, which has old names, and a valid document.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write(
        "contracts/ship_manifest.json",
        r#"{
            "contract_type": "ship_manifest", "canonical_id": "CONTRACT-SHIP-MANIFEST-V1",
            "release": "1.0.0", "owner": "harbour", "status": "active", "compatibility": "backward",
            "aliases": [
                {"alias": "cargo"},
                {"alias": "ship", "context": "api"},
                {"alias": "ship", "context": "billing", "expires_at": "2999-01-01T00:00:00Z"},
                {"alias": "bill_of_lading", "expires_at": "2020-01-01T00:00:00Z"}
            ],
            "min_version": 1, "max_version": 1, "check_constraint": true,
            "bindings": [{"table": "ships", "column": "manifest"}],
            "versions": [{"version": 1, "schema": {"properties": {}}}]
        }"#,
    );
    folder.write(
        "ship.json",
        r#"{"_schema_version": 1, "type": "ship_manifest",
            "_context": {"created_by": "test", "created_at": "2025-01-22T10:00:00Z"}}"#,
    );
    folder
}

fn validate(name: &str, options: &[&str]) -> Outcome {
    let arguments = ["validate", name, "ship.json", "--contracts", "contracts"];
    folder().run(&[&arguments, options].concat())
}

#[test]
fn an_old_name_stands_for_the_contract_type() {
    for (name, options) in [
        ("ship_manifest", &[] as &[&str]),
        ("ship_manifest", &["--context", "api"]),
        ("cargo", &[]),
        ("cargo", &["--context", "api"]),
        ("ship", &["--context", "api"]),
        ("ship", &["--context", "billing"]),
    ] {
        validate(name, options).assert(0, "", "no violations in 1 document\n");
    }
    let folder = folder();
    let of = |name| {
        [
            &["sql", "bind", name],
            &["--contracts", "contracts"] as &[&str],
        ]
        .concat()
    };
    let bind = folder.run(&of("cargo"));
    assert_eq!((bind.code, bind.stderr.as_str()), (0, ""));
    assert_eq!(bind.stdout, folder.run(&of("ship_manifest")).stdout);
    let upgrade = ["upgrade", "cargo", "ship.json", "--contracts", "contracts"];
    assert_eq!(folder.run(&upgrade).code, 0);
}

#[test]
fn a_name_that_is_none_any_more_says_the_new_one() {
    validate("bill_of_lading", &[]).assert(
        2,
        "",
        "error: \"bill_of_lading\" is no name since 2020-01-01T00:00:00Z: the contract type is \"ship_manifest\"\n  \
         tip: say ship_manifest\n",
    );
}

#[test]
fn a_name_of_another_context_says_which() {
    for options in [&[] as &[&str], &["--context", "web"]] {
        validate("ship", options).assert(
            2,
            "",
            "error: contract type \"ship\" is not known\n  \
             tip: it is an old name with --context api, or billing\n",
        );
    }
    validate("shop_manifest", &["--context", "api"]).assert(
        2,
        "",
        "error: contract type \"shop_manifest\" is not known\n  tip: nearest are ship_manifest\n",
    );
}
