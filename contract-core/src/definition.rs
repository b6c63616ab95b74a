//! The definition of a contract type that is registered in a database: the body of its function.
//!
//! The first line is a JSON object of what the database adds, the aliases and the history; the rest is
//! the manifest, in the very text that it was registered in. A definition is part of the catalog, so
//! that it is dumped, restored and replicated in the right order by Postgres itself.

use crate::{
    contract::ContractType,
    manifest::{Alias, Manifest, Problem},
    registry::Registry,
};
use semver::Version;
use serde::{Deserialize, Serialize};
use std::{error::Error, fmt};

/// A contract type as it is registered.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    history: Vec<Registration>,
    source: String,
    manifest: Manifest,
}

/// One entry of the history: who registered what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The release that was registered.
    pub release: Version,
    /// The versions that it added.
    pub versions: Vec<u32>,
    /// The database role that registered it.
    pub registered_by: String,
    /// When (RFC 3339).
    pub registered_at: String,
    /// What it changed, in one line.
    pub change: String,
}

/// The first line of a body. The aliases come first, so that a body that has some is known by its
/// first bytes.
#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<Alias>,
    history: Vec<Registration>,
}

impl Definition {
    /// The definition of a contract type, whose manifest was read from `source`.
    #[must_use]
    pub fn new(manifest: Manifest, source: String, history: Vec<Registration>) -> Self {
        Self {
            history,
            source,
            manifest,
        }
    }

    /// Reads a body, as [`Display`](fmt::Display) writes it.
    ///
    /// # Errors
    ///
    /// The first line is not the header, or the rest is no manifest. Whether the manifest's schemas
    /// compile is not looked at.
    ///
    /// ```
    /// use contract_core::{Registry, definition::Definition};
    /// let manifest = Registry::builtin().get("session_data")?.manifest().clone();
    /// let definition = Definition::new(manifest.clone(), manifest.to_text(), Vec::new());
    /// assert_eq!(Definition::read(&definition.to_string()).unwrap(), definition);
    /// assert!(Definition::read("{}").is_err());
    /// # Ok::<(), contract_core::UnknownContractType>(())
    /// ```
    pub fn read(body: &str) -> Result<Self, BadDefinition> {
        let (header, source) = body
            .split_once('\n')
            .ok_or_else(|| BadDefinition("has no manifest after its first line".to_owned()))?;
        let header: Header = serde_json::from_str(header)
            .map_err(|error| BadDefinition(format!("has no history in its first line: {error}")))?;
        let manifest = serde_json::from_str(source)
            .map_err(|error| BadDefinition(format!("has no manifest: {error}")))?;
        Ok(Self {
            history: header.history,
            source: source.to_owned(),
            manifest,
        })
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The manifest in the text that it was registered in.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Who registered what, the oldest first.
    #[must_use]
    pub fn history(&self) -> &[Registration] {
        &self.history
    }

    /// The contract type, for whoever compiles it: its schemas have compiled when it was registered.
    ///
    /// # Errors
    ///
    /// Every problem of a manifest that was not registered but written by hand.
    pub fn contract(&self) -> Result<ContractType, Vec<Problem>> {
        ContractType::uncompiled(self.manifest.clone())
    }
}

/// The body: the header in one line, then the manifest.
impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = Header {
            aliases: self.manifest.aliases.clone(),
            history: self.history.clone(),
        };
        let header = serde_json::to_string(&header).map_err(|_| fmt::Error)?;
        write!(f, "{header}\n{}", self.source)
    }
}

/// A function's body that is no definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadDefinition(String);

impl fmt::Display for BadDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for BadDefinition {}

impl Manifest {
    /// The manifest as a file holds it: keys in the order of their declaration, those of schemas sorted,
    /// two spaces a level, a line feed at the end.
    ///
    /// # Panics
    ///
    /// Never: a manifest can be written as JSON.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest is JSON");
        text.push('\n');
        text
    }

    /// This manifest without the versions below `below_version`, in a release of its own.
    ///
    /// # Errors
    ///
    /// `below_version` is not above the lowest version, or no version would be left.
    pub fn retired(&self, below_version: u32) -> Result<Self, Problem> {
        if below_version == self.min_version {
            let message = format!("version {below_version} is the lowest already");
            return Err(Problem::new("/min_version", message));
        }
        if !(self.min_version + 1..=self.max_version).contains(&below_version) {
            return Err(Problem::new(
                "/min_version",
                match (self.min_version, self.max_version) {
                    (low, high) if low == high => {
                        format!("version {low} is the only one and cannot be retired")
                    }
                    (low, high) if low + 1 == high => {
                        format!("the lowest version can be raised to {high} only")
                    }
                    (low, high) => {
                        format!(
                            "the lowest version can be raised to one of {} to {high}",
                            low + 1
                        )
                    }
                },
            ));
        }
        let mut retired = self.clone();
        retired.min_version = below_version;
        retired
            .versions
            .retain(|version| version.version >= below_version);
        if let Some(first) = retired.versions.first_mut() {
            first.upgrade = None;
        }
        retired.release = Version::new(self.release.major, self.release.minor + 1, 0);
        Ok(retired)
    }
}

/// The most bytes that a manifest may have to be registered: it is read whole, time and again.
pub const LARGEST_MANIFEST: usize = 16 << 20;

/// The end of the name of the function that gives a silent verdict.
pub const SILENT_SUFFIX: &str = "_is_valid";

/// Why a contract type of that name cannot be registered: its functions would need names that they
/// cannot have; `None` where it can.
///
/// ```
/// use contract_core::definition::name_problem;
/// assert!(name_problem("ship_manifest").is_none());
/// assert!(name_problem("case_metadata").is_some(), "it is built in");
/// assert!(name_problem("ship_manifest_is_valid").is_some());
/// ```
#[must_use]
pub fn name_problem(contract_type: &str) -> Option<Problem> {
    // The length of an identifier (PostgreSQL documentation, section 4.1.1).
    const LONGEST: usize = 63 - SILENT_SUFFIX.len();
    let message = if Registry::builtin().get(contract_type).is_ok() {
        "is the name of a built-in contract type".to_owned()
    } else if contract_type.ends_with(SILENT_SUFFIX) {
        format!("must not end with {SILENT_SUFFIX}, as the functions for a silent verdict do")
    } else if contract_type.len() > LONGEST {
        format!(
            "must have at most {LONGEST} bytes: the function for a silent verdict is its name and {SILENT_SUFFIX}"
        )
    } else {
        return None;
    };
    Some(Problem::new("/contract_type", message))
}
