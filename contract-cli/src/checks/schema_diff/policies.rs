//! Policies of a table.

use super::{
    Comparison, Paired,
    differences::{Differences, Text},
    others::{missing, not_migrated},
    words::one_line,
};
use crate::{
    catalog::{Grant, Policy, PolicyCommand, QualifiedName, Relation},
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
    let object = |policy: &Policy| Object::part(table, "policy", &policy.name);
    let mut paired = Paired::new(&should.policies, &is.policies, |policy| {
        policy.name.as_str()
    });
    for (should, is) in paired.renamed(|one, other| same(comparison, table, one, other)) {
        let text = Text {
            is: format!("the name {}", is.name),
            should: format!("the name {}", should.name),
            hint: Some(format!(
                "ALTER POLICY {} ON {table} RENAME TO {}",
                identifier(&is.name),
                identifier(&should.name)
            )),
        };
        differences.add(object(is), "policy-renamed", text);
    }
    for policy in paired.missing {
        let texts = [&policy.using, &policy.with_check];
        let cause = texts
            .into_iter()
            .flatten()
            .find_map(|text| comparison.missing.cause_of_text(table, text));
        let text = missing(expressions(policy), statement(table, policy));
        differences.add_along(cause, object(policy), "policy-missing", text);
    }
    for policy in paired.extra {
        let removal = format!("DROP POLICY {} ON {table}", identifier(&policy.name));
        let text = not_migrated(one_line(&statement(table, policy)), &removal);
        differences.add(object(policy), "policy-not-migrated", text);
    }
    for (should, is) in paired.both {
        compare_both(comparison, table, should, is, differences);
    }
}

/// Whether two policies differ in nothing but the name.
pub fn same(
    comparison: &Comparison<'_>,
    table: &QualifiedName,
    one: &Policy,
    other: &Policy,
) -> bool {
    one.permissive == other.permissive
        && one.command == other.command
        && one.roles == other.roles
        && same_expressions(comparison, table, one, other)
}

fn same_expressions(
    comparison: &Comparison<'_>,
    table: &QualifiedName,
    should: &Policy,
    is: &Policy,
) -> bool {
    let same = |should: Option<&String>, is: Option<&String>| match (should, is) {
        (None, None) => true,
        (Some(should), Some(is)) => comparison.same(table, should, is, |text| {
            Form::of_condition(text, &table.name)
        }),
        _ => false,
    };
    same(should.using.as_ref(), is.using.as_ref()) && same(check(should), check(is))
}

/// What new rows must satisfy: USING where there is no WITH CHECK (`PostgreSQL` documentation, CREATE POLICY).
fn check(policy: &Policy) -> Option<&String> {
    let applies = matches!(policy.command, PolicyCommand::All | PolicyCommand::Update);
    let using = policy.using.as_ref().filter(|_| applies);
    policy.with_check.as_ref().or(using)
}

fn compare_both(
    comparison: &Comparison<'_>,
    table: &QualifiedName,
    should: &Policy,
    is: &Policy,
    differences: &mut Differences,
) {
    let name = identifier(&is.name);
    let again = || {
        let drop = format!("DROP POLICY {name} ON {table}");
        format!("{drop}; {}", statement(table, should))
    };
    let mut add = |rule, is_text: String, should_text: String, hint: String| {
        let text = Text {
            is: is_text,
            should: should_text,
            hint: Some(hint),
        };
        differences.add(Object::part(table, "policy", &is.name), rule, text);
    };
    if should.permissive != is.permissive {
        add(
            "policy-permissive",
            kind(is).to_owned(),
            kind(should).to_owned(),
            again(),
        );
    }
    if should.command != is.command {
        let shown = |policy: &Policy| format!("FOR {}", command(policy));
        add("policy-command", shown(is), shown(should), again());
        return;
    }
    if should.roles != is.roles {
        let hint = format!("ALTER POLICY {name} ON {table} TO {}", roles(should));
        let shown = |policy: &Policy| format!("TO {}", roles(policy));
        add("policy-roles", shown(is), shown(should), hint);
    }
    if !same_expressions(comparison, table, should, is) {
        let can_alter = (should.using.is_some() || is.using.is_none())
            && (should.with_check.is_some() || is.with_check.is_none());
        let hint = if can_alter {
            format!("ALTER POLICY {name} ON {table} {}", expressions(should))
        } else {
            again()
        };
        add(
            "policy-expression",
            expressions(is),
            expressions(should),
            hint,
        );
    }
}

fn kind(policy: &Policy) -> &'static str {
    if policy.permissive {
        "PERMISSIVE"
    } else {
        "RESTRICTIVE"
    }
}

fn command(policy: &Policy) -> &'static str {
    match policy.command {
        PolicyCommand::All => "ALL",
        PolicyCommand::Select => "SELECT",
        PolicyCommand::Insert => "INSERT",
        PolicyCommand::Update => "UPDATE",
        PolicyCommand::Delete => "DELETE",
    }
}

fn roles(policy: &Policy) -> String {
    let roles = policy.roles.iter().map(|role| match role.as_str() {
        Grant::TO_ALL => "PUBLIC".to_owned(),
        role => identifier(role),
    });
    roles.collect::<Vec<_>>().join(", ")
}

/// `USING (...) WITH CHECK (...)`
fn expressions(policy: &Policy) -> String {
    let part = |word, text: &Option<String>| {
        let text = one_line(text.as_ref()?);
        // Postgres encloses an operator's expression, so that there would be two pairs of parentheses.
        let inner = text
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'));
        let inner = inner.filter(|inner| Form::of_expression(inner).is_some());
        Some(format!("{word} ({})", inner.unwrap_or(&text)))
    };
    let parts = [
        part("USING", &policy.using),
        part("WITH CHECK", &policy.with_check),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn statement(table: &QualifiedName, policy: &Policy) -> String {
    format!(
        "CREATE POLICY {} ON {table} AS {} FOR {} TO {} {}",
        identifier(&policy.name),
        kind(policy),
        command(policy),
        roles(policy),
        expressions(policy)
    )
}
