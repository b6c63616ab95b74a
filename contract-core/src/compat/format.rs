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
        pattern: r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
        only: Some(
            r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
        ),
        within: &[],
    },
    Format {
        name: "time",
        examples: &["00:00:00Z", "23:59:59.5+01:00", "00:00:00z"],
        pattern: r"^[0-9]{2}:[0-9]{2}:[0-9]{2}",
        only: Some(
            r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
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
