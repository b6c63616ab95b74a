//! What DRIFT-05 looks at: core columns, and the triggers that make columns immutable.

mod body;
pub mod columns;
mod condition;
mod deprecation;
pub mod functions;
mod guard;
#[cfg(test)]
mod tests;
pub mod triggers;
mod type_name;
mod words;
