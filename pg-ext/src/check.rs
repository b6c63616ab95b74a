//! `contract.is_valid`, `contract.check`, `contract.errors`: a document against a contract type.

use crate::{
    cache,
    compiled::Compiled,
    document::{Document, TypeName},
    report,
    watch::{Explanation, too_much_to_explain},
};
use contract_core::Violations;
use pgrx::{iter::TableIterator, name, pg_extern, pg_sys};

/// Whether the document is valid; silent.
#[pg_extern(immutable, strict, parallel_safe)]
fn is_valid(contract_type: TypeName, document: Document, call: pg_sys::FunctionCallInfo) -> bool {
    cache::contract_at(call, &contract_type).is_valid(&document)
}

/// True for a valid document, an ERROR that lists every violation for any other.
#[pg_extern(immutable, strict, parallel_safe)]
fn check(contract_type: TypeName, document: Document, call: pg_sys::FunctionCallInfo) -> bool {
    let contract = cache::contract_at(call, &contract_type);
    satisfies(contract, &document)
}

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
