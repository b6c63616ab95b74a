//! The validator, over any representation of JSON.
//!
//! Verdict and explanation are two paths: `is_valid` walks and builds nothing; `validate` asks it
//! first, and walks again only for a document that fails.

mod contract;
pub(crate) mod date_time;
mod message;
mod number;
mod schema;
mod weight;

use crate::json::Json;
use jsonschema::{Keyword, Retrieve, ValidationError, ValidationOptions};
use std::sync::Arc;

pub use contract::ContractValidator;
pub(crate) use message::quoted;
pub use schema::{SchemaError, SchemaValidator};
pub(crate) use schema::{asserts_format, canonical_options, is_reference_to_root, on_large_stack};

/// How a schema is compiled for the representation `F`.
type Options<F> = ValidationOptions<'static, Arc<dyn Retrieve>, F>;

/// A keyword that demands nothing by itself.
struct Nothing;

impl<'i, F: Json> Keyword<'i, F> for Nothing {
    fn validate(&self, _: F::Node<'i>) -> Result<(), ValidationError<'i>> {
        Ok(())
    }

    fn is_valid(&self, _: F::Node<'i>) -> bool {
        true
    }
}
