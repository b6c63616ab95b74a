//! How heavy a schema is, before it is compiled.
//!
//! A compiled schema is mostly as large as its source. Two things multiply it. A reference into another
//! resource (`$id`) may be compiled anew for each sequence of resources that leads to it: that is found out
//! by a trial in which each compiled schema is counted, and which ends at a bound. And
//! `unevaluatedProperties` and `unevaluatedItems` carry along what is reachable in place from where they stand, on
//! each way that leads there: that is counted by following references. And each keyword has the JSON Pointer of its
//! place, whole: long keys over many members take the product of both. A schema beyond one of these bounds
//! is refused, for to compile it could take more memory than the machine has.

use super::{Nothing, schema::options};
use crate::json::SerdeJson;
use jsonschema::{Keyword, ValidationError, paths::Location};
use serde_json::{Map, Value};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Bytes that a keyword or value of the source takes once compiled, roughly.
const BYTES_A_VALUE: usize = 512;
/// Bytes that a compiled pattern takes, roughly.
const BYTES_A_PATTERN: usize = 16 << 10;
/// Bytes that a schema takes each time it is compiled, roughly.
const BYTES_A_SCHEMA: usize = 2 << 10;
/// Bytes that a schema takes which an `unevaluated...` carries along on one way, at most.
const BYTES_A_WAY: usize = 10 << 10;
/// Bytes that a byte of a place's JSON Pointer takes: it is kept more than once, in a URI perhaps escaped.
const BYTES_A_POINTER_BYTE: usize = 4;
/// The most bytes of JSON Pointers, over all places.
const MOST_POINTER_BYTES: usize = 32 << 20;
/// The most schemas that are compiled, each counted as often as it is.
const MOST_SCHEMAS: usize = 50_000;
/// The most schemas that are carried along, over all ways.
const MOST_WAYS: usize = 10_000;

/// What makes a schema too heavy, as the end of a sentence about it.
const REFERENCES: &str = "combines too many references to be compiled safely";
const POINTERS: &str = "has too long keys over too many members to be compiled safely";

/// The bytes that `schema` takes once compiled, roughly; an error where that has no useful bound.
pub(super) fn of(schema: &Value) -> Result<usize, &'static str> {
    let mut index = Index::default();
    index.add(schema, true, 0);
    if index.pointers > MOST_POINTER_BYTES {
        return Err(POINTERS);
    }
    let mut ways = Ways {
        index: &index,
        left: MOST_WAYS,
    };
    for place in &index.unevaluated {
        ways.carry_along(place, &mut Vec::new()).ok_or(REFERENCES)?;
    }
    let carried = MOST_WAYS - ways.left;
    let (schemas, pointers) = if index.resources.len() > 1 {
        // Each time that a schema is compiled, what it carries along is compiled with it.
        compiled_schemas(schema, MOST_SCHEMAS / (1 + carried / 64)).ok_or(REFERENCES)?
    } else {
        (0, index.pointers)
    };
    Ok(index.values * BYTES_A_VALUE
        + index.patterns * BYTES_A_PATTERN
        + schemas * BYTES_A_SCHEMA
        + pointers * BYTES_A_POINTER_BYTE
        + carried * BYTES_A_WAY)
}

/// How many schemas are compiled, each counted as often as it is, and the bytes of their keywords' JSON
/// Pointers; `None` where they are more than `most`, or have too long ones.
fn compiled_schemas(schema: &Value, most: usize) -> Option<(usize, usize)> {
    /// The keyword that is put into every schema to count it.
    const COUNTER: &str = "x-jsonb-contract-counter";
    fn with_counter(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (key, member) in members.iter_mut() {
                    // What is in these is no schema.
                    if !matches!(
                        key.as_str(),
                        "const"
                            | "default"
                            | "dependentRequired"
                            | "enum"
                            | "examples"
                            | "$vocabulary"
                    ) {
                        with_counter(member);
                    }
                }
                members.insert(COUNTER.into(), Value::Object(Map::new()));
            }
            Value::Array(elements) => elements.iter_mut().for_each(with_counter),
            _ => {}
        }
    }
    let mut trial = schema.clone();
    with_counter(&mut trial);
    let counted = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let shared = Arc::clone(&counted);
    // Whatever else is wrong with the schema is found when it is compiled in earnest.
    let _ = options()
        .with_keyword(
            COUNTER,
            move |keywords: &Map<String, Value>, _: &Value, place: Location| {
                let [schemas, pointers] = &*shared;
                let bytes = keywords.len() * place.as_str().len();
                if schemas.fetch_add(1, Relaxed) < most
                    && pointers.fetch_add(bytes, Relaxed) < MOST_POINTER_BYTES
                {
                    Ok(Box::new(Nothing) as Box<dyn for<'i> Keyword<'i, SerdeJson>>)
                } else {
                    Err(ValidationError::custom("too many schemas"))
                }
            },
        )
        .build(&trial);
    let [schemas, pointers] = &*counted;
    let (schemas, pointers) = (schemas.load(Relaxed), pointers.load(Relaxed));
    (schemas < most && pointers < MOST_POINTER_BYTES).then_some((schemas, pointers))
}

