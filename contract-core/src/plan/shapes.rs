//! The shapes of objects met before: their keys, as they are stored.
//!
//! The documents of a column have few sets of keys between them. jsonb stores the keys of an object together, in
//! one order; so that an object has the same keys as one before takes a comparison of bytes, and what was
//! found out of its keys then holds for it too. A value is expected to be of the same sort as the first time: what is
//! asked of that sort is found out once.

use super::{
    Plan, Stop,
    bytes::{ARRAY, Entry, Kind, Object, STRING, container, end_of, order, same},
    rule::{ANYTHING, Kinds, NOTHING, ObjectRule, Rule, RuleId, StringRule},
    walk::{Outcome, string},
};
use crate::watch::Watch;
use std::{
    cmp::Ordering,
    sync::{Arc, OnceLock},
};

/// How many shapes are kept: the first that come.
const MOST: usize = 4;
/// The most keys of a shape that is kept, and the most bytes of their text.
const MOST_KEYS: usize = 32;
const MOST_BYTES: usize = 1024;

/// The shapes met before, with what is known of an object of each.
#[derive(Debug)]
pub(super) struct Shapes<T>([OnceLock<Shape<T>>; MOST]);

/// The keys of an object, and what is known of each object that has them.
#[derive(Debug)]
pub(super) struct Shape<T> {
    entries: Box<[[u8; 4]]>,
    names: Box<[u8]>,
    pub known: T,
}

impl<T> Shape<T> {
    /// Where the values start in the data of an object.
    #[inline]
    pub fn start_of_values(&self) -> usize {
        self.names.len()
    }

    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "a call would pass the object through memory"
    )]
    fn is_of(&self, object: &Object<'_>) -> bool {
        let names = object.data.get(..self.names.len());
        same(object.keys.as_flattened(), self.entries.as_flattened())
            && names.is_some_and(|names| same(names, &self.names))
    }
}

impl<T> Default for Shapes<T> {
    fn default() -> Self {
        Self([const { OnceLock::new() }; MOST])
    }
}

impl<T> Shapes<T> {
    /// The shape of an object; found out now where there is room to keep it.
    #[inline]
    pub fn of(&self, object: &Object<'_>, find: impl FnOnce() -> Option<T>) -> Option<&Shape<T>> {
        // Objects with other keys mostly have more or less of them.
        match self.0[object.keys.len() % MOST].get() {
            Some(shape) if shape.is_of(object) => Some(shape),
            _ => self.search(object, find),
        }
    }

    #[inline(never)]
    fn search(&self, object: &Object<'_>, find: impl FnOnce() -> Option<T>) -> Option<&Shape<T>> {
        let first = object.keys.len() % MOST;
        for slot in self.0[first..].iter().chain(&self.0[..first]) {
            match slot.get() {
                Some(shape) if shape.is_of(object) => return Some(shape),
                Some(_) => {}
                None => return Self::learn(slot, object, find),
            }
        }
        None
    }

    #[cold]
    fn learn<'s>(
        slot: &'s OnceLock<Shape<T>>,
        object: &Object<'_>,
        find: impl FnOnce() -> Option<T>,
    ) -> Option<&'s Shape<T>> {
        let bytes = end_of(object.keys);
        if object.keys.len() > MOST_KEYS || bytes > MOST_BYTES {
            return None;
        }
        let shape = Shape {
            known: find()?,
            entries: object.keys.into(),
            names: object.data.get(..bytes)?.into(),
        };
        // Another thread may have filled it with another shape.
        let shape = slot.get_or_init(|| shape);
        shape.is_of(object).then_some(shape)
    }
}

/// What is asked of one value of an object whose keys are as they should be.
#[derive(Debug)]
pub(super) struct Member {
    pub rule: RuleId,
    /// The sorts of entries that satisfy the rule whatever they hold.
    plain: Kinds,
    /// An entry of the sort that was met first: most values there are of one sort.
    usual: Entry,
    /// What is asked of that sort.
    asked: Asked,
}

