//! What decides a value: a column, the session, or neither.

use super::{
    formula::{ROW, Term},
    functions::Called,
    reading::{Reader, Value},
    tree::{inner, list, names, operands, query},
};
use crate::expression;
use pg_query::{
    NodeEnum,
    protobuf::{AExpr, FuncCall, SqlValueFunctionOp, SubLinkType, TypeCast},
};

/// How a column of the scope counts within an expression that is not understood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ScopeColumn {
    /// By itself: `tenant_id IS NOT NULL`. That binds nothing.
    Bare,
    /// As an argument: `lower(tenant_id)`. That may.
    Wrapped,
    /// On both sides of a comparison: `tenant_id = coalesce(..., tenant_id)`. That does not.
    Repeated,
}

impl<'q: 'a, 'a> Reader<'q, 'a> {
    /// A side of an equality. A scalar subquery is the value of a row that satisfies its conditions.
    pub(super) fn value(&mut self, at: &'a NodeEnum) -> Option<Value<'a>> {
        if let Some(term) = self.term(at) {
            return Some((term, Vec::new()));
        }
        match at {
            NodeEnum::TypeCast(cast) if keeps_apart(cast) => {
                self.value(inner(cast.arg.as_deref())?)
            }
            NodeEnum::SubLink(link) if link.sub_link_type() == SubLinkType::ExprSublink => {
                let select = query(link.subselect.as_deref())?;
                let (conditions, terms) = self.values(select)?;
                match terms.as_slice() {
                    [Some(term)] => Some((term.clone(), conditions)),
                    _ => None,
                }
            }
            NodeEnum::FuncCall(call) => self.value_of_call(call),
            _ => None,
        }
    }

    /// What decides a value; nothing where it is several things, or is not known.
    pub(super) fn term(&mut self, at: &'a NodeEnum) -> Option<Term> {
        match at {
            NodeEnum::AConst(_) => Some(Term::Constant),
            NodeEnum::ColumnRef(_) => self.resolve(&expression::column(at)?),
            NodeEnum::ParamRef(parameter) => self.numbered(parameter.number)?.clone(),
            NodeEnum::TypeCast(cast) => match self.term(inner(cast.arg.as_deref())?)? {
                Term::Column(..) if !keeps_apart(cast) => None,
                term => Some(term),
            },
            NodeEnum::CollateClause(collate) => match self.term(inner(collate.arg.as_deref())?)? {
                Term::Column(..) => None,
                term => Some(term),
            },
            NodeEnum::SqlvalueFunction(function) => Some(match function.op() {
                // It is the owner, whoever asks.
                SqlValueFunctionOp::SvfopCurrentRole
                | SqlValueFunctionOp::SvfopCurrentUser
                | SqlValueFunctionOp::SvfopUser
                    if self.is_as_owner() =>
                {
                    Term::Constant
                }
                SqlValueFunctionOp::SvfopCurrentRole
                | SqlValueFunctionOp::SvfopCurrentUser
                | SqlValueFunctionOp::SvfopUser
                | SqlValueFunctionOp::SvfopSessionUser => Term::Session,
                _ => Term::Constant,
            }),
            NodeEnum::FuncCall(call) => self.call(call),
            NodeEnum::AArrayExpr(array) => {
                let elements = self.without_columns(list(&array.elements))?;
                let all =
                    !elements.is_empty() && elements.iter().all(|term| *term == Term::Session);
                Some(if all { Term::Session } else { Term::Constant })
            }
            // What follows a constant is never looked at.
            NodeEnum::CoalesceExpr(coalesce) => {
                let first = list(&coalesce.args).next()?;
                match expression::without_casts(first) {
                    NodeEnum::AConst(constant) if !constant.isnull => Some(Term::Constant),
                    _ => self.decided_by(list(&coalesce.args)),
                }
            }
            NodeEnum::SubLink(link) => {
                let select = query(link.subselect.as_deref())?;
                match (link.sub_link_type(), select.target_list.as_slice()) {
                    (SubLinkType::ExprSublink | SubLinkType::ArraySublink, [_])
                        if select.from_clause.is_empty() && select.where_clause.is_none() =>
                    {
                        let (_, terms) = self.rows(select)?;
                        terms.into_iter().next()?
                    }
                    _ => None,
                }
            }
            NodeEnum::BoolExpr(_) | NodeEnum::BooleanTest(_) | NodeEnum::NullTest(_) => {
                self.decided_by(operands(at)?.into_iter())
            }
            NodeEnum::AExpr(_)
            | NodeEnum::MinMaxExpr(_)
            | NodeEnum::CaseExpr(_)
            | NodeEnum::CaseWhen(_)
            | NodeEnum::AIndirection(_)
            | NodeEnum::AIndices(_)
            | NodeEnum::NamedArgExpr(_)
            | NodeEnum::List(_) => self.decided_by(operands(at)?.into_iter()),
            _ => None,
        }
    }

    /// Postgres's own functions depend on their arguments, but for those that ask the session. One that the catalog
    /// does not have is taken to ask it.
    fn call(&mut self, call: &'a FuncCall) -> Option<Term> {
        if call.over.is_some() || is_aggregate(call) {
            return None;
        }
        match self.called(call) {
            Called::Own => {}
            Called::One(function) => return self.term_of_call(call, function),
            Called::Several => return None,
            Called::Unknown => {
                self.without_columns(list(&call.args))?;
                return Some(Term::Session);
            }
        }
        let terms = self.without_columns(list(&call.args))?;
        let asks = match own_function(call) {
            Some("current_setting") => list(&call.args).next().is_some_and(is_of_session),
            Some("getpgusername") => true,
            _ => terms.contains(&Term::Session),
        };
        Some(if asks { Term::Session } else { Term::Constant })
    }

    fn decided_by(&mut self, values: impl Iterator<Item = &'a NodeEnum>) -> Option<Term> {
        let terms = self.without_columns(values)?;
        Some(if terms.contains(&Term::Session) {
            Term::Session
        } else {
            Term::Constant
        })
    }

    /// The values' terms, where no column is among them.
    pub(super) fn without_columns(
        &mut self,
        values: impl Iterator<Item = &'a NodeEnum>,
    ) -> Option<Vec<Term>> {
        values
            .map(|value| {
                self.term(value)
                    .filter(|term| !matches!(term, Term::Column(..)))
            })
            .collect()
    }

    /// Whether an expression that is not understood may bind the tenant after all.
    pub(super) fn is_doubtful(&mut self, at: &'a NodeEnum) -> bool {
        if let NodeEnum::AExpr(operation) = at
            && !is_custom(&names(&operation.name))
            && let (Some(left), Some(right)) = (
                inner(operation.lexpr.as_deref()),
                inner(operation.rexpr.as_deref()),
            )
        {
            let (of_left, of_right) = (self.is_of_scope(left), self.is_of_scope(right));
            return match (of_left, of_right) {
                (true, true) => false,
                (true, false) => self.doubt(right, ScopeColumn::Repeated),
                (false, true) => self.doubt(left, ScopeColumn::Repeated),
                (false, false) => {
                    self.doubt(left, ScopeColumn::Bare) || self.doubt(right, ScopeColumn::Bare)
                }
            };
        }
        self.doubt(at, ScopeColumn::Bare)
    }

    fn doubt(&mut self, at: &'a NodeEnum, scope: ScopeColumn) -> bool {
        if matches!(self.term(at), Some(Term::Session | Term::Constant)) {
            return false;
        }
        let Some(parts) = operands(at) else {
            return true;
        };
        let wrapped = match scope {
            ScopeColumn::Repeated => ScopeColumn::Repeated,
            _ => ScopeColumn::Wrapped,
        };
        match at {
            NodeEnum::ColumnRef(_) | NodeEnum::ParamRef(_) if self.is_unread_argument(at) => true,
            NodeEnum::ColumnRef(_) | NodeEnum::ParamRef(_) => match self.term(at) {
                Some(_) => scope == ScopeColumn::Wrapped && self.is_of_scope(at),
                None => scope != ScopeColumn::Bare,
            },
            NodeEnum::FuncCall(call) if !matches!(self.called(call), Called::Own) => true,
            NodeEnum::AExpr(operation) if is_custom(&names(&operation.name)) => true,
            NodeEnum::AExpr(operation)
                if scope == ScopeColumn::Bare && is_comparison(operation) =>
            {
                self.is_doubtful(at)
            }
            NodeEnum::TypeCast(cast) if keeps_apart(cast) => {
                parts.into_iter().any(|part| self.doubt(part, scope))
            }
            NodeEnum::FuncCall(_)
            | NodeEnum::AExpr(_)
            | NodeEnum::TypeCast(_)
            | NodeEnum::CollateClause(_)
            | NodeEnum::CoalesceExpr(_)
            | NodeEnum::MinMaxExpr(_)
            | NodeEnum::CaseExpr(_) => parts.into_iter().any(|part| self.doubt(part, wrapped)),
            _ => parts.into_iter().any(|part| self.doubt(part, scope)),
        }
    }

    /// Whether an expression is a column of the row that its scope begins with.
    fn is_of_scope(&mut self, at: &'a NodeEnum) -> bool {
        match self.term(at) {
            Some(Term::Column(ROW, column)) => self
                .question
                .path
                .first()
                .is_some_and(|step| step.contains(&column)),
            _ => false,
        }
    }
}

