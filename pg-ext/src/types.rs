//! `contract.types`, `contract.schema`, `contract.schema_version`: what contracts and documents say
//! of themselves.

use crate::{
    cache,
    document::{Document, TypeName},
    report,
};
use contract_core::{Registry, stored};
use pgrx::{JsonB, iter::TableIterator, name, pg_extern};

/// The contract types, in the order of their names.
#[pg_extern(immutable, strict, parallel_safe)]
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
    TableIterator::new(Registry::builtin().iter().map(|contract| {
        let manifest = contract.manifest();
        (
            manifest.contract_type.clone(),
            manifest.canonical_id.clone(),
            manifest.release.to_string(),
            manifest.min_version.cast_signed(),
            manifest.max_version.cast_signed(),
            manifest.owner.clone(),
            manifest.status.as_str().to_owned(),
            manifest.compatibility.as_str().to_owned(),
        )
    }))
}

/// The JSON Schema of a version, envelope included.
#[pg_extern(immutable, strict, parallel_safe)]
fn schema(contract_type: TypeName, version: i32) -> JsonB {
    let contract = cache::contract_type(&contract_type.text());
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
