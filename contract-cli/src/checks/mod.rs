//! The drift checks: whether matrix, contracts, migrations and database agree. One file a check, named
//! after it; [`CHECKS`] lists them.
//!
//! A check gets facts and compares them. It reads nothing itself, so that a live database and a
//! snapshot of it get the same findings.

mod baseline;
mod compliance;
pub mod contract_coverage;
mod core_immutability;
mod drift_01_schema_diff;
mod drift_02_rls_coverage;
mod drift_03_contract_coverage;
mod drift_04_index_coverage;
mod drift_05_core_immutability;
mod evidence;
mod finding;
mod index_coverage;
mod outcome;
mod pattern;
mod rls_coverage;
mod run;
mod schema_diff;
#[cfg(test)]
mod tests;
mod waivers;

pub use baseline::Baseline;
pub use evidence::Evidence;
pub use finding::{Finding, Object};
pub use outcome::{Assigned, CheckOutcome, Compliance, Outcome, Waived};
pub use run::run;
pub use waivers::Waivers;

use crate::{catalog::Catalog, guardrail::Matrix};
use jiff::civil::Date;

/// A drift check.
pub struct Check {
    /// `DRIFT-01`
    pub id: &'static str,
    /// What it is called: `schema diff`.
    pub title: &'static str,
    /// What it compares, in a line.
    pub summary: &'static str,
    /// What it finds, and why that is wrong; for `--explain`.
    pub explanation: &'static str,
    /// The file of its report: `schema-diff.json`.
    pub report: &'static str,
    /// The findings, in any order; they are sorted afterwards.
    ///
    /// # Errors
    ///
    /// What is missing for the check to run.
    pub run: fn(&Facts<'_>) -> Result<Vec<Finding>, String>,
}

/// What the checks compare.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The database.
    pub catalog: &'a Catalog,
    /// What the guardrail matrix says of it.
    pub matrix: &'a Matrix,
    /// What the migrations make; only the schema diff needs it.
    pub migrated: Option<&'a Catalog>,
    /// The day of the run, for what ends on a day.
    pub today: Date,
}

/// All checks, in the order of their ids.
pub const CHECKS: [Check; 5] = [
    drift_01_schema_diff::CHECK,
    drift_02_rls_coverage::CHECK,
    drift_03_contract_coverage::CHECK,
    drift_04_index_coverage::CHECK,
    drift_05_core_immutability::CHECK,
];
