//! From the parse tree of an expression to its formula.

use super::{
    Question,
    formula::{Formula, ROW, RowId, Term},
    from::{Scope, Source},
    subquery::only_value,
    tree::{inner, list, names, query, text},
};
use crate::{catalog::QualifiedName, expression};
use pg_query::{
    NodeEnum,
    protobuf::{AExpr, AExprKind, BoolExprType, BoolTestType, CaseExpr, SubLink, SubLinkType},
};
use std::collections::BTreeSet;

/// Reads one expression. Names are resolved on the way, from the inner query to the outer ones.
pub struct Reader<'q, 'a> {
    pub(super) question: &'q Question<'q>,
    /// What each row is of, by its id.
    pub(super) sources: Vec<Source>,
    /// The names that can be used at this place, the innermost query last.
    pub(super) scopes: Vec<Scope<'a>>,
    /// Rows that are read with the rights of a function's owner.
    pub(super) read_as_owner: BTreeSet<RowId>,
    /// How many queries were entered.
    pub(super) entered: usize,
}

impl<'q: 'a, 'a> Reader<'q, 'a> {
    pub fn new(question: &'q Question<'q>) -> Self {
        let names = vec![(question.table.name.clone(), ROW)];
        Self {
            question,
            sources: vec![Source::Relation(question.table.clone())],
            scopes: vec![Scope {
                names,
                ..Scope::default()
            }],
            read_as_owner: BTreeSet::new(),
            entered: 0,
        }
    }

    /// The relations that rows are of, by their ids.
    pub fn relations(&self) -> Vec<Option<QualifiedName>> {
        let relation = |source: &Source| match source {
            Source::Relation(name) => Some(name.clone()),
            _ => None,
        };
        self.sources.iter().map(relation).collect()
    }

    /// What holds where the expression is true; or false, where it is negated.
    pub fn formula(&mut self, at: &'a NodeEnum, negated: bool) -> Formula<'a> {
        if let Some(value) = expression::boolean(at) {
            return if value == negated {
                Formula::Never
            } else {
                Formula::Other(at)
            };
        }
        match at {
            NodeEnum::AConst(constant) if constant.isnull => Formula::Never,
            NodeEnum::BoolExpr(boolean) => {
                let arguments = list(&boolean.args);
                match boolean.boolop() {
                    BoolExprType::NotExpr => self.all(arguments, !negated),
                    BoolExprType::OrExpr if !negated => self.any(arguments, negated),
                    BoolExprType::AndExpr if negated => self.any(arguments, negated),
                    _ => self.all(arguments, negated),
                }
            }
            NodeEnum::BooleanTest(test) if !negated => {
                match (test.booltesttype(), inner(test.arg.as_deref())) {
                    (BoolTestType::IsTrue, Some(argument)) => self.formula(argument, false),
                    (BoolTestType::IsFalse, Some(argument)) => self.formula(argument, true),
                    _ => self.opaque(at),
                }
            }
            NodeEnum::TypeCast(cast) => match inner(cast.arg.as_deref()) {
                Some(NodeEnum::AConst(constant)) if constant.isnull => Formula::Never,
                _ => self.opaque(at),
            },
            // One of the arguments is true where the whole is.
            NodeEnum::CoalesceExpr(coalesce) if !negated => self.any(list(&coalesce.args), false),
            NodeEnum::CaseExpr(case) if !negated => self.case(case),
            NodeEnum::AExpr(operation) => self.operation(operation, at, negated),
            NodeEnum::SubLink(link) if !negated => self.sublink(link, at),
            NodeEnum::FuncCall(call) if !negated => self.true_call(call, at),
            _ => self.opaque(at),
        }
    }

    fn all(&mut self, parts: impl Iterator<Item = &'a NodeEnum>, negated: bool) -> Formula<'a> {
        Formula::All(parts.map(|part| self.formula(part, negated)).collect())
    }

    fn any(&mut self, parts: impl Iterator<Item = &'a NodeEnum>, negated: bool) -> Formula<'a> {
        Formula::Any(parts.map(|part| self.formula(part, negated)).collect())
    }

    /// A CASE is true by one of its results, together with that one's condition.
    fn case(&mut self, case: &'a CaseExpr) -> Formula<'a> {
        let mut ways = Vec::new();
        for when in list(&case.args) {
            let NodeEnum::CaseWhen(when) = when else {
                continue;
            };
            let condition = inner(when.expr.as_deref()).filter(|_| case.arg.is_none());
            let parts = condition.into_iter().chain(inner(when.result.as_deref()));
            ways.push(self.all(parts, false));
        }
        if let Some(result) = inner(case.defresult.as_deref()) {
            ways.push(self.formula(result, false));
        }
        Formula::Any(ways)
    }

    fn operation(&mut self, operation: &'a AExpr, at: &'a NodeEnum, negated: bool) -> Formula<'a> {
        let sides = (
            inner(operation.lexpr.as_deref()),
            inner(operation.rexpr.as_deref()),
        );
        let (Some(left), Some(right)) = sides else {
            return self.opaque(at);
        };
        let name = names(&operation.name);
        let equality = if negated { ["<>"] } else { ["="] };
        match operation.kind() {
            AExprKind::AexprOp if name == equality => self.equal(left, right, at),
            AExprKind::AexprOpAny | AExprKind::AexprIn if name == ["="] && !negated => {
                self.member(left, right, at)
            }
            AExprKind::AexprOp if name == ["?"] && !negated => self.key(right, left, at),
            AExprKind::AexprDistinct if negated => self.not_distinct(left, right, at),
            AExprKind::AexprNotDistinct if !negated => self.not_distinct(left, right, at),
            _ => self.opaque(at),
        }
    }

    /// `set ? key`: the key is one of those of a jsonb object, or of the strings of an array.
    fn key(&mut self, key: &'a NodeEnum, set: &'a NodeEnum, at: &'a NodeEnum) -> Formula<'a> {
        match (self.value(key), self.term(set)) {
            (Some((term, mut conditions)), Some(set @ (Term::Session | Term::Constant))) => {
                conditions.push(equality(term, set, at));
                Formula::All(conditions)
            }
            _ => self.opaque(at),
        }
    }

    /// `left = right`
    pub(super) fn equal(
        &mut self,
        left: &'a NodeEnum,
        right: &'a NodeEnum,
        at: &'a NodeEnum,
    ) -> Formula<'a> {
        if let (NodeEnum::RowExpr(left), NodeEnum::RowExpr(right)) = (left, right) {
            let pairs = list(&left.args).zip(list(&right.args));
            return Formula::All(pairs.map(|(a, b)| self.equal(a, b, at)).collect());
        }
        if let (NodeEnum::AConst(left), NodeEnum::AConst(right)) = (left, right) {
            return if left.val == right.val {
                Formula::Other(at)
            } else {
                Formula::Never
            };
        }
        match (self.value(left), self.value(right)) {
            (Some((a, mut conditions)), Some((b, others))) => {
                conditions.extend(others);
                conditions.push(equality(a, b, at));
                Formula::All(conditions)
            }
            _ => match (expression::boolean(left), expression::boolean(right)) {
                (None, Some(value)) => self.formula(left, !value),
                (Some(value), None) => self.formula(right, !value),
                _ => self.opaque(at),
            },
        }
    }

    /// `left IS NOT DISTINCT FROM right`, which NULL is on both sides too.
    fn not_distinct(
        &mut self,
        left: &'a NodeEnum,
        right: &'a NodeEnum,
        at: &'a NodeEnum,
    ) -> Formula<'a> {
        let mut never_null = |side: &'a NodeEnum| match self.term(side) {
            Some(Term::Column(row, column)) => match &self.sources[row] {
                Source::Relation(table) => self.question.keys.is_not_null(table, &column),
                _ => false,
            },
            _ => false,
        };
        if never_null(left) || never_null(right) {
            self.equal(left, right, at)
        } else {
            let reason = format!(
                "{} holds for rows without a tenant in sessions without one",
                text(at)
            );
            Formula::Doubt(at, reason)
        }
    }

    /// `left = ANY (array)`, `left IN (...)`
    fn member(&mut self, left: &'a NodeEnum, set: &'a NodeEnum, at: &'a NodeEnum) -> Formula<'a> {
        let set = match set {
            NodeEnum::SubLink(link) if link.sub_link_type() == SubLinkType::ExprSublink => {
                query(link.subselect.as_deref())
                    .and_then(only_value)
                    .unwrap_or(set)
            }
            _ => set,
        };
        if let NodeEnum::FuncCall(call) = expression::without_casts(set)
            && let Some((function, _)) = self.body(call)
            && let Some(elements) = &function.elements
        {
            let tests = [self.term(left)];
            return self
                .inside(call, function, |reader| {
                    reader.in_rows(&tests, elements, at)
                })
                .unwrap_or_else(|| self.opaque(at));
        }
        match expression::without_casts(set) {
            NodeEnum::AArrayExpr(array) => self.one_of(left, list(&array.elements), at),
            NodeEnum::List(items) => self.one_of(left, list(&items.items), at),
            NodeEnum::SubLink(link) if link.sub_link_type() == SubLinkType::ArraySublink => {
                match query(link.subselect.as_deref()) {
                    Some(select) => self.in_query(left, select, at),
                    None => self.opaque(at),
                }
            }
            _ => match (self.value(left), self.term(set)) {
                (Some((term, mut conditions)), Some(Term::Session)) => {
                    conditions.push(equality(term, Term::Session, at));
                    Formula::All(conditions)
                }
                (Some((term, _)), Some(Term::Constant)) => equality(term, Term::Constant, at),
                _ => self.opaque(at),
            },
        }
    }

    fn one_of(
        &mut self,
        left: &'a NodeEnum,
        values: impl Iterator<Item = &'a NodeEnum>,
        at: &'a NodeEnum,
    ) -> Formula<'a> {
        Formula::Any(values.map(|value| self.equal(left, value, at)).collect())
    }

    fn sublink(&mut self, link: &'a SubLink, at: &'a NodeEnum) -> Formula<'a> {
        let Some(select) = query(link.subselect.as_deref()) else {
            return self.opaque(at);
        };
        match (link.sub_link_type(), inner(link.testexpr.as_deref())) {
            (SubLinkType::ExistsSublink, _) => self.exists(select, at),
            (SubLinkType::AnySublink, Some(test)) if is_equality(&names(&link.oper_name)) => {
                self.in_query(test, select, at)
            }
            (SubLinkType::ExprSublink, _) => self.true_row(select, at),
            _ => self.opaque(at),
        }
    }

    /// An expression that no equality can be taken from.
    pub(super) fn opaque(&mut self, at: &'a NodeEnum) -> Formula<'a> {
        if self.is_doubtful(at) {
            let reason = match self.unread_function(at) {
                Some(function) => format!("what function {function} does is not looked into"),
                None => format!("{} cannot be shown to bind it", text(at)),
            };
            Formula::Doubt(at, reason)
        } else {
            Formula::Other(at)
        }
    }
}

/// The operator of IN is not written out.
fn is_equality(operator: &[&str]) -> bool {
    operator.is_empty() || operator == ["="]
}

/// An equality of two values, where it says something of a row.
pub fn equality(left: Term, right: Term, at: &NodeEnum) -> Formula<'_> {
    let is_column = |term: &Term| matches!(term, Term::Column(..));
    if is_column(&left) || is_column(&right) {
        Formula::Equal(left, right, at)
    } else {
        Formula::Other(at)
    }
}

/// A value, and what holds where it is not NULL.
pub type Value<'a> = (Term, Vec<Formula<'a>>);

/// The ids of rows that are new since there were `before`.
pub fn rows_since(before: usize, now: usize) -> Vec<RowId> {
    (before..now).collect()
}
