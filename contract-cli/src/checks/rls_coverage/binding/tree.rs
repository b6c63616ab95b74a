//! The parse tree: what an expression is made of, and its text.

use pg_query::{
    DeparseOptions, NodeEnum,
    protobuf::{Node, ResTarget, SelectStmt},
};

/// The node in an optional field.
pub fn inner(node: Option<&Node>) -> Option<&NodeEnum> {
    node?.node.as_ref()
}

/// The nodes of a list.
pub fn list(nodes: &[Node]) -> impl Iterator<Item = &NodeEnum> {
    nodes.iter().filter_map(|node| node.node.as_ref())
}

/// A name of one part, or of several with the schema first.
pub fn names(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().filter_map(crate::expression::name).collect()
}

/// The query of a subquery.
pub fn query(node: Option<&Node>) -> Option<&SelectStmt> {
    match inner(node)? {
        NodeEnum::SelectStmt(select) => Some(select),
        _ => None,
    }
}

/// The values that an expression is made of; nothing where it is of a kind that is not known here.
pub fn operands(expression: &NodeEnum) -> Option<Vec<&NodeEnum>> {
    let mut operands = Vec::new();
    match expression {
        NodeEnum::AConst(_)
        | NodeEnum::SqlvalueFunction(_)
        | NodeEnum::ColumnRef(_)
        | NodeEnum::ParamRef(_) => {}
        NodeEnum::BoolExpr(boolean) => operands.extend(list(&boolean.args)),
        NodeEnum::BooleanTest(test) => operands.extend(inner(test.arg.as_deref())),
        NodeEnum::NullTest(test) => operands.extend(inner(test.arg.as_deref())),
        NodeEnum::TypeCast(cast) => operands.extend(inner(cast.arg.as_deref())),
        NodeEnum::CollateClause(collate) => operands.extend(inner(collate.arg.as_deref())),
        NodeEnum::NamedArgExpr(named) => operands.extend(inner(named.arg.as_deref())),
        NodeEnum::RowExpr(row) => operands.extend(list(&row.args)),
        NodeEnum::AArrayExpr(array) => operands.extend(list(&array.elements)),
        NodeEnum::List(items) => operands.extend(list(&items.items)),
        NodeEnum::CoalesceExpr(coalesce) => operands.extend(list(&coalesce.args)),
        NodeEnum::MinMaxExpr(extreme) => operands.extend(list(&extreme.args)),
        NodeEnum::FuncCall(call) => operands.extend(list(&call.args)),
        NodeEnum::AExpr(operation) => {
            operands.extend(inner(operation.lexpr.as_deref()));
            operands.extend(inner(operation.rexpr.as_deref()));
        }
        NodeEnum::AIndirection(indirection) => {
            operands.extend(inner(indirection.arg.as_deref()));
            operands.extend(list(&indirection.indirection).filter(|part| is_value(part)));
        }
        NodeEnum::AIndices(indices) => {
            operands.extend(inner(indices.lidx.as_deref()));
            operands.extend(inner(indices.uidx.as_deref()));
        }
        NodeEnum::CaseExpr(case) => {
            operands.extend(inner(case.arg.as_deref()));
            operands.extend(list(&case.args));
            operands.extend(inner(case.defresult.as_deref()));
        }
        NodeEnum::CaseWhen(when) => {
            operands.extend(inner(when.expr.as_deref()));
            operands.extend(inner(when.result.as_deref()));
        }
        _ => return None,
    }
    Some(operands)
}

/// Whether a part of an indirection is a value, and not the name of a field or `*`.
fn is_value(part: &NodeEnum) -> bool {
    !matches!(part, NodeEnum::String(_) | NodeEnum::AStar(_))
}

/// An expression as SQL, short enough for a message.
pub fn text(expression: &NodeEnum) -> String {
    const LONGEST: usize = 120;
    let target = NodeEnum::ResTarget(Box::new(ResTarget {
        val: Some(Box::new(Node {
            node: Some(expression.clone()),
        })),
        ..ResTarget::default()
    }));
    let select = NodeEnum::SelectStmt(Box::new(SelectStmt {
        target_list: vec![Node { node: Some(target) }],
        limit_option: 1,
        op: 1,
        ..SelectStmt::default()
    }));
    let Ok(sql) = select.deparse(DeparseOptions::default()) else {
        return "a part of it".to_owned();
    };
    let text = sql.trim_start_matches("SELECT ");
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("`{}...`", &text[..at]),
        None => format!("`{text}`"),
    }
}
