//! The findings that were there when the checks began to watch a database; only new ones fail.
//!
//! A finding is known by its check, its rule and its object. What it says of the object may change, and the line of
//! the matrix may, without making another finding of it.

use super::{Assigned, CHECKS, Check, Finding, Outcome, Waived, compliance, run};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// A baseline file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    format: u32,
    findings: BTreeSet<Identity>,
}

/// What makes a finding the same in another run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The check, where it is of one.
    pub check: Option<String>,
    pub rule: String,
    pub object: String,
}

impl Identity {
    pub fn new(check: Option<&str>, finding: &Finding) -> Self {
        Self {
            check: check.map(str::to_owned),
            rule: finding.rule.to_owned(),
            object: finding.object.to_string(),
        }
    }
}

/// `DRIFT-02 rls-disabled table public.t`
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(check) = &self.check {
            write!(f, "{check} ")?;
        }
        write!(f, "{} {}", self.rule, self.object)
    }
}

impl Baseline {
    const FORMAT: u32 = 1;

    /// What a run found, with the claims that come to light when its findings no longer fail. What is wrong with
    /// waivers is not part of it, nor what they hold for now: that stays with their owners.
    pub fn of(outcome: &Outcome) -> Self {
        let findings = identities(outcome, |one| {
            !matches!(one.waiver, Some(Waived::Waiver { .. }))
                && !run::is_about_waivers(&one.finding)
        });
        Self {
            format: Self::FORMAT,
            findings,
        }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    ///
    /// The text is not JSON of this form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| {
            format!("is no baseline: {error}; `jsonb-contract drift --write-baseline` writes one")
        })?;
        if baseline.format == Self::FORMAT {
            Ok(baseline)
        } else {
            Err(format!(
                "is a baseline of format {}, and this release reads format {}; --write-baseline writes it anew",
                baseline.format,
                Self::FORMAT
            ))
        }
    }

    /// The file, with a line break at its end: the same findings give the same bytes.
    pub fn text(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("a baseline has string keys");
        json + "\n"
    }

    pub fn contains(&self, check: Option<&str>, finding: &Finding) -> bool {
        self.findings.contains(&Identity::new(check, finding))
    }

    /// The entries whose check ran and found no such thing: they can be deleted from the file.
    pub fn gone<'b>(&'b self, outcome: &Outcome) -> Vec<&'b Identity> {
        let found = identities(outcome, |_| true);
        let ran = |check: &Check| {
            let mut checks = outcome.checks.iter();
            checks.any(|ran| ran.check.id == check.id && ran.result.is_ok())
        };
        self.findings
            .iter()
            .filter(|entry| !found.contains(entry))
            .filter(|entry| match &entry.check {
                Some(id) => CHECKS.iter().any(|check| check.id == *id && ran(check)),
                // What is beside the checks takes all of them.
                None => CHECKS.iter().all(ran),
            })
            .collect()
    }
}

/// What a run found, as far as it is wanted, and every claim that is false, whether it is told or not.
fn identities(outcome: &Outcome, wanted: impl Fn(&Assigned) -> bool) -> BTreeSet<Identity> {
    let of_checks = outcome.checks.iter().flat_map(|ran| {
        let findings = ran.result.iter().flatten();
        findings.map(|one| (Some(ran.check.id), one))
    });
    let beside = outcome.beside.iter().map(|one| (None, one));
    let claims = outcome
        .compliance
        .iter()
        .filter_map(compliance::false_claim);
    of_checks
        .chain(beside)
        .filter(|(_, one)| wanted(one))
        .map(|(check, one)| Identity::new(check, &one.finding))
        .chain(claims.map(|claim| Identity::new(None, &claim)))
        .collect()
}
