//! Roles that go around row level security.

use super::{Coverage, Tenants, listed};
use crate::{
    catalog::{Catalog, Grant, Relation},
    checks::{Finding, Object},
    name::identifier,
};
use std::collections::{BTreeMap, BTreeSet};

/// What row level security is about.
pub const COMMANDS: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/// Roles that reach what lies beneath the tables, and by that anything (`PostgreSQL` documentation, section 22.5).
const OUTSIDE: [&str; 3] = [
    "pg_execute_server_program",
    "pg_read_server_files",
    "pg_write_server_files",
];

/// Who is a member of whom, and who may do what.
pub struct Roles<'a> {
    catalog: &'a Catalog,
    allowed: BTreeSet<&'a str>,
    /// The roles that each role is a member of, directly or not, itself included.
    groups: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Roles<'a> {
    pub fn new(catalog: &'a Catalog, tenants: &Tenants<'a>) -> Self {
        let names = catalog.roles.iter().map(|role| role.name.as_str());
        Self {
            catalog,
            allowed: tenants.bypass_roles.clone(),
            groups: names.map(|name| (name, catalog.groups(name))).collect(),
        }
    }

    /// The roles that a role is a member of, directly or not, itself included; none for one that is not there.
    pub fn groups(&self, role: &str) -> impl Iterator<Item = &'a str> {
        self.groups.get(role).into_iter().flatten().copied()
    }

    pub fn exists(&self, role: &str) -> bool {
        self.groups.contains_key(role)
    }

    /// Whether row level security is never applied to a role.
    pub fn is_exempt(&self, role: &str) -> bool {
        let role = self.catalog.role(role);
        role.is_some_and(|role| role.superuser || role.bypass_rls)
    }

    /// Whether a role has a privilege on a relation, be it by a group.
    pub fn may(&self, role: &str, privilege: &str, relation: &Relation) -> bool {
        let groups: BTreeSet<_> = self.groups(role).collect();
        groups.contains(relation.owner.as_str())
            || relation.grants.iter().any(|grant| {
                (grant.role == Grant::TO_ALL || groups.contains(grant.role.as_str()))
                    && grant
                        .privileges
                        .iter()
                        .any(|it| is_privilege(it, privilege))
            })
    }

    /// Those with a privilege on a relation that row level security is there for: all but its owner and those that may
    /// go around it.
    pub fn held_to_rows<'b>(&self, relation: &'b Relation, privileges: &[&str]) -> Vec<&'b str> {
        let grants = relation.grants.iter().filter(|grant| {
            let role = grant.role.as_str();
            let has = |it: &String| privileges.iter().any(|one| is_privilege(it, one));
            role != relation.owner
                && !self.is_exempt(role)
                && !self.allowed.contains(role)
                && grant.privileges.iter().any(has)
        });
        grants.map(|grant| grant.role.as_str()).collect()
    }

    /// Whether a role reads a table as its owner does, or as one of those that go around row level security.
    pub fn goes_around(&self, role: &str, table: &Relation) -> bool {
        self.is_exempt(role)
            || self.groups(role).any(|group| {
                self.allowed.contains(group) || (group == table.owner && !table.force_row_security)
            })
    }
}

/// Whether what is granted is a privilege, on the table or on a column of it.
fn is_privilege(granted: &str, privilege: &str) -> bool {
    granted
        .strip_prefix(privilege)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
}

pub fn check(coverage: &Coverage<'_>, findings: &mut Vec<Finding>) {
    let tenant_roles = coverage.tenants.roles();
    for (role, line) in tenant_roles
        .iter()
        .filter(|(role, _)| **role != Grant::TO_ALL)
    {
        let finding = |(rule, is, should, hint): (_, String, String, Option<String>)| Finding {
            object: Object::other("role", *role),
            rule,
            is,
            should,
            hint,
            matrix_line: Some(*line),
        };
        if !coverage.roles.exists(role) {
            findings.push(finding((
                "role-missing",
                "there is no such role".to_owned(),
                "the matrix counts on it".to_owned(),
                Some(format!("CREATE ROLE {}", identifier(role))),
            )));
        } else if !coverage.tenants.bypass_roles.contains(role) {
            let around = way_around(coverage, role);
            findings.extend(around.or_else(|| ownership(coverage, role)).map(finding));
        }
    }
    for role in &coverage.catalog().roles {
        let name = role.name.as_str();
        let is_listed =
            tenant_roles.contains_key(name) || coverage.tenants.bypass_roles.contains(name);
        if role.bypass_rls && !role.superuser && !is_listed {
            findings.extend(unlisted_bypass(coverage, name));
        }
    }
}

