//! The reports as JSON: one document a check, and one of the whole run.
//!
//! Their form is published as `docs/drift-report.schema.json`.

use super::{Run, Section};
use crate::{
    checks::{Assigned, Compliance, Waived},
    report::{counted, human::grouped},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::{fmt, ops::AddAssign};

/// The report of one check: `reports/rls-coverage.json`.
#[derive(Serialize, JsonSchema)]
struct CheckReport<'a> {
    /// `DRIFT-01`
    check: &'a str,
    title: &'a str,
    #[serde(flatten)]
    result: CheckResult<'a>,
}

/// A check that could not run has no findings, not even an empty list of them.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum CheckResult<'a> {
    Ran {
        counts: Counts,
        findings: &'a [Assigned],
    },
    CouldNotRun {
        /// Why the check could not run.
        error: &'a str,
    },
}

/// How many findings there are of each kind.
#[derive(Default, Serialize, JsonSchema)]
pub struct Counts {
    /// Those that fail.
    pub failing: u64,
    /// Those that do not fail until a day.
    pub waived: u64,
    /// Those that were there before, by the baseline.
    pub baseline: u64,
}

impl Counts {
    pub fn of(findings: &[Assigned]) -> Self {
        let mut counts = Self::default();
        for found in findings {
            *match found.waiver {
                None => &mut counts.failing,
                Some(Waived::Waiver { .. }) => &mut counts.waived,
                Some(Waived::Baseline) => &mut counts.baseline,
            } += 1;
        }
        counts
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.failing += more.failing;
        self.waived += more.waived;
        self.baseline += more.baseline;
    }
}

/// `3 findings, 1 waived, 12 in the baseline`
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.failing {
            0 => write!(f, "no findings")?,
            failing => write!(f, "{}", counted(failing, "finding"))?,
        }
        if self.waived > 0 {
            write!(f, ", {} waived", grouped(self.waived))?;
        }
        if self.baseline > 0 {
            write!(f, ", {} in the baseline", grouped(self.baseline))?;
        }
        Ok(())
    }
}

/// The report of a run: `reports/drift.json`.
#[derive(Serialize, JsonSchema)]
struct RunReport<'a> {
    checks: Vec<CheckReport<'a>>,
    /// What is wrong beside the checks: with waivers, owners, and claims of compliance.
    beside: &'a [Assigned],
    /// The level of each table; empty where not all checks ran that it takes.
    compliance: &'a [Compliance],
    summary: Summary,
}

#[derive(Serialize, JsonSchema)]
struct Summary {
    /// Of the checks and beside them.
    counts: Counts,
    /// Checks that could not run.
    could_not_run: usize,
}

impl<'a> From<&Section<'a>> for CheckReport<'a> {
    fn from(section: &Section<'a>) -> Self {
        Self {
            check: section.id,
            title: section.title,
            result: match section.result {
                Ok(findings) => CheckResult::Ran {
                    counts: Counts::of(findings),
                    findings,
                },
                Err(error) => CheckResult::CouldNotRun { error },
            },
        }
    }
}

/// The report of a check.
pub fn check_report(section: &Section<'_>) -> String {
    text(&CheckReport::from(section))
}

/// The report of a run.
pub fn run_report(run: &Run<'_>) -> String {
    let outcome = run.outcome;
    let sections = run.sections();
    let could_not_run = sections.iter().filter(|section| section.result.is_err());
    text(&RunReport {
        checks: outcome
            .checks
            .iter()
            .map(|ran| CheckReport::from(&Section::of(ran)))
            .collect(),
        beside: &outcome.beside,
        compliance: &outcome.compliance,
        summary: Summary {
            counts: run.counts(),
            could_not_run: could_not_run.count(),
        },
    })
}

/// The JSON Schema of both reports.
pub fn schema() -> String {
    /// A report of `jsonb-contract drift`.
    #[derive(JsonSchema)]
    #[serde(untagged)]
    #[schemars(title = "jsonb-contract drift report")]
    #[expect(dead_code, reason = "only its schema is asked for")]
    enum Report<'a> {
        Check(CheckReport<'a>),
        Run(RunReport<'a>),
    }
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    text(
        &settings
            .into_generator()
            .into_root_schema_for::<Report<'_>>(),
    )
}

fn text(document: &impl Serialize) -> String {
    serde_json::to_string_pretty(document).expect("keys are strings") + "\n"
}