/// The name of one of Postgres's own functions, which `pg_get_expr` writes without schema.
fn own_function(call: &FuncCall) -> Option<&str> {
    match names(&call.funcname).as_slice() {
        [name] | ["pg_catalog", name] => Some(name),
        _ => None,
    }
}

/// Whether an operator is not one of Postgres's own.
fn is_custom(operator: &[&str]) -> bool {
    !matches!(operator, [] | [_] | ["pg_catalog", _])
}

fn is_comparison(operation: &AExpr) -> bool {
    matches!(
        names(&operation.name).as_slice(),
        ["=" | "<>"
            | "<"
            | ">"
            | "<="
            | ">="
            | "~~"
            | "!~~"
            | "~~*"
            | "!~~*"
            | "~"
            | "!~"
            | "~*"
            | "!~*"]
    )
}

/// Whether a setting belongs to the session's user: one that Postgres does not know, or the role.
fn is_of_session(setting: &NodeEnum) -> bool {
    expression::string(setting).is_none_or(|name| {
        name.contains('.') || ["role", "session_authorization", "application_name"].contains(&name)
    })
}

/// Whether a call makes one row of many: it does, or cannot be shown not to.
pub fn is_aggregate(call: &FuncCall) -> bool {
    const AGGREGATES: &str = "any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop \
        covar_samp cume_dist dense_rank every json_agg json_object_agg jsonb_agg jsonb_object_agg max min mode \
        percent_rank percentile_cont percentile_disc range_agg range_intersect_agg rank regr_avgx regr_avgy regr_count \
        regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum \
        var_pop var_samp variance xmlagg json_agg_strict jsonb_agg_strict json_object_agg_strict \
        json_object_agg_unique json_object_agg_unique_strict jsonb_object_agg_strict jsonb_object_agg_unique \
        jsonb_object_agg_unique_strict";
    call.agg_star
        || call.agg_distinct
        || call.agg_filter.is_some()
        || !call.agg_order.is_empty()
        || own_function(call).is_some_and(|name| AGGREGATES.split_whitespace().any(|it| it == name))
}

/// Whether a cast makes different values of different values.
fn keeps_apart(cast: &TypeCast) -> bool {
    const TYPES: [&str; 7] = ["text", "varchar", "uuid", "int4", "int8", "numeric", "oid"];
    cast.type_name.as_ref().is_some_and(|kind| {
        let known = match names(&kind.names).as_slice() {
            [name] | ["pg_catalog", name] => TYPES.contains(name),
            _ => false,
        };
        known && kind.typmods.is_empty() && kind.array_bounds.is_empty()
    })
}

/// Whether an expression has a call in it that may make one row of many.
pub fn may_aggregate(at: &NodeEnum) -> bool {
    match at {
        NodeEnum::FuncCall(call) if is_aggregate(call) || own_function(call).is_none() => {
            call.over.is_none()
        }
        _ => operands(at).is_none_or(|parts| parts.into_iter().any(may_aggregate)),
    }
}
