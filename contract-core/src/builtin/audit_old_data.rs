//! `audit_old_data`: the audited row before the change, in `nexus_audit_log.old_data`.

use super::{BuiltIn, Facts, Object, first};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The audited row before the change: version 1, open to any key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AuditOldData {
    /// The row's columns by name.
    pub columns: Object,
}

impl Body for AuditOldData {
    const CONTRACT_TYPE: &'static str = "audit_old_data";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-AUDIT-OLD-V1",
        columns: &[("nexus_audit_log", "old_data")],
        check_constraint: false,
        ..Facts::default()
    }
    .with([first::<AuditOldData>()])
}
