//! A way to satisfy a formula, and what its equalities tie a row to.

use super::{
    formula::{Formula, RowId, Term},
    tree::text,
};
use pg_query::NodeEnum;
use std::collections::BTreeSet;

/// What holds in one way to satisfy a formula.
#[derive(Clone, Default)]
pub struct Way<'f> {
    pub equalities: Vec<(&'f Term, &'f Term)>,
    pub atoms: Vec<&'f NodeEnum>,
    pub doubts: Vec<&'f str>,
    pub choices: Vec<&'f [Formula<'f>]>,
    conditions: Vec<(&'f [RowId], &'f Formula<'f>)>,
    pub impossible: bool,
}

/// What a row is tied to.
pub struct Tie<'f> {
    pub classes: Vec<BTreeSet<&'f Term>>,
    /// [`Term::Session`], or [`Term::Constant`] to see whether it is tied to a constant instead.
    pub to: Term,
    /// Columns that are equal without meaning the same.
    pub unproven: Option<(Term, Term)>,
    /// A column that is tied to it without saying who asks.
    pub unidentified: Option<(RowId, String)>,
    /// Columns of the scope that lead to it.
    pub columns: BTreeSet<String>,
    pub through_parent: bool,
}

impl<'f> Way<'f> {
    pub fn add(&mut self, formula: &'f Formula<'f>) {
        match formula {
            Formula::All(parts) => parts.iter().for_each(|part| self.add(part)),
            Formula::Any(parts) => match parts.as_slice() {
                [] => self.impossible = true,
                [only] => self.add(only),
                _ => self.choices.push(parts),
            },
            Formula::Equal(left, right, at) => {
                self.equalities.push((left, right));
                self.atoms.push(at);
            }
            Formula::Other(at) => self.atoms.push(at),
            Formula::Doubt(at, reason) => {
                self.doubts.push(reason);
                self.atoms.push(at);
            }
            Formula::Never => self.impossible = true,
            Formula::Where(rows, condition) => self.conditions.push((rows, condition)),
        }
    }

    /// Adds the conditions of outer joins whose rows are there: an equality with one of their columns holds.
    pub fn settle(&mut self) {
        while let Some(at) = self.conditions.iter().position(|(rows, _)| {
            let mut terms = self
                .equalities
                .iter()
                .flat_map(|(left, right)| [left, right]);
            terms.any(|term| rows.iter().any(|row| term.is_of(*row)))
        }) {
            let (_, condition) = self.conditions.remove(at);
            self.add(condition);
        }
    }

    fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.atoms.iter().map(|at| text(at)).collect();
        texts.dedup();
        texts
    }

    /// Whether it consists of one part.
    pub fn is_one(&self) -> bool {
        self.texts().len() == 1
    }

    /// What the way consists of, as SQL.
    pub fn text(&self) -> String {
        const MOST: usize = 3;
        let mut texts = self.texts();
        if texts.len() > MOST {
            texts.truncate(MOST);
            texts.push("the rest".to_owned());
        }
        texts.join(" and ")
    }
}

impl<'f> Tie<'f> {
    pub fn new(way: &Way<'f>, to: Term) -> Self {
        let mut classes: Vec<BTreeSet<&Term>> = Vec::new();
        for (left, right) in &way.equalities {
            let mut joined = BTreeSet::from([*left, *right]);
            // Two values of the session, or two constants, need not be the same.
            let is_column = |term: &&Term| matches!(term, Term::Column(..));
            classes.retain(|class| {
                let meets = joined
                    .iter()
                    .any(|term| is_column(term) && class.contains(term));
                if meets {
                    joined.extend(class);
                }
                !meets
            });
            classes.push(joined);
        }
        Self {
            classes,
            to,
            unproven: None,
            unidentified: None,
            columns: BTreeSet::new(),
            through_parent: false,
        }
    }

    pub fn is_of_session(&self) -> bool {
        self.to == Term::Session
    }

    pub fn class(&self, term: &Term) -> Option<&BTreeSet<&'f Term>> {
        self.classes.iter().find(|class| class.contains(term))
    }

    /// Whether a column is equal to what is asked for.
    pub fn is_at(&self, row: RowId, column: &str) -> bool {
        let column = Term::Column(row, column.to_owned());
        self.class(&column)
            .is_some_and(|class| class.contains(&self.to))
    }

    /// Whether a column picks a row out: it is equal to what is asked for, and says who that is.
    pub fn picks(&mut self, row: RowId, column: &str, identifies: bool) -> bool {
        let is_at = self.is_at(row, column);
        if is_at && !identifies {
            self.unidentified = Some((row, column.to_owned()));
        }
        is_at && identifies
    }

    /// The columns of a row that are equal to something.
    pub fn columns_of(&self, row: RowId) -> Vec<String> {
        let terms = self.classes.iter().flatten();
        let columns = terms.filter_map(|term| match term {
            Term::Column(of, column) if *of == row => Some(column.clone()),
            _ => None,
        });
        columns.collect()
    }
}
