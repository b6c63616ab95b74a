//! From one version to the next, step by step.
//!
//! A step takes a valid document of a version and makes a valid one of the next version, or the
//! upgrade fails and says which step and why. Steps of built-in contract types are Rust functions
//! over the typed versions ([`Upgrade`]); steps of manifests are JSON Patches (RFC 6902). No step
//! touches the envelope but for the version: `_context` is the caller's.

use crate::{
    contract::ContractType,
    document::Body,
    envelope::{self, KEYS, VERSION_KEY},
    violation::Violations,
};
use json_patch::Patch;
use serde_json::{Map, Value};
use std::{error::Error, fmt};

/// A version that knows how to be made from the one before.
pub trait Upgrade: Body {
    /// The version before.
    type From: Body;

    /// The keys of this version from those of the version before.
    ///
    /// # Errors
    ///
    /// Why this document cannot be upgraded, in lower case, without a full stop.
    fn upgrade(from: Self::From) -> Result<Self, String>;
}

/// What makes a document of one version from one of the version before.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Over the keys beside the envelope.
    Typed(fn(Value) -> Result<Value, String>),
    /// Over the whole document.
    Patch(Patch),
}

impl Step {
    /// The step that a Rust type brings along.
    pub(crate) fn typed<U: Upgrade>() -> Self {
        Self::Typed(|keys| {
            // What serde says can quote a value.
            let from = serde_json::from_value(keys)
                .map_err(|_| "the keys do not fit the Rust type of the version".to_owned())?;
            serde_json::to_value(U::upgrade(from)?)
                .map_err(|_| "the Rust type of the version is not JSON".to_owned())
        })
    }

    /// The document after the step; its version is still the old one.
    fn apply(&self, document: &mut Value) -> Result<(), String> {
        match self {
            Self::Patch(patch) => {
                let envelope = KEYS.map(|key| document.get(key).cloned());
                json_patch::patch(document, patch).map_err(|error| error.to_string())?;
                for (key, before) in KEYS.into_iter().zip(envelope) {
                    if document.get(key) != before.as_ref() {
                        return Err(format!("the patch changes {key}, which is the envelope's"));
                    }
                }
                Ok(())
            }
            Self::Typed(upgrade) => {
                let Value::Object(keys) = std::mem::take(document) else {
                    unreachable!("a document that is valid has an envelope")
                };
                let (mut upgraded, keys): (Map<_, _>, Map<_, _>) = keys
                    .into_iter()
                    .partition(|(key, _)| KEYS.contains(&key.as_str()));
                match upgrade(Value::Object(keys))? {
                    Value::Object(keys) => upgraded.extend(keys),
                    _ => return Err("the step does not return an object".into()),
                }
                *document = Value::Object(upgraded);
                Ok(())
            }
        }
    }
}

impl ContractType {
    /// The document as one of the newest version, whatever readable version it has.
    ///
    /// # Errors
    ///
    /// As [`ContractType::upgrade`].
    ///
    /// ```
    /// use contract_core::Registry;
    /// use serde_json::json;
    ///
    /// let contract = Registry::builtin().get("case_metadata")?;
    /// let document = contract.read(json!({
    ///     "_schema_version": 1,
    ///     "_context": {"created_by": "importer", "created_at": "2025-01-22T10:00:00Z"},
    ///     "type": "case_metadata",
    ///     "priority": "high",
    /// }))?;
    /// assert_eq!(document["_schema_version"], 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(&self, document: Value) -> Result<Value, UpgradeError> {
        self.upgrade(document, *self.read_range().end())
    }

    /// Whether an upgrade between these versions changes nothing but the version: the patches of all
    /// steps are empty. Who has documents in another form than `serde_json` values need not build one.
    #[must_use]
    pub fn changes_version_only(&self, from: u32, to: u32) -> bool {
        let steps = self
            .manifest()
            .versions
            .iter()
            .filter(|version| version.version > from && version.version <= to);
        let mut patches = steps.map(|version| version.upgrade.as_ref());
        patches.all(|patch| patch.is_some_and(|patch| patch.0.is_empty()))
    }

    /// The document as one of version `to`; unchanged where it has that version already.
    ///
    /// `_context` stays as it is: who upgrades sets `updated_at`, `updated_by` and `reason`, or not.
    ///
    /// # Errors
    ///
    /// The document is not valid, its version is higher than `to`, `to` is not a known version, or a
    /// step between them is missing or fails, or leads to a document that is not valid.
    pub fn upgrade(&self, mut document: Value, to: u32) -> Result<Value, UpgradeError> {
        let error = |reason| UpgradeError {
            contract_type: self.name().to_owned(),
            reason,
        };
        if !self.may_read(to) {
            return Err(error(Reason::UnknownVersion(to)));
        }
        self.validate(&document)
            .map_err(|violations| error(Reason::Invalid(violations)))?;
        if !self.manifest().envelope {
            return Ok(document);
        }
        // A valid document has a readable version; without one there is nothing to upgrade from.
        let version = envelope::version_of(&document)
            .and_then(|version| u32::try_from(version).ok())
            .unwrap_or(to);
        if version > to {
            return Err(error(Reason::Downgrade { version, to }));
        }
        for next in version + 1..=to {
            let step = self.step(next).ok_or_else(|| error(Reason::NoStep(next)))?;
            step.apply(&mut document)
                .map_err(|why| error(Reason::Failed(next, why)))?;
            document[VERSION_KEY] = next.into();
            self.validate(&document)
                .map_err(|violations| error(Reason::InvalidResult(next, violations)))?;
        }
        Ok(document)
    }
}

/// Why a document cannot be upgraded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpgradeError {
    contract_type: String,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    UnknownVersion(u32),
    Invalid(Violations),
    Downgrade { version: u32, to: u32 },
    NoStep(u32),
    Failed(u32, String),
    InvalidResult(u32, Violations),
}

impl UpgradeError {
    /// What is wrong with the document, before the upgrade or after a step of it; `None` where
    /// something else stands in the way.
    #[must_use]
    pub fn violations(&self) -> Option<&Violations> {
        match &self.reason {
            Reason::Invalid(violations) | Reason::InvalidResult(_, violations) => Some(violations),
            _ => None,
        }
    }

    /// The version that the failing step leads to; `None` where no step was taken.
    #[must_use]
    pub fn step(&self) -> Option<u32> {
        match self.reason {
            Reason::NoStep(to) | Reason::Failed(to, _) | Reason::InvalidResult(to, _) => Some(to),
            _ => None,
        }
    }
}

impl fmt::Display for UpgradeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.contract_type;
        let step = |to: u32| format!("the step from version {} to {to} of {name}", to - 1);
        match &self.reason {
            Reason::UnknownVersion(version) => {
                write!(f, "version {version} of {name} is not known")
            }
            Reason::Invalid(_) => write!(f, "document violates contract type \"{name}\""),
            Reason::Downgrade { version, to } => write!(
                f,
                "the document is version {version} of {name}, version {to} is lower: versions only go up"
            ),
            Reason::NoStep(to) => write!(f, "{} is missing", step(*to)),
            Reason::Failed(to, why) => write!(f, "{} failed: {why}", step(*to)),
            Reason::InvalidResult(to, _) => {
                write!(f, "{} leads to a document that is not valid", step(*to))
            }
        }
    }
}

impl Error for UpgradeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.violations().map(|violations| violations as _)
    }
}
