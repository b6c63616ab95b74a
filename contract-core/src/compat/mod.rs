//! Compatibility of two schemas: whether one takes every document that the other takes.
//!
//! There are three verdicts. *Compatible* is proven: by the canonical form of `jsonschema`, or step by
//! step over the schemas' structure. *Incompatible* comes with a witness, a document that was checked with
//! both validators. Where neither is found within bounds the answer is *unproven*, and whoever must be
//! sure takes it for a no.
//!
//! `format` is an assertion here, as it is everywhere in this crate.

mod canonical;
pub mod change;
mod format;
mod keyword;
mod language;
mod normal;
mod proof;
mod sample;
mod scope;
mod stop;
mod trial;
mod witness;

use crate::validate::on_large_stack;
use crate::{ContractType, SchemaError, contract::Compatibility};
use canonical::Canonical;
pub use change::{Change, changes};
use jsonschema::canonical::Containment;
use language::Languages;
use normal::Pair;
use proof::Proof;
use sample::Sampler;
use serde_json::{Map, Value};
use std::rc::Rc;
pub use stop::stoppable;
use trial::Validator;
pub use witness::Witness;

/// Whether one schema takes every document that another takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It does: there is a proof.
    Compatible,
    /// It does not: this document is taken by the one and refused by the other.
    Incompatible(Witness),
    /// Neither a proof nor a witness was found; why.
    Unproven(String),
}

impl Verdict {
    /// Whether this is [`Compatible`](Self::Compatible).
    #[must_use]
    pub fn is_compatible(&self) -> bool {
        matches!(self, Self::Compatible)
    }

    /// Both of two verdicts as one: a witness outweighs a doubt, and a doubt a proof.
    fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Incompatible(_), _)
            | (Self::Unproven(_), Self::Compatible | Self::Unproven(_)) => self.clone(),
            _ => other.clone(),
        }
    }
}

/// Two schemas, compared in both directions.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    backward: Verdict,
    forward: Verdict,
    changes: Vec<Change>,
}

impl Comparison {
    /// Whether the new schema takes every document that the old one takes.
    #[must_use]
    pub fn backward(&self) -> &Verdict {
        &self.backward
    }

    /// Whether the old schema takes every document that the new one takes.
    #[must_use]
    pub fn forward(&self) -> &Verdict {
        &self.forward
    }

    /// What changed, ordered by place.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The verdict that a compatibility mode asks for.
    ///
    /// ```
    /// use contract_core::{compat, contract::Compatibility};
    /// use serde_json::json;
    ///
    /// let comparison = compat::compare(&json!({"maxLength": 5}), &json!({"maxLength": 9}))?;
    /// assert!(comparison.verdict(Compatibility::Backward).is_compatible());
    /// assert!(!comparison.verdict(Compatibility::Full).is_compatible());
    /// # Ok::<(), contract_core::SchemaError>(())
    /// ```
    #[must_use]
    pub fn verdict(&self, mode: Compatibility) -> Verdict {
        match (mode.is_backward(), mode.is_forward()) {
            (true, true) => self.backward.and(&self.forward),
            (true, false) => self.backward.clone(),
            (false, true) => self.forward.clone(),
            (false, false) => Verdict::Compatible,
        }
    }
}

/// Compares two schemas.
///
/// # Errors
///
/// One of them does not compile; see [`SchemaValidator::compile`](crate::SchemaValidator::compile).
///
/// ```
/// use contract_core::compat::{self, Verdict};
/// use serde_json::json;
///
/// let comparison = compat::compare(
///     &json!({"type": "string"}),
///     &json!({"type": "string", "maxLength": 2}),
/// )?;
/// let Verdict::Incompatible(witness) = comparison.backward() else { unreachable!() };
/// assert_eq!(witness.document(), &json!("aaa"));
/// assert_eq!(comparison.forward(), &Verdict::Compatible);
/// # Ok::<(), contract_core::SchemaError>(())
/// ```
pub fn compare(old: &Value, new: &Value) -> Result<Comparison, SchemaError> {
    let sides = Sides::new(old, new)?;
    trial::begin();
    let (backward, forward) = on_large_stack(|| {
        (
            sides.verdict(Side::New, Side::Old),
            sides.verdict(Side::Old, Side::New),
        )
    });
    Ok(Comparison {
        backward,
        forward,
        changes: changes(old, new),
    })
}

