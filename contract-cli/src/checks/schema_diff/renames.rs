//! Columns and relations that are there under another name. Each is two findings of its own, missing and not
//! migrated; what only follows the name is none.

use super::lacking::Lacking;
use crate::{
    catalog::{Catalog, QualifiedName},
    expression::canonical::Form,
};
use std::collections::BTreeMap;

pub struct Renames<'a> {
    /// By the table: the names of the migrations and those of the database.
    columns: BTreeMap<&'a QualifiedName, Vec<(&'a str, &'a str)>>,
    relations: Vec<(&'a QualifiedName, &'a QualifiedName)>,
}

impl<'a> Renames<'a> {
    /// A missing column may be the next one of its type that no migration makes; a missing relation one with
    /// the same columns. It is a guess, which only decides whether texts follow it.
    pub fn between(
        should: &'a Catalog,
        is: &'a Catalog,
        missing: &Lacking<'a>,
        extra: &Lacking<'a>,
    ) -> Self {
        let mut columns: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (table, missing) in &missing.columns {
            let mut extra = extra.columns.get(table).cloned().unwrap_or_default();
            for column in missing {
                let same = extra
                    .iter()
                    .position(|other| other.data_type == column.data_type);
                if let Some(index) = same {
                    let other = extra.remove(index);
                    let pairs = columns.entry(*table).or_default();
                    pairs.push((column.name.as_str(), other.name.as_str()));
                }
            }
        }
        let relations = missing.relations.keys().filter_map(|name| {
            let missing = should.relation(name)?;
            let same = extra.relations.keys().find(|other| {
                is.relation(other).is_some_and(|other| {
                    other.kind == missing.kind
                        && other.name.schema == missing.name.schema
                        && other.columns == missing.columns
                        && !other.columns.is_empty()
                })
            })?;
            Some((*name, *same))
        });
        Self {
            columns,
            relations: relations.collect(),
        }
    }

    /// The form of a text of the migrations as it would be under the names of the database.
    pub fn apply(&self, table: &QualifiedName, text: &str, mut form: Form) -> Form {
        for (other, pairs) in &self.columns {
            if *other == table || super::words::mentions_relation(text, other) {
                for (from, to) in pairs {
                    form = form.renamed(from, to);
                }
            }
        }
        for (from, to) in &self.relations {
            if super::words::mentions_relation(text, from) {
                form = form.renamed(&from.name, &to.name);
            }
        }
        form
    }

    /// The name that the database has for a column, where it is another one.
    pub fn of_column(&self, table: &QualifiedName, column: &str) -> Option<&'a str> {
        let pairs = self.columns.get(table)?;
        pairs
            .iter()
            .find(|(from, _)| *from == column)
            .map(|(_, to)| *to)
    }

    pub fn of_relation(&self, name: &QualifiedName) -> Option<&'a QualifiedName> {
        self.relations
            .iter()
            .find(|(from, _)| *from == name)
            .map(|(_, to)| *to)
    }
}
