//! A run of the checks: what they find, who mends it by when, and what does not fail for now.

use super::{
    Assigned, Check, CheckOutcome, Facts, Finding, Object, Outcome, Waived,
    baseline::Baseline,
    compliance,
    evidence::Evidence,
    waivers::{Waiver, Waivers},
};
use crate::guardrail::model::Risk;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::BTreeSet;

const WAIVER_EXPIRED: &str = "waiver-expired";
const WAIVER_UNUSED: &str = "waiver-unused";
const WITHOUT_OWNER: &str = "finding-without-owner";

/// What is found beside the checks is mended in a file at hand.
const AT_ONCE: &str = "at once";

/// Runs the checks. The same facts, waivers, baseline and evidence give the same outcome.
pub fn run(
    facts: &Facts<'_>,
    selected: &[&'static Check],
    waivers: &Waivers,
    baseline: Option<&Baseline>,
    evidence: &Evidence,
) -> Outcome {
    let run = Run {
        facts,
        waivers,
        baseline,
    };
    let mut selected = selected.to_vec();
    selected.sort_by_key(|check| check.id);
    selected.dedup_by_key(|check| check.id);
    let checks: Vec<CheckOutcome> = selected
        .into_par_iter()
        .map(|check| CheckOutcome {
            check,
            result: (check.run)(facts).map(|findings| run.assigned(check, findings)),
        })
        .collect();
    let compliance = compliance::levels(facts, &checks, evidence);
    let claims = compliance::false_claims(facts, &checks, &compliance);
    let beside = run.beside(&checks, claims);
    Outcome {
        checks,
        beside,
        compliance,
    }
}

/// Whether a finding is about the waiver file, which only its owners can mend.
pub fn is_about_waivers(finding: &Finding) -> bool {
    [WAIVER_EXPIRED, WAIVER_UNUSED].contains(&finding.rule)
}

struct Run<'a> {
    facts: &'a Facts<'a>,
    waivers: &'a Waivers,
    baseline: Option<&'a Baseline>,
}

