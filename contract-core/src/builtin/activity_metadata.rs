//! `activity_metadata`: what else is known of an activity, of a case or of a payment, in `nexus_case_activity.metadata` and `nexus_payment_activity.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What else is known of an activity, of a case or of a payment: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivityMetadata {
    /// What the system recorded.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub system_data: Option<Object>,
    /// What the user interface showed.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub ui_state: Option<Object>,
}

impl Body for ActivityMetadata {
    const CONTRACT_TYPE: &'static str = "activity_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-ACTIVITY-METADATA-V1",
        columns: &[
            ("nexus_case_activity", "metadata"),
            ("nexus_payment_activity", "metadata"),
        ],
        ..Facts::default()
    }
    .with([first::<ActivityMetadata>()])
}
