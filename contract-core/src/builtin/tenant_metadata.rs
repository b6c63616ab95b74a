//! `tenant_metadata`: what else is known of a tenant, in `nexus_tenants.metadata`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What else is known of a tenant: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TenantMetadata {
    /// Fields that the tenant defines itself.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub custom_fields: Option<Object>,
    /// What integrations keep about the tenant.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub integration_data: Option<Object>,
}

impl Body for TenantMetadata {
    const CONTRACT_TYPE: &'static str = "tenant_metadata";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-TENANT-METADATA-V1",
        columns: &[("nexus_tenants", "metadata")],
        ..Facts::default()
    }
    .with([first::<TenantMetadata>()])
}
