//! DRIFT-04, index coverage.

use super::{
    Check, Facts, Finding, Object,
    contract_coverage::{Contracts, Promises},
    index_coverage::{Access, accesses, shortfall},
};
use crate::{
    catalog::{
        Catalog, Constraint, ConstraintKind, Index, IndexKey, Jsonb, QualifiedName, Relation,
        RelationKind,
    },
    guardrail::model::{self, TenantScope},
    name::identifier,
};
use std::collections::{BTreeSet, HashMap};

pub const CHECK: Check = Check {
    id: "DRIFT-04",
    title: "index coverage",
    summary: "foreign keys and jsonb columns against their indexes",
    explanation: "\
Every foreign key has an index that serves it: without one, each DELETE and each UPDATE of a key in the \
other table reads this table whole. An index serves where it is a valid B-tree whose first columns are those of the \
foreign key, in any order. It is not partial, or leaves out only rows where a column of the foreign key is NULL. Columns \
of INCLUDE are not searched by, expressions are other values, and another collation than the column's is not searched. The index of a primary key or a UNIQUE constraint \
counts. Of a partitioned table, it is the table's own index that counts, and foreign keys that partitions have from it are not told again. \
The column that the matrix names as the tenant scope has such an index too: row level security asks for it with \
each query.

A jsonb column has no index over the whole document, GIN or other, and no GIN index over a part of one, unless \
the matrix has an index justification link for the table. A link to a promotion speaks of the key that is promoted, \
and of no other. An index on keys of documents is on those that the matrix allows for the contract type.",
    report: "index-coverage.json",
    run,
};

#[allow(
    clippy::unnecessary_wraps,
    reason = "what every check may answer; this one lacks nothing"
)]
fn run(facts: &Facts<'_>) -> Result<Vec<Finding>, String> {
    let rows: HashMap<&QualifiedName, &model::Table> = facts
        .matrix
        .tables
        .iter()
        .rev()
        .map(|row| (&row.table, row))
        .collect();
    let documents = Documents {
        catalog: facts.catalog,
        contracts: Contracts::of(facts.catalog),
        promises: Promises::of(facts.matrix),
        promotions: &facts.matrix.promotions,
        rows: &rows,
    };
    let mut findings = Vec::new();
    for relation in facts.catalog.relations.iter().filter(|r| r.is_table()) {
        let row = rows.get(&relation.name).copied();
        let without_index = foreign_keys(relation)
            .filter(|key| !is_served(relation, &key.columns))
            .map(|key| foreign_key_without_index(relation, key));
        findings.extend(without_index);
        findings.extend(
            row.into_iter()
                .flat_map(|row| scope_without_index(relation, row)),
        );
        findings.extend(documents.indexes_of(relation));
    }
    Ok(findings)
}

/// The foreign keys of a table; those that a partition has from its table are that table's.
fn foreign_keys(relation: &Relation) -> impl Iterator<Item = &Constraint> {
    relation
        .constraints
        .iter()
        .filter(|constraint| constraint.kind == ConstraintKind::ForeignKey && !constraint.inherited)
}

fn is_served(relation: &Relation, columns: &[String]) -> bool {
    relation
        .indexes
        .iter()
        .any(|index| shortfall(index, columns).is_none())
}

fn foreign_key_without_index(relation: &Relation, key: &Constraint) -> Finding {
    Finding {
        object: Object::part(&relation.name, "constraint", &key.name),
        rule: "foreign-key-without-index",
        is: format!(
            "no index serves ({}){}",
            list(&key.columns),
            nearest_miss(relation, &key.columns)
        ),
        should: format!(
            "a valid B-tree index that begins with ({})",
            list(&key.columns)
        ),
        hint: Some(create_index(relation, &key.columns)),
        matrix_line: None,
    }
}

