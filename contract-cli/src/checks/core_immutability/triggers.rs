//! Immutable columns: whether an UPDATE of each is stopped by a trigger that cannot be bypassed.

use super::guard::{Flaw, Guard};
use crate::{
    catalog::{Catalog, Column, Relation, TriggerTiming},
    checks::{Facts, Finding, Object},
    expression,
    guardrail::model::Table,
    name::identifier,
};
use pg_query::NodeEnum;
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with the triggers of a table, its partitions and its children. An UPDATE of the table reaches them, and
/// fires their triggers.
pub fn findings(facts: &Facts<'_>, row: &Table) -> Vec<Finding> {
    let catalog = facts.catalog;
    let relation = catalog.relation(&row.table);
    let Some(relation) = relation.filter(|relation| relation.is_table()) else {
        return Vec::new();
    };
    if row.immutable_columns.is_empty() {
        return Vec::new();
    }
    let columns: BTreeSet<&str> = row.immutable_columns.iter().map(String::as_str).collect();
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = vec![(relation, columns)];
    while let Some((relation, columns)) = next.pop() {
        if !seen.insert(&relation.name) {
            continue;
        }
        let protection = Protection::of(catalog, relation, &columns);
        findings.extend(protection.findings(row));
        // What a parent lacks is not told again of each of its children.
        let protected: BTreeSet<&str> = protection.protected.iter().copied().collect();
        let children = children(catalog, relation);
        next.extend(children.map(|child| (child, protected.clone())));
    }
    findings
}

fn children<'c>(
    catalog: &'c Catalog,
    relation: &'c Relation,
) -> impl Iterator<Item = &'c Relation> {
    let relations = catalog.relations.iter();
    relations.filter(|child| child.parents.contains(&relation.name))
}

/// How the columns of a relation are protected.
struct Protection<'c> {
    relation: &'c Relation,
    protected: Vec<&'c str>,
    /// What would protect them, but for its flaws; by the trigger's name.
    flawed: BTreeMap<&'c str, (Vec<Flaw>, Vec<&'c str>)>,
    unprotected: Vec<&'c str>,
    /// Which trigger keeps the old value of which unprotected column.
    silent: BTreeMap<&'c str, &'c str>,
    /// A trigger that protects columns or would, for the hint.
    any: Option<&'c str>,
}

impl<'c> Protection<'c> {
    fn of(catalog: &'c Catalog, relation: &'c Relation, columns: &BTreeSet<&str>) -> Self {
        let guards = Guard::of(catalog, relation);
        let mobile = mobility(catalog, relation, &guards);
        let mut protection = Self {
            relation,
            protected: Vec::new(),
            flawed: BTreeMap::new(),
            unprotected: Vec::new(),
            silent: BTreeMap::new(),
            any: None,
        };
        let columns = relation
            .columns
            .iter()
            .filter(|column| columns.contains(column.name.as_str()));
        for column in columns {
            let best = guards
                .iter()
                .filter_map(|guard| {
                    let mut flaws = guard.flaws(column, &guards)?;
                    if guard.misses_row_movement() {
                        flaws.extend(mobile.clone());
                    }
                    Some((flaws, guard.trigger.name.as_str()))
                })
                .min_by(|(one, _), (other, _)| one.len().cmp(&other.len()));
            match best {
                None => {
                    protection.unprotected.push(&column.name);
                    let mut guards = guards.iter();
                    if let Some(silent) = guards.find(|guard| guard.keeps_silently(column)) {
                        let trigger = &silent.trigger.name;
                        protection.silent.insert(&column.name, trigger);
                    }
                }
                Some((flaws, trigger)) => protection.add(column, trigger, flaws),
            }
        }
        protection
    }

    fn add(&mut self, column: &'c Column, trigger: &'c str, flaws: Vec<Flaw>) {
        self.any.get_or_insert(trigger);
        if flaws.is_empty() {
            self.protected.push(&column.name);
            return;
        }
        let (all, columns) = self.flawed.entry(trigger).or_default();
        all.extend(flaws);
        all.sort();
        all.dedup();
        columns.push(&column.name);
    }

