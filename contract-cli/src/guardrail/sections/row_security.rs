//! Section D: row level security, and the roles that go around it.

use super::{Column, Kind, Presence, Reader};
use crate::guardrail::{model::RowSecurity, value};

pub static KIND: Kind = Kind {
    title: "D) Row level security",
    identified_by: &["policies", "enabled"],
    columns: COLUMNS,
};

pub static BYPASS_ROLES: Kind = Kind {
    title: "D) Bypass roles",
    identified_by: &["bypass_role"],
    columns: &[
        Column {
            field: "bypass_role",
            names: &["Bypass Role", "Bypass Roles"],
            presence: Presence::Key,
            explanation: "a role that may go around row level security: BYPASSRLS, or a policy whose id ends in _bypass",
        },
        Column {
            field: "reason",
            names: &["Reason", "Why"],
            presence: Presence::Optional,
            explanation: "why it may",
        },
    ],
};

const COLUMNS: &[Column] = &[
    Column {
        field: "table",
        names: &["Table"],
        presence: Presence::Key,
        explanation: "the table",
    },
    Column {
        field: "tenant_scope",
        names: &["Tenant Scope"],
        presence: Presence::Optional,
        explanation: "as in section A",
    },
    Column {
        field: "enabled",
        names: &["RLS Enabled"],
        presence: Presence::Optional,
        explanation: "Yes or No",
    },
    Column {
        field: "forced",
        names: &["Forced", "RLS Forced"],
        presence: Presence::Optional,
        explanation: "Yes or No: whether it binds the owner of the table too",
    },
    Column {
        field: "policies",
        names: &["Policies"],
        presence: Presence::Optional,
        explanation: "the ids of all policies: `rls:case_isolation`, `rls:case_service_bypass`",
    },
    Column {
        field: "roles",
        names: &["Roles Covered", "Roles"],
        presence: Presence::Optional,
        explanation: "the roles that the policies are for",
    },
    Column {
        field: "tested",
        names: &["Tested"],
        presence: Presence::Optional,
        explanation: "Yes or No: whether a test shows that a tenant sees its own rows only",
    },
    Column {
        field: "notes",
        names: &["Notes"],
        presence: Presence::Optional,
        explanation: "anything",
    },
    Column {
        field: "status",
        names: &["Status"],
        presence: Presence::Optional,
        explanation: "as in section A",
    },
];

pub fn row(reader: &mut Reader<'_, '_>) -> Option<RowSecurity> {
    Some(RowSecurity {
        line: reader.line,
        table: reader.key("table", value::table)?,
        tenant_scope: reader.value("tenant_scope", value::tenant_scope),
        enabled: reader.value("enabled", value::yes_or_no),
        forced: reader.value("forced", value::yes_or_no),
        policies: reader.list("policies"),
        roles: reader.list("roles"),
        tested: reader.value("tested", value::yes_or_no),
        notes: reader.text("notes"),
        status: reader.value("status", value::status),
    })
}

pub fn bypass_role(reader: &mut Reader<'_, '_>) -> Option<String> {
    reader.key("bypass_role", |text| Ok(value::text(text)))
}
