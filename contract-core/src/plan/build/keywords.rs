//! The keywords of one schema (JSON Schema 2020-12, Core and Validation) as a rule.

use super::{Also, Builder, Built, Cow, Kinds, Left, Map, Rule, RuleId, Value, Watch};
use crate::{
    plan::{
        bytes::{ARRAY, FALSE, NULL, NUMBER, OBJECT, STRING, TRUE, order},
        number::{Decimal, Multiple},
        rule::{
            ANYTHING, ArrayRule, Bounds, Dependency, Key, Limit, NOTHING, NumberRule, ObjectRule,
            StringRule,
        },
    },
    validate::date_time,
};
use std::collections::BTreeMap;

/// Keywords that apply to the same value, or to its elements and members, whatever they say themselves.
const COVERED: [&str; 36] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "then",
    "type",
];
/// Keywords that the general validator knows beside these: they see what others have seen.
const UNCOVERED: [&str; 5] = [
    "additionalItems",
    "dependencies",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
];

/// Whether a keyword demands anything: the others are annotations, definitions, or not known.
pub(super) fn asserts(keyword: &str) -> bool {
    COVERED.contains(&keyword) || UNCOVERED.contains(&keyword)
}

impl<'s, W: Watch> Builder<'s, W> {
    /// The rule for a schema with these keywords.
    pub(super) fn keywords(&mut self, schema: &'s Map<String, Value>) -> Built<Rule> {
        const SEE_OTHERS: [&str; 4] = [
            "additionalItems",
            "dependencies",
            "unevaluatedItems",
            "unevaluatedProperties",
        ];
        if SEE_OTHERS
            .iter()
            .any(|keyword| schema.contains_key(*keyword))
        {
            return Err(Left::Uncovered);
        }
        let mut rule = Rule::of(Kinds::ALL);
        let mut also = Vec::new();
        let mut number = NumberRule {
            is_integer: false,
            limits: Box::new([]),
            multiple: None,
            among: None,
        };
        let mut string = StringRule {
            length: bounds(schema, "minLength", "maxLength")?,
            among: None,
            format: None,
        };
        if let Some(types) = schema.get("type") {
            (rule.kinds, number.is_integer) = kinds_of(types)?;
        }
        self.among(schema, &mut rule, &mut string, &mut number, &mut also)?;
        self.numbers(schema, &mut number, &mut also)?;
        self.strings(schema, &mut string, &mut also)?;
        rule.array = self.arrays(schema, &mut also)?;
        rule.object = self.objects(schema, &mut also)?;
        self.applicators(schema, &mut also)?;
        rule.string =
            (string.length != Bounds::NONE || string.among.is_some() || string.format.is_some())
                .then(|| Box::new(string));
        rule.number = (number.is_integer
            || !number.limits.is_empty()
            || number.multiple.is_some()
            || number.among.is_some())
        .then(|| Box::new(number));
        rule.also = also.into();
        Ok(rule)
    }

    fn numbers(
        &mut self,
        schema: &Map<String, Value>,
        rule: &mut NumberRule,
        also: &mut Vec<Also>,
    ) -> Built<()> {
        let mut limits = Vec::new();
        for (keyword, limit) in [
            ("minimum", Limit::Minimum),
            ("exclusiveMinimum", Limit::ExclusiveMinimum),
            ("maximum", Limit::Maximum),
            ("exclusiveMaximum", Limit::ExclusiveMaximum),
        ] {
            if let Some(than) = schema.get(keyword) {
                limits.push((limit, decimal(than)?));
            }
        }
        rule.limits = limits.into();
        if let Some(multiple) = schema.get("multipleOf") {
            rule.multiple = Multiple::of(&decimal(multiple)?);
            if rule.multiple.is_none() {
                also.push(self.general_of(schema, &["multipleOf"], Kinds::of(NUMBER))?);
            }
        }
        Ok(())
    }

    fn strings(
        &mut self,
        schema: &Map<String, Value>,
        rule: &mut StringRule,
        also: &mut Vec<Also>,
    ) -> Built<()> {
        let mut left = Vec::new();
        if schema.contains_key("pattern") {
            left.push("pattern");
        }
        if let Some(format) = schema.get("format") {
            rule.format = match format.as_str() {
                Some("date") => Some(date_time::full_date),
                Some("time") => Some(date_time::full_time),
                Some("date-time") => Some(date_time::date_time),
                _ => {
                    left.push("format");
                    None
                }
            };
        }
        if !left.is_empty() {
            also.push(self.general_of(schema, &left, Kinds::of(STRING))?);
        }
        Ok(())
    }

