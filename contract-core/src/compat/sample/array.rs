//! Arrays worth trying.

use super::{Sampler, Wanted, by_turns};
use crate::compat::{
    scope::{self, Place},
    witness::size,
};
use serde_json::Value;
use std::rc::Rc;

/// The longest array that is built.
const LONGEST: usize = 200;
/// Elements that are put into pairs.
const PAIRED: usize = 8;

impl Sampler<'_> {
    /// Arrays of each length at an edge, with one element at a time at an edge of its own.
    pub(super) fn arrays(&self, wanted: &Wanted<'_>) -> Vec<Value> {
        let prefixes: usize = wanted
            .all("prefixItems")
            .filter_map(|list| Some(list.as_array()?.len()))
            .max()
            .unwrap_or(0);
        let shortest = wanted.at_least("minItems");
        let at: Vec<Rc<Vec<Value>>> = (0..=prefixes.min(LONGEST))
            .map(|index| self.elements(wanted, index))
            .collect();
        let after = at.last().cloned().unwrap_or_default();
        let demanded = self.demanded(wanted, prefixes);
        let element = |index: usize, choice: usize| -> Option<Value> {
            let values = at.get(index).filter(|_| index < prefixes).unwrap_or(&after);
            let distinct = if index < prefixes {
                choice
            } else {
                choice + index - prefixes
            };
            values.get(distinct % values.len().max(1)).cloned()
        };
        let plain = |length: usize| -> Option<Vec<Value>> {
            (0..length).map(|index| element(index, 0)).collect()
        };
        let mut lengths = wanted.counts(
            &["minItems", "maxItems", "minContains", "maxContains"],
            LONGEST,
        );
        lengths.extend([prefixes, prefixes + 1, prefixes + 2, shortest, 0, 1, 2]);
        lengths.retain(|length| *length >= shortest && *length <= LONGEST);
        lengths.sort_unstable();
        lengths.dedup();
        let mut lists = Vec::new();
        let bases: Vec<Vec<Value>> = lengths.iter().filter_map(|length| plain(*length)).collect();
        lists.push(bases.clone());
        // What `contains` demands, so many times as it may.
        for value in &demanded {
            let of = |base: &Vec<Value>| {
                let base = base.clone();
                (1..=base.len().min(12)).rev().map(move |times| {
                    let mut array = base.clone();
                    let from = array.len() - times;
                    array[from..].fill(value.clone());
                    array
                })
            };
            lists.push(bases.iter().flat_map(of).collect());
        }
        // One element at a time, in the shortest arrays that have it.
        for index in 0..=prefixes.min(LONGEST) {
            let base = bases.iter().find(|base| base.len() > index);
            let values = if index < prefixes { &at[index] } else { &after };
            let with = |value: &Value| {
                let mut array = base?.clone();
                array[index] = value.clone();
                Some(array)
            };
            lists.push(values.iter().filter_map(with).collect());
        }
        // The same element again, and pairs of elements.
        let firsts: Vec<&Value> = demanded.iter().chain(after.iter()).take(PAIRED).collect();
        let start: Vec<Value> = plain(prefixes).unwrap_or_default();
        let pair = |left: &Value, right: &Value| {
            let mut array = start.clone();
            array.extend([left.clone(), right.clone()]);
            array
        };
        lists.push(firsts.iter().map(|value| pair(value, value)).collect());
        for left in &firsts {
            lists.push(firsts.iter().map(|right| pair(left, right)).collect());
        }
        for length in lengths.iter().filter(|length| **length > prefixes) {
            lists.push(
                firsts
                    .iter()
                    .map(|&value| {
                        let mut array = start.clone();
                        array.resize(*length, value.clone());
                        array
                    })
                    .collect(),
            );
        }
        by_turns(lists)
            .into_iter()
            .map(Value::Array)
            .take_while(|array| self.spend(size(array)))
            .collect()
    }

    /// Values for the element at `index`.
    fn elements(&self, wanted: &Wanted<'_>, index: usize) -> Rc<Vec<Value>> {
        let of = |schemas: &[Place]| -> Vec<Place> {
            schemas
                .iter()
                .filter_map(|schema| scope::element(schema, index))
                .collect()
        };
        let contains = wanted.all("contains").map(|schema| Rc::new(schema.clone()));
        let hints: Vec<Place> = of(wanted.hints).into_iter().chain(contains).collect();
        self.values(&of(wanted.must), &hints, wanted.depth + 1)
    }

    /// Values that one of the `contains` on either side takes, at the places after the prefix.
    fn demanded(&self, wanted: &Wanted<'_>, prefixes: usize) -> Vec<Value> {
        let mut demanded: Vec<Place> = Vec::new();
        for schema in wanted.all("contains") {
            if !demanded.iter().any(|known| **known == *schema) {
                demanded.push(Rc::new(schema.clone()));
            }
        }
        let lists = demanded
            .into_iter()
            .take(4)
            .map(|schema| {
                let mut must: Vec<Place> = wanted
                    .must
                    .iter()
                    .filter_map(|schema| scope::element(schema, prefixes))
                    .collect();
                must.push(schema);
                let values = self.values(&must, &[], wanted.depth + 1);
                values.iter().take(4).cloned().collect()
            })
            .collect();
        by_turns(lists)
    }
}
