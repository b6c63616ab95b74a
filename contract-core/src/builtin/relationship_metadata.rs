//! `relationship_metadata`: what else is known of a client and vendor relationship, in `nexus_tenant_relationships.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What else is known of a client and vendor relationship: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationshipMetadata {
    /// The terms that both agreed on.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub contract_terms: Option<Object>,
    /// Fields that the tenant defines itself.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub custom_fields: Option<Object>,
}

impl Body for RelationshipMetadata {
    const CONTRACT_TYPE: &'static str = "relationship_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-RELATIONSHIP-METADATA-V1",
        columns: &[("nexus_tenant_relationships", "metadata")],
        ..Facts::default()
    }
    .with([first::<RelationshipMetadata>()])
}
