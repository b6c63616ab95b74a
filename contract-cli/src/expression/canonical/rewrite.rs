//! The rules of the canonical form, one node of the tree each.

use super::tables::name_tables;
use serde_json::{Map, Value, json};
use std::mem;

/// `PostgreSQL`'s `BoolExprType`, as the tree numbers it.
const AND: u64 = 1;
const NOT: u64 = 3;
/// `A_Expr_Kind`
const OPERATOR: u64 = 1;
const ANY_OF_ARRAY: u64 = 2;
const ALL_OF_ARRAY: u64 = 3;
const DISTINCT: u64 = 4;
const NOT_DISTINCT: u64 = 5;
/// `SubLinkType`
const EXISTS: u64 = 1;
const SCALAR: u64 = 5;

/// One node, whose parts are canonical: `{"node": {"BoolExpr": {...}}}`.
pub fn rewrite(node: &mut Value) {
    let Some((kind, body)) = node
        .get_mut("node")
        .and_then(Value::as_object_mut)
        .filter(|kinds| kinds.len() == 1)
        .and_then(|kinds| kinds.iter_mut().next())
    else {
        return;
    };
    let replacement = match (kind.as_str(), body.as_object_mut()) {
        ("BoolExpr", Some(body)) => boolean(body),
        ("AExpr", Some(body)) => {
            operator(body);
            None
        }
        ("TypeCast", Some(body)) => array_cast(body),
        ("ResTarget", Some(body)) => {
            name_column(body);
            None
        }
        ("SubLink", Some(body)) => {
            exists(body);
            without_column_name(body);
            None
        }
        ("SelectStmt", Some(body)) => {
            name_tables(body);
            None
        }
        _ => None,
    };
    if let Some(replacement) = replacement {
        *node = replacement;
    }
}

fn number(body: &Map<String, Value>, field: &str) -> Option<u64> {
    body.get(field)?.as_u64()
}

fn boolean(body: &mut Map<String, Value>) -> Option<Value> {
    let operator = number(body, "boolop")?;
    let arguments = body.get_mut("args")?.as_array_mut()?;
    if operator == NOT {
        return negated(arguments.first()?);
    }
    // `x AND true` is x and `x OR false` is x, for an unknown x too.
    let neutral = constant(operator == AND);
    let mut parts = Vec::new();
    for argument in arguments.drain(..) {
        match argument.pointer("/node/BoolExpr") {
            Some(inner) if inner["boolop"] == operator => {
                parts.extend(inner["args"].as_array().into_iter().flatten().cloned());
            }
            _ if argument == neutral => {}
            _ => parts.push(argument),
        }
    }
    sort(&mut parts);
    match parts.len() {
        0 => Some(neutral),
        1 => parts.pop(),
        _ => {
            *arguments = parts;
            None
        }
    }
}

/// What NOT makes of its argument, where that is simpler.
fn negated(argument: &Value) -> Option<Value> {
    if let Some(inner) = argument.pointer("/node/BoolExpr") {
        return (inner["boolop"] == NOT).then(|| inner["args"][0].clone());
    }
    let comparison = argument.pointer("/node/AExpr")?.as_object()?;
    let (kind, name) = match (number(comparison, "kind")?, operator_name(comparison)?) {
        (OPERATOR, "=") => (OPERATOR, "<>"),
        (OPERATOR, "<>") => (OPERATOR, "="),
        (ANY_OF_ARRAY, "=") => (ALL_OF_ARRAY, "<>"),
        (ALL_OF_ARRAY, "<>") => (ANY_OF_ARRAY, "="),
        (DISTINCT, name) => (NOT_DISTINCT, name),
        (NOT_DISTINCT, name) => (DISTINCT, name),
        _ => return None,
    };
    let mut result = comparison.clone();
    result.insert("name".to_owned(), operator_named(name));
    result.insert("kind".to_owned(), kind.into());
    Some(json!({"node": {"AExpr": result}}))
}

fn constant(value: bool) -> Value {
    json!({"node": {"AConst": {"isnull": false, "val": {"Boolval": {"boolval": value}}}}})
}

/// The name of an operator of `pg_catalog`.
fn operator_name(expression: &Map<String, Value>) -> Option<&str> {
    match expression.get("name")?.as_array()?.as_slice() {
        [name] => name.pointer("/node/String/sval")?.as_str(),
        _ => None,
    }
}

fn operator_named(name: &str) -> Value {
    json!([{"node": {"String": {"sval": name}}}])
}

