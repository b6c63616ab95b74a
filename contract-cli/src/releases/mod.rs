//! The step from one release of a contract type to the next, told with the lines of both manifests.

mod lines;
mod pair;

pub use pair::{Pair, Promise, Schema};

use crate::report::{Finding, Level};
use contract_core::{
    ContractType,
    compat::{self, Comparison},
    release::{Objection, ObjectionKind, Release},
};
use lines::{Lines, place, show};
use std::{collections::BTreeSet, path::Path};

/// A contract type, and the text that has its manifest.
#[derive(Clone, Copy)]
pub struct Manifested<'a> {
    pub contract: &'a ContractType,
    pub file: &'a Path,
    pub text: &'a str,
    /// JSON Pointer to the manifest in the text.
    pub root: &'a str,
}

impl<'a> Manifested<'a> {
    fn version(self, version: u32) -> Option<Schema<'a>> {
        let index = version.checked_sub(self.contract.manifest().min_version)?;
        Some(Schema {
            name: format!("version {version}"),
            file: self.file,
            text: self.text,
            root: format!("{}/versions/{index}/schema", self.root),
            value: self.contract.schema(version)?,
            version: Some(version),
        })
    }
}

/// What somebody who is sure of it allows for a contract type.
#[derive(Clone, Copy, Default)]
pub struct Allowed {
    pub unproven: bool,
    /// Versions may be retired: no document of them is stored.
    pub retired: bool,
}

impl Allowed {
    /// That of a folder of manifests: whether documents of a version are stored, only the database
    /// knows, which is asked when the manifest is registered there.
    pub const RETIRED: Self = Self {
        unproven: false,
        retired: true,
    };
}

/// The step from what is released to what is to be released next.
pub struct Step<'a> {
    pub old: Option<Manifested<'a>>,
    pub new: Manifested<'a>,
    pub release: &'a Release,
    pub allowed: Allowed,
}

impl<'a> Step<'a> {
    /// What speaks against the release, and as notes the verdicts that do not.
    pub fn verdicts(&self) -> Vec<Finding<'a>> {
        let objections = self.release.objections().iter();
        let mut findings: Vec<Finding<'a>> = objections
            .filter_map(|objection| self.objection(objection))
            .collect();
        let manifest = self.new.contract.manifest();
        let promise = Promise {
            mode: manifest.compatibility,
            allow_unproven: self.allowed.unproven,
        };
        for compared in self.release.comparisons() {
            let (old, new) = (compared.old_version(), compared.new_version());
            if let Some(pair) = self.pair(old, new, compared.comparison()) {
                findings.extend(pair.verdicts(promise));
            }
        }
        findings
    }

    /// An objection in its lines; `None` for what is allowed, and for verdicts, which are told with
    /// the versions they are about.
    fn objection(&self, objection: &Objection) -> Option<Finding<'a>> {
        match objection.kind() {
            ObjectionKind::Incompatible | ObjectionKind::Unproven => return None,
            ObjectionKind::Retired if self.allowed.retired => return None,
            _ => {}
        }
        let new = self.new;
        let mut finding = Finding {
            hint: objection.hint().map(str::to_owned),
            ..Finding::new(
                objection.kind().as_str(),
                new.file,
                objection.message().to_owned(),
            )
        };
        let mut shown = vec![Lines::of(new.file, new.text)];
        if objection.kind() == ObjectionKind::VersionChanged
            && let Some((version, comparison)) = self.changed_version(objection)
            && let Some(pair) = self.pair(version, version, &comparison)
        {
            shown = pair.lines_of_changes();
        }
        if shown[0].is_empty() {
            shown[0].point(format!("{}{}", new.root, objection.path()), "");
        }
        show(&mut finding, &shown);
        Some(finding)
    }

    /// The version that an objection's place leads to, and what changed in it.
    fn changed_version(&self, objection: &Objection) -> Option<(u32, Comparison)> {
        let index = objection.path().strip_prefix("/versions/")?;
        let index: u32 = index.split('/').next()?.parse().ok()?;
        let version = self.new.contract.manifest().min_version + index;
        Some((version, self.compare(version, version)?))
    }

    /// What is to know of the release: how much it changes, and in the versions that are new or
    /// changed what is another.
    pub fn notes(&self) -> Vec<Finding<'a>> {
        let mut notes = vec![self.summary()];
        let told: BTreeSet<(u32, u32)> = self
            .release
            .comparisons()
            .iter()
            .map(|compared| (compared.old_version(), compared.new_version()))
            .collect();
        for (old, new) in self.steps_between_versions() {
            let compared = self.release.comparisons().iter();
            let known = compared
                .filter(|compared| (compared.old_version(), compared.new_version()) == (old, new))
                .map(|compared| compared.comparison().clone())
                .next();
            let Some(comparison) = known.or_else(|| self.compare(old, new)) else {
                continue;
            };
            let Some(pair) = self.pair(old, new, &comparison) else {
                continue;
            };
            if !told.contains(&(old, new)) {
                notes.extend(pair.verdicts(Promise::NONE));
            }
            notes.extend(pair.changes());
        }
        notes
    }

    fn summary(&self) -> Finding<'a> {
        let (new, release) = (self.new, self.release);
        let (number, level) = (&new.contract.manifest().release, release.level());
        let message = match self.old {
            None => format!("{number} is the first release: {}", release.summary()),
            Some(old) => format!(
                "{number} after {} is {}: {}",
                old.contract.manifest().release,
                match level.as_str() {
                    "none" => "no change".to_owned(),
                    level => format!("a {level} change"),
                },
                release.summary()
            ),
        };
        let mut note = Finding {
            level: Level::Note,
            ..Finding::new(level.as_str(), new.file, message)
        };
        let mut lines = Lines::of(new.file, new.text);
        lines.point(format!("{}/release", new.root), "");
        place(&mut note, &lines);
        note
    }

    /// The versions that are new, each after the one before it, and those that have changed.
    fn steps_between_versions(&self) -> Vec<(u32, u32)> {
        let versions = self.new.contract.versions();
        versions
            .filter_map(|(version, schema)| {
                match self.old.and_then(|old| old.contract.schema(version)) {
                    Some(old) if old == schema => None,
                    Some(_) => Some((version, version)),
                    None => Some((version.checked_sub(1)?, version)),
                }
            })
            .collect()
    }

    fn compare(&self, old: u32, new: u32) -> Option<Comparison> {
        let from = self.having(old, new)?;
        self.new.contract.schema(new)?;
        compat::compare_versions(from.contract, old, self.new.contract, new).ok()
    }

    fn pair<'c>(&self, old: u32, new: u32, comparison: &'c Comparison) -> Option<Pair<'a, 'c>> {
        let mut pair = Pair {
            old: self.having(old, new)?.version(old)?,
            new: self.new.version(new)?,
            comparison,
        };
        if old == new {
            pair.old.name = format!("the old version {old}");
            pair.new.name = format!("the new version {new}");
        }
        Some(pair)
    }

    /// The manifest to show the old version in: the released one, as far as it has that version.
    fn having(&self, old: u32, new: u32) -> Option<Manifested<'a>> {
        let has_it = |manifested: &Manifested<'_>| manifested.contract.schema(old).is_some();
        self.old
            .filter(has_it)
            .or_else(|| Some(self.new).filter(|manifested| old != new && has_it(manifested)))
    }
}
