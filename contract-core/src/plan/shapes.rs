//! The shapes of objects met before: their keys, as they are stored.
//!
//! The documents of a column have few sets of keys between them. jsonb stores the keys of an object together, in
//! one order; so that an object has the same keys as one before takes a comparison of bytes, and what was
//! found out of its keys then holds for it too. A value is expected to be of the same sort as the first time: what is
//! asked of that sort is found out once.

use super::{
    Plan, Stop,
    bytes::{
        ARRAY, Entry, HEADER, Kind, NUMBER, OBJECT, Object, STRING, Value, Values, aligned,
        container, end_of, order, same,
    },
    rule::{ANYTHING, Kinds, NOTHING, ObjectRule, Rule, RuleId, StringRule},
    walk::{Outcome, demand, string},
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
    /// What such an object begins with: its header and the entries of its keys.
    head: Box<[u8]>,
    /// What comes after the entries of its values.
    names: Box<[u8]>,
    known: T,
}

impl<T> Shape<T> {
    /// The values of an object, where it is one of this shape.
    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "a call would return the values through memory"
    )]
    fn values_of<'a>(&self, container: &'a [u8]) -> Option<Values<'a>> {
        let (head, rest) = container.split_at_checked(self.head.len())?;
        let (entries, data) = rest.split_at_checked(self.head.len() - HEADER)?;
        let names = data.get(..self.names.len())?;
        // Not `same`: these are long enough to be worth a call.
        (*head == *self.head && *names == *self.names).then_some(Values {
            entries: entries.as_chunks().0,
            data,
            start: names.len(),
        })
    }
}

impl<T> Default for Shapes<T> {
    fn default() -> Self {
        Self([const { OnceLock::new() }; MOST])
    }
}

impl<T> Shapes<T> {
    /// What is known of the shape that an object has, and its values; found out now where there is room to keep it.
    /// `None` for all other bytes.
    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "a call would return the values through memory"
    )]
    pub fn of<'a>(
        &self,
        container: &'a [u8],
        find: impl FnOnce(&Object<'a>) -> Option<T>,
    ) -> Option<(&T, Values<'a>)> {
        let shape = self.0[first_slot(container)].get();
        let met = shape.and_then(|shape| Some((&shape.known, shape.values_of(container)?)));
        met.or_else(|| self.search(container, find))
    }

    #[inline(never)]
    fn search<'a>(
        &self,
        container: &'a [u8],
        find: impl FnOnce(&Object<'a>) -> Option<T>,
    ) -> Option<(&T, Values<'a>)> {
        let first = first_slot(container);
        for slot in self.0[first..].iter().chain(&self.0[..first]) {
            let Some(shape) = slot.get() else {
                return Self::learn(slot, container, find);
            };
            if let Some(values) = shape.values_of(container) {
                return Some((&shape.known, values));
            }
        }
        None
    }

    #[cold]
    fn learn<'s, 'a>(
        slot: &'s OnceLock<Shape<T>>,
        container: &'a [u8],
        find: impl FnOnce(&Object<'a>) -> Option<T>,
    ) -> Option<(&'s T, Values<'a>)> {
        let object = Object::of(container).ok()??;
        let bytes = end_of(object.keys);
        if object.keys.len() > MOST_KEYS || bytes > MOST_BYTES {
            return None;
        }
        let shape = Shape {
            known: find(&object)?,
            head: container[..HEADER + object.keys.as_flattened().len()].into(),
            names: object.data.get(..bytes)?.into(),
        };
        // Another thread may have filled it with another shape.
        let shape = slot.get_or_init(|| shape);
        Some((&shape.known, shape.values_of(container)?))
    }
}

/// Where to look first: objects with other keys mostly have more or less of them, and their header says how many.
#[inline]
fn first_slot(container: &[u8]) -> usize {
    let header = container.first_chunk().copied().unwrap_or_default();
    u32::from_ne_bytes(header) as usize % MOST
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
    /// Of a string, this text.
    Text(Box<[u8]>),
    /// Of a number, these stored bytes.
    Number(Box<[u8]>),
    /// Of a string, nothing else.
    String(Arc<StringRule>),
    /// Of an object, nothing else.
    Object,
    /// All that the rule asks.
    Rule,
}

impl Member {
    /// Asks for this number as it is stored, and for nothing else.
    pub fn demand_number(&mut self, number: Value<'_>) {
        self.usual = Entry::of_kind(number.kind);
        self.asked = Asked::Number(number.data.into());
    }

    fn of(rule: RuleId, rules: &[Rule], usual: Kind) -> Self {
        let asks = &rules[rule as usize];
        let plain = asks.plain_entries();
        let takes = |kind| asks.kinds.has(kind) && asks.also.is_empty();
        let asked = match (usual, &asks.string) {
            _ if plain.has(usual) => Asked::Nothing,
            (STRING, Some(string)) if takes(STRING) => match string.only_text() {
                Some(text) => Asked::Text(text.into()),
                None => Asked::String(Arc::clone(string)),
            },
            (ARRAY, _) if takes(OBJECT) => Asked::Object,
            _ => Asked::Rule,
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
        let asks_more = rule.names != ANYTHING
            || !rule.prefixes.is_empty()
            || !rule.dependencies.is_empty()
            || !rule.length.hold(object.keys.len());
        if asks_more {
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
    pub(super) fn values(&self, members: &[Member], values: Values<'_>, depth: usize) -> Outcome {
        W::read();
        let Values {
            entries,
            data,
            mut start,
        } = values;
        for (&value, member) in entries.iter().zip(members) {
            let entry = Entry::of(value);
            let Some(length) = entry.length_if_like(member.usual) else {
                start = self.unusual(member, entry, data, start, depth)?;
                continue;
            };
            let end = start + length;
            match &member.asked {
                Asked::Nothing => {}
                Asked::Text(known) => {
                    let text = data.get(start..end).ok_or(Stop::NotJsonb)?;
                    demand(same(text, known))?;
                }
                Asked::Number(known) => {
                    let number = data.get(aligned(start)..end).ok_or(Stop::NotJsonb)?;
                    demand(same(number, known))?;
                }
                Asked::String(rule) => {
                    let text = data.get(start..end).ok_or(Stop::NotJsonb)?;
                    string(rule, text)?;
                }
                Asked::Object => {
                    let rule = &self.rules[member.rule as usize];
                    let value = container(data, start, end)?;
                    if value.kind != OBJECT {
                        self.walk(member.rule, value, depth + 1)?;
                    } else if let Some(rule) = &rule.object {
                        self.object(rule, value.data, depth + 1)?;
                    }
                }
                Asked::Rule => {
                    let value = entry.value(data, start, end)?;
                    self.step(&self.rules[member.rule as usize], value, depth + 1)?;
                }
            }
            start = end;
        }
        if start > data.len() {
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
        if let Asked::Number(known) = &member.asked {
            let value = entry.value(data, start, end)?;
            demand(value.kind == NUMBER && same(value.data, known))?;
        } else if !member.plain.has(entry.kind()) {
            self.walk(member.rule, entry.value(data, start, end)?, depth + 1)?;
        }
        Ok(end)
    }
}