type Said = (&'static str, String, String, Option<String>);

/// How a tenant's role goes around row level security by what it is or what it is a member of.
fn way_around(coverage: &Coverage<'_>, role: &str) -> Option<Said> {
    let attribute = |name: &str| match coverage.catalog().role(name) {
        Some(role) if role.superuser => Some("SUPERUSER"),
        Some(role) if role.bypass_rls => Some("BYPASSRLS"),
        _ => None,
    };
    let should = "row level security applies to it".to_owned();
    if let Some(attribute) = attribute(role) {
        let hint = format!("ALTER ROLE {} NO{attribute}", identifier(role));
        return Some((
            "tenant-role-bypasses-rls",
            format!("it has {attribute}"),
            should,
            Some(hint),
        ));
    }
    if coverage
        .catalog()
        .role(role)
        .is_some_and(|role| role.creates_roles)
    {
        return Some((
            "tenant-role-makes-roles",
            "it has CREATEROLE: it can make a role of its own, and before Postgres 16 be any other"
                .to_owned(),
            "who may be which role is not for a tenant to say".to_owned(),
            Some(format!("ALTER ROLE {} NOCREATEROLE", identifier(role))),
        ));
    }
    if let Some(group) = coverage
        .roles
        .groups(role)
        .find(|group| OUTSIDE.contains(group))
    {
        return Some((
            "tenant-role-bypasses-rls",
            format!("it is a member of {group}, which reaches the files of the server"),
            should,
            Some(format!("REVOKE {group} FROM {}", identifier(role))),
        ));
    }
    let bypasses =
        |group: &&str| attribute(group).is_some() || coverage.tenants.bypass_roles.contains(group);
    let group = coverage
        .roles
        .groups(role)
        .find(|group| *group != role && bypasses(group))?;
    let is = match attribute(group) {
        Some(attribute) => format!("it is a member of {group}, which has {attribute}"),
        None => format!("it is a member of {group}, which may go around row level security"),
    };
    let hint = format!("REVOKE {} FROM {}", identifier(group), identifier(role));
    Some(("tenant-role-bypasses-rls", is, should, Some(hint)))
}

/// A tenant's role that owns tenant tables, or is a member of their owner: it can turn row level security off.
fn ownership(coverage: &Coverage<'_>, role: &str) -> Option<Said> {
    let relations = coverage
        .tenants
        .iter()
        .filter_map(|it| coverage.catalog().relation(it.table));
    let owned: Vec<_> = relations
        .filter(|relation| {
            coverage
                .roles
                .groups(role)
                .any(|group| group == relation.owner)
        })
        .collect();
    let first = owned.first()?;
    let others = match owned.len() - 1 {
        0 => String::new(),
        1 => " and another tenant table".to_owned(),
        more => format!(" and {more} other tenant tables"),
    };
    let is = if first.owner == role {
        format!("it owns {}{others}", first.name)
    } else {
        format!(
            "it is a member of {}, which owns {}{others}",
            first.owner, first.name
        )
    };
    let should = "tenant tables belong to a role that no tenant can be".to_owned();
    let hint = if first.owner == role {
        format!("ALTER TABLE {} OWNER TO ...", first.name)
    } else {
        format!(
            "REVOKE {} FROM {}",
            identifier(&first.owner),
            identifier(role)
        )
    };
    Some(("tenant-role-owns-table", is, should, Some(hint)))
}

/// A role with BYPASSRLS that the matrix does not name and that reaches a tenant table.
fn unlisted_bypass(coverage: &Coverage<'_>, role: &str) -> Option<Finding> {
    let mut relations = coverage
        .tenants
        .iter()
        .filter_map(|it| coverage.catalog().relation(it.table));
    let reached = relations.find(|relation| {
        COMMANDS
            .iter()
            .any(|command| coverage.roles.may(role, command, relation))
    })?;
    Some(Finding {
        object: Object::other("role", role),
        rule: "bypassrls-not-in-matrix",
        is: format!("it has BYPASSRLS and privileges on {}", reached.name),
        should: format!(
            "only {} may go around row level security",
            listed(coverage.tenants.bypass_roles.iter().copied())
        ),
        hint: Some(format!("ALTER ROLE {} NOBYPASSRLS", identifier(role))),
        matrix_line: None,
    })
}
