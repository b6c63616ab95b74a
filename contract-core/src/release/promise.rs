//! The promise of `compatibility`: what new versions accept, compared with the versions before them.

use super::{Objection, ObjectionKind, objection};
use crate::{
    compat::{self, Comparison, Verdict, change::Change},
    contract::{Compatibility, ContractType, Status},
};
use std::collections::BTreeSet;

/// How many broken promises are looked for: each costs a comparison, and all are one mistake.
const MOST_BROKEN: usize = 10;
/// How many comparisons without a decision are made: each has cost a long search.
const MOST_UNDECIDED: usize = 32;

/// Two versions of a contract type, compared.
#[derive(Debug)]
pub struct VersionComparison {
    old: u32,
    new: u32,
    comparison: Comparison,
}

impl VersionComparison {
    /// The earlier version.
    #[must_use]
    pub fn old_version(&self) -> u32 {
        self.old
    }

    /// The later version.
    #[must_use]
    pub fn new_version(&self) -> u32 {
        self.new
    }

    /// What each accepts of the documents of the other, and what changed.
    #[must_use]
    pub fn comparison(&self) -> &Comparison {
        &self.comparison
    }
}

/// What was compared, and what speaks against the release.
#[derive(Default)]
pub(super) struct Promised {
    pub(super) comparisons: Vec<VersionComparison>,
    pub(super) objections: Vec<Objection>,
}

/// Compares the versions of `next` that have not been compared before, as its mode promises.
pub(super) fn check(
    previous: Option<&ContractType>,
    next: &ContractType,
    added: &[u32],
) -> Promised {
    let mut promised = Promised::default();
    let mode = next.manifest().compatibility;
    if mode == Compatibility::None {
        return promised;
    }
    let all_are_new = previous.is_none_or(|previous| {
        let previous = previous.manifest();
        previous.status == Status::Draft || promises_more(previous.compatibility, mode)
    });
    let lowest = *next.read_range().start();
    // What one version takes of another's documents, it takes of all that the other takes: a version
    // that keeps the promise towards such a one keeps it towards all versions before.
    let mut keeps_to_all = BTreeSet::from([lowest]);
    for version in next.read_range().skip(1) {
        if !all_are_new && !added.contains(&version) {
            continue;
        }
        let earliest = if mode.is_transitive() {
            lowest
        } else {
            version - 1
        };
        let mut keeps = true;
        for old in (earliest..version).rev() {
            if promised.has_enough() {
                return promised;
            }
            let kept = promised.compare(next, old, version, mode);
            keeps &= kept;
            if kept && keeps_to_all.contains(&old) {
                break;
            }
        }
        if keeps && mode.is_transitive() {
            keeps_to_all.insert(version);
        }
    }
    promised
}

/// Whether `new` promises something that `old` did not.
fn promises_more(old: Compatibility, new: Compatibility) -> bool {
    new.is_backward() && !old.is_backward()
        || new.is_forward() && !old.is_forward()
        || new.is_transitive() && !old.is_transitive()
}

impl Promised {
    /// Whether no more is to be compared. What was not compared is never taken for kept: a broken
    /// promise stays an objection, and what is not decided becomes one that nobody can allow.
    fn has_enough(&mut self) -> bool {
        let count = |wanted: ObjectionKind| {
            let kinds = self.objections.iter().map(Objection::kind);
            kinds.filter(|&kind| kind == wanted).count()
        };
        if count(ObjectionKind::Incompatible) >= MOST_BROKEN {
            return true;
        }
        if count(ObjectionKind::Unproven) < MOST_UNDECIDED {
            return false;
        }
        let message = format!(
            "{MOST_UNDECIDED} comparisons of versions are not decided, the others were not made"
        );
        let objection = Objection::new(ObjectionKind::NotCompared, "/versions", message);
        let hint = "release fewer versions at once, or promise less";
        self.objections.push(objection.with_hint(hint));
        true
    }

    /// Compares two versions; whether the later keeps the promise.
    fn compare(
        &mut self,
        contract: &ContractType,
        old: u32,
        new: u32,
        mode: Compatibility,
    ) -> bool {
        let path = format!("/versions/{}/schema", new - contract.manifest().min_version);
        let comparison = match compat::compare_versions(contract, old, contract, new) {
            Ok(comparison) => comparison,
            Err(error) => {
                let message =
                    format!("version {new} cannot be compared with version {old}: {error}");
                let objection = Objection::new(ObjectionKind::NotCompared, path, message);
                self.objections.push(objection);
                return false;
            }
        };
        let before = self.objections.len();
        for (is_promised, verdict, accepting, accepted) in [
            (mode.is_backward(), comparison.backward(), new, old),
            (mode.is_forward(), comparison.forward(), old, new),
        ] {
            if !is_promised {
                continue;
            }
            let changes = comparison.changes();
            let found = broken(&path, verdict, accepting, accepted, changes);
            let Some((objection, way)) = found else {
                continue;
            };
            let hint = format!(
                "compatibility is {}: version {accepting} has to accept every document of version \
                 {accepted}; {way}",
                mode.as_str()
            );
            self.objections.push(objection.with_hint(hint));
        }
        let kept = self.objections.len() == before;
        self.comparisons.push(VersionComparison {
            old,
            new,
            comparison,
        });
        kept
    }
}

/// That version `accepting` does not accept all that version `accepted` does, or may not; and the
/// way out.
fn broken(
    path: &str,
    verdict: &Verdict,
    accepting: u32,
    accepted: u32,
    changes: &[Change],
) -> Option<(Objection, &'static str)> {
    match verdict {
        Verdict::Compatible => None,
        Verdict::Incompatible(witness) => {
            let message =
                format!("version {accepting} refuses a document that version {accepted} accepts");
            let mut detail = vec![format!("document: {witness}")];
            detail.extend(objection::lines(path, changes));
            let objection = Objection::new(ObjectionKind::Incompatible, path, message);
            Some((
                objection.with_detail(&detail),
                "change the new version, or promise less",
            ))
        }
        Verdict::Unproven(reason) => {
            let message = format!(
                "whether version {accepting} accepts every document of version {accepted} is not \
                 decided: {reason}"
            );
            let objection = Objection::new(ObjectionKind::Unproven, path, message);
            Some((
                objection.with_detail(&objection::lines(path, changes)),
                "whoever is sure of it may allow what is unproven",
            ))
        }
    }
}
