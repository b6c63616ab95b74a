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
    /// says so, or two to the same place, or the same name where one of them says who or what it is; or one of them is unique,
    /// and no foreign key leads elsewhere.
    pub fn link(&self, a: (&QualifiedName, &str), b: (&QualifiedName, &str)) -> Link {
        let goes = |from: (&QualifiedName, &str), to: (&QualifiedName, &str)| {
            self.targets(from.0, from.1)
                .any(|(table, column)| table == to.0 && column == to.1)
        };
        let mut to_the_same = self
            .targets(a.0, a.1)
            .flat_map(|target| self.targets(b.0, b.1).map(move |other| (target, other)));
        let free =
            |column: (&QualifiedName, &str)| self.targets(column.0, column.1).next().is_none();
        let sound = goes(a, b)
            || goes(b, a)
            || to_the_same.any(|(target, other)| target == other)
            || (a.1 == b.1 && (self.identifies(a.0, a.1) || self.identifies(b.0, b.1)))
            || (self.is_unique(b.0, b.1) && free(a))
            || (self.is_unique(a.0, a.1) && free(b));
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
