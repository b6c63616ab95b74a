//! What may change from one release of a contract type to the next: every rule, word for word.

mod manifest;
mod number;
mod promise;

use contract_core::{
    ContractType, Manifest,
    release::{Objection, ObjectionKind, Release},
};
use serde_json::{Value, json};

const NO: [(ObjectionKind, String); 0] = [];

/// A released contract type whose versions have these schemas, with a few keys of the manifest changed.
fn contract(schemas: &[Value], edit: &Value) -> ContractType {
    let versions: Vec<Value> = (1..)
        .zip(schemas)
        .map(|(version, schema)| json!({"version": version, "schema": schema}))
        .collect();
    let newest = versions.len();
    let mut manifest = json!({
        "contract_type": "ship_manifest",
        "canonical_id": "CONTRACT-SHIP-MANIFEST",
        "release": format!("{newest}.0.0"),
        "owner": "harbour",
        "status": "active",
        "compatibility": "backward",
        "min_version": 1,
        "max_version": newest,
        "check_constraint": true,
        "versions": versions,
    });
    json_patch::merge(&mut manifest, edit);
    Manifest::read(&manifest).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The keys that a schema names, each with its schema.
fn keys(keys: &Value) -> Value {
    json!({"properties": keys})
}

fn cargo() -> Value {
    keys(&json!({"cargo": {"type": "string", "maxLength": 50}}))
}

fn cargo_and_crew() -> Value {
    keys(&json!({"cargo": {"type": "string", "maxLength": 50}, "crew": {"type": "integer"}}))
}

fn crew() -> Value {
    keys(&json!({"crew": {"type": "integer"}}))
}

/// Kind, place and message of each objection.
fn told(release: &Release) -> Vec<(ObjectionKind, String)> {
    let told = |one: &Objection| (one.kind(), format!("{}: {}", one.path(), one.message()));
    release.objections().iter().map(told).collect()
}

/// The hint of the only objection.
#[track_caller]
fn hint(release: &Release) -> &str {
    let [objection] = release.objections() else {
        panic!("one objection: {:?}", release.objections())
    };
    objection.hint().expect("an objection says what to do")
}

/// That there is one objection, this.
#[track_caller]
fn refused(
    previous: &ContractType,
    next: &ContractType,
    kind: ObjectionKind,
    text: &str,
    way_out: &str,
) {
    let release = Release::between(Some(previous), next);
    assert_eq!(told(&release), [(kind, text.to_owned())]);
    assert_eq!(hint(&release), way_out);
}
