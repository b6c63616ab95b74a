//! A manifest as text: read strictly, and compared in what it means.

use super::{Manifest, Problem};
use crate::{contract::ContractType, pointer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use std::{collections::HashSet, fmt};

impl Manifest {
    /// Reads a manifest from its text and checks all of it.
    ///
    /// # Errors
    ///
    /// As [`Manifest::read`]; and text that is not JSON, or has a key twice in one object: which of the two
    /// counts is not the same everywhere (RFC 8259, section 4).
    ///
    /// ```
    /// use contract_core::Manifest;
    /// let problems = Manifest::read_text(r#"{"owner": "a", "owner": "b"}"#).unwrap_err();
    /// assert_eq!(problems[0].to_string(), "/owner: the key is there twice");
    /// ```
    pub fn read_text(text: &str) -> Result<ContractType, Vec<Problem>> {
        let not_json = |error: serde_json::Error| Problem::new("", format!("is not JSON: {error}"));
        let value = serde_json::from_str(text).map_err(|error| vec![not_json(error)])?;
        match first_duplicate(text) {
            Some(place) => Err(vec![Problem::new(place, "the key is there twice")]),
            None => Self::read(&value),
        }
    }

    /// This manifest with every number written in one way: 10.500e+1 and 105.0 as 105. Two manifests that
    /// mean the same are equal then.
    #[must_use]
    pub fn with_plain_numbers(&self) -> Self {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        write_plainly(&mut value);
        serde_json::from_value(value).unwrap_or_else(|_| self.clone())
    }
}

fn write_plainly(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(plain) = plain(number.as_str()) {
                *number = plain;
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(write_plainly),
        Value::Object(members) => members.values_mut().for_each(write_plainly),
        _ => {}
    }
}

/// The number without an exponent where that is short, and without zeros that say nothing.
fn plain(text: &str) -> Option<Number> {
    /// The most zeros that are written instead of an exponent.
    const MOST_ZEROS: i64 = 20;
    let (sign, text) = text
        .strip_prefix('-')
        .map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{integer}{fraction}");
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some(Number::from(0));
    }
    let length = |text: &str| i64::try_from(text.len()).ok();
    let exponent = exponent
        .parse::<i64>()
        .ok()?
        .checked_sub(length(fraction)?)?
        .checked_add(length(digits)? - length(significant)?)?;
    let plain = if (0..=MOST_ZEROS).contains(&exponent) {
        format!(
            "{sign}{significant}{}",
            "0".repeat(usize::try_from(exponent).ok()?)
        )
    } else if (-MOST_ZEROS..0).contains(&exponent) {
        let places = usize::try_from(-exponent).ok()?;
        let padded = format!("{significant:0>width$}", width = places + 1);
        let (integer, fraction) = padded.split_at(padded.len() - places);
        format!("{sign}{integer}.{fraction}")
    } else {
        format!("{sign}{significant}e{exponent}")
    };
    plain.parse().ok()
}

/// The place of the first key that an object has twice.
fn first_duplicate(text: &str) -> Option<String> {
    let mut found = None;
    let seed = Keys {
        path: String::new(),
        found: &mut found,
    };
    // An error ends the walk: the key was found, or the text is read elsewhere and refused there.
    let _ = seed.deserialize(&mut serde_json::Deserializer::from_str(text));
    found
}

/// A walk over a JSON text that ends at the first key that is there twice.
struct Keys<'f> {
    path: String,
    found: &'f mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = members.next_key::<String>()? {
            let path = pointer::child(&self.path, &key);
            if !seen.insert(key) {
                *self.found = Some(path);
                return Err(A::Error::custom("a key is there twice"));
            }
            members.next_value_seed(Keys {
                path,
                found: self.found,
            })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        for index in 0.. {
            let path = format!("{}/{index}", self.path);
            if elements
                .next_element_seed(Keys {
                    path,
                    found: self.found,
                })?
                .is_none()
            {
                break;
            }
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{first_duplicate, plain};

    #[test]
    fn a_number_is_written_in_one_way() {
        for (text, expected) in [
            ("105", "105"),
            ("10.500e+1", "105"),
            ("105.00", "105"),
            ("-1050E-1", "-105"),
            ("0.10", "0.1"),
            ("1e-1", "0.1"),
            ("-0.0e5", "0"),
            ("1e20", "100000000000000000000"),
            ("10e20", "1e21"),
            ("12e-25", "12e-25"),
            ("0.00000000000000000012", "0.00000000000000000012"),
        ] {
            assert_eq!(
                plain(text).expect("a number").as_str(),
                expected
                    .parse::<serde_json::Number>()
                    .expect("a number")
                    .as_str(),
                "{text}"
            );
        }
        assert!(plain("1e99999999999999999999").is_none());
    }

    #[test]
    fn a_key_that_is_there_twice_is_found() {
        for (text, place) in [
            (
                r#"{"a": 1, "b": {"a": 1}, "c": [{"a": 1e5}, {"a": -0.5}]}"#,
                None,
            ),
            (r#"{"a": 1, "\u0061": 2}"#, Some("/a")),
            (
                r#"{"a": [0, {"b/": null, "c": true, "b/": "x"}]}"#,
                Some("/a/1/b~1"),
            ),
            ("[[], {", None),
        ] {
            assert_eq!(first_duplicate(text).as_deref(), place, "{text}");
        }
    }
}
