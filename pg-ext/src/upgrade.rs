//! `contract.upgrade`, `contract.is_writable`: documents on their way up.

use crate::{
    cache,
    document::{Document, TypeName},
    report,
    watch::Stored,
};
use contract_core::{Registry, envelope, stored, version::check_write};
use pgrx::{JsonB, pg_extern, pg_sys};

/// Whether the document is valid and its version at or above the floor, for a CHECK where triggers
/// cannot be used.
#[pg_extern(immutable, strict, parallel_safe)]
fn is_writable(
    contract_type: TypeName,
    document: Document,
    floor: i32,
    call: pg_sys::FunctionCallInfo,
) -> bool {
    let version = envelope::schema_version::<Stored>(&Stored::node(document.root()));
    cache::contract_at(call, &contract_type).is_valid(Stored::node(document.root()))
        && check_write(version, None, u32::try_from(floor).unwrap_or(0)).is_ok()
}

/// The document as one of the newest version.
#[pg_extern(immutable, strict, parallel_safe, name = "upgrade")]
fn upgrade_to_newest(contract_type: TypeName, document: Document) -> JsonB {
    upgrade(&contract_type, &document, None)
}

/// The document as one of version `to_version`.
#[pg_extern(immutable, strict, parallel_safe, name = "upgrade")]
fn upgrade_to(contract_type: TypeName, document: Document, to_version: i32) -> JsonB {
    upgrade(&contract_type, &document, Some(to_version))
}

fn upgrade(contract_type: &TypeName, document: &Document, to: Option<i32>) -> JsonB {
    let contract = match Registry::builtin().get(&contract_type.text()) {
        Ok(contract) => contract,
        Err(unknown) => report::unknown_contract_type(&unknown),
    };
    let to = match to {
        None => *contract.read_range().end(),
        Some(to) => match u32::try_from(to) {
            Ok(known) if contract.may_read(known) => known,
            _ => report::unknown_version(contract.name(), to, &contract.read_range()),
        },
    };
    let value = match stored::to_value(document.bytes()) {
        Ok(value) => value,
        Err(too_deep) => report::not_upgraded(&format!("document {too_deep}"), None),
    };
    match contract.upgrade(value, to) {
        Ok(upgraded) => JsonB(upgraded),
        Err(error) => match (error.violations(), error.step()) {
            (Some(violations), None) => report::violated(contract.name(), violations),
            (violations, _) => report::not_upgraded(&error.to_string(), violations),
        },
    }
}
