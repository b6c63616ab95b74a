//! Documents worth trying: valid under one schema, and near the edges that another one draws.
//!
//! At each place the values come from what both schemas say there: bounds and their neighbours, members of
//! enums, texts inside and outside of each pattern, keys that only one side knows. Values that the wanted
//! side takes and the other refuses come first, so that the search for a witness soon meets one. All of it
//! is deterministic and bounded.

mod array;
mod number;
mod object;
mod string;

use super::{
    canonical::with_definitions,
    keyword,
    language::Languages,
    scope::{self, Place},
    stop,
    trial::Validator,
    witness::size,
};
use serde_json::{Map, Value, json};
use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

/// The values and characters that are built for one search.
const MOST_WORK: usize = 1_500_000;
/// Values that are kept at a place, by its depth.
const WIDTHS: [usize; 5] = [0, 80, 24, 12, 6];
/// How often a schema is met again inside of itself.
const MOST_TURNS: usize = 4;
/// Validators that are compiled for one search.
const MOST_VALIDATORS: usize = 2_000;
/// Ways to choose branches that are followed at a place, by its depth.
const WAYS: [usize; 4] = [300, 32, 12, 6];

/// Whether a value is valid; a schema that does not compile takes nothing.
type Verdict = Option<Rc<Validator>>;

/// Builds documents for one pair of schemas.
pub(super) struct Sampler<'p> {
    definitions: &'p Map<String, Value>,
    pub(super) languages: &'p Languages,
    left: Cell<usize>,
    validators: RefCell<HashMap<String, Verdict>>,
    /// The values of each place that was asked for, by what is said of it.
    known: RefCell<HashMap<String, Rc<Vec<Value>>>>,
    /// What is said of the places that are being filled, the outermost first.
    open: RefCell<Vec<String>>,
}

/// What is said of the values at one place.
pub(super) struct Wanted<'w> {
    /// The schemas that a value shall meet, without applicators in place: what was chosen of them.
    must: &'w [Place],
    /// All that either side says here, in any branch.
    hints: &'w [Place],
    depth: usize,
}

impl<'p> Sampler<'p> {
    pub(super) fn new(definitions: &'p Map<String, Value>, languages: &'p Languages) -> Self {
        Self {
            definitions,
            languages,
            left: Cell::new(MOST_WORK),
            validators: RefCell::default(),
            known: RefCell::default(),
            open: RefCell::default(),
        }
    }

    /// A document for which `is_witness` holds, looked for among those that `must` leads to.
    pub(super) fn find(
        &self,
        must: &Place,
        hint: &Place,
        is_witness: impl Fn(&Value) -> bool,
    ) -> Option<Value> {
        let [must, hints] = [must, hint].map(std::slice::from_ref);
        self.candidates(must, hints, 0)
            .into_iter()
            .take_while(|_| !stop::is_asked())
            .find(is_witness)
    }

    /// Values that are valid under all of `must`, the simplest first, then those that one of `hints`
    /// refuses.
    pub(super) fn values(&self, must: &[Place], hints: &[Place], depth: usize) -> Rc<Vec<Value>> {
        // Where both sides say the same, any value does as well as another.
        let is_same = !must.is_empty()
            && hints.iter().all(|hint| must.contains(hint))
            && must.iter().all(|schema| hints.contains(schema));
        let (hints, depth) = if is_same && depth > 0 {
            (&[][..], depth.max(WIDTHS.len() - 1))
        } else {
            (hints, depth)
        };
        let said = format!("{must:?} {hints:?}");
        let turns = self
            .open
            .borrow()
            .iter()
            .filter(|open| **open == said)
            .count();
        let is_refused = must.iter().any(|schema| **schema == Value::Bool(false));
        if is_refused || turns >= MOST_TURNS || !self.spend(said.len() / 64) {
            return Rc::default();
        }
        let key = format!("{} {turns} {said}", depth.min(WIDTHS.len() - 1));
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        self.open.borrow_mut().push(said);
        let values = Rc::new(self.select(must, hints, depth));
        self.open.borrow_mut().pop();
        self.known.borrow_mut().insert(key, values.clone());
        values
    }

