//! The formats (JSON Schema Validation 2020-12, section 7.3): examples to try, and patterns that every
//! valid text matches.

/// What is known of one format.
struct Format {
    name: &'static str,
    /// Valid texts, the shortest first where it can be told.
    examples: &'static [&'static str],
    /// A pattern that every valid text matches.
    pattern: &'static str,
    /// A pattern that only valid texts match.
    only: Option<&'static str>,
    /// Formats in which every valid text is valid too.
    within: &'static [&'static str],
}

const FORMATS: [Format; 19] = [
    Format {
        name: "date",
        examples: &["2000-01-01", "2024-02-29", "1999-12-31"],
        pattern: r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        only: Some(
            r"^[0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)$",
        ),
        within: &[],
    },
    Format {
        name: "date-time",
        examples: &[
            "2000-01-01T00:00:00Z",
            "2024-02-29T23:59:59.123Z",
            "2000-01-01T00:00:00+01:30",
            "2000-01-01t00:00:00z",
        ],
        pattern: r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
        only: Some(
            r"^[0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
        ),
        within: &[],
    },
    Format {
        name: "time",
        examples: &["00:00:00Z", "23:59:59.5+01:00", "00:00:00z"],
        pattern: r"^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
        only: Some(
            r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
        ),
        within: &[],
    },
    Format {
        name: "duration",
        examples: &["P1D", "PT1H", "P1Y2M3DT4H5M6S", "P2W"],
        pattern: "^P",
        only: None,
        within: &[],
    },
    Format {
        name: "email",
        examples: &["a@b.c", "a@example.com", "first.last+tag@sub.example.org"],
        pattern: "@",
        only: None,
        within: &[],
    },
    Format {
        name: "idn-email",
        examples: &["a@b.c", "ä@exämple.com"],
        pattern: "@",
        only: None,
        within: &[],
    },
    Format {
        name: "hostname",
        examples: &["a", "example.com", "a-b.c1", "1.2.3.4", "localhost"],
        pattern: "^[^ /:@]+$",
        only: None,
        within: &[],
    },
    Format {
        name: "idn-hostname",
        examples: &["a", "example.com", "exämple.com"],
        pattern: "^[^ /:@]+$",
        only: None,
        within: &[],
    },
    Format {
        name: "ipv4",
        examples: &["1.2.3.4", "127.0.0.1", "255.255.255.255", "0.0.0.0"],
        pattern: r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$",
        only: Some(
            r"^(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$",
        ),
        within: &[],
    },
    Format {
        name: "ipv6",
        examples: &["::", "::1", "2001:db8::1", "::ffff:1.2.3.4"],
        pattern: "^[0-9a-fA-F:.]+$",
        only: None,
        within: &[],
    },
    Format {
        name: "uri",
        examples: &[
            "a:b",
            "https://example.com/a?b#c",
            "urn:isbn:1",
            "mailto:a@b.c",
        ],
        pattern: "^[a-zA-Z][a-zA-Z0-9+.-]*:",
        only: None,
        within: &["iri", "iri-reference", "uri-reference"],
    },
    Format {
        name: "uri-reference",
        examples: &["", "a", "/a/b", "#c", "https://example.com/", "?q=1"],
        pattern: "",
        only: None,
        within: &["iri-reference"],
    },
    Format {
        name: "iri",
        examples: &["a:b", "https://exämple.com/ä", "https://example.com/"],
        pattern: "^[a-zA-Z][a-zA-Z0-9+.-]*:",
        only: None,
        within: &["iri-reference"],
    },
    Format {
        name: "iri-reference",
        examples: &["", "a", "ä", "https://exämple.com/"],
        pattern: "",
        only: None,
        within: &[],
    },
    Format {
        name: "uuid",
        examples: &[
            "00000000-0000-0000-0000-000000000000",
            "123e4567-e89b-12d3-a456-426614174000",
            "ABCDEF01-2345-6789-ABCD-EF0123456789",
        ],
        pattern: "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        only: Some("^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"),
        within: &[],
    },
    Format {
        name: "uri-template",
        examples: &["", "a", "/{b}", "https://example.com/{a}{?b}"],
        pattern: "",
        only: None,
        within: &[],
    },
    Format {
        name: "json-pointer",
        examples: &["", "/", "/a", "/a~1b/0"],
        pattern: "^(/|$)",
        only: None,
        within: &[],
    },
    Format {
        name: "relative-json-pointer",
        examples: &["0", "1/a", "0#"],
        pattern: "^[0-9]",
        only: None,
        within: &[],
    },
    Format {
        name: "regex",
        examples: &["", "a", "^[a-z]+$"],
        pattern: "",
        only: None,
        within: &[],
    },
];

