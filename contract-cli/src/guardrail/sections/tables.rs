//! Section A: what holds for each table.

use super::{Column, Kind, Presence, Reader};
use crate::guardrail::{model::Table, value};

pub static KIND: Kind = Kind {
    title: "A) Tables",
    identified_by: &[
        "core_columns",
        "jsonb_columns",
        "rls_required",
        "semantic_role",
    ],
    columns: COLUMNS,
};

const COLUMNS: &[Column] = &[
    Column {
        field: "table",
        names: &["Table"],
        presence: Presence::Key,
        explanation: "the table, `name` or `schema.name`; in schema public where none is named",
    },
    Column {
        field: "purpose",
        names: &["Purpose"],
        presence: Presence::Optional,
        explanation: "what it is for",
    },
    Column {
        field: "semantic_role",
        names: &["Semantic Role", "Role"],
        presence: Presence::Optional,
        explanation: "Ledger, Event Log, Configuration or Projection",
    },
    Column {
        field: "tenant_scope",
        names: &["Tenant Scope"],
        presence: Presence::Guaranteed,
        explanation: "how a row belongs to a tenant: a column with the tenant's id, `derived:case_id→client_id/vendor_id` (steps from the table to the tenant, columns to choose from with / between), or `global`",
    },
    Column {
        field: "derived_scope_proof",
        names: &["Derived Scope Proof", "Scope Proof"],
        presence: Presence::Optional,
        explanation: "for a derived scope a link to the section that shows its policy, and (EXISTS policy) behind it; else N/A (direct)",
    },
    Column {
        field: "rls_required",
        names: &["RLS Required"],
        presence: Presence::Guaranteed,
        explanation: "Yes or No: whether row level security has to be on",
    },
    Column {
        field: "core_columns",
        names: &["Core Columns"],
        presence: Presence::Optional,
        explanation: "columns that are not dropped or renamed without deprecation: `id uuid not null (pk)`, `name text null`, or the name alone",
    },
    Column {
        field: "immutable_columns",
        names: &["Immutable Columns"],
        presence: Presence::Optional,
        explanation: "columns whose value never changes after INSERT",
    },
    Column {
        field: "extra_columns",
        names: &["Extra Columns"],
        presence: Presence::Optional,
        explanation: "what other columns the table may have, as patterns: `ext_*`",
    },
    Column {
        field: "jsonb_columns",
        names: &["JSONB Columns"],
        presence: Presence::Guaranteed,
        explanation: "the jsonb columns, or None",
    },
    Column {
        field: "contract_types",
        names: &["JSONB Contract Types", "Contract Types"],
        presence: Presence::Optional,
        explanation: "the contract type of each jsonb column, in their order",
    },
    Column {
        field: "rls_policy",
        names: &["RLS Policy ID", "RLS Policy"],
        presence: Presence::Optional,
        explanation: "the id of the policy that isolates the tenants: `rls:case_isolation`",
    },
    Column {
        field: "index_requirements",
        names: &["Index Requirements"],
        presence: Presence::Optional,
        explanation: "what is indexed: PK + tenant_id + case_id indexed; every foreign key by its name",
    },
    Column {
        field: "index_justification",
        names: &["Index Justification Link", "Index Justification"],
        presence: Presence::Optional,
        explanation: "for a GIN index on jsonb a link to the query that needs it and the measured benefit; else None",
    },
    Column {
        field: "promotion_candidates",
        names: &["Promotion Candidates"],
        presence: Presence::Optional,
        explanation: "keys that may become columns: `metadata.escalation_level`",
    },
    Column {
        field: "owner",
        names: &["Owner"],
        presence: Presence::Guaranteed,
        explanation: "who mends what is wrong with the table",
    },
    Column {
        field: "adapter_owner",
        names: &["Adapter Owner"],
        presence: Presence::Optional,
        explanation: "the module that reads and writes the table",
    },
    Column {
        field: "validator_owner",
        names: &["Validator Owner"],
        presence: Presence::Optional,
        explanation: "the file that has the schemas of the jsonb columns",
    },
    Column {
        field: "test_coverage",
        names: &["Test Coverage"],
        presence: Presence::Optional,
        explanation: "which tests there are: unit+int",
    },
    Column {
        field: "compliance_level",
        names: &["Compliance Level", "Level"],
        presence: Presence::Optional,
        explanation: "L0 Draft, L1 Documented, L2 Enforced (DRIFT-01, 02 and 03 run) or L3 Enforced+Tested",
    },
    Column {
        field: "status",
        names: &["Status", "Drift Status"],
        presence: Presence::Guaranteed,
        explanation: "✅ Compliant (enforced at the level), ⚠️ Declared (written down and nothing more) or ❌ Non-compliant",
    },
];

pub fn row(reader: &mut Reader<'_, '_>) -> Option<Table> {
    Some(Table {
        line: reader.line,
        table: reader.key("table", value::table)?,
        purpose: reader.text("purpose"),
        semantic_role: reader.value("semantic_role", value::semantic_role),
        tenant_scope: reader.value("tenant_scope", value::tenant_scope),
        derived_scope_proof: value::proof(reader.raw("derived_scope_proof")),
        rls_required: reader.value("rls_required", value::yes_or_no),
        core_columns: reader.each("core_columns", value::core_column),
        immutable_columns: reader.list("immutable_columns"),
        extra_columns: reader.list("extra_columns"),
        jsonb_columns: reader.list("jsonb_columns"),
        contract_types: reader.list("contract_types"),
        rls_policy: reader.text("rls_policy"),
        index_requirements: reader.text("index_requirements"),
        index_justification: value::link(reader.raw("index_justification")),
        promotion_candidates: reader.text("promotion_candidates"),
        owner: reader.text("owner"),
        adapter_owner: reader.text("adapter_owner"),
        validator_owner: reader.text("validator_owner"),
        test_coverage: reader.text("test_coverage"),
        compliance_level: reader.value("compliance_level", value::level),
        status: reader.value("status", value::status),
    })
}
