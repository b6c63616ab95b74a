//! Expressions and statements of the catalog in a canonical form: two with the same form mean the same.
//!
//! The reverse does not hold, and need not: what means the same in a way that is not known here counts as
//! a difference. Only texts as Postgres deparses them with an empty `search_path` have a form. In them an
//! operator without a schema is one of `pg_catalog`, where each `=`, `<>`, `<`, `>`, `<=` and `>=` has the
//! commutator and the negator that its name promises (`pg_operator`), and is strict.
//!
//! The order in which the parts of AND and OR are evaluated is not defined (`PostgreSQL` documentation,
//! section 4.2.14), so it is no difference.

mod condition;
mod rewrite;
mod tables;

use pg_query::ParserOptions;
use rewrite::rewrite;
use serde_json::Value;

/// Where a part stands in its text.
const PLACES: [&str; 8] = [
    "location",
    "arg_location",
    "list_start",
    "list_end",
    "rexpr_list_start",
    "rexpr_list_end",
    "stmt_location",
    "stmt_len",
];

/// A canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form(Value);

impl Form {
    /// The form of an expression such as `pg_get_expr` writes; none where the grammar does not know it.
    pub fn of_expression(text: &str) -> Option<Self> {
        Self::of_statement(&format!("SELECT {text}"))
    }

    /// The form of a condition on the rows of a table that counts where it is true, as that of a policy.
    pub fn of_condition(text: &str, table: &str) -> Option<Self> {
        let mut form = Self::of_expression(text)?;
        let value = form
            .0
            .pointer_mut("/0/stmt/node/SelectStmt/target_list/0/node/ResTarget/val")?;
        condition::only_true(value, Some(table));
        make_canonical(&mut form.0);
        make_canonical(&mut form.0);
        Some(form)
    }

    /// The form of a statement, with all expressions in it.
    pub fn of_statement(text: &str) -> Option<Self> {
        let parsed = pg_query::parse(text, ParserOptions::default()).ok()?;
        let mut tree = serde_json::to_value(&parsed.protobuf.stmts).ok()?;
        // Tables get their names after the parts that speak of them have their order.
        make_canonical(&mut tree);
        make_canonical(&mut tree);
        Some(Self(tree))
    }

    /// The form without a field of its statements, as in `options`.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        let statements = self.0.as_array_mut().into_iter().flatten();
        for body in statements.filter_map(|statement| {
            let kinds = statement.pointer_mut("/stmt/node")?.as_object_mut()?;
            kinds.values_mut().next()?.as_object_mut()
        }) {
            body.remove(field);
            // ALTER TABLE has its constraint in its only command.
            let command = body.get_mut("cmds").and_then(|cmds| cmds.get_mut(0));
            if let Some(Value::Object(constraint)) = command
                .and_then(|command| command.pointer_mut("/node/AlterTableCmd/def/node/Constraint"))
            {
                constraint.remove(field);
            }
        }
        self
    }

    /// The form without all its casts, which two texts may have for different reasons.
    #[must_use]
    pub fn without_casts(mut self) -> Self {
        drop_casts(&mut self.0);
        make_canonical(&mut self.0);
        self
    }

    /// The functions that are called without any column, by their names, with the first argument where it is a text.
    pub fn calls(&self) -> Vec<(Vec<String>, Option<String>)> {
        let mut calls = Vec::new();
        add_calls(&self.0, &mut calls);
        calls
    }

    /// The form that it would have had if what is called `from` had been called `to`.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        rename(&mut self.0, from, to);
        // Another name may belong into another place of the order.
        make_canonical(&mut self.0);
        self
    }
}

fn add_calls(value: &Value, calls: &mut Vec<(Vec<String>, Option<String>)>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|one| add_calls(one, calls)),
        Value::Object(members) => {
            if let Some(call) = members.get("FuncCall").filter(|call| !has_column(call)) {
                let names = call["funcname"].as_array().into_iter().flatten();
                let name =
                    |one: &Value| Some(one.pointer("/node/String/sval")?.as_str()?.to_owned());
                let mut first = &call["args"][0];
                while let Some(inner) = first.pointer("/node/TypeCast/arg") {
                    first = inner;
                }
                let text = first.pointer("/node/AConst/val/Sval/sval");
                calls.push((
                    names.filter_map(name).collect(),
                    text.and_then(Value::as_str).map(str::to_owned),
                ));
            }
            members.values().for_each(|one| add_calls(one, calls));
        }
        _ => {}
    }
}

fn has_column(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(has_column),
        Value::Object(members) => {
            members.contains_key("ColumnRef") || members.values().any(has_column)
        }
        _ => false,
    }
}

fn drop_casts(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(drop_casts),
        Value::Object(members) => {
            members.values_mut().for_each(drop_casts);
            let argument = value.pointer_mut("/node/TypeCast/arg").map(Value::take);
            if let Some(argument) = argument {
                *value = argument;
            }
        }
        _ => {}
    }
}

/// Names everywhere, but neither constants nor the names that a query gives to its columns.
fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(name) if name == from => to.clone_into(name),
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| rename(element, from, to)),
        Value::Object(members) => {
            for (key, member) in members {
                match key.as_str() {
                    "AConst" => {}
                    "ResTarget" => rename(&mut member["val"], from, to),
                    _ => rename(member, from, to),
                }
            }
        }
        _ => {}
    }
}

/// From the leaves upwards: parts are canonical before the whole is.
fn make_canonical(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(make_canonical),
        Value::Object(members) => {
            for place in PLACES {
                members.remove(place);
            }
            members.values_mut().for_each(make_canonical);
            rewrite(value);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
