//! `audit_new_data`: the audited row after the change, in `nexus_audit_log.new_data`.

use super::{BuiltIn, Facts, Object, first};
use crate::document::Body;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The audited row after the change: version 1, open to any key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AuditNewData {
    /// The row's columns by name.
    pub columns: Object,
}

impl Body for AuditNewData {
    const CONTRACT_TYPE: &'static str = "audit_new_data";
    const VERSION: u32 = 1;
}

pub(super) fn built_in() -> BuiltIn {
    Facts {
        canonical_id: "CONTRACT-AUDIT-NEW-V1",
        columns: &[("nexus_audit_log", "new_data")],
        check_constraint: false,
        ..Facts::default()
    }
    .with([first::<AuditNewData>()])
}
