//! Cases: ways to split the narrow side so that every value is in one of them.

use super::{
    At, DEEPEST_CASES, Kinds, Proof,
    object::{Keys, required},
    value::listed,
};
use crate::compat::scope::{self, Place};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, rc::Rc};

/// The most values of a member that are looked at one by one.
const MOST_VALUES: usize = 24;
/// Ways to split that are tried at one place.
const MOST_SPLITS: usize = 8;

impl Proof<'_> {
    /// Whether `wide` is shown in every case of some way to split.
    pub(super) fn by_cases(&self, narrow: &[Place], wide: &Place, at: At) -> bool {
        if at.cases >= DEEPEST_CASES {
            return false;
        }
        self.splits(narrow, wide)
            .into_iter()
            .take(MOST_SPLITS)
            .any(|cases| cases.iter().all(|case| self.implies(case, wide, at.case())))
    }

    /// Ways to split, each a list of cases: what holds together in it.
    fn splits(&self, narrow: &[Place], wide: &Place) -> Vec<Vec<Vec<Place>>> {
        let with = |more: &[Place]| [narrow, more].concat();
        let mut splits = branches(narrow);
        let kinds: Vec<_> = Kinds::of(narrow).each().collect();
        if kinds.len() > 1 {
            let cases = kinds
                .iter()
                .map(|(name, _)| with(&[Rc::new(json!({"type": name}))]));
            splits.push(cases.collect());
            return splits;
        }
        let asked = scope::mentioned(std::slice::from_ref(wide), self.definitions);
        if kinds
            .first()
            .is_some_and(|(_, kind)| *kind == Kinds::OBJECT)
            && !asked.branches.is_empty()
        {
            let by_member = self.by_member(narrow, &asked.maps);
            let whole = |cases: Vec<Vec<Place>>| cases.iter().map(|case| with(case)).collect();
            splits.extend(by_member.into_iter().map(whole));
        }
        splits
    }

    /// By the value of a member that takes a few only, and by whether a member is there; of those that the
    /// wide side's branches ask for.
    fn by_member(&self, narrow: &[Place], asked: &[Place]) -> Vec<Vec<Vec<Place>>> {
        let mut keys: BTreeSet<&str> = BTreeSet::new();
        for schema in asked {
            let names = |keyword: &str| schema.get(keyword).and_then(Value::as_object);
            for keyword in ["properties", "dependentRequired", "dependentSchemas"] {
                keys.extend(
                    names(keyword)
                        .into_iter()
                        .flat_map(Map::keys)
                        .map(String::as_str),
                );
            }
            let listed = schema.get("required").and_then(Value::as_array);
            keys.extend(listed.into_iter().flatten().filter_map(Value::as_str));
        }
        let known = required(narrow);
        let mut splits = Vec::new();
        for key in keys {
            let members = self.narrow_members(narrow, &Keys::Named(key.to_owned()));
            let absent = Rc::new(json!({"properties": {key: false}}));
            if narrow.contains(&absent) {
                continue;
            }
            let together = self.together(&members).unwrap_or_default();
            let values = listed(&together).filter(|values| values.len() <= MOST_VALUES);
            let mut cases: Vec<Vec<Place>> = match values {
                Some(values) if values.len() > 1 => values
                    .into_iter()
                    .map(|value| {
                        let member =
                            json!({"properties": {key: {"const": value}}, "required": [key]});
                        vec![Rc::new(member)]
                    })
                    .collect(),
                _ if known.contains(key) => continue,
                _ => vec![vec![Rc::new(json!({"required": [key]}))]],
            };
            if !known.contains(key) {
                cases.push(vec![absent]);
            }
            splits.push(cases);
        }
        splits
    }
}

/// By the branches of each applicator of the narrow side; a branch takes the place of its applicator.
pub(super) fn branches(narrow: &[Place]) -> Vec<Vec<Vec<Place>>> {
    let mut splits = Vec::new();
    for (index, schema) in narrow.iter().enumerate() {
        let instead = |keywords: &[&str], case: Vec<Value>| -> Vec<Place> {
            let mut all = narrow.to_vec();
            if let Value::Object(members) = &**schema {
                let mut rest = members.clone();
                rest.retain(|keyword, _| !keywords.contains(&keyword.as_str()));
                all[index] = Rc::new(Value::Object(rest));
            }
            all.extend(case.into_iter().map(Rc::new));
            all
        };
        for keyword in ["anyOf", "oneOf"] {
            let Some(Value::Array(list)) = schema.get(keyword) else {
                continue;
            };
            let case = |(chosen, branch): (usize, &Value)| {
                let mut case = vec![branch.clone()];
                if keyword == "oneOf" {
                    let others = list
                        .iter()
                        .enumerate()
                        .filter(|(other, _)| *other != chosen);
                    case.extend(others.map(|(_, other)| json!({"not": other})));
                }
                instead(&[keyword], case)
            };
            splits.push(list.iter().enumerate().map(case).collect());
        }
        if let Some(condition) = schema.get("if") {
            let case = |holds: Value, branch: Option<&Value>| {
                let case = [Some(holds), branch.cloned()].into_iter().flatten();
                instead(&["if", "then", "else"], case.collect())
            };
            splits.push(vec![
                case(condition.clone(), schema.get("then")),
                case(json!({"not": condition}), schema.get("else")),
            ]);
        }
    }
    splits
}
