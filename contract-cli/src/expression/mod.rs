//! SQL expressions of the catalog (of CHECKs, policies, defaults, WHEN conditions), parsed by Postgres's own grammar.

pub mod canonical;

use pg_query::{
    NodeEnum, ParserOptions,
    protobuf::{BoolExprType, Node, SelectStmt, a_const::Val},
};

/// The tree of an expression such as `pg_get_expr` writes.
///
/// # Errors
///
/// The text is no expression, with what the grammar says of it.
pub fn parse(text: &str) -> Result<NodeEnum, String> {
    let parsed = pg_query::parse(&format!("SELECT {text}"), ParserOptions::default())
        .map_err(|error| error.to_string())?;
    let not_one = || format!("not a single expression: {text}");
    let [statement] = parsed.protobuf.stmts.as_slice() else {
        return Err(not_one());
    };
    match statement.stmt.as_deref() {
        Some(Node {
            node: Some(NodeEnum::SelectStmt(select)),
        }) => only_target(select).ok_or_else(not_one),
        _ => Err(not_one()),
    }
}

/// The expression of `SELECT expression`, where there is nothing else.
fn only_target(select: &SelectStmt) -> Option<NodeEnum> {
    match select.target_list.as_slice() {
        [
            Node {
                node: Some(NodeEnum::ResTarget(target)),
            },
        ] if select.from_clause.is_empty() && select.where_clause.is_none() => {
            target.val.as_ref()?.node.clone()
        }
        _ => None,
    }
}

/// The parts of a conjunction, nested ones too; the expression itself where it is none.
pub fn conjuncts(expression: &NodeEnum) -> Vec<&NodeEnum> {
    match expression {
        NodeEnum::BoolExpr(boolean) if boolean.boolop() == BoolExprType::AndExpr => boolean
            .args
            .iter()
            .filter_map(|argument| argument.node.as_ref())
            .flat_map(conjuncts)
            .collect(),
        _ => vec![expression],
    }
}

/// The names of a column reference: `["t", "tenant_id"]`, `["tenant_id"]`.
pub fn column(expression: &NodeEnum) -> Option<Vec<&str>> {
    let NodeEnum::ColumnRef(reference) = expression else {
        return None;
    };
    reference.fields.iter().map(name).collect()
}

/// The text of a name in a list of names.
pub fn name(node: &Node) -> Option<&str> {
    match node.node.as_ref()? {
        NodeEnum::String(string) => Some(&string.sval),
        _ => None,
    }
}

/// The value of a string constant, through casts.
pub fn string(expression: &NodeEnum) -> Option<&str> {
    match without_casts(expression) {
        NodeEnum::AConst(constant) => match constant.val.as_ref()? {
            Val::Sval(string) => Some(&string.sval),
            _ => None,
        },
        _ => None,
    }
}

/// The value of a boolean constant, through casts.
pub fn boolean(expression: &NodeEnum) -> Option<bool> {
    match without_casts(expression) {
        NodeEnum::AConst(constant) => match constant.val.as_ref()? {
            Val::Boolval(value) => Some(value.boolval),
            _ => None,
        },
        _ => None,
    }
}

/// What is under the casts.
pub fn without_casts(expression: &NodeEnum) -> &NodeEnum {
    match expression {
        NodeEnum::TypeCast(cast) => cast
            .arg
            .as_ref()
            .and_then(|argument| argument.node.as_ref())
            .map_or(expression, without_casts),
        _ => expression,
    }
}

#[cfg(test)]
mod tests {
    use super::{boolean, column, conjuncts, parse, string};

    #[test]
    fn an_expression_is_taken_apart() {
        let parsed = parse("(a.x = 1) AND (true AND (true OR ('t'::text = z)))").expect("valid");
        let and = conjuncts(&parsed);
        assert_eq!(and.len(), 3);
        assert_eq!(boolean(and[1]), Some(true));
        assert_eq!(
            column(&parse("a.\"X\"").expect("valid")),
            Some(vec!["a", "X"])
        );
        assert_eq!(string(&parse("'t'::text").expect("valid")), Some("t"));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in ["", "1; SELECT 2", "1, 2", "1 FROM t", "a b c"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
