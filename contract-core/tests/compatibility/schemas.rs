//! Schemas made from a list of choices, and changes of them.
//!
//! A schema is what a list of bytes chooses: the shorter the list and the smaller its bytes, the simpler the
//! schema, so that what fails is made smaller by making the list smaller.

use serde_json::{Map, Value, json};

/// Choices still to be made; where they have run out, the first alternative is taken.
pub struct Choices<'c>(std::slice::Iter<'c, u8>);

impl<'c> Choices<'c> {
    pub fn of(bytes: &'c [u8]) -> Self {
        Self(bytes.iter())
    }

    /// One of `count` alternatives.
    pub fn pick(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |byte| usize::from(*byte)) % count
    }

    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.pick(of.len())].clone()
    }
}

pub const KEYS: [&str; 6] = ["a", "b", "c", "ab", "x-1", "1"];
pub const TEXTS: [&str; 16] = [
    "", "a", "b", "ab", "aa", "abab", "x-1", "1", "12", "A", "é", "😀", " ", "a b", "a\n", "\u{7f}",
];
const PATTERNS: [&str; 22] = [
    "a",
    "^a",
    "a$",
    "^a*$",
    "^[a-z]+$",
    "^(a|b)$",
    "^x-",
    "\\d",
    "^\\d+$",
    "^.{2}$",
    "\\ba\\b",
    "(?i)^A$",
    "^$",
    "^(ab)+$",
    "\\w",
    "\\s",
    "^(a|ab)?$",
    "[^a]",
    "^a$",
    "^(?:aa|ab|b)$",
    "",
    "^.$",
];
pub const FORMATS: [(&str, &str); 12] = [
    ("date", "2000-01-31"),
    ("date-time", "2000-01-01T00:00:00Z"),
    ("time", "00:00:00Z"),
    ("email", "a@b.c"),
    ("hostname", "a"),
    ("ipv4", "1.2.3.4"),
    ("ipv6", "::1"),
    ("uri", "a:b"),
    ("uri-reference", "a"),
    ("uuid", "00000000-0000-0000-0000-000000000000"),
    ("json-pointer", "/a"),
    ("no-such-format", "a"),
];
const NUMBERS: [&str; 14] = [
    "0",
    "1",
    "2",
    "3",
    "-1",
    "0.5",
    "1.5",
    "0.1",
    "0.3",
    "2.0",
    "1e1",
    "10",
    "1e400",
    "9007199254740993",
];
const COUNTS: [&str; 8] = [
    "0",
    "1",
    "2",
    "3",
    "2.0",
    "1e0",
    "1.0",
    "18446744073709551615",
];
const TYPES: [&str; 7] = [
    "string", "integer", "number", "object", "array", "null", "boolean",
];

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("a JSON number")
}

pub fn number(choices: &mut Choices<'_>) -> Value {
    parsed(choices.one(&NUMBERS))
}

pub fn text(choices: &mut Choices<'_>) -> Value {
    match choices.pick(4) {
        0 => choices.one(&FORMATS).1.into(),
        _ => choices.one(&TEXTS).into(),
    }
}

/// A value as `const` and `enum` hold it.
pub fn value(choices: &mut Choices<'_>, depth: usize) -> Value {
    match choices.pick(if depth == 0 { 5 } else { 8 }) {
        0 => number(choices),
        1 | 2 => text(choices),
        3 => Value::Null,
        4 => Value::Bool(choices.pick(2) == 1),
        5 => (0..choices.pick(3))
            .map(|_| value(choices, depth - 1))
            .collect(),
        _ => {
            let count = choices.pick(3);
            let member = |_| (choices.one(&KEYS).to_owned(), value(choices, depth - 1));
            Value::Object((0..count).map(member).collect())
        }
    }
}

/// A whole schema, with two definitions that it and they may refer to.
pub fn document(choices: &mut Choices<'_>) -> Value {
    let mut root = schema(choices, 3, false);
    if let Value::Object(members) = &mut root {
        let definition = |choices: &mut Choices<'_>| schema(choices, 2, false);
        members.insert(
            "$defs".to_owned(),
            json!({"a": definition(choices), "b": definition(choices)}),
        );
    }
    root
}

/// `may_refer`: below at least one step into a value, so that no reference leads to itself in place, which
/// has no meaning (JSON Schema Core 2020-12, section 9.4.1).
pub fn schema(choices: &mut Choices<'_>, depth: usize, may_refer: bool) -> Value {
    match choices.pick(12) {
        10 => return true.into(),
        11 => return false.into(),
        8 | 9 if may_refer => {
            return json!({"$ref": choices.one(&["#/$defs/a", "#/$defs/b", "#"])});
        }
        _ => {}
    }
    let mut members = Map::new();
    if choices.pick(2) == 0 {
        members.insert("type".to_owned(), choices.one(&TYPES).into());
    }
    for _ in 0..choices.pick(4) {
        let (keyword, value) = keyword(choices, depth, may_refer);
        members.insert(keyword.to_owned(), value);
    }
    Value::Object(members)
}

fn keyword(choices: &mut Choices<'_>, depth: usize, may_refer: bool) -> (&'static str, Value) {
    let keyword = choices.one(if depth == 0 {
        &KEYWORDS[..LEAVES]
    } else {
        &KEYWORDS
    });
    (keyword, operand(choices, keyword, depth, may_refer))
}

/// How many of [`KEYWORDS`] hold no schema.
const LEAVES: usize = 22;
const KEYWORDS: [&str; 45] = [
    "type",
    "const",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minContains",
    "maxContains",
    "required",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "title",
    "properties",
    "properties",
    "properties",
    "items",
    "items",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "prefixItems",
    "contains",
    "contains",
    "dependentSchemas",
    "not",
    "if",
    "then",
    "else",
    "allOf",
    "anyOf",
    "oneOf",
    "unevaluatedProperties",
    "unevaluatedItems",
    "anyOf",
    "oneOf",
];

