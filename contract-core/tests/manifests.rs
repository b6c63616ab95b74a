//! Manifests from files: every problem is found, with its place; and the lock file.

use contract_core::{
    ContractType, Manifest, Registry,
    contract::Status,
    lock::{Difference, Lock, content_hash},
    manifest::ContractVersion,
};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

/// A manifest with one version whose schema is `schema`.
fn manifest(schema: &Value) -> Value {
    json!({
        "contract_type": "ship_manifest",
        "canonical_id": "CONTRACT-SHIP-MANIFEST-V1",
        "release": "1.0.0",
        "owner": "harbour",
        "status": "active",
        "compatibility": "full",
        "min_version": 1,
        "max_version": 1,
        "check_constraint": true,
        "versions": [{"version": 1, "schema": schema}],
    })
}

fn ship(schema: &Value) -> ContractType {
    Manifest::read(&manifest(schema)).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn problems(manifest: &Value) -> Vec<String> {
    Manifest::read(manifest)
        .expect_err("a manifest with problems")
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn document(extra: &Value) -> Value {
    let mut document = json!({
        "_schema_version": 1,
        "_context": {"created_by": "test", "created_at": "2025-01-22T10:00:00Z"},
        "type": "ship_manifest",
    });
    for (key, value) in extra.as_object().expect("an object") {
        document[key] = value.clone();
    }
    document
}

#[test]
fn a_schema_is_closed_unless_it_says_that_it_is_open() {
    let named = json!({"properties": {"cargo": true}});
    #[rustfmt::skip]
    let cases = [
        (named.clone(), json!({"cargo": 1}), true),
        (named.clone(), json!({"crew": 1}), false),
        (json!({"properties": {"cargo": true}, "additionalProperties": true}), json!({"crew": 1}), true),
        (json!({"additionalProperties": {"type": "string"}}), json!({"crew": "x"}), true),
        (json!({"additionalProperties": {"type": "string"}}), json!({"crew": 1}), false),
        (json!({"$ref": "#/$defs/own", "$defs": {"own": named}}), json!({"cargo": 1}), true),
        (json!({"$ref": "#/$defs/own", "$defs": {"own": {"properties": {"cargo": true}}}}), json!({"crew": 1}), false),
        (json!({"propertyNames": {"pattern": "^[_a-z]+$"}, "additionalProperties": true}), json!({"crew": 1}), true),
        (json!({"propertyNames": {"pattern": "^[_a-z]+$"}, "additionalProperties": true}), json!({"Crew": 1}), false),
        (json!({"patternProperties": {"^x-": true}}), json!({"x-a": 1}), true),
        (json!({"patternProperties": {"^x-": true}}), json!({"y-a": 1}), false),
        (json!({"required": ["cargo"], "properties": {"cargo": true}}), json!({}), false),
        (json!({"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"cargo": true}}), json!({"cargo": 1}), true),
    ];
    for (schema, extra, valid) in cases {
        let verdict = ship(&schema).validate(&document(&extra));
        assert_eq!(verdict.is_ok(), valid, "{schema} {extra}: {verdict:?}");
    }
}

#[test]
fn a_contract_type_without_an_envelope_takes_the_bare_document() {
    let mut bare = manifest(&json!({"type": "array", "items": {"type": "string"}}));
    bare["envelope"] = json!(false);
    let contract = Manifest::read(&bare).expect("a manifest");
    assert!(contract.is_valid(&json!(["read", "write"])));
    let violations = contract
        .validate(&json!(["read", 1]))
        .expect_err("not valid");
    assert_eq!(
        violations.to_string(),
        "/1: must be of type string, not number"
    );
    // There are no keys that it could be closed to.
    assert_eq!(contract.schema(1), Some(&bare["versions"][0]["schema"]));
    assert!(contract_core::lint::lint(&contract).is_empty());
    // A key of the envelope's name is a key like any other there.
    bare["versions"][0]["schema"] = json!({"properties": {"_schema_version": {"const": 7}}});
    let contract = Manifest::read(&bare).expect("a manifest");
    assert!(contract.is_valid(&json!({"_schema_version": 7})));
    assert!(!contract.is_valid(&json!({"_schema_version": 8})));
    bare["max_version"] = json!(2);
    assert!(
        problems(&bare).contains(
            &"/envelope: without an envelope a document cannot say its version: one version only"
                .into()
        )
    );
}

#[test]
fn every_problem_of_the_form_is_reported() {
    let mut wrong = manifest(&json!({}));
    wrong["contract_type"] = json!("Ship-Manifest");
    wrong["status"] = json!("new");
    wrong["release"] = json!("one");
    wrong["colour"] = json!("red");
    wrong.as_object_mut().expect("an object").remove("owner");
    assert_eq!(
        problems(&wrong),
        [
            "required key \"owner\" is missing",
            "/colour: key \"colour\" is not allowed",
            "/contract_type: does not match the pattern ^[a-z][a-z0-9_]{0,62}$; it is \"Ship-Manifest\"",
            "/release: does not match the pattern ^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA...; it is \"one\"",
            "/status: must be one of \"draft\", \"active\", \"deprecated\", \"archived\"; it is \"new\"",
        ]
    );
}

#[test]
fn every_problem_of_the_meaning_is_reported() {
    let mut wrong = manifest(&json!({"properties": {"type": {"type": "string"}}}));
    wrong["max_version"] = json!(3);
    assert_eq!(
        problems(&wrong),
        [
            "/versions: must be the versions 1 to 3, each once, ascending",
            "/release: the major number of 1.0.0 is not the newest version, 3",
            "/versions/0/schema/properties: the key \"type\" belongs to the envelope",
        ]
    );
    wrong["max_version"] = json!(0);
    assert_eq!(
        problems(&wrong),
        ["/max_version: must be at least 1; it is 0"]
    );
}

#[test]
fn a_schema_that_cannot_be_used_is_reported_with_its_place() {
    #[rustfmt::skip]
    let cases = [
        (json!({"properties": {"a": {"minimum": "1"}}}), "/versions/0/schema/properties/a/minimum: must be of type number, not string"),
        (json!({"type": "array"}), "/versions/0/schema/type: must be \"object\": a document with an envelope is an object"),
        (json!({"properties": {"again": {"$ref": "#"}}}), "/versions/0/schema: a reference to the whole schema would ask for the envelope again: give the recursive part a name under $defs"),
        (json!({"$schema": "http://json-schema.org/draft-07/schema#", "allOf": [true]}), "/versions/0/schema: say additionalProperties: this draft cannot close a schema that is composed of others"),
        (json!({"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a"}), "/versions/0/schema/$ref: a $ref of this draft hides the keywords beside it, the envelope too"),
        (json!({"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"a": {}}}), "/versions/0/schema/$schema: draft 4 has no const, which the envelope needs: use a later draft"),
        (json!({"maxProperties": 5}), "/versions/0/schema/maxProperties: would count the keys of the envelope too"),
        (json!({"propertyNames": {"maxLength": 6}}), "/versions/0/schema/propertyNames: refuses the key \"_schema_version\" of the envelope"),
        (json!({"patternProperties": {"^_": {"type": "string"}}}), "/versions/0/schema/patternProperties: the pattern ^_ matches the key \"_schema_version\" of the envelope"),
        (json!({"$id": "https://example.com/ship", "properties": {"a": {"$ref": "ship"}}}), "/versions/0/schema: a reference to the whole schema would ask for the envelope again: give the recursive part a name under $defs"),
        (json!({"$ref": "https://example.com/ship.json"}), "/versions/0/schema/$ref: refers to https://example.com/ship.json, which is not part of the schema; nothing is fetched"),
    ];
    for (schema, expected) in cases {
        assert_eq!(problems(&manifest(&schema)), [expected], "{schema}");
    }
}

/// A folder of its own for a test, gone when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).expect("a file can be written");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_folder_is_loaded_whole_or_every_file_with_problems_is_named() {
    let folder = Folder::new("manifests");
    folder.write("ship_manifest.json", &manifest(&json!({})).to_string());
    folder.write("manifest.schema.json", &Manifest::json_schema().to_string());
    folder.write("notes.txt", "not a manifest");
    let registry = Registry::from_folder(&folder.0).expect("one manifest");
    assert_eq!(registry.iter().len(), 1);
    assert!(registry.get("ship_manifest").is_ok());

    folder.write("other_name.json", &manifest(&json!({})).to_string());
    folder.write("broken.json", "{\"contract_type\": ");
    folder.write("empty.json", "{}");
    let errors = Registry::from_folder(&folder.0).expect_err("files with problems");
    let found: Vec<String> = errors
        .iter()
        .map(|(path, problem)| {
            let file = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            format!("{file}: {problem}")
        })
        .collect();
    assert!(found.contains(
        &"other_name.json: /contract_type: the file must be named ship_manifest.json".into()
    ));
    assert!(found.contains(
        &"broken.json: is not JSON: EOF while parsing a value at line 1 column 18".into()
    ));
    assert!(found.contains(&"empty.json: required key \"versions\" is missing".into()));
    let gone = Registry::from_folder(&folder.0.join("gone")).expect_err("no such folder");
    assert!(gone.to_string().contains("cannot be read"), "{gone}");
}

#[test]
fn a_released_version_never_changes() {
    let registry = |schema: &Value| {
        let mut registry = Registry::new();
        registry.insert(ship(schema)).expect("a first type");
        registry
    };
    let released = registry(&json!({"properties": {"cargo": {"type": "string"}}}));
    let lock = Lock::of(&released);
    assert_eq!(lock.differences(&released), []);

    let described = json!({"properties": {"cargo": {"type": "string", "description": "what"}}});
    assert_eq!(lock.differences(&registry(&described)), []);

    let changed = registry(&json!({"properties": {"cargo": {"type": "number"}}}));
    let difference = Difference::Changed("ship_manifest".into(), 1);
    assert_eq!(
        lock.differences(&changed),
        std::slice::from_ref(&difference)
    );
    assert_eq!(lock.extended(&changed), Err(vec![difference.clone()]));
    assert_eq!(
        difference.to_string(),
        "version 1 of ship_manifest is released and accepts something else now: \
         make the change a new version"
    );

    let gone = Difference::Missing("ship_manifest".into(), 1);
    assert_eq!(lock.differences(&Registry::new()), [gone]);

    let unlocked = Difference::Unlocked("ship_manifest".into(), 1);
    assert_eq!(Lock::default().differences(&released), [unlocked]);
    assert_eq!(Lock::default().extended(&released), Ok(lock));
}

/// A release says what it was compared with: the lock file has the manifest, or what is left of it.
#[test]
fn a_lock_has_the_last_release() {
    let contract = ship(&json!({"properties": {"cargo": {"type": "string"}}}));
    let manifest = contract.manifest().clone();
    let mut registry = Registry::new();
    registry.insert(contract).expect("a first type");
    let lock = Lock::of(&registry);
    assert_eq!(lock.manifest("ship_manifest"), Some(&manifest));
    let later = |status| {
        let mut later = manifest.clone();
        later.status = status;
        later.release = "2.3.0".parse().expect("a version");
        later.max_version = 2;
        later.versions.push(ContractVersion {
            version: 2,
            ..later.versions[0].clone()
        });
        ContractType::new(later).expect("a contract type")
    };
    let next = later(Status::Active);
    let last = |lock: &Lock| {
        lock.last_release(&next)
            .expect("a manifest")
            .expect("a release")
    };
    assert_eq!(last(&lock).manifest(), &manifest);

    let mut hashes = serde_json::to_value(&lock).expect("JSON");
    hashes["ship_manifest"]
        .as_object_mut()
        .expect("an object")
        .remove("manifest");
    let hashes: Lock = serde_json::from_value(hashes).expect("a lock");
    assert_eq!(hashes.manifest("ship_manifest"), None);
    assert_eq!(last(&hashes).manifest(), &manifest);

    // A draft is not locked.
    let mut drafts = Registry::new();
    drafts.insert(later(Status::Draft)).expect("a first type");
    assert_eq!(Lock::of(&drafts), Lock::default());
    assert_eq!(lock.extended(&drafts), Ok(lock));
}

/// A key that has the name of an annotation is a key all the same.
#[test]
fn a_key_named_like_an_annotation_counts() {
    let lock = |schema: &Value| content_hash(ship(schema).schema(1).expect("version 1"));
    let with = json!({"properties": {"title": {"type": "string"}, "default": true}});
    let without = json!({"properties": {"default": true}});
    assert_ne!(lock(&with), lock(&without));
    let annotated = json!({"title": "A ship", "properties": {"default": true}});
    assert_eq!(lock(&annotated), lock(&without));
    // The draft decides what keywords mean, and a reference makes a schema of an annotation.
    let older = json!({"$schema": "https://json-schema.org/draft/2019-09/schema", "properties": {"default": true}});
    assert_ne!(lock(&older), lock(&without));
    let hidden =
        |kind: &str| json!({"properties": {"a": {"$ref": "#/default"}}, "default": {"type": kind}});
    assert_ne!(lock(&hidden("string")), lock(&hidden("number")));
    assert_ne!(
        lock(&json!({"properties": {"a": {"const": {"title": 1}}}})),
        lock(&json!({"properties": {"a": {"const": {"title": 2}}}}))
    );
}