/// What of a schema references can lead to.
#[derive(Default)]
struct Index<'s> {
    values: usize,
    patterns: usize,
    /// The bytes of all places' JSON Pointers.
    pointers: usize,
    longest_pointer: usize,
    /// The root, and each schema with an identifier of its own.
    resources: Vec<&'s Value>,
    anchored: Vec<(&'s str, &'s Value)>,
    unevaluated: Vec<&'s Value>,
}

impl<'s> Index<'s> {
    /// Takes in a value whose JSON Pointer has so many bytes.
    fn add(&mut self, value: &'s Value, is_root: bool, pointer: usize) {
        self.values += 1;
        self.pointers += pointer;
        self.longest_pointer = self.longest_pointer.max(pointer);
        match value {
            Value::Object(members) => {
                let text = |key: &str| members.get(key).and_then(Value::as_str);
                if is_root || text("$id").or(text("id")).is_some() {
                    self.resources.push(value);
                }
                for key in ["$anchor", "$dynamicAnchor"] {
                    self.anchored.extend(text(key).map(|name| (name, value)));
                }
                if members.keys().any(|key| key.starts_with("unevaluated")) {
                    self.unevaluated.push(value);
                }
                self.patterns += usize::from(members.contains_key("pattern"));
                if let Some(Value::Object(patterns)) = members.get("patternProperties") {
                    self.patterns += patterns.len();
                }
                for (key, member) in members {
                    self.add(member, false, pointer + 1 + key.len());
                }
            }
            Value::Array(elements) => {
                for element in elements {
                    // A scalar in a list (`enum`, `required`) is no place of its own.
                    let has_place = element.is_object() || element.is_array();
                    self.add(element, false, if has_place { pointer + 3 } else { 0 });
                }
            }
            _ => {}
        }
    }

    /// Where a reference may lead: exactly where that is easy to tell, else to every resource.
    fn targets(&self, reference: &str) -> Vec<&'s Value> {
        let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let bases: Vec<&Value> = if base.is_empty() {
            self.resources.clone()
        } else {
            let named: Vec<&Value> = self
                .resources
                .iter()
                .copied()
                .filter(|resource| {
                    let id = resource.get("$id").or_else(|| resource.get("id"));
                    id.and_then(Value::as_str).is_some_and(|id| id == base)
                })
                .collect();
            if named.is_empty() {
                self.resources.clone()
            } else {
                named
            }
        };
        if fragment.is_empty() {
            return bases;
        }
        if !fragment.starts_with('/') {
            let anchored = self.anchored.iter().filter(|(name, _)| *name == fragment);
            return anchored.map(|(_, place)| *place).collect();
        }
        bases
            .into_iter()
            .filter_map(|base| base.pointer(fragment))
            .collect()
    }
}

/// A walk along every way in place.
struct Ways<'s> {
    index: &'s Index<'s>,
    left: usize,
}

impl<'s> Ways<'s> {
    /// Counts the schemas in place from `place` on, on each way that leads there; `None` when they
    /// are too many. `on_the_way` has the references that led here: none is followed in a circle.
    fn carry_along(&mut self, place: &'s Value, on_the_way: &mut Vec<*const Value>) -> Option<()> {
        let Value::Object(members) = place else {
            return Some(());
        };
        // What is carried along has its places too.
        let places = self.index.longest_pointer * (1 + members.len());
        self.left = self.left.checked_sub(1 + places / BYTES_A_WAY)?;
        for target in self.referred(members) {
            let identity = std::ptr::from_ref(target);
            if !on_the_way.contains(&identity) {
                on_the_way.push(identity);
                self.carry_along(target, on_the_way)?;
                on_the_way.pop();
            }
        }
        // The keywords that apply to the same value (JSON Schema Core 2020-12, section 10.2).
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for branch in members
                .get(keyword)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                self.carry_along(branch, on_the_way)?;
            }
        }
        for keyword in ["if", "then", "else", "not"] {
            if let Some(branch) = members.get(keyword) {
                self.carry_along(branch, on_the_way)?;
            }
        }
        let dependent = members.get("dependentSchemas").and_then(Value::as_object);
        for branch in dependent.into_iter().flat_map(Map::values) {
            self.carry_along(branch, on_the_way)?;
        }
        Some(())
    }

    /// Where the references of a schema lead.
    fn referred(&self, members: &'s Map<String, Value>) -> Vec<&'s Value> {
        ["$ref", "$dynamicRef", "$recursiveRef"]
            .iter()
            .filter_map(|keyword| members.get(*keyword).and_then(Value::as_str))
            .flat_map(|reference| self.index.targets(reference))
            .collect()
    }
}
