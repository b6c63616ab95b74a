//! Tables, views and sequences: which are there, and what holds for each as a whole.

use super::{
    Comparison, Paired, columns, constraints,
    differences::{Differences, Text},
    grants, indexes,
    lacking::{relation_object, word},
    others::{missing, not_migrated},
    partitions, policies, rules as rewrite_rules, sequences, triggers,
    words::one_line,
};
use crate::{
    catalog::{QualifiedName, Relation, RelationKind},
    expression::canonical::Form,
};

/// The table in which sqlx keeps what has been run.
const OF_SQLX: &str = "_sqlx_migrations";
/// The options of a view that change what it shows to whom; others are storage parameters.
const VIEW_OPTIONS: [&str; 3] = ["security_invoker", "security_barrier", "check_option"];

pub fn compare(comparison: &Comparison<'_>, differences: &mut Differences) {
    let (should, is) = (&comparison.should.relations, &comparison.is.relations);
    let mut paired = Paired::new(should, is, |relation| &relation.name);
    let is_ours = |relation: &&Relation| relation.name.name != OF_SQLX;
    paired.missing.retain(is_ours);
    paired.extra.retain(is_ours);
    for relation in paired.missing {
        let cause = comparison.missing.cause_of_relation(relation);
        let hint = match comparison.renames.of_relation(&relation.name) {
            Some(name) => format!(
                "ALTER TABLE {name} RENAME TO {}, if it is that one, or write a migration",
                crate::name::identifier(&relation.name.name)
            ),
            None => "write a migration that makes it again".to_owned(),
        };
        let text = missing("there", hint);
        differences.add_along(
            cause,
            relation_object(relation),
            rules(relation.kind).0,
            text,
        );
    }
    for relation in paired.extra {
        not_made(comparison, relation, differences);
    }
    for (should, is) in paired.both {
        if is_ours(&is) {
            compare_both(comparison, should, is, differences);
        }
    }
}

/// The rules for one that is missing, and for one that no migration makes.
fn rules(kind: RelationKind) -> (&'static str, &'static str) {
    match kind {
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => {
            ("table-missing", "table-not-migrated")
        }
        RelationKind::View | RelationKind::MaterializedView => {
            ("view-missing", "view-not-migrated")
        }
        RelationKind::Sequence => ("sequence-missing", "sequence-not-migrated"),
    }
}

fn not_made(comparison: &Comparison<'_>, relation: &Relation, differences: &mut Differences) {
    let text = match partitions::made_at_run_time(comparison, relation) {
        Some(Ok(())) => return,
        Some(Err(what)) => Text {
            is: format!("a partition of {}, and {what}", relation.parents[0]),
            should: "as its parent or another partition that the migrations make".to_owned(),
            hint: Some(
                "write a migration, or make the partition again as its parent is".to_owned(),
            ),
        },
        None => not_migrated(
            "there",
            &format!(
                "DROP {} {}",
                word(relation.kind).to_uppercase(),
                relation.name
            ),
        ),
    };
    let cause = match relation.kind {
        // A view is made by a statement of its own, whatever it reads.
        RelationKind::View | RelationKind::MaterializedView => {
            comparison.extra.schema(&relation.name.schema)
        }
        _ => comparison.extra.cause_of_relation(relation),
    };
    differences.add_along(
        cause,
        relation_object(relation),
        rules(relation.kind).1,
        text,
    );
}

fn compare_both(
    comparison: &Comparison<'_>,
    should: &Relation,
    is: &Relation,
    differences: &mut Differences,
) {
    let object = || relation_object(is);
    if should.kind != is.kind {
        let kind = |relation: &Relation| match relation.kind {
            RelationKind::PartitionedTable => "a partitioned table".to_owned(),
            kind => format!("a {}", word(kind)),
        };
        let text = by_migration(kind(is), kind(should));
        differences.add(object(), "relation-kind", text);
        return;
    }
    shape(should, is, differences);
    row_security(should, is, differences);
    if is.kind == RelationKind::Sequence {
        sequences::compare(comparison, should, is, differences);
    } else {
        view(comparison, should, is, differences);
    }
    columns::compare(comparison, should, is, differences);
    constraints::compare(comparison, should, is, differences);
    indexes::compare(comparison, should, is, differences);
    policies::compare(comparison, should, is, differences);
    triggers::compare(comparison, should, is, differences);
    rewrite_rules::compare(comparison, should, is, differences);
    grants::compare(should, is, differences);
}

