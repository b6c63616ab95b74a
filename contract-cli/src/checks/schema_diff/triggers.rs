//! Triggers of a relation.

use super::{
    Comparison, Paired,
    differences::{Differences, Text},
    others::{missing, not_migrated},
};
use crate::{
    catalog::{QualifiedName, Relation, Trigger, TriggerEnabled},
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
    let object = |trigger: &Trigger| Object::part(table, "trigger", &trigger.name);
    let mut paired = Paired::new(&should.triggers, &is.triggers, |trigger| {
        trigger.name.as_str()
    });
    paired.missing.retain(|trigger| !trigger.inherited);
    paired.extra.retain(|trigger| !trigger.inherited);
    let renamed = paired.renamed(|one, other| {
        one.enabled == other.enabled
            && comparison.same(table, &one.definition, &other.definition, |text| {
                Some(Form::of_statement(text)?.without("trigname"))
            })
    });
    for (should, is) in renamed {
        let text = Text {
            is: format!("the name {}", is.name),
            should: format!("the name {}", should.name),
            hint: Some(format!(
                "ALTER TRIGGER {} ON {table} RENAME TO {}",
                identifier(&is.name),
                identifier(&should.name)
            )),
        };
        differences.add(object(is), "trigger-renamed", text);
    }
    for trigger in paired.missing {
        let cause = comparison.missing.cause_of_trigger(table, trigger);
        let text = missing(&trigger.definition, &trigger.definition);
        differences.add_along(cause, object(trigger), "trigger-missing", text);
    }
    for trigger in paired.extra {
        let removal = format!("DROP TRIGGER {} ON {table}", identifier(&trigger.name));
        let text = not_migrated(&trigger.definition, &removal);
        differences.add(object(trigger), "trigger-not-migrated", text);
    }
    for (should, is) in paired.both {
        compare_both(comparison, table, should, is, differences);
    }
}

fn compare_both(
    comparison: &Comparison<'_>,
    table: &QualifiedName,
    should: &Trigger,
    is: &Trigger,
    differences: &mut Differences,
) {
    let object = || Object::part(table, "trigger", &is.name);
    let inherited = should.inherited && is.inherited;
    let again = || {
        format!(
            "CREATE OR REPLACE {}",
            should.definition.trim_start_matches("CREATE ")
        )
    };
    if !same_definition(comparison, table, should, is) {
        let text = Text {
            is: is.definition.clone(),
            should: should.definition.clone(),
            hint: Some(again()),
        };
        differences.add_handed_down(object(), "trigger-definition", text, inherited);
    } else if let (Some(wanted), Some(found)) = (floor(should), floor(is))
        && found < wanted
    {
        let text = Text {
            is: format!("write floor {found}"),
            should: format!("write floor {wanted}, or higher"),
            hint: Some(again()),
        };
        differences.add_handed_down(object(), "trigger-write-floor", text, inherited);
    }
    if should.enabled != is.enabled {
        let (wanted, found) = (state(should.enabled), state(is.enabled));
        let text = Text {
            is: found.0.to_owned(),
            should: wanted.0.to_owned(),
            hint: Some(format!(
                "ALTER TABLE {table} {} TRIGGER {}",
                wanted.1,
                identifier(&is.name)
            )),
        };
        differences.add_handed_down(object(), "trigger-enabled", text, inherited);
    }
}

/// What a state is called, and the words that set it.
pub fn state(enabled: TriggerEnabled) -> (&'static str, &'static str) {
    match enabled {
        TriggerEnabled::Origin => ("enabled", "ENABLE"),
        TriggerEnabled::Disabled => ("disabled", "DISABLE"),
        TriggerEnabled::Replica => ("enabled on replicas only", "ENABLE REPLICA"),
        TriggerEnabled::Always => ("enabled always", "ENABLE ALWAYS"),
    }
}

/// Whether two triggers do the same; of a guard, but for its write floor, which is raised in the database.
fn same_definition(
    comparison: &Comparison<'_>,
    table: &QualifiedName,
    should: &Trigger,
    is: &Trigger,
) -> bool {
    let are_guards = floor(should).is_some() && floor(is).is_some();
    let form = |text: &str| {
        let form = Form::of_statement(text)?;
        Some(if are_guards {
            form.without("args")
        } else {
            form
        })
    };
    let same_arguments = !are_guards
        || should.arguments[1] == is.arguments[1] && {
            let column = should.arguments[0].as_str();
            let renamed = comparison.renames.of_column(table, column);
            [Some(column), renamed].contains(&Some(is.arguments[0].as_str()))
        };
    same_arguments && comparison.same(table, &should.definition, &is.definition, form)
}

/// The write floor of a guard: `contract.guard('column', 'contract type', 'floor')`.
fn floor(trigger: &Trigger) -> Option<u32> {
    if trigger.function != QualifiedName::new("contract", "guard") {
        return None;
    }
    match trigger.arguments.as_slice() {
        [_, _, floor] => floor.parse().ok(),
        _ => None,
    }
}
