//! Questions to the canonical form of `jsonschema`, within bounds.
//!
//! The canonical form of a schema with many alternatives can take more time and memory than a server has to
//! give. A schema beyond the bounds is not asked about, and the answer is that nothing is known.

use super::normal;
use crate::validate::{canonical_options, on_large_stack};
use jsonschema::canonical::{CanonicalSchema, Containment, Satisfiability};
use serde_json::{Map, Value, json};
use std::{cell::Cell, collections::BTreeSet};

/// The most keywords and values of a schema that is asked about.
const MOST_VALUES: usize = 5_000;
/// The most alternatives of a schema that is asked about.
const MOST_ALTERNATIVES: usize = 60;
/// The most that is asked for one comparison, in keywords and values of the schemas.
const MOST_WORK: usize = 200_000;

/// What is asked about: schemas in normal form, and what their references name.
pub(super) struct Canonical<'p> {
    definitions: &'p Map<String, Value>,
    work: Cell<usize>,
}

impl<'p> Canonical<'p> {
    pub(super) fn new(definitions: &'p Map<String, Value>) -> Self {
        Self {
            definitions,
            work: Cell::new(MOST_WORK),
        }
    }

    /// Whether `wide` takes all that `narrow` takes.
    pub(super) fn covers(&self, wide: &Value, narrow: &Value) -> Containment {
        let answer = || {
            let (wide, narrow) = (self.canonical(wide)?, self.canonical(narrow)?);
            on_large_stack(|| wide.covers(&narrow)).ok()
        };
        answer().unwrap_or(Containment::Unknown)
    }

    /// Whether it is proven that no value is valid.
    pub(super) fn is_empty(&self, schema: &Value) -> bool {
        self.canonical(schema)
            .is_some_and(|schema| schema.satisfiability() == Satisfiability::No)
    }

    /// What `narrow` takes and `wide` does not, as a schema; `None` where that cannot be said.
    pub(super) fn difference(&self, narrow: &Value, wide: &Value) -> Option<Value> {
        let (narrow, wide) = (self.canonical(narrow)?, self.canonical(wide)?);
        on_large_stack(|| Some(narrow.subtract(&wide).ok()?.to_json_schema()))
    }

    fn canonical(&self, schema: &Value) -> Option<CanonicalSchema> {
        let document = with_definitions(schema, self.definitions);
        let (values, alternatives) = measure(&document);
        if values > MOST_VALUES || alternatives > MOST_ALTERNATIVES {
            return None;
        }
        self.work
            .set(self.work.get().checked_sub(values * (1 + alternatives))?);
        on_large_stack(|| canonical_options().canonicalize(&document)).ok()
    }
}

/// A schema in normal form as a document of its own, with the definitions that it reaches.
pub(super) fn with_definitions(schema: &Value, definitions: &Map<String, Value>) -> Value {
    let mut names = BTreeSet::new();
    normal::references(schema, &mut names);
    let mut reached = Map::new();
    while let Some(name) = names.pop_first() {
        if let (false, Some(schema)) = (reached.contains_key(&name), definitions.get(&name)) {
            normal::references(schema, &mut names);
            reached.insert(name, schema.clone());
        }
    }
    if reached.is_empty() {
        return schema.clone();
    }
    json!({"allOf": [schema], "$defs": reached})
}

/// The keywords and values of a schema, and its alternatives.
fn measure(schema: &Value) -> (usize, usize) {
    let (mut values, mut alternatives) = (1, 0);
    let mut add = |value: &Value| {
        let (more_values, more_alternatives) = measure(value);
        values += more_values;
        alternatives += more_alternatives;
    };
    match schema {
        Value::Array(elements) => elements.iter().for_each(add),
        Value::Object(members) => {
            members.values().for_each(&mut add);
            for keyword in ["anyOf", "oneOf"] {
                alternatives += members
                    .get(keyword)
                    .map_or(0, |list| list.as_array().map_or(0, Vec::len));
            }
            for keyword in ["if", "dependentSchemas", "contains", "not"] {
                alternatives += usize::from(members.contains_key(keyword));
            }
        }
        _ => {}
    }
    (values, alternatives)
}
