//! `contract.matches_schema`, `contract.schema_errors`: a document against any JSON Schema.

use crate::{
    cache,
    check::{explain, rows},
    document::Document,
    watch::Stored,
};
use contract_core::Values;
use pgrx::{iter::TableIterator, name, pg_extern, pg_sys};

/// Whether the document matches the schema.
#[pg_extern(immutable, strict, parallel_safe)]
fn matches_schema(schema: Document, document: Document, call: pg_sys::FunctionCallInfo) -> bool {
    cache::schema_at(call, &schema)
        .validator()
        .is_valid(Stored::node(document.root()))
}

/// What in the document does not match the schema; no rows where all does.
#[pg_extern(immutable, strict, parallel_safe)]
#[allow(
    clippy::type_complexity,
    reason = "the columns of a set-returning function"
)]
fn schema_errors(
    schema: Document,
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
    let compiled = cache::schema(&schema);
    let validator = compiled.validator();
    let is_valid = validator.is_valid(Stored::node(document.root()));
    TableIterator::new(rows((!is_valid).then(|| {
        explain(&document, || {
            validator.explain(Stored::node(document.root()), Values::Masked)
        })
    })))
}
