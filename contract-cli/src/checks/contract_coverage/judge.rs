//! What is wrong with a jsonb column: each thing that has to be mended once.

use super::{Coverage, Covered, EXTENSION, guard_trigger::Guard, promises::Promise};
use crate::{
    catalog::{Constraint, ConstraintKind, Jsonb, QualifiedName, RelationKind},
    name::{identifier, literal},
};
use contract_core::{Manifest, definition::SILENT_SUFFIX};

/// Something that is wrong with a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub rule: &'static str,
    pub is: String,
    /// What is to be known of it beside.
    pub detail: Option<String>,
    pub should: String,
    pub hint: Option<String>,
}

impl Problem {
    pub const UNKNOWN_TYPE: &str = "contract-type-unknown";
    pub const NO_EXTENSION: &str = "contract-extension-missing";

    fn new(rule: &'static str, is: impl Into<String>, should: impl Into<String>) -> Self {
        Self {
            rule,
            is: is.into(),
            detail: None,
            should: should.into(),
            hint: None,
        }
    }

    /// What is, whole.
    pub fn with_detail(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}: {detail}", self.is),
            None => self.is.clone(),
        }
    }

    fn with_hint(self, hint: String) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }
}

impl Coverage<'_> {
    /// All that is wrong with a column, what comes first first.
    pub(super) fn judge(&self, covered: &Covered<'_>) -> Vec<Problem> {
        if let Some(problem) = cannot_be_bound(covered) {
            return vec![problem];
        }
        // What nobody has registered has nothing to be held to.
        if let Some(problem) = self.registration(covered) {
            return vec![problem];
        }
        let Some(contract_type) = covered.contract_type.as_deref() else {
            return Vec::new();
        };
        let Some(manifest) = self.contracts.get(contract_type) else {
            return vec![unknown_type(contract_type)];
        };
        if !self.contracts.installed {
            return self
                .needs_check(manifest)
                .then(no_extension)
                .into_iter()
                .collect();
        }
        let check = self.check(covered, manifest);
        let guard = self.guard(covered, manifest, check.as_ref());
        check.into_iter().chain(guard).collect()
    }

    /// Whether somebody has said what the column holds.
    fn registration(&self, covered: &Covered<'_>) -> Option<Problem> {
        const RULE: &str = "jsonb-column-unregistered";
        let is_bound = covered.check.is_some() || covered.guard.is_some();
        let should = "a contract type for each jsonb column";
        match (&self.promises, covered.promise) {
            (None, _) if covered.contract_type.is_none() => {
                let is = match self.idle_check(covered) {
                    Some(idle) => format!("CHECK {} enforces no contract", identifier(&idle.name)),
                    None => "has no contract".to_owned(),
                };
                Some(Problem::new(RULE, is, should))
            }
            (None, _) => None,
            (Some(_), None) if is_bound => Some(Problem::new(
                "jsonb-column-not-in-matrix",
                format!(
                    "has a contract, {}, and no row of the matrix lists it",
                    covered.contract_type.as_deref().unwrap_or_default()
                ),
                "a matrix that lists each jsonb column with its contract type",
            )),
            (Some(_), None) => Some(Problem::new(
                RULE,
                "has no contract, and no row of the matrix lists it",
                should,
            )),
            (Some(_), Some(Promise { contract_type, .. })) => contract_type.is_none().then(|| {
                Problem::new(
                    "jsonb-column-without-contract-type",
                    "is in the matrix, without a contract type",
                    should,
                )
            }),
        }
    }

    /// Whether documents of a contract type have to be checked: the matrix says so, else the manifest.
    fn needs_check(&self, manifest: &Manifest) -> bool {
        self.promises
            .as_ref()
            .and_then(|promises| promises.contract(&manifest.contract_type))
            .and_then(|row| row.check_constraint)
            .unwrap_or(manifest.check_constraint)
    }

    fn check(&self, covered: &Covered<'_>, manifest: &Manifest) -> Option<Problem> {
        let contract_type = &manifest.contract_type;
        let table = &covered.relation.name;
        let should = format!("a CHECK that enforces contract type {contract_type}");
        match &covered.check {
            Some(check) if check.contract_type != *contract_type => Some(
                Problem::new(
                    "contract-check-of-another-type",
                    format!(
                        "CHECK {} enforces contract type {}",
                        identifier(&check.name),
                        check.contract_type
                    ),
                    should,
                )
                .with_hint(format!(
                    "{}; {}",
                    unbind(covered),
                    bind(covered, manifest)
                )),
            ),
            _ if !self.needs_check(manifest) => None,
            _ if covered.relation.kind == RelationKind::ForeignTable => Some(Problem::new(
                "contract-check-not-enforced",
                "is a column of a foreign table, whose CHECKs Postgres does not enforce",
                should + " where the rows are stored",
            )),
            None => Some(
                self.missing_check(covered, manifest)
                    .with_hint(bind(covered, manifest)),
            ),
            Some(check) if !check.enforced => Some(Problem::new(
                "contract-check-not-enforced",
                format!("CHECK {} is NOT ENFORCED", identifier(&check.name)),
                should,
            )),
            Some(check) if !check.validated => Some(
                Problem::new(
                    "contract-check-not-valid",
                    format!("CHECK {} is NOT VALID", identifier(&check.name)),
                    "a CHECK that is validated, so that it holds for all rows",
                )
                .with_hint(match &check.domain {
                    Some(domain) => format!(
                        "ALTER DOMAIN {domain} VALIDATE CONSTRAINT {}",
                        identifier(&check.name)
                    ),
                    None => format!(
                        "ALTER TABLE {table} VALIDATE CONSTRAINT {}",
                        identifier(&check.name)
                    ),
                }),
            ),
            Some(_) => None,
        }
    }

    /// No CHECK enforces the contract; perhaps one looks as if it did.
    fn missing_check(&self, covered: &Covered<'_>, manifest: &Manifest) -> Problem {
        let should = format!(
            "a CHECK that enforces contract type {}",
            manifest.contract_type
        );
        if let Some(near) = self.near_check(covered, manifest) {
            let is = format!(
                "CHECK {} does not enforce the contract",
                identifier(&near.name)
            );
            return Problem {
                detail: Some(one_line(&near.definition)),
                ..Problem::new("contract-check-without-effect", is, should)
            };
        }
        let is = match &covered.guard {
            Some(_) => "has no CHECK of the contract",
            None => "has neither a CHECK of the contract nor a guard",
        };
        Problem::new("contract-check-missing", is, should)
    }

    /// A CHECK that looks as if it enforced the contract: it reads the column and calls a function for that, or one with
    /// the name of such a function; or it enforces the contract on a column that is to hold something else.
    fn near_check<'c>(&self, covered: &Covered<'c>, manifest: &Manifest) -> Option<&'c Constraint> {
        let contract_type = &manifest.contract_type;
        let silent = format!("{contract_type}{SILENT_SUFFIX}");
        let sounds_alike = |function: &QualifiedName| {
            ["check", "is_valid", "is_writable", contract_type, &silent]
                .contains(&function.name.as_str())
        };
        let looks_alike = |constraint: &Constraint| {
            constraint.columns.contains(&covered.column.name)
                && constraint.calls.iter().any(|function| {
                    sounds_alike(function) || self.contracts.checks(function).is_some()
                })
        };
        let astray = |constraint: &Constraint| {
            covered.enforced.iter().any(|(column, check)| {
                check.name == constraint.name
                    && check.contract_type == *contract_type
                    && self.is_to_hold_another(covered, column, contract_type)
            })
        };
        let checks = || {
            let constraints = &covered.relation.constraints;
            constraints
                .iter()
                .filter(|constraint| constraint.kind == ConstraintKind::Check)
        };
        let found = checks().find(|constraint| looks_alike(constraint));
        found.or_else(|| checks().find(|constraint| astray(constraint)))
    }

    /// A CHECK that reads the column and calls a function for contracts, and enforces none on any column.
    fn idle_check<'c>(&self, covered: &Covered<'c>) -> Option<&'c Constraint> {
        covered.relation.constraints.iter().find(|constraint| {
            constraint.kind == ConstraintKind::Check
                && constraint.columns.contains(&covered.column.name)
                && !covered
                    .enforced
                    .iter()
                    .any(|(_, check)| check.name == constraint.name)
                && constraint
                    .calls
                    .iter()
                    .any(|function| self.contracts.checks(function).is_some())
        })
    }

    /// Whether the matrix does not give a column that contract type.
    fn is_to_hold_another(&self, covered: &Covered<'_>, column: &str, contract_type: &str) -> bool {
        self.promises.as_ref().is_some_and(|promises| {
            let promise = promises.of_column(self.catalog, covered.relation, column);
            promise.and_then(|promise| promise.contract_type) != Some(contract_type)
        })
    }

    fn guard(
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

/// A definition, which Postgres may have broken into lines.
fn one_line(definition: &str) -> String {
    definition.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cannot_be_bound(covered: &Covered<'_>) -> Option<Problem> {
    let inside = match covered.column.jsonb? {
        Jsonb::Array => "an array",
        Jsonb::Composite => "a composite type",
        Jsonb::Plain | Jsonb::Domain => return None,
    };
    Some(Problem::new(
        "jsonb-column-cannot-be-bound",
        format!("has jsonb inside of {inside}, where no contract can be bound"),
        "documents in a column of type jsonb, with a contract",
    ))
}

fn unknown_type(contract_type: &str) -> Problem {
    Problem::new(
        Problem::UNKNOWN_TYPE,
        format!("contract type {contract_type} is not known"),
        "a contract type that is built in or registered in the database",
    )
}

fn no_extension() -> Problem {
    Problem::new(
        Problem::NO_EXTENSION,
        format!("the database does not have the extension {EXTENSION}"),
        "the extension, which enforces the contracts",
    )
    .with_hint(format!("CREATE EXTENSION {EXTENSION}"))
}

fn arguments(covered: &Covered<'_>) -> String {
    let table = literal(&covered.relation.name.to_string());
    format!("{table}, {}", literal(&covered.column.name))
}

fn bind(covered: &Covered<'_>, manifest: &Manifest) -> String {
    let contract_type = literal(&manifest.contract_type);
    format!(
        "SELECT contract.bind({}, {contract_type})",
        arguments(covered)
    )
}

fn unbind(covered: &Covered<'_>) -> String {
    format!("SELECT contract.unbind({})", arguments(covered))
}

fn replace_guard(covered: &Covered<'_>, guard: &Guard<'_>, manifest: &Manifest) -> String {
    format!(
        "DROP TRIGGER {} ON {}; {}",
        identifier(&guard.trigger.name),
        covered.relation.name,
        bind(covered, manifest)
    )
}
