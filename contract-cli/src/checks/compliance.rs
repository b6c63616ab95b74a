//! The compliance level of each table: what the matrix claims, and what the evidence of a run carries.
//!
//! | level | evidence |
//! |---|---|
//! | L0 | the table is in the database, and the matrix does not speak of it |
//! | L1 | the matrix has its row |
//! | L2 | DRIFT-01, DRIFT-02 and DRIFT-03 ran and found nothing of it; a waiver takes a finding from nobody's sight |
//! | L3 | and a test of its row level security passed, and one of its contracts where it has jsonb columns |

use super::{
    CheckOutcome, Compliance, Facts, Finding, Object,
    evidence::{Evidence, Suite},
};
use crate::{
    catalog::{Catalog, QualifiedName},
    guardrail::model::{Level, Status, Table},
};
use std::collections::{BTreeMap, BTreeSet};

/// The checks that carry the second level.
const CARRYING: [&str; 3] = ["DRIFT-01", "DRIFT-02", "DRIFT-03"];

pub const FALSE_CLAIM: &str = "false-claim";

/// The levels of all tables of matrix and database, by name; none where one of the checks that carry the second level
/// was not asked for.
pub fn levels(facts: &Facts<'_>, checks: &[CheckOutcome], evidence: &Evidence) -> Vec<Compliance> {
    let Some(carrying) = carrying(checks) else {
        return Vec::new();
    };
    let found = found_by_table(facts.catalog, &carrying);
    let failed = carrying.iter().find(|ran| ran.result.is_err());
    tables(facts)
        .into_iter()
        .map(|table| {
            let row = facts.matrix.table(table);
            let (computed, because) = if row.is_none() {
                (Level::L0, Some("the matrix has no row of it".to_owned()))
            } else if facts.catalog.relation(table).is_none() {
                (Level::L1, Some("it is not in the database".to_owned()))
            } else if let Some(ran) = failed {
                (Level::L1, Some(format!("{} could not run", ran.check.id)))
            } else if let Some(found) = found.get(table) {
                (Level::L1, Some(found.to_string()))
            } else {
                tested(facts, table, evidence)
            };
            Compliance {
                table: table.clone(),
                claimed: row.and_then(claimed),
                computed,
                because,
            }
        })
        .collect()
}

/// What a row of the matrix claims: who says that a table is compliant says that it is enforced.
pub fn claimed(row: &Table) -> Option<Level> {
    let by_status = (row.status == Some(Status::Compliant)).then_some(Level::L2);
    row.compliance_level.max(by_status)
}

/// The finding of a claim above the evidence; of one that is none, nothing.
pub fn false_claim(level: &Compliance) -> Option<Finding> {
    let claimed = level.claimed?;
    if claimed <= level.computed {
        return None;
    }
    let because = level.because.as_deref().unwrap_or_default();
    Some(Finding {
        object: Object::table(&level.table),
        rule: FALSE_CLAIM,
        is: format!(
            "the matrix claims {claimed:?}, and the evidence carries {:?}: {because}",
            level.computed
        ),
        should: "a level that is shown in this run".to_owned(),
        hint: Some(format!(
            "mend what keeps it from {claimed:?}, or claim {:?} and say `declared`",
            level.computed
        )),
        matrix_line: None,
    })
}

/// The claims that are false, except where a finding that fails tells why already: it would be told twice. A check
/// that could not run takes the ground from all claims at once, which is one finding.
pub fn false_claims(
    facts: &Facts<'_>,
    checks: &[CheckOutcome],
    levels: &[Compliance],
) -> Vec<Finding> {
    let Some(carrying) = carrying(checks) else {
        return Vec::new();
    };
    let explained = failing_tables(facts.catalog, checks, &carrying);
    let could_not_run: Vec<_> = carrying
        .iter()
        .filter(|ran| ran.result.is_err())
        .map(|ran| ran.check.id)
        .collect();
    let claims = levels.iter().filter_map(|level| {
        let claim = false_claim(level)?;
        let line = facts.matrix.table(&level.table).map(|row| row.line);
        (!explained.contains(&level.table)).then_some(Finding {
            matrix_line: line,
            ..claim
        })
    });
    if could_not_run.is_empty() {
        return claims.collect();
    }
    match claims.count() {
        0 => Vec::new(),
        count => vec![unshown(count, &could_not_run.join(", "))],
    }
}

