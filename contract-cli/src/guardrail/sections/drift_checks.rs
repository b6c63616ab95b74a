//! Section E: the drift checks.

use super::{Column, Kind, Presence, Reader};
use crate::guardrail::{model::Check, value};

pub static KIND: Kind = Kind {
    title: "E) Drift checks",
    identified_by: &["artifact", "validates", "severity"],
    columns: COLUMNS,
};

const COLUMNS: &[Column] = &[
    Column {
        field: "id",
        names: &["Check ID"],
        presence: Presence::Key,
        explanation: "`DRIFT-01` to `DRIFT-05`",
    },
    Column {
        field: "validates",
        names: &["What it validates", "Validates"],
        presence: Presence::Optional,
        explanation: "what it compares",
    },
    Column {
        field: "input",
        names: &["Input"],
        presence: Presence::Optional,
        explanation: "with what",
    },
    Column {
        field: "artifact",
        names: &["Output Artifact", "Artifact"],
        presence: Presence::Optional,
        explanation: "the file of its report",
    },
    Column {
        field: "severity",
        names: &["Severity"],
        presence: Presence::Optional,
        explanation: "BLOCK or WARN",
    },
    Column {
        field: "owner",
        names: &["Owner", "Fix Owner"],
        presence: Presence::Guaranteed,
        explanation: "who mends what it finds, where the table has no owner",
    },
    Column {
        field: "eta",
        names: &["ETA"],
        presence: Presence::Guaranteed,
        explanation: "by when: a date, or a time such as `7 days` or `2 weeks`",
    },
    Column {
        field: "risk",
        names: &["Risk", "Risk Level"],
        presence: Presence::Guaranteed,
        explanation: "Low, Medium, High or Critical",
    },
    Column {
        field: "implemented",
        names: &["Status"],
        presence: Presence::Guaranteed,
        explanation: "✅ Implemented, ⚠️ Pending or 🔄 In Progress",
    },
];

pub fn row(reader: &mut Reader<'_, '_>) -> Option<Check> {
    Some(Check {
        line: reader.line,
        id: reader.key("id", |text| Ok(value::text(text)))?,
        validates: reader.text("validates"),
        input: reader.text("input"),
        artifact: reader.text("artifact"),
        severity: reader.text("severity"),
        owner: reader.text("owner"),
        eta: reader.value("eta", value::eta),
        risk: reader.value("risk", value::risk),
        implemented: reader.value("implemented", value::implemented),
    })
}
