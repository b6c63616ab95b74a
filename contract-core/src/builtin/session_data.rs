//! `session_data`: state of a user's session, in `nexus_sessions.data`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// State of a user's session: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionData {
    /// What the server keeps for the session.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub session_state: Option<Object>,
    /// What the user interface showed.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub ui_state: Option<Object>,
}

impl Body for SessionData {
    const CONTRACT_TYPE: &'static str = "session_data";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-SESSION-DATA-V1",
        columns: &[("nexus_sessions", "data")],
        ..Facts::default()
    }
    .with([first::<SessionData>()])
}
