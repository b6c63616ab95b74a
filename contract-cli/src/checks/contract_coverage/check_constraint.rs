//! What a CHECK makes sure of.
//!
//! A CHECK passes where its expression is true or NULL. It enforces a contract where that takes a
//! valid document: the call of a function that checks the column, alone or as one condition of a
//! conjunction, perhaps with `column IS NULL OR` before it. Everything else is no enforcement, however
//! near it looks: it could pass for a document that is not valid.

use super::contracts::{Checks, Contracts};
use crate::{
    catalog::QualifiedName,
    expression::{column, name, string},
};
use pg_query::{
    NodeEnum, ParserOptions,
    protobuf::{
        BoolExprType, BoolTestType, Constraint, FuncCall, Node, NullTestType, a_const::Val,
    },
};

/// A column whose documents satisfy a contract type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enforced {
    pub column: String,
    pub contract_type: String,
}

/// A CHECK as its definition has it.
pub struct Read {
    /// Where the definition has it.
    pub name: String,
    pub validated: bool,
    /// What it makes sure of.
    pub columns: Vec<Enforced>,
}

/// What a CHECK makes sure of, from its definition as `pg_get_constraintdef` writes it, perhaps after its name.
///
/// # Errors
///
/// The definition is not that of a CHECK, with what the grammar says of it.
pub fn enforced_by(definition: &str, contracts: &Contracts<'_>) -> Result<Read, String> {
    let constraint = parse(definition)?;
    let condition = inner(constraint.raw_expr.as_deref())
        .ok_or_else(|| format!("not the definition of a CHECK: {definition}"))?;
    Ok(Read {
        columns: enforced(condition, contracts),
        validated: !constraint.skip_validation,
        name: constraint.conname,
    })
}

fn parse(definition: &str) -> Result<Constraint, String> {
    let statement = format!("ALTER TABLE t ADD {definition}");
    let parsed = pg_query::parse(&statement, ParserOptions::default())
        .map_err(|error| format!("{error}: {definition}"))?;
    let constraint = match parsed.protobuf.stmts.as_slice() {
        [statement] => inner(statement.stmt.as_deref()).and_then(added),
        _ => None,
    };
    constraint.ok_or_else(|| format!("not the definition of a constraint: {definition}"))
}

/// The constraint of `ALTER TABLE ... ADD`.
fn added(statement: &NodeEnum) -> Option<Constraint> {
    let NodeEnum::AlterTableStmt(alter) = statement else {
        return None;
    };
    let [command] = alter.cmds.as_slice() else {
        return None;
    };
    let NodeEnum::AlterTableCmd(command) = inner(Some(command))? else {
        return None;
    };
    match inner(command.def.as_deref())? {
        NodeEnum::Constraint(constraint) => Some((**constraint).clone()),
        _ => None,
    }
}