/// Texts that are valid in a format; none for a format that is not known.
pub(super) fn examples(format: &str) -> &'static [&'static str] {
    known(format).map_or(&[], |format| format.examples)
}

/// A pattern that every text that is valid in a format matches.
pub(super) fn pattern(format: &str) -> &'static str {
    known(format).map_or("", |format| format.pattern)
}

/// A pattern that only texts match that are valid in a format.
pub(super) fn only(format: &str) -> Option<&'static str> {
    known(format)?.only
}

/// Whether every text that is valid in `narrow` is valid in `wide` (RFC 3986, section 4.1; RFC 3987, section
/// 2.2).
pub(super) fn is_within(narrow: &str, wide: &str) -> bool {
    narrow == wide || known(narrow).is_some_and(|format| format.within.contains(&wide))
}

fn known(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

#[cfg(test)]
mod tests {
    use super::{FORMATS, is_within};
    use crate::{json::SerdeJson, validate::SchemaValidator};
    use proptest::{prelude::*, sample, string::string_regex, test_runner::TestRunner};
    use serde_json::{Value, json};

    const CASES: u32 = 500;

    fn validator(keyword: &str, value: &str) -> impl Fn(&str) -> bool + use<> {
        let schema = SchemaValidator::<SerdeJson>::compile(&json!({keyword: value}));
        let schema = schema.expect("a schema");
        move |text| schema.is_valid(&Value::from(text))
    }

    fn for_all(texts: impl Strategy<Value = String>, holds: impl Fn(&str) -> bool) {
        let config = ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(CASES)
        };
        let property = |text: String| {
            prop_assert!(holds(&text), "{:?}", text);
            Ok(())
        };
        TestRunner::new(config)
            .run(&texts, property)
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// Texts near the examples of a format: up to three characters are removed, changed or added.
    fn near(examples: &'static [&'static str]) -> impl Strategy<Value = String> {
        let letter = prop_oneof![
            4 => sample::select("0123456789".chars().collect::<Vec<_>>()),
            4 => sample::select("TZtzPYMWDHSaF-+:./#?@%~ \n\"[]{}".chars().collect::<Vec<_>>()),
            1 => any::<char>(),
        ];
        let edit = (
            any::<sample::Index>(),
            0..=1_usize,
            proptest::option::of(letter),
        );
        let edits = proptest::collection::vec(edit, 0..=3);
        (sample::select(examples), edits).prop_map(|(example, edits)| {
            let mut letters: Vec<char> = example.chars().collect();
            for (place, removed, added) in edits {
                let place = place.index(letters.len() + 1);
                let end = (place + removed).min(letters.len());
                letters.splice(place..end, added);
            }
            letters.into_iter().collect()
        })
    }

    #[test]
    fn examples_are_valid() {
        for format in &FORMATS {
            let is_valid = validator("format", format.name);
            for example in format.examples {
                assert!(is_valid(example), "{}: {example:?}", format.name);
            }
        }
    }

    #[test]
    fn every_valid_text_matches_the_pattern() {
        for format in &FORMATS {
            let is_valid = validator("format", format.name);
            let matches = validator("pattern", format.pattern);
            for_all(near(format.examples), |text| {
                !is_valid(text) || matches(text)
            });
        }
    }

    #[test]
    fn only_valid_texts_match_the_pattern_of_only_those() {
        for format in &FORMATS {
            let Some(pattern) = format.only else { continue };
            let is_valid = validator("format", format.name);
            let matches = validator("pattern", pattern);
            for_all(near(format.examples), |text| {
                !matches(text) || is_valid(text)
            });
            // The generator knows no anchors.
            let inside = pattern
                .strip_prefix('^')
                .and_then(|rest| rest.strip_suffix('$'));
            let inside =
                string_regex(inside.expect("a pattern of whole texts")).expect("a pattern");
            for_all(inside, |text| matches(text) && is_valid(text));
        }
    }

    #[test]
    fn a_text_that_is_valid_in_a_format_is_valid_in_those_around_it() {
        for narrow in &FORMATS {
            for wide in narrow.within {
                assert!(is_within(narrow.name, wide));
                let (in_narrow, in_wide) =
                    (validator("format", narrow.name), validator("format", wide));
                for_all(near(narrow.examples), |text| {
                    !in_narrow(text) || in_wide(text)
                });
            }
        }
    }
}
