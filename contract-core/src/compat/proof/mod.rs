//! Proofs that one schema takes all that another takes, step by step over their structure.
//!
//! A step shows one keyword of the wide side from all that the narrow side says: the narrow side is a list
//! of schemas that hold together. A schema that refers to itself is shown by induction over the size of
//! the document: what is to be shown may be assumed for the values inside of it. Where no keyword rule
//! applies, the narrow side is split into cases. Every rule only says yes where it is so; a no says nothing.

mod array;
mod case;
mod emptiness;
mod kinds;
mod number;
mod object;
mod string;
mod value;

use super::{
    canonical::{Canonical, with_definitions},
    keyword::{self, Holds},
    language::Languages,
    sample::Sampler,
    scope::{self, Place},
    stop,
    trial::Validator,
};
use jsonschema::canonical::Containment;
use kinds::Kinds;
use serde_json::{Map, Value, json};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use value::equal_to;

/// Steps that one proof may take.
const MOST_STEPS: usize = 3_000;
/// How deep a proof goes into values.
const DEEPEST: usize = 40;
/// Cases within cases.
const DEEPEST_CASES: usize = 5;
/// Schemas that hold together, at most.
const MOST_TOGETHER: usize = 200;

/// A proof in progress.
pub(super) struct Proof<'p> {
    definitions: &'p Map<String, Value>,
    canonical: &'p Canonical<'p>,
    languages: &'p Languages,
    sampler: Sampler<'p>,
    steps: Cell<usize>,
    /// What is being shown, and how deep in the document.
    assumed: RefCell<Vec<(Vec<Place>, Place, usize)>>,
}

/// Where a step of a proof stands.
#[derive(Clone, Copy)]
struct At {
    /// How many steps into values.
    depth: usize,
    /// How many cases within cases.
    cases: usize,
}

impl At {
    /// One step into a value.
    fn inside(self) -> Self {
        Self {
            depth: self.depth + 1,
            cases: 0,
        }
    }

    /// One case further.
    fn case(self) -> Self {
        Self {
            cases: self.cases + 1,
            ..self
        }
    }
}

impl<'p> Proof<'p> {
    pub(super) fn new(
        definitions: &'p Map<String, Value>,
        canonical: &'p Canonical<'p>,
        languages: &'p Languages,
    ) -> Self {
        Self {
            definitions,
            canonical,
            languages,
            sampler: Sampler::new(definitions, languages),
            steps: Cell::new(MOST_STEPS),
            assumed: RefCell::default(),
        }
    }

    /// Whether it is shown that `wide` takes all that `narrow` takes.
    pub(super) fn shows(&self, narrow: &Value, wide: &Value) -> bool {
        let start = At { depth: 0, cases: 0 };
        self.implies(&[Rc::new(narrow.clone())], &Rc::new(wide.clone()), start)
    }

    /// Whether every value that is valid under all of `narrow` is valid under `wide`.
    fn implies(&self, narrow: &[Place], wide: &Place, at: At) -> bool {
        if scope::is_open(wide) {
            return true;
        }
        if narrow.contains(wide) {
            return true;
        }
        if at.depth > DEEPEST || !self.spend() {
            return false;
        }
        let Some(narrow) = self.together(narrow) else {
            return true;
        };
        if narrow.contains(wide) {
            return true;
        }
        let same_goal = |(known_narrow, known_wide, _): &&(Vec<Place>, Place, usize)| {
            known_wide == wide && *known_narrow == narrow
        };
        if let Some((_, _, depth)) = self.assumed.borrow().iter().find(same_goal) {
            return *depth < at.depth;
        }
        if let Some(verdict) = self.by_enumeration(&narrow, wide) {
            return verdict;
        }
        if is_evident(&narrow, wide) {
            return true;
        }
        if self.is_refuted(&narrow, wide) {
            return false;
        }
        if self.is_canonical(&narrow, wide) {
            return true;
        }
        self.assumed
            .borrow_mut()
            .push((narrow.clone(), wide.clone(), at.depth));
        // A choice of many is best held against another one branch by branch.
        let by_cases_first = case::branches(&narrow).iter().any(|cases| cases.len() > 4);
        let shown = (by_cases_first && self.by_cases(&narrow, wide, at))
            || self.by_keywords(&narrow, wide, at)
            || (!by_cases_first && self.by_cases(&narrow, wide, at))
            || self.has_no_value(&narrow, at);
        self.assumed.borrow_mut().pop();
        shown
    }

