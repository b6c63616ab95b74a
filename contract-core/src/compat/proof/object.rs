//! Objects: their members, their keys, and how many there are.

use super::{At, Proof};
use crate::compat::{
    language::Texts,
    scope::{self, Place, count, texts},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, rc::Rc};

/// Patterns whose combinations are looked at one by one.
const MOST_PATTERNS: usize = 6;

/// Keys that are alike to every pattern of either side: one that is named, or all others that match just
/// some of the patterns.
pub(super) enum Keys {
    Named(String),
    Matching {
        patterns: Vec<String>,
        others: Vec<String>,
    },
}

impl Proof<'_> {
    /// A keyword of objects.
    pub(super) fn object(
        &self,
        narrow: &[Place],
        keyword: &str,
        value: &Value,
        beside: &Map<String, Value>,
        at: At,
    ) -> bool {
        match keyword {
            // The three speak of members together; they are shown where the first of them stands.
            "patternProperties" if beside.contains_key("additionalProperties") => true,
            "properties"
                if beside.contains_key("additionalProperties")
                    || beside.contains_key("patternProperties") =>
            {
                true
            }
            "properties" | "patternProperties" | "additionalProperties" => {
                self.members(narrow, &Rc::new(Value::Object(beside.clone())), at)
            }
            "propertyNames" => self.names(narrow, &Rc::new(value.clone()), at),
            "required" => {
                let known = required(narrow);
                texts(Some(value)).all(|key| known.contains(key))
            }
            "minProperties" => count(value).is_some_and(|fewest| {
                let given = narrow
                    .iter()
                    .filter_map(|schema| schema.get("minProperties"));
                let least = given.filter_map(count).max().unwrap_or(0);
                least.max(required(narrow).len()) >= fewest
            }),
            "maxProperties" => count(value).is_some_and(|most| self.has_at_most(narrow, most, at)),
            "dependentRequired" => value.as_object().into_iter().flatten().all(|(key, keys)| {
                let keys = Rc::new(json!({"required": keys}));
                self.shows_where_present(narrow, key, &keys, at)
            }),
            _ => value
                .as_object()
                .into_iter()
                .flatten()
                .all(|(key, schema)| {
                    self.shows_where_present(narrow, key, &Rc::new(schema.clone()), at)
                }),
        }
    }

    /// `wanted` is shown for every object that has the key.
    fn shows_where_present(&self, narrow: &[Place], key: &str, wanted: &Place, at: At) -> bool {
        let mut present = narrow.to_vec();
        present.push(Rc::new(json!({"required": [key]})));
        self.is_forbidden(narrow, key, at) || self.implies(&present, wanted, at)
    }

    /// Whether no object can have the key.
    pub(super) fn is_forbidden(&self, narrow: &[Place], key: &str, at: At) -> bool {
        let members = self.narrow_members(narrow, &Keys::Named(key.to_owned()));
        !members.is_empty() && self.is_empty(&members, at.inside())
    }

    /// Every member that the narrow side permits is shown to be as the wide side wants it.
    fn members(&self, narrow: &[Place], wide: &Place, at: At) -> bool {
        let Some(all) = self.keys(narrow, Some(wide)) else {
            return false;
        };
        all.iter().all(|keys| {
            let wanted = self.wide_members(wide, keys);
            if wanted.iter().all(|schema| scope::is_open(schema)) {
                return true;
            }
            let members = self.narrow_members(narrow, keys);
            let forbidden = Rc::new(Value::Bool(false));
            members.contains(&forbidden)
                || self.is_no_key(narrow, keys)
                || wanted
                    .iter()
                    .all(|schema| self.implies(&members, schema, at.inside()))
                || self.is_refused_key(narrow, keys, at)
        })
    }

    /// Whether it is shown from what the narrow side refuses that no object has the key.
    fn is_refused_key(&self, narrow: &[Place], keys: &Keys, at: At) -> bool {
        let Keys::Named(key) = keys else {
            return false;
        };
        let mut present = narrow.to_vec();
        present.push(Rc::new(json!({"required": [key]})));
        narrow.iter().any(|schema| schema.get("not").is_some())
            && self.is_empty(&present, at.case())
    }

    /// Every key that the narrow side permits is shown to be as the wide side wants it.
    fn names(&self, narrow: &[Place], wide: &Place, at: At) -> bool {
        let Some(all) = self.keys(narrow, None) else {
            return false;
        };
        all.iter().all(|keys| {
            let members = self.narrow_members(narrow, keys);
            if !members.is_empty() && self.is_empty(&members, at.inside()) {
                return true;
            }
            let mut names: Vec<Place> = narrow
                .iter()
                .filter_map(|schema| schema.get("propertyNames"))
                .map(|names| Rc::new(names.clone()))
                .collect();
            match keys {
                Keys::Named(key) => names.push(Rc::new(json!({"const": key}))),
                Keys::Matching { patterns, others } => {
                    names.push(Rc::new(json!({"type": "string"})));
                    let within = patterns.iter().map(|pattern| json!({"pattern": pattern}));
                    let without = others
                        .iter()
                        .map(|pattern| json!({"not": {"pattern": pattern}}));
                    names.extend(within.chain(without).map(Rc::new));
                }
            }
            self.is_no_key(narrow, keys) || self.implies(&names, wide, at.inside())
        })
    }

    /// No more than `most` keys are permitted.
    fn has_at_most(&self, narrow: &[Place], most: usize, at: At) -> bool {
        let given = narrow
            .iter()
            .filter_map(|schema| schema.get("maxProperties"));
        if given.filter_map(count).any(|known| known <= most) {
            return true;
        }
        let Some(all) = self.keys(narrow, None) else {
            return false;
        };
        let mut named = 0;
        for keys in &all {
            let members = self.narrow_members(narrow, keys);
            let is_impossible = self.is_no_key(narrow, keys)
                || (!members.is_empty() && self.is_empty(&members, at.inside()));
            match keys {
                _ if is_impossible => {}
                Keys::Named(_) => named += 1,
                Keys::Matching { .. } => return false,
            }
        }
        named <= most
    }

    /// All keys, in groups; `None` where the patterns are too many.
    fn keys(&self, narrow: &[Place], wide: Option<&Place>) -> Option<Vec<Keys>> {
        let (mut names, mut patterns) = (BTreeSet::new(), BTreeSet::new());
        for schema in narrow.iter().chain(wide) {
            let keys = |keyword: &str| schema.get(keyword).and_then(Value::as_object);
            names.extend(
                keys("properties")
                    .into_iter()
                    .flat_map(Map::keys)
                    .map(String::as_str),
            );
            patterns.extend(keys("patternProperties").into_iter().flat_map(Map::keys));
            names.extend(texts(schema.get("required")));
        }
        if patterns.len() > MOST_PATTERNS {
            return None;
        }
        let patterns: Vec<&String> = patterns.into_iter().collect();
        let mut all: Vec<Keys> = Vec::new();
        for chosen in 0..1_usize << patterns.len() {
            let (within, without): (Vec<_>, Vec<_>) =
                (0..patterns.len()).partition(|index| chosen & (1 << index) != 0);
            let pick = |indexes: Vec<usize>| -> Vec<String> {
                indexes
                    .into_iter()
                    .map(|index| patterns[index].clone())
                    .collect()
            };
            let (patterns, others) = (pick(within), pick(without));
            if !self.match_none(&patterns, &others, &names) {
                all.push(Keys::Matching { patterns, others });
            }
        }
        all.extend(names.into_iter().map(|name| Keys::Named(name.to_owned())));
        Some(all)
    }

    /// Whether it is shown that no key beside the named ones matches just these patterns.
    fn match_none(&self, patterns: &[String], others: &[String], names: &BTreeSet<&str>) -> bool {
        let languages = |patterns: &[String]| {
            patterns
                .iter()
                .filter_map(|pattern| self.languages.of(pattern))
                .collect()
        };
        self.has_none(Texts {
            within: languages(patterns),
            without: languages(others),
            excluded: names.iter().take(64).map(ToString::to_string).collect(),
            ..Texts::default()
        })
    }

    /// Whether `propertyNames` of the narrow side permits none of the keys.
    fn is_no_key(&self, narrow: &[Place], keys: &Keys) -> bool {
        let names: Vec<Place> = narrow
            .iter()
            .filter_map(|schema| schema.get("propertyNames"))
            .map(|names| Rc::new(names.clone()))
            .collect();
        if names.is_empty() {
            return false;
        }
        let Some(together) = self.together(&names) else {
            return true;
        };
        match keys {
            Keys::Named(key) => self
                .validator(&together)
                .is_some_and(|names| names.refuses(&Value::String(key.clone()))),
            Keys::Matching { patterns, others } => {
                let mut texts = self.texts(&together);
                let languages = |patterns: &[String]| -> Vec<_> {
                    patterns
                        .iter()
                        .filter_map(|pattern| self.languages.of(pattern))
                        .collect()
                };
                texts.within.extend(languages(patterns));
                texts.without.extend(languages(others));
                // A closed list of names leaves no others: those that it lists are named.
                self.has_none(texts)
            }
        }
    }

    /// What holds of the members with these keys. Where it is not known whether a key matches a pattern,
    /// less is said.
    pub(super) fn narrow_members(&self, narrow: &[Place], keys: &Keys) -> Vec<Place> {
        let mut found = Vec::new();
        for schema in narrow {
            let (known, is_sure) = self.applying(schema, keys, false);
            if known.is_empty() && is_sure {
                found.extend(
                    schema
                        .get("additionalProperties")
                        .map(|rest| Rc::new(rest.clone())),
                );
            }
            found.extend(known);
        }
        found
    }

    /// What is wanted of the members with these keys. Where it is not known whether a key matches a
    /// pattern, more is wanted.
    fn wide_members(&self, wide: &Place, keys: &Keys) -> Vec<Place> {
        let (mut found, is_sure) = self.applying(wide, keys, true);
        if found.is_empty() || !is_sure {
            found.extend(
                wide.get("additionalProperties")
                    .map(|rest| Rc::new(rest.clone())),
            );
        }
        found
    }

    /// The schemas of `properties` and `patternProperties` that apply to the keys, and whether that is sure.
    /// `doubtful`: those that may apply are among them.
    fn applying(&self, schema: &Place, keys: &Keys, doubtful: bool) -> (Vec<Place>, bool) {
        let map = |keyword: &str| schema.get(keyword).and_then(Value::as_object);
        let (mut found, mut is_sure) = (Vec::new(), true);
        let mut add = |schema: &Value| found.push(Rc::new(schema.clone()));
        if let Keys::Named(key) = keys {
            map("properties")
                .and_then(|properties| properties.get(key))
                .into_iter()
                .for_each(&mut add);
        }
        for (pattern, schema) in map("patternProperties").into_iter().flatten() {
            let applies = match keys {
                Keys::Named(key) => scope::matches(pattern, key, self.languages),
                Keys::Matching { patterns, .. } => Some(patterns.contains(pattern)),
            };
            is_sure &= applies.is_some();
            if applies.unwrap_or(doubtful) {
                add(schema);
            }
        }
        (found, is_sure)
    }
}

/// The keys that `schemas` require.
pub(super) fn required(schemas: &[Place]) -> BTreeSet<String> {
    schemas
        .iter()
        .flat_map(|schema| {
            texts(schema.get("required"))
                .map(ToOwned::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}
