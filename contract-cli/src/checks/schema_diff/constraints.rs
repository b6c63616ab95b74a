//! Constraints of a table.

use super::{
    Comparison, Paired,
    columns::is_allowed,
    differences::{Differences, Text},
    others::{missing, not_migrated},
    relations::by_migration,
};
use crate::{
    catalog::{Catalog, Column, Constraint, ConstraintKind, QualifiedName, Relation},
    checks::Object,
    expression::canonical::Form,
    name::identifier,
};

pub fn compare(
    comparison: &Comparison<'_>,
    should: &Relation,
    is: &Relation,
    differences: &mut Differences,
) {
    let table = &is.name;
    let object = |constraint: &Constraint| Object::part(table, "constraint", &constraint.name);
    let (ours, theirs) = (named(should), named(is));
    let mut paired = Paired::new(&ours, &theirs, |constraint| constraint.name.as_str());
    paired.missing.retain(|constraint| !constraint.inherited);
    paired.extra.retain(|constraint| !constraint.inherited);
    let renamed = paired.renamed(|one, other| {
        one.kind == other.kind
            && same_definition(comparison, table, &one.definition, &other.definition)
    });
    for (should, is) in renamed {
        let text = Text {
            is: format!("the name {}", is.name),
            should: format!("the name {}", should.name),
            hint: Some(format!(
                "ALTER TABLE {table} RENAME CONSTRAINT {} TO {}",
                identifier(&is.name),
                identifier(&should.name)
            )),
        };
        differences.add(object(is), "constraint-renamed", text);
    }
    for constraint in paired.missing {
        let cause = comparison
            .missing
            .cause_of_constraint(table, constraint)
            .or_else(|| referenced_key(comparison, constraint));
        let hint = format!(
            "ALTER TABLE {table} ADD CONSTRAINT {} {}",
            identifier(&constraint.name),
            constraint.definition
        );
        let text = missing(&constraint.definition, hint);
        differences.add_along(cause, object(constraint), "constraint-missing", text);
    }
    for constraint in paired.extra {
        if let Extra::Part(cause) = of_extra_columns(comparison, is, constraint.columns.iter()) {
            let removal = format!(
                "ALTER TABLE {table} DROP CONSTRAINT {}",
                identifier(&constraint.name)
            );
            let text = not_migrated(&constraint.definition, &removal);
            differences.add_along(cause, object(constraint), "constraint-not-migrated", text);
        }
    }
    for (one, other) in paired.both {
        compare_both(comparison, (should, is), (one, other), differences);
    }
    not_null(should, is, differences);
}

/// The key that a foreign key points to, where the database lacks it.
fn referenced_key(comparison: &Comparison<'_>, foreign_key: &Constraint) -> Option<Object> {
    let references = foreign_key.references.as_ref()?;
    let keys = |catalog: &Catalog| {
        let table = catalog.relation(&references.table);
        let constraints = table.map_or(&[][..], |table| table.constraints.as_slice());
        let is_key = |one: &&Constraint| {
            matches!(
                one.kind,
                ConstraintKind::PrimaryKey | ConstraintKind::Unique
            ) && one.columns.len() == references.columns.len()
                && references
                    .columns
                    .iter()
                    .all(|column| one.columns.contains(column))
        };
        let names = constraints
            .iter()
            .filter(is_key)
            .map(|one| one.name.clone());
        names.collect::<Vec<_>>()
    };
    let found = keys(comparison.is);
    let missing = keys(comparison.should)
        .into_iter()
        .find(|name| !found.contains(name))?;
    Some(Object::part(&references.table, "constraint", missing))
}

/// What a part of a table is that no migration makes.
pub enum Extra {
    /// A part of a column that the matrix allows, like the column itself.
    Allowed,
    /// A part that goes with a column, or one of its own.
    Part(Option<Object>),
}

/// What a part is that is over these columns.
pub fn of_extra_columns<'c>(
    comparison: &Comparison<'_>,
    is: &Relation,
    columns: impl Iterator<Item = &'c String>,
) -> Extra {
    let columns: Vec<&String> = columns.collect();
    let is_extra = |column: &&String| comparison.extra.has_column(&is.name, column);
    let found: Vec<&Column> = columns
        .iter()
        .filter_map(|column| is.column(column))
        .collect();
    if columns.is_empty() || !columns.iter().all(is_extra) || found.len() != columns.len() {
        return Extra::Part(None);
    }
    match found
        .iter()
        .find(|column| !is_allowed(comparison, &is.name, column))
    {
        Some(column) => Extra::Part(Some(Object::part(&is.name, "column", &column.name))),
        None => Extra::Allowed,
    }
}