/// The tenant scope's columns, but for those that a foreign key has told of.
fn scope_without_index(relation: &Relation, row: &model::Table) -> Vec<Finding> {
    let columns: Vec<&String> = match &row.tenant_scope {
        Some(TenantScope::Direct(column)) => vec![column],
        Some(TenantScope::Derived(steps)) => steps.first().into_iter().flatten().collect(),
        Some(TenantScope::Global) | None => Vec::new(),
    };
    let mut seen = BTreeSet::new();
    columns
        .into_iter()
        .filter(|column| seen.insert(*column) && relation.column(column).is_some())
        .map(std::slice::from_ref)
        .filter(|columns| !foreign_keys(relation).any(|key| key.columns == *columns))
        .filter(|columns| !is_served(relation, columns))
        .map(|columns| Finding {
            object: Object::part(&relation.name, "column", &columns[0]),
            rule: "tenant-scope-without-index",
            is: format!(
                "no index serves the tenant scope{}",
                nearest_miss(relation, columns)
            ),
            should: format!("a valid B-tree index that begins with ({})", list(columns)),
            hint: Some(create_index(relation, columns)),
            matrix_line: Some(row.line),
        })
        .collect()
}

/// Which index comes nearest, and what it lacks.
fn nearest_miss(relation: &Relation, columns: &[String]) -> String {
    let touches = |index: &&Index| {
        index
            .key
            .iter()
            .any(|key| matches!(key, IndexKey::Column(name) if columns.contains(name)))
            || index.include.iter().any(|name| columns.contains(name))
    };
    relation
        .indexes
        .iter()
        .filter(touches)
        .filter_map(|index| Some((shortfall(index, columns)?, &index.name)))
        .min()
        .map_or_else(String::new, |(shortfall, index)| {
            format!("; {}", shortfall.of_index(index))
        })
}

/// Postgres makes no index of a partitioned table concurrently.
fn create_index(relation: &Relation, columns: &[String]) -> String {
    let concurrently = match relation.kind {
        RelationKind::PartitionedTable => "",
        _ => " CONCURRENTLY",
    };
    format!(
        "CREATE INDEX{concurrently} ON {} ({})",
        relation.name,
        list(columns)
    )
}

fn list(columns: &[String]) -> String {
    let columns: Vec<String> = columns.iter().map(|column| identifier(column)).collect();
    columns.join(", ")
}

/// What is known of documents, to judge the indexes on them.
struct Documents<'a> {
    catalog: &'a Catalog,
    contracts: Contracts<'a>,
    promises: Promises<'a>,
    promotions: &'a [model::Promotion],
    rows: &'a HashMap<&'a QualifiedName, &'a model::Table>,
}

