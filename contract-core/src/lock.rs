//! The lock file: what is released, with a content hash for each version.
//!
//! A released version never changes what it accepts; new rules mean a new version. The lock file
//! holds, for every contract type and version, the SHA-256 of the version's JSON Schema, envelope
//! included, in canonical form. Annotations (`title`, `description`, ...) accept nothing and refuse
//! nothing; they are left out, so that a corrected description is no new version.
//!
//! Beside the hashes stands the manifest of the last release: what the next one is compared with
//! ([`Release::between`](crate::release::Release::between)). A draft is not released, and not locked.

use crate::{
    contract::{ContractType, Status},
    manifest::{Manifest, Problem},
    pointer,
    registry::Registry,
    violation::printable,
};
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

/// The name of the lock file, beside the manifests.
pub const LOCK_FILE: &str = "contracts.lock.json";

/// What is released, by the names of the contract types.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lock(BTreeMap<String, Locked>);

/// What is released of a contract type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "a map")]
struct Locked {
    /// The content hash of each version, of retired ones too.
    #[serde(flatten)]
    versions: BTreeMap<VersionNumber, String>,
    /// The manifest of the last release; there is none in a lock file that has hashes alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<Manifest>,
}

/// A version as a key, which JSON has as a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct VersionNumber(u32);

impl TryFrom<String> for VersionNumber {
    type Error = String;

    fn try_from(key: String) -> Result<Self, Self::Error> {
        match key.parse() {
            Ok(version) => Ok(Self(version)),
            Err(_) => Err(format!("\"{}\" is no version", printable(&key))),
        }
    }
}

impl From<VersionNumber> for String {
    fn from(version: VersionNumber) -> Self {
        version.0.to_string()
    }
}

impl Locked {
    fn of(contract: &ContractType) -> Self {
        let hashes = contract
            .versions()
            .map(|(version, schema)| (VersionNumber(version), content_hash(schema)));
        Self {
            versions: hashes.collect(),
            manifest: Some(contract.manifest().clone()),
        }
    }
}

/// A way in which contracts and lock file disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// A released version accepts something else now.
    Changed(String, u32),
    /// A released version within the read range is gone.
    Missing(String, u32),
    /// A version is not in the lock file yet.
    Unlocked(String, u32),
}

impl Difference {
    /// The name of the contract type.
    #[must_use]
    pub fn contract_type(&self) -> &str {
        match self {
            Self::Changed(name, _) | Self::Missing(name, _) | Self::Unlocked(name, _) => name,
        }
    }

    /// Whether a release is broken by it; a version that is only new breaks nothing.
    #[must_use]
    pub fn breaks_a_release(&self) -> bool {
        !matches!(self, Self::Unlocked(..))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(name, version) => write!(
                f,
                "version {version} of {name} is released and accepts something else now: \
                 make the change a new version"
            ),
            Self::Missing(name, version) => {
                write!(
                    f,
                    "version {version} of {name} is released and is gone: \
                     bring it back, and archive what is no longer used"
                )
            }
            Self::Unlocked(name, version) => {
                write!(f, "version {version} of {name} is not in the lock file")
            }
        }
    }
}

impl Lock {
    /// The lock of every version of `registry` that is no draft.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        let released = registry.iter().filter(|contract| !is_draft(contract));
        Self(
            released
                .map(|contract| (contract.name().to_owned(), Locked::of(contract)))
                .collect(),
        )
    }

    /// How the versions of `registry` differ from this lock. A released version below a type's read
    /// range is retired, and no difference.
    #[must_use]
    pub fn differences(&self, registry: &Registry) -> Vec<Difference> {
        let mut differences = Vec::new();
        for (name, locked) in &self.0 {
            let contract = registry.get(name).ok();
            let retired_below = contract.map_or(0, |contract| *contract.read_range().start());
            for (&VersionNumber(version), hash) in &locked.versions {
                match contract.and_then(|contract| contract.schema(version)) {
                    Some(schema) if content_hash(schema) == *hash => {}
                    Some(_) => differences.push(Difference::Changed(name.clone(), version)),
                    None if version < retired_below => {}
                    None => differences.push(Difference::Missing(name.clone(), version)),
                }
            }
        }
        for contract in registry.iter().filter(|contract| !is_draft(contract)) {
            let name = contract.name();
            let is_locked = |version: &u32| {
                let locked = self.0.get(name);
                locked.is_some_and(|locked| locked.versions.contains_key(&VersionNumber(*version)))
            };
            let unlocked = contract.read_range().filter(|version| !is_locked(version));
            differences
                .extend(unlocked.map(|version| Difference::Unlocked(name.to_owned(), version)));
        }
        differences
    }

    /// The manifest of a contract type's last release, where the lock file has it.
    #[must_use]
    pub fn manifest(&self, name: &str) -> Option<&Manifest> {
        self.0.get(name)?.manifest.as_ref()
    }

    /// The contract type of that name as it was last released; `None` where it never was.
    ///
    /// Of a lock file that has hashes alone, it is what `next` is without the versions that are new.
    ///
    /// # Errors
    ///
    /// Every problem of the manifest in the lock file: it was not written by [`Lock::extended`].
    ///
    /// ```
    /// use contract_core::{Registry, lock::Lock};
    /// let contract = Registry::builtin().get("case_metadata")?;
    /// let released = Lock::of(Registry::builtin()).last_release(contract).unwrap().unwrap();
    /// assert_eq!(released.manifest(), contract.manifest());
    /// assert!(Lock::default().last_release(contract).unwrap().is_none());
    /// # Ok::<(), contract_core::UnknownContractType>(())
    /// ```
    pub fn last_release(&self, next: &ContractType) -> Result<Option<ContractType>, Vec<Problem>> {
        let Some(locked) = self.0.get(next.name()) else {
            return Ok(None);
        };
        let manifest = match &locked.manifest {
            Some(manifest) => manifest.clone(),
            None => match locked.versions.keys().next_back() {
                Some(newest) => without_versions_after(newest.0, next.manifest()),
                None => return Ok(None),
            },
        };
        if manifest.versions.is_empty() {
            return Ok(None);
        }
        ContractType::uncompiled(manifest).map(Some)
    }

    /// This lock with what `registry` has beyond it: versions, and the manifests of now.
    ///
    /// # Errors
    ///
    /// The differences that break a release; nothing is added then.
    pub fn extended(&self, registry: &Registry) -> Result<Self, Vec<Difference>> {
        let broken: Vec<Difference> = self
            .differences(registry)
            .into_iter()
            .filter(Difference::breaks_a_release)
            .collect();
        if !broken.is_empty() {
            return Err(broken);
        }
        let mut extended = self.clone();
        for (name, now) in Self::of(registry).0 {
            let locked = extended.0.entry(name).or_default();
            locked.versions.extend(now.versions);
            locked.manifest = now.manifest;
        }
        Ok(extended)
    }
}

