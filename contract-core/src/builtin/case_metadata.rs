//! `case_metadata`: what else is known of a case, in `nexus_cases.metadata`.

use super::{Facts, Object, some, version};
use crate::{document::Body, manifest::{IndexMethod, Manifest}};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What else is known of a case: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseMetadataV1 {
    /// How urgent the case is; promoted to the text column `nexus_cases.priority`.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub priority: Option<Value>,
    /// Fields that the tenant defines itself.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
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
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub priority: Option<Value>,
    /// How far the case has been escalated; new in version 2.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub escalation_level: Option<Value>,
    /// Fields that the tenant defines itself.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Object")]
    pub custom_fields: Option<Object>,
}

impl Body for CaseMetadata {
    const CONTRACT_TYPE: &'static str = "case_metadata";
    const VERSION: u32 = 2;
}

pub(super) fn manifest() -> Manifest {
    Facts {
        canonical_id: "CONTRACT-CASE-METADATA-V2",
        columns: &[("nexus_cases", "metadata")],
        index_keys: &[("priority", IndexMethod::Expression)],
        migration_notes: Some("v1 to v2: added escalation_level"),
        ..Facts::default()
    }
    .manifest([version::<CaseMetadataV1>(), version::<CaseMetadata>()])
}
