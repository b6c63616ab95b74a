//! The tenant tables: whether row level security is on, for the roles and commands that it must cover.

use super::{Coverage, Tenant, grantees, listed, policies, roles::COMMANDS};
use crate::{
    catalog::{ConstraintKind, Grant, Policy, PolicyCommand, Relation, RelationKind},
    checks::{Finding, Object},
    name::identifier,
};
use std::collections::BTreeSet;

pub fn check(coverage: &Coverage<'_>, tenant: &Tenant<'_>, findings: &mut Vec<Finding>) {
    let finding = |rule, is: &str, should: &str, hint| Finding {
        object: Object::table(tenant.table),
        rule,
        is: is.to_owned(),
        should: should.to_owned(),
        hint,
        matrix_line: Some(tenant.line),
    };
    let relation = coverage.catalog().relation(tenant.table);
    let Some(relation) = relation.filter(|relation| relation.is_table()) else {
        let is = relation.map_or("there is no such table", |relation| kind(relation.kind));
        let should = "a table with row level security";
        findings.push(finding("tenant-table-missing", is, should, None));
        return;
    };
    let alter = |what: &str| Some(format!("ALTER TABLE {} {what}", tenant.table));
    if !relation.row_security {
        findings.push(finding(
            "row-security-off",
            "row level security is off: every role reads and writes the rows of all tenants",
            "row level security is on",
            alter("ENABLE ROW LEVEL SECURITY"),
        ));
        // It was never set up; what is missing follows from that.
        if relation.policies.is_empty() {
            return;
        }
    } else if tenant.forced && !relation.force_row_security {
        findings.push(finding(
            "row-security-not-forced",
            "row level security does not apply to the table's owner",
            "row level security is forced",
            alter("FORCE ROW LEVEL SECURITY"),
        ));
    }
    findings.extend(truncation(coverage, tenant, relation));
    policies::check(coverage, tenant, relation, findings);
    let missing = policies::missing(tenant, relation);
    let complete = missing.is_empty();
    findings.extend(missing);
    if complete && relation.row_security {
        findings.extend(uncovered(coverage, tenant, relation));
        findings.extend(unused_columns(coverage, tenant, relation));
    }
}

fn kind(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::ForeignTable => "it is a foreign table, which cannot have row level security",
        RelationKind::View | RelationKind::MaterializedView => {
            "it is a view, which cannot have row level security"
        }
        _ => "it is no table",
    }
}

/// TRUNCATE takes all rows, whatever the policies:
/// <https://www.postgresql.org/docs/current/ddl-rowsecurity.html>.
fn truncation(
    coverage: &Coverage<'_>,
    tenant: &Tenant<'_>,
    relation: &Relation,
) -> Option<Finding> {
    let roles = &coverage.roles;
    let is_of_tenant = |holder: &str| {
        tenant.roles.is_empty()
            || holder == Grant::TO_ALL
            || (tenant.roles.iter()).any(|role| roles.groups(role).any(|group| group == holder))
    };
    let mut holders = roles.held_to_rows(relation, &["TRUNCATE"]);
    holders.retain(|holder| is_of_tenant(holder));
    (!tenant.is_global() && !holders.is_empty()).then(|| Finding {
        object: Object::table(tenant.table),
        rule: "truncate-granted",
        is: format!(
            "TRUNCATE by {} takes the rows of all tenants: row level security does not hold for it",
            listed(holders.iter().copied())
        ),
        should: "no tenant's role may TRUNCATE".to_owned(),
        hint: Some(format!(
            "REVOKE TRUNCATE ON {} FROM {}",
            tenant.table,
            grantees(holders.iter().copied())
        )),
        matrix_line: Some(tenant.line),
    })
}

/// Commands that a role has the privilege for, and that no permissive policy lets it use on any row.
fn uncovered(coverage: &Coverage<'_>, tenant: &Tenant<'_>, relation: &Relation) -> Option<Finding> {
    let roles = &coverage.roles;
    let is_covered = |role: &str, command: &str| {
        relation.policies.iter().any(|policy| {
            policy.permissive
                && policy
                    .roles
                    .iter()
                    .any(|to| to == Grant::TO_ALL || roles.groups(role).any(|group| group == to))
                && allows(policy, command)
        })
    };
    let mut said = Vec::new();
    let mut hints = Vec::new();
    for role in tenant.roles.iter().filter(|role| !roles.is_exempt(role)) {
        let commands: Vec<_> = COMMANDS
            .into_iter()
            .filter(|command| roles.may(role, command, relation) && !is_covered(role, command))
            .collect();
        let Some(first) = commands.first() else {
            continue;
        };
        said.push(format!("{} by {role}", listed(commands.iter().copied())));
        let clause = if *first == "INSERT" {
            "WITH CHECK (...)"
        } else {
            "USING (...)"
        };
        let (table, role) = (tenant.table, identifier(role));
        hints.push(format!(
            "REVOKE {} ON {table} FROM {role}; or CREATE POLICY ... ON {table} FOR {first} TO {role} {clause}",
            commands.join(", ")
        ));
    }
    (!said.is_empty()).then(|| Finding {
        object: Object::table(tenant.table),
        rule: "command-not-covered",
        is: format!(
            "no permissive policy is for {}: it is granted, and finds or takes no row",
            said.join(", nor for ")
        ),
        should: format!(
            "policies for {} for each command that they have the privilege for, and no privilege for others",
            listed(tenant.roles.iter().copied())
        ),
        hint: Some(hints.join("; ")),
        matrix_line: Some(tenant.line),
    })
}

