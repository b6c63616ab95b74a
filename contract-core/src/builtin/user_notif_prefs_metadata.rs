//! `user_notif_prefs_metadata`: what else a user prefers about notifications, in `nexus_user_notification_prefs.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What else a user prefers about notifications: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserNotifPrefsMetadata {
    /// Preferences beside the fixed ones.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub custom_preferences: Option<Object>,
}

impl Body for UserNotifPrefsMetadata {
    const CONTRACT_TYPE: &'static str = "user_notif_prefs_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-USER-NOTIF-PREFS-V1",
        columns: &[("nexus_user_notification_prefs", "metadata")],
        ..Facts::default()
    }
    .with([first::<UserNotifPrefsMetadata>()])
}
