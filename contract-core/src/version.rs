//! Versions only go up: what may be read, and what may be written.
//!
//! Within the read range any version may be stored and read. Writing is stricter (guardrail matrix,
//! section B, "`_schema_version` Directionality Rule"): a document that changes keeps its version or
//! goes up, and nothing is written below the write floor. A document that stays as it is may stay,
//! so that an UPDATE of another column is never in the way.
//!
//! The guard trigger in Postgres and an application before its write call the same function.

use crate::{contract::ContractType, envelope};
use serde_json::Value;
use std::{error::Error, fmt};

/// Whether a document of version `version` may be written over one of version `previous`.
///
/// `None` is a document without a version: it may not be written, and it may be replaced by any
/// version at or above the floor. A caller whose document has not changed need not ask.
///
/// # Errors
///
/// The document has no version, its version is below the floor, or it is lower than the version
/// of the document that it replaces.
///
/// ```
/// use contract_core::version::check_write;
/// assert!(check_write(Some(2), Some(1), 1).is_ok());
/// let refused = check_write(Some(1), Some(1), 2).unwrap_err();
/// assert_eq!(refused.to_string(), "version 1 is below the write floor 2");
/// ```
pub fn check_write(
    version: Option<i64>,
    previous: Option<i64>,
    floor: u32,
) -> Result<(), WriteRefused> {
    let version = version.ok_or(WriteRefused::NoVersion)?;
    match previous {
        Some(previous) if version < previous => Err(WriteRefused::Lower { version, previous }),
        _ if version < i64::from(floor) => Err(WriteRefused::BelowFloor { version, floor }),
        _ => Ok(()),
    }
}

impl ContractType {
    /// Whether documents of `version` may be stored and read.
    #[must_use]
    pub fn may_read(&self, version: u32) -> bool {
        self.read_range().contains(&version)
    }

    /// Whether `document` may be written in the place of `previous`, under a write floor. Says nothing
    /// of whether it is valid.
    ///
    /// # Errors
    ///
    /// As [`check_write`]; a document that equals `previous` passes whatever its version.
    pub fn check_write(
        &self,
        document: &Value,
        previous: Option<&Value>,
        floor: u32,
    ) -> Result<(), WriteRefused> {
        if previous == Some(document) || !self.manifest().envelope {
            return Ok(());
        }
        let previous = previous.and_then(envelope::version_of);
        check_write(envelope::version_of(document), previous, floor)
    }
}

/// Why a document may not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteRefused {
    /// It has no version.
    NoVersion,
    /// Its version is below the write floor.
    BelowFloor {
        /// The document's version.
        version: i64,
        /// The lowest version that may be written.
        floor: u32,
    },
    /// Its version is lower than that of the document in whose place it is written.
    Lower {
        /// The document's version.
        version: i64,
        /// The version of the document that is there.
        previous: i64,
    },
}

impl fmt::Display for WriteRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVersion => f.write_str("the document has no version"),
            Self::BelowFloor { version, floor } => {
                write!(f, "version {version} is below the write floor {floor}")
            }
            Self::Lower { version, previous } => {
                write!(
                    f,
                    "version {version} is lower than the stored version {previous}"
                )
            }
        }
    }
}

impl Error for WriteRefused {}
