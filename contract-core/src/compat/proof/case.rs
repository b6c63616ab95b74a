//! Cases: ways to split the narrow side so that every value is in one of them.

use super::{
    At, DEEPEST_CASES, Kinds, Proof, listed,
    object::{Keys, required},
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
            .any(|cases| {
                cases.into_iter().all(|case| {
                    let case = [narrow, case.as_slice()].concat();
                    self.implies(&case, wide, at.case())
                })
            })
    }

    fn splits(&self, narrow: &[Place], wide: &Place) -> Vec<Vec<Vec<Place>>> {
        let mut splits = branches(narrow);
        let kinds: Vec<_> = Kinds::of(narrow).each().collect();
        if kinds.len() > 1 {
            let cases = kinds
                .iter()
                .map(|(name, _)| vec![Rc::new(json!({"type": name}))]);
            splits.push(cases.collect());
            return splits;
        }
        let asked = scope::mentioned(std::slice::from_ref(wide), self.definitions);
        if kinds
            .first()
            .is_some_and(|(_, kind)| *kind == Kinds::OBJECT)
            && !asked.branches.is_empty()
        {
            splits.extend(self.by_member(narrow, &asked.maps));
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

/// By the branches of each applicator of the narrow side that no branch was chosen of.
pub(super) fn branches(narrow: &[Place]) -> Vec<Vec<Vec<Place>>> {
    let mut splits = Vec::new();
    let is_chosen = |schema: &Value| narrow.iter().any(|known| **known == *schema);
    for schema in narrow {
        for keyword in ["anyOf", "oneOf"] {
            let Some(Value::Array(list)) = schema.get(keyword) else {
                continue;
            };
            if list.iter().any(is_chosen) {
                continue;
            }
            splits.push(
                list.iter()
                    .enumerate()
                    .map(|(index, branch)| {
                        let mut case = vec![Rc::new(branch.clone())];
                        if keyword == "oneOf" {
                            let others =
                                list.iter().enumerate().filter(|(other, _)| *other != index);
                            case.extend(others.map(|(_, other)| Rc::new(json!({"not": other}))));
                        }
                        case
                    })
                    .collect(),
            );
        }
        if let Some(condition) = schema.get("if") {
            let negated = json!({"not": condition});
            if is_chosen(condition) || is_chosen(&negated) {
                continue;
            }
            let case = |holds: Value, branch: Option<&Value>| -> Vec<Place> {
                [Some(holds), branch.cloned()]
                    .into_iter()
                    .flatten()
                    .map(Rc::new)
                    .collect()
            };
            splits.push(vec![
                case(condition.clone(), schema.get("then")),
                case(negated, schema.get("else")),
            ]);
        }
    }
    splits
}
