//! Values that jsonb cannot hold although they are JSON.
//!
//! A string or key with U+0000 (`PostgreSQL` documentation, section 8.14), and a number outside the
//! range of `numeric`: at most 131072 digits before the decimal point and 16383 after it (section
//! 8.1.2). The size of a container, which jsonb bounds to 256 MiB in its own form, is not computed.

use contract_core::pointer;
use serde_json::{Number, Value};

/// The id of this rule in a report.
pub const RULE: &str = "not-storable";

const MOST_INTEGER_DIGITS: i64 = 131_072;
const MOST_FRACTION_DIGITS: i64 = 16_383;
/// Postgres refuses an exponent from here on before it looks at the digits (`numeric_in`).
const EXPONENT_LIMIT: i64 = (i32::MAX / 2) as i64;

/// What cannot be stored, with its JSON Pointer, in the order of the pointers.
pub fn problems(document: &Value) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    walk(document, &Place::Root, &mut problems);
    problems.sort_by(|a, b| pointer::compare(&a.0, &b.0));
    problems
}

/// A place in the document; its pointer is written only for a problem.
enum Place<'a> {
    Root,
    Key(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(parent, key) => pointer::child(&parent.pointer(), key),
            Self::Index(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

fn walk(value: &Value, place: &Place<'_>, problems: &mut Vec<(String, String)>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::String(text) => {
            if text.contains('\0') {
                problems.push(problem(place, "the string has the character U+0000"));
            }
        }
        Value::Number(number) => {
            problems.extend(out_of_range(number).map(|what| problem(place, what)));
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                walk(element, &Place::Index(place, index), problems);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                let place = Place::Key(place, key);
                if key.contains('\0') {
                    problems.push(problem(&place, "the key has the character U+0000"));
                }
                walk(member, &place, problems);
            }
        }
    }
}

fn problem(place: &Place<'_>, what: &str) -> (String, String) {
    (
        place.pointer(),
        format!("cannot be stored as jsonb: {what}"),
    )
}

/// Why `numeric` does not hold the number, if it does not.
fn out_of_range(number: &Number) -> Option<&'static str> {
    let text = number.as_str().trim_start_matches('-');
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // Only an exponent of more than 19 digits does not parse.
    let exponent: i64 = exponent.parse().unwrap_or(i64::MAX);
    if !(-EXPONENT_LIMIT + 1..EXPONENT_LIMIT).contains(&exponent) {
        return Some("the number's exponent is out of range");
    }
    let leading_zeros = integer
        .bytes()
        .chain(fraction.bytes())
        .position(|digit| digit != b'0');
    let integer_digits =
        leading_zeros.map_or(0, |zeros| count(integer.len()) - count(zeros) + exponent);
    if integer_digits > MOST_INTEGER_DIGITS {
        Some("the number has more than 131072 digits before the decimal point")
    } else if count(fraction.len()) - exponent > MOST_FRACTION_DIGITS {
        Some("the number has more than 16383 digits after the decimal point")
    } else {
        None
    }
}

/// A count of digits: no text is longer than the largest document.
fn count(digits: usize) -> i64 {
    i64::try_from(digits).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::problems;
    use serde_json::Value;

    fn is_storable(text: &str) -> bool {
        problems(&serde_json::from_str::<Value>(text).expect("JSON")).is_empty()
    }

    /// Each line was tried as `SELECT '...'::jsonb` on Postgres 15.
    #[test]
    fn numbers_have_the_range_of_numeric() {
        let zeros = |count| "0".repeat(count);
        for text in [
            "0",
            "-0.0",
            "1e131071",
            "9.99e131071",
            "0.01e131073",
            "0e131072",
            "0e1073741822",
            "1e-16383",
            "1.5e-16382",
            "100e-16383",
            "0.0001e131075",
        ] {
            assert!(is_storable(text), "{text}");
            assert!(is_storable(&format!("[{{\"a\": {text}}}]")), "{text}");
        }
        for text in [
            "1e131072",
            "-1e131072",
            "10e131071",
            "1e-16384",
            "1.5e-16383",
            "0e-16384",
            "0.0e-16383",
            "1e1073741823",
            "0e1073741823",
            "1e-1073741823",
            "0e99999999999999999999999",
            "1e+400000",
        ] {
            assert!(!is_storable(text), "{text}");
        }
        assert!(is_storable(&format!("1{}", zeros(131_071))));
        assert!(!is_storable(&format!("1{}", zeros(131_072))));
        assert!(is_storable(&format!("1.{}", zeros(16_383))));
        assert!(!is_storable(&format!("1.{}", zeros(16_384))));
    }

    #[test]
    fn strings_and_keys_have_no_zero_character() {
        let document = serde_json::json!({"a": ["x", "\0"], "b\0/": 1, "\\u0000": "\\u0000"});
        let expected = [
            (
                "/a/1",
                "cannot be stored as jsonb: the string has the character U+0000",
            ),
            (
                "/b\0~1",
                "cannot be stored as jsonb: the key has the character U+0000",
            ),
        ];
        let expected = expected.map(|(path, message)| (path.to_owned(), message.to_owned()));
        assert_eq!(problems(&document), expected);
    }
}
