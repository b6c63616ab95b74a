//! Whether a schema is light enough for its canonical form to be looked for.
//!
//! A canonical form takes time and memory for each combination of alternatives, for each repetition of
//! what references lead to, and for each digit of a number that is written with an exponent. All three
//! are bounded here, before; a schema beyond the bounds is left alone.

use serde_json::Value;
use std::collections::HashMap;

/// The most values, over all levels, each counted as often as references lead to it.
const MOST_VALUES: usize = 5_000;
/// The most combinations of alternatives.
const MOST_COMBINATIONS: usize = 120;
/// The bytes of a schema that is light whatever is in it, but for its numbers.
const TINY: usize = 600;
/// The most bytes of keys and texts.
const MOST_BYTES: usize = 128 << 10;
/// The longest number, and the largest exponent of one.
const LONGEST_NUMBER: usize = 500;
const LARGEST_EXPONENT: u32 = 500;
/// The largest count that `minItems` and its like may demand.
const LARGEST_COUNT: u64 = 10_000;

/// Whether the canonical form of `schema` is found in bounded time and memory.
pub(crate) fn is_light(schema: &Value) -> bool {
    combinations(schema).is_some()
}

/// The combinations of alternatives of a schema; `None` where its canonical form is not found in bounded
/// time and memory.
pub(crate) fn combinations(schema: &Value) -> Option<usize> {
    // However references lead through a schema of a few words, that is not far.
    let is_tiny = || schema.to_string().len() <= TINY;
    let mut bytes = 0;
    if !has_small_numbers(schema) || (!is_plain(schema, true, &mut bytes) && !is_tiny()) {
        return None;
    }
    let mut weights = Weights {
        root: schema,
        known: HashMap::new(),
        on_the_way: Vec::new(),
    };
    let weight = weights.of(schema);
    let is_light = weight.values <= MOST_VALUES && weight.combinations <= MOST_COMBINATIONS;
    is_light.then_some(weight.combinations)
}

/// Whether all numbers are small.
fn has_small_numbers(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            let text = number.to_string().to_ascii_lowercase();
            let exponent = text.split_once('e').map(|(_, exponent)| exponent);
            let is_small = |exponent: &str| {
                exponent
                    .trim_start_matches(['+', '-'])
                    .parse::<u32>()
                    .is_ok_and(|exponent| exponent <= LARGEST_EXPONENT)
            };
            text.len() <= LONGEST_NUMBER && exponent.is_none_or(is_small)
        }
        Value::Array(elements) => elements.iter().all(has_small_numbers),
        Value::Object(members) => members.values().all(has_small_numbers),
        _ => true,
    }
}

/// Whether all texts together are small, and all references can be followed.
fn is_plain(value: &Value, is_root: bool, bytes: &mut usize) -> bool {
    match value {
        Value::String(text) => {
            *bytes += text.len();
            *bytes <= MOST_BYTES
        }
        Value::Array(elements) => elements
            .iter()
            .all(|element| is_plain(element, false, bytes)),
        Value::Object(members) => members.iter().all(|(key, member)| {
            *bytes += key.len();
            is_followed(key, member, is_root)
                && is_countable(key, member)
                && is_plain(member, false, bytes)
        }),
        _ => true,
    }
}

/// Whether a keyword leads nowhere but to a place in the schema that its pointer names. What merely has
/// such a key (a document that is described) is taken for a keyword: the schema is then left alone.
fn is_followed(key: &str, member: &Value, is_root: bool) -> bool {
    match (key, member) {
        ("$ref", Value::String(reference)) => {
            reference == "#" || (reference.starts_with("#/") && !reference.contains('%'))
        }
        ("$id" | "id" | "$schema", Value::String(_)) => is_root,
        (
            "$anchor" | "$dynamicAnchor" | "$dynamicRef" | "$recursiveRef" | "$recursiveAnchor"
            | "$vocabulary",
            _,
        ) => false,
        _ => true,
    }
}

