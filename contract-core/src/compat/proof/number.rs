//! Numbers: bounds and multiples.

use super::{Kinds, Proof, projected};
use crate::compat::scope::Place;
use jsonschema::canonical::Containment;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// What a schema says of numbers.
const NUMERIC: [&str; 6] = [
    "type",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

impl Proof<'_> {
    /// A bound of numbers, from what the narrow side says of numbers.
    pub(super) fn number(&self, narrow: &[Place], keyword: &str, value: &Value) -> bool {
        if keyword == "multipleOf" && is_common_multiple(narrow, value) {
            return true;
        }
        let mut schemas = projected(narrow, &NUMERIC);
        schemas.push(json!({"type": "number"}));
        let narrow = json!({"allOf": schemas});
        self.canonical.covers(&json!({keyword: value}), &narrow) == Containment::Yes
    }
}

/// Whether the smallest common multiple of all steps of the narrow side is a multiple of `step`.
fn is_common_multiple(narrow: &[Place], step: &Value) -> bool {
    let decimal = |value: &Value| {
        let text = value.as_number()?.to_string();
        Decimal::from_str_exact(&text).ok()
    };
    let given = narrow
        .iter()
        .filter_map(|schema| schema.get("multipleOf"))
        .map(decimal);
    let whole = Kinds::of(narrow)
        .and(Kinds::FRACTION)
        .is_empty()
        .then_some(Some(Decimal::ONE));
    let Some(mut steps) = given.chain(whole).collect::<Option<Vec<Decimal>>>() else {
        return false;
    };
    let Some(step) = decimal(step).filter(|step| !step.is_zero()) else {
        return false;
    };
    // In units of the finest fraction, all are whole.
    let scale = steps
        .iter()
        .chain([&step])
        .map(Decimal::scale)
        .max()
        .unwrap_or(0);
    let units = |decimal: &Decimal| {
        let factor = 10_i128.checked_pow(scale - decimal.scale())?;
        decimal.mantissa().checked_mul(factor)
    };
    steps.retain(|step| !step.is_zero());
    let common = steps.iter().try_fold(1_i128, |common, step| {
        let step = units(step)?;
        common.checked_mul(step / gcd(common, step))
    });
    !steps.is_empty()
        && common
            .zip(units(&step))
            .is_some_and(|(common, step)| common % step == 0)
}

fn gcd(left: i128, right: i128) -> i128 {
    if right == 0 {
        left
    } else {
        gcd(right, left % right)
    }
}
