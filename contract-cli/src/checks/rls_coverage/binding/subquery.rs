//! Subqueries: the rows that they are about, and what holds of these.

use super::{
    formula::{Formula, Term},
    from::Scope,
    reading::{Reader, Value, equality},
    tree::{inner, list, query},
    values::may_aggregate,
};

use crate::expression;
use pg_query::{
    NodeEnum,
    protobuf::{SelectStmt, SetOperation},
};

/// How many queries are entered for one expression. A query of WITH counts each time that it is used, which may double
/// with each level.
const MOST_QUERIES: usize = 1000;
/// How deep queries may be nested.
const DEEPEST: usize = 50;

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
}

pub fn concat<const N: usize>(lists: [Vec<Formula<'_>>; N]) -> Vec<Formula<'_>> {
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
