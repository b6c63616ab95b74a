//! `const` and `enum`: scalars are compared where they are, containers become rules of their own.

use super::{
    Also, Builder, Built, Kinds, Left, Map, Rule, RuleId, Value, Watch, keywords::decimal,
};
use crate::plan::{
    bytes::{ARRAY, FALSE, NULL, NUMBER, OBJECT, STRING, TRUE, order},
    keys::Key,
    rule::{ANYTHING, ArrayRule, Bounds, NOTHING, NumberRule, ObjectRule, StringRule},
    shapes::Shapes,
};
use std::{slice, sync::Arc};

impl<'s, W: Watch> Builder<'s, W> {
    /// Narrows a rule to what `const` and `enum` list.
    pub(super) fn among(
        &mut self,
        schema: &'s Map<String, Value>,
        rule: &mut Rule,
        string: &mut StringRule,
        number: &mut NumberRule,
        also: &mut Vec<Also>,
    ) -> Built<()> {
        let mut listed = Vec::new();
        if let Some(values) = schema.get("enum") {
            listed.push(values.as_array().ok_or(Left::Uncovered)?.as_slice());
        }
        if let Some(value) = schema.get("const") {
            listed.push(slice::from_ref(value));
        }
        // Two lists are seldom; the second is a rule of its own.
        if let [_, second] = *listed {
            let any = self.any_of(second)?;
            also.push(Also::Any(any));
        }
        let Some(&values) = listed.first() else {
            return Ok(());
        };
        if values
            .iter()
            .any(|value| value.is_array() || value.is_object())
        {
            let any = self.any_of(values)?;
            also.push(Also::Any(any));
            return Ok(());
        }
        let kinds = values.iter().map(|value| Kinds::of(kind_of(value)));
        rule.kinds = rule.kinds.and(kinds.fold(Kinds::NONE, Kinds::with));
        let texts = values.iter().filter_map(Value::as_str);
        let texts = texts.map(|text| text.as_bytes().into());
        string.among = Some(texts.collect());
        number.among = Some(
            values
                .iter()
                .filter(|value| value.is_number())
                .map(decimal)
                .collect::<Built<_>>()?,
        );
        Ok(())
    }

    fn any_of(&mut self, values: &'s [Value]) -> Built<Box<[RuleId]>> {
        values.iter().map(|value| self.equal(value)).collect()
    }

    /// The rule that takes `value` alone.
    fn equal(&mut self, value: &'s Value) -> Built<RuleId> {
        let mut rule = Rule::of(Kinds::of(kind_of(value)));
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::String(text) => {
                rule.string = Some(Arc::new(StringRule {
                    length: None,
                    among: Some(Box::new([text.as_bytes().into()])),
                    format: None,
                }));
            }
            Value::Number(_) => {
                rule.number = Some(Box::new(NumberRule {
                    is_integer: false,
                    limits: Box::new([]),
                    multiple: None,
                    among: Some(Box::new([decimal(value)?])),
                    small: None,
                }));
            }
            Value::Array(elements) => {
                rule.array = Some(Box::new(ArrayRule {
                    length: exactly(elements.len()),
                    first: self.any_of(elements)?,
                    rest: NOTHING,
                    contains: None,
                }));
            }
            Value::Object(members) => {
                let mut keys = members
                    .iter()
                    .map(|(name, value)| {
                        let key = Key {
                            rule: self.equal(value)?,
                            is_required: true,
                            bit: 0,
                        };
                        Ok((name.as_str(), key))
                    })
                    .collect::<Built<Vec<_>>>()?;
                keys.sort_unstable_by(|(left, _), (right, _)| {
                    order(left.as_bytes(), right.as_bytes())
                });
                rule.object = Some(Box::new(ObjectRule {
                    length: exactly(members.len()),
                    keys: keys.into_iter().collect(),
                    others: NOTHING,
                    prefixes: Box::new([]),
                    names: ANYTHING,
                    dependencies: Box::new([]),
                    shapes: Shapes::default(),
                }));
            }
        }
        self.add(rule, self.document)
    }
}

fn exactly(count: usize) -> Bounds {
    Bounds {
        least: count,
        most: count,
    }
}

fn kind_of(value: &Value) -> u32 {
    match value {
        Value::Null => NULL,
        Value::Bool(false) => FALSE,
        Value::Bool(true) => TRUE,
        Value::Number(_) => NUMBER,
        Value::String(_) => STRING,
        Value::Array(_) => ARRAY,
        Value::Object(_) => OBJECT,
    }
}
