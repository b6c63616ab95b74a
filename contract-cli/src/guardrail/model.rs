//! What a guardrail matrix says: `guardrail.json`.
//!
//! A model is made from a document in which every row could be read; what is wrong with the document beside
//! that is said by the diagnostics of the compilation. Each row knows its line, so that a finding
//! of a drift check can point to it.

use crate::catalog::QualifiedName;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A whole matrix, in the order of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// The release of the document, from its head.
    pub version: Option<String>,
    /// Who owns the document, from its head.
    pub owner: Option<String>,
    /// Section A: one row a table.
    pub tables: Vec<Table>,
    /// Section B: one row a contract type.
    pub contracts: Vec<Contract>,
    /// Section C: keys that became or will become columns.
    pub promotions: Vec<Promotion>,
    /// Section D: one row a table.
    pub row_security: Vec<RowSecurity>,
    /// Section D: roles that may go around row level security: BYPASSRLS, or a policy whose id ends in `_bypass`.
    pub bypass_roles: Vec<String>,
    /// Section E: one row a drift check.
    pub checks: Vec<Check>,
    /// Core columns on their way out.
    pub deprecations: Vec<Deprecation>,
}

impl Matrix {
    /// The row of a table in section A.
    pub fn table(&self, name: &QualifiedName) -> Option<&Table> {
        self.tables.iter().find(|row| row.table == *name)
    }

    /// The row of a table in section D.
    pub fn row_security(&self, name: &QualifiedName) -> Option<&RowSecurity> {
        self.row_security.iter().find(|row| row.table == *name)
    }

    /// The row of a drift check in section E.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|row| row.id == id)
    }
}

/// What holds for a table (section A).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the names of the document")]
pub struct Table {
    pub line: u64,
    /// In schema `public` where the document names none.
    pub table: QualifiedName,
    pub purpose: Option<String>,
    pub semantic_role: Option<SemanticRole>,
    pub tenant_scope: Option<TenantScope>,
    pub derived_scope_proof: Option<Proof>,
    /// Whether row level security has to be on; where it is not said, for every table but a global one.
    pub rls_required: Option<bool>,
    /// Columns that are not dropped or renamed without deprecation.
    pub core_columns: Vec<CoreColumn>,
    /// Columns whose value never changes after INSERT.
    pub immutable_columns: Vec<String>,
    /// What other columns the table may have beside core and jsonb columns, as patterns with `*`.
    pub extra_columns: Vec<String>,
    pub jsonb_columns: Vec<String>,
    /// Contract types of the jsonb columns, in their order.
    pub contract_types: Vec<String>,
    /// The id of the policy that isolates the tenants.
    pub rls_policy: Option<String>,
    pub index_requirements: Option<String>,
    /// Why a jsonb column may have a GIN index.
    pub index_justification: Option<Link>,
    pub promotion_candidates: Option<String>,
    pub owner: Option<String>,
    pub adapter_owner: Option<String>,
    pub validator_owner: Option<String>,
    pub test_coverage: Option<String>,
    pub compliance_level: Option<Level>,
    pub status: Option<Status>,
}

impl Table {
    /// Whether row level security has to be on.
    pub fn needs_row_security(&self) -> bool {
        self.rls_required
            .unwrap_or(self.tenant_scope != Some(TenantScope::Global))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SemanticRole {
    Ledger,
    EventLog,
    Configuration,
    Projection,
}

/// How a row belongs to a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TenantScope {
    /// By a column of its own that has the tenant's id.
    Direct(String),
    /// By steps from column to column, from the table to the tenant; each step is a choice of columns.
    /// `derived:case_id→client_id/vendor_id` is `[["case_id"], ["client_id", "vendor_id"]]`.
    Derived(Vec<Vec<String>>),
    /// It belongs to no tenant.
    Global,
}

/// Why a derived scope is believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Not needed: the scope is direct.
    NotApplicable,
    Link(Link),
}

/// `[text](target)`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub text: String,
    pub target: String,
}

