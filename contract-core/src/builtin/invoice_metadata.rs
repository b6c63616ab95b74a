//! `invoice_metadata`: what else is known of an invoice, in `nexus_invoices.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What else is known of an invoice: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceMetadata {
    /// Fields that the tenant defines itself.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub custom_fields: Option<Object>,
    /// What integrations keep about the invoice.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub integration_data: Option<Object>,
}

impl Body for InvoiceMetadata {
    const CONTRACT_TYPE: &'static str = "invoice_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-INVOICE-METADATA-V1",
        columns: &[("nexus_invoices", "metadata")],
        ..Facts::default()
    }
    .with([first::<InvoiceMetadata>()])
}
