//! What is different between two manifests of a contract type, and how much that is.

use super::Level;
use crate::{
    contract::ContractType,
    lock::content_hash,
    manifest::{ContractVersion, Manifest},
};
use serde_json::Value;

/// One thing that is different.
#[derive(Debug)]
pub(super) struct Difference {
    level: Level,
    text: String,
}

impl Difference {
    fn new(level: Level, text: impl Into<String>) -> Self {
        Self {
            level,
            text: text.into(),
        }
    }

    /// That there are new versions.
    pub(super) fn added(versions: &[u32]) -> Self {
        Self::new(Level::Major, format!("{} added", listed(versions)))
    }
}

/// The greatest level.
pub(super) fn level(differences: &[Difference]) -> Level {
    let levels = differences.iter().map(|difference| difference.level);
    levels.max().unwrap_or(Level::None)
}

/// All of them in one line.
pub(super) fn summary(differences: &[Difference]) -> String {
    let texts: Vec<&str> = differences.iter().map(|one| one.text.as_str()).collect();
    if texts.is_empty() {
        "nothing changed".to_owned()
    } else {
        texts.join("; ")
    }
}

/// The texts of those of one level, for a message.
pub(super) fn of_level(differences: &[Difference], level: Level) -> String {
    let of_level = differences.iter().filter(|one| one.level == level);
    let texts: Vec<&str> = of_level.map(|one| one.text.as_str()).collect();
    texts.join(", ")
}

/// What is different, the versions first.
pub(super) fn between(
    previous: &ContractType,
    next: &ContractType,
    added: &[u32],
) -> Vec<Difference> {
    let mut found = Vec::new();
    of_versions(previous, next, added, &mut found);
    of_keys(previous.manifest(), next.manifest(), &mut found);
    found
}

fn of_versions(
    previous: &ContractType,
    next: &ContractType,
    added: &[u32],
    found: &mut Vec<Difference>,
) {
    if !added.is_empty() {
        found.push(Difference::added(added));
    }
    let retired_below = *next.read_range().start();
    if previous.manifest().min_version < retired_below {
        let text = format!("versions below {retired_below} retired");
        found.push(Difference::new(Level::Minor, text));
    }
    let removed: Vec<u32> = previous
        .read_range()
        .filter(|version| *version > *next.read_range().end())
        .collect();
    if !removed.is_empty() {
        let text = format!("{} removed", listed(&removed));
        found.push(Difference::new(Level::Major, text));
    }
    for (version, old) in previous.versions() {
        let Some(new) = next.schema(version) else {
            continue;
        };
        let is_kept = accept_the_same(old, new);
        if !is_kept {
            let text = format!("version {version} changed");
            found.push(Difference::new(Level::Major, text));
        }
        let (old, new) = (version_of(previous, version), version_of(next, version));
        let (Some(old), Some(new)) = (old, new) else {
            continue;
        };
        if is_kept && old.schema != new.schema {
            let text = format!("annotations of version {version} changed");
            found.push(Difference::new(Level::Patch, text));
        }
        // The step to the lowest version goes with the version before it.
        if version > retired_below && old.upgrade != new.upgrade {
            let text = format!("upgrade to version {version} changed");
            found.push(Difference::new(Level::Minor, text));
        }
    }
}

/// One version as the manifest has it.
fn version_of(contract: &ContractType, version: u32) -> Option<&ContractVersion> {
    let manifest = contract.manifest();
    let index = version.checked_sub(manifest.min_version)?;
    manifest.versions.get(index as usize)
}

/// Whether two schemas of a version are the same for the lock file: but for their annotations.
pub(super) fn accept_the_same(old: &Value, new: &Value) -> bool {
    old == new || content_hash(old) == content_hash(new)
}

/// The keys of the manifest beside the versions and their range.
#[rustfmt::skip] // A table.
fn of_keys(previous: &Manifest, next: &Manifest, found: &mut Vec<Difference>) {
    // Names every key, so that a new one is not forgotten here.
    let Manifest {
        json_schema,
        contract_type,
        canonical_id,
        release,
        owner,
        status,
        compatibility,
        envelope,
        aliases,
        min_version: _,
        max_version: _,
        bindings,
        check_constraint,
        index_keys,
        migration_notes,
        versions: _,
    } = previous;
    if *status != next.status {
        let text = from_to("status", status.as_str(), next.status.as_str());
        found.push(Difference::new(Level::Minor, text));
    }
    if *compatibility != next.compatibility {
        let (old, new) = (compatibility.as_str(), next.compatibility.as_str());
        found.push(Difference::new(Level::Minor, from_to("compatibility", old, new)));
    }
    for (level, key, is_different) in [
        (Level::Major, "contract_type", *contract_type != next.contract_type),
        (Level::Major, "envelope", *envelope != next.envelope),
        (Level::Minor, "aliases", *aliases != next.aliases),
        (Level::Minor, "bindings", *bindings != next.bindings),
        (Level::Minor, "check_constraint", *check_constraint != next.check_constraint),
        (Level::Minor, "index_keys", *index_keys != next.index_keys),
        (Level::Patch, "canonical_id", *canonical_id != next.canonical_id),
        (Level::Patch, "owner", *owner != next.owner),
        (Level::Patch, "migration_notes", *migration_notes != next.migration_notes),
        // For editors: no reader of a contract sees it.
        (Level::None, "$schema", *json_schema != next.json_schema),
    ] {
        if is_different {
            found.push(Difference::new(level, format!("{key} changed")));
        }
    }
    if found.is_empty() && *release != next.release {
        let text = from_to("release", &release.to_string(), &next.release.to_string());
        found.push(Difference::new(Level::None, text));
    }
}

fn from_to(key: &str, old: &str, new: &str) -> String {
    format!("{key} changed from {old} to {new}")
}

/// `version 2`, `versions 2 to 4`, `versions 1, 3`.
fn listed(versions: &[u32]) -> String {
    match versions {
        [one] => format!("version {one}"),
        [first, .., last] if (last - first) as usize + 1 == versions.len() => {
            format!("versions {first} to {last}")
        }
        many => {
            let texts: Vec<String> = many.iter().map(ToString::to_string).collect();
            format!("versions {}", texts.join(", "))
        }
    }
}
