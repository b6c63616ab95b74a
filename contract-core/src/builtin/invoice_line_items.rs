//! `invoice_line_items`: the line items of an invoice, in `nexus_invoices.line_items`.

use super::{BuiltIn, Facts, Object, first};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The line items of an invoice: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceLineItems {
    /// The line items, in order.
    pub items: Vec<Object>,
}

impl Body for InvoiceLineItems {
    const CONTRACT_TYPE: &'static str = "invoice_line_items";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-INVOICE-LINE-ITEMS-V1",
        columns: &[("nexus_invoices", "line_items")],
        migration_notes: Some("Structure: {_schema_version, _context, type, items: [...]}"),
        ..Facts::default()
    }
    .with([first::<InvoiceLineItems>()])
}
