//! What an expression says, as far as it matters to whom a row belongs.

use pg_query::NodeEnum;

/// A row of the table or of a table of a subquery; the table's own is [`ROW`].
pub type RowId = usize;

/// The row that the policy decides on.
pub const ROW: RowId = 0;

/// One side of an equality.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    Column(RowId, String),
    /// Something that the session decides, and no row: `current_setting('app.tenant')`, `auth.uid()`. Two of them
    /// need not be the same.
    Session,
    /// The same in each session.
    Constant,
}

impl Term {
    pub fn is_of(&self, row: RowId) -> bool {
        matches!(self, Self::Column(of, _) if *of == row)
    }
}

/// A formula without negation, that holds wherever the expression does. Each atom has its place in the tree.
#[derive(Debug)]
pub enum Formula<'a> {
    All(Vec<Formula<'a>>),
    Any(Vec<Formula<'a>>),
    Equal(Term, Term, &'a NodeEnum),
    /// Has nothing to do with the tenant.
    Other(&'a NodeEnum),
    /// Is not understood and could have, with the reason.
    Doubt(&'a NodeEnum, String),
    Never,
    /// Holds where one of the rows is there: the condition of an outer join.
    Where(Vec<RowId>, Box<Formula<'a>>),
}

impl Formula<'_> {
    /// Whether it says nothing of a row.
    pub fn is_silent(&self) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(Self::is_silent),
            Self::Any(parts) => !parts.is_empty() && parts.iter().all(Self::is_silent),
            Self::Other(_) => true,
            Self::Equal(..) | Self::Doubt(..) | Self::Never | Self::Where(..) => false,
        }
    }
}