    fn spend(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0 && !stop::is_asked()
    }

    /// All that holds together with `schemas`: references followed, `allOf` opened, what a required key
    /// brings; `None` where `false` is among it.
    fn together(&self, schemas: &[Place]) -> Option<Vec<Place>> {
        let mut found: Vec<Place> = Vec::new();
        let mut waiting: Vec<Place> = schemas.iter().rev().cloned().collect();
        while let Some(place) = waiting.pop() {
            let schema = match &*place {
                Value::Bool(false) => return None,
                Value::Object(schema) => schema,
                _ => continue,
            };
            if found.len() >= MOST_TOGETHER || found.contains(&place) {
                continue;
            }
            if let Some(target) = scope::target(schema, self.definitions) {
                waiting.push(Rc::new(target.clone()));
            }
            if let Some(Value::Array(list)) = schema.get("allOf") {
                waiting.extend(list.iter().rev().map(|schema| Rc::new(schema.clone())));
            }
            found.push(place);
            if waiting.is_empty() {
                waiting.extend(brought(&found));
            }
        }
        Some(found)
    }

    fn validator(&self, schemas: &[Place]) -> Option<Validator> {
        let document = with_definitions(&all_of(schemas), self.definitions);
        Validator::compile(&document).ok()
    }

    /// Whether a value is at hand that the narrow side takes and the wide side refuses.
    fn is_refuted(&self, narrow: &[Place], wide: &Place) -> bool {
        const DEEP: usize = 4;
        let (Some(takes), Some(wanted)) = (
            self.sampler.validator(narrow),
            self.sampler.validator(std::slice::from_ref(wide)),
        ) else {
            return false;
        };
        let refutes = |hints: &[Place]| {
            let values = self.sampler.values(narrow, hints, DEEP);
            let refutes = |value: &Value| takes.takes(value) && wanted.refuses(value);
            values.iter().any(refutes)
        };
        // The values that are at hand for any wide side come first.
        refutes(&[]) || refutes(std::slice::from_ref(wide))
    }

    fn is_canonical(&self, narrow: &[Place], wide: &Place) -> bool {
        self.canonical.covers(wide, &all_of(narrow)) == Containment::Yes
    }

    fn by_keywords(&self, narrow: &[Place], wide: &Place, at: At) -> bool {
        match &**wide {
            Value::Object(keywords) => keywords
                .iter()
                .all(|(keyword, value)| self.keyword(narrow, keyword, value, keywords, at)),
            Value::Bool(verdict) => *verdict,
            _ => false,
        }
    }

