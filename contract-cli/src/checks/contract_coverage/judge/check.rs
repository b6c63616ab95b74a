//! What is wrong with the CHECK of a column.

use super::{Problem, arguments, bind};
use crate::{
    catalog::{Constraint, ConstraintKind, QualifiedName, RelationKind},
    checks::contract_coverage::{Coverage, Covered},
    name::identifier,
};
use contract_core::{Manifest, definition::SILENT_SUFFIX};

impl Coverage<'_> {
    pub(super) fn check(&self, covered: &Covered<'_>, manifest: &Manifest) -> Option<Problem> {
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
    pub(super) fn idle_check<'c>(&self, covered: &Covered<'c>) -> Option<&'c Constraint> {
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
}

/// A definition, which Postgres may have broken into lines.
fn one_line(definition: &str) -> String {
    definition.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unbind(covered: &Covered<'_>) -> String {
    format!("SELECT contract.unbind({})", arguments(covered))
}