impl Run<'_> {
    /// The findings of a check in their order, with who mends them by when.
    fn assigned(&self, check: &Check, mut findings: Vec<Finding>) -> Vec<Assigned> {
        findings.sort_unstable();
        findings.dedup();
        let row = self.facts.matrix.check(check.id);
        findings
            .into_iter()
            .map(|finding| {
                let assigned = Assigned {
                    finding,
                    owner: row.and_then(|row| row.owner.clone()),
                    eta: row.and_then(|row| row.eta.clone()),
                    risk: row.and_then(|row| row.risk),
                    waiver: None,
                };
                self.waived(check.id, self.reassigned(Some(check.id), assigned))
            })
            .collect()
    }

    /// With what the assignments say, of each the first that says it.
    fn reassigned(&self, check: Option<&str>, mut assigned: Assigned) -> Assigned {
        let matching: Vec<_> = self
            .waivers
            .assignments
            .iter()
            .filter(|assignment| assignment.selector.matches(check, &assigned.finding))
            .collect();
        let owner = matching.iter().find_map(|one| one.owner.clone());
        let eta = matching.iter().find_map(|one| one.eta.clone());
        let risk = matching.iter().find_map(|one| one.risk);
        assigned.owner = owner.or(assigned.owner);
        assigned.eta = eta.or(assigned.eta);
        assigned.risk = risk.or(assigned.risk);
        assigned
    }

    /// Whoever signs a waiver has the finding for as long as it holds, and mends it by its last day.
    fn waived(&self, check: &str, mut assigned: Assigned) -> Assigned {
        let waiver = self.waivers.waivers.iter().find(|waiver| {
            !waiver.is_expired(self.facts.today)
                && waiver.selector.matches(Some(check), &assigned.finding)
        });
        if let Some(waiver) = waiver {
            assigned.owner = Some(waiver.owner.clone());
            assigned.eta = Some(waiver.expires.to_string());
            assigned.waiver = Some(Waived::Waiver {
                reason: waiver.reason.clone(),
                expires: waiver.expires,
            });
        } else {
            assigned.waiver = self.known(Some(check), &assigned.finding);
        }
        assigned
    }

    fn known(&self, check: Option<&str>, finding: &Finding) -> Option<Waived> {
        self.baseline
            .is_some_and(|baseline| baseline.contains(check, finding))
            .then_some(Waived::Baseline)
    }

    /// What is wrong beside the checks, sorted.
    fn beside(&self, checks: &[CheckOutcome], claims: Vec<Finding>) -> Vec<Assigned> {
        let claims = claims.into_iter().map(|claim| self.claim(claim));
        let ownerless = checks.iter().filter_map(|ran| self.without_owner(ran));
        let mut beside: Vec<_> = claims
            .chain(ownerless)
            .chain(self.expired(checks))
            .chain(self.unused(checks))
            .map(|assigned| self.reassigned(None, assigned))
            .map(|assigned| Assigned {
                waiver: self
                    .known(None, &assigned.finding)
                    .filter(|_| !is_about_waivers(&assigned.finding)),
                ..assigned
            })
            .collect();
        beside.sort_unstable();
        beside
    }

    /// A claim is for the table's owner to take back, else for the document's.
    fn claim(&self, finding: Finding) -> Assigned {
        let row = finding
            .object
            .table
            .as_ref()
            .and_then(|table| self.facts.matrix.table(table));
        let owner = row.and_then(|row| row.owner.clone());
        Assigned {
            finding,
            owner: owner.or_else(|| self.facts.matrix.owner.clone()),
            eta: Some(AT_ONCE.to_owned()),
            risk: Some(Risk::High),
            waiver: None,
        }
    }

    /// That nobody is named for some findings of a check. A waiver is signed and has a last day, and who signed it
    /// has weighed the risk.
    fn without_owner(&self, ran: &CheckOutcome) -> Option<Assigned> {
        let missing: BTreeSet<_> = ran
            .result
            .iter()
            .flatten()
            .filter(|one| !matches!(one.waiver, Some(Waived::Waiver { .. })))
            .flat_map(|one| {
                [
                    (0, "owner", one.owner.is_none()),
                    (1, "ETA", one.eta.is_none()),
                    (2, "risk", one.risk.is_none()),
                ]
            })
            .filter_map(|(order, what, is_missing)| is_missing.then_some((order, what)))
            .collect();
        if missing.is_empty() {
            return None;
        }
        let missing: Vec<_> = missing.into_iter().map(|(_, what)| what).collect();
        let id = ran.check.id;
        let row = self.facts.matrix.check(id);
        let place = match row {
            Some(_) => format!("in the row {id} of section E"),
            None => format!("in a row {id} of section E"),
        };
        let finding = Finding {
            object: Object::other("check", id),
            rule: WITHOUT_OWNER,
            is: format!("findings of {id} without {}", missing.join(", without ")),
            should: "each finding names who mends it, by when, and how high the risk is".to_owned(),
            hint: Some(format!(
                "write it {place}, or in an [[assignment]] of the waiver file with check = \"{id}\""
            )),
            matrix_line: row.map(|row| row.line),
        };
        Some(Assigned {
            finding,
            owner: self.facts.matrix.owner.clone(),
            eta: Some(AT_ONCE.to_owned()),
            risk: Some(Risk::Medium),
            waiver: None,
        })
    }

    fn expired(&self, checks: &[CheckOutcome]) -> Vec<Assigned> {
        let (waivers, today) = (&self.waivers.waivers, self.facts.today);
        waivers
            .iter()
            .filter(|waiver| waiver.is_expired(today))
            .filter(|waiver| checks.iter().any(|ran| is_of(waiver, ran)))
            .map(|waiver| {
                about(
                    waiver,
                    WAIVER_EXPIRED,
                    (
                        format!("held until {}", waiver.expires),
                        "what it is about is mended by then".to_owned(),
                    ),
                    "mend the finding and delete the waiver, or agree on a later day",
                    Risk::High,
                )
            })
            .collect()
    }

    /// Waivers that match nothing: they would hide what comes later.
    fn unused(&self, checks: &[CheckOutcome]) -> Vec<Assigned> {
        let (waivers, today): (_, Date) = (&self.waivers.waivers, self.facts.today);
        waivers
            .iter()
            .filter(|waiver| !waiver.is_expired(today))
            .filter(|waiver| {
                checks.iter().any(|ran| {
                    let found = |findings: &Vec<Assigned>| {
                        let mut findings = findings.iter();
                        findings
                            .any(|one| waiver.selector.matches(Some(ran.check.id), &one.finding))
                    };
                    is_of(waiver, ran) && ran.result.as_ref().is_ok_and(|all| !found(all))
                })
            })
            .map(|waiver| {
                about(
                    waiver,
                    WAIVER_UNUSED,
                    (
                        "matches no finding".to_owned(),
                        "a waiver is about findings that are there".to_owned(),
                    ),
                    "delete it: it would hide the same finding when it comes back",
                    Risk::Low,
                )
            })
            .collect()
    }
}

fn is_of(waiver: &Waiver, ran: &CheckOutcome) -> bool {
    waiver.selector.check.as_deref() == Some(ran.check.id)
}

/// A finding about a waiver, which is for its owner to mend, at the latest when it ends.
fn about(
    waiver: &Waiver,
    rule: &'static str,
    (is, should): (String, String),
    hint: &str,
    risk: Risk,
) -> Assigned {
    Assigned {
        finding: Finding {
            object: Object::other("waiver", waiver.selector.text()),
            rule,
            is: format!("{is} (line {} of the waiver file)", waiver.position.line),
            should,
            hint: Some(hint.to_owned()),
            matrix_line: None,
        },
        owner: Some(waiver.owner.clone()),
        eta: Some(waiver.expires.to_string()),
        risk: Some(risk),
        waiver: None,
    }
}
