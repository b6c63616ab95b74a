//! `contract.upgrade`, `contract.is_writable`: documents on their way up.

use crate::{
    cache::{self, Known},
    document::{Document, StoredJsonb, TypeName},
    report,
};
use contract_core::{envelope::VERSION_KEY, stored, version::check_write};
use pgrx::{FromDatum, IntoDatum, JsonB, direct_function_call_as_datum, pg_extern, pg_sys};
use serde_json::json;

/// Whether the document is valid and its version at or above the floor, for a CHECK where triggers
/// cannot be used.
#[pg_extern(immutable, strict, parallel_safe)]
fn is_writable(
    contract_type: TypeName,
    document: Document,
    floor: i32,
    call: pg_sys::FunctionCallInfo,
) -> bool {
    let version = stored::schema_version(document.bytes());
    cache::contract_at(call, &contract_type).is_valid(&document)
        && check_write(version, None, u32::try_from(floor).unwrap_or(0)).is_ok()
}

/// The document as one of the newest version.
#[pg_extern(stable, strict, parallel_safe, name = "upgrade")]
fn upgrade_to_newest(contract_type: TypeName, document: Document) -> StoredJsonb {
    upgrade(&contract_type, &document, None)
}

/// The document as one of version `to_version`.
#[pg_extern(stable, strict, parallel_safe, name = "upgrade")]
fn upgrade_to(contract_type: TypeName, document: Document, to_version: i32) -> StoredJsonb {
    upgrade(&contract_type, &document, Some(to_version))
}

fn upgrade(contract_type: &TypeName, document: &Document, to: Option<i32>) -> StoredJsonb {
    let known = Known::named(&contract_type.text());
    let contract = known.contract();
    let to = match to {
        None => *contract.read_range().end(),
        Some(to) => match u32::try_from(to) {
            Ok(known) if contract.may_read(known) => known,
            _ => report::unknown_version(contract.name(), to, &contract.read_range()),
        },
    };
    if let Some(upgraded) = upgrade_in_place(&known, document, to) {
        return upgraded;
    }
    let value = match stored::to_value(document.bytes()) {
        Ok(value) => value,
        Err(too_deep) => report::not_upgraded(&format!("document {too_deep}"), None),
    };
    match contract.upgrade(value, to) {
        Ok(upgraded) => {
            let datum = JsonB(upgraded).into_datum();
            StoredJsonb(datum.expect("a JSON value is not NULL"))
        }
        Err(error) => match (error.violations(), error.step()) {
            (Some(violations), None) => report::violated(contract.name(), violations),
            (violations, _) => report::not_upgraded(&error.to_string(), violations),
        },
    }
}

/// The upgrade where nothing but the version changes, without building a value; `None` where more does,
/// or something is wrong with the document before it or after it.
fn upgrade_in_place(known: &Known, document: &Document, to: u32) -> Option<StoredJsonb> {
    let contract = known.contract();
    let is_valid = |document: &Document| known.compiled().is_valid(document);
    let version = u32::try_from(stored::schema_version(document.bytes())?).ok()?;
    if version > to || !contract.changes_version_only(version, to) || !is_valid(document) {
        return None;
    }
    if version == to {
        return Some(StoredJsonb(document.datum()));
    }
    // The steps are there; each leads to a valid document where the versions are valid one by one.
    for next in version + 1..to {
        let step = with_version(document, next)?;
        if !is_valid(&step.1) {
            return None;
        }
    }
    let (datum, upgraded) = with_version(document, to)?;
    is_valid(&upgraded).then_some(StoredJsonb(datum))
}

/// The document with another version, as Postgres's own `||` makes it.
fn with_version(document: &Document, version: u32) -> Option<(pg_sys::Datum, Document)> {
    let version = JsonB(json!({VERSION_KEY: version})).into_datum();
    // SAFETY: both arguments are jsonb, and so is the result, which is not NULL.
    unsafe {
        let datum = direct_function_call_as_datum(
            pg_sys::jsonb_concat,
            &[Some(document.datum()), version],
        )?;
        Some((datum, Document::from_datum(datum, false)?))
    }
}
