//! Whether an index can find rows by the values of some columns, and if not, why.
//!
//! Postgres looks for the rows that point to a deleted or changed row with `a = $1 AND b = $2`. A B-tree serves
//! that where these columns are the first of its key, in any order. Columns of INCLUDE are not searched by,
//! nor are expressions. Rows that a partial index leaves out have to be such that they cannot match: where a column is
//! NULL, nothing is equal to it. Strings are compared in the column's collation; an operator class for patterns has the
//! same equality.

use crate::{
    catalog::{Index, IndexKey},
    expression::{column, conjuncts, parse},
    name::identifier,
};
use pg_query::{NodeEnum, ParserOptions, protobuf::NullTestType};

/// Why an index does not serve, the nearest miss first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shortfall {
    /// It is not valid.
    NotValid,
    /// It is partial, with this condition.
    Partial(String),
    /// It has this column in another collation than the column's.
    Collation(String),
    /// It is of another method than btree.
    Method(String),
    /// It has the columns behind another one or an expression.
    Behind(String),
    /// It has these columns in INCLUDE only.
    Included(Vec<String>),
    /// It has some of the columns only.
    Lacks(Vec<String>),
}

impl Shortfall {
    /// What is said of the index that misses: `index x is not valid`.
    pub fn of_index(&self, index: &str) -> String {
        let index = identifier(index);
        match self {
            Self::NotValid => format!("index {index} is not valid"),
            Self::Partial(condition) => format!("index {index} is partial: WHERE {condition}"),
            Self::Collation(column) => {
                format!("index {index} has {column} in another collation than the column")
            }
            Self::Method(method) => format!("index {index} is of method {method}"),
            Self::Behind(what) => format!("index {index} has the key behind {what}"),
            Self::Included(columns) => {
                format!("index {index} has {} in INCLUDE only", columns.join(", "))
            }
            Self::Lacks(columns) => format!("index {index} does not have {}", columns.join(", ")),
        }
    }
}

/// Why an index does not serve the columns; `None` where it does.
pub fn shortfall(index: &Index, columns: &[String]) -> Option<Shortfall> {
    let has = |column: &String| {
        index
            .key
            .iter()
            .any(|key| matches!(key, IndexKey::Column(name) if name == column))
    };
    let (included, lacking): (Vec<&String>, Vec<&String>) = columns
        .iter()
        .filter(|column| !has(column))
        .partition(|column| index.include.contains(column));
    let shown = |columns: Vec<&String>| columns.into_iter().map(|c| identifier(c)).collect();
    if !lacking.is_empty() {
        return Some(Shortfall::Lacks(shown(lacking)));
    }
    if !included.is_empty() {
        return Some(Shortfall::Included(shown(included)));
    }
    // A foreign key names each column once, so that the leading columns are as many.
    if let Some(stranger) = index
        .key
        .iter()
        .take(columns.len())
        .find_map(|key| match key {
            IndexKey::Column(name) if columns.contains(name) => None,
            IndexKey::Column(name) => Some(identifier(name)),
            IndexKey::Expression(expression) => Some(expression.clone()),
        })
    {
        return Some(Shortfall::Behind(stranger));
    }
    if index.method != "btree" {
        return Some(Shortfall::Method(index.method.clone()));
    }
    if let Some(position) = other_collation(index).filter(|position| *position < columns.len())
        && let IndexKey::Column(name) = &index.key[position]
    {
        return Some(Shortfall::Collation(identifier(name)));
    }
    if let Some(predicate) = &index.predicate
        && !leaves_out_nulls_only(predicate, columns)
    {
        return Some(Shortfall::Partial(predicate.clone()));
    }
    (!index.valid).then_some(Shortfall::NotValid)
}

/// The first part of an index's key in another collation than its column, which is where Postgres writes one. Only an
/// index in the collation of the comparison is searched, and that is the column's.
fn other_collation(index: &Index) -> Option<usize> {
    if !index.definition.contains(" COLLATE ") {
        return None;
    }
    let parsed = pg_query::parse(&index.definition, ParserOptions::default()).ok()?;
    let statement = parsed.protobuf.stmts.first()?.stmt.as_ref()?;
    let NodeEnum::IndexStmt(statement) = statement.node.as_ref()? else {
        return None;
    };
    statement.index_params.iter().position(
        |part| matches!(&part.node, Some(NodeEnum::IndexElem(part)) if !part.collation.is_empty()),
    )
}

/// Whether the condition of a partial index is `column IS NOT NULL`, of one or more of the columns.
fn leaves_out_nulls_only(predicate: &str, columns: &[String]) -> bool {
    let Ok(condition) = parse(predicate) else {
        return false;
    };
    conjuncts(&condition).into_iter().all(|part| {
        let NodeEnum::NullTest(test) = part else {
            return false;
        };
        let argument = test
            .arg
            .as_deref()
            .and_then(|argument| argument.node.as_ref());
        test.nulltesttype() == NullTestType::IsNotNull
            && matches!(argument.and_then(column).as_deref(),
                Some([name]) if columns.iter().any(|column| column == name))
    })
}
