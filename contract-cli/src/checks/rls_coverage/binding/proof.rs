//! Whether a formula leads from the row to the session's tenant, however it is satisfied.
//!
//! A row is the tenant's where a column of its scope
//! - is equal to a value of the session; or
//! - is equal to a column of another row that the session picks out: one that has a column equal to a value of the session,
//!   or that row level security shows to its tenant only;
//! - or, with a scope of several steps, leads to a row of which this holds with the rest of the steps.
//!
//! An equality between columns of two tables counts where [`Keys::link`] says that both name the same. Where the
//! session picks a row out by one column, another of its columns is the tenant's only if one of them is unique, or they are not two
//! of a kind: the vendor of my case is not me.

use super::{
    Binding, Question, Verdict,
    formula::{Formula, ROW, RowId, Term},
    keys::Link,
    ways::{Tie, Way},
};
use crate::catalog::QualifiedName;
use std::collections::BTreeSet;

/// How many ways to satisfy a formula are looked at.
const MOST_WAYS: usize = 2000;

pub struct Prover<'q> {
    question: &'q Question<'q>,
    /// The relations that rows are of, by their ids.
    relations: Vec<Option<QualifiedName>>,
    /// Those that are read with the rights of a function's owner: row level security need not hold for these.
    as_owner: BTreeSet<RowId>,
    ways: usize,
}

/// Which rows may be asked next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Along {
    Any,
    /// Those that a row belongs to, as it is no tenant itself.
    Parents,
}

impl<'q> Prover<'q> {
    pub fn new(
        question: &'q Question<'q>,
        relations: Vec<Option<QualifiedName>>,
        as_owner: BTreeSet<RowId>,
    ) -> Self {
        Self {
            question,
            relations,
            as_owner,
            ways: 0,
        }
    }

    pub fn prove(&mut self, formula: &Formula<'_>) -> Binding {
        let mut way = Way::default();
        way.add(formula);
        self.each_way(way)
    }

    /// The worst of all ways that follow from the choices that are left.
    fn each_way(&mut self, mut way: Way<'_>) -> Binding {
        way.settle();
        if way.impossible {
            return Binding::vacuous();
        }
        self.ways += 1;
        if self.ways > MOST_WAYS {
            return Binding::failed(Verdict::Unknown, "it has too many alternatives".to_owned());
        }
        let judged = self.judge(&way);
        if judged.verdict == Verdict::Bound {
            return judged;
        }
        let Some(choice) = way.choices.pop() else {
            return judged;
        };
        let mut worst: Option<Binding> = None;
        for alternative in choice {
            let mut taken = way.clone();
            taken.add(alternative);
            let binding = self.each_way(taken);
            let so_far = match worst {
                Some(worst) => worst.or(binding),
                None => binding,
            };
            if so_far.verdict == Verdict::Unbound {
                return so_far;
            }
            worst = Some(so_far);
        }
        worst.unwrap_or_else(Binding::vacuous)
    }

    fn judge(&self, way: &Way<'_>) -> Binding {
        let path = self.question.path;
        let mut tie = Tie::new(way, Term::Session);
        if self.is_tied(ROW, path, &mut tie) {
            return Binding {
                verdict: Verdict::Bound,
                reason: String::new(),
                columns: tie.columns,
                // Whichever table the subquery asks: what it says is that the row is the session's.
                through_parent: tie.through_parent || self.relations.len() > 1,
            };
        }
        let mut constant = Tie::new(way, Term::Constant);
        if self.is_tied(ROW, path, &mut constant) {
            let verb = if way.is_one() { "names" } else { "name" };
            let reason = format!("{} {verb} a tenant", way.text());
            return Binding::failed(Verdict::Constant, reason);
        }
        if let Some(doubt) = way.doubts.first() {
            return Binding::failed(Verdict::Unknown, (*doubt).to_owned());
        }
        if let Some((Term::Column(a, left), Term::Column(b, right))) = &tie.unproven {
            let reason = format!(
                "nothing shows that {} and {} name the same",
                self.column(*a, left),
                self.column(*b, right)
            );
            return Binding::failed(Verdict::Unknown, reason);
        }
        if let Some((row, column)) = &tie.unidentified {
            let reason = format!(
                "{} is no key: nothing shows that it says who asks",
                self.column(*row, column)
            );
            return Binding::failed(Verdict::Unknown, reason);
        }
        Binding::failed(Verdict::Unbound, self.why_not(way, &tie))
    }

    fn why_not(&self, way: &Way<'_>, tie: &Tie<'_>) -> String {
        let itself = way.equalities.iter().find_map(|(left, right)| match left {
            Term::Column(row, name) if left == right => Some(self.column(*row, name)),
            _ => None,
        });
        if let Some(column) = itself {
            return format!("it compares {column} with itself");
        }
        let scope = self.question.path.first().map_or(&[][..], Vec::as_slice);
        let is_joined = |column: &String| {
            let term = Term::Column(ROW, column.clone());
            tie.class(&term).is_some_and(|class| class.len() > 1)
        };
        let columns = scope.join(" or ");
        let asks_others = way.equalities.iter().any(|(left, right)| {
            [left, right]
                .into_iter()
                .any(|term| matches!(term, Term::Column(row, _) if *row != ROW))
        });
        if !asks_others {
            let verb = if way.is_one() { "does" } else { "do" };
            format!("{} {verb} not tie {columns} to the session", way.text())
        } else if scope.iter().any(is_joined) {
            format!("the row that {columns} leads to is not tied to the session")
        } else {
            format!("the subquery is not tied to the row by {columns}")
        }
    }

