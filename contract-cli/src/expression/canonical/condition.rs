//! Conditions that count where they are true: for them, false and unknown are the same.

use super::{
    rewrite::{AND, NOT, SubLinkType},
    tables::plain_query,
};
use serde_json::{Value, json};

/// Leaves out what tells false from unknown: `x IS TRUE` is `x`, and `x IN (SELECT y ...)` is an EXISTS for `y = x`.
/// Columns without a table are those of `table`; without one, such a column is left where it is.
pub fn only_true(condition: &mut Value, table: Option<&str>) {
    if let Some(tested) = is_true(condition) {
        *condition = tested;
    }
    if let Some(boolean) = condition.pointer_mut("/node/BoolExpr")
        && boolean["boolop"] != NOT
    {
        let parts = boolean["args"].as_array_mut().into_iter().flatten();
        parts.for_each(|part| only_true(part, table));
    }
    exists_for_in(condition, table);
}

/// The condition of `condition IS TRUE`.
fn is_true(condition: &mut Value) -> Option<Value> {
    const IS_TRUE: u64 = 1;
    let test = condition.pointer_mut("/node/BooleanTest")?;
    (test["booltesttype"] == IS_TRUE).then(|| test["arg"].take())
}

/// Makes `EXISTS (SELECT ... WHERE y = x)` of `x IN (SELECT y ...)`.
fn exists_for_in(condition: &mut Value, table: Option<&str>) -> Option<()> {
    let link = condition.pointer_mut("/node/SubLink")?;
    let is_in = link["sub_link_type"] == SubLinkType::ANY
        && link["oper_name"].as_array().is_none_or(Vec::is_empty);
    let mut tested = link["testexpr"].clone();
    let query = link["subselect"].pointer_mut("/node/SelectStmt")?;
    if !is_in || !plain_query(query) || !is_qualified(&mut tested, table) {
        return None;
    }
    let value = match query["target_list"].as_array()?.as_slice() {
        [target] => target.pointer("/node/ResTarget/val")?.clone(),
        _ => return None,
    };
    let equal = json!({"node": {"AExpr": {
        "kind": 1,
        "lexpr": value,
        "name": [{"node": {"String": {"sval": "="}}}],
        "rexpr": tested,
    }}});
    add_condition(query, equal);
    query["target_list"] = json!([]);
    link["sub_link_type"] = SubLinkType::EXISTS.into();
    link["testexpr"] = Value::Null;
    Some(())
}

/// Adds to the WHERE of a query.
pub fn add_condition(query: &mut Value, condition: Value) {
    let before = query["where_clause"].take();
    query["where_clause"] = if before.is_null() {
        condition
    } else {
        json!({"node": {"BoolExpr": {"args": [before, condition], "boolop": AND, "xpr": null}}})
    };
}

/// Whether each column of a value has its table, or is given it; what a query within has is left alone.
fn is_qualified(value: &mut Value, table: Option<&str>) -> bool {
    match value {
        Value::Array(elements) => elements.iter_mut().all(|one| is_qualified(one, table)),
        Value::Object(members) => {
            if members.contains_key("SelectStmt") || members.contains_key("RowExpr") {
                return false;
            }
            let Some(column) = members.get_mut("ColumnRef") else {
                return members.values_mut().all(|one| is_qualified(one, table));
            };
            let fields = column["fields"].as_array_mut();
            match (fields, table) {
                (Some(fields), Some(table)) if fields.len() == 1 => {
                    fields.insert(0, json!({"node": {"String": {"sval": table}}}));
                    true
                }
                (Some(fields), _) => fields.len() == 2,
                (None, _) => false,
            }
        }
        _ => true,
    }
}