/// Whether a policy lets rows through for a command.
fn allows(policy: &Policy, command: &str) -> bool {
    let (wanted, reads) = match command {
        "SELECT" => (PolicyCommand::Select, true),
        "INSERT" => (PolicyCommand::Insert, false),
        "UPDATE" => (PolicyCommand::Update, true),
        _ => (PolicyCommand::Delete, true),
    };
    let has = policy.using.is_some() || (!reads && policy.with_check.is_some());
    super::is_for(policy, wanted) && has
}

/// A column of the scope by which nobody reaches a row: a tenant that the row belongs to by it does not see it.
fn unused_columns(
    coverage: &Coverage<'_>,
    tenant: &Tenant<'_>,
    relation: &Relation,
) -> Option<Finding> {
    let path = tenant.path.as_deref()?;
    let reading = relation.policies.iter().filter(|policy| {
        policy.permissive
            && super::is_for(policy, PolicyCommand::Select)
            && coverage.tenants.concerns(policy)
    });
    let bindings: Vec<_> = reading
        .filter_map(|policy| policy.using.as_deref())
        .map(|using| coverage.binding(using, tenant.table, path))
        .collect();
    let used: BTreeSet<_> = bindings
        .iter()
        .flat_map(|binding| &binding.columns)
        .collect();
    // Where none is used, the policies are findings themselves, or leave it to those of another table.
    let step = path
        .iter()
        .find(|step| step.iter().any(|column| used.contains(column)) && step.len() > 1)?;
    let unused: Vec<_> = step
        .iter()
        .filter(|column| !used.contains(column))
        .collect();
    if unused.is_empty()
        || bindings
            .iter()
            .any(|it| it.verdict != super::Verdict::Bound)
    {
        return None;
    }
    let names = listed(unused.iter().map(|column| column.as_str()));
    Some(Finding {
        object: Object::table(tenant.table),
        rule: "scope-column-unused",
        is: format!("no policy lets a tenant read rows by {names}"),
        should: format!("a row is read by each of its tenants: {}", tenant.scope()),
        hint: None,
        matrix_line: Some(tenant.line),
    })
}

/// Tables that look as if they were a tenant's, in schemas that the matrix speaks of, and are not in it.
pub fn check_unlisted(coverage: &Coverage<'_>, findings: &mut Vec<Finding>) {
    let tenants = coverage.tenants;
    let schemas: BTreeSet<_> = tenants.tables.iter().map(|table| &table.schema).collect();
    let direct: BTreeSet<_> = tenants
        .iter()
        .filter(|tenant| !tenant.is_derived())
        .filter_map(|tenant| {
            let column = tenant.path.as_ref()?.first()?.first()?;
            // The tenants' own table: each table may have an `id`.
            let is_key = coverage
                .catalog()
                .relation(tenant.table)?
                .constraints
                .iter()
                .any(|it| it.kind == ConstraintKind::PrimaryKey && it.columns == [column.as_str()]);
            (!is_key).then_some(column)
        })
        .collect();
    for relation in &coverage.catalog().relations {
        let is_listed = tenants.tables.contains(&relation.name);
        // A partition belongs to its parent.
        if is_listed
            || !relation.is_table()
            || !schemas.contains(&relation.name.schema)
            || !relation.parents.is_empty()
        {
            continue;
        }
        let column = relation
            .columns
            .iter()
            .find(|column| direct.contains(&column.name));
        let is = match column {
            Some(column) => Some(format!(
                "it has a column {}, and the matrix has no row for it",
                column.name
            )),
            None => relation
                .constraints
                .iter()
                .filter(|constraint| constraint.kind == ConstraintKind::ForeignKey)
                .filter_map(|constraint| constraint.references.as_ref())
                .find(|references| tenants.get(&references.table).is_some())
                .map(|references| {
                    format!(
                        "its rows refer to {}, and the matrix has no row for it",
                        references.table
                    )
                }),
        };
        findings.extend(is.map(|is| {
            Finding {
                object: Object::table(&relation.name),
                rule: "tenant-table-not-in-matrix",
                is,
                should:
                    "the matrix says how each table belongs to the tenants, or that it is global"
                        .to_owned(),
                hint: Some("add a row for it to section A, and to section D".to_owned()),
                matrix_line: None,
            }
        }));
    }
}

/// A matrix that says nothing of the tenants of a database that has row level security.
pub fn check_any(coverage: &Coverage<'_>, findings: &mut Vec<Finding>) {
    const MOST: usize = 3;
    let catalog = coverage.catalog();
    let mut tenants = coverage.tenants.iter();
    if tenants.any(|tenant| catalog.relation(tenant.table).is_some()) {
        return;
    }
    let secured = catalog
        .relations
        .iter()
        .filter(|relation| relation.row_security || !relation.policies.is_empty());
    let mut names: Vec<_> = secured.map(|relation| relation.name.to_string()).collect();
    if names.is_empty() {
        return;
    }
    if names.len() > MOST {
        let more = names.len() - MOST;
        names.truncate(MOST);
        names.push(format!("{more} more"));
    }
    findings.push(Finding {
        object: Object::other("matrix", "tenant tables"),
        rule: "no-tenant-table-in-matrix",
        is: format!(
            "the database has row level security or policies on {}, and no tenant table of the matrix",
            listed(names.iter().map(String::as_str))
        ),
        should: "the matrix says which tables belong to tenants, and how".to_owned(),
        hint: Some("add the tables to section A with their tenant scope, and to section D".to_owned()),
        matrix_line: None,
    });
}

/// What can be done about a policy that is for the wrong roles.
pub fn alter_roles<'b>(
    relation: &Relation,
    policy: &Policy,
    roles: impl IntoIterator<Item = &'b str>,
) -> String {
    format!(
        "ALTER POLICY {} ON {} TO {}",
        identifier(&policy.name),
        relation.name,
        grantees(roles)
    )
}