    /// Whether a row is the tenant's, by the steps that lead from it.
    fn is_tied(&self, row: RowId, path: &[Vec<String>], tie: &mut Tie<'_>) -> bool {
        let Some((step, rest)) = path.split_first() else {
            return false;
        };
        let mut tied = false;
        for column in step {
            let of_session = rest.is_empty() && tie.is_at(row, column);
            let others = self.linked(row, column, tie);
            let through = others.into_iter().any(|(other, key)| {
                if rest.is_empty() {
                    self.is_picked((other, &key), Along::Any, &mut vec![row], tie)
                } else {
                    self.is_tied(other, rest, tie)
                        || (tie.is_of_session() && self.is_covered(other))
                }
            });
            if of_session || through {
                tied = true;
                tie.columns.insert(column.clone());
                tie.through_parent |= through || row != ROW;
            }
        }
        tied
    }

    /// Whether the session picks a row out, so that its column `key` is the tenant's: by a column of its own, or because another
    /// row is picked out that it belongs to, or, where it is the tenant itself, that belongs to it. Two rows that belong to
    /// the same third one, as tenants on a plan, have nothing of each other.
    fn is_picked(
        &self,
        (row, key): (RowId, &str),
        way: Along,
        seen: &mut Vec<RowId>,
        tie: &mut Tie<'_>,
    ) -> bool {
        if seen.contains(&row) {
            return false;
        }
        seen.push(row);
        let Some(table) = self.relations[row].as_ref() else {
            return false;
        };
        let keys = self.question.keys;
        let fits = |by: &str| {
            by == key
                || keys.is_unique(table, by)
                || keys.is_unique(table, key)
                || !keys.are_alternatives(table, by, key)
        };
        if tie.is_of_session()
            && self.is_covered(row)
            && keys.scope_columns(table).any(|it| fits(it))
        {
            return true;
        }
        // `role = 'admin'` names nobody, as `user_id = 'anna'` does.
        let of_session = tie.is_of_session();
        let is_one = |by: &str| {
            if of_session {
                keys.identifies(table, by)
            } else {
                by == key || keys.is_unique(table, by)
            }
        };
        let columns = tie.columns_of(row);
        columns.iter().filter(|by| fits(by)).any(|by| {
            tie.picks(row, by, is_one(by))
                || self.linked(row, by, tie).into_iter().any(|(other, key)| {
                    let to_one = self.relations[other]
                        .as_ref()
                        .is_some_and(|other| keys.is_unique(other, &key));
                    let next = match (to_one, keys.is_unique(table, by)) {
                        (true, true) => way,
                        (true, false) => Along::Parents,
                        (false, true) if way == Along::Any => Along::Any,
                        _ => return false,
                    };
                    self.is_picked((other, &key), next, seen, tie)
                })
        })
    }

    /// The columns of other rows that name the same as a row's column.
    fn linked(&self, row: RowId, column: &str, tie: &mut Tie<'_>) -> Vec<(RowId, String)> {
        let start = Term::Column(row, column.to_owned());
        let Some(class) = tie.class(&start) else {
            return Vec::new();
        };
        let members: Vec<Term> = class.iter().map(|term| (*term).clone()).collect();
        let mut reached = vec![start];
        let mut at = 0;
        while let Some(from) = reached.get(at).cloned() {
            for to in &members {
                if reached.contains(to) {
                    continue;
                }
                if self.link(&from, to) == Some(Link::Sound) {
                    reached.push(to.clone());
                }
            }
            at += 1;
        }
        let unreached = members.iter().find(|term| {
            matches!(term, Term::Column(..))
                && !reached.contains(term)
                && !self.are_alike(&reached[0], term)
        });
        if let Some(unreached) = unreached {
            tie.unproven = Some((reached[0].clone(), unreached.clone()));
        }
        let others = reached.into_iter().filter(|term| !term.is_of(row));
        others
            .filter_map(|term| match term {
                Term::Column(row, column) => Some((row, column)),
                _ => None,
            })
            .collect()
    }

    fn link(&self, from: &Term, to: &Term) -> Option<Link> {
        let (Term::Column(a, left), Term::Column(b, right)) = (from, to) else {
            return None;
        };
        let (from, to) = (self.relations[*a].as_ref()?, self.relations[*b].as_ref()?);
        Some(self.question.keys.link((from, left), (to, right)))
    }

    /// Whether two terms are the same column, of two rows of a table.
    fn are_alike(&self, a: &Term, b: &Term) -> bool {
        match (a, b) {
            (Term::Column(a, left), Term::Column(b, right)) => {
                left == right && self.relations[*a] == self.relations[*b]
            }
            _ => false,
        }
    }

    fn is_covered(&self, row: RowId) -> bool {
        !self.as_owner.contains(&row)
            && self.relations[row]
                .as_ref()
                .is_some_and(|table| (self.question.covered)(table))
    }

    fn column(&self, row: RowId, name: &str) -> String {
        match &self.relations[row] {
            Some(table) => format!("{}.{name}", table.name),
            None => name.to_owned(),
        }
    }
}
