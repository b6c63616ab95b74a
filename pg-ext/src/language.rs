//! The language `jsonb_contract`: its functions are the contract types that are registered.
//!
//! `contracts.ship_manifest(document jsonb)` has the definition of the contract type as its body, and
//! calling it checks a document. So a CHECK depends on the definition by way of the function, as it does
//! on any function: a dump has it before the table, a replica has it, and replacing it locks no table.

use crate::{
    check,
    document::Document,
    registered::{self, document_of},
};
use pgrx::{
    IntoDatum, PgLogLevel, PgSqlErrorCode, extension_sql, pg_extern, pg_guard, pg_sys,
    pg_sys::panic::ErrorReport,
};
use std::cell::RefCell;

extension_sql!(
    r"
CREATE FUNCTION call_registered() RETURNS language_handler LANGUAGE c AS 'MODULE_PATHNAME', 'contract_call_registered';
COMMENT ON FUNCTION call_registered() IS 'Checks a document against the contract type that a function is';
CREATE TRUSTED LANGUAGE jsonb_contract HANDLER call_registered VALIDATOR validate_registered;
COMMENT ON LANGUAGE jsonb_contract IS 'Functions that are registered contract types';
CREATE SCHEMA contracts AUTHORIZATION @extowner@;
COMMENT ON SCHEMA contracts IS 'Registered contract types: contract.register makes their functions';
GRANT USAGE ON SCHEMA contracts TO PUBLIC;

-- The functions that are contract types.
CREATE VIEW definitions AS
SELECT p.oid, p.proname, p.proowner, p.prosrc
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
WHERE n.nspname = 'contracts' AND l.lanname = 'jsonb_contract';
COMMENT ON VIEW definitions IS 'The functions that are registered contract types';
GRANT SELECT ON definitions TO PUBLIC;
",
    name = "language",
    requires = [validate_registered]
);

#[doc(hidden)]
#[unsafe(no_mangle)]
pub extern "C" fn pg_finfo_contract_call_registered() -> &'static pg_sys::Pg_finfo_record {
    &check::VERSION_1
}

/// The handler of the language: a call of one of its functions.
///
/// # Safety
///
/// Called by Postgres, with a valid `call`.
#[doc(hidden)]
#[unsafe(no_mangle)]
#[pg_guard]
pub unsafe extern "C-unwind" fn contract_call_registered(
    call: pg_sys::FunctionCallInfo,
) -> pg_sys::Datum {
    // SAFETY: Postgres calls a handler by way of the function that is called.
    let (called, function) = unsafe { (&mut *call, (*(*call).flinfo).fn_oid) };
    let compiled = registered::compiled_at(call, function);
    let Some(document) = document_of(called) else {
        // NULL passes, as it does any CHECK; who has made the function not STRICT gets it here.
        called.isnull = true;
        return pg_sys::Datum::from(0);
    };
    let satisfies = check::satisfies(&compiled, &document);
    satisfies.into_datum().unwrap_or(pg_sys::Datum::from(0))
}

/// Whether a document satisfies the contract type that a function is; silent. For the function's
/// sibling, which depends on it.
#[pg_extern(immutable, strict, parallel_safe)]
fn conforms(contract: pg_sys::Oid, document: Document, call: pg_sys::FunctionCallInfo) -> bool {
    is_valid_at(call, contract, &document)
}

/// The same, for the sibling of a contract type that has aliases: that there are any is known by what
/// depends on this function, which the catalog has an index for.
#[pg_extern(immutable, strict, parallel_safe)]
fn conforms_aliased(
    contract: pg_sys::Oid,
    document: Document,
    call: pg_sys::FunctionCallInfo,
) -> bool {
    is_valid_at(call, contract, &document)
}

fn is_valid_at(call: pg_sys::FunctionCallInfo, contract: pg_sys::Oid, document: &Document) -> bool {
    registered::compiled_at(call, contract).is_valid(document)
}

thread_local! {
    /// The body that contract.register has checked and is about to store.
    static CHECKED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Lets the function with this body be made.
pub fn expect(body: &str) {
    CHECKED.set(Some(body.to_owned()));
}

/// The validator of the language: a contract type is made by contract.register, which checks it. A
/// restore has switched the validation of bodies off.
#[pg_extern(strict)]
fn validate_registered(function: pg_sys::Oid) {
    // SAFETY: a setting of this backend.
    if !unsafe { pg_sys::check_function_bodies } {
        return;
    }
    let body = registered::body_of(function);
    let is_checked = CHECKED.take().is_some_and(|checked| Some(checked) == body);
    if !is_checked {
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_INVALID_FUNCTION_DEFINITION,
            "a function of language jsonb_contract is made by contract.register",
            "contract.validate_registered",
        )
        .set_hint("SELECT contract.register(manifest) checks the manifest and makes the function.")
        .report(PgLogLevel::ERROR);
    }
}
