//! What the matrix says of tenants: which tables are theirs, and how.

use crate::{
    catalog::{Policy, QualifiedName},
    guardrail::{
        Matrix,
        model::{RowSecurity, Table, TenantScope},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The roles that go around row level security where a matrix names none.
const USUAL_BYPASS_ROLES: [&str; 1] = ["service_role"];

/// A table whose rows belong to tenants.
pub struct Tenant<'a> {
    pub table: &'a QualifiedName,
    /// How a row belongs to its tenant; nothing where the matrix does not say it.
    pub path: Option<Vec<Vec<String>>>,
    scope: Option<&'a TenantScope>,
    /// The line of section D, or else that of section A.
    pub line: u64,
    pub forced: bool,
    /// The names of the policies that have to be there.
    pub policies: BTreeSet<&'a str>,
    /// Whether these are all that may be there.
    pub lists_all: bool,
    /// The roles that have to be covered.
    pub roles: Vec<&'a str>,
}

/// The tenant tables of a matrix.
pub struct Tenants<'a> {
    by_table: BTreeMap<&'a QualifiedName, Tenant<'a>>,
    /// How a row belongs to its tenant, of tables that need no row level security too.
    paths: BTreeMap<&'a QualifiedName, Vec<Vec<String>>>,
    /// All tables of the matrix, global ones too.
    pub tables: BTreeSet<&'a QualifiedName>,
    /// Roles that may go around row level security.
    pub bypass_roles: BTreeSet<&'a str>,
}

impl<'a> Tenants<'a> {
    pub fn new(matrix: &'a Matrix) -> Self {
        let tables = matrix.tables.iter().map(|row| &row.table);
        let tables: BTreeSet<_> = tables
            .chain(matrix.row_security.iter().map(|row| &row.table))
            .collect();
        let tenants = tables.iter().filter_map(|table| {
            let tenant = Tenant::new(table, matrix.table(table), matrix.row_security(table))?;
            Some((*table, tenant))
        });
        let paths = tables.iter().filter_map(|table| {
            let path = path(scope(matrix.table(table), matrix.row_security(table))?)?;
            Some((*table, path))
        });
        let bypass_roles = if matrix.bypass_roles.is_empty() {
            USUAL_BYPASS_ROLES.into()
        } else {
            matrix.bypass_roles.iter().map(String::as_str).collect()
        };
        Self {
            by_table: tenants.collect(),
            paths: paths.collect(),
            tables,
            bypass_roles,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Tenant<'a>> {
        self.by_table.values()
    }

    pub fn get(&self, table: &QualifiedName) -> Option<&Tenant<'a>> {
        self.by_table.get(table)
    }

    /// How a row of a table belongs to its tenant, step by step.
    pub fn path(&self, table: &QualifiedName) -> Option<&[Vec<String>]> {
        self.paths.get(table).map(Vec::as_slice)
    }

    /// Whether a policy is for others than those that go around row level security.
    pub fn concerns(&self, policy: &Policy) -> bool {
        let mut roles = policy.roles.iter();
        roles.any(|role| !self.bypass_roles.contains(role.as_str()))
    }

    /// The roles of tenants, each with the first line that names it.
    pub fn roles(&self) -> BTreeMap<&'a str, u64> {
        let mut roles = BTreeMap::new();
        for tenant in self.iter() {
            for role in &tenant.roles {
                let line = roles.entry(*role).or_insert(tenant.line);
                *line = tenant.line.min(*line);
            }
        }
        roles
    }
}

impl<'a> Tenant<'a> {
    /// Nothing for a table that needs no row level security.
    fn new(
        table: &'a QualifiedName,
        row: Option<&'a Table>,
        security: Option<&'a RowSecurity>,
    ) -> Option<Self> {
        let scope = scope(row, security);
        let is_needed = match row {
            Some(row) => row.needs_row_security(),
            None => scope != Some(&TenantScope::Global),
        };
        if !is_needed && security.is_none_or(|security| security.enabled != Some(true)) {
            return None;
        }
        let listed = security.map_or(&[][..], |security| &security.policies);
        let isolation = row.and_then(|row| row.rls_policy.as_deref());
        Some(Self {
            table,
            path: scope.and_then(path),
            scope,
            line: security.map(|it| it.line).or(row.map(|it| it.line))?,
            forced: security.is_some_and(|security| security.forced == Some(true)),
            policies: listed
                .iter()
                .map(String::as_str)
                .chain(isolation)
                .map(policy_name)
                .collect(),
            lists_all: !listed.is_empty(),
            roles: security
                .map(|security| security.roles.iter().map(String::as_str).collect())
                .unwrap_or_default(),
        })
    }

    /// Whether its rows belong to a tenant through another table.
    pub fn is_derived(&self) -> bool {
        matches!(self.scope, Some(TenantScope::Derived(_)))
    }

    /// Whether it has row level security though its rows are nobody's.
    pub fn is_global(&self) -> bool {
        self.scope == Some(&TenantScope::Global)
    }

    /// Its scope in a sentence: `tenant_id`, `case_id → client_id or vendor_id`.
    pub fn scope(&self) -> String {
        let steps = self.path.iter().flatten();
        let steps = steps.map(|step| step.join(" or "));
        steps.collect::<Vec<_>>().join(" → ")
    }
}

/// The scope of a table: that of section A, or else that of section D.
fn scope<'a>(row: Option<&'a Table>, security: Option<&'a RowSecurity>) -> Option<&'a TenantScope> {
    row.and_then(|row| row.tenant_scope.as_ref())
        .or_else(|| security?.tenant_scope.as_ref())
}

fn path(scope: &TenantScope) -> Option<Vec<Vec<String>>> {
    match scope {
        TenantScope::Direct(column) => Some(vec![vec![column.clone()]]),
        TenantScope::Derived(path) => Some(path.clone()),
        TenantScope::Global => None,
    }
}

/// The name of a policy by its id.
fn policy_name(id: &str) -> &str {
    id.strip_prefix("rls:").unwrap_or(id)
}
