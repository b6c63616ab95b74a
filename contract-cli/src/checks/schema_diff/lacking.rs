//! What one catalog has and the other lacks, and what goes with it.

use super::words::{mentions, mentions_column, mentions_relation};
use crate::{
    catalog::{
        Catalog, Column, Constraint, Extension, Function, Index, IndexKey, QualifiedName, Relation,
        RelationKind, Trigger,
    },
    checks::Object,
};
use std::collections::{BTreeMap, BTreeSet};

/// What one catalog has and the other lacks, down to the columns of tables that both have.
pub struct Lacking<'a> {
    pub schemas: BTreeSet<&'a str>,
    pub extensions: BTreeMap<&'a str, &'a Extension>,
    pub relations: BTreeMap<&'a QualifiedName, &'a Relation>,
    pub columns: BTreeMap<&'a QualifiedName, Vec<&'a Column>>,
    functions: BTreeMap<&'a QualifiedName, &'a Function>,
    types: BTreeSet<&'a QualifiedName>,
    /// Columns of both that are an identity in this one only.
    identities: Vec<(&'a QualifiedName, &'a Column)>,
}

impl<'a> Lacking<'a> {
    pub fn between(has: &'a Catalog, lacks: &'a Catalog) -> Self {
        let schemas: BTreeSet<&str> = lacks.schemas.iter().map(String::as_str).collect();
        let extensions: BTreeSet<&str> = lacks
            .extensions
            .iter()
            .map(|extension| extension.name.as_str())
            .collect();
        let functions: BTreeSet<&QualifiedName> = lacks
            .functions
            .iter()
            .map(|function| &function.name)
            .collect();
        let types: BTreeSet<&QualifiedName> = lacks.types.iter().map(|one| &one.name).collect();
        let mut lacking = Self {
            schemas: has.schemas.iter().map(String::as_str).collect(),
            extensions: has
                .extensions
                .iter()
                .map(|one| (one.name.as_str(), one))
                .collect(),
            relations: BTreeMap::new(),
            columns: BTreeMap::new(),
            functions: has.functions.iter().map(|one| (&one.name, one)).collect(),
            types: has.types.iter().map(|one| &one.name).collect(),
            identities: Vec::new(),
        };
        lacking.schemas.retain(|schema| !schemas.contains(schema));
        lacking
            .extensions
            .retain(|name, _| !extensions.contains(name));
        lacking
            .functions
            .retain(|name, _| !functions.contains(name));
        lacking.types.retain(|name| !types.contains(name));
        for relation in &has.relations {
            match lacks.relation(&relation.name) {
                Some(other) => lacking.compare_columns(relation, other),
                None => {
                    lacking.relations.insert(&relation.name, relation);
                }
            }
        }
        lacking
    }

    fn compare_columns(&mut self, relation: &'a Relation, other: &'a Relation) {
        for column in &relation.columns {
            match other.column(&column.name) {
                Some(other) if column.identity.is_some() && other.identity.is_none() => {
                    self.identities.push((&relation.name, column));
                }
                Some(_) => {}
                None => self.columns.entry(&relation.name).or_default().push(column),
            }
        }
    }

    pub fn has_column(&self, table: &QualifiedName, column: &str) -> bool {
        let columns = self.columns.get(table).into_iter().flatten();
        columns.into_iter().any(|lacking| lacking.name == column)
    }

    /// What takes a relation along: its schema, its parent, the table of a sequence, what a view reads.
    pub fn cause_of_relation(&self, relation: &Relation) -> Option<Object> {
        if let Some(schema) = self.schema(&relation.name.schema) {
            return Some(schema);
        }
        if relation.kind == RelationKind::Sequence {
            return self.cause_of_sequence(&relation.name);
        }
        let mut parents = relation.parents.iter().chain(&relation.reads);
        if let Some(parent) = parents.find_map(|parent| self.relations.get(parent)) {
            return Some(relation_object(parent));
        }
        let definition = relation.definition.as_ref()?;
        self.cause_of_text(&relation.name, definition)
    }

    /// The table or column that a sequence belongs to.
    fn cause_of_sequence(&self, sequence: &QualifiedName) -> Option<Object> {
        let is_of = |table: &QualifiedName, column: &Column| {
            let is_default = column
                .default
                .as_ref()
                .is_some_and(|default| mentions_relation(default, sequence));
            // Postgres shortens both names where they are too long together.
            let stem: String = table.name.chars().take(20).collect();
            let is_identity = column.identity.is_some()
                && table.schema == sequence.schema
                && sequence.name.starts_with(&stem)
                && sequence.name.contains("_seq");
            is_default || is_identity
        };
        let of_table = self
            .relations
            .iter()
            .find(|(name, relation)| relation.columns.iter().any(|column| is_of(name, column)));
        if let Some((_, relation)) = of_table {
            return Some(relation_object(relation));
        }
        let columns = self
            .columns
            .iter()
            .flat_map(|(table, columns)| columns.iter().map(move |column| (*table, *column)));
        columns
            .chain(self.identities.iter().copied())
            .find(|(table, column)| is_of(table, column))
            .map(|(table, column)| Object::part(table, "column", &column.name))
    }

