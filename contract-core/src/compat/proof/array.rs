//! Arrays: their elements, their lengths, and what they contain.

use super::{At, Proof};
use crate::compat::scope::{self, Place, count};
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// The longest prefix that is looked at element by element.
const LONGEST: usize = 1_000;

impl Proof<'_> {
    /// A keyword of arrays.
    pub(super) fn array(
        &self,
        narrow: &[Place],
        keyword: &str,
        value: &Value,
        beside: &Map<String, Value>,
        at: At,
    ) -> bool {
        match keyword {
            "items" if beside.contains_key("prefixItems") => true,
            "items" | "prefixItems" => self.elements(narrow, beside, at),
            "minItems" => count(value).is_some_and(|fewest| least(narrow) >= fewest),
            "maxItems" => {
                count(value).is_some_and(|most| self.most(narrow, at) <= Some(most).into())
            }
            "uniqueItems" => {
                let is_unique =
                    |schema: &Place| schema.get("uniqueItems") == Some(&Value::Bool(true));
                *value == Value::Bool(false)
                    || narrow.iter().any(is_unique)
                    || self.most(narrow, at) <= Bound::Finite(1)
            }
            _ => self.contains(narrow, &Rc::new(value.clone()), beside, at),
        }
    }

    fn elements(&self, narrow: &[Place], beside: &Map<String, Value>, at: At) -> bool {
        let wide = Value::Object(beside.clone());
        let prefix = |schema: &Value| {
            schema
                .get("prefixItems")
                .and_then(Value::as_array)
                .map_or(0, Vec::len)
        };
        let prefixes = narrow
            .iter()
            .map(|schema| prefix(schema))
            .max()
            .unwrap_or(0)
            .max(prefix(&wide));
        if prefixes > LONGEST {
            return false;
        }
        let most = self.most(narrow, at);
        for index in 0..=prefixes {
            if most <= Bound::Finite(index) {
                return true;
            }
            let Some(wanted) = scope::element(&wide, index) else {
                continue;
            };
            if !self.implies(&elements_at(narrow, index), &wanted, at.inside()) {
                return false;
            }
        }
        true
    }

    /// The most elements that an array can have.
    fn most(&self, narrow: &[Place], at: At) -> Bound {
        let given = narrow
            .iter()
            .filter_map(|schema| schema.get("maxItems"))
            .filter_map(count)
            .min();
        let mut most = given.map_or(Bound::Infinite, Bound::Finite);
        let prefix = |schema: &Place| {
            schema
                .get("prefixItems")
                .and_then(Value::as_array)
                .map_or(0, Vec::len)
        };
        let prefixes = narrow.iter().map(prefix).max().unwrap_or(0).min(LONGEST);
        for index in 0..=prefixes {
            let elements = elements_at(narrow, index);
            if !elements.is_empty() && self.is_empty(&elements, at.inside()) {
                most = most.min(Bound::Finite(index));
                break;
            }
        }
        most
    }

    /// So many elements as `contains` demands, and no more than it permits (JSON Schema Core 2020-12,
    /// section 10.3.1.3).
    fn contains(
        &self,
        narrow: &[Place],
        wanted: &Place,
        beside: &Map<String, Value>,
        at: At,
    ) -> bool {
        let Some(fewest) = beside.get("minContains").map_or(Some(1), count) else {
            return false;
        };
        let most = beside.get("maxContains").map(count);
        let own = || narrow.iter().filter_map(|schema| Contained::of(schema));
        let everywhere = everywhere(narrow);
        let with = |contains: &Place| [everywhere.clone(), vec![contains.clone()]].concat();
        let has_enough = fewest == 0
            || own().any(|known| {
                known.least >= fewest && self.implies(&with(&known.schema), wanted, at.inside())
            })
            || (least(narrow) >= fewest
                && fewest <= LONGEST
                && (0..fewest)
                    .all(|index| self.implies(&elements_at(narrow, index), wanted, at.inside())));
        let has_no_more = match most {
            None => true,
            Some(None) => false,
            Some(Some(most)) => {
                self.most(narrow, at) <= Bound::Finite(most)
                    || self.are_disjoint(&everywhere, wanted, at.inside())
                    || self.is_refused(narrow, &too_many(wanted, most), at)
                    || own().any(|known| {
                        known.most.is_some_and(|known| known <= most)
                            && self.implies(&with(wanted), &known.schema, at.inside())
                    })
            }
        };
        has_enough && has_no_more
    }
}

/// The arrays in which more than `most` elements are as wanted.
fn too_many(wanted: &Place, most: usize) -> Place {
    Rc::new(match most {
        0 => json!({"contains": **wanted}),
        _ => json!({"contains": **wanted, "minContains": most.saturating_add(1)}),
    })
}

/// What `contains` demands of an array.
pub(super) struct Contained {
    pub(super) schema: Place,
    /// So many elements at least.
    pub(super) least: usize,
    /// So many elements at most.
    pub(super) most: Option<usize>,
}

impl Contained {
    pub(super) fn of(schema: &Value) -> Option<Self> {
        Some(Self {
            schema: Rc::new(schema.get("contains")?.clone()),
            least: schema
                .get("minContains")
                .map_or(Some(1), count)
                .unwrap_or(0),
            most: schema.get("maxContains").and_then(count),
        })
    }
}

/// A number of elements.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Finite(usize),
    Infinite,
}

impl From<Option<usize>> for Bound {
    fn from(bound: Option<usize>) -> Self {
        bound.map_or(Self::Infinite, Self::Finite)
    }
}

/// The fewest elements that an array can have.
fn least(narrow: &[Place]) -> usize {
    let given = narrow.iter().map(|schema| {
        let items = schema.get("minItems").and_then(count).unwrap_or(0);
        let contained = match schema.get("contains") {
            Some(_) => schema
                .get("minContains")
                .map_or(Some(1), count)
                .unwrap_or(0),
            None => 0,
        };
        items.max(contained)
    });
    given.max().unwrap_or(0)
}

/// What the schemas say of the element at `index`.
fn elements_at(narrow: &[Place], index: usize) -> Vec<Place> {
    narrow
        .iter()
        .filter_map(|schema| scope::element(schema, index))
        .collect()
}

/// What the schemas say of every element, wherever it stands.
pub(super) fn everywhere(narrow: &[Place]) -> Vec<Place> {
    narrow
        .iter()
        .filter(|schema| schema.get("prefixItems").is_none())
        .filter_map(|schema| schema.get("items"))
        .map(|schema| Rc::new(schema.clone()))
        .collect()
}
