//! `contract.types`, `contract.manifest`, `contract.schema`, `contract.schema_version`: what contracts and
//! documents say of themselves.

use crate::{
    cache::Known,
    document::{Document, TypeName},
    registered, report,
};
use contract_core::{ContractType, Manifest, Registry, definition::Definition, stored};
use pgrx::{JsonB, iter::TableIterator, name, pg_extern};

/// The contract types, built in and registered, in the order of their names.
#[pg_extern(stable, strict, parallel_safe)]
#[allow(
    clippy::type_complexity,
    reason = "the columns of a set-returning function"
)]
fn types() -> TableIterator<
    'static,
    (
        name!(name, String),
        name!(canonical_id, String),
        name!(release, String),
        name!(min_version, i32),
        name!(max_version, i32),
        name!(owner, String),
        name!(status, String),
        name!(compatibility, String),
    ),
> {
    let builtin = Registry::builtin()
        .iter()
        .map(ContractType::manifest)
        .cloned();
    let mut manifests: Vec<Manifest> = builtin.chain(registered::manifests()).collect();
    manifests.sort_by(|a, b| a.contract_type.cmp(&b.contract_type));
    TableIterator::new(manifests.into_iter().map(|manifest| {
        (
            manifest.contract_type,
            manifest.canonical_id,
            manifest.release.to_string(),
            manifest.min_version.cast_signed(),
            manifest.max_version.cast_signed(),
            manifest.owner,
            manifest.status.as_str().to_owned(),
            manifest.compatibility.as_str().to_owned(),
        )
    }))
}

/// What binding a column needs to know of a contract type; an ERROR for one that is not known.
#[pg_extern(stable, strict, parallel_safe)]
#[allow(
    clippy::type_complexity,
    reason = "the columns of a set-returning function"
)]
fn known_type(
    contract_type: TypeName,
) -> TableIterator<
    'static,
    (
        name!(min_version, i32),
        name!(max_version, i32),
        name!(status, String),
        name!(has_envelope, bool),
        name!(is_registered, bool),
    ),
> {
    let known = Known::named(&contract_type.text());
    let manifest = known.contract().manifest();
    TableIterator::once((
        manifest.min_version.cast_signed(),
        manifest.max_version.cast_signed(),
        manifest.status.as_str().to_owned(),
        manifest.envelope,
        matches!(known, Known::Registered(_)),
    ))
}

/// The manifest of a contract type: of a registered one, the text that it was registered in.
#[pg_extern(stable, strict, parallel_safe)]
fn manifest(contract_type: TypeName) -> String {
    let name = contract_type.text();
    match registered::function_of(&name).and_then(registered::body_of) {
        None => Known::named(&name).contract().manifest().to_text(),
        Some(body) => match Definition::read(&body) {
            Ok(definition) => definition.source().to_owned(),
            Err(error) => report::bad_definition(&name, &error.to_string()),
        },
    }
}

/// The JSON Schema of a version, envelope included.
#[pg_extern(stable, strict, parallel_safe)]
fn schema(contract_type: TypeName, version: i32) -> JsonB {
    let known = Known::named(&contract_type.text());
    let contract = known.contract();
    let schema = u32::try_from(version)
        .ok()
        .and_then(|version| contract.schema(version));
    let Some(schema) = schema else {
        report::unknown_version(contract.name(), version, &contract.read_range())
    };
    JsonB(schema.clone())
}

/// The version that the document says it has; NULL where it says none.
#[pg_extern(immutable, strict, parallel_safe)]
fn schema_version(document: Document) -> Option<i32> {
    i32::try_from(stored::schema_version(document.bytes())?).ok()
}
