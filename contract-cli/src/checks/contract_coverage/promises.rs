//! What the matrix says of each jsonb column: which contract type it holds, and what has to be in force.

use crate::{
    catalog::{Catalog, QualifiedName, Relation},
    guardrail::{Matrix, model},
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the matrix says of a jsonb column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promise<'a> {
    /// The line of the row that lists the column.
    pub line: u64,
    pub contract_type: Option<&'a str>,
}

/// The rows of a matrix, by what they speak of.
pub struct Promises<'a> {
    columns: BTreeMap<(&'a QualifiedName, &'a str), Promise<'a>>,
    contracts: HashMap<&'a str, &'a model::Contract>,
}

impl<'a> Promises<'a> {
    /// Section A says which columns there are; section B, which lists columns too, is asked where A does not
    /// name the contract type.
    pub fn of(matrix: &'a Matrix) -> Self {
        let mut columns: BTreeMap<_, Promise<'a>> = BTreeMap::new();
        let mut contracts = HashMap::new();
        for contract in &matrix.contracts {
            contracts
                .entry(contract.contract_type.as_str())
                .or_insert(contract);
            for used in &contract.used_in {
                columns
                    .entry((&used.table, used.column.as_str()))
                    .or_insert(Promise {
                        line: contract.line,
                        contract_type: Some(&contract.contract_type),
                    });
            }
        }
        for table in &matrix.tables {
            let types = &table.contract_types;
            // A list of another length says nothing of which column has which.
            let is_paired = types.len() == table.jsonb_columns.len();
            for (index, column) in table.jsonb_columns.iter().enumerate() {
                let promise = columns.entry((&table.table, column)).or_default();
                promise.line = table.line;
                if is_paired {
                    promise.contract_type = types.get(index).map(String::as_str);
                }
            }
        }
        Self { columns, contracts }
    }

    /// What is said of a column; of a column of a partition, what is said of that of the table.
    pub fn of_column(
        &self,
        catalog: &'a Catalog,
        relation: &'a Relation,
        column: &str,
    ) -> Option<Promise<'a>> {
        let mut seen = HashSet::new();
        let mut level = vec![relation];
        while !level.is_empty() {
            for relation in &level {
                if let Some(promise) = self.get(&relation.name, column) {
                    return Some(promise);
                }
            }
            level = level
                .iter()
                .flat_map(|relation| &relation.parents)
                .filter(|parent| seen.insert(*parent))
                .filter_map(|parent| catalog.relation(parent))
                .filter(|parent| parent.column(column).is_some())
                .collect();
        }
        None
    }

    fn get(&self, table: &QualifiedName, column: &str) -> Option<Promise<'a>> {
        self.columns.get(&(table, column)).copied()
    }

    /// The row of a contract type in section B.
    pub fn contract(&self, contract_type: &str) -> Option<&'a model::Contract> {
        self.contracts.get(contract_type).copied()
    }

    /// All columns that the matrix lists, by table and name.
    pub fn columns(&self) -> impl Iterator<Item = (&'a QualifiedName, &'a str, Promise<'a>)> {
        self.columns
            .iter()
            .map(|((table, column), promise)| (*table, *column, *promise))
    }
}
