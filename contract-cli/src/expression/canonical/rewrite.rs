//! The rules of the canonical form, one node of the tree each.

use super::{
    condition::only_true,
    tables::{join_in_where, name_tables, plain_query},
};
use serde_json::{Map, Value, json};
use std::mem;

/// `PostgreSQL`'s `BoolExprType`, as the tree numbers it.
pub const AND: u64 = 1;
pub const NOT: u64 = 3;
/// `A_Expr_Kind`
const OPERATOR: u64 = 1;
const ANY_OF_ARRAY: u64 = 2;
const ALL_OF_ARRAY: u64 = 3;
const DISTINCT: u64 = 4;
const NOT_DISTINCT: u64 = 5;
/// `SubLinkType`, as the tree numbers it.
pub struct SubLinkType;

impl SubLinkType {
    pub const EXISTS: u64 = 1;
    pub const ANY: u64 = 3;
    pub const EXPR: u64 = 5;
}

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
            equal_constants(body)
        }
        ("FuncCall", Some(body)) => {
            own_arguments(body);
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
            equal_to_single_value(body)
        }
        ("SelectStmt", Some(_)) => {
            join_in_where(body);
            only_true(&mut body["where_clause"], None);
            rewrite(&mut body["where_clause"]);
            body.as_object_mut().map(name_tables);
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
    for value in [true, false] {
        if *argument == constant(value) {
            return Some(constant(!value));
        }
    }
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

/// Gives the arguments of a check by their places, where they are named.
fn own_arguments(body: &mut Map<String, Value>) -> Option<()> {
    const PARAMETERS: [&str; 3] = ["contract_type", "document", "floor"];
    let schema = body.get("funcname")?.pointer("/0/node/String/sval")?;
    if schema != "contract" {
        return None;
    }
    let named = |argument: &Value| {
        let named = argument.pointer("/node/NamedArgExpr")?;
        let place = PARAMETERS.iter().position(|name| named["name"] == **name)?;
        Some((place, named["arg"].clone()))
    };
    let arguments = body.get_mut("args")?.as_array_mut()?;
    let mut by_place: Vec<(usize, Value)> = arguments.iter().map(named).collect::<Option<_>>()?;
    by_place.sort_by_key(|(place, _)| *place);
    *arguments = by_place.into_iter().map(|(_, argument)| argument).collect();
    Some(())
}

/// `1 = 1`
fn equal_constants(body: &Map<String, Value>) -> Option<Value> {
    let is_equality = number(body, "kind") == Some(OPERATOR) && operator_name(body) == Some("=");
    let number = body.get("lexpr")?.pointer("/node/AConst/val/Ival");
    (is_equality && number.is_some() && body["lexpr"] == body["rexpr"]).then(|| constant(true))
}

/// `x IN (SELECT setting)` as `x = (SELECT setting)`: it has one row.
fn equal_to_single_value(body: &Map<String, Value>) -> Option<Value> {
    let is_in = number(body, "sub_link_type") == Some(SubLinkType::ANY)
        && body["oper_name"].as_array().is_none_or(Vec::is_empty)
        && body["testexpr"].pointer("/node/RowExpr").is_none();
    let query = body["subselect"].pointer("/node/SelectStmt")?;
    let has_no_table = query["from_clause"].as_array().is_none_or(Vec::is_empty)
        && query["where_clause"].is_null();
    let [target] = query["target_list"].as_array()?.as_slice() else {
        return None;
    };
    let mut value = target.pointer("/node/ResTarget/val")?;
    while let Some(inner) = value.pointer("/node/TypeCast/arg") {
        value = inner;
    }
    // Other functions may return a set.
    let name = value.pointer("/node/FuncCall/funcname/0/node/String/sval")?;
    if !is_in || !has_no_table || !plain_query(query) || name != "current_setting" {
        return None;
    }
    let mut link = body.clone();
    let tested = mem::replace(link.get_mut("testexpr")?, Value::Null);
    link.insert("sub_link_type".to_owned(), SubLinkType::EXPR.into());
    without_column_name(&mut link);
    let mut equality = Map::new();
    equality.insert("kind".to_owned(), OPERATOR.into());
    equality.insert("lexpr".to_owned(), tested);
    equality.insert("name".to_owned(), operator_named("="));
    equality.insert("rexpr".to_owned(), json!({"node": {"SubLink": link}}));
    operator(&mut equality);
    Some(json!({"node": {"AExpr": equality}}))
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
    if number(body, "sub_link_type") != Some(SubLinkType::EXPR) {
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
    if number(body, "sub_link_type") != Some(SubLinkType::EXISTS) {
        return;
    }
    let Some(query) = body["subselect"].pointer_mut("/node/SelectStmt") else {
        return;
    };
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
    if plain_query(query) && targets.is_some_and(|targets| targets.iter().all(is_value)) {
        query["target_list"] = json!([]);
    }
}
