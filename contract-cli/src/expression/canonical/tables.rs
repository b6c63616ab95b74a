//! The tables of a query by their places: what a query calls them is of no account outside of it.

use super::condition::add_condition;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Whether a query has as many rows as its FROM and WHERE give, each for itself.
pub fn plain_query(query: &Value) -> bool {
    let is_empty = |field: &str| match &query[field] {
        Value::Array(parts) => parts.is_empty(),
        part => part.is_null(),
    };
    [
        "group_clause",
        "having_clause",
        "window_clause",
        "values_lists",
        "sort_clause",
        "distinct_clause",
        "limit_count",
        "limit_offset",
        "larg",
        "rarg",
    ]
    .iter()
    .all(|field| is_empty(field))
}

/// Puts the tables of inner joins beside each other, and the conditions of the joins into WHERE. Where each table is
/// there once, they come in the order of their names.
pub fn join_in_where(query: &mut Value) {
    let mut tables = Vec::new();
    let from = query["from_clause"].take();
    for item in from.as_array().into_iter().flatten() {
        add_tables(item.clone(), query, &mut tables);
    }
    let names: BTreeSet<_> = tables.iter().filter_map(relation).collect();
    if names.len() == tables.len() {
        tables.sort_by_cached_key(relation);
    }
    query["from_clause"] = tables.into();
}

fn add_tables(item: Value, query: &mut Value, tables: &mut Vec<Value>) {
    const INNER: u64 = 1;
    let is_inner = |join: &Value| {
        join["jointype"] == INNER
            && join["is_natural"] != true
            && join["using_clause"].as_array().is_none_or(Vec::is_empty)
            && join["alias"].is_null()
    };
    match item.pointer("/node/JoinExpr") {
        Some(join) if is_inner(join) => {
            add_tables(join["larg"].clone(), query, tables);
            add_tables(join["rarg"].clone(), query, tables);
            if !join["quals"].is_null() {
                add_condition(query, join["quals"].clone());
            }
        }
        _ => tables.push(item),
    }
}

/// The name of a table in FROM, with its schema.
fn relation(item: &Value) -> Option<(String, String)> {
    let table = item.pointer("/node/RangeVar")?;
    let part = |field: &str| table[field].as_str().unwrap_or_default().to_owned();
    Some((part("schemaname"), part("relname")))
}

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
