//! The guardrail matrix: a Markdown document that says what holds for each table, as a typed model.

pub mod model;

pub use model::Matrix;
