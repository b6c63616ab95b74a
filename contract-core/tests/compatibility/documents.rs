//! Documents that aim at a schema and often miss, made without the engine's own search.

use crate::schemas::{Choices, FORMATS, KEYS, TEXTS, number, text, value};
use serde_json::{Map, Number, Value, json};

/// What both schemas name: values to try, and keys.
#[derive(Default)]
pub struct Constants {
    values: Vec<Value>,
    keys: Vec<String>,
}

impl Constants {
    pub fn of(schemas: [&Value; 2]) -> Self {
        let mut constants = Self::default();
        constants.keys.extend(KEYS.map(str::to_owned));
        constants
            .keys
            .extend(["", "aa", "b1", "a b"].map(str::to_owned));
        for schema in schemas {
            constants.collect(schema);
        }
        constants
    }

    fn collect(&mut self, schema: &Value) {
        match schema {
            Value::Object(members) => {
                for (keyword, member) in members {
                    match keyword.as_str() {
                        "const" => self.values.push(member.clone()),
                        "enum" => self
                            .values
                            .extend(member.as_array().cloned().unwrap_or_default()),
                        _ => {}
                    }
                    self.collect(member);
                }
            }
            Value::Array(members) => members.iter().for_each(|member| self.collect(member)),
            Value::Number(bound) => {
                self.values.push(schema.clone());
                if let Some(whole) = bound.as_i64() {
                    self.values.push((whole.saturating_add(1)).into());
                    self.values.push((whole.saturating_sub(1)).into());
                }
            }
            _ => {}
        }
    }

    /// Any value.
    fn any(&self, choices: &mut Choices<'_>, depth: usize) -> Value {
        match choices.pick(6) {
            0 | 1 if !self.values.is_empty() => choices.one(&self.values),
            2 if depth > 0 => (0..choices.pick(4))
                .map(|_| self.any(choices, depth - 1))
                .collect(),
            3 if depth > 0 => {
                let count = choices.pick(4);
                let member = |_| (choices.one(&self.keys), self.any(choices, depth - 1));
                Value::Object((0..count).map(member).collect())
            }
            4 => text(choices),
            _ => value(choices, depth.min(2)),
        }
    }

    /// A value that may be valid under `schema`.
    pub fn aimed(
        &self,
        choices: &mut Choices<'_>,
        schema: &Value,
        root: &Value,
        depth: usize,
    ) -> Value {
        let Value::Object(schema) = schema else {
            return self.any(choices, depth.min(1));
        };
        if depth == 0 || choices.pick(10) == 9 {
            return self.any(choices, depth.min(1));
        }
        if let Some(Value::String(reference)) = schema.get("$ref") {
            let target = root
                .pointer(reference.trim_start_matches('#'))
                .unwrap_or(root);
            return self.aimed(choices, target, root, depth - 1);
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            return choices.one(values);
        }
        let branches: Vec<&Value> = ["allOf", "anyOf", "oneOf"]
            .iter()
            .filter_map(|keyword| schema.get(*keyword)?.as_array())
            .flatten()
            .chain(
                ["if", "then", "else"]
                    .iter()
                    .filter_map(|keyword| schema.get(*keyword)),
            )
            .collect();
        if !branches.is_empty() && choices.pick(3) != 0 {
            let branch = choices.one(&branches);
            return self.aimed(choices, branch, root, depth - 1);
        }
        match Self::kind(choices, schema) {
            "object" => self.object(choices, schema, root, depth),
            "array" => self.array(choices, schema, root, depth),
            "string" => self.string(choices, schema),
            "number" | "integer" => self.number(choices),
            "null" => Value::Null,
            "boolean" => Value::Bool(choices.pick(2) == 0),
            _ => self.any(choices, depth),
        }
    }

