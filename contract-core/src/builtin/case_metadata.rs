//! `case_metadata`: what else is known of a case, in `nexus_cases.metadata`.

use super::{BuiltIn, Facts, Object, first, next, some};
use crate::{document::Body, manifest::IndexMethod, upgrade::Upgrade};
use json_patch::Patch;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What else is known of a case: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseMetadataV1 {
    /// How urgent the case is; promoted to the text column `nexus_cases.priority`.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Value")]
    pub priority: Option<Value>,
    /// Fields that the tenant defines itself.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub custom_fields: Option<Object>,
}

impl Body for CaseMetadataV1 {
    const CONTRACT_TYPE: &'static str = "case_metadata";
    const VERSION: u32 = 1;
}

/// What else is known of a case: version 2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseMetadata {
    /// How urgent the case is; promoted to the text column `nexus_cases.priority`.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Value")]
    pub priority: Option<Value>,
    /// How far the case has been escalated; new in version 2.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Value")]
    pub escalation_level: Option<Value>,
    /// Fields that the tenant defines itself.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub custom_fields: Option<Object>,
}

impl Body for CaseMetadata {
    const CONTRACT_TYPE: &'static str = "case_metadata";
    const VERSION: u32 = 2;
}

impl Upgrade for CaseMetadata {
    type From = CaseMetadataV1;

    fn upgrade(from: CaseMetadataV1) -> Result<Self, String> {
        Ok(Self {
            priority: from.priority,
            escalation_level: None,
            custom_fields: from.custom_fields,
        })
    }
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-CASE-METADATA-V2",
        columns: &[("nexus_cases", "metadata")],
        index_keys: &[("priority", IndexMethod::Expression)],
        migration_notes: Some("v1 to v2: added escalation_level"),
        ..Facts::default()
    }
    .with([
        first::<CaseMetadataV1>(),
        next::<CaseMetadata>(Patch::default()),
    ])
}