    /// Of the candidates those that are valid, as far as there is room for them.
    fn select(&self, must: &[Place], hints: &[Place], depth: usize) -> Vec<Value> {
        let width = WIDTHS[depth.min(WIDTHS.len() - 1)];
        let is_valid = self.validator(must);
        let is_hinted: Vec<_> = hints
            .iter()
            .map(|hint| self.validator(std::slice::from_ref(hint)))
            .collect();
        let mut seen = HashSet::new();
        let (mut simplest, mut edges, mut others) = (None, Vec::new(), Vec::new());
        for value in self.candidates(must, hints, depth) {
            let is_enough = edges.len() + others.len() > 3 * width;
            if is_enough || !seen.insert(value.to_string()) {
                continue;
            }
            if !is_valid.as_ref().is_none_or(|schema| schema.takes(&value)) {
                continue;
            }
            if simplest.is_none() {
                simplest = Some(value.clone());
            }
            let is_refused = |verdict: &Verdict| {
                verdict
                    .as_ref()
                    .is_some_and(|schema| schema.refuses(&value))
            };
            if is_hinted.iter().any(is_refused) {
                edges.push(value);
            } else {
                others.push(value);
            }
        }
        let mut values: Vec<Value> = simplest.into_iter().collect();
        let half = width / 2;
        let tail = edges.split_off(edges.len().min(half));
        values.extend(edges);
        values.extend(others.into_iter().take(width - half));
        values.extend(tail);
        values.truncate(width + 1);
        values
    }

    /// Values from each way to meet `must`, by turns.
    fn candidates(&self, must: &[Place], hints: &[Place], depth: usize) -> Vec<Value> {
        let limit = WAYS[depth.min(WAYS.len() - 1)];
        let mut hinted = scope::mentioned(hints, self.definitions);
        let branches: Vec<Place> = hinted.branches.clone();
        let mut ways = scope::ways(must, &hinted.maps, self.definitions, limit);
        for more in branches
            .iter()
            .map(|branch| vec![branch.clone()])
            .chain(pairs(&branches, 6))
        {
            if ways.len() >= limit {
                break;
            }
            let mut guided = must.to_vec();
            guided.extend(more);
            ways.extend(scope::ways(&guided, &[], self.definitions, 4));
        }
        let own = scope::mentioned(must, self.definitions);
        hinted.maps.extend(own.maps);
        let lists: Vec<Vec<Value>> = ways
            .iter()
            .map(|way| {
                self.of_way(&Wanted {
                    must: way,
                    hints: &hinted.maps,
                    depth,
                })
            })
            .collect();
        by_turns(lists)
    }

    /// Values that meet the schemas of one way, or nearly so.
    fn of_way(&self, wanted: &Wanted<'_>) -> Vec<Value> {
        if !self.spend(wanted.must.len() + wanted.hints.len()) {
            return Vec::new();
        }
        let listed = |schemas: &[Place]| -> Vec<Value> {
            let mut values = Vec::new();
            for schema in schemas {
                values.extend(schema.get("const").cloned());
                let members = schema.get("enum").and_then(Value::as_array);
                values.extend(members.into_iter().flatten().cloned());
            }
            values
        };
        let own = listed(wanted.must);
        if !own.is_empty() {
            return own;
        }
        let mut lists = Vec::new();
        for (number, kind) in KINDS.iter().enumerate() {
            if !wanted.takes(kind) {
                continue;
            }
            let mut schemas = wanted.must.iter().chain(wanted.hints);
            let is_told = schemas.any(|schema| speaks_of(schema, kind));
            lists.push(match (number, is_told) {
                (0, _) => vec![Value::Null],
                (1, _) => vec![json!(false), json!(true)],
                (2, true) => number::values(wanted),
                (3, true) => self.strings(wanted),
                (4, true) => self.arrays(wanted),
                (5, true) => self.objects(wanted),
                // A type of which nothing is said: a few values stand for all.
                (2, _) => vec![json!(0), json!(1), json!(0.5)],
                (3, _) => vec![json!(""), json!("a")],
                (4, _) => vec![json!([]), json!([0])],
                _ => vec![json!({}), json!({"x0": 0})],
            });
        }
        // What the other side lists is close to its edges.
        let mut values = listed(wanted.hints);
        values.extend(by_turns(lists));
        values
    }

