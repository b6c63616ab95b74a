//! The keywords of one schema (JSON Schema 2020-12, Core and Validation) as a rule.

use super::{Also, Builder, Built, Cow, Kinds, Left, Map, Rule, RuleId, Value, Watch};
use crate::{
    plan::{
        bytes::{ARRAY, FALSE, NULL, NUMBER, OBJECT, STRING, TRUE},
        number::{Decimal, Multiple},
        rule::{ANYTHING, ArrayRule, Bounds, Limit, NumberRule, StringRule},
    },
    validate::date_time,
};
use std::sync::Arc;

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
            small: None,
        };
        let mut string = StringRule {
            length: Some(bounds(schema, "minLength", "maxLength")?)
                .filter(|&length| length != Bounds::NONE),
            among: None,
            format: None,
        };
        if let Some(types) = schema.get("type") {
            (rule.kinds, number.is_integer) = kinds_of(types)?;
        }
        self.among(schema, &mut rule, &mut string, &mut number, &mut also)?;
        self.numbers(schema, &mut number, &mut also)?;
        number.small = number.small();
        self.strings(schema, &mut string, &mut also)?;
        rule.array = self.arrays(schema, &mut also)?;
        rule.object = self.objects(schema, &mut also)?;
        self.applicators(schema, &mut also)?;
        rule.string =
            (string.length.is_some() || string.among.is_some() || string.format.is_some())
                .then(|| Arc::new(string));
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

    pub(super) fn optional(
        &mut self,
        schema: &'s Map<String, Value>,
        keyword: &str,
    ) -> Built<RuleId> {
        schema
            .get(keyword)
            .map_or(Ok(ANYTHING), |schema| self.rule(schema))
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

pub(super) fn bounds(schema: &Map<String, Value>, least: &str, most: &str) -> Built<Bounds> {
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
