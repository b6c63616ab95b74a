//! In how many ways a schema leads to one place: so often a validator may have to look at one value.

use super::{
    keyword::{self, Holds},
    normal::{Pair, referred},
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The most schemas that apply to one value, each counted as often as references and branches lead to it.
pub(super) const MOST: usize = 5_000;

/// Whether no value is looked at more often than [`MOST`] by either schema.
pub(super) fn are_few(pair: &Pair) -> bool {
    let mut ways = Ways {
        definitions: &pair.definitions,
        known: HashMap::new(),
        most: 0,
    };
    ways.of(&pair.old);
    ways.of(&pair.new);
    ways.most <= MOST
}

struct Ways<'p> {
    definitions: &'p Map<String, Value>,
    known: HashMap<&'p str, usize>,
    most: usize,
}

impl<'p> Ways<'p> {
    /// The schemas that apply to a value along with `schema`.
    fn of(&mut self, schema: &'p Value) -> usize {
        let Value::Object(members) = schema else {
            return 1;
        };
        let mut ways = 1_usize;
        if let Some(Value::String(reference)) = members.get("$ref") {
            ways = ways.saturating_add(self.of_definition(referred(reference)));
        }
        for (keyword, value) in members {
            // What these hold applies to the value itself (JSON Schema Core 2020-12, section 10.2).
            let is_in_place = matches!(
                keyword.as_str(),
                "allOf" | "anyOf" | "oneOf" | "not" | "if" | "then" | "else" | "dependentSchemas"
            );
            let below: Vec<&Value> = match (keyword::holds(keyword), value) {
                (Holds::One, value) => vec![value],
                (Holds::List, Value::Array(schemas)) => schemas.iter().collect(),
                (Holds::Map, Value::Object(schemas)) => schemas.values().collect(),
                _ => Vec::new(),
            };
            for schema in below {
                let below = self.of(schema);
                ways = ways.saturating_add(if is_in_place { below } else { 0 });
            }
        }
        self.most = self.most.max(ways);
        ways
    }

    fn of_definition(&mut self, name: &'p str) -> usize {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        // A circle leads nowhere new.
        self.known.insert(name, 1);
        let definitions = self.definitions;
        let ways = definitions.get(name).map_or(1, |schema| self.of(schema));
        self.known.insert(name, ways);
        ways
    }
}
