//! The walk over a document, by the rules of a plan.

use super::{
    Plan, Stop,
    bytes::{
        ARRAY, Array, Entry, Kind, NUMBER, OBJECT, Object, STRING, Value, end_of, order, same,
    },
    number::{Number, small},
    rule::{ANYTHING, Also, ArrayRule, Bounds, NumberRule, ObjectRule, Rule, RuleId, StringRule},
};
use crate::watch::Watch;
use std::cmp::Ordering;

/// `Ok` where a value satisfies its rule.
pub(super) type Outcome = Result<(), Stop>;

/// How many containers are entered between two looks at the stack.
const LEVELS_BETWEEN_LOOKS: usize = 16;
/// Stack that is left untouched, in bytes: more than that many levels take.
const STACK_RESERVE: usize = 64 << 10;

#[inline]
pub(super) fn demand(holds: bool) -> Outcome {
    if holds { Ok(()) } else { Err(Stop::Invalid) }
}

/// Whether an outcome is that of a value that satisfies its rule; the walk goes on with either.
#[inline]
fn verdict(outcome: Outcome) -> Result<bool, Stop> {
    match outcome {
        Ok(()) => Ok(true),
        Err(Stop::Invalid) => Ok(false),
        Err(stop) => Err(stop),
    }
}

impl<W: Watch> Plan<W> {
    /// Walks over `value`, `depth` levels down in the document.
    pub(super) fn walk(&self, id: RuleId, value: Value<'_>, depth: usize) -> Outcome {
        if id == ANYTHING {
            return Ok(());
        }
        self.step(&self.rules[id as usize], value, depth)
    }

    /// As [`Plan::walk`], as a part of whoever calls it: most values are scalars, whose rule is short.
    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "a call would pass the value through memory"
    )]
    pub(super) fn step(&self, rule: &Rule, value: Value<'_>, depth: usize) -> Outcome {
        demand(rule.kinds.has(value.kind))?;
        if value.kind == STRING {
            if let Some(rule) = &rule.string {
                string(rule, value.data)?;
            }
        } else if value.kind == OBJECT {
            if let Some(rule) = &rule.object {
                self.object(rule, value.data, depth)?;
            }
        } else if value.kind == NUMBER {
            if let Some(rule) = &rule.number {
                number(rule, value.data)?;
            }
        } else if value.kind == ARRAY
            && let Some(rule) = &rule.array
        {
            self.array(rule, value.data, depth)?;
        }
        if rule.also.is_empty() {
            return Ok(());
        }
        self.also(&rule.also, value.kind, value.data, depth)
    }

    #[inline(never)]
    fn also(&self, also: &[Also], kind: Kind, data: &[u8], depth: usize) -> Outcome {
        // Rules that lead to one another for the same value can be many.
        W::read();
        Self::look()?;
        let value = Value { kind, data };
        also.iter()
            .try_for_each(|also| self.also_one(also, value, depth))
    }

    fn also_one(&self, also: &Also, value: Value<'_>, depth: usize) -> Outcome {
        let is_valid = |&id: &RuleId| verdict(self.walk(id, value, depth));
        match also {
            Also::All(rules) => rules.iter().try_for_each(|&id| self.walk(id, value, depth)),
            Also::Any(rules) => {
                for id in rules {
                    if is_valid(id)? {
                        return Ok(());
                    }
                }
                Err(Stop::Invalid)
            }
            Also::One(rules) => {
                let mut count = 0;
                for id in rules {
                    count += u8::from(is_valid(id)?);
                    if count > 1 {
                        break;
                    }
                }
                demand(count == 1)
            }
            Also::Not(id) => demand(!is_valid(id)?),
            Also::If(condition, then, otherwise) => {
                let next = if is_valid(condition)? {
                    then
                } else {
                    otherwise
                };
                self.walk(*next, value, depth)
            }
            Also::General(general) if general.kinds.has(value.kind) => {
                self.general(general.index, value)
            }
            Also::General(_) => Ok(()),
        }
    }

    /// Looks whether the stack has room for a container at `depth`.
    #[inline]
    pub(super) fn descend(depth: usize) -> Outcome {
        if depth % LEVELS_BETWEEN_LOOKS != LEVELS_BETWEEN_LOOKS - 1 {
            return Ok(());
        }
        Self::look()
    }

    /// Looks whether the stack has room for what comes until the next look.
    fn look() -> Outcome {
        W::descend();
        match stacker::remaining_stack() {
            Some(left) if left < STACK_RESERVE => Err(Stop::TooDeep),
            _ => Ok(()),
        }
    }

    #[inline(never)]
    fn array(&self, rule: &ArrayRule, container: &[u8], depth: usize) -> Outcome {
        let Array { entries, data } = Array::open(container)?;
        demand(rule.length.hold(entries.len()))?;
        if rule.first.is_empty() && rule.rest == ANYTHING && rule.contains.is_none() {
            return Ok(());
        }
        Self::descend(depth)?;
        let mut first = rule.first.iter();
        let (mut start, mut matching) = (0, 0);
        for &entry in entries {
            W::read();
            let entry = Entry::of(entry);
            let end = entry.end(start)?;
            let id = *first.next().unwrap_or(&rule.rest);
            let element = entry.value(data, start, end)?;
            self.step(&self.rules[id as usize], element, depth + 1)?;
            if let Some((wanted, _)) = rule.contains {
                matching += usize::from(verdict(self.walk(wanted, element, depth + 1))?);
            }
            start = end;
        }
        demand(
            rule.contains
                .is_none_or(|(_, bounds)| bounds.hold(matching)),
        )
    }

    #[inline(never)]
    pub(super) fn object(&self, rule: &ObjectRule, container: &[u8], depth: usize) -> Outcome {
        Self::descend(depth)?;
        match rule
            .shapes
            .of(container, |object| self.members(rule, object))
        {
            Some((members, values)) => self.values(members, values, depth),
            None => self.merge(rule, container, depth),
        }
    }

    /// Merges the keys of an object with those that its rule names: both are in the same order.
    #[inline(never)]
    fn merge(&self, rule: &ObjectRule, container: &[u8], depth: usize) -> Outcome {
        let Object { keys, values, data } = Object::open(container)?;
        demand(rule.length.hold(keys.len()))?;
        let (mut start, mut start_of_value) = (0, end_of(keys));
        let mut expected = rule.keys.expected();
        let mut previous: &[u8] = &[];
        let mut present = 0;
        for (index, (&key, &value)) in keys.iter().zip(values).enumerate() {
            W::read();
            let key = Entry::of(key);
            let end = key.end(start)?;
            let name = key.key(data, start, end)?;
            start = end;
            let entry = Entry::of(value);
            let end_of_value = entry.end(start_of_value)?;
            let key = expected.named(name)?;
            if key.is_none() && index > 0 && order(previous, name) != Ordering::Less {
                return Err(Stop::NotJsonb);
            }
            previous = name;
            if rule.names != ANYTHING {
                let kind = STRING;
                self.walk(rule.names, Value { kind, data: name }, depth + 1)?;
            }
            if let Some(key) = key {
                present |= key.bit;
                if key.rule != ANYTHING {
                    let value = entry.value(data, start_of_value, end_of_value)?;
                    self.step(&self.rules[key.rule as usize], value, depth + 1)?;
                }
            } else {
                let value = entry.value(data, start_of_value, end_of_value)?;
                self.other(rule, name, value, depth + 1)?;
            }
            start_of_value = end_of_value;
        }
        if start_of_value > data.len() {
            return Err(Stop::NotJsonb);
        }
        demand(!expected.misses_one())?;
        for needed in &rule.dependencies {
            if present & needed.bit != 0 {
                demand(present & needed.needs == needed.needs)?;
                let (kind, data) = (OBJECT, container);
                Self::look()?;
                self.walk(needed.rule, Value { kind, data }, depth)?;
            }
        }
        Ok(())
    }

    /// What a key holds that the rule does not name.
    fn other(&self, rule: &ObjectRule, name: &[u8], value: Value<'_>, depth: usize) -> Outcome {
        let mut is_known = false;
        for (prefix, id) in &rule.prefixes {
            if name.starts_with(prefix) {
                is_known = true;
                self.walk(*id, value, depth)?;
            }
        }
        if is_known {
            return Ok(());
        }
        self.walk(rule.others, value, depth)
    }
}

