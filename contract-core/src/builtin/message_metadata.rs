//! `message_metadata`: what else is known of a case message, in `nexus_case_messages.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What else is known of a case message: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageMetadata {
    /// The channel that the message came by.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Value")]
    pub channel: Option<Value>,
    /// What the WhatsApp channel says of it.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub whatsapp: Option<Object>,
    /// What the e-mail channel says of it.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub email: Option<Object>,
    /// The thread that it belongs to.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Value")]
    pub thread_id: Option<Value>,
}

impl Body for MessageMetadata {
    const CONTRACT_TYPE: &'static str = "message_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-MESSAGE-METADATA-V1",
        columns: &[("nexus_case_messages", "metadata")],
        ..Facts::default()
    }
    .with([first::<MessageMetadata>()])
}