#[derive(Debug)]
enum Asked {
    Nothing,
    /// Of a string, nothing else.
    String(Arc<StringRule>),
    /// Of an array or an object.
    Container,
    /// Of a scalar.
    Scalar,
}

impl Member {
    pub fn nothing(usual: Kind) -> Self {
        Self {
            rule: ANYTHING,
            plain: Kinds::ALL,
            usual: Entry::of_kind(usual),
            asked: Asked::Nothing,
        }
    }

    fn of(rule: RuleId, rules: &[Rule], usual: Kind) -> Self {
        let asks = &rules[rule as usize];
        let plain = asks.plain_entries();
        let asked = match &asks.string {
            _ if plain.has(usual) => Asked::Nothing,
            Some(string) if usual == STRING && asks.also.is_empty() && asks.kinds.has(STRING) => {
                Asked::String(Arc::clone(string))
            }
            _ if usual == ARRAY => Asked::Container,
            _ => Asked::Scalar,
        };
        Self {
            rule,
            plain,
            usual: Entry::of_kind(usual),
            asked,
        }
    }
}

/// What is asked of the values of an object, in their order.
pub(super) type Members = Box<[Member]>;

impl<W: Watch> Plan<W> {
    /// What is asked of each value of an object with these keys; `None` where the keys are not as they should
    /// be, or something else is asked too.
    pub(super) fn members(&self, rule: &ObjectRule, object: &Object<'_>) -> Option<Members> {
        if rule.names != ANYTHING || !rule.prefixes.is_empty() || !rule.dependencies.is_empty() {
            return None;
        }
        let mut expected = rule.keys.expected();
        let mut start = 0;
        let mut previous: Option<&[u8]> = None;
        let mut members = Vec::with_capacity(object.keys.len());
        for (&key, &value) in object.keys.iter().zip(object.values) {
            let key = Entry::of(key);
            let end = key.end(start).ok()?;
            let name = key.key(object.data, start, end).ok()?;
            if previous.is_some_and(|previous| order(previous, name) != Ordering::Less) {
                return None;
            }
            (start, previous) = (end, Some(name));
            let key = expected.named(name).ok()?;
            let rule = key.map_or(rule.others, |key| key.rule);
            if rule == NOTHING {
                return None;
            }
            members.push(Member::of(rule, &self.rules, Entry::of(value).kind()));
        }
        (!expected.misses_one()).then(|| members.into())
    }

    /// Walks over the values of an object.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "an object is hardly more than this")]
    pub(super) fn values(
        &self,
        members: &[Member],
        object: &Object<'_>,
        mut start: usize,
        depth: usize,
    ) -> Outcome {
        W::read();
        for (&value, member) in object.values.iter().zip(members) {
            let entry = Entry::of(value);
            let Some(length) = entry.length_if_like(member.usual) else {
                start = self.unusual(member, entry, object.data, start, depth)?;
                continue;
            };
            let end = start + length;
            match &member.asked {
                Asked::Nothing => {}
                Asked::String(rule) => {
                    let text = object.data.get(start..end).ok_or(Stop::NotJsonb)?;
                    string(rule, text)?;
                }
                Asked::Container => {
                    let value = container(object.data, start, end)?;
                    self.step(&self.rules[member.rule as usize], value, depth + 1)?;
                }
                Asked::Scalar => {
                    let value = entry.value(object.data, start, end)?;
                    self.step(&self.rules[member.rule as usize], value, depth + 1)?;
                }
            }
            start = end;
        }
        if start > object.data.len() {
            return Err(Stop::NotJsonb);
        }
        Ok(())
    }

    /// Walks over a value of another sort than usual, and says where it ends.
    #[inline(never)]
    fn unusual(
        &self,
        member: &Member,
        entry: Entry,
        data: &[u8],
        start: usize,
        depth: usize,
    ) -> Result<usize, Stop> {
        let end = entry.end(start)?;
        if !member.plain.has(entry.kind()) {
            self.walk(member.rule, entry.value(data, start, end)?, depth + 1)?;
        }
        Ok(end)
    }
}
