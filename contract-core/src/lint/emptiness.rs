//! What no value satisfies, proven by the canonical form of a schema.

use crate::canonical;
use crate::validate::{canonical_options, quoted};
use jsonschema::canonical::{Cause, Containment, PreparedDocument, UnsatisfiableReason};
use serde_json::Value;
use std::collections::BTreeMap;

/// The subschemas that no value satisfies, by JSON Pointer.
pub(super) struct Emptiness<'s> {
    prepared: PreparedDocument<'s>,
    reasons: BTreeMap<String, UnsatisfiableReason>,
}

impl<'s> Emptiness<'s> {
    /// What can be proven of `schema`; `None` where nothing can, or only at a cost without a bound.
    pub fn of(schema: &'s Value) -> Option<Self> {
        if !canonical::is_light(schema) {
            return None;
        }
        let prepared = canonical_options().prepare(schema).ok()?;
        let reasons = prepared.unsatisfiable().ok()?;
        Some(Self { prepared, reasons })
    }

    /// Why no value satisfies the subschema at `path`; `None` where that is not proven.
    pub fn reason(&self, path: &str) -> Option<String> {
        Some(match self.reasons.get(path)? {
            UnsatisfiableReason::Literal => "the schema is false".to_owned(),
            UnsatisfiableReason::Empty(cause) => match names(path, cause).as_slice() {
                [] => "it allows no value".to_owned(),
                [only] => format!("{only} allows no value"),
                several => format!("{} exclude each other", joined(several)),
            },
            UnsatisfiableReason::Conflict(causes) => {
                let mut parts: Vec<String> =
                    causes.iter().flat_map(|cause| names(path, cause)).collect();
                parts.dedup();
                match parts.as_slice() {
                    [] => "its parts exclude each other".to_owned(),
                    [only] => format!("{only} allows no value"),
                    several => format!("{} exclude each other", joined(several)),
                }
            }
        })
    }

    /// Whether a subschema below `path` is one that no value satisfies, a literal `false` aside.
    pub fn is_explained_below(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.reasons
            .range(below.clone()..)
            .take_while(|(path, _)| path.starts_with(&below))
            .any(|(_, reason)| *reason != UnsatisfiableReason::Literal)
    }

    /// Whether every value that satisfies the subschema at `inner` is proven to satisfy that at `outer`.
    pub fn covers(&self, outer: &str, inner: &str) -> bool {
        let canonical = |path: &str| self.prepared.canonicalize_at(path).ok();
        let (Some(outer), Some(inner)) = (canonical(outer), canonical(inner)) else {
            return false;
        };
        outer
            .covers(&inner)
            .is_ok_and(|answer| answer == Containment::Yes)
    }
}

/// The keywords of a cause at `path`, or its place where it is another.
fn names(path: &str, cause: &Cause) -> Vec<String> {
    match cause.pointer.strip_prefix(path) {
        Some("") => cause.keywords.iter().map(|name| quoted(name)).collect(),
        Some(below) => vec![below.trim_start_matches('/').to_owned()],
        None => vec![cause.pointer.clone()],
    }
}

/// `"a", "b" and "c"`
fn joined(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.join(""),
    }
}
