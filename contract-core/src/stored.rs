//! Stored jsonb bytes: the version that a document has, read in one pass over its keys, and a
//! `serde_json` value for what has to build one, a schema or an upgrade.

use crate::envelope::{VERSION_KEY, VersionReader};
use crate::json::{Array, Jsonb, Node, Object, jsonb};
use crate::plan;
use serde_json::Value;
use std::sync::LazyLock;

/// The version that a stored document has, as [`VersionReader`] reads it, given the bytes of a jsonb
/// container without its varlena header.
///
/// A guard asks this of every row. An object keeps its keys by length, so that a walk over the
/// lengths finds the key; the general look-up computes an offset for each step of a search.
#[must_use]
pub fn schema_version(bytes: &[u8]) -> Option<i64> {
    static GENERAL: LazyLock<VersionReader<Jsonb>> = LazyLock::new(VersionReader::default);
    small_version(bytes).or_else(|| GENERAL.read(&Jsonb::root(bytes)))
}

/// The version of an object of few keys that is a small positive integer; `None` for all else.
fn small_version(bytes: &[u8]) -> Option<i64> {
    const IS_OBJECT: u32 = 0x2000_0000;
    const COUNT: u32 = 0x0FFF_FFFF;
    // As many entries as lie between two that store an offset (jsonb.h, JB_OFFSET_STRIDE).
    const FEW: usize = 32;
    let word = |at: usize| -> Option<u32> {
        let bytes = bytes.get(at..at + 4)?;
        Some(u32::from_ne_bytes(bytes.try_into().ok()?))
    };
    let header = word(0)?;
    let count = (header & COUNT) as usize;
    if header & IS_OBJECT == 0 || count > FEW {
        return None;
    }
    let data = 4 + 8 * count;
    let (mut offset, mut found) = (0, None);
    for index in 0..2 * count {
        let entry = Entry(word(4 + 4 * index)?);
        let end = entry.end(offset);
        let length = end.checked_sub(offset)?;
        if found.is_none() && index < count && length == VERSION_KEY.len() {
            let key = bytes.get(data + offset..data + end)?;
            found = (key == VERSION_KEY.as_bytes()).then_some(count + index);
        } else if found == Some(index) {
            let start = data + offset.next_multiple_of(4);
            return small_integer(entry, bytes.get(start..data + end)?);
        }
        offset = end;
    }
    None
}

/// One entry of a container: the kind of a key or value, and where it ends (jsonb.h, `JEntry`).
#[derive(Clone, Copy)]
struct Entry(u32);

impl Entry {
    /// Where it ends, for one that starts at `offset`.
    fn end(self, offset: usize) -> usize {
        const HAS_OFFSET: u32 = 0x8000_0000;
        const LENGTH_OR_OFFSET: u32 = 0x0FFF_FFFF;
        let field = (self.0 & LENGTH_OR_OFFSET) as usize;
        if self.0 & HAS_OFFSET == 0 {
            offset + field
        } else {
            field
        }
    }

    fn is_numeric(self) -> bool {
        self.0 & 0x7000_0000 == 0x1000_0000
    }
}

/// The integer of a numeric with one group of digits and no fraction (numeric.c, `NumericShort`).
fn small_integer(entry: Entry, numeric: &[u8]) -> Option<i64> {
    const SHORT_POSITIVE_WEIGHT_0: u16 = 0x8000;
    const SCALE: u16 = 0x1F80;
    // A varlena header of four bytes, the numeric's own of two, and one group of digits.
    let [_, _, _, _, a, b, c, d] = *<&[u8; 8]>::try_from(numeric).ok()?;
    let header = u16::from_ne_bytes([a, b]);
    let is_small = entry.is_numeric() && header & !SCALE == SHORT_POSITIVE_WEIGHT_0;
    is_small.then(|| i64::from(u16::from_ne_bytes([c, d])))
}

/// Whether bytes are a jsonb container as Postgres writes one, given without its varlena header.
///
/// ```
/// use contract_core::stored::is_jsonb;
/// use jsonschema_value::jsonb::encode::encode;
/// let bytes = encode(&serde_json::json!({"a": [1, "b"]}));
/// assert!(is_jsonb(&bytes));
/// assert!(!is_jsonb(&bytes[..bytes.len() - 1]));
/// ```
#[must_use]
pub fn is_jsonb(bytes: &[u8]) -> bool {
    plan::is_jsonb(bytes)
}

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
    use super::{TooDeep, longest_pointer, schema_version, small_version, to_value};
    use crate::{envelope::VersionReader, json::Jsonb};
    use jsonschema_value::jsonb::encode::{encode, encode_nested_arrays};
    use proptest::prelude::*;
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

    proptest! {
        /// The quick reader answers as the general one, whatever is around the version.
        #[test]
        fn the_version_is_that_of_the_general_reader(
            keys in proptest::collection::btree_map("[_a-z]{0,18}", 0_i32..3, 0..40),
            version in prop_oneof![
                (-3_i64..12_000).prop_map(|version| version.to_string()),
                proptest::sample::select(vec!["1.0", "2.50", "1e30", "\"1\"", "null", "{}", "10000", "0"])
                    .prop_map(str::to_owned),
            ],
            present in proptest::bool::weighted(0.9),
        ) {
            let mut document: serde_json::Map<String, serde_json::Value> =
                keys.into_iter().map(|(key, value)| (key, value.into())).collect();
            if present {
                document.insert("_schema_version".into(), serde_json::from_str(&version).unwrap());
            }
            let bytes = encode(&document.into());
            let general = VersionReader::<Jsonb>::default().read(&Jsonb::root(&bytes));
            prop_assert_eq!(schema_version(&bytes), general);
        }

        /// Bytes that are no jsonb end in an answer, never in a read out of bounds.
        #[test]
        fn any_bytes_are_read_safely(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            small_version(&bytes);
        }
    }

    #[test]
    fn the_quick_reader_is_used() {
        let version =
            |version: i64| encode(&json!({"_schema_version": version, "a": 1, "type": "x"}));
        assert_eq!(small_version(&version(2)), Some(2));
        assert_eq!(small_version(&version(9999)), Some(9999));
        assert_eq!(small_version(&version(10_000)), None);
        assert_eq!(schema_version(&version(10_000)), Some(10_000));
    }

    #[test]
    fn what_is_too_deep_is_no_value() {
        assert!(to_value(&encode_nested_arrays(100)).is_ok());
        assert_eq!(to_value(&encode_nested_arrays(200)), Err(TooDeep));
    }
}
