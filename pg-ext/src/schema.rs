//! `contract.matches_schema`, `contract.schema_errors`: a document against any JSON Schema.

use crate::{
    cache,
    check::{explain, rows},
    document::Document,
};
use pgrx::{iter::TableIterator, name, pg_extern, pg_sys};

/// Whether the document matches the schema.
#[pg_extern(immutable, strict, parallel_safe)]
fn matches_schema(schema: Document, document: Document, call: pg_sys::FunctionCallInfo) -> bool {
    cache::schema_at(call, &schema).is_valid(&document)
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
    let is_valid = compiled.is_valid(&document);
    TableIterator::new(rows(
        (!is_valid).then(|| explain(&document, || compiled.explain(&document))),
    ))
}
