//! `payment_metadata`: what else is known of a payment, in `nexus_payments.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What else is known of a payment: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentMetadata {
    /// The accounts that it runs between.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub bank_details: Option<Object>,
    /// How it was matched to the books.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub reconciliation_data: Option<Object>,
}

impl Body for PaymentMetadata {
    const CONTRACT_TYPE: &'static str = "payment_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-PAYMENT-METADATA-V1",
        columns: &[("nexus_payments", "metadata")],
        ..Facts::default()
    }
    .with([first::<PaymentMetadata>()])
}
