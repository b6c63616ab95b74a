//! What row level security of the tenant tables is, and what goes around it.

pub mod binding;
mod children;
mod policies;
mod roles;
mod session_values;
mod tables;
mod tenants;
mod views;

#[cfg(test)]
mod tests;

use super::{Facts, Finding};
use crate::{
    catalog::{Catalog, Policy, PolicyCommand, QualifiedName},
    name::identifier,
};
use binding::{Binding, Functions, Keys, Question, Verdict};
use roles::Roles;
use std::{cell::RefCell, collections::BTreeMap};
use tenants::{Tenant, Tenants};

/// All findings, in any order.
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let tenants = Tenants::new(facts.matrix);
    let coverage = Coverage {
        keys: Keys {
            catalog: facts.catalog,
            tenants: &tenants,
        },
        functions: Functions::new(facts.catalog),
        tenants: &tenants,
        roles: Roles::new(facts.catalog, &tenants),
        known: RefCell::default(),
    };
    let mut findings = Vec::new();
    for tenant in tenants.iter() {
        tables::check(&coverage, tenant, &mut findings);
    }
    children::check(&coverage, &mut findings);
    tables::check_any(&coverage, &mut findings);
    tables::check_unlisted(&coverage, &mut findings);
    session_values::check(&coverage, &mut findings);
    views::check(&coverage, &mut findings);
    roles::check(&coverage, &mut findings);
    findings
}

/// What all parts of the check look at.
struct Coverage<'a> {
    keys: Keys<'a>,
    functions: Functions,
    tenants: &'a Tenants<'a>,
    roles: Roles<'a>,
    /// Tables of which it was asked whether a tenant reads its own rows only.
    known: RefCell<BTreeMap<QualifiedName, bool>>,
}

impl<'a> Coverage<'a> {
    fn catalog(&self) -> &'a Catalog {
        self.keys.catalog
    }

    /// Whether an expression of a policy binds the tenant.
    fn binding(&self, expression: &str, table: &QualifiedName, path: &[Vec<String>]) -> Binding {
        let covered = |table: &QualifiedName| self.shows_own_rows_only(table);
        binding::binding(
            expression,
            &Question {
                table,
                path,
                keys: &self.keys,
                functions: &self.functions,
                covered: &covered,
            },
        )
    }

    /// Whether row level security lets a tenant read only its own rows of a table. A table that is asked for while
    /// it is being answered is not covered: Postgres refuses policies that ask each other.
    fn shows_own_rows_only(&self, table: &QualifiedName) -> bool {
        if let Some(known) = self.known.borrow().get(table) {
            return *known;
        }
        self.known.borrow_mut().insert(table.clone(), false);
        let path = self
            .tenants
            .get(table)
            .and_then(|tenant| tenant.path.as_deref());
        let covered = path.is_some_and(|path| {
            self.catalog().relation(table).is_some_and(|relation| {
                relation.row_security
                    && relation
                        .policies
                        .iter()
                        .filter(|policy| {
                            policy.permissive
                                && is_for(policy, PolicyCommand::Select)
                                && self.tenants.concerns(policy)
                        })
                        .filter_map(|policy| policy.using.as_deref())
                        .all(|using| self.binding(using, table, path).verdict == Verdict::Bound)
            })
        });
        self.known.borrow_mut().insert(table.clone(), covered);
        covered
    }
}

/// Whether a policy is about a command.
fn is_for(policy: &Policy, command: PolicyCommand) -> bool {
    policy.command == PolicyCommand::All || policy.command == command
}

/// Names in a sentence: `a, b and c`.
fn listed<'b>(names: impl IntoIterator<Item = &'b str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    match names.as_slice() {
        [] => "nobody".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Roles as SQL has them after TO.
fn grantees<'b>(roles: impl IntoIterator<Item = &'b str>) -> String {
    let roles = roles.into_iter().map(|role| match role {
        crate::catalog::Grant::TO_ALL => "PUBLIC".to_owned(),
        _ => identifier(role),
    });
    roles.collect::<Vec<_>>().join(", ")
}
