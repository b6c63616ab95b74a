//! Numbers worth trying.

use super::Wanted;
use rust_decimal::Decimal;
use serde_json::{Number, Value, json};

/// Bounds with their neighbours, multiples near them, and a few plain numbers.
pub(super) fn values(wanted: &Wanted<'_>) -> Vec<Value> {
    let given = |keywords: &[&str]| -> Vec<Decimal> {
        let mut numbers: Vec<Decimal> = keywords
            .iter()
            .flat_map(|keyword| wanted.all(keyword))
            .flat_map(|value| {
                value
                    .as_array()
                    .map_or_else(|| vec![value], |list| list.iter().collect())
            })
            .filter_map(decimal)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    let steps = given(&["multipleOf"]);
    let bounds = given(&[
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "const",
        "enum",
    ]);
    let mut numbers: Vec<Decimal> = [0, 1, -1, 2, 7, 100].map(Decimal::from).to_vec();
    for bound in &bounds {
        for offset in OFFSETS {
            numbers.extend(bound.checked_add(offset));
        }
    }
    if let [low, .., high] = bounds.as_slice() {
        numbers.extend(low.checked_add(*high).map(|sum| sum / Decimal::TWO));
    }
    for step in &steps {
        for times in 1..=12 {
            numbers.extend(step.checked_mul(Decimal::from(times)));
        }
        for other in &steps {
            numbers.extend(step.checked_mul(*other));
        }
        for near in &bounds {
            for offset in -1..=2 {
                numbers.extend(multiple_near(*near, *step, offset));
            }
        }
    }
    numbers.extend([Decimal::new(5, 1), Decimal::new(-15, 1), Decimal::new(1, 3)]);
    let mut values: Vec<Value> = numbers.into_iter().filter_map(value).collect();
    // What is too large for a decimal is tried as it is written.
    values.extend(
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
            .iter()
            .flat_map(|keyword| wanted.all(keyword))
            .filter(|bound| decimal(bound).is_none())
            .cloned(),
    );
    values.extend([json!(1_000_000_007), json!(-1_000_000_007)]);
    values
}

/// What is added to a bound to get its neighbours.
const OFFSETS: [Decimal; 7] = [
    Decimal::ZERO,
    Decimal::ONE,
    Decimal::NEGATIVE_ONE,
    Decimal::from_parts(5, 0, 0, false, 1),
    Decimal::from_parts(5, 0, 0, true, 1),
    Decimal::from_parts(1, 0, 0, false, 3),
    Decimal::from_parts(1, 0, 0, true, 3),
];

/// The multiple of `step` that is `offset` steps after the one at or below `near`.
fn multiple_near(near: Decimal, step: Decimal, offset: i64) -> Option<Decimal> {
    let times = near.checked_div(step)?.floor();
    times.checked_add(Decimal::from(offset))?.checked_mul(step)
}

fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.to_string();
    Decimal::from_str_exact(&text)
        .or_else(|_| Decimal::from_scientific(&text))
        .ok()
}

fn value(decimal: Decimal) -> Option<Value> {
    let number: Number = decimal.normalize().to_string().parse().ok()?;
    Some(Value::Number(number))
}
