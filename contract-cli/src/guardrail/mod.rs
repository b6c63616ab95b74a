//! The guardrail matrix: a Markdown document that says what holds for each table, as a typed model.
//!
//! `text` repairs the characters, `markdown` finds tables and headings, `sections` knows the tables of a matrix and
//! reads their rows, `rules` says what is wrong with them.

mod document;
mod format;
mod lookup;
mod markdown;
pub mod model;
mod rules;
mod sections;
mod template;
mod text;
mod value;

pub use document::{Surroundings, compile, read, read_text};
pub use format::formatted;
pub use model::Matrix;
pub use rules::{RULES, Rule, rule};
pub use template::template;

/// The JSON Schema of the model, as it is published in `docs/ssot/guardrail.schema.json`.
pub fn json_schema() -> schemars::Schema {
    schemars::schema_for!(Matrix)
}
