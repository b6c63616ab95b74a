//! Small catalogs and matrices.

use crate::{
    catalog::{
        self, Catalog, Column, Constraint, ConstraintKind, Grant, Policy, PolicyCommand,
        QualifiedName, References, RelationKind, Role,
    },
    guardrail::{
        Matrix,
        model::{RowSecurity, Table, TenantScope},
    },
};

/// A relation that grows.
#[derive(Clone)]
pub struct Relation(pub catalog::Relation);

impl Relation {
    pub fn new(schema: &str, name: &str) -> Self {
        Self(catalog::Relation {
            name: QualifiedName::new(schema, name),
            kind: RelationKind::Table,
            owner: "owner".to_owned(),
            unlogged: false,
            row_security: true,
            force_row_security: true,
            is_partition: false,
            parents: Vec::new(),
            partition_key: None,
            partition_bound: None,
            options: Vec::new(),
            grants: Vec::new(),
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            policies: Vec::new(),
            triggers: Vec::new(),
            rules: Vec::new(),
            definition: None,
            reads: Vec::new(),
        })
    }

    pub fn view(schema: &str, name: &str, reads: &[&QualifiedName]) -> Self {
        let mut view = Self::new(schema, name);
        view.0.kind = RelationKind::View;
        view.0.row_security = false;
        view.0.reads = reads.iter().map(|name| (*name).clone()).collect();
        view
    }

    pub fn with(mut self, change: impl FnOnce(&mut catalog::Relation)) -> Self {
        change(&mut self.0);
        self
    }

    pub fn columns(mut self, names: &[&str]) -> Self {
        self.0
            .columns
            .extend(names.iter().map(|name| column(name, true)));
        self
    }

    pub fn nullable(mut self, name: &str) -> Self {
        self.0.columns.push(column(name, false));
        self
    }

    pub fn primary_key(self, columns: &[&str]) -> Self {
        self.constraint(ConstraintKind::PrimaryKey, columns, None)
    }

    pub fn unique(self, columns: &[&str]) -> Self {
        self.constraint(ConstraintKind::Unique, columns, None)
    }

    pub fn foreign_key(self, column: &str, table: &QualifiedName, referenced: &str) -> Self {
        let target = References {
            table: table.clone(),
            columns: vec![referenced.to_owned()],
        };
        self.constraint(ConstraintKind::ForeignKey, &[column], Some(target))
    }

    fn constraint(
        mut self,
        kind: ConstraintKind,
        columns: &[&str],
        target: Option<References>,
    ) -> Self {
        self.0.constraints.push(Constraint {
            name: format!("constraint_{}", self.0.constraints.len()),
            kind,
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            definition: String::new(),
            validated: true,
            enforced: true,
            disabled_on: Vec::new(),
            inherited: false,
            references: target,
            calls: Vec::new(),
        });
        self
    }

    pub fn grant(mut self, role: &str, privileges: &[&str]) -> Self {
        self.0.grants.push(Grant {
            role: role.to_owned(),
            privileges: privileges.iter().map(|it| (*it).to_owned()).collect(),
        });
        self
    }

    pub fn policy(mut self, name: &str, role: &str, using: &str) -> Self {
        self.0.policies.push(Policy {
            name: name.to_owned(),
            permissive: true,
            command: PolicyCommand::All,
            roles: vec![role.to_owned()],
            using: Some(using.to_owned()),
            with_check: None,
        });
        self
    }
}

fn column(name: &str, not_null: bool) -> Column {
    Column {
        name: name.to_owned(),
        data_type: "text".to_owned(),
        jsonb: None,
        not_null,
        default: None,
        generated: false,
        identity: None,
        collation: None,
        inherited: false,
    }
}

pub fn role(name: &str, member_of: &[&str]) -> Role {
    Role {
        name: name.to_owned(),
        superuser: false,
        bypass_rls: false,
        login: false,
        inherit: true,
        creates_roles: false,
        member_of: member_of.iter().map(|group| (*group).to_owned()).collect(),
    }
}

/// A catalog of these relations, with the roles `authenticated`, `owner` and `service_role`.
pub fn catalog(relations: Vec<Relation>) -> Catalog {
    let mut relations: Vec<_> = relations.into_iter().map(|relation| relation.0).collect();
    relations.sort_by(|a, b| a.name.cmp(&b.name));
    Catalog {
        format: Catalog::FORMAT,
        schema_grants: Vec::new(),
        replaced_functions: Vec::new(),
        server_version: 15,
        schemas: Vec::new(),
        extensions: Vec::new(),
        roles: ["authenticated", "owner", "service_role"]
            .map(|name| role(name, &[]))
            .into(),
        relations,
        types: Vec::new(),
        functions: Vec::new(),
        contract_types: Vec::new(),
    }
}

pub fn direct(column: &str) -> TenantScope {
    TenantScope::Direct(column.to_owned())
}

pub fn derived(path: &[&[&str]]) -> TenantScope {
    let step = |step: &&[&str]| step.iter().map(|column| (*column).to_owned()).collect();
    TenantScope::Derived(path.iter().map(step).collect())
}

/// A matrix with a row of section A for each of these.
pub fn matrix(tables: Vec<(QualifiedName, TenantScope)>) -> Matrix {
    let row = |(at, (table, scope)): (usize, (QualifiedName, TenantScope))| Table {
        line: at as u64 + 1,
        table,
        purpose: None,
        semantic_role: None,
        tenant_scope: Some(scope),
        derived_scope_proof: None,
        rls_required: None,
        core_columns: Vec::new(),
        immutable_columns: Vec::new(),
        extra_columns: Vec::new(),
        jsonb_columns: Vec::new(),
        contract_types: Vec::new(),
        rls_policy: None,
        index_requirements: None,
        index_justification: None,
        promotion_candidates: None,
        owner: None,
        adapter_owner: None,
        validator_owner: None,
        test_coverage: None,
        compliance_level: None,
        status: None,
    };
    Matrix {
        tables: tables.into_iter().enumerate().map(row).collect(),
        ..Matrix::default()
    }
}

/// A row of section D for `authenticated` and `service_role`.
pub fn row_security(table: &QualifiedName, policies: &[&str]) -> RowSecurity {
    RowSecurity {
        line: 100,
        table: table.clone(),
        tenant_scope: None,
        enabled: Some(true),
        forced: Some(true),
        policies: policies.iter().map(|id| format!("rls:{id}")).collect(),
        roles: vec!["authenticated".to_owned(), "service_role".to_owned()],
        tested: None,
        notes: None,
        status: None,
    }
}
