//! `contract.is_valid`, `contract.check`, `contract.errors`: a document against a contract type.

use crate::{
    cache,
    document::{Document, TypeName},
    report,
    watch::{Explanation, Stored},
};
use contract_core::{ContractValidator, Values, Violations};
use pgrx::{iter::TableIterator, name, pg_extern, pg_sys};

/// Whether the document is valid; silent.
#[pg_extern(immutable, strict, parallel_safe)]
fn is_valid(contract_type: TypeName, document: Document, call: pg_sys::FunctionCallInfo) -> bool {
    cache::contract_at(call, &contract_type).is_valid(Stored::node(document.root()))
}

/// True for a valid document, an ERROR that lists every violation for any other.
#[pg_extern(immutable, strict, parallel_safe)]
fn check(contract_type: TypeName, document: Document, call: pg_sys::FunctionCallInfo) -> bool {
    let contract = cache::contract_at(call, &contract_type);
    match violations_of(contract, &document) {
        None => true,
        Some(violations) => report::violated(contract.name(), &violations),
    }
}

/// The violations of the document; no rows for a valid one.
#[pg_extern(immutable, strict, parallel_safe)]
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
    let contract = cache::contract(&contract_type);
    TableIterator::new(rows(violations_of(contract, &document)))
}

fn violations_of(contract: &ContractValidator<Stored>, document: &Document) -> Option<Violations> {
    if contract.is_valid(Stored::node(document.root())) {
        return None;
    }
    let _explanation = Explanation::of(document.bytes().len());
    Some(contract.explain(Stored::node(document.root()), Values::Masked))
}

/// Violations as rows.
pub fn rows(
    violations: Option<Violations>,
) -> impl Iterator<Item = (String, String, String, String)> {
    violations.into_iter().flatten().map(|violation| {
        (
            violation.instance_path().to_owned(),
            violation.schema_path().to_owned(),
            violation.keyword().to_owned(),
            violation.message().to_owned(),
        )
    })
}
