//! Sequences: their parameters, and the column that owns each. Where a sequence stands is data.

use super::{
    Comparison,
    differences::{Differences, Text},
    lacking::relation_object,
};
use crate::{catalog::Relation, checks::Object, name::identifier};

/// What comes before the owner in a sequence's definition.
const OWNED_BY: &str = " OWNED BY ";

pub fn compare(
    comparison: &Comparison<'_>,
    should: &Relation,
    is: &Relation,
    differences: &mut Differences,
) {
    let (wanted, found) = (parts(should), parts(is));
    let (Some((parameters, owner)), Some((found_parameters, found_owner))) = (wanted, found) else {
        return;
    };
    let mut add = |rule, is_text: &str, should_text: &str, change: String, cause| {
        let text = Text {
            is: is_text.to_owned(),
            should: should_text.to_owned(),
            hint: Some(format!("ALTER SEQUENCE {} {change}", is.name)),
        };
        differences.add_along(cause, relation_object(is), rule, text);
    };
    if parameters != found_parameters {
        add(
            "sequence-definition",
            found_parameters,
            parameters,
            parameters.to_owned(),
            retyped(comparison, owner),
        );
    }
    if owner != found_owner {
        let cause = comparison
            .missing
            .cause_of_text(&is.name, owner)
            .or_else(|| comparison.extra.cause_of_text(&is.name, found_owner));
        let owned_by = |owner: &str| format!("OWNED BY {owner}");
        add(
            "sequence-owner",
            &owned_by(found_owner),
            &owned_by(owner),
            owned_by(owner),
            cause,
        );
    }
}

/// The parameters of a sequence and the column that owns it.
fn parts(sequence: &Relation) -> Option<(&str, &str)> {
    sequence.definition.as_ref()?.split_once(OWNED_BY)
}

/// The column that owns a sequence, where it has another type in the database: an identity's sequence follows it.
fn retyped(comparison: &Comparison<'_>, owner: &str) -> Option<Object> {
    let (table, column) = comparison.should.relations.iter().find_map(|relation| {
        let column = owner
            .strip_prefix(&relation.name.to_string())?
            .strip_prefix('.')?;
        let mut columns = relation.columns.iter();
        Some((
            relation,
            columns.find(|found| identifier(&found.name) == column)?,
        ))
    })?;
    let found = comparison.is.relation(&table.name)?.column(&column.name)?;
    let differs = found.data_type != column.data_type;
    differs.then(|| Object::part(&table.name, "column", &column.name))
}
