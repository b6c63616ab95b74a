//! Numbers as they were written.
//!
//! `serde_json` keeps the digits of a number, but not how its exponent is written (`1E5` and `1e5` become
//! `1e+5`), nor the sign of `-0`. A document that is read and written again is to have its numbers as
//! they were.

use super::places::walk;
use std::collections::HashMap;

/// The text of a document that was made from the one in `original`, its numbers written as there: as
/// at the same place, or where that holds something else, as the equal one that comes first.
pub fn with_numbers_of(original: &str, written: String) -> String {
    if !may_change(original) {
        return written;
    }
    let mut by_path = HashMap::new();
    let mut by_value = HashMap::new();
    for (path, _, number) in changing_numbers(original) {
        if number.contains(EXPONENT) {
            by_value.entry(kept(number)).or_insert(number);
        }
        by_path.insert(path, number);
    }
    let mut text = String::with_capacity(written.len());
    let mut copied = 0;
    for (path, start, number) in changing_numbers(&written) {
        let value = kept(number);
        let there = by_path.get(&path).filter(|there| kept(there) == value);
        text.push_str(&written[copied..start]);
        text.push_str(there.or(by_value.get(&value)).unwrap_or(&number));
        copied = start + number.len();
    }
    text + &written[copied..]
}

const EXPONENT: [char; 2] = ['e', 'E'];

/// Whether there can be a number that is not written as it was read: cheap, and nearly always no.
fn may_change(text: &str) -> bool {
    text.as_bytes().windows(2).enumerate().any(|(at, pair)| {
        let next = text.as_bytes().get(at + 2);
        match pair {
            [b'0'..=b'9', b'e' | b'E'] => matches!(next, Some(b'0'..=b'9' | b'+' | b'-')),
            b"-0" => !matches!(next, Some(b'0'..=b'9' | b'.')),
            _ => false,
        }
    })
}

/// The numbers with an exponent and the zeros: JSON Pointer, start and text of each, in order.
fn changing_numbers(text: &str) -> Vec<(String, usize, &str)> {
    let mut numbers = Vec::new();
    walk(text, |path, start| {
        let rest = &text[start..];
        if !rest.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return;
        }
        let end =
            rest.find(|character| !matches!(character, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
        let number = &rest[..end.unwrap_or(rest.len())];
        if number.contains(EXPONENT) || matches!(number, "0" | "-0") {
            numbers.push((path.to_owned(), start, number));
        }
    });
    numbers
}

/// What `serde_json` keeps of the number.
fn kept(number: &str) -> String {
    match number {
        "-0" => "0".to_owned(),
        _ => number.to_ascii_lowercase().replace("e+", "e"),
    }
}

#[cfg(test)]
mod tests {
    use super::with_numbers_of;
    use serde_json::Value;

    /// The text after it was read and written.
    fn again(text: &str) -> String {
        let value: Value = serde_json::from_str(text).expect("JSON");
        with_numbers_of(text, value.to_string())
    }

    #[test]
    fn numbers_stay_as_they_are_written() {
        for text in [
            "[1e5,1E5,1e+5,1E+5,1e-5,1E-5,10e4,1e05,1.0e5,-1e5,100000]",
            "[0.10,1e400,123456789012345678901234567890.5,-0.0,0E0,1.50e-07]",
            r#"{"1e5":1E5,"a":"1E5","b":[true,false,null,"\"1E5"],"é":{"/~":1e5}}"#,
            "1E5",
            "[0,-0,[-0],0]",
            "[-0]",
            "12",
        ] {
            assert_eq!(again(text), text);
        }
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        assert_eq!(again(r#"{"a":1e5,"a":1E5}"#), r#"{"a":1E5}"#);
    }

    #[test]
    fn a_number_that_has_moved_stays_as_it_is_written() {
        let original = r#"{"a": 1E5, "b": 2E5, "c": 3e5, "d": -0}"#;
        let written = "{\n  \"c\": [1e+5, 0],\n  \"b\": 4e+5\n}\n".to_owned();
        let expected = "{\n  \"c\": [1E5, 0],\n  \"b\": 4e+5\n}\n";
        assert_eq!(with_numbers_of(original, written), expected);
    }
}
