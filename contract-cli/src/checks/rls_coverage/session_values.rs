//! What the policies ask the session for: a policy that asks for another value than nearly all others do does not bind
//! the tenant that those bind.

use super::{Coverage, Tenant, policies::shortened};
use crate::{
    catalog::{Policy, Relation},
    checks::{Finding, Object},
    expression::canonical::Form,
    name::identifier,
};
use std::collections::{BTreeMap, BTreeSet};

/// The clauses of a policy that ask the session for something.
struct Clause<'a> {
    tenant: &'a Tenant<'a>,
    relation: &'a Relation,
    policy: &'a Policy,
    name: &'static str,
    expression: &'a str,
    values: BTreeSet<String>,
}

/// Policies that ask for something else than at least three of four clauses do.
pub fn check(coverage: &Coverage<'_>, findings: &mut Vec<Finding>) {
    let clauses: Vec<_> = clauses(coverage).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in clauses.iter().flat_map(|clause| &clause.values) {
        *counts.entry(value).or_default() += 1;
    }
    let Some((usual, count)) = counts.into_iter().max_by_key(|(_, count)| *count) else {
        return;
    };
    if count * 4 < clauses.len() * 3 {
        return;
    }
    let mut told = BTreeSet::new();
    for clause in clauses
        .iter()
        .filter(|clause| !clause.values.contains(usual))
    {
        if told.insert((&clause.relation.name, &clause.policy.name)) {
            findings.push(finding(clause, usual, count, clauses.len()));
        }
    }
}

fn finding(clause: &Clause<'_>, usual: &str, count: usize, all: usize) -> Finding {
    let values: Vec<_> = clause.values.iter().map(String::as_str).collect();
    Finding {
        object: Object::part(&clause.relation.name, "policy", &clause.policy.name),
        rule: "policy-asks-other-value",
        is: format!(
            "{} ({}) asks the session for {}",
            clause.name,
            shortened(clause.expression),
            values.join(", ")
        ),
        should: format!("it asks for {usual}, as {count} of {all} conditions of policies do"),
        hint: Some(format!(
            "ALTER POLICY {} ON {} {} (...)",
            identifier(&clause.policy.name),
            clause.relation.name,
            clause.name
        )),
        matrix_line: Some(clause.tenant.line),
    }
}

/// The conditions of the policies that the matrix names for tenants, and that ask the session.
fn clauses<'a>(coverage: &'a Coverage<'_>) -> impl Iterator<Item = Clause<'a>> {
    let named = coverage.tenants.iter().flat_map(|tenant| {
        let relation = coverage.catalog().relation(tenant.table);
        let policies = relation
            .into_iter()
            .flat_map(|it| it.policies.iter().map(move |one| (it, one)));
        policies.map(move |(relation, policy)| (tenant, relation, policy))
    });
    named
        .filter(|(tenant, _, policy)| {
            policy.permissive
                && tenant.policies.contains(policy.name.as_str())
                && coverage.tenants.concerns(policy)
        })
        .flat_map(|(tenant, relation, policy)| {
            let both = [("USING", &policy.using), ("WITH CHECK", &policy.with_check)];
            both.into_iter().filter_map(move |(name, expression)| {
                let expression = expression.as_deref()?;
                let values = asked(expression);
                (!values.is_empty()).then_some(Clause {
                    tenant,
                    relation,
                    policy,
                    name,
                    expression,
                    values,
                })
            })
        })
}

/// The settings and the functions without a column that an expression asks, as in SQL.
fn asked(expression: &str) -> BTreeSet<String> {
    let calls = Form::of_expression(expression).map(|form| form.calls());
    let values = calls.into_iter().flatten().filter_map(|(function, first)| {
        match (function.as_slice(), first) {
            ([name], Some(setting)) if name == "current_setting" => {
                Some(format!("the setting {setting}"))
            }
            ([schema, name], _) => Some(format!("{}.{}()", identifier(schema), identifier(name))),
            _ => None,
        }
    });
    values.collect()
}
