//! A lower bound above the upper one.

use crate::lint::{Found, Rule, document::Subschema};
use jsonschema_value::numeric::bignum::Decimal;
use serde_json::Value;

pub(super) const RULE: Rule = Rule {
    id: "inverted-bounds",
    summary: "a lower bound is above the upper one",
    explanation: "\
No number is both at least 10 and at most 1:

    {\"minimum\": 10, \"maximum\": 1}

Values of other types still pass, so that such a schema may seem to work. The same holds for lengths
and counts (minLength, minItems, minProperties, minContains), and for exclusive bounds that are equal.
",
    check,
};

/// Lower and upper bounds of the same thing.
const BOUNDS: [(&str, &str); 8] = [
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
];

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    for (lower, upper) in BOUNDS {
        let (Some(low), Some(high)) = (bound(schema, lower), bound(schema, upper)) else {
            continue;
        };
        let is_open = is_exclusive(schema, lower) || is_exclusive(schema, upper);
        if low > high {
            let message = format!("\"{lower}\" is greater than \"{upper}\"");
            found.add(schema, &[lower], message, None);
        } else if low == high && is_open {
            let message =
                format!("\"{lower}\" and \"{upper}\" are equal, and one of them is exclusive");
            found.add(schema, &[lower], message, None);
        }
    }
}

fn bound(schema: &Subschema<'_>, keyword: &str) -> Option<Decimal> {
    match schema.get(keyword)? {
        Value::Number(number) => Some(Decimal::parse(&number.to_string())),
        _ => None,
    }
}

/// In draft 4 a bound is made exclusive by `true` at the exclusive keyword.
fn is_exclusive(schema: &Subschema<'_>, keyword: &str) -> bool {
    let made = match keyword {
        "minimum" => "exclusiveMinimum",
        "maximum" => "exclusiveMaximum",
        _ => return keyword.starts_with("exclusive"),
    };
    schema.get(made) == Some(&Value::Bool(true))
}
