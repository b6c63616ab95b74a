//! The compiled form of a contract that decides over stored jsonb bytes, in one pass.
//!
//! A contract is known beforehand, and jsonb keeps the keys of an object sorted: by length, then by
//! bytes. The keys of the contract, sorted likewise, meet those of a document in one merge, which does
//! the work of `properties`, `required`, `additionalProperties` and their like together. An object with the
//! same keys as one before is recognised by their bytes and merged no more. Nothing is looked up, and
//! nothing is allocated but for the first few sets of keys; a number is compared as it is stored.
//!
//! It is a second implementation of JSON Schema, beside the general validator of [`crate::validate`],
//! and gives the same verdict. What it does not cover is left to that one, at its place in the schema:
//! `pattern`, `uniqueItems`, `unevaluated...`, formats other than dates and times, references other than
//! JSON Pointers, and whole schemas of other drafts than 2020-12. Explanations are the general
//! validator's alone.
//!
//! Applications keep the general validator over `serde_json` values: their keys are in the order of a map,
//! not that of jsonb, and a merge would need them sorted anew. For a `case_metadata` document (`cargo bench -p
//! contract-core -- case_metadata`) the general validator takes 156 ns over the value and 378 ns over the
//! bytes, a plan 70 ns over the bytes.
//!
//! Bytes that are no jsonb end in [`Unreadable`], or in a verdict that the bytes that were read bear
//! out: what a contract leaves open is stepped over.

mod build;
mod bytes;
mod contract;
mod general;
mod keys;
mod number;
mod rule;
mod shapes;
mod walk;

use crate::{
    SchemaError, SchemaValidator,
    json::Jsonb,
    stored,
    watch::{Watch, Watched},
};
use rule::{Rule, RuleId};
use serde_json::Value;
use std::{error::Error, fmt};
use walk::Outcome;

pub use contract::ContractPlan;
pub(crate) use general::is_jsonb;

/// One JSON Schema, compiled for stored jsonb bytes. `W` watches the walk.
pub struct Plan<W: Watch> {
    root: RuleId,
    rules: Box<[Rule]>,
    /// What decides where the rules do not.
    generals: Box<[SchemaValidator<Watched<Jsonb, W>>]>,
}

impl<W: Watch> Plan<W> {
    /// Compiles `schema`, which [`SchemaValidator::compile`] takes: what is wrong with a schema is that
    /// one's to say.
    ///
    /// # Errors
    ///
    /// A part that is left to the general validator does not compile.
    ///
    /// ```
    /// use contract_core::{plan::Plan, watch::Unwatched};
    /// use jsonschema_value::jsonb::encode::encode;
    /// use serde_json::json;
    ///
    /// let plan = Plan::<Unwatched>::compile(&json!({"properties": {"a": {"minimum": 1}}}))?;
    /// assert_eq!(plan.is_valid(&encode(&json!({"a": 2}))), Ok(true));
    /// assert_eq!(plan.is_valid(&encode(&json!({"a": 0.5}))), Ok(false));
    /// assert!(plan.is_valid(b"no jsonb").is_err());
    /// # Ok::<(), contract_core::SchemaError>(())
    /// ```
    pub fn compile(schema: &Value) -> Result<Self, SchemaError> {
        build::compile(schema)
    }

    /// Compiles a schema that is given as the bytes of a jsonb value, without its varlena header.
    ///
    /// # Errors
    ///
    /// As [`Plan::compile`]; and a schema that is nested deeper than 128 levels.
    pub fn compile_jsonb(bytes: &[u8]) -> Result<Self, SchemaError> {
        let schema = stored::to_value(bytes).map_err(SchemaError::too_deep)?;
        Self::compile(&schema)
    }

    /// Whether a document is valid, given the bytes of a jsonb container without its varlena header.
    /// Builds nothing but what it keeps of the first few sets of keys.
    ///
    /// # Errors
    ///
    /// The bytes that were read are no jsonb, or are nested deeper than the stack has room for. The general validator
    /// looks at the stack where `W` does.
    #[inline]
    pub fn is_valid(&self, document: &[u8]) -> Result<bool, Unreadable> {
        answer(bytes::root(document).and_then(|root| self.outcome(root)))
    }

    #[inline]
    fn outcome(&self, root: bytes::Value<'_>) -> Outcome {
        // The general validator takes nothing but jsonb.
        if !self.generals.is_empty() {
            general::check::<W>(root, 0)?;
        }
        self.walk(self.root, root, 0)
    }

    /// How many parts are left to the general validator.
    #[must_use]
    pub fn generals(&self) -> usize {
        self.generals.len()
    }
}

impl<W: Watch> fmt::Debug for Plan<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("root", &self.root)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// What ends a walk early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// The document is not valid.
    Invalid,
    NotJsonb,
    TooDeep,
}

#[inline]
fn answer(outcome: Outcome) -> Result<bool, Unreadable> {
    let Err(stop) = outcome else { return Ok(true) };
    match stop {
        Stop::Invalid => Ok(false),
        Stop::NotJsonb => Err(Unreadable::NotJsonb),
        Stop::TooDeep => Err(Unreadable::TooDeep),
    }
}

/// Why bytes get no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// They are no jsonb value.
    NotJsonb,
    /// They are nested deeper than the stack has room for.
    TooDeep,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotJsonb => "is not jsonb",
            Self::TooDeep => "is nested too deep",
        })
    }
}

impl Error for Unreadable {}
