//! Core columns: whether they are there as the matrix promises.

use super::{deprecation, type_name};
use crate::{
    catalog::{ConstraintKind, QualifiedName, Relation, RelationKind},
    checks::{Facts, Finding, Object, pattern},
    guardrail::model::{CoreColumn, Deprecation, Table},
    name::identifier,
};

/// What is wrong with the core columns of a table.
pub fn findings(facts: &Facts<'_>, row: &Table) -> Vec<Finding> {
    let relation = facts.catalog.relation(&row.table);
    let Some(relation) = relation.filter(|relation| relation.is_table()) else {
        return table_missing(facts, row, relation).into_iter().collect();
    };
    let promised = Promised {
        facts,
        row,
        relation,
    };
    let columns = row.core_columns.iter();
    columns
        .flat_map(|column| promised.column(column))
        .chain(promised.primary_key())
        .chain(promised.immutable_columns_missing())
        .collect()
}

fn deprecation<'m>(
    facts: &Facts<'m>,
    table: &QualifiedName,
    column: &str,
) -> Option<&'m Deprecation> {
    let mut rows = facts.matrix.deprecations.iter();
    rows.find(|row| row.table == *table && row.column == column)
}

/// A table that is not there; it may be gone when each of its core columns may be.
fn table_missing(facts: &Facts<'_>, row: &Table, relation: Option<&Relation>) -> Option<Finding> {
    let may_be_gone = |column: &CoreColumn| {
        deprecation::unmet(deprecation(facts, &row.table, &column.name), facts.today).is_empty()
    };
    if relation.is_none()
        && !row.core_columns.is_empty()
        && row.core_columns.iter().all(may_be_gone)
    {
        return None;
    }
    let is = match relation {
        None => "the matrix has a row of it, and it is not in the database",
        Some(_) => "what has its name in the database is no table",
    };
    Some(Finding {
        object: Object::table(&row.table),
        rule: "core-table-missing",
        is: is.to_owned(),
        should: "a table whose core columns were not deprecated is there".to_owned(),
        hint: Some(
            "restore it, or correct the row if it has another name; a table goes by a deprecation of each core column"
                .to_owned(),
        ),
        matrix_line: Some(row.line),
    })
}

/// A table and what the matrix promises of it.
struct Promised<'a> {
    facts: &'a Facts<'a>,
    row: &'a Table,
    relation: &'a Relation,
}

