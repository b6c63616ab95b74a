//! `contract.is_valid`, `contract.check`, `contract.errors`: a document against a contract type.

use crate::{
    cache,
    compiled::Compiled,
    document::{Document, TypeName},
    report,
    watch::{Explanation, too_much_to_explain},
};
use contract_core::Violations;
use pgrx::{extension_sql, iter::TableIterator, name, pg_extern, pg_guard, pg_sys};

// Postgres calls these for each row that is written or read: they take their arguments themselves, which is shorter
// than the way through `pg_extern`.
extension_sql!(
    r#"
CREATE FUNCTION is_valid(contract_type text, document jsonb) RETURNS boolean
    IMMUTABLE STRICT PARALLEL SAFE LANGUAGE c AS 'MODULE_PATHNAME', 'contract_is_valid';
CREATE FUNCTION "check"(contract_type text, document jsonb) RETURNS boolean
    IMMUTABLE STRICT PARALLEL SAFE LANGUAGE c AS 'MODULE_PATHNAME', 'contract_check';
"#,
    name = "check"
);

/// The arguments of a call of [`contract_is_valid`] or [`contract_check`].
///
/// # Safety
///
/// `call` is the running call of a function of a text and a jsonb.
#[inline]
unsafe fn arguments(call: pg_sys::FunctionCallInfo) -> (&'static Compiled, Document) {
    // SAFETY: as the caller says.
    let (contract_type, document) = unsafe {
        let arguments = (*call).args.as_slice(2);
        // Who owns a function may have changed that it is STRICT.
        assert!(
            !arguments[0].isnull && !arguments[1].isnull,
            "NULL is no argument of a STRICT function"
        );
        (
            TypeName::of(arguments[0].value),
            Document::of(arguments[1].value),
        )
    };
    (cache::contract_at(call, &contract_type), document)
}

/// Whether the document is valid; silent.
///
/// # Safety
///
/// Called by Postgres, as `contract.is_valid`.
#[doc(hidden)]
#[unsafe(no_mangle)]
#[pg_guard]
pub unsafe extern "C-unwind" fn contract_is_valid(call: pg_sys::FunctionCallInfo) -> pg_sys::Datum {
    // SAFETY: it is declared so.
    let (contract, document) = unsafe { arguments(call) };
    contract.is_valid(&document).into()
}

/// True for a valid document, an ERROR that lists every violation for any other.
///
/// # Safety
///
/// Called by Postgres, as `contract.check`.
#[doc(hidden)]
#[unsafe(no_mangle)]
#[pg_guard]
pub unsafe extern "C-unwind" fn contract_check(call: pg_sys::FunctionCallInfo) -> pg_sys::Datum {
    // SAFETY: it is declared so.
    let (contract, document) = unsafe { arguments(call) };
    satisfies(contract, &document).into()
}

#[doc(hidden)]
#[unsafe(no_mangle)]
pub extern "C" fn pg_finfo_contract_is_valid() -> &'static pg_sys::Pg_finfo_record {
    &VERSION_1
}

#[doc(hidden)]
#[unsafe(no_mangle)]
pub extern "C" fn pg_finfo_contract_check() -> &'static pg_sys::Pg_finfo_record {
    &VERSION_1
}

/// How Postgres calls the functions of this extension.
pub const VERSION_1: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };

/// True for a valid document, an ERROR that lists every violation for any other.
pub fn satisfies(contract: &Compiled, document: &Document) -> bool {
    if contract.is_valid(document) {
        return true;
    }
    let explained = explain(document, || contract.explain(document));
    report::violated(contract.name(), &explained)
}

/// The violations of the document; no rows for a valid one.
#[pg_extern(stable, strict, parallel_safe)]
#[allow(
    clippy::type_complexity,
    reason = "the columns of a set-returning function"
)]
fn errors(
    contract_type: TypeName,
    document: Document,
) -> TableIterator<
    'static,
    (
        name!(instance_path, String),
        name!(schema_path, String),
        name!(keyword, String),
        name!(message, String),
    ),
> {
    let known = cache::Known::named(&contract_type.text());
    let contract = known.compiled();
    let is_valid = contract.is_valid(&document);
    TableIterator::new(rows(
        (!is_valid).then(|| explain(&document, || contract.explain(&document))),
    ))
}

/// The violations of a document that is not valid, within the budget of an explanation.
pub fn explain(document: &Document, find: impl FnOnce() -> Option<Violations>) -> Violations {
    let _explanation = Explanation::of(document.bytes());
    match find() {
        Some(violations) => violations,
        None => unreachable!("a document that is not valid violates something"),
    }
}

/// Violations as rows; an ERROR where they are not all of them.
pub fn rows(
    violations: Option<Violations>,
) -> impl Iterator<Item = (String, String, String, String)> {
    if violations
        .as_ref()
        .is_some_and(|violations| !violations.is_complete())
    {
        too_much_to_explain();
    }
    violations.into_iter().flatten().map(|violation| {
        (
            violation.instance_path().to_owned(),
            violation.schema_path().to_owned(),
            violation.keyword().to_owned(),
            violation.message().to_owned(),
        )
    })
}