fn operator(body: &mut Map<String, Value>) {
    let kind = number(body, "kind");
    let name = operator_name(body).map(str::to_owned);
    let has_both = ["lexpr", "rexpr"].map(|side| body.get(side).is_some_and(Value::is_object));
    if has_both != [true, true] {
        return;
    }
    let [left, right] = ["lexpr", "rexpr"].map(|side| body[side].to_string());
    match (kind, name.as_deref()) {
        (Some(OPERATOR), Some("=" | "<>")) | (Some(DISTINCT | NOT_DISTINCT), Some("="))
            if left > right =>
        {
            swap_sides(body);
        }
        (Some(OPERATOR), Some(">")) => {
            swap_sides(body);
            body.insert("name".to_owned(), operator_named("<"));
        }
        (Some(OPERATOR), Some(">=")) => {
            swap_sides(body);
            body.insert("name".to_owned(), operator_named("<="));
        }
        (Some(ANY_OF_ARRAY), Some("=")) | (Some(ALL_OF_ARRAY), Some("<>")) => {
            let elements = body["rexpr"].pointer_mut("/node/AArrayExpr/elements");
            if let Some(elements) = elements.and_then(Value::as_array_mut) {
                sort(elements);
            }
        }
        _ => {}
    }
}

fn swap_sides(body: &mut Map<String, Value>) {
    let left = body["lexpr"].take();
    let right = mem::replace(&mut body["rexpr"], left);
    body["lexpr"] = right;
}

/// Sorts parts whose order is of no account, and drops what is said twice; a call may have another answer
/// the second time.
fn sort(parts: &mut Vec<Value>) {
    parts.sort_by_cached_key(Value::to_string);
    parts.dedup_by(|one, other| one == other && !calls(one));
}

/// Whether a function is called that is not known to give the same answer again.
fn calls(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(calls),
        Value::Object(members) => members.iter().any(|(key, member)| {
            let is_foreign = |expression| operator_name(expression).is_none();
            key == "FuncCall"
                || key == "AExpr" && member.as_object().is_some_and(is_foreign)
                || calls(member)
        }),
        _ => false,
    }
}

/// `ARRAY[a, b]::text[]` as `ARRAY[a::text, b::text]`, as Postgres itself takes it: what it deparses
/// in the first form comes back from a dump in the second.
fn array_cast(body: &mut Map<String, Value>) -> Option<Value> {
    let array = body.get("arg")?.pointer("/node/AArrayExpr")?;
    let target = body.get("type_name")?;
    let elements = array["elements"].as_array()?;
    let is_nested = |element: &Value| element.pointer("/node/AArrayExpr").is_some();
    if target["array_bounds"].as_array()?.len() != 1
        || elements.is_empty()
        || elements.iter().any(is_nested)
    {
        return None;
    }
    let mut element_type = target.clone();
    element_type["array_bounds"] = json!([]);
    let elements: Vec<Value> = elements
        .iter()
        .map(|element| json!({"node": {"TypeCast": {"arg": element, "type_name": element_type}}}))
        .collect();
    Some(json!({"node": {"AArrayExpr": {"elements": elements}}}))
}

/// A query's column is called as the table's column that it shows, where it has no other name.
fn name_column(body: &mut Map<String, Value>) {
    let fields = body["val"].pointer("/node/ColumnRef/fields");
    let last = fields
        .and_then(Value::as_array)
        .and_then(|fields| fields.last());
    let name = last
        .and_then(|field| field.pointer("/node/String/sval"))
        .cloned();
    if let Some(name) = name.filter(|_| body["name"] == "") {
        body.insert("name".to_owned(), name);
    }
}

/// A subquery that is a value is known by no name, nor is its column.
fn without_column_name(body: &mut Map<String, Value>) {
    if number(body, "sub_link_type") != Some(SCALAR) {
        return;
    }
    let targets = body["subselect"].pointer_mut("/node/SelectStmt/target_list");
    if let Some([target]) = targets.and_then(Value::as_array_mut).map(Vec::as_mut_slice)
        && let Some(target) = target.pointer_mut("/node/ResTarget")
    {
        target["name"] = json!("");
    }
}

/// EXISTS does not look at what its query returns, only at whether it returns a row.
fn exists(body: &mut Map<String, Value>) {
    if number(body, "sub_link_type") != Some(EXISTS) {
        return;
    }
    let Some(query) = body["subselect"].pointer_mut("/node/SelectStmt") else {
        return;
    };
    let is_empty = |field: &str| match &query[field] {
        Value::Array(parts) => parts.is_empty(),
        part => part.is_null(),
    };
    let is_plain = [
        "group_clause",
        "having_clause",
        "window_clause",
        "values_lists",
        "sort_clause",
        "distinct_clause",
        "larg",
        "rarg",
    ]
    .iter()
    .all(|field| is_empty(field));
    // Neither an aggregate, which would make a row of none, nor a function that returns a set.
    let is_value = |target: &Value| {
        let value = target.pointer("/node/ResTarget/val/node");
        value.is_some_and(|value| {
            value.get("ColumnRef").is_some()
                || value.get("AConst").is_some()
                || value.pointer("/TypeCast/arg/node/AConst").is_some()
        })
    };
    let targets = query["target_list"].as_array();
    if is_plain && targets.is_some_and(|targets| targets.iter().all(is_value)) {
        query["target_list"] = json!([]);
    }
}