impl Promised<'_> {
    fn finding(&self, object: Object, rule: &'static str, is: String, should: String) -> Finding {
        Finding {
            object,
            rule,
            is,
            should,
            hint: None,
            matrix_line: Some(self.row.line),
        }
    }

    fn part(&self, column: &str) -> Object {
        Object::part(&self.row.table, "column", column)
    }

    /// A type of the matrix without a schema may be of that of the table.
    fn is_same(&self, promised: &str, data_type: &str) -> bool {
        type_name::same_in(&self.row.table.schema, promised, data_type)
    }

    fn qualified(&self, promised: &str) -> String {
        type_name::qualified(&self.row.table.schema, promised, &self.facts.catalog.types)
    }

    fn column(&self, core: &CoreColumn) -> Vec<Finding> {
        let Some(column) = self.relation.column(&core.name) else {
            return self.missing(core).into_iter().collect();
        };
        let (table, name) = (&self.row.table, identifier(&core.name));
        let mut findings = Vec::new();
        let promised = core.data_type.as_deref();
        let is_other = |promised: &&str| !self.is_same(promised, &column.data_type);
        if let Some(promised) = promised.filter(is_other) {
            let promised = self.qualified(promised);
            findings.push(Finding {
                hint: Some(format!(
                    "ALTER TABLE {table} ALTER COLUMN {name} TYPE {promised}"
                )),
                ..self.finding(
                    self.part(&core.name),
                    "core-column-type",
                    format!("of type {}", column.data_type),
                    format!("of type {promised}"),
                )
            });
        }
        if core.not_null == Some(true) && !column.not_null {
            findings.push(Finding {
                hint: Some(format!(
                    "ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL"
                )),
                ..self.finding(
                    self.part(&core.name),
                    "core-column-nullable",
                    "can be null".to_owned(),
                    "not null".to_owned(),
                )
            });
        }
        findings
    }

    fn missing(&self, core: &CoreColumn) -> Option<Finding> {
        let row = deprecation(self.facts, &self.row.table, &core.name);
        let unmet = deprecation::unmet(row, self.facts.today);
        if unmet.is_empty() {
            return None;
        }
        let should = "a core column is dropped or renamed on or after its sunset only, at least six months after its \
                      deprecation with a ticket and a replacement";
        Some(Finding {
            hint: Some(self.hint_of_missing(core)),
            matrix_line: Some(row.map_or(self.row.line, |row| row.line)),
            ..self.finding(
                self.part(&core.name),
                "core-column-missing",
                format!("not in the table; {}", unmet.join("; ")),
                should.to_owned(),
            )
        })
    }

    /// A column that the matrix does not know, of the same type, may be this one under another name.
    fn hint_of_missing(&self, core: &CoreColumn) -> String {
        let has_type = |data_type: &str| {
            let promised = core.data_type.as_deref();
            promised.is_none_or(|promised| self.is_same(promised, data_type))
        };
        let candidates: Vec<_> = self
            .relation
            .columns
            .iter()
            .filter(|column| !self.is_known(&column.name) && has_type(&column.data_type))
            .map(|column| identifier(&column.name))
            .collect();
        let back = match (core.data_type.as_deref(), candidates.as_slice()) {
            (_, [renamed]) => {
                return format!(
                    "renamed, as it seems: ALTER TABLE {} RENAME COLUMN {renamed} TO {}",
                    self.row.table,
                    identifier(&core.name)
                );
            }
            (Some(data_type), []) => format!(
                "ALTER TABLE {} ADD COLUMN {} {}, and bring its values back",
                self.row.table,
                identifier(&core.name),
                self.qualified(data_type)
            ),
            (None, []) => "bring the column and its values back".to_owned(),
            (_, several) => format!(
                "bring the column back; one of {} may be it under another name",
                several.join(", ")
            ),
        };
        format!("{back}; or deprecate it before it goes")
    }

    fn is_known(&self, column: &str) -> bool {
        let row = self.row;
        row.core_columns.iter().any(|core| core.name == column)
            || row.immutable_columns.iter().any(|name| name == column)
            || row.jsonb_columns.iter().any(|name| name == column)
            || row
                .extra_columns
                .iter()
                .any(|name| pattern::matches(name, column))
    }

    /// A primary key of other columns than those that are promised to be its: one key, one finding. That of a partitioned
    /// table has the columns of the partition key too.
    fn primary_key(&self) -> Option<Finding> {
        let key = self
            .relation
            .constraints
            .iter()
            .find(|constraint| constraint.kind == ConstraintKind::PrimaryKey);
        let in_key = |name: &String| key.is_some_and(|key| key.columns.contains(name));
        let promised: Vec<_> = self
            .row
            .core_columns
            .iter()
            .filter(|core| core.primary_key && self.relation.column(&core.name).is_some())
            .map(|core| &core.name)
            .collect();
        let is_wider = key.is_some_and(|key| key.columns.len() > promised.len())
            && self.relation.kind != RelationKind::PartitionedTable;
        if promised.is_empty() || promised.iter().all(|name| in_key(name)) && !is_wider {
            return None;
        }
        let list = |names: &[&String]| {
            let names: Vec<_> = names.iter().map(|name| identifier(name)).collect();
            names.join(", ")
        };
        let is = key.map_or_else(
            || "without a primary key".to_owned(),
            |key| {
                let columns: Vec<_> = key.columns.iter().collect();
                format!("its primary key is ({})", list(&columns))
            },
        );
        let columns = list(&promised);
        Some(Finding {
            hint: key
                .is_none()
                .then(|| format!("ALTER TABLE {} ADD PRIMARY KEY ({columns})", self.row.table)),
            ..self.finding(
                Object::table(&self.row.table),
                "core-primary-key",
                is,
                format!("a primary key of {columns}"),
            )
        })
    }

    /// Immutable columns that are not there, of those that are no core columns.
    fn immutable_columns_missing(&self) -> Vec<Finding> {
        self.row
            .immutable_columns
            .iter()
            .filter(|name| self.relation.column(name).is_none())
            .filter(|name| self.row.core_columns.iter().all(|core| core.name != **name))
            .map(|name| Finding {
                hint: Some("bring the column back, or take its name out of the row".to_owned()),
                ..self.finding(
                    self.part(name),
                    "immutable-column-missing",
                    "not in the table".to_owned(),
                    "a column whose values never change is there".to_owned(),
                )
            })
            .collect()
    }
}
