//! Partitions and inheritance children: each has row level security of its own, which counts where it is named itself.

use super::{Coverage, listed, policies, roles::COMMANDS};
use crate::{
    catalog::{QualifiedName, Relation},
    checks::{Finding, Object},
};
use std::collections::{BTreeMap, BTreeSet};

pub fn check(coverage: &Coverage<'_>, findings: &mut Vec<Finding>) {
    let mut children: BTreeMap<&QualifiedName, Vec<&Relation>> = BTreeMap::new();
    for relation in &coverage.catalog().relations {
        for parent in &relation.parents {
            children.entry(parent).or_default().push(relation);
        }
    }
    if children.is_empty() {
        return;
    }
    for tenant in coverage.tenants.iter() {
        let mut seen = BTreeSet::new();
        let mut next = vec![tenant.table];
        while let Some(parent) = next.pop() {
            for child in children.get(parent).into_iter().flatten() {
                if coverage.tenants.get(&child.name).is_some() || !seen.insert(&child.name) {
                    continue;
                }
                next.push(&child.name);
                let reached = coverage.roles.held_to_rows(child, &COMMANDS);
                if reached.is_empty() {
                    continue;
                }
                if child.row_security {
                    policies::of_child(coverage, tenant, &child.name, findings);
                } else {
                    findings.push(bare_child(child, tenant.table, &reached, Some(tenant.line)));
                }
            }
        }
        check_parents(coverage, tenant.table, Some(tenant.line), findings);
    }
}

fn bare_child(
    child: &Relation,
    parent: &QualifiedName,
    reached: &[&str],
    line: Option<u64>,
) -> Finding {
    let kind = if child.is_partition {
        "partition"
    } else {
        "child"
    };
    Finding {
        object: Object::table(&child.name),
        rule: "partition-without-row-security",
        is: format!(
            "row level security of {parent} does not hold for its {kind} when that is named itself, as {} may",
            listed(reached.iter().copied())
        ),
        should: format!("row level security is on, or nobody has privileges on the {kind}"),
        hint: Some(format!(
            "REVOKE ALL ON {0} FROM {1}; or ALTER TABLE {0} ENABLE ROW LEVEL SECURITY",
            child.name,
            super::grantees(reached.iter().copied())
        )),
        matrix_line: line,
    }
}

/// A parent of a tenant table that is not in the matrix: its row level security counts for what is read through it.
fn check_parents(
    coverage: &Coverage<'_>,
    table: &QualifiedName,
    line: Option<u64>,
    findings: &mut Vec<Finding>,
) {
    let parents = coverage
        .catalog()
        .relation(table)
        .into_iter()
        .flat_map(|it| &it.parents);
    for parent in parents.filter_map(|parent| coverage.catalog().relation(parent)) {
        let reached = coverage.roles.held_to_rows(parent, &COMMANDS);
        let is_known = coverage.tenants.get(&parent.name).is_some();
        let said_before = findings.iter().any(|it| {
            it.rule == "parent-without-row-security" && it.object == Object::table(&parent.name)
        });
        if is_known || parent.row_security || reached.is_empty() || said_before {
            continue;
        }
        findings.push(Finding {
            object: Object::table(&parent.name),
            rule: "parent-without-row-security",
            is: format!(
                "row level security of {table} does not hold for rows that {} read through its parent",
                listed(reached)
            ),
            should: "row level security is on, and the matrix has the table".to_owned(),
            hint: Some(format!("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", parent.name)),
            matrix_line: line,
        });
    }
}
