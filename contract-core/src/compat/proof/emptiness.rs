//! Proofs that no value is valid.

use super::{
    At, Kinds, Proof, all_of,
    array::{Contained, everywhere},
    object::required,
};
use crate::compat::scope::{self, Place, count};
use serde_json::{Value, json};
use std::rc::Rc;

impl Proof<'_> {
    /// Whether it is shown that no value is valid under all of `schemas`.
    pub(super) fn is_empty(&self, schemas: &[Place], at: At) -> bool {
        self.implies(schemas, &Rc::new(Value::Bool(false)), at)
    }

    /// Whether it is shown that no value that is valid under all of `schemas` is valid under `other`.
    pub(super) fn are_disjoint(&self, schemas: &[Place], other: &Place, at: At) -> bool {
        self.is_refused(schemas, other, at) || {
            let both = [schemas, std::slice::from_ref(other)].concat();
            self.is_empty(&both, at)
        }
    }

    /// Whether one of `schemas` refuses all that `other` takes.
    pub(super) fn is_refused(&self, schemas: &[Place], other: &Place, at: At) -> bool {
        let refused = schemas.iter().filter_map(|schema| schema.get("not"));
        refused.cloned().map(Rc::new).any(|refused| {
            refused == *other || self.implies(std::slice::from_ref(other), &refused, at)
        })
    }

    /// Whether no value of any type that is left is valid. No case is tried.
    pub(super) fn has_no_value(&self, schemas: &[Place], at: At) -> bool {
        if self.canonical.is_empty(&all_of(schemas)) {
            return true;
        }
        if schemas.iter().enumerate().any(|(index, schema)| {
            let rest = || [&schemas[..index], &schemas[index + 1..]].concat();
            schema
                .get("not")
                .is_some_and(|refused| self.implies(&rest(), &Rc::new(refused.clone()), at.case()))
        }) {
            return true;
        }
        Kinds::of(schemas).each().all(|(_, kind)| match kind {
            Kinds::STRING => self.has_no_text(schemas),
            Kinds::ARRAY => self.has_no_array(schemas, at),
            Kinds::OBJECT => self.has_no_object(schemas, at),
            _ => false,
        })
    }

    fn has_no_array(&self, schemas: &[Place], at: At) -> bool {
        let given = schemas.iter().filter_map(|schema| schema.get("minItems"));
        let fewest = given.filter_map(count).max().unwrap_or(0);
        let one = |index: usize| -> Vec<Place> {
            schemas
                .iter()
                .filter_map(|schema| scope::element(schema, index))
                .collect()
        };
        if self.has_impossible_contains(schemas, at) {
            return true;
        }
        // Beyond the prefixes all elements are alike, so that a few tell.
        (0..fewest.min(16)).any(|index| {
            let element = one(index);
            !element.is_empty() && self.is_empty(&element, at.inside())
        })
    }

    /// Whether elements are demanded that cannot be, or not so often.
    fn has_impossible_contains(&self, schemas: &[Place], at: At) -> bool {
        let contained = || schemas.iter().filter_map(|schema| Contained::of(schema));
        let elements = everywhere(schemas);
        contained()
            .filter(|demanded| demanded.least > 0)
            .any(|demanded| {
                let element = [elements.clone(), vec![demanded.schema]].concat();
                self.is_empty(&element, at.inside())
                    || contained().any(|known| {
                        known.most.is_some_and(|most| most < demanded.least)
                            && self.implies(&element, &known.schema, at.inside())
                    })
            })
    }

    fn has_no_object(&self, schemas: &[Place], at: At) -> bool {
        let required = required(schemas);
        let given = schemas
            .iter()
            .filter_map(|schema| schema.get("maxProperties"));
        given.filter_map(count).any(|most| most < required.len())
            || required
                .iter()
                .any(|key| self.is_forbidden(schemas, key, at))
            || required.iter().any(|key| {
                let names = schemas
                    .iter()
                    .filter_map(|schema| schema.get("propertyNames"));
                let name = Rc::new(json!({"const": key}));
                names
                    .cloned()
                    .map(Rc::new)
                    .any(|names| self.is_empty(&[names, name.clone()], at.inside()))
            })
    }
}
