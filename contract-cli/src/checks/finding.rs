//! One thing that a drift check found wrong.

use crate::catalog::QualifiedName;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// One thing that a drift check found wrong. Who has to mend it by when is added afterwards, from the matrix.
///
/// Findings are ordered by what they concern; two of a rule never concern the same object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Finding {
    pub object: Object,
    /// What is not satisfied: `foreign-key-without-index`. Unique among all checks.
    pub rule: &'static str,
    /// What is there, in lower case, without a full stop.
    pub is: String,
    /// What should be there.
    pub should: String,
    /// What can be done: SQL where that is possible.
    pub hint: Option<String>,
    /// The line of the matrix that promises it.
    pub matrix_line: Option<u64>,
}

/// What a finding concerns: a table, or a part of one, or something beside tables.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Object {
    /// The table that it is or belongs to.
    pub table: Option<QualifiedName>,
    /// Postgres's word: `table`, `column`, `policy`, `index`, `trigger`, `constraint`, `function`, `view`, `role`.
    pub kind: &'static str,
    /// The name, where it is not the table itself; as it is, or as in SQL where it has a schema.
    pub name: Option<String>,
}

impl Object {
    pub fn table(table: &QualifiedName) -> Self {
        Self {
            table: Some(table.clone()),
            kind: "table",
            name: None,
        }
    }

    /// A part of a table, as in `policy case_isolation on public.nexus_cases`.
    pub fn part(table: &QualifiedName, kind: &'static str, name: impl Into<String>) -> Self {
        Self {
            table: Some(table.clone()),
            kind,
            name: Some(name.into()),
        }
    }

    /// Something beside tables, as in `role reporting`.
    pub fn other(kind: &'static str, name: impl Into<String>) -> Self {
        Self {
            table: None,
            kind,
            name: Some(name.into()),
        }
    }
}

/// `policy case_isolation on public.nexus_cases`, `table public.nexus_cases`, `role reporting`
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        if let Some(name) = &self.name {
            write!(f, " {name}")?;
        }
        match (&self.table, &self.name) {
            (Some(table), Some(_)) => write!(f, " on {table}"),
            (Some(table), None) => write!(f, " {table}"),
            (None, _) => Ok(()),
        }
    }
}
