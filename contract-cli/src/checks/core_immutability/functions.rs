//! Functions that guard immutable columns: whether a role that is held to them may replace them.

use crate::{
    catalog::{Function, QualifiedName},
    checks::{Facts, Finding, Object},
    guardrail::model::RowSecurity,
    name::identifier,
};
use std::collections::BTreeMap;

/// The functions that a role of section D may replace, as their owner or a member of it. One that is a superuser may do
/// anything, which is told of it elsewhere.
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let functions = functions(facts);
    let roles = facts.matrix.row_security.iter();
    let roles = roles.flat_map(|row: &RowSecurity| row.roles.iter().map(|role| (role, row.line)));
    let mut replaceable: BTreeMap<&QualifiedName, Finding> = BTreeMap::new();
    for (role, line) in roles {
        if facts.catalog.role(role).is_none_or(|role| role.superuser) {
            continue;
        }
        let groups = facts.catalog.groups(role);
        let owned = functions
            .iter()
            .filter(|(_, it)| groups.contains(it.owner.as_str()));
        for (name, function) in owned {
            replaceable
                .entry(name)
                .or_insert_with(|| finding(function, role, line));
        }
    }
    replaceable.into_values().collect()
}

/// The functions of the UPDATE triggers of tables with immutable columns.
fn functions<'a>(facts: &Facts<'a>) -> BTreeMap<&'a QualifiedName, &'a Function> {
    let tables = facts.matrix.tables.iter();
    let guarded = tables.filter(|table| !table.immutable_columns.is_empty());
    let relations = guarded.filter_map(|table| facts.catalog.relation(&table.table));
    let triggers = relations.flat_map(|relation| &relation.triggers);
    triggers
        .filter(|trigger| trigger.events.iter().any(|event| event == "UPDATE"))
        .filter_map(|trigger| facts.catalog.trigger_function(&trigger.function))
        .map(|function| (&function.name, function))
        .collect()
}

fn finding(function: &Function, role: &str, line: u64) -> Finding {
    let is = if function.owner == role {
        format!("it belongs to {role}, which may replace it")
    } else {
        format!(
            "it belongs to {}, of which {role} is a member: that may replace it",
            function.owner
        )
    };
    Finding {
        object: Object::other(
            "function",
            format!("{}({})", function.name, function.arguments),
        ),
        rule: "immutability-function-owner",
        is,
        should: "what guards a column belongs to a role that no writer can be".to_owned(),
        hint: Some(format!(
            "ALTER FUNCTION {}({}) OWNER TO ...; and not to {}",
            function.name,
            function.arguments,
            identifier(role)
        )),
        matrix_line: Some(line),
    }
}