    fn arrays(
        &mut self,
        schema: &'s Map<String, Value>,
        also: &mut Vec<Also>,
    ) -> Built<Option<Box<ArrayRule>>> {
        if schema.contains_key("uniqueItems") {
            also.push(self.general_of(schema, &["uniqueItems"], Kinds::of(ARRAY))?);
        }
        let contains = match schema.get("contains") {
            None => None,
            Some(wanted) => {
                let mut most = bounds(schema, "minContains", "maxContains")?;
                if !schema.contains_key("minContains") {
                    most.least = 1;
                }
                Some((self.rule(wanted)?, most))
            }
        };
        let rule = ArrayRule {
            length: bounds(schema, "minItems", "maxItems")?,
            first: match schema.get("prefixItems") {
                None => Box::new([]),
                Some(first) => self.rules(first)?,
            },
            rest: self.optional(schema, "items")?,
            contains,
        };
        let says_nothing = rule.length == Bounds::NONE
            && rule.first.is_empty()
            && rule.rest == ANYTHING
            && rule.contains.is_none();
        Ok((!says_nothing).then(|| Box::new(rule)))
    }

    fn objects(
        &mut self,
        schema: &'s Map<String, Value>,
        also: &mut Vec<Also>,
    ) -> Built<Option<Box<ObjectRule>>> {
        let mut keys = Keys::default();
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
        keys: Keys<'s>,
        properties: &BTreeMap<Name<'s>, Said>,
        prefixes: &[(Box<[u8]>, RuleId)],
        others: RuleId,
    ) -> Built<Box<[Key]>> {
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
            table.push(Key {
                name: name.0.as_bytes().into(),
                rule,
                is_required: said.is_required,
                bit: said.bit,
            });
        }
        Ok(table.into())
    }

    fn applicators(&mut self, schema: &'s Map<String, Value>, also: &mut Vec<Also>) -> Built<()> {
        if let Some(all) = schema.get("allOf") {
            also.push(Also::All(self.rules(all)?));
        }
        if let Some(any) = schema.get("anyOf") {
            also.push(Also::Any(self.rules(any)?));
        }
        if let Some(one) = schema.get("oneOf") {
            also.push(Also::One(self.rules(one)?));
        }
        if let Some(not) = schema.get("not") {
            also.push(Also::Not(self.rule(not)?));
        }
        if let Some(condition) = schema.get("if") {
            also.push(Also::If(
                self.rule(condition)?,
                self.optional(schema, "then")?,
                self.optional(schema, "else")?,
            ));
        }
        if let Some(reference) = schema.get("$ref") {
            let target = self.target(reference).ok_or(Left::Uncovered)?;
            also.push(Also::All(Box::new([self.rule(target)?])));
        }
        Ok(())
    }

    fn optional(&mut self, schema: &'s Map<String, Value>, keyword: &str) -> Built<RuleId> {
        schema
            .get(keyword)
            .map_or(Ok(ANYTHING), |schema| self.rule(schema))
    }
}

/// A key in the order of an object's keys.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Name<'s>(&'s str);

impl Ord for Name<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        order(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl PartialOrd for Name<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
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
struct Keys<'s>(BTreeMap<Name<'s>, Said>);

impl<'s> Keys<'s> {
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

fn kinds_of(types: &Value) -> Built<(Kinds, bool)> {
    let types = match types {
        Value::Array(types) => Cow::Borrowed(types),
        one => Cow::Owned(vec![one.clone()]),
    };
    let (mut kinds, mut has_integers, mut has_numbers) = (Kinds::NONE, false, false);
    for name in types.iter() {
        kinds = kinds.with(match name.as_str() {
            Some("null") => Kinds::of(NULL),
            Some("boolean") => Kinds::of(FALSE).with(Kinds::of(TRUE)),
            Some("string") => Kinds::of(STRING),
            Some("array") => Kinds::of(ARRAY),
            Some("object") => Kinds::of(OBJECT),
            Some("number") => {
                has_numbers = true;
                Kinds::of(NUMBER)
            }
            Some("integer") => {
                has_integers = true;
                Kinds::of(NUMBER)
            }
            _ => return Err(Left::Uncovered),
        });
    }
    Ok((kinds, has_integers && !has_numbers))
}

pub(super) fn decimal(number: &Value) -> Built<Decimal> {
    match number {
        Value::Number(number) => Decimal::read(number.as_str()).ok_or(Left::Uncovered),
        _ => Err(Left::Uncovered),
    }
}

fn bounds(schema: &Map<String, Value>, least: &str, most: &str) -> Built<Bounds> {
    let count = |keyword: &str, default: usize| match schema.get(keyword) {
        None => Ok(default),
        Some(count) => count
            .as_u64()
            .and_then(|count| usize::try_from(count).ok())
            .ok_or(Left::Uncovered),
    };
    Ok(Bounds {
        least: count(least, 0)?,
        most: count(most, usize::MAX)?,
    })
}

fn members<'s>(schema: &'s Map<String, Value>, keyword: &str) -> Built<&'s Map<String, Value>> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
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
