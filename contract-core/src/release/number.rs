//! The release number: it rises at least as much as has changed, and never goes down.

use super::{
    Level, Objection, ObjectionKind,
    difference::{self, Difference},
};
use crate::contract::ContractType;
use semver::{Prerelease, Version};

/// What speaks against the release number of `next`.
pub(super) fn objection(
    previous: &ContractType,
    next: &ContractType,
    differences: &[Difference],
) -> Option<Objection> {
    // With fewer versions the major number cannot but go down; that is an objection of its own.
    if next.manifest().max_version < previous.manifest().max_version {
        return None;
    }
    let (old, new) = (&previous.manifest().release, &next.manifest().release);
    let level = match difference::level(differences) {
        // A manifest's major number is its newest version: it has risen, or the change is refused.
        Level::Major => Level::None,
        level => level,
    };
    let message = if new.cmp_precedence(old).is_lt() {
        format!("must not go down from {old} to {new}")
    } else if rises(old, new, level) {
        return None;
    } else {
        let what = difference::of_level(differences, level);
        format!("{new} is too low after {old} for a {level} change: {what}")
    };
    let hint = format!("set \"release\" to \"{}\" or higher", lowest(old, level));
    Some(Objection::new(ObjectionKind::ReleaseNumber, "/release", message).with_hint(hint))
}

/// Whether `new`, which is not lower than `old`, is high enough after it for a change of that level.
fn rises(old: &Version, new: &Version, level: Level) -> bool {
    match level {
        Level::None => true,
        _ if is_on_its_way(old, level) => new.cmp_precedence(old).is_gt(),
        Level::Patch => (new.major, new.minor, new.patch) > (old.major, old.minor, old.patch),
        Level::Minor | Level::Major => (new.major, new.minor) > (old.major, old.minor),
    }
}

/// The lowest release number after `old` for a change of that level.
fn lowest(old: &Version, level: Level) -> Version {
    match level {
        Level::None => old.clone(),
        _ if is_on_its_way(old, level) => Version {
            pre: Prerelease::EMPTY,
            ..old.clone()
        },
        Level::Patch => Version::new(old.major, old.minor, old.patch.saturating_add(1)),
        Level::Minor | Level::Major => Version::new(old.major, old.minor.saturating_add(1), 0),
    }
}

/// Whether `number` is a pre-release of one that may change as much as `level`, as 1.3.0-rc.1 is of
/// the minor release 1.3.0.
fn is_on_its_way(number: &Version, level: Level) -> bool {
    !number.pre.is_empty() && (level == Level::Patch || number.patch == 0)
}
