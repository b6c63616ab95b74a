//! What a database has: the facts of its catalog that the drift checks compare, without any data.
//!
//! A [`Catalog`] is read from a live database or from a snapshot file, and the checks cannot tell which.
//! Everything is sorted by name, so that the same database gives the same bytes. Expressions are as
//! Postgres deparses them with an empty `search_path`: every name is qualified.
#![expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own in Postgres's catalog"
)]

mod live;
mod lookup;
mod name;
pub mod snapshot;
mod source;

pub use live::read;
pub use name::QualifiedName;
pub use source::CatalogArgs;

use serde::{Deserialize, Serialize};

/// The facts of one database. Neither system objects are in it, nor temporary ones, nor members of extensions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// The form of this model, [`Catalog::FORMAT`].
    pub format: u32,
    /// Postgres's major version.
    pub server_version: u32,
    /// All schemas but Postgres's own, with those of extensions.
    pub schemas: Vec<String>,
    /// What roles beside the owners may do with schemas, in the order of schema and role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schema_grants: Vec<SchemaGrant>,
    pub extensions: Vec<Extension>,
    /// All roles of the cluster but Postgres's own `pg_` ones.
    pub roles: Vec<Role>,
    pub relations: Vec<Relation>,
    pub types: Vec<Type>,
    /// Functions and procedures, without those in `LANGUAGE jsonb_contract`.
    pub functions: Vec<Function>,
    /// Contract types that are registered in this database.
    pub contract_types: Vec<RegisteredType>,
    /// Functions of the extension `jsonb_contract` that enforce contracts, and were replaced by others: `contract.guard()`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced_functions: Vec<String>,
}

impl Catalog {
    /// Grows with each change of the model: a snapshot of another form is refused.
    pub const FORMAT: u32 = 1;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    pub name: String,
    pub version: String,
    pub schema: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub name: String,
    pub superuser: bool,
    pub bypass_rls: bool,
    pub login: bool,
    pub inherit: bool,
    /// Whether it may make roles, and before Postgres 16 be any that is no superuser.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub creates_roles: bool,
    /// The roles that it is a direct member of.
    pub member_of: Vec<String>,
}

/// A table or something that is read like one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    pub name: QualifiedName,
    pub kind: RelationKind,
    pub owner: String,
    pub unlogged: bool,
    pub row_security: bool,
    pub force_row_security: bool,
    pub is_partition: bool,
    /// What it is a partition or an inheritance child of.
    pub parents: Vec<QualifiedName>,
    /// `RANGE (created_at)`
    pub partition_key: Option<String>,
    /// `FOR VALUES FROM ... TO ...`
    pub partition_bound: Option<String>,
    /// Storage parameters and view options, as in `security_invoker=true`.
    pub options: Vec<String>,
    pub grants: Vec<Grant>,
    /// In the order of the table.
    pub columns: Vec<Column>,
    pub constraints: Vec<Constraint>,
    pub indexes: Vec<Index>,
    pub policies: Vec<Policy>,
    /// Without those that Postgres makes for foreign keys.
    pub triggers: Vec<Trigger>,
    /// Without those that are the queries of views.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// The query of a view; the parameters of a sequence and the column that owns it.
    pub definition: Option<String>,
    /// The relations that a view's query reads.
    pub reads: Vec<QualifiedName>,
}

impl Relation {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub fn policy(&self, name: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.name == name)
    }

    /// Whether rows are stored in it or in its partitions.
    pub fn is_table(&self) -> bool {
        matches!(
            self.kind,
            RelationKind::Table | RelationKind::PartitionedTable
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    Table,
    PartitionedTable,
    ForeignTable,
    View,
    MaterializedView,
    Sequence,
}

/// What a role may do with a relation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// A role, or `public` for all of them; [`Grant::TO_ALL`].
    pub role: String,
    /// `SELECT`, `INSERT` and so on; of one column `SELECT (email)`, and `GRANT OPTION FOR SELECT`.
    pub privileges: Vec<String>,
}

/// What a role may do with a schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaGrant {
    pub schema: String,
    pub grant: Grant,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    /// As in DDL, qualified where it is not one of Postgres's own: `timestamp with time zone`, `public.document`.
    pub data_type: String,
    /// How jsonb is in it, through all domains.
    pub jsonb: Option<Jsonb>,
    pub not_null: bool,
    /// Default expression, or that of a generated column.
    pub default: Option<String>,
    pub generated: bool,
    /// `ALWAYS` or `BY DEFAULT`.
    pub identity: Option<String>,
    /// Where it is not the type's own.
    pub collation: Option<String>,
    /// Inherited from a parent and not declared here.
    pub inherited: bool,
}

