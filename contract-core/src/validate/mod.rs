//! The validator, over any representation of JSON.
//!
//! Verdict and explanation are two paths: `is_valid` walks and builds nothing; `validate` asks it
//! first, and walks again only for a document that fails.

mod contract;
mod message;
mod number;
mod schema;
mod weight;

pub use contract::ContractValidator;
pub(crate) use schema::is_reference_to_root;
pub use schema::{SchemaError, SchemaValidator};