#[inline]
pub(super) fn string(rule: &StringRule, data: &[u8]) -> Outcome {
    if let Some(length) = rule.length {
        demand(length.hold_characters(data)?)?;
    }
    if let Some(among) = &rule.among {
        demand(is_among(among, data))?;
    }
    if let Some(is_of_format) = rule.format {
        demand(is_of_format(data))?;
    }
    Ok(())
}

#[inline(never)]
fn is_among(texts: &[Box<[u8]>], data: &[u8]) -> bool {
    texts.iter().any(|text| same(text, data))
}

/// jsonb is read as UTF-8; the extension refuses a database with another encoding.
pub(super) fn text(data: &[u8]) -> Result<&str, Stop> {
    std::str::from_utf8(data).map_err(|_| Stop::NotJsonb)
}

impl Bounds {
    /// A character takes one to four bytes: often their number is not needed.
    #[inline]
    fn hold_characters(self, data: &[u8]) -> Result<bool, Stop> {
        const LONGEST: usize = 4;
        if self.least <= data.len().div_ceil(LONGEST) && data.len() <= self.most {
            return Ok(true);
        }
        if data.len() < self.least {
            return Ok(false);
        }
        self.hold_counted(data)
    }

    #[cold]
    fn hold_counted(self, data: &[u8]) -> Result<bool, Stop> {
        Ok(self.hold(text(data)?.chars().count()))
    }
}

#[inline]
fn number(rule: &NumberRule, data: &[u8]) -> Outcome {
    match (&rule.small, small(data)) {
        (Some(taken), Some(number)) => demand(taken.contains(&number)),
        _ => any_number(rule, data),
    }
}

#[inline(never)]
fn any_number(rule: &NumberRule, data: &[u8]) -> Outcome {
    let number = Number::read(data)?;
    demand(!rule.is_integer || number.is_integer())?;
    for (limit, than) in &rule.limits {
        demand(limit.holds(number.cmp(than)))?;
    }
    if let Some(multiple) = &rule.multiple {
        demand(number.is_multiple_of(multiple))?;
    }
    if let Some(among) = &rule.among {
        demand(among.iter().any(|known| number.cmp(known).is_eq()))?;
    }
    Ok(())
}
