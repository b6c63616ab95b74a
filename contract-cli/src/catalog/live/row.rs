//! Rows of a query, read from left to right.

use crate::{catalog::QualifiedName, commands::Failure};
use postgres::{
    Row, Transaction,
    fallible_iterator::FallibleIterator,
    types::{FromSql, ToSql},
};

/// A row whose values are taken one after the other.
pub struct Values<'r> {
    row: &'r Row,
    next: usize,
}

impl<'r> Values<'r> {
    /// The next value.
    ///
    /// # Errors
    ///
    /// It is not of this type.
    pub fn next<T: FromSql<'r>>(&mut self) -> Result<T, Failure> {
        let value = self.row.try_get(self.next)?;
        self.next += 1;
        Ok(value)
    }

    /// The next value, which the catalog has as `"char"`.
    pub fn letter(&mut self) -> Result<char, Failure> {
        let letter: i8 = self.next()?;
        Ok(char::from(letter.cast_unsigned()))
    }

    /// The next two values: schema and name.
    pub fn name(&mut self) -> Result<QualifiedName, Failure> {
        let schema: String = self.next()?;
        let name: String = self.next()?;
        Ok(QualifiedName { schema, name })
    }
}

/// Does `work` on each row of a query while the server finds the next.
///
/// # Errors
///
/// Those of the query and of the work.
pub fn each(
    transaction: &mut Transaction<'_>,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
    mut work: impl FnMut(Values<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut rows = transaction.query_raw(sql, parameters.iter().copied())?;
    while let Some(row) = rows.next()? {
        work(Values { row: &row, next: 0 })?;
    }
    Ok(())
}

/// A kind, command or state that this release does not know.
pub fn unknown(what: &str, of: &str, letter: char) -> Failure {
    let of = crate::report::printable(of);
    Failure::CouldNotRun(format!(
        "the catalog has {of} of {what} \"{}\", which is not known: is this a newer Postgres?",
        letter.escape_default()
    ))
}