    /// How many values like this one may be built for a part of what is left.
    fn room_for(&self, value: &Map<String, Value>) -> usize {
        let size: usize = value.values().map(size).sum();
        self.left.get() / 4 / (1 + size)
    }

    /// Spends from what may be built; whether there was enough.
    fn spend(&self, work: usize) -> bool {
        let left = self
            .left
            .get()
            .checked_sub(work)
            .filter(|_| !stop::is_asked());
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// The validator of all of `schemas`; `None` where none was compiled.
    pub(super) fn validator(&self, schemas: &[Place]) -> Verdict {
        let schema = match schemas {
            [] => return None,
            [one] => Value::clone(one),
            all => {
                json!({"allOf": all.iter().map(|schema| Value::clone(schema)).collect::<Vec<_>>()})
            }
        };
        let key = schema.to_string();
        if let Some(known) = self.validators.borrow().get(&key) {
            return known.clone();
        }
        if self.validators.borrow().len() >= MOST_VALIDATORS {
            return None;
        }
        let document = with_definitions(&schema, self.definitions);
        let compiled = Validator::compile(&document).ok().map(Rc::new);
        self.validators.borrow_mut().insert(key, compiled.clone());
        compiled
    }
}

/// The types of JSON, as they are tried.
const KINDS: [&str; 6] = ["null", "boolean", "number", "string", "array", "object"];

impl Wanted<'_> {
    /// Whether the types that are named leave room for `kind`.
    fn takes(&self, kind: &str) -> bool {
        let is = |name: &str| name == kind || (kind == "number" && name == "integer");
        self.must.iter().all(|schema| match schema.get("type") {
            Some(Value::String(name)) => is(name),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is),
            _ => true,
        })
    }

    /// The values of a keyword on either side.
    fn all(&self, keyword: &str) -> impl Iterator<Item = &Value> {
        self.must
            .iter()
            .chain(self.hints)
            .filter_map(move |schema| schema.get(keyword))
    }

    /// The numbers that count keywords give on either side, with their neighbours, up to `most`.
    fn counts(&self, keywords: &[&str], most: usize) -> Vec<usize> {
        let mut counts: Vec<usize> = keywords
            .iter()
            .flat_map(|keyword| self.all(keyword))
            .filter_map(scope::count)
            .flat_map(|count| [count.saturating_sub(1), count, count.saturating_add(1)])
            .filter(|count| *count <= most)
            .collect();
        counts.sort_unstable();
        counts.dedup();
        counts
    }

    /// The largest of the numbers that a keyword gives on the wanted side.
    fn at_least(&self, keyword: &str) -> usize {
        let given = self.must.iter().filter_map(|schema| schema.get(keyword));
        given.filter_map(scope::count).max().unwrap_or(0)
    }

    /// The smallest of the numbers that a keyword gives on the wanted side.
    fn at_most(&self, keyword: &str) -> Option<usize> {
        let given = self.must.iter().filter_map(|schema| schema.get(keyword));
        given.filter_map(scope::count).min()
    }
}

/// Whether a schema says something that concerns values of `kind`.
fn speaks_of(schema: &Value, kind: &str) -> bool {
    let is_typed = schema.get("type").is_some_and(|types| match types {
        Value::String(name) => name == kind || (kind == "number" && name == "integer"),
        Value::Array(names) => names.iter().any(|name| name == kind),
        _ => false,
    });
    let mut keywords = schema.as_object().into_iter().flat_map(Map::keys);
    is_typed || keywords.any(|keyword| keyword::applies_to(keyword) == Some(kind))
}

/// The first of each list, then the second, and so on.
pub(super) fn by_turns<T>(lists: Vec<Vec<T>>) -> Vec<T> {
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut all = Vec::new();
    loop {
        let before = all.len();
        all.extend(lists.iter_mut().filter_map(Iterator::next));
        if all.len() == before {
            return all;
        }
    }
}

/// The pairs of the first `most` of a list.
fn pairs<T: Clone>(list: &[T], most: usize) -> impl Iterator<Item = Vec<T>> {
    let first = &list[..list.len().min(most)];
    first.iter().enumerate().flat_map(move |(index, left)| {
        first[index + 1..]
            .iter()
            .map(move |right| vec![left.clone(), right.clone()])
    })
}
