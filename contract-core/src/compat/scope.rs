//! What a schema says of one place: of the value itself in each branch, of a member, of an element.

use super::{keyword, language::Languages, normal::referred};
use regex_automata::dfa::Automaton;
use serde_json::{Map, Value, json};
use std::{collections::VecDeque, rc::Rc};

/// A schema in normal form that applies at a place.
pub(super) type Place = Rc<Value>;

/// The most schemas that are collected of one place.
const MOST_MENTIONED: usize = 400;

/// All that is said of a value.
#[derive(Default)]
pub(super) struct Mentioned {
    /// Every schema that may apply to the value, without the applicators in place.
    pub(super) maps: Vec<Place>,
    /// The schemas that apply in some branch only.
    pub(super) branches: Vec<Place>,
}

/// All that `schemas` say of a value, in any branch.
pub(super) fn mentioned(schemas: &[Place], definitions: &Map<String, Value>) -> Mentioned {
    let mut found = Mentioned::default();
    let mut waiting: Vec<(Place, bool)> =
        schemas.iter().rev().map(|s| (s.clone(), false)).collect();
    while let Some((place, is_branch)) = waiting.pop() {
        if found.maps.len() >= MOST_MENTIONED || found.maps.contains(&place) {
            continue;
        }
        if is_branch && !found.branches.contains(&place) {
            found.branches.push(place.clone());
        }
        let Value::Object(schema) = &*place else {
            continue;
        };
        found.maps.push(place.clone());
        if let Some(target) = target(schema, definitions) {
            waiting.push((Rc::new(target.clone()), false));
        }
        for (keyword, value) in schema {
            let is_branch = keyword != "allOf";
            match (keyword.as_str(), value) {
                ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                    waiting.extend(list.iter().rev().map(|s| (Rc::new(s.clone()), is_branch)));
                }
                ("if" | "then" | "else" | "not", schema) => {
                    waiting.push((Rc::new(schema.clone()), true));
                }
                ("dependentSchemas", Value::Object(map)) => {
                    waiting.extend(map.values().map(|s| (Rc::new(s.clone()), true)));
                }
                _ => {}
            }
        }
    }
    found
}

/// The schema that a reference beside other keywords leads to.
pub(super) fn target<'d>(
    schema: &Map<String, Value>,
    definitions: &'d Map<String, Value>,
) -> Option<&'d Value> {
    definitions.get(referred(schema.get("$ref")?.as_str()?))
}

/// The ways to choose a branch of every applicator in place: each a list of schemas whose other keywords
/// apply together. At most `most`: the first choice of all, then other choices one at a time, two at a
/// time and so on. Branches that are not `familiar` come first.
pub(super) fn ways(
    schemas: &[Place],
    familiar: &[Place],
    definitions: &Map<String, Value>,
    most: usize,
) -> Vec<Vec<Place>> {
    let mut done = Vec::new();
    // Which applicators, by their number, have another choice than the first.
    let mut open: VecDeque<Vec<(usize, usize)>> = VecDeque::from([Vec::new()]);
    let mut tried = 0;
    while let Some(choices) = open.pop_front() {
        tried += 1;
        if done.len() >= most || tried > 4 * most {
            break;
        }
        let (way, options) = one_way(schemas, familiar, definitions, &choices);
        let next = choices.last().map_or(0, |(number, _)| number + 1);
        for (number, options) in options.iter().enumerate().skip(next) {
            let others =
                (1..*options).map(|choice| [choices.as_slice(), &[(number, choice)]].concat());
            open.extend(others.take(4 * most));
        }
        done.extend(way);
    }
    done
}

