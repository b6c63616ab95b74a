//! Indexes of a relation.

use super::{
    Comparison, Paired,
    constraints::{Extra, follows_type, of_extra_columns},
    differences::{Differences, Text},
    others::{missing, not_migrated},
    words::mentions_column,
};
use crate::{
    catalog::{Index, IndexKey, QualifiedName, Relation},
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
    let object = |index: &Index| Object::part(table, "index", &index.name);
    let mut paired = Paired::new(&should.indexes, &is.indexes, |index| index.name.as_str());
    // That of a constraint goes with it, and one that a parent hands down has a name of its own in each database.
    let stands_alone = |index: &&Index| !index.of_constraint && !index.inherited;
    paired.missing.retain(stands_alone);
    paired.extra.retain(stands_alone);
    let renamed = paired.renamed(|one, other| {
        comparison.same(table, &one.definition, &other.definition, |text| {
            Some(form(text)?.without("idxname"))
        })
    });
    for (should, is) in renamed {
        let text = Text {
            is: format!("the name {}", is.name),
            should: format!("the name {}", should.name),
            hint: Some(format!(
                "ALTER INDEX {} RENAME TO {}",
                QualifiedName::new(&table.schema, &is.name),
                identifier(&should.name)
            )),
        };
        differences.add(object(is), "index-renamed", text);
    }
    for index in paired.missing {
        let cause = comparison.missing.cause_of_index(table, index);
        let text = missing(&index.definition, &index.definition);
        differences.add_along(cause, object(index), "index-missing", text);
    }
    for index in paired.extra {
        let columns = columns(is, index);
        if let Extra::Part(cause) = of_extra_columns(comparison, is, columns.into_iter()) {
            let removal = format!(
                "DROP INDEX {}",
                QualifiedName::new(&table.schema, &index.name)
            );
            let text = not_migrated(&index.definition, &removal);
            differences.add_along(cause, object(index), "index-not-migrated", text);
        }
    }
    for (one, other) in paired.both {
        compare_both(comparison, (should, is), (one, other), differences);
    }
}

/// The definition without storage parameters.
fn form(definition: &str) -> Option<Form> {
    Some(Form::of_statement(definition)?.without("options"))
}

/// The columns that an index needs, those of its expressions too.
fn columns<'r>(relation: &'r Relation, index: &'r Index) -> Vec<&'r String> {
    let expressions = index.key.iter().filter_map(|key| match key {
        IndexKey::Expression(text) => Some(text),
        IndexKey::Column(_) => None,
    });
    let texts: Vec<&String> = expressions.chain(&index.predicate).collect();
    let is_needed = |name: &String| {
        index.include.contains(name)
            || index.key.contains(&IndexKey::Column(name.clone()))
            || texts.iter().any(|text| mentions_column(text, name))
    };
    let names = relation.columns.iter().map(|column| &column.name);
    names.filter(|name| is_needed(name)).collect()
}

fn compare_both(
    comparison: &Comparison<'_>,
    tables: (&Relation, &Relation),
    (should, is): (&Index, &Index),
    differences: &mut Differences,
) {
    let table = &tables.1.name;
    let object = || Object::part(table, "index", &is.name);
    let inherited = should.inherited && is.inherited;
    let name = QualifiedName::new(&table.schema, &is.name);
    // What a constraint says of its index is compared there.
    let is_own = !should.of_constraint && !is.of_constraint;
    if is_own && !comparison.same(table, &should.definition, &is.definition, form) {
        let text = Text {
            is: is.definition.clone(),
            should: should.definition.clone(),
            hint: Some(format!("DROP INDEX {name}; {}", should.definition)),
        };
        let texts = (should.definition.as_str(), is.definition.as_str());
        match follows_type(tables, columns(tables.1, is), texts, form) {
            None => differences.add_handed_down(object(), "index-definition", text, inherited),
            cause => differences.add_along(cause, object(), "index-definition", text),
        }
    } else if should.valid && !is.valid {
        let text = Text {
            is: "not valid: no query uses it".to_owned(),
            should: "valid".to_owned(),
            hint: Some(format!("REINDEX INDEX CONCURRENTLY {name}")),
        };
        differences.add_handed_down(object(), "index-not-valid", text, inherited);
    }
}
