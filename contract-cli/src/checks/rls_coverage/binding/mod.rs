//! Whether the expression of a policy binds the tenant: where it holds for a row and a session, the row is the tenant's.
//!
//! The tree is first turned into a positive formula, [`Formula`], of equalities between columns, values of the session
//! and constants. What has no equality in it counts for nothing; dropping a part of a conjunction only makes the
//! formula weaker, so what is proven of the rest holds of the whole. A subquery that has to have a row stands for its
//! conditions, with a row of each of its tables that is new.
//!
//! Then each way to satisfy the formula is looked at by itself (an OR binds only if all its parts do). A row is the tenant's
//! where its scope's columns lead to a value of the session by equalities that mean something: along foreign keys, or
//! between columns that name the same. See [`proof`] for what that is.

mod calls;
mod formula;
mod from;
mod functions;
mod keys;
mod proof;
mod reading;
mod subquery;
mod tree;
mod values;
mod ways;

#[cfg(test)]
mod tests;

pub use functions::Functions;
pub use keys::Keys;

use crate::{catalog::QualifiedName, expression};
use proof::Prover;
use reading::Reader;
use std::collections::BTreeSet;

/// What is known of an expression, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds for rows of other tenants.
    Unbound,
    /// It names a tenant instead of asking the session for it.
    Constant,
    /// It has parts that are not understood, and may bind by them.
    Unknown,
    /// It holds for rows of the session's tenant only.
    Bound,
}

/// A verdict, and what it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    pub verdict: Verdict,
    /// Why it does not bind, in lower case, without a full stop.
    pub reason: String,
    /// The columns of the scope that rows are reached by.
    pub columns: BTreeSet<String>,
    /// Whether it asks another table for the tenant, in all its alternatives.
    pub through_parent: bool,
}

impl Binding {
    fn failed(verdict: Verdict, reason: String) -> Self {
        Self {
            verdict,
            reason,
            columns: BTreeSet::new(),
            through_parent: true,
        }
    }

    /// No row satisfies it, so there is none of another tenant.
    fn vacuous() -> Self {
        Self::failed(Verdict::Bound, String::new())
    }

    /// Of two alternatives: no better than the worse one.
    fn or(mut self, other: Self) -> Self {
        let columns = self.columns.iter().chain(&other.columns).cloned().collect();
        let through_parent = self.through_parent && other.through_parent;
        if other.verdict < self.verdict {
            self = other;
        }
        Self {
            columns,
            through_parent,
            ..self
        }
    }
}

/// What is asked of an expression: the table whose policy it belongs to, and how its rows belong to a tenant.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub table: &'a QualifiedName,
    /// As in [`crate::guardrail::model::TenantScope::Derived`]; a direct scope is one step with one column.
    pub path: &'a [Vec<String>],
    pub keys: &'a Keys<'a>,
    pub functions: &'a Functions,
    /// Whether row level security lets a tenant read only its own rows of a table; then a row of it that a subquery
    /// finds is the tenant's.
    pub covered: &'a dyn Fn(&QualifiedName) -> bool,
}

/// Whether an expression binds the tenant.
pub fn binding(expression: &str, question: &Question<'_>) -> Binding {
    let parsed = match expression::parse(expression) {
        Ok(parsed) => parsed,
        Err(error) => {
            return Binding::failed(Verdict::Unknown, format!("it cannot be parsed: {error}"));
        }
    };
    let mut reader = Reader::new(question);
    let formula = reader.formula(&parsed, false);
    Prover::new(question, reader.relations(), reader.read_as_owner).prove(&formula)
}
