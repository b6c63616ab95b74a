//! Stored jsonb bytes as a `serde_json` value, for what has to build one: a schema, an upgrade.

use crate::json::{Array, Jsonb, Node, Object, jsonb};
use serde_json::Value;

/// The value of a jsonb container, given without its varlena header.
///
/// # Errors
///
/// It is nested deeper than 128 levels; what `serde_json` does with a deeper value can overflow a
/// stack.
pub fn to_value(bytes: &[u8]) -> Result<Value, TooDeep> {
    let value = Jsonb::root(bytes).to_value().into_owned();
    match jsonb::take_pending_error() {
        None => Ok(value),
        Some(_) => Err(TooDeep),
    }
}

/// An upper bound for the length in bytes of a JSON Pointer into a jsonb container.
#[must_use]
pub fn longest_pointer(bytes: &[u8]) -> usize {
    // A character that is escaped takes two bytes; a slash comes before each token.
    let token = |key: &str| 2 * key.len() + 1;
    let index = |length: usize| length.to_string().len() + 1;
    let mut longest = 0;
    let mut open = vec![(Jsonb::root(bytes), 0)];
    while let Some((node, length)) = open.pop() {
        longest = longest.max(length);
        if let Some(object) = node.as_object() {
            open.extend(
                object
                    .members()
                    .map(|(key, value)| (value, length + token(&key))),
            );
        } else if let Some(array) = node.as_array() {
            let length = length + index(array.len());
            open.extend(array.elements().map(|value| (value, length)));
        }
    }
    longest
}

/// A jsonb value nested deeper than 128 levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep;

impl std::fmt::Display for TooDeep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("is nested deeper than 128 levels")
    }
}

impl std::error::Error for TooDeep {}

#[cfg(test)]
mod tests {
    use super::{TooDeep, longest_pointer, to_value};
    use jsonschema_value::jsonb::encode::{encode, encode_nested_arrays};
    use serde_json::json;

    #[test]
    fn no_pointer_is_longer() {
        for (document, longest) in [
            (json!(1), ""),
            (json!({}), ""),
            (json!({"a": {"b~/": [1, {"c": null}]}}), "/a/b~0~1/1/c"),
            (json!([[[]], {"key": 1}]), "/1/key"),
        ] {
            let bound = longest_pointer(&encode(&document));
            assert!(
                bound >= longest.len() && bound <= 2 * longest.len() + 8,
                "{document}"
            );
        }
        assert_eq!(longest_pointer(&encode_nested_arrays(100_000)), 200_000);
    }

    #[test]
    fn what_is_too_deep_is_no_value() {
        assert!(to_value(&encode_nested_arrays(100)).is_ok());
        assert_eq!(to_value(&encode_nested_arrays(200)), Err(TooDeep));
    }
}
