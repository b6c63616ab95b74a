//! Which table a column refers to, as far as its name tells.

use crate::guardrail::{
    document::Document,
    model::{Table, TenantScope},
    sections::Row,
};

/// The columns of the table itself that say which tenant a row belongs to.
pub fn scope_columns(scope: Option<&TenantScope>) -> Vec<&str> {
    match scope {
        Some(TenantScope::Direct(column)) => vec![column],
        Some(TenantScope::Derived(steps)) => steps
            .first()
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect(),
        Some(TenantScope::Global) | None => Vec::new(),
    }
}

/// The table that `sender_user_id` refers to: another one whose name ends in `user` or `users`.
pub fn referred<'d, 't>(
    document: &'d Document<'t>,
    of: &Table,
    column: &str,
) -> Option<&'d Row<'t, Table>> {
    let word = column.strip_suffix("_id")?.rsplit('_').next()?;
    let mut called = document.tables_called(word);
    let only = called.next()?;
    (called.next().is_none() && only.value.table != of.table).then_some(only)
}

/// The core columns that are foreign keys by their names or carry the tenant scope.
pub fn references<'d>(document: &Document<'_>, table: &'d Table) -> Vec<&'d str> {
    let mut references = scope_columns(table.tenant_scope.as_ref());
    for column in &table.core_columns {
        let name = column.name.as_str();
        if !references.contains(&name) && referred(document, table, name).is_some() {
            references.push(name);
        }
    }
    references
}

/// Whether `name` is one of the core columns.
pub fn is_core(table: &Table, name: &str) -> bool {
    table.core_columns.iter().any(|column| column.name == name)
}

/// `"a"`, `"a" and "b"`, `"a", "b" and "c"`
pub fn enumerated(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("\"{}\"", name.as_ref()))
        .collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}
