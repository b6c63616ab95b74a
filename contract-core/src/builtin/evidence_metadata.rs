//! `evidence_metadata`: what else is known of a piece of evidence, in `nexus_case_evidence.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What else is known of a piece of evidence: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceMetadata {
    /// How far it has been verified.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Value")]
    pub verification_status: Option<Value>,
    /// What text recognition found in it.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub ocr_data: Option<Object>,
    /// Words to find it by.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Value")]
    pub tags: Option<Value>,
}

impl Body for EvidenceMetadata {
    const CONTRACT_TYPE: &'static str = "evidence_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-EVIDENCE-METADATA-V1",
        columns: &[("nexus_case_evidence", "metadata")],
        ..Facts::default()
    }
    .with([first::<EvidenceMetadata>()])
}