    pub fn cause_of_column(&self, column: &Column) -> Option<Object> {
        self.types
            .iter()
            .find(|name| mentions_relation(&column.data_type, name))
            .map(|name| Object::other("type", name.to_string()))
            .or_else(|| self.extension_in(&column.data_type))
    }

    pub fn cause_of_constraint(
        &self,
        table: &QualifiedName,
        constraint: &Constraint,
    ) -> Option<Object> {
        let own = || self.column_of(table, &constraint.columns);
        let referenced = || {
            let references = constraint.references.as_ref()?;
            match self.relations.get(&references.table) {
                Some(relation) => Some(relation_object(relation)),
                None => self.column_of(&references.table, &references.columns),
            }
        };
        let called = || {
            constraint
                .calls
                .iter()
                .find_map(|function| self.function(function))
        };
        own().or_else(referenced).or_else(called)
    }

    pub fn cause_of_index(&self, table: &QualifiedName, index: &Index) -> Option<Object> {
        let columns = index.key.iter().filter_map(|key| match key {
            IndexKey::Column(column) => Some(column),
            IndexKey::Expression(_) => None,
        });
        let texts = index.key.iter().filter_map(|key| match key {
            IndexKey::Expression(text) => Some(text),
            IndexKey::Column(_) => None,
        });
        self.column_of(table, columns.chain(&index.include))
            .or_else(|| {
                texts
                    .chain(&index.predicate)
                    .find_map(|text| self.cause_of_text(table, text))
            })
    }

    pub fn cause_of_trigger(&self, table: &QualifiedName, trigger: &Trigger) -> Option<Object> {
        self.function(&trigger.function)
            .or_else(|| self.column_of(table, &trigger.columns))
            .or_else(|| self.cause_of_text(table, trigger.when.as_ref()?))
    }

    /// What an expression of a table needs: columns of the table or of another, relations, functions.
    pub fn cause_of_text(&self, table: &QualifiedName, text: &str) -> Option<Object> {
        let columns = self.columns.iter().find_map(|(other, columns)| {
            let is_read = *other == table || mentions_relation(text, other);
            let mut columns = columns.iter().filter(|_| is_read);
            let column = columns.find(|column| mentions_column(text, &column.name))?;
            Some(Object::part(other, "column", &column.name))
        });
        let relations = || {
            let mut relations = self.relations.values();
            relations
                .find(|relation| mentions_relation(text, &relation.name))
                .map(|relation| relation_object(relation))
        };
        let functions = || {
            let mut functions = self.functions.keys();
            functions
                .find(|name| text.contains(&format!("{name}(")))
                .and_then(|name| self.function(name))
        };
        columns
            .or_else(relations)
            .or_else(functions)
            .or_else(|| self.extension_in(text))
    }

    pub fn schema(&self, schema: &str) -> Option<Object> {
        let is_lacking = self.schemas.contains(schema);
        is_lacking.then(|| Object::other("schema", schema))
    }

    fn function(&self, name: &QualifiedName) -> Option<Object> {
        match self.functions.get(name) {
            Some(function) => Some(function_object(function)),
            None => self.extension_of(&name.schema),
        }
    }

    /// The extension whose functions are in a schema of its own.
    fn extension_of(&self, schema: &str) -> Option<Object> {
        let mut extensions = self.extensions.values();
        extensions
            .find(|extension| extension.schema == schema && schema != "public")
            .map(|extension| Object::other("extension", &extension.name))
    }

    fn extension_in(&self, text: &str) -> Option<Object> {
        let mut extensions = self.extensions.values();
        let extension = extensions.find(|extension| {
            extension.schema != "public"
                && mentions(text, &crate::name::identifier(&extension.schema))
        })?;
        Some(Object::other("extension", &extension.name))
    }

    fn column_of<'c>(
        &self,
        table: &QualifiedName,
        columns: impl IntoIterator<Item = &'c String>,
    ) -> Option<Object> {
        let mut columns = columns.into_iter();
        let column = columns.find(|column| self.has_column(table, column))?;
        Some(Object::part(table, "column", column))
    }
}

/// Postgres's word for a relation.
pub fn word(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Table | RelationKind::PartitionedTable => "table",
        RelationKind::ForeignTable => "foreign table",
        RelationKind::View => "view",
        RelationKind::MaterializedView => "materialized view",
        RelationKind::Sequence => "sequence",
    }
}

pub fn relation_object(relation: &Relation) -> Object {
    Object {
        table: Some(relation.name.clone()),
        kind: word(relation.kind),
        name: None,
    }
}

pub fn function_object(function: &Function) -> Object {
    Object::other(
        "function",
        format!("{}({})", function.name, function.arguments),
    )
}
