//! `notification_config_metadata`: what else is configured for a tenant's notifications, in `nexus_notification_config.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What else is configured for a tenant's notifications: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationConfigMetadata {
    /// Settings that the tenant defines itself.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub custom_settings: Option<Object>,
}

impl Body for NotificationConfigMetadata {
    const CONTRACT_TYPE: &'static str = "notification_config_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-NOTIF-CONFIG-V1",
        columns: &[("nexus_notification_config", "metadata")],
        ..Facts::default()
    }
    .with([first::<NotificationConfigMetadata>()])
}
