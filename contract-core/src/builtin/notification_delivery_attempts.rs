//! `notification_delivery_attempts`: the attempts to deliver a notification, in `nexus_notifications.delivery_attempts`.

use super::{BuiltIn, Facts, Object, first};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The attempts to deliver a notification: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationDeliveryAttempts {
    /// The attempts, in order.
    pub attempts: Vec<Object>,
}

impl Body for NotificationDeliveryAttempts {
    const CONTRACT_TYPE: &'static str = "notification_delivery_attempts";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-NOTIF-DELIVERY-V1",
        columns: &[("nexus_notifications", "delivery_attempts")],
        migration_notes: Some("Structure: {_schema_version, _context, type, attempts: [...]}"),
        ..Facts::default()
    }
    .with([first::<NotificationDeliveryAttempts>()])
}
