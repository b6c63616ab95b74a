//! `checklist_metadata`: what else is known of a checklist item, in `nexus_case_checklist.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What else is known of a checklist item: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistMetadata {
    /// Fields that the tenant defines itself.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub custom_fields: Option<Object>,
    /// What people noted about it.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Value")]
    pub notes: Option<Value>,
}

impl Body for ChecklistMetadata {
    const CONTRACT_TYPE: &'static str = "checklist_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-CHECKLIST-METADATA-V1",
        columns: &[("nexus_case_checklist", "metadata")],
        ..Facts::default()
    }
    .with([first::<ChecklistMetadata>()])
}