    /// Whether `narrow` shows one keyword of the wide side, which stands in `beside`.
    fn keyword(
        &self,
        narrow: &[Place],
        keyword: &str,
        value: &Value,
        beside: &Map<String, Value>,
        at: At,
    ) -> bool {
        if Kinds::of(narrow).are_without(keyword) {
            return true;
        }
        let schema = || Rc::new(value.clone());
        let list = || -> Vec<Place> {
            let schemas = value.as_array().into_iter().flatten();
            schemas.map(|schema| Rc::new(schema.clone())).collect()
        };
        match keyword {
            "$ref" => scope::target(beside, self.definitions)
                .is_some_and(|target| self.implies(narrow, &Rc::new(target.clone()), at)),
            "allOf" => list().iter().all(|schema| self.implies(narrow, schema, at)),
            "anyOf" => {
                let branches = list();
                branches
                    .iter()
                    .any(|branch| self.implies(narrow, branch, at))
                    || self.is_of_some_pattern(narrow, &branches)
            }
            "oneOf" => self.one_of(narrow, &list(), at),
            "not" => self.are_disjoint(narrow, &schema(), at),
            "if" => self.condition(narrow, &schema(), beside, at),
            "const" => equal_to(value).is_some_and(|wide| self.implies(narrow, &wide, at)),
            "enum" => list().iter().any(|member| {
                self.implies(narrow, &Rc::new(json!({"const": Value::clone(member)})), at)
            }),
            "type" => Kinds::of(narrow).are_within(Kinds::named(value)),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                self.number(narrow, keyword, value)
            }
            "minLength" | "maxLength" | "pattern" | "format" => self.string(narrow, keyword, value),
            "items" | "prefixItems" | "minItems" | "maxItems" | "uniqueItems" | "contains" => {
                self.array(narrow, keyword, value, beside, at)
            }
            "properties"
            | "patternProperties"
            | "additionalProperties"
            | "propertyNames"
            | "required"
            | "minProperties"
            | "maxProperties"
            | "dependentRequired"
            | "dependentSchemas" => self.object(narrow, keyword, value, beside, at),
            // These say something only of the keyword that they belong to.
            "then" | "else" | "minContains" | "maxContains" => true,
            other => keyword::holds(other) == Holds::Nothing,
        }
    }

    /// One branch is shown, and no other can hold.
    fn one_of(&self, narrow: &[Place], branches: &[Place], at: At) -> bool {
        branches.iter().enumerate().any(|(index, branch)| {
            self.implies(narrow, branch, at)
                && branches
                    .iter()
                    .enumerate()
                    .all(|(other, branch)| other == index || self.are_disjoint(narrow, branch, at))
        })
    }

    /// `then` where the condition holds, `else` where it does not (JSON Schema Core 2020-12, section
    /// 10.2.2).
    fn condition(
        &self,
        narrow: &[Place],
        condition: &Place,
        beside: &Map<String, Value>,
        at: At,
    ) -> bool {
        let shows = |holds: Place, branch: Option<&Value>| {
            branch.is_none_or(|branch| {
                let case = [narrow, &[holds]].concat();
                self.implies(&case, &Rc::new(branch.clone()), at)
            })
        };
        shows(condition.clone(), beside.get("then"))
            && shows(Rc::new(json!({"not": **condition})), beside.get("else"))
    }
}

/// Whether a branch of the wide side, which is nothing but a choice, is on the narrow side as it stands.
fn is_evident(narrow: &[Place], wide: &Value) -> bool {
    let Some(Value::Array(branches)) = wide.get("anyOf") else {
        return false;
    };
    let is_choice = wide.as_object().is_some_and(|keywords| keywords.len() == 1);
    is_choice
        && branches
            .iter()
            .any(|branch| narrow.iter().any(|known| **known == *branch))
}

/// What else holds because a key is required: the keys and schemas that depend on it.
fn brought(schemas: &[Place]) -> Vec<Place> {
    let mut more = Vec::new();
    for key in object::required(schemas) {
        for schema in schemas {
            let named = |keyword: &str| schema.get(keyword).and_then(|map| map.get(&key));
            more.extend(named("dependentSchemas").map(|schema| Rc::new(schema.clone())));
            more.extend(named("dependentRequired").map(|keys| Rc::new(json!({"required": keys}))));
        }
    }
    more.retain(|schema| !schemas.contains(schema));
    more
}

/// Schemas that hold together, as one.
fn all_of(schemas: &[Place]) -> Value {
    match schemas {
        [one] => Value::clone(one),
        all => json!({"allOf": all.iter().map(|schema| Value::clone(schema)).collect::<Vec<_>>()}),
    }
}

/// The schemas with some keywords only. They take more than they did.
fn projected(schemas: &[Place], keywords: &[&str]) -> Vec<Value> {
    schemas
        .iter()
        .filter_map(|schema| {
            let kept: Map<String, Value> = schema
                .as_object()?
                .iter()
                .filter(|(keyword, _)| keywords.contains(&keyword.as_str()))
                .map(|(keyword, value)| (keyword.clone(), value.clone()))
                .collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        })
        .collect()
}
