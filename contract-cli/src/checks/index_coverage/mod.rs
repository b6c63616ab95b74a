//! What indexes serve: foreign keys by their columns, documents by their keys.

mod document_keys;
mod serving;
#[cfg(test)]
mod tests;

pub use document_keys::{Access, accesses};
pub use serving::shortfall;