impl Documents<'_> {
    /// What is wrong with the indexes on jsonb columns; those that a partition has from its table are that table's.
    fn indexes_of(&self, relation: &Relation) -> Vec<Finding> {
        let is_document = |jsonb| matches!(jsonb, Some(Jsonb::Plain | Jsonb::Domain));
        let documents: Vec<&str> = relation
            .columns
            .iter()
            .filter(|column| is_document(column.jsonb))
            .map(|column| column.name.as_str())
            .collect();
        if documents.is_empty() {
            return Vec::new();
        }
        let own = relation.indexes.iter().filter(|index| !index.inherited);
        own.filter_map(|index| self.index(relation, index, &documents))
            .collect()
    }

    fn index(&self, relation: &Relation, index: &Index, documents: &[&str]) -> Option<Finding> {
        let mut whole = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for part in &index.key {
            match part {
                IndexKey::Column(column) if documents.contains(&column.as_str()) => {
                    whole.insert(column.clone());
                }
                IndexKey::Column(_) => {}
                IndexKey::Expression(expression) => {
                    for access in accesses(expression, documents) {
                        match access.key {
                            Some(key) => keys.insert((access.column, key)),
                            None => whole.insert(access.column),
                        };
                    }
                }
            }
        }
        let (rule, is, should) = self.judge(relation, index, &whole, &keys)?;
        Some(Finding {
            object: Object::part(&relation.name, "index", &index.name),
            rule,
            is,
            should,
            hint: None,
            matrix_line: self.rows.get(&relation.name).map(|row| row.line),
        })
    }

    /// The first thing that is wrong with an index on these columns as a whole and on these keys of columns.
    fn judge(
        &self,
        relation: &Relation,
        index: &Index,
        whole: &BTreeSet<String>,
        keys: &BTreeSet<(String, String)>,
    ) -> Option<(&'static str, String, String)> {
        const KEY: &str = "jsonb-index-key-not-allowed";
        const JUSTIFICATION: &str = "jsonb-index-without-justification";
        const LINK: &str = "an index justification link in the matrix that speaks of it";
        for (column, key) in keys {
            // A column without a contract type is told by the contract coverage.
            let Some(allowed) = self.allowed_keys(relation, column) else {
                continue;
            };
            if !allowed.contains(&key.as_str()) {
                let is = format!("is on key {key} of {}", identifier(column));
                return Some((KEY, is, those_allowed(column, &allowed)));
            }
        }
        let justification = self.justification(relation);
        for column in whole {
            if !justification.allows(column, None) {
                let is = format!("is on all of {}, by {}", identifier(column), index.method);
                return Some((
                    JUSTIFICATION,
                    is,
                    format!("an index on allowed keys, or {LINK}"),
                ));
            }
        }
        let (column, key) = keys
            .iter()
            .filter(|_| index.method == "gin")
            .find(|(column, key)| !justification.allows(column, Some(key)))?;
        let is = format!("is a GIN index on key {key} of {}", identifier(column));
        Some((JUSTIFICATION, is, LINK.to_owned()))
    }

    /// What the index justification link of a table speaks of. One to a promotion speaks of the key that
    /// is promoted.
    fn justification(&self, relation: &Relation) -> Justification {
        let row = self.rows.get(&relation.name);
        let Some(link) = row.and_then(|row| row.index_justification.as_ref()) else {
            return Justification::Of(BTreeSet::new());
        };
        let promotion = self.promotions.iter().find(|promotion| {
            promotion.table == relation.name && promotion.id.eq_ignore_ascii_case(&link.text)
        });
        match promotion {
            Some(promotion) => {
                let names = relation.columns.iter().map(|column| column.name.as_str());
                Justification::Of(accesses(&promotion.source, &names.collect::<Vec<_>>()))
            }
            None => Justification::OfTable,
        }
    }

    /// The keys of a column's documents that may be indexed; `None` where it has no contract type.
    fn allowed_keys(&self, relation: &Relation, column: &str) -> Option<Vec<&str>> {
        let promise = self.promises.of_column(self.catalog, relation, column)?;
        let contract_type = promise.contract_type?;
        if let Some(row) = self.promises.contract(contract_type) {
            return Some(row.index_keys.iter().map(String::as_str).collect());
        }
        let allowed = &self.contracts.get(contract_type)?.index_keys;
        Some(allowed.iter().map(|one| one.key.as_str()).collect())
    }
}

/// What indexes on documents are justified.
enum Justification {
    /// Any of the table.
    OfTable,
    /// Those on these keys.
    Of(BTreeSet<Access>),
}

impl Justification {
    fn allows(&self, column: &str, key: Option<&str>) -> bool {
        match self {
            Self::OfTable => true,
            Self::Of(spoken_of) => spoken_of
                .iter()
                .any(|access| access.column == column && access.key.as_deref() == key),
        }
    }
}

fn those_allowed(column: &str, allowed: &[&str]) -> String {
    let column = identifier(column);
    match allowed {
        [] => format!("no index on documents of {column}: the matrix allows no key"),
        _ => format!(
            "an index on an allowed key of {column}: {}",
            allowed.join(", ")
        ),
    }
}
