//! The numeric keywords, over exact decimals.
//!
//! `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum` and `multipleOf` (JSON Schema
//! Validation 2020-12, section 6.2) replace those of `jsonschema`, which compare some numbers as
//! doubles: with them 9007199254740993.0 is less than 9007199254740993, and
//! 0.3000000000000000000001 a multiple of 0.1.

use super::{Nothing, Options};
use crate::json::{Json, JsonNumber, Node};
use jsonschema::{Keyword, ValidationError, paths::Location};
use jsonschema_value::numeric::bignum::Decimal;
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// The options with the numeric keywords of this module.
pub(super) fn with_exact_keywords<F: Json>(mut options: Options<F>) -> Options<F> {
    for rule in Rule::ALL {
        options = options.with_keyword(
            rule.keyword(),
            move |parent: &Map<String, Value>, limit: &Value, _: Location| {
                Ok(match limit {
                    Value::Number(_) => Box::new(Limit::new(rule.beside(parent), limit)),
                    // Draft 4: `exclusiveMinimum: true` says something of `minimum` beside it.
                    _ => Box::new(Nothing) as Box<dyn for<'i> Keyword<'i, F>>,
                })
            },
        );
    }
    options
}

/// What a numeric keyword demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Minimum,
    Maximum,
    ExclusiveMinimum,
    ExclusiveMaximum,
    MultipleOf,
}

impl Rule {
    const ALL: [Self; 5] = [
        Self::Minimum,
        Self::Maximum,
        Self::ExclusiveMinimum,
        Self::ExclusiveMaximum,
        Self::MultipleOf,
    ];

    fn keyword(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::ExclusiveMinimum => "exclusiveMinimum",
            Self::ExclusiveMaximum => "exclusiveMaximum",
            Self::MultipleOf => "multipleOf",
        }
    }

    /// The rule with what the schema says beside it: in draft 4 a bound is made exclusive by
    /// `true` at the exclusive keyword (JSON Schema Validation draft 4, sections 5.1.2, 5.1.3).
    fn beside(self, schema: &Map<String, Value>) -> Self {
        let exclusive = match self {
            Self::Minimum => Self::ExclusiveMinimum,
            Self::Maximum => Self::ExclusiveMaximum,
            other => return other,
        };
        match schema.get(exclusive.keyword()) {
            Some(Value::Bool(true)) => exclusive,
            _ => self,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Minimum => "must be at least",
            Self::Maximum => "must be at most",
            Self::ExclusiveMinimum => "must be greater than",
            Self::ExclusiveMaximum => "must be less than",
            Self::MultipleOf => "must be a multiple of",
        }
    }
}

/// A numeric keyword with its limit.
struct Limit {
    rule: Rule,
    written: String,
    /// Where the limit is an integer of that size.
    integer: Option<i64>,
    double: Option<f64>,
    exact: Decimal,
}

impl Limit {
    fn new(rule: Rule, limit: &Value) -> Self {
        let written = limit.to_string();
        Self {
            rule,
            integer: limit.as_i64(),
            double: limit.as_f64(),
            exact: Decimal::parse(&written),
            written,
        }
    }

    fn holds(&self, number: &impl JsonNumber) -> bool {
        if self.rule == Rule::MultipleOf {
            return self.divides(number);
        }
        let ordering = self.compare(number);
        match self.rule {
            Rule::Minimum => ordering.is_ge(),
            Rule::Maximum => ordering.is_le(),
            Rule::ExclusiveMinimum => ordering.is_gt(),
            Rule::ExclusiveMaximum => ordering.is_lt(),
            Rule::MultipleOf => unreachable!("answered above"),
        }
    }

    fn divides(&self, number: &impl JsonNumber) -> bool {
        match (number.as_i64(), self.integer) {
            (Some(number), Some(multiple)) if multiple != 0 => number.wrapping_rem(multiple) == 0,
            _ => Decimal::parse(&number.as_str()).is_multiple_of(&self.exact),
        }
    }

    /// The number against the limit; exact, and without an allocation where it can be.
    fn compare(&self, number: &impl JsonNumber) -> Ordering {
        if let (Some(number), Some(limit)) = (number.as_i64(), self.integer) {
            return number.cmp(&limit);
        }
        // Two doubles that differ by more than rounding can have moved them are on the right
        // sides: rounding moves a number by 2^-53 of itself at most.
        if let (Some(number), Some(limit)) = (number.as_f64(), self.double) {
            let magnitude = number.abs().max(limit.abs());
            if magnitude > 1e-300 && (number - limit).abs() > magnitude * 1e-12 {
                return number.total_cmp(&limit);
            }
        }
        Decimal::parse(&number.as_str()).cmp(&self.exact)
    }
}

impl<'i, F: Json> Keyword<'i, F> for Limit {
    fn validate(&self, instance: F::Node<'i>) -> Result<(), ValidationError<'i>> {
        if Keyword::<F>::is_valid(self, instance) {
            return Ok(());
        }
        let message = format!("{} {}", self.rule.message(), self.written);
        Err(ValidationError::custom(message))
    }

    fn is_valid(&self, instance: F::Node<'i>) -> bool {
        instance
            .as_number()
            .is_none_or(|number| self.holds(&number))
    }
}
