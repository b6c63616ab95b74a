//! `notification_metadata`: what else is known of a notification, in `nexus_notifications.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What else is known of a notification: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationMetadata {
    /// Fields that the tenant defines itself.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub custom_fields: Option<Object>,
    /// What the user interface showed.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub ui_state: Option<Object>,
}

impl Body for NotificationMetadata {
    const CONTRACT_TYPE: &'static str = "notification_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-NOTIF-METADATA-V1",
        columns: &[("nexus_notifications", "metadata")],
        ..Facts::default()
    }
    .with([first::<NotificationMetadata>()])
}
