//! The coverage of a column as it is shown: by `jsonb-contract coverage`, and in SQL by `contract.coverage`.

use super::{Coverage, Covered, guard_trigger::Guard};
use crate::{
    catalog::{Catalog, QualifiedName},
    guardrail::Matrix,
    name::identifier,
};
use serde::Serialize;

/// The coverage of all jsonb columns, by table and in the order of the table.
///
/// # Errors
///
/// The definition of a CHECK or a domain that the grammar does not understand.
pub fn rows(catalog: &Catalog, matrix: Option<&Matrix>) -> Result<Vec<Row>, String> {
    let coverage = Coverage::new(catalog, matrix)?;
    let columns = coverage.columns()?;
    Ok(columns
        .iter()
        .map(|covered| Row::new(&coverage, covered))
        .collect())
}

/// The coverage of a jsonb column.
#[allow(
    clippy::struct_excessive_bools,
    reason = "they are columns of a table that is shown"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    pub table: QualifiedName,
    pub column: String,
    pub data_type: String,
    /// Of the matrix, else of the CHECK, the guard or a manifest.
    pub contract_type: Option<String>,
    /// Whether the contract type is known.
    pub is_registered: bool,
    pub check_name: Option<String>,
    pub check_present: bool,
    pub check_validated: bool,
    pub guard_name: Option<String>,
    pub guard_present: bool,
    /// Whether it is enabled, for each row that is written.
    pub guard_enabled: bool,
    /// The write floor of the guard.
    pub floor: Option<u32>,
    pub min_version: Option<u32>,
    pub max_version: Option<u32>,
    /// Whether the matrix lists the column; `None` without a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_matrix: Option<bool>,
    /// What is wrong first.
    pub problem: Option<String>,
}

impl Row {
    fn new(coverage: &Coverage<'_>, covered: &Covered<'_>) -> Self {
        let manifest = coverage.manifest(covered);
        let (check, guard) = (covered.check.as_ref(), covered.guard.as_ref());
        Self {
            table: covered.relation.name.clone(),
            column: covered.column.name.clone(),
            data_type: covered.column.data_type.clone(),
            contract_type: covered.contract_type.clone(),
            is_registered: manifest.is_some(),
            check_name: check.map(|check| check.name.clone()),
            check_present: check.is_some(),
            check_validated: check.is_some_and(|check| check.validated && check.enforced),
            guard_name: guard.map(|guard| guard.trigger.name.clone()),
            guard_present: guard.is_some(),
            guard_enabled: guard
                .is_some_and(|guard| guard.is_enabled() && guard.sees_every_write()),
            floor: guard.and_then(Guard::floor),
            min_version: manifest.map(|manifest| manifest.min_version),
            max_version: manifest.map(|manifest| manifest.max_version),
            in_matrix: coverage
                .promises
                .as_ref()
                .map(|_| covered.promise.is_some()),
            problem: covered.problems.first().map(|problem| problem.is.clone()),
        }
    }

    /// The column with its table, as in SQL.
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, identifier(&self.column))
    }
}
