//! The tables of a query by their places: what a query calls them is of no account outside of it.

use serde_json::{Map, Value, json};

/// Gives the tables of a query the names of their places. Those of the queries within it have theirs already, so that
/// what is still called by a table's name is that table. Postgres's own names have no NUL.
pub fn name_tables(query: &mut Map<String, Value>) {
    let height = height(&query["target_list"])
        .max(height(&query["from_clause"]))
        .max(height(&query["where_clause"]));
    let mut names = Vec::new();
    add_names(&query["from_clause"], &mut names);
    let mut all = Vec::new();
    for part in query.values() {
        add_aliases(part, &mut all);
    }
    for (place, name) in names.iter().enumerate() {
        let to = format!("\0{height}.{place}");
        let is_of_another = all.iter().filter(|alias| *alias == name).count() > 1
            || names.iter().filter(|other| *other == name).count() > 1;
        if *name == to || is_of_another {
            continue;
        }
        for part in query.values_mut() {
            rename(part, name, &to);
        }
    }
}

/// How deep queries are nested.
fn height(value: &Value) -> usize {
    match value {
        Value::Array(elements) => elements.iter().map(height).max().unwrap_or(0),
        Value::Object(members) => {
            let within = members.values().map(height).max().unwrap_or(0);
            within + usize::from(members.contains_key("SelectStmt"))
        }
        _ => 0,
    }
}

/// What the tables of a FROM are called, from left to right.
fn add_names(from: &Value, names: &mut Vec<String>) {
    for item in from.as_array().into_iter().flatten() {
        add_name(item, names);
    }
}

fn add_name(item: &Value, names: &mut Vec<String>) {
    if let Some(table) = item.pointer("/node/RangeVar") {
        names.extend(called(table).map(str::to_owned));
    } else if let Some(join) = item.pointer("/node/JoinExpr") {
        add_name(&join["larg"], names);
        add_name(&join["rarg"], names);
    }
}

fn called(table: &Value) -> Option<&str> {
    let alias = table.pointer("/alias/aliasname");
    alias.unwrap_or(&table["relname"]).as_str()
}

/// All names that something in a FROM has, in the queries within too.
fn add_aliases(value: &Value, aliases: &mut Vec<String>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|one| add_aliases(one, aliases)),
        Value::Object(members) => {
            if let Some(table) = members.get("RangeVar") {
                aliases.extend(called(table).map(str::to_owned));
            } else if let Some(alias) = members
                .get("alias")
                .and_then(|one| one["aliasname"].as_str())
                && !members.contains_key("relname")
            {
                aliases.push(alias.to_owned());
            }
            members.values().for_each(|one| add_aliases(one, aliases));
        }
        _ => {}
    }
}

fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|one| rename(one, from, to)),
        Value::Object(members) => {
            if let Some(table) = members.get_mut("RangeVar") {
                if called(table) == Some(from) {
                    let columns = table.pointer("/alias/colnames").cloned();
                    table["alias"] =
                        json!({"aliasname": to, "colnames": columns.unwrap_or_else(|| json!([]))});
                }
            } else if let Some(fields) = members.get_mut("ColumnRef").map(|one| &mut one["fields"])
                && fields.as_array().is_some_and(|fields| fields.len() == 2)
                && fields
                    .pointer("/0/node/String/sval")
                    .and_then(Value::as_str)
                    == Some(from)
            {
                fields[0] = json!({"node": {"String": {"sval": to}}});
            }
            members.values_mut().for_each(|one| rename(one, from, to));
        }
        _ => {}
    }
}