    fn findings(&self, row: &Table) -> Vec<Finding> {
        let table = &self.relation.name;
        let finding = |object, rule, is, should: &str, hint| Finding {
            object,
            rule,
            is,
            should: should.to_owned(),
            hint: Some(hint),
            matrix_line: Some(row.line),
        };
        let mut findings: Vec<_> = self
            .flawed
            .iter()
            .map(|(trigger, (flaws, columns))| {
                finding(
                    Object::part(table, "trigger", *trigger),
                    rule(&flaws[0]),
                    said(flaws, columns),
                    "an UPDATE of an immutable column is stopped by a trigger that cannot be bypassed",
                    self.hint(trigger, &flaws[0], columns),
                )
            })
            .collect();
        if let Some(trigger) = self.any {
            let columns = self.unprotected.iter();
            findings.extend(columns.map(|column| {
                finding(
                    Object::part(table, "column", *column),
                    "immutable-column-without-trigger",
                    format!(
                        "no trigger stops an UPDATE of it{}",
                        self.silence(&[*column])
                    ),
                    "an exception when its value changes",
                    format!(
                        "add {} to what trigger {trigger} asks for",
                        changes(&[*column])
                    ),
                )
            }));
        } else if !self.unprotected.is_empty() {
            findings.push(finding(
                Object::table(table),
                "immutable-columns-without-trigger",
                format!(
                    "no trigger stops an UPDATE of {}{}",
                    names(&self.unprotected),
                    self.silence(&self.unprotected)
                ),
                "an exception when the value of an immutable column changes",
                self.trigger_for(&self.unprotected),
            ));
        }
        findings
    }

    /// Which of the columns keep their value although nobody is told.
    fn silence(&self, columns: &[&str]) -> String {
        let mut silent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for &column in columns {
            if let Some(&trigger) = self.silent.get(column) {
                silent.entry(trigger).or_default().push(column);
            }
        }
        let silent = silent.iter().map(|(trigger, columns)| {
            format!(
                "; {trigger} ignores a change of {} silently instead of refusing it",
                names(columns)
            )
        });
        silent.collect()
    }

    /// What can be done about a flaw.
    fn hint(&self, trigger: &str, flaw: &Flaw, columns: &[&str]) -> String {
        let table = &self.relation.name;
        match flaw {
            Flaw::Disabled | Flaw::ReplicaOnly => {
                format!("ALTER TABLE {table} ENABLE TRIGGER {}", identifier(trigger))
            }
            Flaw::Condition => format!("let it ask for {} and nothing else", changes(columns)),
            Flaw::OpenSearchPath(function) => format!(
                "ALTER FUNCTION {function}() SET search_path = pg_catalog, pg_temp; or compare in WHEN, whose operators \
                 are chosen once"
            ),
            // Where it has a WHEN, that asks for the change already.
            Flaw::Unproven(function, _) if self.has_condition(trigger) => {
                format!("let {function} begin with RAISE EXCEPTION")
            }
            Flaw::Unproven(function, _) => format!(
                "let {function} begin with RAISE EXCEPTION, and say in WHEN when it is called: {}",
                changes(columns)
            ),
            Flaw::RowMovement(Some(key)) => format!(
                "stop changes of the partition key {} in a trigger BEFORE UPDATE that no other BEFORE trigger follows",
                key.join(", ")
            ),
            Flaw::RowMovement(None) => {
                "stop the change in a trigger BEFORE UPDATE that no other BEFORE trigger follows"
                    .to_owned()
            }
            _ => self.trigger_for(columns),
        }
    }

    fn has_condition(&self, trigger: &str) -> bool {
        let mut triggers = self.relation.triggers.iter();
        triggers.any(|one| one.name == trigger && one.when.is_some())
    }

    /// The form that holds.
    fn trigger_for(&self, columns: &[&str]) -> String {
        let Relation { name, .. } = self.relation;
        format!(
            "CREATE TRIGGER {} AFTER UPDATE ON {name} FOR EACH ROW WHEN ({}) EXECUTE FUNCTION one_that_raises_an_exception()",
            identifier(&format!("{}_immutable", name.name)),
            changes(columns)
        )
    }
}

/// Whether rows can move to another partition, past AFTER UPDATE: unless a BEFORE trigger protects each column of the
/// partition keys.
fn mobility<'c>(
    catalog: &'c Catalog,
    relation: &'c Relation,
    guards: &[Guard<'c>],
) -> Option<Flaw> {
    relation.partition_key.as_ref()?;
    let Some(key) = key_columns(catalog, relation) else {
        return Some(Flaw::RowMovement(None));
    };
    let is_fixed = |name: &String| {
        relation.column(name).is_some_and(|column| {
            guards.iter().any(|guard| {
                guard.trigger.timing == TriggerTiming::Before
                    && guard
                        .flaws(column, guards)
                        .is_some_and(|flaws| flaws.is_empty())
            })
        })
    };
    (!key.iter().all(is_fixed)).then(|| Flaw::RowMovement(Some(key.into_iter().collect())))
}

