//! Core columns on their way out.

use super::{Column, Kind, Presence, Reader};
use crate::guardrail::{model::Deprecation, value};

pub static KIND: Kind = Kind {
    title: "Deprecations",
    identified_by: &["sunset_at", "deprecated_at"],
    columns: COLUMNS,
};

const COLUMNS: &[Column] = &[
    Column {
        field: "table",
        names: &["Table"],
        presence: Presence::Key,
        explanation: "the table",
    },
    Column {
        field: "column",
        names: &["Column"],
        presence: Presence::Key,
        explanation: "the core column",
    },
    Column {
        field: "deprecated_at",
        names: &["Deprecated At"],
        presence: Presence::Guaranteed,
        explanation: "the day on which it was deprecated",
    },
    Column {
        field: "ticket",
        names: &["Deprecation Ticket", "Ticket"],
        presence: Presence::Guaranteed,
        explanation: "where it is followed",
    },
    Column {
        field: "replacement",
        names: &["Replacement Field", "Replacement"],
        presence: Presence::Guaranteed,
        explanation: "the new column, or the way to do without",
    },
    Column {
        field: "sunset_at",
        names: &["Sunset At"],
        presence: Presence::Guaranteed,
        explanation: "the day on which it may go, six months later at least",
    },
];

pub fn row(reader: &mut Reader<'_, '_>) -> Option<Deprecation> {
    Some(Deprecation {
        line: reader.line,
        table: reader.key("table", value::table)?,
        column: reader.key("column", |text| Ok(value::text(text)))?,
        deprecated_at: reader.value("deprecated_at", value::date),
        ticket: reader.text("ticket"),
        replacement: reader.text("replacement"),
        sunset_at: reader.value("sunset_at", value::date),
    })
}
