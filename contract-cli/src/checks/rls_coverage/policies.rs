//! The policies of a tenant table: one finding for each at most, the gravest.

use super::{Binding, Coverage, Tenant, Verdict, is_for, listed, tables::alter_roles};
use crate::{
    catalog::{Grant, Policy, PolicyCommand, QualifiedName, Relation},
    checks::{Finding, Object},
    expression,
    name::identifier,
};

/// What a policy's id ends in that lets a role around row level security.
const BYPASS: &str = "_bypass";

/// The policies that the matrix names and that are not there.
pub fn missing(tenant: &Tenant<'_>, relation: &Relation) -> Vec<Finding> {
    let names = tenant
        .policies
        .iter()
        .filter(|name| relation.policy(name).is_none());
    names
        .map(|name| Finding {
            object: Object::part(tenant.table, "policy", *name),
            rule: "policy-missing",
            is: "there is no such policy".to_owned(),
            should: format!(
                "the policy is there, for {}",
                listed(tenant.roles.iter().copied())
            ),
            hint: Some(format!(
                "CREATE POLICY {} ON {} ...",
                identifier(name),
                tenant.table
            )),
            matrix_line: Some(tenant.line),
        })
        .collect()
}

pub fn check(
    coverage: &Coverage<'_>,
    tenant: &Tenant<'_>,
    relation: &Relation,
    findings: &mut Vec<Finding>,
) {
    for policy in &relation.policies {
        let said = wrong(coverage, tenant, relation, policy);
        findings.extend(said.map(|(rule, is, should, hint)| Finding {
            object: Object::part(&relation.name, "policy", &policy.name),
            rule,
            is,
            should,
            hint,
            matrix_line: Some(tenant.line),
        }));
    }
}

