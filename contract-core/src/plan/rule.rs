//! What a compiled schema consists of: a rule for each place, with tables for each sort of value.

use super::{
    bytes::{ARRAY, Kind, NUMBER, OBJECT, STRING},
    keys::Keys,
    number::{AFTER_SMALL, Decimal, Multiple, Number},
    shapes::{Members, Shapes},
};
use std::{cmp::Ordering, ops::Range, sync::Arc};

/// Where a rule is in its plan.
pub(super) type RuleId = u32;

/// The rule that takes every value; it is never asked.
pub(super) const ANYTHING: RuleId = 0;
/// The rule that takes none.
pub(super) const NOTHING: RuleId = 1;

/// Sorts of values, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub const ALL: Self = Self(0x7F);
    pub const NONE: Self = Self(0);

    pub const fn of(kind: Kind) -> Self {
        Self(1 << kind)
    }

    #[inline]
    pub fn has(self, kind: Kind) -> bool {
        self.0 >> kind & 1 == 1
    }

    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn without(self, kind: Kind) -> Self {
        Self(self.0 & !(1 << kind))
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// What a schema demands of a value.
#[derive(Debug)]
pub(super) struct Rule {
    pub kinds: Kinds,
    pub string: Option<Arc<StringRule>>,
    pub number: Option<Box<NumberRule>>,
    pub array: Option<Box<ArrayRule>>,
    pub object: Option<Box<ObjectRule>>,
    /// What else is asked of the same value.
    pub also: Box<[Also]>,
}

impl Rule {
    pub fn of(kinds: Kinds) -> Self {
        Self {
            kinds,
            string: None,
            number: None,
            array: None,
            object: None,
            also: Box::new([]),
        }
    }

    /// Whether it takes every value.
    pub fn is_anything(&self) -> bool {
        self.kinds == Kinds::ALL
            && self.string.is_none()
            && self.number.is_none()
            && self.array.is_none()
            && self.object.is_none()
            && self.also.is_empty()
    }

    /// The sorts of entries that satisfy it whatever they hold. An entry does not say whether a container is an
    /// array or an object.
    pub fn plain_entries(&self) -> Kinds {
        if !self.also.is_empty() {
            return Kinds::NONE;
        }
        let asked = [
            (STRING, self.string.is_some()),
            (NUMBER, self.number.is_some()),
            (ARRAY, self.array.is_some() || self.object.is_some()),
            (ARRAY, !self.kinds.has(ARRAY) || !self.kinds.has(OBJECT)),
            // No entry is marked so.
            (OBJECT, true),
        ];
        let asked = asked.into_iter().filter(|&(_, is_asked)| is_asked);
        asked.fold(self.kinds, |plain, (kind, _)| plain.without(kind))
    }
}

/// A further demand on the same value.
#[derive(Debug)]
pub(super) enum Also {
    /// `allOf`, `$ref`
    All(Box<[RuleId]>),
    /// `anyOf`
    Any(Box<[RuleId]>),
    /// `oneOf`
    One(Box<[RuleId]>),
    Not(RuleId),
    /// `if`, `then`, `else`
    If(RuleId, RuleId, RuleId),
    /// What the general validator decides.
    General(General),
}

/// A part that is left to the general validator.
#[derive(Clone, Copy, Debug)]
pub(super) struct General {
    /// The sorts of values that it says something of.
    pub kinds: Kinds,
    /// Where it is in its plan.
    pub index: u32,
    /// Whether it refers to other parts, so that it may look at everything inside a value.
    pub refers: bool,
}

#[derive(Debug)]
pub(super) struct StringRule {
    /// In characters.
    pub length: Option<Bounds>,
    /// `const`, `enum`; all where it is `None`.
    pub among: Option<Box<[Box<[u8]>]>>,
    pub format: Option<fn(&[u8]) -> bool>,
}

impl StringRule {
    /// The text that it takes, where that is all it asks.
    pub fn only_text(&self) -> Option<&[u8]> {
        match (&self.among, self.length, self.format) {
            (Some(among), None, None) if among.len() == 1 => Some(&among[0]),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct NumberRule {
    pub is_integer: bool,
    pub limits: Box<[(Limit, Decimal)]>,
    pub multiple: Option<Multiple>,
    /// `const`, `enum`; all where it is `None`.
    pub among: Option<Box<[Decimal]>>,
    /// Which of the small integers it takes (see [`small`](super::number::small)); `None` where it may leave some of
    /// them out in between.
    pub small: Option<Range<u16>>,
}

impl NumberRule {
    /// Which of the small integers the rest of the rule takes.
    pub fn small(&self) -> Option<Range<u16>> {
        if self.multiple.is_some() || self.among.is_some() {
            return None;
        }
        let mut small = 0..AFTER_SMALL;
        for &(limit, ref than) in &self.limits {
            let holds = |integer: u16| {
                let groups = [integer.to_ne_bytes()];
                limit.holds(Number::of(&groups).cmp(than))
            };
            match limit {
                Limit::Minimum | Limit::ExclusiveMinimum => {
                    small.start = small.start.max(first_small(holds));
                }
                Limit::Maximum | Limit::ExclusiveMaximum => {
                    small.end = small.end.min(first_small(|integer| !holds(integer)));
                }
            }
        }
        Some(small)
    }
}

/// The first of the small integers that something is true of, where it is of all after it too.
fn first_small(is_true: impl Fn(u16) -> bool) -> u16 {
    let (mut least, mut most) = (0, AFTER_SMALL);
    while least < most {
        let middle = least.midpoint(most);
        if is_true(middle) {
            most = middle;
        } else {
            least = middle + 1;
        }
    }
    least
}

/// On which side of a number others must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Minimum,
    ExclusiveMinimum,
    Maximum,
    ExclusiveMaximum,
}

impl Limit {
    /// Whether it holds for a number that is so ordered to the limit.
    pub fn holds(self, number: Ordering) -> bool {
        match self {
            Self::Minimum => number.is_ge(),
            Self::ExclusiveMinimum => number.is_gt(),
            Self::Maximum => number.is_le(),
            Self::ExclusiveMaximum => number.is_lt(),
        }
    }
}

#[derive(Debug)]
pub(super) struct ArrayRule {
    pub length: Bounds,
    /// `prefixItems`
    pub first: Box<[RuleId]>,
    /// `items`
    pub rest: RuleId,
    /// `contains`, with how many.
    pub contains: Option<(RuleId, Bounds)>,
}

#[derive(Debug)]
pub(super) struct ObjectRule {
    pub length: Bounds,
    pub keys: Keys,
    /// What other keys hold: `additionalProperties`.
    pub others: RuleId,
    /// What other keys hold that begin so: `patternProperties`.
    pub prefixes: Box<[(Box<[u8]>, RuleId)]>,
    /// `propertyNames`
    pub names: RuleId,
    pub dependencies: Box<[Dependency]>,
    /// Objects whose keys are as they should be, with what is asked of their values.
    pub shapes: Shapes<Members>,
}

/// `dependentRequired`, `dependentSchemas`
#[derive(Debug)]
pub(super) struct Dependency {
    /// The key that, once present,
    pub bit: u64,
    /// needs these,
    pub needs: u64,
    /// and an object that satisfies this.
    pub rule: RuleId,
}

/// The least and the most of something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub least: usize,
    pub most: usize,
}

impl Bounds {
    pub const NONE: Self = Self {
        least: 0,
        most: usize::MAX,
    };

    #[inline]
    pub fn hold(self, count: usize) -> bool {
        self.least <= count && count <= self.most
    }
}
