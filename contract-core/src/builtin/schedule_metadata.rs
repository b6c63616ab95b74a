//! `schedule_metadata`: what else is known of a payment schedule, in `nexus_payment_schedule.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What else is known of a payment schedule: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleMetadata {
    /// Fields that the tenant defines itself.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub custom_fields: Option<Object>,
}

impl Body for ScheduleMetadata {
    const CONTRACT_TYPE: &'static str = "schedule_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-SCHEDULE-METADATA-V1",
        columns: &[("nexus_payment_schedule", "metadata")],
        ..Facts::default()
    }
    .with([first::<ScheduleMetadata>()])
}