type Said = (&'static str, String, String, Option<String>);

fn wrong(
    coverage: &Coverage<'_>,
    tenant: &Tenant<'_>,
    relation: &Relation,
    policy: &Policy,
) -> Option<Said> {
    let gravest = if policy.permissive {
        bypass_of_others(coverage, relation, policy)
            .or_else(|| unbound(coverage, tenant, relation, policy))
    } else {
        without_effect(policy)
    };
    gravest
        .or_else(|| not_in_matrix(tenant, relation, policy))
        .or_else(|| for_other_roles(tenant, relation, policy))
}

/// A policy that lets around row level security, for roles that may not.
fn bypass_of_others(coverage: &Coverage<'_>, relation: &Relation, policy: &Policy) -> Option<Said> {
    let bypass_roles = &coverage.tenants.bypass_roles;
    if !policy.name.ends_with(BYPASS) || !coverage.tenants.concerns(policy) {
        return None;
    }
    Some((
        "bypass-policy-for-tenants",
        format!("it lets {} around row level security", roles(policy)),
        format!("it is for {} only", listed(bypass_roles.iter().copied())),
        Some(alter_roles(relation, policy, bypass_roles.iter().copied())),
    ))
}

/// A policy that shows or takes rows of other tenants, or may.
fn unbound(
    coverage: &Coverage<'_>,
    tenant: &Tenant<'_>,
    relation: &Relation,
    policy: &Policy,
) -> Option<Said> {
    let path = tenant.path.as_deref()?;
    if !coverage.tenants.concerns(policy) {
        return None;
    }
    let clauses = [("USING", &policy.using), ("WITH CHECK", &policy.with_check)];
    let mut worst: Option<(&str, &str, Binding)> = None;
    for (clause, expression) in clauses {
        let Some(expression) = expression else {
            continue;
        };
        let binding = coverage.binding(expression, &relation.name, path);
        let is_held = || is_restricted(coverage, relation, policy, clause, path);
        if binding.verdict == Verdict::Bound && (binding.through_parent || !tenant.is_derived()) {
            continue;
        }
        let is_worse = worst
            .as_ref()
            .is_none_or(|(_, _, so_far)| binding.verdict < so_far.verdict);
        if is_worse && (binding.verdict == Verdict::Bound || !is_held()) {
            worst = Some((clause, expression, binding));
        }
    }
    let (clause, expression, binding) = worst?;
    let shown = shortened(expression);
    let scope = tenant.scope();
    let should = format!("{clause} holds only where {scope} is the session's tenant");
    let alter = format!(
        "ALTER POLICY {} ON {} {clause} ({})",
        identifier(&policy.name),
        relation.name,
        if tenant.is_derived() {
            "EXISTS (SELECT FROM ... WHERE ...)".to_owned()
        } else {
            format!(
                "{} = (SELECT current_setting('...', true){})",
                identifier(&scope),
                cast_to(relation, &scope)
            )
        }
    );
    Some(match binding.verdict {
        Verdict::Unbound => (
            "policy-not-bound",
            format!(
                "{clause} ({shown}) does not bind the tenant for {}: {}",
                roles(policy),
                binding.reason
            ),
            should,
            Some(alter),
        ),
        Verdict::Constant => (
            "policy-binds-constant",
            format!(
                "{clause} ({shown}) does not ask the session for the tenant: {}",
                binding.reason
            ),
            should,
            Some(alter),
        ),
        Verdict::Unknown => (
            "policy-not-provable",
            format!(
                "{clause} ({shown}) cannot be shown to bind the tenant: {}",
                binding.reason
            ),
            should,
            Some(format!(
                "write the condition out: {alter}; or each function that it calls in LANGUAGE sql with one SELECT; or a waiver"
            )),
        ),
        Verdict::Bound => (
            "derived-scope-without-exists",
            format!("{clause} ({shown}) compares with the session without asking the parent table"),
            format!("EXISTS on the table that {scope} leads to"),
            Some(alter),
        ),
    })
}

/// The cast of a text to the type of a column.
fn cast_to(relation: &Relation, column: &str) -> String {
    match relation.column(column).map(|it| it.data_type.as_str()) {
        None | Some("text") => String::new(),
        Some(known) if known.starts_with("character varying") => String::new(),
        Some(other) => format!("::{other}"),
    }
}

/// Whether a restrictive policy binds the tenant wherever a clause of this one is used. Rows have to pass one permissive policy
/// and all restrictive ones.
fn is_restricted(
    coverage: &Coverage<'_>,
    relation: &Relation,
    policy: &Policy,
    clause: &str,
    path: &[Vec<String>],
) -> bool {
    use PolicyCommand::{Delete, Insert, Select, Update};
    let reading = [Select, Update, Delete].map(|command| (command, false));
    let writing = [Insert, Update].map(|command| (command, true));
    let uses = reading
        .into_iter()
        .chain(writing)
        .filter(|(command, writes)| {
            is_for(policy, *command) && {
                let used = if *writes && policy.with_check.is_some() {
                    "WITH CHECK"
                } else {
                    "USING"
                };
                used == clause
            }
        });
    let holds = |(command, writes): (PolicyCommand, bool)| {
        let restrictive = relation.policies.iter().filter(|other| {
            let all = other.roles.iter().any(|role| role == Grant::TO_ALL);
            !other.permissive
                && is_for(other, command)
                && (all || policy.roles.iter().all(|role| other.roles.contains(role)))
        });
        restrictive
            .filter_map(|other| match (writes, &other.with_check) {
                (true, Some(check)) => Some(check),
                _ => other.using.as_ref(),
            })
            .any(|it| coverage.binding(it, &relation.name, path).verdict == Verdict::Bound)
    };
    let mut uses = uses.peekable();
    uses.peek().is_some() && uses.all(holds)
}

/// A restrictive policy that every row passes.
fn without_effect(policy: &Policy) -> Option<Said> {
    let mut clauses = [&policy.using, &policy.with_check]
        .into_iter()
        .flatten()
        .peekable();
    clauses.peek()?;
    let is_true = |clause: &String| {
        expression::parse(clause).is_ok_and(|parsed| expression::boolean(&parsed) == Some(true))
    };
    clauses.all(is_true).then(|| {
        (
            "restrictive-policy-without-effect",
            "it is restrictive, and true for every row".to_owned(),
            "a restrictive policy asks for more than the permissive ones".to_owned(),
            None,
        )
    })
}

/// A policy that nobody wrote down: permissive policies add up.
fn not_in_matrix(tenant: &Tenant<'_>, relation: &Relation, policy: &Policy) -> Option<Said> {
    if !tenant.lists_all
        || tenant.policies.contains(policy.name.as_str())
        || relation.name != *tenant.table
    {
        return None;
    }
    Some((
        "policy-not-in-matrix",
        format!("the matrix does not name this policy for {}", roles(policy)),
        format!(
            "the policies are {}",
            listed(tenant.policies.iter().copied())
        ),
        Some(format!(
            "DROP POLICY {} ON {}",
            identifier(&policy.name),
            relation.name
        )),
    ))
}

/// A policy for roles that section D does not name for the table.
fn for_other_roles(tenant: &Tenant<'_>, relation: &Relation, policy: &Policy) -> Option<Said> {
    let is_other = |role: &&str| !tenant.roles.contains(role);
    let others: Vec<_> = policy
        .roles
        .iter()
        .map(String::as_str)
        .filter(is_other)
        .collect();
    if others.is_empty() || tenant.roles.is_empty() {
        return None;
    }
    Some((
        "policy-for-other-roles",
        format!("it is for {}", listed(others)),
        format!(
            "it is for no others than {}",
            listed(tenant.roles.iter().copied())
        ),
        Some(alter_roles(relation, policy, tenant.roles.iter().copied())),
    ))
}

fn roles(policy: &Policy) -> String {
    listed(policy.roles.iter().map(String::as_str))
}

/// An expression in one line, short enough for a message.
pub fn shortened(expression: &str) -> String {
    const LONGEST: usize = 160;
    let words: Vec<_> = expression.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line,
    }
}

/// The policies of a table that is not in the matrix itself, by the scope of its parent.
pub fn of_child(
    coverage: &Coverage<'_>,
    parent: &Tenant<'_>,
    child: &QualifiedName,
    findings: &mut Vec<Finding>,
) {
    if let Some(relation) = coverage.catalog().relation(child) {
        for policy in relation.policies.iter().filter(|policy| policy.permissive) {
            let said = unbound(coverage, parent, relation, policy);
            findings.extend(said.map(|(rule, is, should, hint)| Finding {
                object: Object::part(child, "policy", &policy.name),
                rule,
                is,
                should,
                hint,
                matrix_line: Some(parent.line),
            }));
        }
    }
}