    /// A type that the schema names, or seems to speak of.
    fn kind<'s>(choices: &mut Choices<'_>, schema: &'s Map<String, Value>) -> &'s str {
        match schema.get("type") {
            Some(Value::String(name)) => return name,
            Some(Value::Array(names)) => {
                return names[choices.pick(names.len())]
                    .as_str()
                    .unwrap_or_default();
            }
            _ => {}
        }
        let kinds: Vec<&str> = schema
            .keys()
            .filter_map(|keyword| match keyword.as_str() {
                "pattern" | "format" => Some("string"),
                "multipleOf" => Some("number"),
                other if other.contains("Length") => Some("string"),
                other if other.contains("imum") => Some("number"),
                other if other.contains("tems") || other.contains("ontains") => Some("array"),
                other if other.contains("ropert") || other.contains("equired") => Some("object"),
                "dependentSchemas" => Some("object"),
                _ => None,
            })
            .collect();
        if kinds.is_empty() {
            ""
        } else {
            choices.one(&kinds)
        }
    }

    fn object(
        &self,
        choices: &mut Choices<'_>,
        schema: &Map<String, Value>,
        root: &Value,
        depth: usize,
    ) -> Value {
        let mut members = Map::new();
        let anything = Value::Bool(true);
        let rest = schema.get("additionalProperties").unwrap_or(&anything);
        let named = schema.get("properties").and_then(Value::as_object);
        for (key, member) in named.into_iter().flatten() {
            if choices.pick(3) != 0 {
                members.insert(key.clone(), self.aimed(choices, member, root, depth - 1));
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        for key in required.into_iter().flatten().filter_map(Value::as_str) {
            if !members.contains_key(key) && choices.pick(8) != 7 {
                let member = named.and_then(|named| named.get(key)).unwrap_or(rest);
                members.insert(key.to_owned(), self.aimed(choices, member, root, depth - 1));
            }
        }
        let patterned = schema.get("patternProperties").and_then(Value::as_object);
        let others: Vec<&Value> = patterned
            .into_iter()
            .flat_map(Map::values)
            .chain([rest])
            .collect();
        for _ in 0..choices.pick(3) {
            let other = choices.one(&others);
            let member = self.aimed(choices, other, root, depth - 1);
            members.insert(choices.one(&self.keys), member);
        }
        Value::Object(members)
    }

    fn array(
        &self,
        choices: &mut Choices<'_>,
        schema: &Map<String, Value>,
        root: &Value,
        depth: usize,
    ) -> Value {
        let anything = Value::Bool(true);
        let prefix = schema.get("prefixItems").and_then(Value::as_array);
        let rest = schema.get("items").unwrap_or(&anything);
        let contained = schema.get("contains").unwrap_or(rest);
        (0..choices.pick(5))
            .map(|index| {
                let own = prefix.and_then(|prefix| prefix.get(index)).unwrap_or(rest);
                let element = if choices.pick(2) == 0 { own } else { contained };
                self.aimed(choices, element, root, depth - 1)
            })
            .collect()
    }

    fn string(&self, choices: &mut Choices<'_>, schema: &Map<String, Value>) -> Value {
        let format = schema.get("format").and_then(Value::as_str);
        if let Some((_, example)) = FORMATS.iter().find(|(name, _)| format == Some(name))
            && choices.pick(3) != 0
        {
            return json!(example);
        }
        let known: Vec<&Value> = self
            .values
            .iter()
            .filter(|value| value.is_string())
            .collect();
        match choices.pick(3) {
            0 if !known.is_empty() => Value::clone(choices.one(&known)),
            1 => json!([choices.one(&TEXTS), choices.one(&TEXTS)].concat()),
            _ => text(choices),
        }
    }

    fn number(&self, choices: &mut Choices<'_>) -> Value {
        let known: Vec<&Value> = self
            .values
            .iter()
            .filter(|value| value.is_number())
            .collect();
        let near = match choices.pick(3) {
            0 if !known.is_empty() => Value::clone(choices.one(&known)),
            1 => choices.pick(12).into(),
            _ => number(choices),
        };
        match (choices.pick(4), &near) {
            (0, Value::Number(number)) if !number.to_string().contains(['.', 'e', '-']) => {
                let digit = choices.pick(10);
                let number: Number = format!("{number}.{digit}").parse().expect("a JSON number");
                Value::Number(number)
            }
            _ => near,
        }
    }
}