fn is_countable(key: &str, member: &Value) -> bool {
    let counts = matches!(
        key,
        "minItems" | "maxItems" | "minContains" | "maxContains" | "minProperties" | "minLength"
    );
    !counts || member.as_u64().is_none_or(|count| count <= LARGEST_COUNT)
}

#[derive(Clone, Copy)]
struct Weight {
    values: usize,
    combinations: usize,
}

impl Weight {
    const ONE: Self = Self {
        values: 1,
        combinations: 1,
    };
    /// What a sum of alternatives starts from.
    const NO_CHOICE: Self = Self {
        values: 1,
        combinations: 0,
    };

    /// Both, whose combinations meet as `combine` says.
    fn and(self, other: Self, combine: fn(usize, usize) -> usize) -> Self {
        Self {
            values: self.values.saturating_add(other.values),
            combinations: combine(self.combinations, other.combinations),
        }
    }

    fn times(self, factor: usize) -> Self {
        Self {
            combinations: self.combinations.saturating_mul(factor),
            ..self
        }
    }

    /// What is no choice, however many values it has.
    fn without_choice(self) -> Self {
        Self {
            combinations: 1,
            ..self
        }
    }
}

struct Weights<'s> {
    root: &'s Value,
    known: HashMap<*const Value, Weight>,
    on_the_way: Vec<*const Value>,
}

impl<'s> Weights<'s> {
    fn of(&mut self, value: &'s Value) -> Weight {
        let identity = std::ptr::from_ref(value);
        if let Some(weight) = self.known.get(&identity) {
            return *weight;
        }
        let weight = match value {
            Value::Array(elements) => self.all(elements, Weight::ONE, product),
            Value::Object(members) => {
                // A circle of references is canonical as a reference.
                if self.on_the_way.contains(&identity) {
                    return Weight::ONE;
                }
                self.on_the_way.push(identity);
                let weight = members
                    .iter()
                    .fold(Weight::ONE, |weight, (keyword, value)| {
                        weight.and(self.of_keyword(keyword, value), product)
                    });
                self.on_the_way.pop();
                weight
            }
            _ => Weight::ONE,
        };
        self.known.insert(identity, weight);
        weight
    }

    fn of_keyword(&mut self, keyword: &str, value: &'s Value) -> Weight {
        match (keyword, value) {
            ("$ref", Value::String(reference)) => {
                let pointer = reference.strip_prefix('#');
                let target = pointer.and_then(|pointer| self.root.pointer(pointer));
                target.map_or(Weight::ONE, |target| self.of(target))
            }
            // What references lead to is counted there; the rest holds no schema.
            ("$defs" | "definitions" | "enum" | "const" | "default" | "examples", value) => {
                self.of(value).without_choice()
            }
            ("anyOf", Value::Array(branches)) => {
                self.all(branches, Weight::NO_CHOICE, usize::saturating_add)
            }
            // Each branch meets the complements of the others.
            ("oneOf", Value::Array(branches)) => self
                .all(branches, Weight::NO_CHOICE, usize::saturating_add)
                .times(branches.len()),
            ("if" | "not", value) => self.of(value).times(2),
            // The schemas of different keys are combined each for itself.
            ("properties" | "patternProperties", Value::Object(entries)) => {
                self.all(entries.values(), Weight::ONE, usize::max)
            }
            // If one key is there, something else must hold: two ways each.
            ("dependentSchemas" | "dependentRequired" | "dependencies", Value::Object(entries)) => {
                self.all(entries.values(), Weight::ONE, usize::max)
                    .times(1 << entries.len().min(20))
            }
            (_, value) => self.of(value),
        }
    }

    fn all(
        &mut self,
        values: impl IntoIterator<Item = &'s Value>,
        start: Weight,
        combine: fn(usize, usize) -> usize,
    ) -> Weight {
        values
            .into_iter()
            .fold(start, |weight, value| weight.and(self.of(value), combine))
    }
}

fn product(left: usize, right: usize) -> usize {
    left.saturating_mul(right.max(1))
}
