//! What a run of the checks came to: each finding with who mends it by when, each table with its level.

use super::{Check, Finding};
use crate::{
    catalog::QualifiedName,
    guardrail::model::{Level, Risk},
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// A run of some or all checks.
pub struct Outcome {
    /// In the order of the ids.
    pub checks: Vec<CheckOutcome>,
    /// What is wrong beside the checks: waivers that expired or match nothing, claims that the evidence does not carry.
    pub beside: Vec<Assigned>,
    /// One entry a table of the matrix or of the database, by name; empty where not all
    /// checks were asked for that it takes.
    pub compliance: Vec<Compliance>,
}

pub struct CheckOutcome {
    pub check: &'static Check,
    /// The findings in their order; or why the check could not run.
    pub result: Result<Vec<Assigned>, String>,
}

/// A finding and who has to do with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Assigned {
    #[serde(flatten)]
    pub finding: Finding,
    /// Who mends it; a finding without an owner is a finding of its own.
    pub owner: Option<String>,
    /// By when: a date, or a time such as `7 days`.
    pub eta: Option<String>,
    pub risk: Option<Risk>,
    /// Where it does not fail for now.
    pub waiver: Option<Waived>,
}

/// Why a finding does not fail for now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Waived {
    /// By an entry of the waiver file.
    Waiver {
        reason: String,
        #[schemars(with = "String")]
        expires: Date,
    },
    /// It was there before, by the baseline.
    Baseline,
}

/// The level of a table: what the matrix claims, and what the evidence carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Compliance {
    pub table: QualifiedName,
    pub claimed: Option<Level>,
    pub computed: Level,
    /// What keeps it from the next level.
    pub because: Option<String>,
}
