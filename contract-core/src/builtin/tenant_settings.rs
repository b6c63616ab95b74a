//! `tenant_settings`: settings of a tenant, in `nexus_tenants.settings`.

use super::{BuiltIn, Facts, Object, first, some};
use crate::{document::Body, manifest::IndexMethod};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of a tenant: version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TenantSettings {
    /// Feature flags by name.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub feature_flags: Option<Object>,
    /// How the user interface looks for the tenant.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub ui_preferences: Option<Object>,
    /// What the tenant's plan includes.
    #[serde(
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Object")]
    pub plan_config: Option<Object>,
}

impl Body for TenantSettings {
    const CONTRACT_TYPE: &'static str = "tenant_settings";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-TENANT-SETTINGS-V1",
        columns: &[("nexus_tenants", "settings")],
        index_keys: &[("feature_flags", IndexMethod::Gin)],
        ..Facts::default()
    }
    .with([first::<TenantSettings>()])
}
