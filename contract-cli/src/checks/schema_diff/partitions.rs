//! Partitions that no migration makes: a job makes them as time goes by. They are no drift where they are as
//! their parent, or as a partition of it that the migrations do make.

use super::{Comparison, grants, partition_bound::Bound, policies};
use crate::catalog::{Column, Relation, RelationKind};

/// Whether a relation is such a partition, and what it has of its own.
pub fn made_at_run_time(
    comparison: &Comparison<'_>,
    relation: &Relation,
) -> Option<Result<(), &'static str>> {
    let parent = match relation.parents.as_slice() {
        [parent] if relation.is_partition => comparison.is.relation(parent)?,
        _ => return None,
    };
    let is_partitioned = |found: &Relation| found.kind == RelationKind::PartitionedTable;
    match comparison.should.relation(&parent.name) {
        Some(made) if !is_partitioned(made) => return None,
        Some(_) => {}
        // Further down: the parent must be one itself.
        None => made_at_run_time(comparison, parent)?.ok()?,
    }
    let siblings: Vec<&Relation> = comparison
        .should
        .relations
        .iter()
        .filter(|other| other.parents == relation.parents)
        .collect();
    Some(match own(comparison, relation, parent, &siblings) {
        Some(what) => Err(what),
        None => Ok(()),
    })
}

/// What a partition has that neither its parent nor one of the siblings has.
fn own(
    comparison: &Comparison<'_>,
    relation: &Relation,
    parent: &Relation,
    siblings: &[&Relation],
) -> Option<&'static str> {
    let like = |same: &dyn Fn(&Relation) -> bool| siblings.iter().any(|sibling| same(sibling));
    let has_columns = |other: &Relation| {
        other.columns.len() == relation.columns.len()
            && relation.columns.iter().all(|column| {
                let found = other.column(&column.name);
                found.is_some_and(|found| same_column(column, found))
            })
    };
    let has_policies = |other: &Relation| {
        other.row_security == relation.row_security
            && other.force_row_security == relation.force_row_security
            && other.policies.len() == relation.policies.len()
            && other
                .policies
                .iter()
                .zip(&relation.policies)
                .all(|(one, policy)| {
                    one.name == policy.name
                        && policies::same(comparison, &relation.name, one, policy)
                })
    };
    // Before ATTACH, a CHECK that says what the bound says spares Postgres to read the rows.
    let constraints = |of: &Relation| {
        let bound = Bound::of(of, parent);
        let own = of.constraints.iter().filter(|one| !one.inherited);
        let own = own.filter(|one| !bound.as_ref().is_some_and(|bound| bound.implies(one)));
        let mut texts: Vec<String> = own.map(|one| one.definition.clone()).collect();
        texts.sort();
        texts
    };
    let own_constraints = constraints(relation);
    let has_constraints = |other: &Relation| constraints(other) == own_constraints;
    let has_triggers = |other: &Relation| {
        local(&relation.triggers, |one| one.inherited, |one| &one.name)
            == local(&other.triggers, |one| one.inherited, |one| &one.name)
    };
    let has_rules = |other: &Relation| {
        let names = |relation: &Relation| {
            let rules = relation.rules.iter();
            rules.map(|rule| rule.name.clone()).collect::<Vec<_>>()
        };
        names(relation) == names(other)
    };
    let has_indexes = |other: &Relation| {
        let keys = |relation: &Relation| {
            let own = relation.indexes.iter().filter(|index| !index.inherited);
            own.map(|index| (index.key.clone(), index.predicate.clone()))
                .collect::<Vec<_>>()
        };
        keys(relation) == keys(other)
    };
    let is_plain =
        !relation.row_security && !relation.force_row_security && relation.policies.is_empty();
    if !has_columns(parent) && !like(&has_columns) {
        Some("its columns are not its parent's")
    } else if !(is_plain || has_policies(parent) || like(&has_policies)) {
        Some("its row level security is not its parent's")
    } else if !own_constraints.is_empty() && !like(&has_constraints) {
        Some("it has constraints of its own")
    } else if relation.triggers.iter().any(|one| !one.inherited) && !like(&has_triggers) {
        Some("it has triggers of its own")
    } else if !relation.rules.is_empty() && !like(&has_rules) {
        Some("it has rules of its own")
    } else if relation.indexes.iter().any(|one| !one.inherited) && !like(&has_indexes) {
        Some("it has indexes of its own")
    } else if !relation.grants.is_empty()
        && relation.grants != parent.grants
        && !like(&|other| grants::same(other, relation))
    {
        Some("its grants are not its parent's")
    } else if relation.unlogged != parent.unlogged {
        Some("it is not logged as its parent is")
    } else {
        None
    }
}

fn same_column(one: &Column, other: &Column) -> bool {
    one.data_type == other.data_type
        && one.not_null == other.not_null
        && one.generated == other.generated
        && one.collation == other.collation
}

/// Texts of what is not handed down.
fn local<'a, T>(
    parts: &'a [T],
    inherited: impl Fn(&T) -> bool,
    text: impl Fn(&'a T) -> &'a String,
) -> Vec<&'a String> {
    let mut texts: Vec<&String> = parts
        .iter()
        .filter(|part| !inherited(part))
        .map(text)
        .collect();
    texts.sort();
    texts
}