/// Without those for NOT NULL, which Postgres 18 names: a column says that itself.
fn named(relation: &Relation) -> Vec<Constraint> {
    let constraints = relation.constraints.iter();
    constraints
        .filter(|constraint| constraint.kind != ConstraintKind::NotNull)
        .cloned()
        .collect()
}

/// The definition without what is compared by itself.
fn bare(definition: &str) -> &str {
    let mut definition = definition;
    for suffix in [" NOT VALID", " NOT ENFORCED"] {
        definition = definition.strip_suffix(suffix).unwrap_or(definition);
    }
    definition
}

fn form(definition: &str) -> Option<Form> {
    let statement = format!("ALTER TABLE t ADD CONSTRAINT c {}", bare(definition));
    Some(Form::of_statement(&statement)?.without("options"))
}

fn same_definition(
    comparison: &Comparison<'_>,
    table: &QualifiedName,
    should: &str,
    is: &str,
) -> bool {
    bare(should) == bare(is) || comparison.same(table, should, is, form)
}

/// The column whose other type a text follows, where that is all.
pub fn follows_type<'c>(
    (should, is): (&Relation, &Relation),
    columns: impl IntoIterator<Item = &'c String>,
    texts: (&str, &str),
    form: impl Fn(&str) -> Option<Form>,
) -> Option<Object> {
    let without_casts = |text| form(text).map(Form::without_casts);
    let changed = columns.into_iter().find(|column| {
        let types =
            [should, is].map(|relation| relation.column(column).map(|found| &found.data_type));
        types[0] != types[1]
    })?;
    let same = without_casts(texts.0).is_some_and(|one| Some(one) == without_casts(texts.1));
    same.then(|| Object::part(&is.name, "column", changed))
}

fn compare_both(
    comparison: &Comparison<'_>,
    tables: (&Relation, &Relation),
    (should, is): (&Constraint, &Constraint),
    differences: &mut Differences,
) {
    let table = &tables.1.name;
    let name = identifier(&is.name);
    let object = || Object::part(table, "constraint", &is.name);
    let inherited = should.inherited && is.inherited;
    if !same_definition(comparison, table, &should.definition, &is.definition) {
        let text = Text {
            is: is.definition.clone(),
            should: should.definition.clone(),
            hint: Some(format!(
                "ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {}",
                should.definition
            )),
        };
        let texts = (should.definition.as_str(), is.definition.as_str());
        match follows_type(tables, &is.columns, texts, form) {
            None => differences.add_handed_down(object(), "constraint-definition", text, inherited),
            cause => differences.add_along(cause, object(), "constraint-definition", text),
        }
        return;
    }
    // That the rows have been checked where no migration does it is no drift.
    if should.validated && !is.validated && is.enforced {
        let text = Text {
            is: "NOT VALID: rows from before were not checked".to_owned(),
            should: "validated".to_owned(),
            hint: Some(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}")),
        };
        differences.add_handed_down(object(), "constraint-not-validated", text, inherited);
    }
    if should.enforced != is.enforced {
        let shown = |enforced| if enforced { "ENFORCED" } else { "NOT ENFORCED" };
        let text = by_migration(shown(is.enforced), shown(should.enforced));
        differences.add_handed_down(object(), "constraint-enforced", text, inherited);
    } else if should.disabled_on.is_empty() && !is.disabled_on.is_empty() {
        let tables: Vec<String> = is.disabled_on.iter().map(ToString::to_string).collect();
        let text = Text {
            is: "not enforced: its triggers are disabled".to_owned(),
            should: "enforced".to_owned(),
            hint: Some(format!(
                "ALTER TABLE ... ENABLE TRIGGER ALL, of {}; rows written meanwhile were not checked",
                tables.join(" and ")
            )),
        };
        differences.add_handed_down(object(), "constraint-enforced", text, inherited);
    }
}

/// A NOT NULL that is there for new rows only; where it is missing, the column says so.
fn not_null(should: &Relation, is: &Relation, differences: &mut Differences) {
    let not_nulls = |relation| {
        let all: &[Constraint] = relation;
        all.iter()
            .filter(|constraint| constraint.kind == ConstraintKind::NotNull)
    };
    for constraint in
        not_nulls(is.constraints.as_slice()).filter(|constraint| !constraint.validated)
    {
        let same = not_nulls(should.constraints.as_slice())
            .find(|other| other.columns == constraint.columns);
        if same.is_none() {
            let object = Object::part(&is.name, "constraint", &constraint.name);
            let removal = format!(
                "ALTER TABLE {} DROP CONSTRAINT {}",
                is.name,
                identifier(&constraint.name)
            );
            let text = not_migrated(&constraint.definition, &removal);
            differences.add_handed_down(
                object,
                "constraint-not-migrated",
                text,
                constraint.inherited,
            );
        }
    }
}
