//! Views over tenant tables: one without `security_invoker` reads with the rights of its owner, and a materialized
//! view keeps what its owner read.

use super::{Coverage, listed};
use crate::{
    catalog::{QualifiedName, Relation, RelationKind},
    checks::{Finding, Object},
};
use std::collections::BTreeSet;

pub fn check(coverage: &Coverage<'_>, findings: &mut Vec<Finding>) {
    for view in &coverage.catalog().relations {
        let readers = match view.kind {
            RelationKind::View | RelationKind::MaterializedView => {
                coverage.roles.held_to_rows(view, &["SELECT"])
            }
            _ => continue,
        };
        if readers.is_empty() {
            continue;
        }
        if let Some(table) = leak(coverage, view, &mut BTreeSet::new()) {
            findings.push(finding(coverage, view, &table.name, &readers));
        }
    }
}

fn finding(
    coverage: &Coverage<'_>,
    view: &Relation,
    table: &QualifiedName,
    readers: &[&str],
) -> Finding {
    let readers = listed(readers.iter().copied());
    let (rule, is, should, hint) = if view.kind == RelationKind::MaterializedView {
        (
            "materialized-view-over-tenants",
            format!(
                "{readers} may read what it keeps of {table}, for which there is no row level security"
            ),
            "no tenant reads a materialized view of tenants' rows".to_owned(),
            format!("REVOKE SELECT ON {} FROM {readers}", view.name),
        )
    } else {
        (
            "view-without-security-invoker",
            format!(
                "{readers} may read {table} through it with the rights of {}, which goes around row level security",
                view.owner
            ),
            "the view reads with the rights of the one who asks".to_owned(),
            format!("ALTER VIEW {} SET (security_invoker = true)", view.name),
        )
    };
    Finding {
        object: Object::other("view", view.name.to_string()),
        rule,
        is,
        should,
        hint: Some(hint),
        matrix_line: coverage.tenants.get(table).map(|tenant| tenant.line),
    }
}

/// A tenant table whose rows a view shows to whoever may read the view.
///
/// A view with `security_invoker` leaves the decision to row level security, or to a view under it that has readers of
/// its own. Below another view, a view is read with the rights of that one's owner, unless it has `security_invoker`.
fn leak<'a>(
    coverage: &Coverage<'a>,
    view: &'a Relation,
    seen: &mut BTreeSet<&'a QualifiedName>,
) -> Option<&'a Relation> {
    if !seen.insert(&view.name) {
        return None;
    }
    let keeps = view.kind == RelationKind::MaterializedView;
    if !keeps && has_security_invoker(view) {
        return None;
    }
    let read = view
        .reads
        .iter()
        .filter_map(|name| coverage.catalog().relation(name));
    for relation in read {
        let leaking = match relation.kind {
            RelationKind::View | RelationKind::MaterializedView if keeps => {
                kept(coverage, relation, seen)
            }
            RelationKind::View | RelationKind::MaterializedView => leak(coverage, relation, seen),
            _ => {
                let goes_around = keeps || coverage.roles.goes_around(&view.owner, relation);
                (goes_around && is_of_tenants(coverage, relation)).then_some(relation)
            }
        };
        if leaking.is_some() {
            return leaking;
        }
    }
    None
}

/// A tenant table below a view that a materialized view reads.
fn kept<'a>(
    coverage: &Coverage<'a>,
    view: &'a Relation,
    seen: &mut BTreeSet<&'a QualifiedName>,
) -> Option<&'a Relation> {
    if !seen.insert(&view.name) {
        return None;
    }
    let read = view
        .reads
        .iter()
        .filter_map(|name| coverage.catalog().relation(name));
    let mut tables = read.filter_map(|relation| match relation.kind {
        RelationKind::View | RelationKind::MaterializedView => kept(coverage, relation, seen),
        _ => is_of_tenants(coverage, relation).then_some(relation),
    });
    tables.next()
}

/// Whether a table has tenants' rows: by the matrix, or as a partition or child of such a table.
fn is_of_tenants(coverage: &Coverage<'_>, relation: &Relation) -> bool {
    let mut next = vec![&relation.name];
    let mut seen = BTreeSet::new();
    while let Some(name) = next.pop() {
        if let Some(tenant) = coverage.tenants.get(name) {
            return !tenant.is_global();
        }
        if seen.insert(name)
            && let Some(relation) = coverage.catalog().relation(name)
        {
            next.extend(&relation.parents);
        }
    }
    false
}

fn has_security_invoker(view: &Relation) -> bool {
    view.options.iter().any(|option| {
        let (name, value) = option.split_once('=').unwrap_or((option, "true"));
        name == "security_invoker"
            && ["true", "on", "yes", "1"].contains(&value.to_lowercase().as_str())
    })
}
