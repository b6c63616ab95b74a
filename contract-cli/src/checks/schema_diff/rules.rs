//! Rules of a relation.

use super::{
    Comparison, Paired,
    differences::{Differences, Text},
    others::{missing, not_migrated},
    triggers::state,
    words::one_line,
};
use crate::{
    catalog::{Relation, Rule},
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
    let object = |rule: &Rule| Object::part(table, "rule", &rule.name);
    let paired = Paired::new(&should.rules, &is.rules, |rule| rule.name.as_str());
    for rule in paired.missing {
        let definition = one_line(&rule.definition);
        let cause = comparison.missing.cause_of_text(table, &rule.definition);
        let text = missing(&definition, &definition);
        differences.add_along(cause, object(rule), "rule-missing", text);
    }
    for rule in paired.extra {
        let removal = format!("DROP RULE {} ON {table}", identifier(&rule.name));
        let text = not_migrated(one_line(&rule.definition), &removal);
        differences.add(object(rule), "rule-not-migrated", text);
    }
    for (should, is) in paired.both {
        if !comparison.same(
            table,
            &should.definition,
            &is.definition,
            Form::of_statement,
        ) {
            let definition = one_line(&should.definition);
            let text = Text {
                is: one_line(&is.definition),
                hint: Some(format!(
                    "CREATE OR REPLACE {}",
                    definition.trim_start_matches("CREATE ")
                )),
                should: definition,
            };
            differences.add(object(is), "rule-definition", text);
        }
        if should.enabled != is.enabled {
            let (wanted, found) = (state(should.enabled), state(is.enabled));
            let text = Text {
                is: found.0.to_owned(),
                should: wanted.0.to_owned(),
                hint: Some(format!(
                    "ALTER TABLE {table} {} RULE {}",
                    wanted.1,
                    identifier(&is.name)
                )),
            };
            differences.add(object(is), "rule-enabled", text);
        }
    }
}