/// Claims that nothing can be said of.
fn unshown(count: usize, checks: &str) -> Finding {
    Finding {
        object: Object::other("matrix", "section A"),
        rule: FALSE_CLAIM,
        is: format!("{count} claims of L2 or more cannot be shown: {checks} could not run"),
        should: "all of DRIFT-01, DRIFT-02 and DRIFT-03 run wherever L2 is claimed".to_owned(),
        hint: Some("give the checks what they need, or claim L1 and say `declared`".to_owned()),
        matrix_line: None,
    }
}

fn carrying(checks: &[CheckOutcome]) -> Option<Vec<&CheckOutcome>> {
    CARRYING
        .into_iter()
        .map(|id| checks.iter().find(|ran| ran.check.id == id))
        .collect()
}

/// The tables of matrix and database. The level of a partition is that of its table.
fn tables<'f>(facts: &Facts<'f>) -> BTreeSet<&'f QualifiedName> {
    let listed = facts.matrix.tables.iter().map(|row| &row.table);
    let relations = facts.catalog.relations.iter();
    let present = relations
        .filter(|relation| relation.is_table() && !relation.is_partition)
        .map(|relation| &relation.name);
    listed.chain(present).collect()
}

/// How many findings each check has on a table and its partitions.
#[derive(Default)]
struct Found(BTreeMap<&'static str, usize>);

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (check, count)) in self.0.iter().enumerate() {
            let before = if index > 0 { ", " } else { "" };
            let findings = if *count == 1 { "finding" } else { "findings" };
            write!(f, "{before}{check} has {count} {findings}")?;
        }
        Ok(())
    }
}

fn found_by_table<'c>(
    catalog: &'c Catalog,
    carrying: &[&'c CheckOutcome],
) -> BTreeMap<&'c QualifiedName, Found> {
    let mut found: BTreeMap<_, Found> = BTreeMap::new();
    for ran in carrying {
        for one in ran.result.iter().flatten() {
            for table in with_parents(catalog, one.finding.object.table.as_ref()) {
                *found
                    .entry(table)
                    .or_default()
                    .0
                    .entry(ran.check.id)
                    .or_default() += 1;
            }
        }
    }
    found
}

/// The tables with a finding that fails, of a check that carries the second level; of any check,
/// where the table is not there at all.
fn failing_tables<'c>(
    catalog: &'c Catalog,
    checks: &'c [CheckOutcome],
    carrying: &[&CheckOutcome],
) -> BTreeSet<&'c QualifiedName> {
    let carries = |ran: &CheckOutcome| carrying.iter().any(|one| one.check.id == ran.check.id);
    checks
        .iter()
        .flat_map(|ran| ran.result.iter().flatten().map(move |one| (ran, one)))
        .filter(|(_, one)| one.waiver.is_none())
        .flat_map(|(ran, one)| {
            let tables = with_parents(catalog, one.finding.object.table.as_ref());
            tables.into_iter().map(move |table| (ran, table))
        })
        .filter(|(ran, table)| carries(ran) || catalog.relation(table).is_none())
        .map(|(_, table)| table)
        .collect()
}

/// A table and, of a partition, what it is part of.
fn with_parents<'c>(
    catalog: &'c Catalog,
    table: Option<&'c QualifiedName>,
) -> BTreeSet<&'c QualifiedName> {
    let mut all = BTreeSet::new();
    let mut next: Vec<_> = table.into_iter().collect();
    while let Some(table) = next.pop() {
        let relation = catalog.relation(table);
        if all.insert(table) {
            let partition = relation.filter(|relation| relation.is_partition);
            next.extend(partition.iter().flat_map(|relation| &relation.parents));
        }
    }
    all
}

/// The level of a table that is enforced.
fn tested(
    facts: &Facts<'_>,
    table: &QualifiedName,
    evidence: &Evidence,
) -> (Level, Option<String>) {
    let relation = facts.catalog.relation(table);
    let has_documents = relation
        .is_some_and(|relation| relation.columns.iter().any(|column| column.jsonb.is_some()));
    let needed = [Some(Suite::Rls), has_documents.then_some(Suite::Contracts)];
    let missing: Vec<_> = needed
        .into_iter()
        .flatten()
        .filter(|suite| !evidence.shows(*suite, table))
        .map(Suite::name)
        .collect();
    if missing.is_empty() {
        (Level::L3, None)
    } else {
        let because = format!(
            "no passed test of it in suite {}",
            missing.join(", nor in ")
        );
        (Level::L2, Some(because))
    }
}
