//! What may change from one release of a contract type to the next.
//!
//! A released version never changes and never vanishes, except that it is retired; new rules are a new
//! version, which keeps the promise that the manifest's `compatibility` makes; the release number
//! rises with what has changed. As long as a contract type is a draft, everything but its name may
//! change. The registration in a database and the lock file of a folder ask the same question here.

mod difference;
mod number;
mod objection;
mod promise;

pub use objection::{Objection, ObjectionKind};
pub use promise::VersionComparison;

use crate::contract::{ContractType, Status};
use difference::Difference;
use std::fmt;

/// How much a release changes (Semantic Versioning 2.0.0, sections 6 to 8, for contract types).
///
/// ```
/// use contract_core::release::Level;
/// assert!(Level::None < Level::Patch && Level::Patch < Level::Minor && Level::Minor < Level::Major);
/// assert_eq!(Level::Minor.to_string(), "minor");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing that anyone could rely on.
    None,
    /// What people read: annotations, owner, canonical id, migration notes.
    Patch,
    /// What is around the versions: status, compatibility, bindings, index keys, aliases, upgrades,
    /// the lowest version.
    Minor,
    /// The versions themselves.
    Major,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The step from what is released of a contract type to what is to be released next.
#[derive(Debug)]
pub struct Release {
    differences: Vec<Difference>,
    added_versions: Vec<u32>,
    comparisons: Vec<VersionComparison>,
    objections: Vec<Objection>,
}

impl Release {
    /// The step from `previous`, which is `None` for a first release, to `next`.
    ///
    /// New versions are compared with the ones before them, as `next` promises it; with a mode that
    /// promises more than the one before, so are all versions. Nothing is compared where `next` is a
    /// draft.
    ///
    /// ```
    /// use contract_core::{Registry, release::{Level, Release}};
    /// let contract = Registry::builtin().get("session_data")?;
    /// let release = Release::between(Some(contract), contract);
    /// assert!(release.objections().is_empty());
    /// assert_eq!((release.level(), release.summary().as_str()), (Level::None, "nothing changed"));
    /// # Ok::<(), contract_core::UnknownContractType>(())
    /// ```
    #[must_use]
    pub fn between(previous: Option<&ContractType>, next: &ContractType) -> Self {
        let mut release = Self {
            differences: Vec::new(),
            added_versions: next
                .read_range()
                .filter(|version| previous.is_none_or(|previous| !previous.may_read(*version)))
                .collect(),
            comparisons: Vec::new(),
            objections: Vec::new(),
        };
        release.differences = match previous {
            Some(previous) => difference::between(previous, next, &release.added_versions),
            None => vec![Difference::added(&release.added_versions)],
        };
        if let Some(previous) = previous {
            if previous.name() != next.name() {
                release.objections = vec![objection::other_name(previous, next)];
                return release;
            }
            if previous.manifest() == next.manifest() {
                return release;
            }
            if previous.manifest().status != Status::Draft {
                release.objections = objection::to_the_manifest(previous, next);
                release
                    .objections
                    .extend(number::objection(previous, next, &release.differences));
            }
        }
        if next.manifest().status != Status::Draft {
            let promised = promise::check(previous, next, &release.added_versions);
            release.comparisons = promised.comparisons;
            release.objections.extend(promised.objections);
        }
        release
    }

    /// What speaks against the release: first the manifest, then what the versions promise.
    #[must_use]
    pub fn objections(&self) -> &[Objection] {
        &self.objections
    }

    /// The versions that are new.
    #[must_use]
    pub fn added_versions(&self) -> &[u32] {
        &self.added_versions
    }

    /// How much is changed; [`Level::Major`] for a first release.
    #[must_use]
    pub fn level(&self) -> Level {
        difference::level(&self.differences)
    }

    /// The comparisons of versions that the promise of `compatibility` asked for.
    ///
    /// Where a version keeps the promise towards the one before, and that one towards all earlier, it
    /// keeps it towards all earlier: then those are not compared.
    #[must_use]
    pub fn comparisons(&self) -> &[VersionComparison] {
        &self.comparisons
    }

    /// What changed, in one line, such as `version 2 added; owner changed`.
    #[must_use]
    pub fn summary(&self) -> String {
        difference::summary(&self.differences)
    }
}