/// The way with these choices, `None` where `false` is on it; and how many options each applicator has.
fn one_way(
    schemas: &[Place],
    familiar: &[Place],
    definitions: &Map<String, Value>,
    choices: &[(usize, usize)],
) -> (Option<Vec<Place>>, Vec<usize>) {
    let (mut chosen, mut counts): (Vec<Place>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut waiting: Vec<Place> = schemas.iter().rev().cloned().collect();
    while let Some(place) = waiting.pop() {
        let schema = match &*place {
            Value::Object(schema) => schema,
            Value::Bool(false) => return (None, counts),
            _ => continue,
        };
        if chosen.contains(&place) || chosen.len() > MOST_MENTIONED {
            continue;
        }
        chosen.push(place.clone());
        if let Some(target) = target(schema, definitions) {
            waiting.push(Rc::new(target.clone()));
        }
        if let Some(Value::Array(list)) = schema.get("allOf") {
            waiting.extend(list.iter().map(|schema| Rc::new(schema.clone())));
        }
        for mut options in options(schema, familiar) {
            let number = counts.len();
            counts.push(options.len());
            let choice = choices.iter().find(|(known, _)| *known == number);
            let choice = choice.map_or(0, |(_, choice)| *choice);
            if choice < options.len() {
                waiting.extend(options.swap_remove(choice));
            }
        }
    }
    (Some(chosen), counts)
}

/// For each applicator with branches, what each choice brings.
fn options(schema: &Map<String, Value>, familiar: &[Place]) -> Vec<Vec<Vec<Place>>> {
    let mut all = Vec::new();
    for keyword in ["anyOf", "oneOf"] {
        if let Some(Value::Array(list)) = schema.get(keyword) {
            let mut branches: Vec<Place> =
                list.iter().map(|branch| Rc::new(branch.clone())).collect();
            branches.sort_by_key(|branch| familiar.contains(branch));
            all.push(branches.into_iter().map(|branch| vec![branch]).collect());
        }
    }
    if let Some(condition) = schema.get("if") {
        let with = |first: Value, then: Option<&Value>| -> Vec<Place> {
            [Some(first), then.cloned()]
                .into_iter()
                .flatten()
                .map(Rc::new)
                .collect()
        };
        all.push(vec![
            with(json!({"not": condition}), schema.get("else")),
            with(condition.clone(), schema.get("then")),
        ]);
    }
    if let Some(Value::Object(dependent)) = schema.get("dependentSchemas") {
        for (key, schema) in dependent {
            let present = vec![Rc::new(json!({"required": [key]})), Rc::new(schema.clone())];
            all.push(vec![Vec::new(), present]);
        }
    }
    all
}

/// The schemas that apply to the member `key` of an object (JSON Schema Core 2020-12, section 10.3.2).
pub(super) fn member(schema: &Value, key: &str, languages: &Languages) -> Vec<Place> {
    let map = |keyword: &str| schema.get(keyword).and_then(Value::as_object);
    let mut found: Vec<Place> = Vec::new();
    let named = map("properties").and_then(|properties| properties.get(key));
    found.extend(named.map(|schema| Rc::new(schema.clone())));
    for (pattern, schema) in map("patternProperties").into_iter().flatten() {
        if matches(pattern, key, languages).unwrap_or(false) {
            found.push(Rc::new(schema.clone()));
        }
    }
    if found.is_empty() {
        let rest = schema.get("additionalProperties");
        found.extend(rest.map(|schema| Rc::new(schema.clone())));
    }
    found
}

/// Whether a key matches a pattern; `None` where that pattern has no automaton.
pub(super) fn matches(pattern: &str, key: &str, languages: &Languages) -> Option<bool> {
    let automaton = languages.of(pattern)?;
    let start = regex_automata::util::start::Config::new().anchored(regex_automata::Anchored::Yes);
    let mut state = automaton.start_state(&start).ok()?;
    for byte in key.bytes() {
        state = automaton.next_state(state, byte);
        if automaton.is_quit_state(state) {
            return None;
        }
    }
    Some(automaton.is_match_state(automaton.next_eoi_state(state)))
}

/// The schema that applies to the element at `index` (JSON Schema Core 2020-12, section 10.3.1).
pub(super) fn element(schema: &Value, index: usize) -> Option<Place> {
    let prefix = schema.get("prefixItems").and_then(Value::as_array);
    let at = prefix.and_then(|schemas| schemas.get(index));
    at.or_else(|| schema.get("items"))
        .map(|schema| Rc::new(schema.clone()))
}

/// Whether a schema says nothing that restricts a value.
pub(super) fn is_open(schema: &Value) -> bool {
    match schema {
        Value::Bool(verdict) => *verdict,
        Value::Object(members) => members
            .keys()
            .all(|keyword| keyword::holds(keyword) == keyword::Holds::Nothing),
        _ => false,
    }
}

/// The texts of a list.
pub(super) fn texts(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// A count of a schema, which may be written as 2.0.
pub(super) fn count(value: &Value) -> Option<usize> {
    let text = value.as_number()?.to_string();
    let whole = text
        .split_once('.')
        .map_or(text.as_str(), |(whole, zeros)| {
            if zeros.trim_matches('0').is_empty() {
                whole
            } else {
                ""
            }
        });
    whole.parse().ok()
}
