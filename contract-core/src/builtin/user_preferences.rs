//! `user_preferences`: preferences of a user, in `nexus_users.preferences`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Preferences of a user: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPreferences {
    /// How the user interface looks.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub ui: Option<Object>,
    /// Which notifications the user wants.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub notifications: Option<Object>,
    /// Limits that hold for the user.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub limits: Option<Object>,
}

impl Body for UserPreferences {
    const CONTRACT_TYPE: &'static str = "user_preferences";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-USER-PREFS-V1",
        columns: &[("nexus_users", "preferences")],
        ..Facts::default()
    }
    .with([first::<UserPreferences>()])
}
