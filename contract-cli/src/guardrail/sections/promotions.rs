//! Section C: keys that became or will become columns.

use super::{Column, Kind, Presence, Reader};
use crate::guardrail::{model::Promotion, value};

pub static KIND: Kind = Kind {
    title: "C) Promotions",
    identified_by: &["id"],
    columns: COLUMNS,
};

const COLUMNS: &[Column] = &[
    Column {
        field: "id",
        names: &["Promotion ID"],
        presence: Presence::Key,
        explanation: "`PROMO-001`, as in links to it",
    },
    Column {
        field: "table",
        names: &["Table"],
        presence: Presence::Key,
        explanation: "the table",
    },
    Column {
        field: "source",
        names: &["JSONB Source", "Source"],
        presence: Presence::Key,
        explanation: "the key: `metadata->>'priority'`",
    },
    Column {
        field: "new_columns",
        names: &["New Column", "New Columns"],
        presence: Presence::Optional,
        explanation: "the column that it becomes: `priority text`",
    },
    Column {
        field: "phase_a",
        names: &["Phase A"],
        presence: Presence::Optional,
        explanation: "backfill: ✅ Done, ⚠️ Planned, 🔄 In Progress, ❌ Blocked, or -",
    },
    Column {
        field: "phase_b",
        names: &["Phase B"],
        presence: Presence::Optional,
        explanation: "both are written",
    },
    Column {
        field: "phase_c",
        names: &["Phase C"],
        presence: Presence::Optional,
        explanation: "the column is read",
    },
    Column {
        field: "verification_window",
        names: &["Verification Window"],
        presence: Presence::Optional,
        explanation: "how long both were compared",
    },
    Column {
        field: "rollback_ready",
        names: &["Rollback Ready"],
        presence: Presence::Optional,
        explanation: "whether there is a way back",
    },
    Column {
        field: "owner",
        names: &["Owner"],
        presence: Presence::Optional,
        explanation: "who does it",
    },
    Column {
        field: "status",
        names: &["Status"],
        presence: Presence::Optional,
        explanation: "as for the phases",
    },
];

pub fn row(reader: &mut Reader<'_, '_>) -> Option<Promotion> {
    Some(Promotion {
        line: reader.line,
        id: reader.key("id", |text| Ok(value::text(text)))?,
        table: reader.key("table", value::table)?,
        source: reader.key("source", |text| Ok(value::text(text)))?,
        new_columns: reader.text("new_columns"),
        phase_a: reader.value("phase_a", value::phase_status),
        phase_b: reader.value("phase_b", value::phase_status),
        phase_c: reader.value("phase_c", value::phase_status),
        verification_window: reader.text("verification_window"),
        rollback_ready: reader.text("rollback_ready"),
        owner: reader.text("owner"),
        status: reader.value("status", value::phase_status),
    })
}
