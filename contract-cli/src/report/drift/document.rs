//! The reports as JSON: one document a check, and one of the whole run.
//!
//! Their form is published as `docs/drift-report.schema.json`.

use super::{Run, Section};
use crate::checks::{Assigned, Compliance};
use schemars::JsonSchema;
use serde::Serialize;

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
    pub failing: usize,
    /// Those that do not fail for now, by a waiver or by the baseline.
    pub waived: usize,
}

impl Counts {
    pub fn of(findings: &[Assigned]) -> Self {
        let waived = findings.iter().filter(|one| one.waiver.is_some()).count();
        Self {
            failing: findings.len() - waived,
            waived,
        }
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
    /// Findings that fail, of the checks and beside them.
    failing: usize,
    waived: usize,
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
    let counts: Vec<Counts> = sections
        .iter()
        .map(|section| Counts::of(section.findings()))
        .collect();
    text(&RunReport {
        checks: outcome
            .checks
            .iter()
            .map(|ran| CheckReport::from(&Section::of(ran)))
            .collect(),
        beside: &outcome.beside,
        compliance: &outcome.compliance,
        summary: Summary {
            failing: counts.iter().map(|counts| counts.failing).sum(),
            waived: counts.iter().map(|counts| counts.waived).sum(),
            could_not_run: sections
                .iter()
                .filter(|section| section.result.is_err())
                .count(),
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