/// A difference that takes a migration.
pub fn by_migration(is: impl Into<String>, should: impl Into<String>) -> Text {
    Text {
        is: is.into(),
        should: should.into(),
        hint: Some("write a migration".to_owned()),
    }
}

fn shape(should: &Relation, is: &Relation, differences: &mut Differences) {
    if should.unlogged != is.unlogged {
        let logged = |unlogged| if unlogged { "unlogged" } else { "logged" };
        let wanted = logged(should.unlogged);
        let text = Text {
            is: logged(is.unlogged).to_owned(),
            should: wanted.to_owned(),
            hint: Some(format!(
                "ALTER TABLE {} SET {}",
                is.name,
                wanted.to_uppercase()
            )),
        };
        differences.add(relation_object(is), "table-unlogged", text);
    }
    // A bound goes with its parent.
    let has_parents = should.parents == is.parents;
    if !has_parents {
        let parents = |parents: &[QualifiedName]| match parents {
            [] => "of no parent".to_owned(),
            parents => {
                let parents: Vec<String> = parents.iter().map(ToString::to_string).collect();
                format!("of {}", parents.join(", "))
            }
        };
        let text = Text {
            hint: Some(attach(should, is).unwrap_or_else(|| "write a migration".to_owned())),
            ..by_migration(parents(&is.parents), parents(&should.parents))
        };
        differences.add(relation_object(is), "table-parents", text);
    }
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    for (rule, should, is_text, applies) in [
        (
            "table-partition-key",
            &should.partition_key,
            &is.partition_key,
            true,
        ),
        (
            "table-partition-bound",
            &should.partition_bound,
            &is.partition_bound,
            has_parents,
        ),
    ] {
        if applies && should != is_text {
            let text = by_migration(shown(is_text), shown(should));
            differences.add(relation_object(is), rule, text);
        }
    }
}

/// The statement that makes a partition of a table again, or a table of a partition.
fn attach(should: &Relation, is: &Relation) -> Option<String> {
    match (should.parents.as_slice(), is.parents.as_slice()) {
        ([parent], []) => {
            let bound = should.partition_bound.as_ref()?;
            Some(format!(
                "ALTER TABLE {parent} ATTACH PARTITION {} {bound}",
                is.name
            ))
        }
        ([], [parent]) if is.is_partition => {
            Some(format!("ALTER TABLE {parent} DETACH PARTITION {}", is.name))
        }
        _ => None,
    }
}

fn row_security(should: &Relation, is: &Relation, differences: &mut Differences) {
    let mut flag = |rule, should_be: bool, is_on: bool, on: &str, off: &str| {
        if should_be != is_on {
            let shown = |on| if on { "on" } else { "off" };
            let text = Text {
                is: shown(is_on).to_owned(),
                should: shown(should_be).to_owned(),
                hint: Some(format!(
                    "ALTER TABLE {} {} ROW LEVEL SECURITY",
                    is.name,
                    if should_be { on } else { off }
                )),
            };
            differences.add(relation_object(is), rule, text);
        }
    };
    flag(
        "row-security-switch",
        should.row_security,
        is.row_security,
        "ENABLE",
        "DISABLE",
    );
    flag(
        "force-row-security-switch",
        should.force_row_security,
        is.force_row_security,
        "FORCE",
        "NO FORCE",
    );
}

fn view(
    comparison: &Comparison<'_>,
    should: &Relation,
    is: &Relation,
    differences: &mut Differences,
) {
    let (Some(should_be), Some(definition)) = (&should.definition, &is.definition) else {
        return;
    };
    if !comparison.same(&is.name, should_be, definition, Form::of_statement) {
        let text = by_migration(one_line(definition), one_line(should_be));
        differences.add(relation_object(is), "view-definition", text);
    }
    let (wanted, found) = (view_options(should), view_options(is));
    if wanted != found {
        let shown = |options: &[String]| match options {
            [] => "none of its options set".to_owned(),
            options => options.join(", "),
        };
        let text = by_migration(shown(&found), shown(&wanted));
        differences.add(relation_object(is), "view-options", text);
    }
}

/// What is set of [`VIEW_OPTIONS`]; a switch that is off is as good as none.
fn view_options(view: &Relation) -> Vec<String> {
    let options = view.options.iter().filter_map(|option| {
        let (name, value) = option.split_once('=')?;
        if !VIEW_OPTIONS.contains(&name) {
            return None;
        }
        match value.to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => Some(format!("{name}=true")),
            "false" | "off" | "no" | "0" => None,
            value => Some(format!("{name}={value}")),
        }
    });
    options.collect()
}