fn operand(choices: &mut Choices<'_>, keyword: &str, depth: usize, may_refer: bool) -> Value {
    let deeper = depth.saturating_sub(1);
    let key = |choices: &mut Choices<'_>| choices.one(&KEYS).to_owned();
    let keys = |choices: &mut Choices<'_>| -> Value {
        let mut keys: Vec<&str> = (0..=choices.pick(2)).map(|_| choices.one(&KEYS)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into()
    };
    match keyword {
        "type" => match choices.pick(4) {
            0 => {
                let first = choices.pick(TYPES.len());
                let step = 1 + choices.pick(TYPES.len() - 1);
                json!([TYPES[first], TYPES[(first + step) % TYPES.len()]])
            }
            _ => choices.one(&TYPES).into(),
        },
        "const" => value(choices, 2),
        "enum" => (0..=choices.pick(4)).map(|_| value(choices, 2)).collect(),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => number(choices),
        "multipleOf" => parsed(choices.one(&["1", "2", "3", "0.5", "0.1", "1.5", "0.01", "1e1"])),
        "pattern" => choices.one(&PATTERNS).into(),
        "format" => choices.one(&FORMATS).0.into(),
        "uniqueItems" => (choices.pick(4) != 3).into(),
        "required" => keys(choices),
        "dependentRequired" => json!({key(choices): keys(choices)}),
        "title" => "a title".into(),
        "properties" | "dependentSchemas" => {
            let refers = may_refer || keyword == "properties";
            (0..=choices.pick(3))
                .map(|_| (key(choices), schema(choices, deeper, refers)))
                .collect::<Map<_, _>>()
                .into()
        }
        "patternProperties" => (0..=choices.pick(2))
            .map(|_| {
                (
                    choices.one(&PATTERNS).to_owned(),
                    schema(choices, deeper, true),
                )
            })
            .collect::<Map<_, _>>()
            .into(),
        "items"
        | "additionalProperties"
        | "contains"
        | "unevaluatedItems"
        | "unevaluatedProperties" => schema(choices, deeper, true),
        "propertyNames" => schema(choices, deeper, false),
        "not" | "if" | "then" | "else" => schema(choices, deeper, may_refer),
        "prefixItems" => (0..=choices.pick(2))
            .map(|_| schema(choices, deeper, true))
            .collect(),
        "allOf" | "anyOf" | "oneOf" => (0..=choices.pick(3))
            .map(|_| schema(choices, deeper, may_refer))
            .collect(),
        _ => parsed(choices.one(&COUNTS)),
    }
}

/// The schema with one or a few small changes, at any depth.
pub fn changed(choices: &mut Choices<'_>, old: &Value) -> Value {
    let mut new = old.clone();
    for _ in 0..=choices.pick(3) {
        change(choices, &mut new, false);
    }
    new
}

fn change(choices: &mut Choices<'_>, place: &mut Value, may_refer: bool) {
    let whole = choices.pick(12);
    let Value::Object(members) = place else {
        *place = schema(choices, 1, may_refer);
        return;
    };
    let keywords: Vec<String> = members.keys().cloned().collect();
    if whole < 2 && !members.contains_key("$defs") {
        let wrapped = place.take();
        *place = match whole {
            0 => json!({choices.one(&["allOf", "anyOf", "oneOf"]): [wrapped]}),
            _ => json!({"anyOf": [wrapped, schema(choices, 1, may_refer)]}),
        };
        return;
    }
    if whole < 5 || keywords.is_empty() {
        let (keyword, value) = keyword(choices, 1, may_refer);
        members.insert(keyword.to_owned(), value);
        return;
    }
    let keyword = choices.one(&keywords);
    match members.get_mut(&keyword) {
        Some(_) if whole == 5 && keyword != "$defs" => {
            members.remove(&keyword);
        }
        Some(Value::Object(schemas))
            if [
                "$defs",
                "properties",
                "patternProperties",
                "dependentSchemas",
            ]
            .contains(&keyword.as_str()) =>
        {
            let inside = may_refer || keyword.ends_with("roperties");
            let names: Vec<String> = schemas.keys().cloned().collect();
            if let (false, Some(schema)) = (
                names.is_empty(),
                names
                    .get(choices.pick(names.len().max(1)))
                    .and_then(|name| schemas.get_mut(name)),
            ) {
                change(choices, schema, inside);
            }
        }
        Some(Value::Array(schemas))
            if ["allOf", "anyOf", "oneOf", "prefixItems"].contains(&keyword.as_str()) =>
        {
            let index = choices.pick(schemas.len() + 1);
            match schemas.get_mut(index) {
                Some(place) => change(choices, place, may_refer || keyword == "prefixItems"),
                None => schemas.push(schema(choices, 1, may_refer || keyword == "prefixItems")),
            }
        }
        Some(Value::Array(values)) if keyword == "enum" => values.push(value(choices, 2)),
        Some(place @ (Value::Object(_) | Value::Bool(_)))
            if !["const", "uniqueItems", "dependentRequired"].contains(&keyword.as_str()) =>
        {
            let in_place = ["not", "if", "then", "else", "propertyNames"];
            change(
                choices,
                place,
                may_refer || !in_place.contains(&keyword.as_str()),
            );
        }
        Some(place) if keyword != "$ref" && keyword != "$defs" => {
            *place = operand(choices, &keyword, 1, may_refer);
        }
        _ => {}
    }
}