/// How jsonb is in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Jsonb {
    /// The column's type.
    Plain,
    /// The type under a domain, or under a domain of a domain.
    Domain,
    /// The elements of an array.
    Array,
    /// A field of a composite type.
    Composite,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    pub name: String,
    pub kind: ConstraintKind,
    /// In the order of the key.
    pub columns: Vec<String>,
    /// As `pg_get_constraintdef` writes it.
    pub definition: String,
    pub validated: bool,
    /// Postgres 18 has constraints that are not.
    pub enforced: bool,
    /// The tables on which triggers of a foreign key are off, so that it does not hold there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disabled_on: Vec<QualifiedName>,
    /// Made from that of a parent.
    pub inherited: bool,
    /// Where a foreign key points.
    pub references: Option<References>,
    /// The functions that a CHECK depends on, of extensions too.
    pub calls: Vec<QualifiedName>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    Check,
    PrimaryKey,
    Unique,
    ForeignKey,
    Exclusion,
    NotNull,
    Trigger,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct References {
    pub table: QualifiedName,
    pub columns: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    pub name: String,
    /// The access method: `btree`, `gin`.
    pub method: String,
    pub unique: bool,
    /// Usable for queries; one left behind by a failed `CREATE INDEX CONCURRENTLY` is not.
    pub valid: bool,
    /// Made for a constraint of the same name.
    pub of_constraint: bool,
    pub key: Vec<IndexKey>,
    /// Columns of `INCLUDE`.
    pub include: Vec<String>,
    /// The condition of a partial index.
    pub predicate: Option<String>,
    /// As `pg_get_indexdef` writes it.
    pub definition: String,
    /// Attached to an index of a partitioned parent.
    pub inherited: bool,
}

/// A part of an index's key: a column or an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexKey {
    Column(String),
    Expression(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub name: String,
    pub permissive: bool,
    pub command: PolicyCommand,
    /// Sorted; `public` alone for all roles.
    pub roles: Vec<String>,
    /// The expression of USING.
    pub using: Option<String>,
    /// The expression of WITH CHECK.
    pub with_check: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PolicyCommand {
    All,
    Select,
    Insert,
    Update,
    Delete,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    pub name: String,
    pub timing: TriggerTiming,
    /// `INSERT`, `DELETE`, `UPDATE`, `TRUNCATE`.
    pub events: Vec<String>,
    pub for_each_row: bool,
    /// Those of `UPDATE OF`; empty for every column.
    pub columns: Vec<String>,
    /// The condition of WHEN.
    pub when: Option<String>,
    pub function: QualifiedName,
    pub arguments: Vec<String>,
    pub enabled: TriggerEnabled,
    pub is_constraint: bool,
    pub deferrable: bool,
    /// Made from that of a partitioned parent.
    pub inherited: bool,
    /// As `pg_get_triggerdef` writes it.
    pub definition: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerTiming {
    Before,
    After,
    InsteadOf,
}

/// What is done in place of a statement or beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub name: String,
    pub enabled: TriggerEnabled,
    /// As `pg_get_ruledef` writes it.
    pub definition: String,
}

/// When a trigger fires or a rule holds, by `session_replication_role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerEnabled {
    Origin,
    Disabled,
    Replica,
    Always,
}

/// A function or a procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    pub name: QualifiedName,
    /// The types of its arguments, which tell it from others of the same name.
    pub arguments: String,
    pub language: String,
    pub returns_trigger: bool,
    /// The text between the quotes; empty for a body in SQL-standard form.
    pub body: String,
    /// As `pg_get_functiondef` writes it; of aggregates, their identity.
    pub definition: String,
    pub owner: String,
}

/// A domain, an enum, a composite or a range type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Type {
    pub name: QualifiedName,
    /// Its parts in one text, the same for the same type.
    pub definition: String,
}

/// A contract type of the database: a function in `LANGUAGE jsonb_contract`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisteredType {
    pub name: QualifiedName,
    /// The definition, as `contract_core::definition` reads it.
    pub body: String,
}

impl Grant {
    /// The role that stands for all roles.
    pub const TO_ALL: &'static str = "public";
}
