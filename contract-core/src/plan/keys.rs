//! The keys that a schema names, and how they meet those of an object.

use super::{
    Stop,
    bytes::{order, same},
    rule::RuleId,
};
use std::{cmp::Ordering, ops::Range};

/// The keys that a schema names, in the order of an object's keys. Their names are stored one after the other, so
/// that thousands of them stay in the processor's cache.
#[derive(Debug)]
pub(super) struct Keys {
    names: Box<[u8]>,
    /// With where its name is.
    keys: Box<[(Range<usize>, Key)]>,
}

/// What is asked of a key that a schema names.
#[derive(Debug)]
pub(super) struct Key {
    pub rule: RuleId,
    pub is_required: bool,
    /// The bit that stands for it in a [`Dependency`](super::rule::Dependency), or 0.
    pub bit: u64,
}

impl<'n> FromIterator<(&'n str, Key)> for Keys {
    fn from_iter<I: IntoIterator<Item = (&'n str, Key)>>(list: I) -> Self {
        let mut names = Vec::new();
        let keys = list.into_iter().map(|(name, key)| {
            let start = names.len();
            names.extend(name.bytes());
            (start..names.len(), key)
        });
        let keys = keys.collect();
        Self {
            names: names.into(),
            keys,
        }
    }
}

impl Keys {
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub fn rules(&self) -> impl Iterator<Item = RuleId> {
        self.keys.iter().map(|(_, key)| key.rule)
    }

    /// All of them, before an object has had any.
    pub fn expected(&self) -> Expected<'_> {
        Expected {
            names: &self.names,
            keys: &self.keys,
        }
    }
}

/// The keys that may yet come in an object.
pub(super) struct Expected<'k> {
    names: &'k [u8],
    keys: &'k [(Range<usize>, Key)],
}

impl<'k> Expected<'k> {
    /// The key that is called `name`; takes it and those before it, none of which may be required.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "it is the inner loop of a merge")]
    pub fn named(&mut self, name: &[u8]) -> Result<Option<&'k Key>, Stop> {
        while let [(name_at, key), later @ ..] = self.keys {
            let expected = &self.names[name_at.clone()];
            if same(expected, name) {
                self.keys = later;
                return Ok(Some(key));
            }
            if order(expected, name) == Ordering::Greater {
                break;
            }
            if key.is_required {
                return Err(Stop::Invalid);
            }
            self.keys = later;
        }
        Ok(None)
    }

    /// Whether one that has to come has not.
    pub fn misses_one(&self) -> bool {
        self.keys.iter().any(|(_, key)| key.is_required)
    }
}
