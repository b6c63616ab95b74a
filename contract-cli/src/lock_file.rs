//! The releases of a folder: its lock file says what is released, its manifests what is to be.

use crate::{
    documents::{Position, json_error},
    releases::{Allowed, Manifested, Step},
    report::{Finding, Report},
};
use contract_core::{
    ContractType, Registry,
    contract::Status,
    lock::{Difference, Lock},
    release::{ObjectionKind, Release},
};
use serde::Serialize;
use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// A file of this folder, as it is written.
pub fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("manifests and locks are JSON");
    text.push('\n');
    text
}

/// What is released, and what is to be released next.
pub struct Releases<'a> {
    file: &'a Path,
    text: String,
    lock: Lock,
    registry: &'a Registry,
    candidates: Vec<Candidate<'a>>,
}

/// A contract type that is to be released.
pub struct Candidate<'a> {
    pub contract: &'a ContractType,
    pub file: PathBuf,
    text: String,
    pub previous: Option<ContractType>,
    /// JSON Pointer to the manifest of `previous` in the lock file; `None` where that has hashes alone.
    locked: Option<String>,
    pub release: Release,
}

impl<'a> Releases<'a> {
    /// Reads the lock file, an empty one where there is none. `manifest` gives the file and the text of a
    /// contract type's manifest.
    pub fn read(
        file: &'a Path,
        registry: &'a Registry,
        mut manifest: impl FnMut(&ContractType) -> (PathBuf, String),
    ) -> Result<Self, Box<Finding<'a>>> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => "{}".to_owned(),
            Err(error) => return Err(Finding::unreadable(file, &error).into()),
        };
        let lock: Lock = serde_json::from_str(&text).map_err(|error| {
            let (position, message) = json_error(&error, &text, Position::first(1));
            Finding {
                position: Some(position),
                ..Finding::error("lock", file, format!("is no lock file: {message}"))
            }
        })?;
        let candidate = |contract: &'a ContractType| {
            let name = contract.name();
            let previous = lock.last_release(contract).map_err(|problems| {
                let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
                let message = format!("has no manifest of {name}: {}", problems.join("; "));
                Finding::error("lock", file, message)
            })?;
            let (file, text) = manifest(contract);
            Ok(Candidate {
                release: Release::between(previous.as_ref(), contract),
                locked: lock.manifest(name).map(|_| format!("/{name}/manifest")),
                contract,
                file,
                text,
                previous,
            })
        };
        Ok(Self {
            candidates: registry
                .iter()
                .map(candidate)
                .collect::<Result<_, Box<_>>>()?,
            file,
            text,
            lock,
            registry,
        })
    }

    pub fn candidates(&self) -> &[Candidate<'a>] {
        &self.candidates
    }

    /// The lock file after the release. Where something speaks against it that is not allowed, that is
    /// added to the report, and there is only how many contract types or files it is about.
    pub fn review(
        &self,
        allowed: impl Fn(&str) -> Allowed,
        report: &mut Report,
    ) -> io::Result<Result<Lock, usize>> {
        let mut refused = 0;
        for candidate in &self.candidates {
            let step = candidate.step(self.file, &self.text, allowed(candidate.contract.name()));
            let mut objections = step.verdicts();
            objections.retain(|finding| !finding.is_note());
            if objections.is_empty() {
                continue;
            }
            refused += 1;
            report.begin(&candidate.file);
            report.checked(true);
            for objection in &objections {
                report.add(objection)?;
            }
        }
        let mut differences = match self.lock.extended(self.registry) {
            Ok(lock) if refused == 0 => return Ok(Ok(lock)),
            Ok(_) => Vec::new(),
            Err(differences) => differences,
        };
        differences.retain(|difference| !self.tells_of(difference));
        if !differences.is_empty() {
            refused += 1;
            report.begin(self.file);
            report.checked(true);
        }
        for difference in differences {
            let message = difference.to_string();
            report.add(&Finding::new("released-version", self.file, message))?;
        }
        Ok(Err(refused))
    }

    /// Whether an objection tells already that a released version has changed or is gone.
    fn tells_of(&self, difference: &Difference) -> bool {
        let name = difference.contract_type();
        let mut candidates = self.candidates.iter();
        let candidate = candidates.find(|candidate| candidate.contract.name() == name);
        candidate.is_some_and(|candidate| {
            candidate.release.objections().iter().any(|objection| {
                matches!(
                    objection.kind(),
                    ObjectionKind::VersionChanged
                        | ObjectionKind::VersionGone
                        | ObjectionKind::Lowered
                        | ObjectionKind::Envelope
                )
            })
        })
    }
}

impl Candidate<'_> {
    /// Whether a release changes what the lock file says of it.
    pub fn is_to_be_released(&self) -> bool {
        let manifest = self.contract.manifest();
        let previous = self.previous.as_ref().filter(|_| self.locked.is_some());
        manifest.status != Status::Draft
            && previous.is_none_or(|previous| previous.manifest() != manifest)
    }

    fn step<'s>(&'s self, lock_file: &'s Path, lock: &'s str, allowed: Allowed) -> Step<'s> {
        let new = Manifested {
            contract: self.contract,
            file: &self.file,
            text: &self.text,
            root: "",
        };
        let old = self.previous.as_ref().map(|contract| match &self.locked {
            Some(root) if !self.has_all_of(contract) => Manifested {
                contract,
                file: lock_file,
                text: lock,
                root,
            },
            // Best shown beside the new versions.
            _ => Manifested { contract, ..new },
        });
        Step {
            old,
            new,
            release: &self.release,
            allowed,
        }
    }

    /// Whether the manifest has the versions of `previous` as they are there, and where.
    fn has_all_of(&self, previous: &ContractType) -> bool {
        previous.read_range().start() == self.contract.read_range().start()
            && previous
                .versions()
                .all(|(version, schema)| self.contract.schema(version) == Some(schema))
    }
}