/// Compares two versions of a contract type, the envelope's version number aside.
///
/// # Errors
///
/// As [`compare`].
///
/// # Panics
///
/// One of the versions is outside of its contract type's read range.
pub fn compare_versions(
    old_contract: &ContractType,
    old: u32,
    new_contract: &ContractType,
    new: u32,
) -> Result<Comparison, SchemaError> {
    let schema = |contract: &ContractType, version: u32| {
        let mut schema = contract
            .schema(version)
            .expect("the version is within the read range")
            .clone();
        if let Some(number) = schema.pointer_mut("/properties/_schema_version")
            && contract.manifest().envelope
        {
            *number = serde_json::json!({"type": "integer", "minimum": 1});
        }
        schema
    };
    compare(&schema(old_contract, old), &schema(new_contract, new))
}

/// One of the two schemas.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

/// Two schemas, ready to be compared in either direction.
struct Sides {
    old: Validator,
    new: Validator,
    sources: (Value, Value),
    pair: Option<Pair>,
    languages: Languages,
}

impl Sides {
    fn new(old: &Value, new: &Value) -> Result<Self, SchemaError> {
        Ok(Self {
            old: Validator::compile(old)?,
            new: Validator::compile(new)?,
            sources: (old.clone(), new.clone()),
            pair: Pair::of(old, new),
            languages: Languages::default(),
        })
    }

    fn validator(&self, side: Side) -> &Validator {
        match side {
            Side::Old => &self.old,
            Side::New => &self.new,
        }
    }

    fn source(&self, side: Side) -> &Value {
        match side {
            Side::Old => &self.sources.0,
            Side::New => &self.sources.1,
        }
    }

    /// Whether `wide` takes all that `narrow` takes.
    fn verdict(&self, wide: Side, narrow: Side) -> Verdict {
        if self.source(wide) == self.source(narrow) {
            return Verdict::Compatible;
        }
        let is_witness = |document: &Value| {
            self.validator(narrow).takes(document) && self.validator(wide).refuses(document)
        };
        let nothing = Map::new();
        let (narrow_schema, wide_schema, definitions) = match &self.pair {
            Some(pair) => {
                let schema = |side| match side {
                    Side::Old => &pair.old,
                    Side::New => &pair.new,
                };
                (schema(narrow), schema(wide), &pair.definitions)
            }
            None => (self.source(narrow), self.source(wide), &nothing),
        };
        if self.pair.is_some() && narrow_schema == wide_schema {
            return Verdict::Compatible;
        }
        let canonical = Canonical::new(definitions);
        let sampler = Sampler::new(definitions, &self.languages);
        let (narrow_place, wide_place) =
            (Rc::new(narrow_schema.clone()), Rc::new(wide_schema.clone()));
        let found = sampler.find(&narrow_place, &wide_place, is_witness);
        if let Some(document) = found {
            return Verdict::Incompatible(Witness::shrunk(document, is_witness));
        }
        let known = canonical.covers(wide_schema, narrow_schema);
        if known == Containment::Yes {
            return Verdict::Compatible;
        }
        if self.pair.is_some()
            && Proof::new(definitions, &canonical, &self.languages)
                .shows(narrow_schema, wide_schema)
        {
            return Verdict::Compatible;
        }
        let difference = canonical.difference(narrow_schema, wide_schema);
        let found = difference.and_then(|difference| {
            let pair = Pair::of(&difference, &Value::Bool(true))?;
            let sampler = Sampler::new(&pair.definitions, &self.languages);
            sampler.find(&Rc::new(pair.old), &wide_place, is_witness)
        });
        match found {
            Some(document) => Verdict::Incompatible(Witness::shrunk(document, is_witness)),
            None => Verdict::Unproven(
                "neither a proof nor a document that shows the contrary was found".to_owned(),
            ),
        }
    }
}
