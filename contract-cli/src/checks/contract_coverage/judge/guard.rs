//! What is wrong with the guard of a column.

use super::{Problem, bind};
use crate::{
    catalog::RelationKind,
    checks::contract_coverage::{Coverage, Covered, guard_trigger::Guard},
    name::{identifier, literal},
};
use contract_core::Manifest;

impl Coverage<'_> {
    pub(super) fn guard(
        &self,
        covered: &Covered<'_>,
        manifest: &Manifest,
        check: Option<&Problem>,
    ) -> Option<Problem> {
        let contract_type = &manifest.contract_type;
        let is_needed = self.needs_check(manifest)
            && manifest.envelope
            && !covered.column.generated
            && covered.relation.kind != RelationKind::ForeignTable;
        let Some(guard) = &covered.guard else {
            // Where nothing is bound, one finding says so.
            let is_told = covered.check.is_none()
                && check.is_some_and(|problem| problem.rule == "contract-check-missing");
            return (is_needed && !is_told).then(|| {
                Problem::new(
                    "contract-guard-missing",
                    "has no guard: versions may go down",
                    format!("a guard trigger of contract type {contract_type}"),
                )
                .with_hint(bind(covered, manifest))
            });
        };
        let name = identifier(&guard.trigger.name);
        if guard.contract_type != *contract_type {
            // A CHECK and a guard of another type are one binding.
            let is_told = covered
                .check
                .as_ref()
                .is_some_and(|check| check.contract_type == guard.contract_type);
            return (!is_told).then(|| {
                Problem::new(
                    "contract-guard-of-another-type",
                    format!("guard {name} is of contract type {}", guard.contract_type),
                    format!("a guard of contract type {contract_type}"),
                )
                .with_hint(replace_guard(covered, guard, manifest))
            });
        }
        is_needed
            .then(|| self.guard_in_force(covered, guard, manifest))
            .flatten()
    }

    /// What keeps a guard of the right contract type from its work.
    fn guard_in_force(
        &self,
        covered: &Covered<'_>,
        guard: &Guard<'_>,
        manifest: &Manifest,
    ) -> Option<Problem> {
        let table = &covered.relation.name;
        let name = identifier(&guard.trigger.name);
        if !guard.sees_every_write() {
            return Some(
                Problem::new(
                    "contract-guard-incomplete",
                    format!("guard {name} does not fire for every row that is written"),
                    "a trigger BEFORE INSERT OR UPDATE, FOR EACH ROW, of all columns, without WHEN",
                )
                .with_hint(replace_guard(covered, guard, manifest)),
            );
        }
        if !guard.is_enabled() {
            return Some(
                Problem::new(
                    "contract-guard-disabled",
                    format!("guard {name} is not enabled"),
                    "a guard that is enabled",
                )
                .with_hint(format!("ALTER TABLE {table} ENABLE TRIGGER {name}")),
            );
        }
        if let Some(problem) = self.floor(guard, manifest) {
            return Some(problem);
        }
        let later = guard.followed_by(covered.relation, &self.contracts)?;
        let later = identifier(&later.name);
        Some(
            Problem::new(
                "contract-guard-not-last",
                format!("trigger {later} fires after guard {name} and could change the document again"),
                "a guard that is the last BEFORE trigger",
            )
            .with_hint(format!(
                "rename it: ALTER TRIGGER {later} ON {table} RENAME TO ..., to a name that sorts before {name}"
            )),
        )
    }

    /// A floor below the read range is one from before a version was retired; one above it lets nothing in.
    fn floor(&self, guard: &Guard<'_>, manifest: &Manifest) -> Option<Problem> {
        const RULE: &str = "contract-guard-floor";
        let (low, high) = (manifest.min_version, manifest.max_version);
        let promised = self
            .promises
            .as_ref()
            .and_then(|promises| promises.contract(&manifest.contract_type)?.write_floor);
        let name = identifier(&guard.trigger.name);
        match guard.floor() {
            Some(floor) if (1..=high).contains(&floor) => promised
                .filter(|promised| floor < *promised)
                .map(|promised| {
                    Problem::new(
                        RULE,
                        format!("guard {name} has write floor {floor}"),
                        format!("write floor {promised}, as the matrix says"),
                    )
                    .with_hint(format!(
                        "SELECT * FROM contract.raise_floor({}, {promised})",
                        literal(&manifest.contract_type)
                    ))
                }),
            _ => Some(Problem::new(
                RULE,
                format!(
                    "guard {name} has write floor {}, which is no version",
                    guard.floor
                ),
                format!("one of the versions {low} to {high}"),
            )),
        }
    }
}

fn replace_guard(covered: &Covered<'_>, guard: &Guard<'_>, manifest: &Manifest) -> String {
    format!(
        "DROP TRIGGER {} ON {}; {}",
        identifier(&guard.trigger.name),
        covered.relation.name,
        bind(covered, manifest)
    )
}