fn is_draft(contract: &ContractType) -> bool {
    contract.manifest().status == Status::Draft
}

/// The manifest as it was when `newest` was the newest version, as far as can be told.
fn without_versions_after(newest: u32, manifest: &Manifest) -> Manifest {
    let mut manifest = manifest.clone();
    if newest < manifest.max_version {
        manifest.max_version = newest;
        manifest.release = Version::new(newest.into(), 0, 0);
        manifest
            .versions
            .retain(|version| version.version <= newest);
    }
    manifest
}

/// The SHA-256 of a schema without its annotations, keys sorted, in lower-case hexadecimal.
///
/// ```
/// use contract_core::lock::content_hash;
/// use serde_json::json;
/// let plain = content_hash(&json!({"type": "string"}));
/// assert_eq!(plain, content_hash(&json!({"type": "string", "description": "a name"})));
/// assert_ne!(plain, content_hash(&json!({"type": "number"})));
/// ```
#[must_use]
pub fn content_hash(schema: &Value) -> String {
    let mut canonical = String::new();
    if refers_into_annotation(schema) {
        write_value(schema, &mut canonical);
    } else {
        write_schema(schema, &mut canonical);
    }
    Sha256::digest(canonical)
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a String never fails");
            text
        })
}

/// Keywords that accept nothing and refuse nothing (JSON Schema Validation 2020-12, section 9).
pub(crate) const ANNOTATIONS: [&str; 8] = [
    "$comment",
    "default",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// Whether a reference leads into what is otherwise an annotation, and makes a schema of it.
fn refers_into_annotation(schema: &Value) -> bool {
    pointer::find_text(schema, &mut |keyword, text| {
        matches!(keyword, "$ref" | "$dynamicRef")
            && text
                .split(['/', '#'])
                .any(|token| ANNOTATIONS.contains(&token))
    })
    .is_some()
}

/// Writes a schema: its keywords without annotations, sub-schemas likewise.
fn write_schema(schema: &Value, out: &mut String) {
    let Value::Object(keywords) = schema else {
        return write_value(schema, out);
    };
    let kept = keywords
        .iter()
        .filter(|(keyword, _)| !ANNOTATIONS.contains(&keyword.as_str()));
    write_members(kept, out, |keyword, value, out| match (keyword, value) {
        // One schema a member.
        (
            "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions",
            Value::Object(members),
        ) => write_members(members.iter(), out, |_, member, out| {
            write_schema(member, out);
        }),
        // One schema an element.
        ("allOf" | "anyOf" | "oneOf" | "prefixItems" | "items", Value::Array(elements)) => {
            write_elements(elements, out, write_schema);
        }
        (
            "additionalItems"
            | "additionalProperties"
            | "contains"
            | "else"
            | "if"
            | "items"
            | "not"
            | "propertyNames"
            | "then"
            | "unevaluatedItems"
            | "unevaluatedProperties",
            Value::Object(_),
        ) => write_schema(value, out),
        _ => write_value(value, out),
    });
}

/// Writes any value with its keys sorted, whatever order the build keeps maps in.
fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            write_members(members.iter(), out, |_, member, out| {
                write_value(member, out);
            });
        }
        Value::Array(elements) => write_elements(elements, out, write_value),
        scalar => write!(out, "{scalar}").expect("writing to a String never fails"),
    }
}

fn write_members<'a>(
    members: impl Iterator<Item = (&'a String, &'a Value)>,
    out: &mut String,
    write_member: impl Fn(&str, &Value, &mut String),
) {
    let sorted: BTreeMap<&String, &Value> = members.collect();
    out.push('{');
    for (index, (key, value)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write!(out, "{}:", Value::from(key.as_str())).expect("writing to a String never fails");
        write_member(key, value, out);
    }
    out.push('}');
}

fn write_elements(elements: &[Value], out: &mut String, write_element: fn(&Value, &mut String)) {
    out.push('[');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_element(element, out);
    }
    out.push(']');
}
