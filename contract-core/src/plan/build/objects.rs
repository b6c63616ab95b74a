//! The keywords of objects: what is said of each key, in one place, in the order of an object's keys.

use super::{Also, Builder, Built, Kinds, Left, Map, Rule, RuleId, Value, Watch, keywords::bounds};
use crate::plan::{
    bytes::{OBJECT, order},
    keys::{Key, Keys},
    rule::{ANYTHING, Bounds, Dependency, NOTHING, ObjectRule},
    shapes::Shapes,
};
use std::{cmp::Ordering, collections::BTreeMap, sync::LazyLock};

impl<'s, W: Watch> Builder<'s, W> {
    pub(super) fn objects(
        &mut self,
        schema: &'s Map<String, Value>,
        also: &mut Vec<Also>,
    ) -> Built<Option<Box<ObjectRule>>> {
        let mut keys = Sayings::default();
        for (name, property) in members(schema, "properties")? {
            keys.at(name).rules.push(self.rule(property)?);
        }
        let properties = keys.0.clone();
        for name in names(schema.get("required"))? {
            keys.at(name).is_required = true;
        }
        let mut dependencies = Vec::new();
        for (name, needed) in members(schema, "dependentRequired")? {
            let bit = keys.bit(name)?;
            let needs = names(Some(needed))?
                .into_iter()
                .try_fold(0, |needs, name| Ok(needs | keys.bit(name)?))?;
            dependencies.push(Dependency {
                bit,
                needs,
                rule: ANYTHING,
            });
        }
        for (name, dependent) in members(schema, "dependentSchemas")? {
            let (bit, rule) = (keys.bit(name)?, self.rule(dependent)?);
            dependencies.push(Dependency {
                bit,
                needs: 0,
                rule,
            });
        }
        let mut others = self.optional(schema, "additionalProperties")?;
        let mut prefixes = Vec::new();
        let patterns = members(schema, "patternProperties")?;
        if patterns.keys().all(|pattern| prefix_of(pattern).is_some()) {
            for (pattern, rule) in patterns {
                let prefix = prefix_of(pattern).ok_or(Left::Uncovered)?;
                prefixes.push((prefix.as_bytes().into(), self.rule(rule)?));
            }
        } else {
            // The named keys are looked at here; there they are only known.
            also.push(self.patterns(schema)?);
            others = ANYTHING;
        }
        let keys = self.keys(keys, &properties, &prefixes, others)?;
        let rule = ObjectRule {
            length: bounds(schema, "minProperties", "maxProperties")?,
            keys,
            others,
            prefixes: prefixes.into(),
            names: self.optional(schema, "propertyNames")?,
            dependencies: dependencies.into(),
            shapes: Shapes::default(),
        };
        let says_nothing = rule.length == Bounds::NONE
            && rule.keys.is_empty()
            && rule.others == ANYTHING
            && rule.prefixes.is_empty()
            && rule.names == ANYTHING;
        Ok((!says_nothing).then(|| Box::new(rule)))
    }

    /// Leaves `patternProperties` to the general validator, with what it must know of other keys.
    fn patterns(&mut self, schema: &Map<String, Value>) -> Built<Also> {
        let mut schema = schema.clone();
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for property in properties.values_mut() {
                *property = true.into();
            }
        }
        let keywords = ["properties", "patternProperties", "additionalProperties"];
        self.general_of(&schema, &keywords, Kinds::of(OBJECT))
    }

    /// The keys in the order of an object's keys, each with one rule for all that is said of it.
    fn keys(
        &mut self,
        keys: Sayings<'s>,
        properties: &BTreeMap<Name<'s>, Said>,
        prefixes: &[(Box<[u8]>, RuleId)],
        others: RuleId,
    ) -> Built<Keys> {
        let mut table = Vec::new();
        for (name, mut said) in keys.0 {
            let matching = prefixes
                .iter()
                .filter(|(prefix, _)| name.0.as_bytes().starts_with(prefix));
            said.rules.extend(matching.map(|&(_, rule)| rule));
            let is_known = properties.contains_key(&name) || !said.rules.is_empty();
            if !is_known {
                said.rules.push(others);
            }
            said.rules.retain(|&rule| rule != ANYTHING);
            let rule = match *said.rules {
                [] => ANYTHING,
                [rule] => rule,
                _ if said.rules.contains(&NOTHING) => NOTHING,
                _ => {
                    let mut all = Rule::of(Kinds::ALL);
                    all.also = Box::new([Also::All(said.rules.into())]);
                    self.add(all, self.document)?
                }
            };
            let key = Key {
                rule,
                is_required: said.is_required,
                bit: said.bit,
            };
            table.push((name.0, key));
        }
        Ok(table.into_iter().collect())
    }
}

/// A key in the order of an object's keys.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Name<'s>(&'s str);

impl Ord for Name<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        order(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl PartialOrd for Name<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What a schema says of a key.
#[derive(Clone, Default)]
struct Said {
    rules: Vec<RuleId>,
    is_required: bool,
    bit: u64,
}

#[derive(Default)]
struct Sayings<'s>(BTreeMap<Name<'s>, Said>);

impl<'s> Sayings<'s> {
    fn at(&mut self, name: &'s str) -> &mut Said {
        self.0.entry(Name(name)).or_default()
    }

    /// The bit that stands for a key; there are only so many.
    fn bit(&mut self, name: &'s str) -> Built<u64> {
        let taken = self.0.values().fold(0, |taken, said| taken | said.bit);
        let said = self.at(name);
        if said.bit == 0 {
            said.bit = 1_u64
                .checked_shl(taken.trailing_ones())
                .ok_or(Left::Uncovered)?;
        }
        Ok(said.bit)
    }
}

fn members<'s>(schema: &'s Map<String, Value>, keyword: &str) -> Built<&'s Map<String, Value>> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    match schema.get(keyword) {
        None => Ok(&NONE),
        Some(members) => members.as_object().ok_or(Left::Uncovered),
    }
}

fn names(list: Option<&Value>) -> Built<Vec<&str>> {
    let Some(list) = list else {
        return Ok(Vec::new());
    };
    let list = list.as_array().ok_or(Left::Uncovered)?;
    list.iter()
        .map(|name| name.as_str().ok_or(Left::Uncovered))
        .collect()
}

/// The text that a key must begin with for a pattern that says no more, such as `^x-`.
fn prefix_of(pattern: &str) -> Option<&str> {
    let prefix = pattern.strip_prefix('^')?;
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-_ :/@,".contains(character);
    prefix.chars().all(is_plain).then_some(prefix)
}
