//! The contract types that are shipped: the 20 of the NEXUS guardrail matrix, section B, one file each.
//!
//! A file holds the Rust types of the versions and the facts of the contract type. Where the matrix
//! does not say what is inside an allowed key, any JSON object is accepted there; a key that by its
//! name or use holds one value or a list (`priority`, which is promoted to a text column, or `tags`)
//! accepts any value. No further rule is made up: it would refuse documents that are in production.

use crate::{
    contract::{Compatibility, ContractType, Status},
    document::Body,
    manifest::{Binding, ContractVersion, IndexKey, IndexMethod, Manifest, SCHEMA_FILE},
    upgrade::{Step, Upgrade},
};
use json_patch::Patch;
use semver::Version;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Any JSON object.
pub type Object = Map<String, Value>;

mod activity_metadata;
mod audit_new_data;
mod audit_old_data;
mod case_metadata;
mod checklist_metadata;
mod evidence_metadata;
mod invoice_line_items;
mod invoice_metadata;
mod message_metadata;
mod notification_config_metadata;
mod notification_delivery_attempts;
mod notification_metadata;
mod payment_metadata;
mod relationship_metadata;
mod schedule_metadata;
mod session_data;
mod tenant_metadata;
mod tenant_settings;
mod user_notif_prefs_metadata;
mod user_preferences;

/// Lists the files once more, with what they hold: the file's name is the contract type's name.
macro_rules! contract_types {
    ($($name:ident: $($body:ident),+;)*) => {
        $(pub use $name::{$($body),+};)*

        /// The names of the files, each with what it holds.
        const FILES: &[(&str, fn() -> BuiltIn)] = &[$((stringify!($name), $name::built_in)),*];
    };
}

contract_types! {
    activity_metadata: ActivityMetadata;
    audit_new_data: AuditNewData;
    audit_old_data: AuditOldData;
    case_metadata: CaseMetadata, CaseMetadataV1;
    checklist_metadata: ChecklistMetadata;
    evidence_metadata: EvidenceMetadata;
    invoice_line_items: InvoiceLineItems;
    invoice_metadata: InvoiceMetadata;
    message_metadata: MessageMetadata;
    notification_config_metadata: NotificationConfigMetadata;
    notification_delivery_attempts: NotificationDeliveryAttempts;
    notification_metadata: NotificationMetadata;
    payment_metadata: PaymentMetadata;
    relationship_metadata: RelationshipMetadata;
    schedule_metadata: ScheduleMetadata;
    session_data: SessionData;
    tenant_metadata: TenantMetadata;
    tenant_settings: TenantSettings;
    user_notif_prefs_metadata: UserNotifPrefsMetadata;
    user_preferences: UserPreferences;
}

/// A contract type as a file holds it.
struct BuiltIn {
    manifest: Manifest,
    /// One a version: what leads to it.
    steps: Vec<Option<Step>>,
}

/// The built-in contract types, in the order of their names.
pub(crate) fn contract_types() -> impl Iterator<Item = ContractType> {
    FILES.iter().map(|(name, built_in)| make(name, *built_in))
}

/// The names of the built-in contract types, in their order.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// The built-in contract type of that name, made anew: for who keeps a few of them, and does not want all
/// of [`Registry::builtin`](crate::Registry::builtin).
#[must_use]
pub fn contract_type(name: &str) -> Option<ContractType> {
    let (_, built_in) = FILES.iter().find(|(known, _)| *known == name)?;
    Some(make(name, *built_in))
}

fn make(name: &str, built_in: fn() -> BuiltIn) -> ContractType {
    let BuiltIn { manifest, steps } = built_in();
    let schemas = manifest
        .complete_schemas()
        .unwrap_or_else(|problems| panic!("built-in {name}: {problems:?}"));
    ContractType::from_checked(schemas, steps, manifest)
}

/// What the matrix says of a contract type beside its keys.
struct Facts {
    canonical_id: &'static str,
    /// Table and column.
    columns: &'static [(&'static str, &'static str)],
    check_constraint: bool,
    index_keys: &'static [(&'static str, IndexMethod)],
    migration_notes: Option<&'static str>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            canonical_id: "",
            columns: &[],
            check_constraint: true,
            index_keys: &[],
            migration_notes: None,
        }
    }
}

impl Facts {
    /// The contract type with these versions, ascending.
    fn with<const N: usize>(self, versions: [VersionOf; N]) -> BuiltIn {
        let contract_type = versions[0].contract_type.to_owned();
        let (oldest, newest) = (versions[0].version.version, versions[N - 1].version.version);
        let (versions, steps) = versions
            .into_iter()
            .map(|version| (version.version, version.step))
            .unzip();
        let manifest = Manifest {
            json_schema: Some(SCHEMA_FILE.to_owned()),
            contract_type,
            canonical_id: self.canonical_id.to_owned(),
            release: Version::new(u64::from(newest), 0, 0),
            owner: "architecture-team".to_owned(),
            status: Status::Active,
            compatibility: Compatibility::Backward,
            aliases: Vec::new(),
            envelope: true,
            min_version: oldest,
            max_version: newest,
            bindings: self
                .columns
                .iter()
                .map(|&(table, column)| Binding {
                    schema: None,
                    table: table.to_owned(),
                    column: column.to_owned(),
                })
                .collect(),
            check_constraint: self.check_constraint,
            index_keys: self
                .index_keys
                .iter()
                .map(|&(key, index)| IndexKey {
                    key: key.to_owned(),
                    index,
                })
                .collect(),
            migration_notes: self.migration_notes.map(str::to_owned),
            versions,
        };
        BuiltIn { manifest, steps }
    }
}

/// A version as a file holds it.
struct VersionOf {
    contract_type: &'static str,
    version: ContractVersion,
    step: Option<Step>,
}

/// The first version, from its Rust type.
fn first<B: Body>() -> VersionOf {
    VersionOf {
        contract_type: B::CONTRACT_TYPE,
        version: ContractVersion::of::<B>(),
        step: None,
    }
}

/// A further version, from its Rust type; `patch` does what its upgrade does, for readers of the manifest.
fn next<U: Upgrade>(patch: Patch) -> VersionOf {
    let mut version = ContractVersion::of::<U>();
    version.upgrade = Some(patch);
    VersionOf {
        contract_type: U::CONTRACT_TYPE,
        version,
        step: Some(Step::typed::<U>()),
    }
}

/// Reads the value of a key that is there: `null` is a value and no way to leave a key out.
fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::FILES;
    use crate::{Manifest, Registry};
    use std::{collections::BTreeSet, fs, path::Path};

    #[test]
    fn the_file_is_named_after_the_contract_type() {
        for (file, built_in) in FILES {
            assert_eq!(built_in().manifest.contract_type, *file);
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/builtin");
        let on_disk: BTreeSet<String> = fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("UTF-8")
            })
            .filter(|name| name != "mod.rs")
            .collect();
        let listed = FILES.iter().map(|(file, _)| format!("{file}.rs")).collect();
        assert_eq!(on_disk, listed);
    }

    #[test]
    fn a_built_in_manifest_passes_the_check_of_any_manifest() {
        assert_eq!(Registry::builtin().iter().len(), 20);
        for contract in Registry::builtin().iter() {
            let value = serde_json::to_value(contract.manifest()).expect("a manifest is JSON");
            let read = Manifest::read(&value).unwrap_or_else(|problems| panic!("{problems:?}"));
            assert_eq!(read.manifest(), contract.manifest());
            assert!(read.versions().eq(contract.versions()));
        }
    }
}
