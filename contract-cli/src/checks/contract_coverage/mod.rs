//! What is in force for each jsonb column: its contract type, its CHECK, its guard; and what is wrong with it.
//!
//! A column's contract type is the one that the matrix names; without a matrix, or where that says nothing, the one
//! that its CHECK enforces, else its guard's, else that of a manifest that binds the column.

mod check_constraint;
mod contracts;
mod domains;
mod guard_trigger;
mod judge;
mod promises;
mod row;
#[cfg(test)]
mod tests;

pub use contracts::{Contracts, EXTENSION};
pub use judge::Problem;
pub use promises::Promises;
pub use row::{Row, rows};

use crate::{
    catalog::{Catalog, Column, ConstraintKind, QualifiedName, Relation, RelationKind},
    guardrail::Matrix,
};
use check_constraint::enforced_by;
use contract_core::Manifest;
use domains::Domains;
use guard_trigger::{Guard, guards_of};
use promises::Promise;
use std::{collections::HashMap, rc::Rc};

/// What the coverage of columns is judged by.
pub struct Coverage<'a> {
    catalog: &'a Catalog,
    pub contracts: Contracts<'a>,
    pub promises: Option<Promises<'a>>,
    domains: Domains,
    /// The columns that manifests bind, by table and column.
    bound_by_manifest: HashMap<(String, String), Vec<InSchema>>,
}

/// A schema, or none for any, and the contract type of a column there.
type InSchema = (Option<String>, String);

/// A jsonb column and what is in force for it.
pub struct Covered<'a> {
    pub relation: &'a Relation,
    pub column: &'a Column,
    pub contract_type: Option<String>,
    /// What the matrix says of it.
    pub promise: Option<Promise<'a>>,
    /// The CHECK that enforces the contract, or the one that comes nearest.
    pub check: Option<Check>,
    /// The guard of the contract, or the one that comes nearest.
    pub guard: Option<Guard<'a>>,
    /// What the CHECKs of the table enforce, on which columns.
    enforced: Rc<[(String, Check)]>,
    pub problems: Vec<Problem>,
}

/// A CHECK that enforces a contract on a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub name: String,
    pub contract_type: String,
    pub validated: bool,
    pub enforced: bool,
    /// The domain whose CHECK it is.
    pub domain: Option<QualifiedName>,
}

impl<'a> Coverage<'a> {
    /// # Errors
    ///
    /// The definition of a CHECK that the grammar does not understand.
    pub fn new(catalog: &'a Catalog, matrix: Option<&'a Matrix>) -> Result<Self, String> {
        let contracts = Contracts::of(catalog);
        let domains = Domains::of(catalog, &contracts)?;
        let mut bound_by_manifest: HashMap<_, Vec<_>> = HashMap::new();
        for manifest in contracts.manifests() {
            for binding in &manifest.bindings {
                bound_by_manifest
                    .entry((binding.table.clone(), binding.column.clone()))
                    .or_default()
                    .push((binding.schema.clone(), manifest.contract_type.clone()));
            }
        }
        Ok(Self {
            catalog,
            contracts,
            promises: matrix.map(Promises::of),
            domains,
            bound_by_manifest,
        })
    }

    /// The jsonb columns of all tables, in the order of table and column.
    ///
    /// # Errors
    ///
    /// The definition of a CHECK that the grammar does not understand.
    pub fn columns(&self) -> Result<Vec<Covered<'a>>, String> {
        let mut columns = Vec::new();
        for relation in &self.catalog.relations {
            if !(relation.is_table() || relation.kind == RelationKind::ForeignTable) {
                continue;
            }
            let checks = Rc::from(self.checks_of(relation)?);
            for column in relation.columns.iter().filter(|c| c.jsonb.is_some()) {
                columns.push(self.covered(relation, column, &checks));
            }
        }
        Ok(columns)
    }

    /// The manifest of a column's contract type.
    pub fn manifest(&self, covered: &Covered<'_>) -> Option<&Manifest> {
        self.contracts.get(covered.contract_type.as_deref()?)
    }

    fn covered(
        &self,
        relation: &'a Relation,
        column: &'a Column,
        of_table: &Rc<[(String, Check)]>,
    ) -> Covered<'a> {
        let promise = self
            .promises
            .as_ref()
            .and_then(|promises| promises.of_column(self.catalog, relation, &column.name));
        let mut checks: Vec<&Check> = of_table
            .iter()
            .filter(|(name, _)| *name == column.name)
            .map(|(_, check)| check)
            .chain(self.domains.checks_of(column))
            .collect();
        // What is in force comes first.
        checks.sort_by_key(|check| (!check.enforced, !check.validated, &check.name));
        let guards = guards_of(relation, &column.name, &self.contracts);
        let contract_type = promise
            .and_then(|promise| promise.contract_type)
            .or_else(|| checks.first().map(|check| check.contract_type.as_str()))
            .or_else(|| guards.first().map(|guard| guard.contract_type))
            .or_else(|| self.of_manifest(relation, column))
            .map(str::to_owned);
        let is_meant = |other: &str| contract_type.as_deref() == Some(other);
        let check = checks
            .iter()
            .find(|check| is_meant(&check.contract_type))
            .or_else(|| checks.first())
            .map(|check| (*check).clone());
        let mut guards = guards;
        guards.sort_by_key(|guard| {
            let in_force = guard.is_enabled() && guard.sees_every_write();
            (!is_meant(guard.contract_type), !in_force)
        });
        let mut covered = Covered {
            relation,
            column,
            contract_type,
            promise,
            check,
            guard: guards.into_iter().next(),
            enforced: Rc::clone(of_table),
            problems: Vec::new(),
        };
        covered.problems = self.judge(&covered);
        covered
    }

    /// The columns of a table that its CHECKs enforce a contract on.
    fn checks_of(&self, relation: &Relation) -> Result<Vec<(String, Check)>, String> {
        let mut checks = Vec::new();
        for constraint in &relation.constraints {
            let calls_one = |function| self.contracts.checks(function).is_some();
            if constraint.kind != ConstraintKind::Check || !constraint.calls.iter().any(calls_one) {
                continue;
            }
            for enforced in enforced_by(&constraint.definition, &self.contracts)?.columns {
                let check = Check {
                    name: constraint.name.clone(),
                    contract_type: enforced.contract_type,
                    validated: constraint.validated,
                    enforced: constraint.enforced,
                    domain: None,
                };
                checks.push((enforced.column, check));
            }
        }
        Ok(checks)
    }

    /// The contract type whose manifest binds the column; a matrix, where there is one, has that to say.
    fn of_manifest(&self, relation: &Relation, column: &Column) -> Option<&str> {
        if self.promises.is_some() {
            return None;
        }
        let key = (relation.name.name.clone(), column.name.clone());
        let is_here = |schema: &Option<String>| {
            schema
                .as_ref()
                .is_none_or(|schema| *schema == relation.name.schema)
        };
        self.bound_by_manifest
            .get(&key)?
            .iter()
            .find(|(schema, _)| is_here(schema))
            .map(|(_, contract_type)| contract_type.as_str())
    }
}