fn enforced(expression: &NodeEnum, contracts: &Contracts<'_>) -> Vec<Enforced> {
    match expression {
        NodeEnum::BoolExpr(boolean) => {
            let parts: Vec<&NodeEnum> = nodes(&boolean.args).collect();
            match boolean.boolop() {
                BoolExprType::AndExpr => parts
                    .into_iter()
                    .flat_map(|part| enforced(part, contracts))
                    .collect(),
                BoolExprType::OrExpr => otherwise(&parts, contracts),
                _ => Vec::new(),
            }
        }
        NodeEnum::BooleanTest(test)
            if matches!(
                test.booltesttype(),
                BoolTestType::IsTrue | BoolTestType::IsNotFalse
            ) =>
        {
            inner(test.arg.as_deref()).map_or_else(Vec::new, |arg| enforced(arg, contracts))
        }
        NodeEnum::FuncCall(call) => called(call, contracts).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// What `column IS NULL OR ...` makes sure of: what is asked of that column otherwise.
fn otherwise(parts: &[&NodeEnum], contracts: &Contracts<'_>) -> Vec<Enforced> {
    let (nullable, others): (Vec<_>, Vec<_>) =
        parts.iter().partition(|part| null_column(part).is_some());
    let [other] = others.as_slice() else {
        return Vec::new();
    };
    let nullable: Vec<String> = nullable
        .into_iter()
        .copied()
        .filter_map(null_column)
        .collect();
    let of_it = |one: &Enforced| nullable.iter().all(|column| *column == one.column);
    enforced(other, contracts)
        .into_iter()
        .filter(of_it)
        .collect()
}

/// `column IS NULL`
fn null_column(expression: &NodeEnum) -> Option<String> {
    match expression {
        NodeEnum::NullTest(test) if test.nulltesttype() == NullTestType::IsNull => {
            document(inner(test.arg.as_deref())?)
        }
        _ => None,
    }
}

/// The column that a call checks, and against what. An argument that is not a constant could be NULL, and the
/// call with it.
fn called(call: &FuncCall, contracts: &Contracts<'_>) -> Option<Enforced> {
    let is_plain = call.agg_order.is_empty()
        && call.agg_filter.is_none()
        && call.over.is_none()
        && !call.agg_star
        && !call.agg_distinct
        && !call.func_variadic;
    let names: Option<Vec<&str>> = call.funcname.iter().map(name).collect();
    let (Some([schema, function]), true) = (names.as_deref(), is_plain) else {
        return None;
    };
    let checks = contracts.checks(&QualifiedName::new(*schema, *function))?;
    let arguments = arguments(call, &checks)?;
    let (contract_type, column) = match (checks, arguments.as_slice()) {
        (Checks::One(contract_type), [column]) => (contract_type, document(column)?),
        (Checks::Named { floor: false }, [contract_type, column]) => {
            (string(contract_type)?.to_owned(), document(column)?)
        }
        (Checks::Named { floor: true }, [contract_type, column, floor]) if is_integer(floor) => {
            (string(contract_type)?.to_owned(), document(column)?)
        }
        _ => return None,
    };
    Some(Enforced {
        column,
        contract_type,
    })
}

/// The arguments of a call in the order of the parameters; they can be given by name.
fn arguments<'a>(call: &'a FuncCall, checks: &Checks) -> Option<Vec<&'a NodeEnum>> {
    let parameters: &[&str] = match checks {
        Checks::One(_) => &["document"],
        Checks::Named { .. } => &["contract_type", "document", "floor"],
    };
    let mut arguments: Vec<Option<&NodeEnum>> = vec![None; call.args.len()];
    for (position, argument) in nodes(&call.args).enumerate() {
        let (at, value) = match argument {
            NodeEnum::NamedArgExpr(named) => {
                let at = parameters.iter().position(|one| *one == named.name)?;
                (at, inner(named.arg.as_deref())?)
            }
            value => (position, value),
        };
        *arguments.get_mut(at)? = Some(value);
    }
    arguments.into_iter().collect()
}

/// The column that an expression is, whole: itself, or cast to jsonb from a domain.
fn document(expression: &NodeEnum) -> Option<String> {
    match expression {
        NodeEnum::TypeCast(cast) => {
            let target = cast.type_name.as_ref()?;
            let names: Option<Vec<&str>> = target.names.iter().map(name).collect();
            let is_jsonb = matches!(names?.as_slice(), ["jsonb"] | ["pg_catalog", "jsonb"]);
            if !is_jsonb || !target.array_bounds.is_empty() {
                return None;
            }
            document(inner(cast.arg.as_deref())?)
        }
        _ => match column(expression)?.as_slice() {
            [name] => Some((*name).to_owned()),
            _ => None,
        },
    }
}

fn is_integer(expression: &NodeEnum) -> bool {
    matches!(expression, NodeEnum::AConst(constant) if matches!(constant.val, Some(Val::Ival(_))))
}

fn inner(node: Option<&Node>) -> Option<&NodeEnum> {
    node?.node.as_ref()
}

fn nodes(list: &[Node]) -> impl Iterator<Item = &NodeEnum> {
    list.iter().filter_map(|node| node.node.as_ref())
}
