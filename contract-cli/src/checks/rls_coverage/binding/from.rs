//! FROM: the rows that a query is about, and what its names stand for.

use super::{
    calls::Call,
    formula::{Formula, RowId, Term},
    reading::{Reader, equality, rows_since},
    subquery::{column_name, concat},
    tree::{inner, list, names, query},
};
use crate::catalog::QualifiedName;
use pg_query::{
    NodeEnum,
    protobuf::{Alias, JoinExpr, JoinType, RangeFunction, RangeVar, SelectStmt},
};
use std::collections::BTreeMap;

/// What decides each column of a row, by its name.
pub type Columns = BTreeMap<String, Option<Term>>;

/// What a row is of.
#[derive(Debug)]
pub enum Source {
    Relation(QualifiedName),
    /// A function whose columns are all decided by the same.
    Values(Term),
    /// A subquery in FROM, with its columns.
    Query(Columns),
    Unknown,
}

/// The names of a query: its rows, and the queries of WITH.
#[derive(Default)]
pub struct Scope<'a> {
    pub names: Vec<(String, RowId)>,
    pub queries: Vec<(&'a str, &'a SelectStmt)>,
    /// The call whose body begins here; names from further out cannot be used in it.
    pub call: Option<Call<'a>>,
}

impl<'q: 'a, 'a> Reader<'q, 'a> {
    /// Brings in the rows of an item of FROM, and says what holds of them.
    pub(super) fn from(&mut self, item: &'a NodeEnum) -> Vec<Formula<'a>> {
        match item {
            NodeEnum::RangeVar(relation) => self.relation(relation),
            NodeEnum::JoinExpr(join) => self.join(join),
            NodeEnum::RangeSubselect(subquery) => {
                match (query(subquery.subquery.as_deref()), &subquery.alias) {
                    (Some(select), Some(alias)) => self.query_in_from(select, alias),
                    _ => Vec::new(),
                }
            }
            NodeEnum::RangeFunction(function) => self.function_in_from(function),
            _ => Vec::new(),
        }
    }

    fn relation(&mut self, relation: &'a RangeVar) -> Vec<Formula<'a>> {
        let alias = match &relation.alias {
            Some(alias) => alias.clone(),
            None => Alias {
                aliasname: relation.relname.clone(),
                colnames: Vec::new(),
            },
        };
        if relation.schemaname.is_empty() {
            let of_with = self
                .known()
                .flat_map(|scope| &scope.queries)
                .find(|(name, _)| *name == relation.relname)
                .map(|(_, select)| *select);
            if let Some(select) = of_with {
                return self.query_in_from(select, &alias);
            }
        }
        let source = match self.table(relation) {
            Some(table) if alias.colnames.is_empty() => Source::Relation(table),
            _ => Source::Unknown,
        };
        self.bring(&alias, source);
        Vec::new()
    }

    /// The table that is meant. A name without schema is one that the body of a function looks for.
    fn table(&self, relation: &RangeVar) -> Option<QualifiedName> {
        if !relation.schemaname.is_empty() {
            return Some(QualifiedName::new(&relation.schemaname, &relation.relname));
        }
        let path = self.innermost_call()?.function.search_path.as_ref()?;
        let mut names = path
            .iter()
            .map(|schema| QualifiedName::new(schema, &relation.relname));
        names.find(|name| self.question.keys.catalog.relation(name).is_some())
    }

    /// The scopes whose names can be used, the innermost first.
    fn known(&self) -> impl Iterator<Item = &Scope<'a>> {
        let body = self.scopes.iter().rposition(|scope| scope.call.is_some());
        self.scopes[body.unwrap_or(0)..].iter().rev()
    }

    fn query_in_from(&mut self, select: &'a SelectStmt, alias: &Alias) -> Vec<Formula<'a>> {
        let Some((conditions, terms)) = self.rows(select) else {
            self.bring(alias, Source::Unknown);
            return Vec::new();
        };
        let mut columns: Vec<_> = list(&select.target_list).map(column_name).collect();
        for (column, renamed) in columns.iter_mut().zip(names(&alias.colnames)) {
            *column = renamed;
        }
        let columns = columns.into_iter().map(str::to_owned).zip(terms).collect();
        self.bring(alias, Source::Query(columns));
        conditions
    }

    fn function_in_from(&mut self, function: &'a RangeFunction) -> Vec<Formula<'a>> {
        let Some(alias) = &function.alias else {
            return Vec::new();
        };
        // Each function comes with its column definitions.
        let calls = list(&function.functions).filter_map(|pair| match pair {
            NodeEnum::List(pair) => list(&pair.items).next(),
            _ => None,
        });
        let calls: Vec<_> = calls.collect();
        if let [call] = calls.as_slice()
            && let Some((conditions, columns)) = self.rows_of_call(function, call)
        {
            self.bring(alias, Source::Query(columns));
            return conditions;
        }
        let terms: Option<Vec<_>> = calls.into_iter().map(|call| self.term(call)).collect();
        let source = match terms.as_deref() {
            Some([Term::Session]) if !function.ordinality => Source::Values(Term::Session),
            Some([Term::Constant]) => Source::Values(Term::Constant),
            _ => Source::Unknown,
        };
        self.bring(alias, source);
        Vec::new()
    }

    fn join(&mut self, join: &'a JoinExpr) -> Vec<Formula<'a>> {
        let (Some(left), Some(right)) = (inner(join.larg.as_deref()), inner(join.rarg.as_deref()))
        else {
            return Vec::new();
        };
        let start = self.sources.len();
        let of_left = self.from(left);
        let middle = self.sources.len();
        let of_right = self.from(right);
        let end = self.sources.len();
        let mut on: Vec<_> = inner(join.quals.as_deref())
            .map(|condition| self.formula(condition, false))
            .into_iter()
            .collect();
        for column in names(&join.using_clause) {
            on.extend(self.same_column(column, start..middle, middle..end, left));
        }
        let (left_rows, right_rows) = (rows_since(start, middle), rows_since(middle, end));
        let guarded = |rows, formulas| vec![Formula::Where(rows, Box::new(Formula::All(formulas)))];
        match join.jointype() {
            JoinType::JoinInner => concat([of_left, of_right, on]),
            JoinType::JoinLeft => concat([of_left, guarded(right_rows, concat([of_right, on]))]),
            JoinType::JoinRight => concat([of_right, guarded(left_rows, concat([of_left, on]))]),
            _ => concat([guarded(left_rows, of_left), guarded(right_rows, of_right)]),
        }
    }

    /// A column of USING, where it is clear whose it is on each side.
    fn same_column(
        &self,
        column: &str,
        left: std::ops::Range<RowId>,
        right: std::ops::Range<RowId>,
        at: &'a NodeEnum,
    ) -> Option<Formula<'a>> {
        let only = |rows: std::ops::Range<RowId>| {
            let mut having = rows.filter(|row| self.has_column(*row, column) != Some(false));
            having.next().filter(|_| having.next().is_none())
        };
        let left = self.column_of(only(left)?, column)?;
        let right = self.column_of(only(right)?, column)?;
        Some(equality(left, right, at))
    }

    fn bring(&mut self, alias: &Alias, source: Source) {
        let row = self.sources.len();
        self.sources.push(source);
        if self.is_as_owner() {
            self.read_as_owner.insert(row);
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.push((alias.aliasname.clone(), row));
        }
    }

    /// What a column reference stands for.
    pub(super) fn resolve(&self, names: &[&str]) -> Option<Term> {
        match names {
            [alias, column] => {
                let mut known = self.known().flat_map(|scope| &scope.names);
                if let Some((_, row)) = known.find(|(name, _)| name == alias) {
                    return self.column_of(*row, column);
                }
                let call = self.innermost_call()?;
                let is_of_call = call.function.name.name == *alias;
                call.argument(column).filter(|_| is_of_call)?.clone()
            }
            [column] => {
                for scope in self.known() {
                    let rows = scope.names.iter().map(|(_, row)| *row);
                    let found: Vec<_> = rows
                        .filter(|row| self.has_column(*row, column) != Some(false))
                        .collect();
                    match found.as_slice() {
                        [] => {}
                        [row] => return self.column_of(*row, column),
                        _ => return None,
                    }
                }
                self.innermost_call()?.argument(column)?.clone()
            }
            _ => None,
        }
    }

    fn column_of(&self, row: RowId, column: &str) -> Option<Term> {
        match &self.sources[row] {
            Source::Relation(_) => Some(Term::Column(row, column.to_owned())),
            Source::Values(term) => Some(term.clone()),
            Source::Query(columns) => columns.get(column)?.clone(),
            Source::Unknown => None,
        }
    }

    /// Whether a row has a column; nothing where that is not known.
    fn has_column(&self, row: RowId, column: &str) -> Option<bool> {
        match &self.sources[row] {
            Source::Relation(table) => self.question.keys.has_column(table, column),
            Source::Query(columns) => Some(columns.contains_key(column)),
            Source::Values(_) | Source::Unknown => None,
        }
    }
}
