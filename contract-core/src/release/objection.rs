//! What speaks against a release.

use super::difference::accept_the_same;
use crate::{
    compat::change::{self, Change},
    contract::{ContractType, Status},
};

/// How many changes an objection tells.
const MOST_CHANGES: usize = 20;

/// What kind of objection it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ObjectionKind {
    /// The contract type has another name.
    Name,
    /// A released contract type would be a draft again.
    Status,
    /// Documents would get an envelope, or lose it.
    Envelope,
    /// A released version accepts something else.
    VersionChanged,
    /// No released version is left.
    VersionGone,
    /// The lowest or the highest version is lower than it was.
    Lowered,
    /// The lowest version is higher than it was. Whoever knows that no document of the retired
    /// versions is stored may let it pass.
    Retired,
    /// The release number does not rise with what has changed.
    ReleaseNumber,
    /// A version breaks the promise of `compatibility`.
    Incompatible,
    /// Whether a version keeps the promise of `compatibility` could not be decided. Whoever knows
    /// that it does may let it pass.
    Unproven,
    /// Versions could not be compared, or too many would have to be.
    NotCompared,
}

impl ObjectionKind {
    /// The word for it.
    ///
    /// ```
    /// use contract_core::release::ObjectionKind;
    /// assert_eq!(ObjectionKind::VersionChanged.as_str(), "version-changed");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Status => "status",
            Self::Envelope => "envelope",
            Self::VersionChanged => "version-changed",
            Self::VersionGone => "version-gone",
            Self::Lowered => "lowered",
            Self::Retired => "retired",
            Self::ReleaseNumber => "release-number",
            Self::Incompatible => "incompatible",
            Self::Unproven => "unproven",
            Self::NotCompared => "not-compared",
        }
    }
}

/// One thing that speaks against a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    kind: ObjectionKind,
    path: String,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
}

impl Objection {
    pub(super) fn new(
        kind: ObjectionKind,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            path: path.into(),
            message: message.into(),
            detail: None,
            hint: None,
        }
    }

    pub(super) fn with_detail(mut self, detail: &[String]) -> Self {
        self.detail = (!detail.is_empty()).then(|| detail.join("\n"));
        self
    }

    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What kind of objection it is.
    #[must_use]
    pub fn kind(&self) -> ObjectionKind {
        self.kind
    }

    /// JSON Pointer to the place in the next manifest.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong, in lower case, without a full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What shows it, in lines: a document that one version takes and the other refuses, and what
    /// changed. Pointers lead into the next manifest; of what is gone, to where it would be.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// What changed in what the schema at `path` accepts, in lines.
pub(super) fn lines(path: &str, changes: &[Change]) -> Vec<String> {
    let matters = || changes.iter().filter(|change| !change.is_annotation());
    let mut lines: Vec<String> = matters()
        .take(MOST_CHANGES)
        .map(|change| match change.path() {
            "" => format!("change at {path}: {change}"),
            _ => format!("change at {path}{change}"),
        })
        .collect();
    match matters().count() - lines.len() {
        0 => {}
        more => lines.push(format!("and {more} more changes")),
    }
    lines
}

pub(super) fn other_name(previous: &ContractType, next: &ContractType) -> Objection {
    let message = format!("is \"{}\", not \"{}\"", next.name(), previous.name());
    Objection::new(ObjectionKind::Name, "/contract_type", message).with_hint(
        "a contract type keeps its name: make a new one, and an alias of the old name if it is to \
         be understood",
    )
}

/// What speaks against the manifest of `next`, after a `previous` that is no draft.
pub(super) fn to_the_manifest(previous: &ContractType, next: &ContractType) -> Vec<Objection> {
    let (old, new) = (previous.manifest(), next.manifest());
    let mut found = Vec::new();
    if new.status == Status::Draft {
        let message = format!("is draft again, and was {}", old.status.as_str());
        let hint = "what is released stays released: say deprecated or archived";
        found.push(Objection::new(ObjectionKind::Status, "/status", message).with_hint(hint));
    }
    if old.envelope == new.envelope {
        found.extend(to_changed_versions(previous, next));
    } else {
        let message = if new.envelope {
            "gives an envelope to documents that are stored without one"
        } else {
            "takes the envelope from documents that are stored with one"
        };
        let hint = "make a new contract type";
        found.push(Objection::new(ObjectionKind::Envelope, "/envelope", message).with_hint(hint));
    }
    found.extend(to_the_range(previous, next));
    found
}

fn to_changed_versions(previous: &ContractType, next: &ContractType) -> Vec<Objection> {
    let newest = next
        .manifest()
        .max_version
        .max(previous.manifest().max_version);
    let changed = next
        .versions()
        .enumerate()
        .filter_map(|(index, (version, new))| {
            let old = previous.schema(version)?;
            (!accept_the_same(old, new)).then_some((index, version, old, new))
        });
    changed
        .map(|(index, version, old, new)| {
            let message = format!("version {version} is released and has changed");
            let hint = format!(
                "make the change a new version, {}",
                newest.saturating_add(1)
            );
            let path = format!("/versions/{index}/schema");
            let detail = lines(&path, &change::changes(old, new));
            Objection::new(ObjectionKind::VersionChanged, path, message)
                .with_detail(&detail)
                .with_hint(hint)
        })
        .collect()
}

fn to_the_range(previous: &ContractType, next: &ContractType) -> Vec<Objection> {
    const NEWER: &str = "the database or the lock file has a newer state: pull it first";
    let (old, new) = (previous.manifest(), next.manifest());
    let mut found = Vec::new();
    let mut object = |kind, path: &str, message: String, hint: &str| {
        found.push(Objection::new(kind, path, message).with_hint(hint));
    };
    if new.min_version > old.max_version {
        let message = format!(
            "is {}, and no released version is left: {} to {} were",
            new.min_version, old.min_version, old.max_version
        );
        let hint = "keep the released versions, and retire them one release later";
        object(ObjectionKind::VersionGone, "/min_version", message, hint);
    } else if new.min_version > old.min_version {
        let message = format!("rises from {} to {}", old.min_version, new.min_version);
        let hint = "contract.retire raises it, once no older document is stored";
        object(ObjectionKind::Retired, "/min_version", message, hint);
    } else if new.min_version < old.min_version {
        let message = format!("goes down from {} to {}", old.min_version, new.min_version);
        object(ObjectionKind::Lowered, "/min_version", message, NEWER);
    }
    if new.max_version < old.max_version {
        let message = format!("goes down from {} to {}", old.max_version, new.max_version);
        object(ObjectionKind::Lowered, "/max_version", message, NEWER);
    }
    found
}
