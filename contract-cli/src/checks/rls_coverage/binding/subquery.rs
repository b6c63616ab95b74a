//! Subqueries: the rows that they are about, and what holds of these.

use super::{
    calls::Call,
    formula::{Formula, RowId, Term},
    reading::{Reader, Value, equality, rows_since},
    tree::{inner, list, names, query},
    values::may_aggregate,
};
use crate::{catalog::QualifiedName, expression};
use pg_query::{
    NodeEnum,
    protobuf::{Alias, JoinExpr, JoinType, RangeFunction, RangeVar, SelectStmt, SetOperation},
};
use std::collections::BTreeMap;

/// How many queries are entered for one expression. A query of WITH counts each time that it is used, which may double
/// with each level.
const MOST_QUERIES: usize = 1000;
/// How deep queries may be nested.
const DEEPEST: usize = 50;

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

/// What holds of the rows of a query, and what decides its columns.
type Rows<'a> = (Vec<Formula<'a>>, Vec<Option<Term>>);

impl<'q: 'a, 'a> Reader<'q, 'a> {
    /// `EXISTS (query)`
    pub(super) fn exists(&mut self, select: &'a SelectStmt, at: &'a NodeEnum) -> Formula<'a> {
        if let Some(parts) = set_operation(select) {
            let formulas = parts
                .sides
                .into_iter()
                .map(|side| self.exists(side, at))
                .collect();
            return parts.operation.combine(formulas);
        }
        match self.rows(select) {
            Some((conditions, _)) => Formula::All(conditions),
            // An aggregate has a row even if there are none to aggregate.
            None => Formula::Other(at),
        }
    }

    /// `test IN (query)`
    pub(super) fn in_query(
        &mut self,
        test: &'a NodeEnum,
        select: &'a SelectStmt,
        at: &'a NodeEnum,
    ) -> Formula<'a> {
        let tests: Vec<_> = match test {
            NodeEnum::RowExpr(row) => list(&row.args).map(|test| self.term(test)).collect(),
            _ => vec![self.term(test)],
        };
        self.in_rows(&tests, select, at)
    }

    /// Whether the query has a row of these values.
    pub(super) fn in_rows(
        &mut self,
        tests: &[Option<Term>],
        select: &'a SelectStmt,
        at: &'a NodeEnum,
    ) -> Formula<'a> {
        if let Some(parts) = set_operation(select) {
            let sides = parts.sides.into_iter();
            let formulas = sides.map(|side| self.in_rows(tests, side, at)).collect();
            return parts.operation.combine(formulas);
        }
        if !select.values_lists.is_empty() {
            let rows = list(&select.values_lists).filter_map(|row| match row {
                NodeEnum::List(row) => Some(&row.items),
                _ => None,
            });
            let each = rows.map(|row| {
                let values = list(row).map(|value| self.value(value)).collect();
                self.same(tests, values, at)
            });
            return Formula::Any(each.collect());
        }
        if let Some(NodeEnum::FuncCall(call)) = only_value(select)
            && let Some((function, body)) = self.body(call)
            && function.returns_set
        {
            let inside = self.inside(call, function, |reader| reader.in_rows(tests, body, at));
            return inside.unwrap_or_else(|| self.opaque(at));
        }
        let Some((mut conditions, columns)) = self.values(select) else {
            return self.opaque(at);
        };
        let columns = columns.into_iter().map(|term| Some((term?, Vec::new())));
        conditions.push(self.same(tests, columns.collect(), at));
        Formula::All(conditions)
    }

    /// Values that are equal in pairs.
    fn same(
        &mut self,
        tests: &[Option<Term>],
        values: Vec<Option<Value<'a>>>,
        at: &'a NodeEnum,
    ) -> Formula<'a> {
        let mut all = Vec::new();
        for (test, value) in tests.iter().zip(values) {
            if let (Some(test), Some((value, conditions))) = (test, value) {
                all.extend(conditions);
                all.push(equality(test.clone(), value, at));
            }
        }
        if all.is_empty() {
            return self.opaque(at);
        }
        Formula::All(all)
    }

    /// `(SELECT condition FROM ...)`
    pub(super) fn true_row(&mut self, select: &'a SelectStmt, at: &'a NodeEnum) -> Formula<'a> {
        let [target] = select.target_list.as_slice() else {
            return self.opaque(at);
        };
        let Some(NodeEnum::ResTarget(target)) = target.node.as_ref() else {
            return self.opaque(at);
        };
        let before = self.scopes.len();
        let formula = match (self.enter(select), inner(target.val.as_deref())) {
            (Some(mut conditions), Some(value)) => {
                conditions.push(self.formula(value, false));
                Formula::All(conditions)
            }
            _ => self.opaque(at),
        };
        self.scopes.truncate(before);
        formula
    }

    /// The rows of a plain query; nothing where it is none, as with an aggregate.
    pub(super) fn rows(&mut self, select: &'a SelectStmt) -> Option<Rows<'a>> {
        let before = self.scopes.len();
        let conditions = self.enter(select);
        let columns = list(&select.target_list)
            .map(|target| match target {
                NodeEnum::ResTarget(target) => self.term(inner(target.val.as_deref())?),
                _ => None,
            })
            .collect();
        self.scopes.truncate(before);
        Some((conditions?, columns))
    }

    /// The rows of a plain query whose columns are not NULL.
    pub(super) fn values(&mut self, select: &'a SelectStmt) -> Option<Rows<'a>> {
        let before = self.scopes.len();
        let conditions = self.enter(select);
        let mut of_values = Vec::new();
        let columns = list(&select.target_list)
            .map(|target| match target {
                NodeEnum::ResTarget(target) => {
                    let (term, conditions) = self.value(inner(target.val.as_deref())?)?;
                    of_values.extend(conditions);
                    Some(term)
                }
                _ => None,
            })
            .collect();
        self.scopes.truncate(before);
        Some((concat([conditions?, of_values]), columns))
    }

    /// Enters the scope of a plain query, and says what holds of its rows.
    fn enter(&mut self, select: &'a SelectStmt) -> Option<Vec<Formula<'a>>> {
        let mut scope = Scope::default();
        if let Some(with) = &select.with_clause
            && !with.recursive
        {
            for query_of_with in list(&with.ctes) {
                if let NodeEnum::CommonTableExpr(common) = query_of_with
                    && let Some(select) = query(common.ctequery.as_deref())
                    && common.aliascolnames.is_empty()
                {
                    scope.queries.push((&common.ctename, select));
                }
            }
        }
        self.scopes.push(scope);
        self.entered += 1;
        if self.entered > MOST_QUERIES || self.scopes.len() > DEEPEST || !is_plain(select) {
            return None;
        }
        let mut conditions = Vec::new();
        for item in list(&select.from_clause) {
            conditions.extend(self.from(item));
        }
        if let Some(condition) = inner(select.where_clause.as_deref()) {
            conditions.push(self.formula(condition, false));
        }
        Some(conditions)
    }

    /// Brings in the rows of an item of FROM, and says what holds of them.
    fn from(&mut self, item: &'a NodeEnum) -> Vec<Formula<'a>> {
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

fn concat<const N: usize>(lists: [Vec<Formula<'_>>; N]) -> Vec<Formula<'_>> {
    lists.into_iter().flatten().collect()
}

/// Whether each row of a query is one of its tables' rows that satisfy its condition.
fn is_plain(select: &SelectStmt) -> bool {
    let mut groups = list(&select.group_clause);
    let grouped = !select.group_clause.is_empty()
        && groups.all(|group| !matches!(group, NodeEnum::GroupingSet(_)));
    let aggregates = || {
        list(&select.target_list).any(|target| match target {
            NodeEnum::ResTarget(target) => inner(target.val.as_deref()).is_none_or(may_aggregate),
            _ => true,
        })
    };
    let alone = select.from_clause.is_empty() && select.where_clause.is_none();
    select.values_lists.is_empty()
        && matches!(
            select.op(),
            SetOperation::SetopNone | SetOperation::Undefined
        )
        && (grouped || (select.having_clause.is_none() && (alone || !aggregates())))
}

/// The value of `SELECT value`.
pub fn only_value(select: &SelectStmt) -> Option<&NodeEnum> {
    if !select.from_clause.is_empty() || select.where_clause.is_some() || !is_plain(select) {
        return None;
    }
    match select.target_list.as_slice() {
        [only] => match only.node.as_ref()? {
            NodeEnum::ResTarget(target) => inner(target.val.as_deref()),
            _ => None,
        },
        _ => None,
    }
}

/// `EXCEPT` keeps rows of its left side.
struct Sides<'a> {
    operation: Operation,
    sides: Vec<&'a SelectStmt>,
}

enum Operation {
    Any,
    All,
}

impl Operation {
    fn combine<'a>(&self, formulas: Vec<Formula<'a>>) -> Formula<'a> {
        match self {
            Self::Any => Formula::Any(formulas),
            Self::All => Formula::All(formulas),
        }
    }
}

fn set_operation(select: &SelectStmt) -> Option<Sides<'_>> {
    let (left, right) = (select.larg.as_deref()?, select.rarg.as_deref()?);
    let (operation, sides) = match select.op() {
        SetOperation::SetopUnion => (Operation::Any, vec![left, right]),
        SetOperation::SetopIntersect => (Operation::All, vec![left, right]),
        SetOperation::SetopExcept => (Operation::All, vec![left]),
        _ => return None,
    };
    Some(Sides { operation, sides })
}

/// The name of a query's column, as Postgres gives it.
pub fn column_name(target: &NodeEnum) -> &str {
    let NodeEnum::ResTarget(target) = target else {
        return "";
    };
    if !target.name.is_empty() {
        return &target.name;
    }
    match inner(target.val.as_deref()) {
        Some(value @ NodeEnum::ColumnRef(_)) => expression::column(value)
            .and_then(|names| names.last().copied())
            .unwrap_or_default(),
        _ => "",
    }
}
