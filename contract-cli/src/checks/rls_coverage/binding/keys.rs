//! Keys, foreign keys and scopes: which columns name the same thing.

use crate::{
    catalog::{Catalog, ConstraintKind, IndexKey, QualifiedName, Relation},
    checks::rls_coverage::tenants::Tenants,
};

/// What the catalog and the matrix say of columns that two tables are joined by.
pub struct Keys<'a> {
    pub catalog: &'a Catalog,
    pub tenants: &'a Tenants<'a>,
}

/// Whether an equality of two columns means that they name the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Sound,
    /// Nothing shows it, or a foreign key says otherwise.
    Unproven,
}

impl Keys<'_> {
    pub fn has_column(&self, table: &QualifiedName, column: &str) -> Option<bool> {
        let relation = self.catalog.relation(table)?;
        Some(relation.column(column).is_some())
    }

    pub fn is_not_null(&self, table: &QualifiedName, column: &str) -> bool {
        self.catalog
            .relation(table)
            .and_then(|relation| relation.column(column))
            .is_some_and(|column| column.not_null)
    }

    /// Whether a value of the column belongs to one row at most.
    pub fn is_unique(&self, table: &QualifiedName, column: &str) -> bool {
        self.catalog.relation(table).is_some_and(|relation| {
            constraints(relation, &[ConstraintKind::PrimaryKey, ConstraintKind::Unique])
                .any(|columns| columns == [column])
                || relation.indexes.iter().any(|index| {
                    index.unique
                        && index.valid
                        && index.predicate.is_none()
                        && matches!(index.key.as_slice(), [IndexKey::Column(only)] if only == column)
                })
        })
    }

    /// Whether a column can say who is asking: it is in a key, or the matrix has it in a scope. A table that the catalog
    /// does not know, or a view, has no keys to go by.
    pub fn identifies(&self, table: &QualifiedName, column: &str) -> bool {
        let Some(relation) = self.catalog.relation(table).filter(|it| it.is_table()) else {
            return true;
        };
        let kinds = [
            ConstraintKind::PrimaryKey,
            ConstraintKind::Unique,
            ConstraintKind::ForeignKey,
        ];
        self.is_unique(table, column)
            || constraints(relation, &kinds).any(|columns| columns.iter().any(|it| it == column))
            || self.scope_columns(table).any(|it| it == column)
    }

    /// Whether two columns of a table name two things of a kind: a case's client and its vendor.
    pub fn are_alternatives(&self, table: &QualifiedName, a: &str, b: &str) -> bool {
        let of_scope = self.tenants.path(table).into_iter().flatten().any(|step| {
            let has = |column: &str| step.iter().any(|it| it == column);
            has(a) && has(b)
        });
        of_scope
            || self
                .targets(table, a)
                .any(|(target, _)| self.targets(table, b).any(|(other, _)| other == target))
    }

    /// Whether the equality of a column with one of another table means that both name the same: a foreign key
    /// says so, or two to the same place, be it by other tables; or the same name, where one of them says who or what it
    /// is; or one of them is unique, and no foreign key leads elsewhere.
    pub fn link(&self, a: (&QualifiedName, &str), b: (&QualifiedName, &str)) -> Link {
        let (from_a, from_b) = (self.meanings(a), self.meanings(b));
        let free = |meanings: &[_]| meanings.len() == 1;
        let sound = from_a.iter().any(|meaning| from_b.contains(meaning))
            || (a.1 == b.1 && (self.identifies(a.0, a.1) || self.identifies(b.0, b.1)))
            || (self.is_unique(b.0, b.1) && free(&from_a))
            || (self.is_unique(a.0, a.1) && free(&from_b));
        if sound { Link::Sound } else { Link::Unproven }
    }

    /// The columns that a table's scope begins with.
    pub fn scope_columns<'b>(&'b self, table: &QualifiedName) -> impl Iterator<Item = &'b String> {
        self.tenants
            .path(table)
            .and_then(<[Vec<String>]>::first)
            .into_iter()
            .flatten()
    }

    /// A column, and the columns that its foreign keys lead to, from table to table.
    fn meanings<'b>(
        &'b self,
        column: (&'b QualifiedName, &'b str),
    ) -> Vec<(&'b QualifiedName, &'b str)> {
        let mut meanings = vec![column];
        let mut at = 0;
        while let Some((table, column)) = meanings.get(at).copied() {
            let targets: Vec<_> = self.targets(table, column).collect();
            for target in targets {
                if !meanings.contains(&target) {
                    meanings.push(target);
                }
            }
            at += 1;
        }
        meanings
    }

    /// Where the foreign keys of a column lead.
    fn targets<'b>(
        &'b self,
        table: &QualifiedName,
        column: &'b str,
    ) -> impl Iterator<Item = (&'b QualifiedName, &'b str)> {
        self.catalog
            .relation(table)
            .into_iter()
            .flat_map(|relation| &relation.constraints)
            .filter_map(move |constraint| {
                let references = constraint.references.as_ref()?;
                let at = constraint.columns.iter().position(|it| it == column)?;
                Some((&references.table, references.columns.get(at)?.as_str()))
            })
    }
}

fn constraints<'a>(
    relation: &'a Relation,
    kinds: &[ConstraintKind],
) -> impl Iterator<Item = &'a [String]> {
    relation
        .constraints
        .iter()
        .filter(|constraint| kinds.contains(&constraint.kind))
        .map(|constraint| constraint.columns.as_slice())
}