/// The columns of the partition keys of a table and of those partitions that have some of their own; `None` where a key
/// has more than columns.
fn key_columns(catalog: &Catalog, relation: &Relation) -> Option<BTreeSet<String>> {
    let mut columns = BTreeSet::new();
    let mut next = vec![relation];
    while let Some(relation) = next.pop() {
        let Some(key) = &relation.partition_key else {
            continue;
        };
        let (_, key) = key.split_once('(')?;
        let NodeEnum::RowExpr(key) = expression::parse(&format!("ROW({key}")).ok()? else {
            return None;
        };
        for part in &key.args {
            match expression::column(part.node.as_ref()?)?.as_slice() {
                [column] => columns.insert((*column).to_owned()),
                _ => return None,
            };
        }
        next.extend(children(catalog, relation));
    }
    Some(columns)
}

fn rule(flaw: &Flaw) -> &'static str {
    match flaw {
        Flaw::Disabled | Flaw::ReplicaOnly => "immutability-trigger-disabled",
        Flaw::Condition => "immutability-trigger-condition",
        Flaw::Unproven(..) => "immutability-trigger-unproven",
        _ => "immutability-trigger-bypassable",
    }
}

/// What is wrong with a trigger. Where it is its function alone, which may be that of many triggers, that comes first.
fn said(flaws: &[Flaw], columns: &[&str]) -> String {
    match flaws {
        [Flaw::Unproven(function, why)]
        | [Flaw::Unproven(function, why), Flaw::OpenSearchPath(_)] => {
            let columns = some_names(columns);
            format!("{function} {why}: it cannot be shown to stop every UPDATE of {columns}")
        }
        [Flaw::OpenSearchPath(function)] => format!(
            "{function} compares {} with the operators of the session's search_path: a role that may create operators \
             in a schema of its search_path could replace the comparison",
            some_names(columns)
        ),
        _ => {
            let texts: Vec<_> = flaws.iter().map(text).collect();
            format!(
                "does not stop every UPDATE of {}: it {}",
                names(columns),
                texts.join("; it ")
            )
        }
    }
}

/// What is wrong with a trigger, after `it`.
fn text(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Disabled => "is disabled".to_owned(),
        Flaw::ReplicaOnly => "fires only where session_replication_role is replica".to_owned(),
        Flaw::ForEachStatement => "is FOR EACH STATEMENT, and has no rows to compare".to_owned(),
        Flaw::UpdateOf(columns) => {
            let columns: Vec<_> = columns.iter().map(String::as_str).collect();
            format!(
                "fires for an UPDATE OF {}, not for what a BEFORE trigger writes into the row",
                names(&columns)
            )
        }
        Flaw::FollowedBy(triggers) => format!(
            "is a BEFORE trigger, and {} can change the row after it",
            triggers.join(", ")
        ),
        Flaw::BeforeGenerated => {
            "is a BEFORE trigger, and a generated column is computed after it".to_owned()
        }
        Flaw::RowMovement(_) => {
            "is an AFTER trigger, and an UPDATE that moves a row to another partition does not fire it"
                .to_owned()
        }
        Flaw::Condition => "asks for more than a change of the value".to_owned(),
        Flaw::OpenSearchPath(function) => format!(
            "compares in {function} with the operators of the session's search_path, which a role that may create operators \
             in a schema of its search_path could replace"
        ),
        Flaw::Unproven(function, why) => {
            format!("is not known to raise an exception: {function} {why}")
        }
    }
}

/// The first names of many: who has one function for many tables reads of each of them.
fn some_names(columns: &[&str]) -> String {
    const SHOWN: usize = 3;
    if columns.len() <= SHOWN + 1 {
        return names(columns);
    }
    format!(
        "{} and {} more",
        names(&columns[..SHOWN]),
        columns.len() - SHOWN
    )
}

fn names(columns: &[&str]) -> String {
    let columns: Vec<_> = columns.iter().map(|column| identifier(column)).collect();
    columns.join(", ")
}

/// `OLD.a IS DISTINCT FROM NEW.a OR OLD.b IS DISTINCT FROM NEW.b`
fn changes(columns: &[&str]) -> String {
    let changes: Vec<_> = columns
        .iter()
        .map(|column| identifier(column))
        .map(|column| format!("OLD.{column} IS DISTINCT FROM NEW.{column}"))
        .collect();
    changes.join(" OR ")
}
