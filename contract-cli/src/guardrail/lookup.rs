//! Where the rows of a document are, by what they are about: a matrix may have thousands of them.

use super::{
    model::{Contract, RowSecurity, Table},
    sections::Row,
};
use crate::catalog::QualifiedName;
use std::collections::{BTreeMap, HashMap};

/// Positions of rows; of several about the same thing, of the first.
pub struct Lookup {
    tables: BTreeMap<QualifiedName, usize>,
    row_security: BTreeMap<QualifiedName, usize>,
    contracts: HashMap<String, usize>,
    by_last_word: HashMap<String, Vec<usize>>,
}

impl Lookup {
    pub fn new(
        tables: &[Row<'_, Table>],
        contracts: &[Row<'_, Contract>],
        row_security: &[Row<'_, RowSecurity>],
    ) -> Self {
        let mut lookup = Self {
            tables: BTreeMap::new(),
            row_security: BTreeMap::new(),
            contracts: HashMap::new(),
            by_last_word: HashMap::new(),
        };
        for (at, row) in tables.iter().enumerate() {
            let name = &row.value.table;
            lookup.tables.entry(name.clone()).or_insert(at);
            let last = name.name.rsplit('_').next().unwrap_or_default();
            for word in [Some(last), last.strip_suffix('s')].into_iter().flatten() {
                let rows = lookup.by_last_word.entry(word.to_owned()).or_default();
                rows.push(at);
            }
        }
        for (at, row) in row_security.iter().enumerate() {
            let name = row.value.table.clone();
            lookup.row_security.entry(name).or_insert(at);
        }
        for (at, row) in contracts.iter().enumerate() {
            let name = row.value.contract_type.clone();
            lookup.contracts.entry(name).or_insert(at);
        }
        lookup
    }

    /// The table in section A.
    pub fn table(&self, name: &QualifiedName) -> Option<usize> {
        self.tables.get(name).copied()
    }

    /// The table in section D.
    pub fn row_security(&self, name: &QualifiedName) -> Option<usize> {
        self.row_security.get(name).copied()
    }

    pub fn contract(&self, name: &str) -> Option<usize> {
        self.contracts.get(name).copied()
    }

    /// The tables of section A whose name ends in the word or its plural.
    pub fn tables_called(&self, word: &str) -> &[usize] {
        self.by_last_word.get(word).map_or(&[], Vec::as_slice)
    }
}