/// A column with what is promised of it: `id uuid not null (pk)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoreColumn {
    pub name: String,
    /// The type as in DDL, where it is promised.
    pub data_type: Option<String>,
    /// `Some(true)` for `not null`, `Some(false)` for `null`, `None` where nothing is promised.
    pub not_null: Option<bool>,
    pub primary_key: bool,
}

/// A compliance level. Each takes all that is below it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Level {
    /// The table is there, and the matrix does not speak of it.
    L0,
    /// The matrix has its row.
    L1,
    /// DRIFT-01, DRIFT-02 and DRIFT-03 ran and found nothing.
    L2,
    /// And tests of row level security and of the contracts passed.
    L3,
}

/// What the document says of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Enforced at the stated level.
    Compliant,
    /// Written down and nothing more.
    Declared,
    NonCompliant,
}

/// A contract type (section B).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the names of the document")]
pub struct Contract {
    pub line: u64,
    pub contract_type: String,
    pub canonical_contract_id: Option<String>,
    /// The columns it is used in.
    pub used_in: Vec<ColumnName>,
    pub min_version: Option<u32>,
    pub max_version: Option<u32>,
    pub validator_ref: Option<String>,
    pub required_keys: Vec<String>,
    /// `None` where any key is allowed.
    pub allowed_keys: Option<Vec<String>>,
    /// Whether a CHECK has to be there.
    pub check_constraint: Option<bool>,
    /// Keys that an index may be made on.
    pub index_keys: Vec<String>,
    /// The lowest version that may be written, where one is promised.
    pub write_floor: Option<u32>,
    pub migration_notes: Option<String>,
    pub owner: Option<String>,
    pub status: Option<Status>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnName {
    pub table: QualifiedName,
    pub column: String,
}

/// A key that becomes a column (section C).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Promotion {
    pub line: u64,
    pub id: String,
    pub table: QualifiedName,
    /// `metadata->>'priority'`
    pub source: String,
    pub new_columns: Option<String>,
    pub phase_a: Option<PhaseStatus>,
    pub phase_b: Option<PhaseStatus>,
    pub phase_c: Option<PhaseStatus>,
    pub verification_window: Option<String>,
    pub rollback_ready: Option<String>,
    pub owner: Option<String>,
    pub status: Option<PhaseStatus>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhaseStatus {
    Done,
    Planned,
    InProgress,
    Blocked,
}

/// Row level security of a table (section D).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowSecurity {
    pub line: u64,
    pub table: QualifiedName,
    pub tenant_scope: Option<TenantScope>,
    pub enabled: Option<bool>,
    /// Whether the owner has to be bound too (FORCE ROW LEVEL SECURITY).
    pub forced: Option<bool>,
    /// Ids of policies, with the prefix `rls:` if the document has it.
    pub policies: Vec<String>,
    pub roles: Vec<String>,
    pub tested: Option<bool>,
    pub notes: Option<String>,
    pub status: Option<Status>,
}

/// A drift check (section E).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    pub line: u64,
    /// `DRIFT-01`
    pub id: String,
    pub validates: Option<String>,
    pub input: Option<String>,
    /// The file of the report.
    pub artifact: Option<String>,
    pub severity: Option<String>,
    /// Who mends what the check finds.
    pub owner: Option<String>,
    /// By when: a date, or a time such as `7 days`.
    pub eta: Option<String>,
    pub risk: Option<Risk>,
    /// Whether the check runs.
    pub implemented: Option<bool>,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    Low,
    Medium,
    High,
    Critical,
}

/// A core column on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deprecation {
    pub line: u64,
    pub table: QualifiedName,
    pub column: String,
    #[schemars(with = "Option<String>")]
    pub deprecated_at: Option<Date>,
    pub ticket: Option<String>,
    /// The new column, or the way to do without.
    pub replacement: Option<String>,
    #[schemars(with = "Option<String>")]
    pub sunset_at: Option<Date>,
}
