//! The lock file: a content hash for each released version.
//!
//! A released version never changes what it accepts; new rules mean a new version. The lock file
//! holds, for every contract type and version, the SHA-256 of the version's JSON Schema, envelope
//! included, in canonical form. Annotations (`title`, `description`, ...) accept nothing and refuse
//! nothing; they are left out, so that a corrected description is no new version.

use crate::{contract::ContractType, pointer, registry::Registry};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

/// The name of the lock file, beside the manifests.
pub const LOCK_FILE: &str = "contracts.lock.json";

/// The content hashes of the released versions: contract type, version, hash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lock(BTreeMap<String, BTreeMap<u32, String>>);

/// A way in which contracts and lock file disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// A released version accepts something else now.
    Changed(String, u32),
    /// A released version within the read range is gone.
    Missing(String, u32),
    /// A version is not in the lock file yet.
    Unlocked(String, u32),
}

impl Difference {
    /// Whether a release is broken by it; a version that is only new breaks nothing.
    #[must_use]
    pub fn breaks_a_release(&self) -> bool {
        !matches!(self, Self::Unlocked(..))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(name, version) => write!(
                f,
                "version {version} of {name} is released and accepts something else now: \
                 make the change a new version"
            ),
            Self::Missing(name, version) => {
                write!(f, "version {version} of {name} is released and is gone")
            }
            Self::Unlocked(name, version) => {
                write!(f, "version {version} of {name} is not in the lock file")
            }
        }
    }
}

impl Lock {
    /// The lock of every version of `registry`.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        let versions = |contract: &ContractType| {
            contract
                .versions()
                .map(|(version, schema)| (version, content_hash(schema)))
                .collect()
        };
        Self(
            registry
                .iter()
                .map(|contract| (contract.name().to_owned(), versions(contract)))
                .collect(),
        )
    }

    /// How `registry` differs from this lock. A released version below a type's read range is
    /// retired, and no difference.
    #[must_use]
    pub fn differences(&self, registry: &Registry) -> Vec<Difference> {
        let current = Self::of(registry);
        let mut differences = Vec::new();
        for (name, versions) in &self.0 {
            let retired_below = registry
                .get(name)
                .map_or(0, |contract| *contract.read_range().start());
            for (&version, hash) in versions {
                match current.0.get(name).and_then(|now| now.get(&version)) {
                    Some(now) if now == hash => {}
                    Some(_) => differences.push(Difference::Changed(name.clone(), version)),
                    None if version < retired_below => {}
                    None => differences.push(Difference::Missing(name.clone(), version)),
                }
            }
        }
        for (name, versions) in &current.0 {
            for &version in versions.keys() {
                if !self
                    .0
                    .get(name)
                    .is_some_and(|old| old.contains_key(&version))
                {
                    differences.push(Difference::Unlocked(name.clone(), version));
                }
            }
        }
        differences
    }

    /// This lock with the versions of `registry` that it does not have yet.
    ///
    /// # Errors
    ///
    /// The differences that break a release; nothing is added then.
    pub fn extended(&self, registry: &Registry) -> Result<Self, Vec<Difference>> {
        let broken: Vec<Difference> = self
            .differences(registry)
            .into_iter()
            .filter(Difference::breaks_a_release)
            .collect();
        if !broken.is_empty() {
            return Err(broken);
        }
        let mut extended = self.clone();
        for (name, versions) in Self::of(registry).0 {
            extended.0.entry(name).or_default().extend(versions);
        }
        Ok(extended)
    }
}

/// The SHA-256 of a schema without its annotations, keys sorted, in lower-case hexadecimal.
///
/// ```
/// use contract_core::lock::content_hash;
/// use serde_json::json;
/// let plain = content_hash(&json!({"type": "string"}));
/// assert_eq!(plain, content_hash(&json!({"type": "string", "description": "a name"})));
/// assert_ne!(plain, content_hash(&json!({"type": "number"})));
/// ```
#[must_use]
pub fn content_hash(schema: &Value) -> String {
    let mut canonical = String::new();
    if refers_into_annotation(schema) {
        write_value(schema, &mut canonical);
    } else {
        write_schema(schema, &mut canonical);
    }
    Sha256::digest(canonical)
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a String never fails");
            text
        })
}

/// Keywords that accept nothing and refuse nothing (JSON Schema Validation 2020-12, section 9).
pub(crate) const ANNOTATIONS: [&str; 8] = [
    "$comment",
    "default",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// Whether a reference leads into what is otherwise an annotation, and makes a schema of it.
fn refers_into_annotation(schema: &Value) -> bool {
    pointer::find_text(schema, &mut |keyword, text| {
        matches!(keyword, "$ref" | "$dynamicRef")
            && text
                .split(['/', '#'])
                .any(|token| ANNOTATIONS.contains(&token))
    })
    .is_some()
}

/// Writes a schema: its keywords without annotations, sub-schemas likewise.
fn write_schema(schema: &Value, out: &mut String) {
    let Value::Object(keywords) = schema else {
        return write_value(schema, out);
    };
    let kept = keywords
        .iter()
        .filter(|(keyword, _)| !ANNOTATIONS.contains(&keyword.as_str()));
    write_members(kept, out, |keyword, value, out| match (keyword, value) {
        // One schema a member.
        (
            "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions",
            Value::Object(members),
        ) => write_members(members.iter(), out, |_, member, out| {
            write_schema(member, out);
        }),
        // One schema an element.
        ("allOf" | "anyOf" | "oneOf" | "prefixItems" | "items", Value::Array(elements)) => {
            write_elements(elements, out, write_schema);
        }
        (
            "additionalItems"
            | "additionalProperties"
            | "contains"
            | "else"
            | "if"
            | "items"
            | "not"
            | "propertyNames"
            | "then"
            | "unevaluatedItems"
            | "unevaluatedProperties",
            Value::Object(_),
        ) => write_schema(value, out),
        _ => write_value(value, out),
    });
}

/// Writes any value with its keys sorted, whatever order the build keeps maps in.
fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            write_members(members.iter(), out, |_, member, out| {
                write_value(member, out);
            });
        }
        Value::Array(elements) => write_elements(elements, out, write_value),
        scalar => write!(out, "{scalar}").expect("writing to a String never fails"),
    }
}

fn write_members<'a>(
    members: impl Iterator<Item = (&'a String, &'a Value)>,
    out: &mut String,
    write_member: impl Fn(&str, &Value, &mut String),
) {
    let sorted: BTreeMap<&String, &Value> = members.collect();
    out.push('{');
    for (index, (key, value)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write!(out, "{}:", Value::from(key.as_str())).expect("writing to a String never fails");
        write_member(key, value, out);
    }
    out.push('}');
}

fn write_elements(elements: &[Value], out: &mut String, write_element: fn(&Value, &mut String)) {
    out.push('[');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_element(element, out);
    }
    out.push(']');
}
