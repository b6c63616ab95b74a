//! Types: which a value may have, and which a keyword speaks of.

use crate::compat::{keyword, scope::Place};
use serde_json::Value;

/// A set of types, with whole numbers and others apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    const WHOLE: Self = Self(4);
    pub(super) const FRACTION: Self = Self(8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    const ALL: Self = Self(127);
    /// Each by the name that a schema gives it.
    const NAMES: [(&'static str, Self); 7] = [
        ("null", Self::NULL),
        ("boolean", Self::BOOLEAN),
        ("integer", Self::WHOLE),
        ("number", Self(12)),
        ("string", Self::STRING),
        ("array", Self::ARRAY),
        ("object", Self::OBJECT),
    ];

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn are_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The types that `type` names.
    pub(super) fn named(types: &Value) -> Self {
        let one = |name: &Value| {
            let found = Self::NAMES.iter().find(|(known, _)| name == known);
            found.map_or(Self::ALL, |(_, kind)| *kind)
        };
        match types {
            Value::Array(names) => names.iter().map(one).fold(Self(0), Self::or),
            name => one(name),
        }
    }

    /// The types of the values that may be valid under all of `schemas`.
    pub(super) fn of(schemas: &[Place]) -> Self {
        let mut kinds = Self::ALL;
        for schema in schemas {
            if let Some(types) = schema.get("type") {
                kinds = kinds.and(Self::named(types));
            }
            if let Some(Value::Object(refused)) = schema.get("not")
                && let (1, Some(types)) = (refused.len(), refused.get("type"))
            {
                kinds = kinds.and(Self(Self::ALL.0 & !Self::named(types).0));
            }
        }
        kinds
    }

    /// Whether these have none of the types that a keyword speaks of.
    pub(super) fn are_without(self, keyword: &str) -> bool {
        let concerned = keyword::applies_to(keyword).map(|kind| Self::named(&kind.into()));
        concerned.is_some_and(|concerned| self.and(concerned).is_empty())
    }

    /// The types that these are made of.
    pub(super) fn each(self) -> impl Iterator<Item = (&'static str, Self)> {
        const SINGLE: [&str; 6] = ["null", "boolean", "number", "string", "array", "object"];
        Self::NAMES
            .into_iter()
            .filter(|(name, _)| SINGLE.contains(name))
            .filter(move |(_, kind)| !self.and(*kind).is_empty())
    }
}
