//! Formats: what their texts are, in both representations and in every draft.

use contract_core::{
    SchemaValidator,
    compat::{Verdict, compare},
    json::{Jsonb, SerdeJson},
};
use jsonschema_value::jsonb::encode::encode;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

const DRAFTS: [&str; 5] = [
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

fn schema(draft: &str, format: &str) -> Value {
    json!({"$schema": draft, "format": format})
}

/// One format, in every draft and both representations.
struct Format {
    name: &'static str,
    validators: Vec<(SchemaValidator<SerdeJson>, SchemaValidator<Jsonb>)>,
}

impl Format {
    fn new(name: &'static str) -> Self {
        let validators = DRAFTS
            .iter()
            .map(|draft| {
                let schema = schema(draft, name);
                (
                    SchemaValidator::compile(&schema).expect("a schema"),
                    SchemaValidator::compile(&schema).expect("a schema"),
                )
            })
            .collect();
        Self { name, validators }
    }

    /// The one verdict on a text.
    #[track_caller]
    fn is_valid(&self, text: &str) -> bool {
        let document = Value::from(text);
        let bytes = encode(&document);
        let mut verdicts = self.validators.iter().flat_map(|(values, stored)| {
            [
                values.is_valid(&document),
                stored.is_valid(Jsonb::root(&bytes)),
            ]
        });
        let verdict = verdicts.next().expect("a draft");
        assert!(verdicts.all(|other| other == verdict), "{text:?}");
        verdict
    }

    #[track_caller]
    fn takes(&self, valid: &[&str]) {
        for text in valid {
            assert!(self.is_valid(text), "{text:?} is a {}", self.name);
        }
    }

    #[track_caller]
    fn refuses(&self, invalid: &[&str]) {
        for text in invalid {
            assert!(!self.is_valid(text), "{text:?} is no {}", self.name);
        }
    }
}

#[test]
fn a_date_is_a_day_of_the_calendar() {
    let date = Format::new("date");
    date.takes(&[
        "0000-01-01",
        "2024-02-29",
        "2000-02-29",
        "0000-02-29",
        "9999-12-31",
    ]);
    #[rustfmt::skip]
    date.refuses(&[
        "", "2024", "2024-01", "2024-01-0", "2024-01-011", "24-01-01", "2024-1-01", "2024-01-1", "20240101",
        "2024/01/01", "2024-01/01", " 2024-01-01", "2024-01-01 ", "2024-01-01\n", "+024-01-01", "-001-01-01",
        "2024-13-01", "2024-00-01", "2024-01-00", "2024-01-32", "2024-04-31", "2023-02-29", "1900-02-29",
        "2024-02-30", "2024-01-01Z", "2024-W01-1", "2024-001", "２024-01-01", "2024-01-0১", "2024-0é-01",
        "2024-01-01T00:00:00Z",
    ]);
}

#[test]
fn a_time_has_an_offset_and_a_leap_second_at_the_end_of_the_day_in_utc() {
    let time = Format::new("time");
    #[rustfmt::skip]
    time.takes(&[
        "00:00:00Z", "23:59:59z", "12:30:00.5Z", "12:30:00.123456789012345678901234567890Z", "12:30:00+00:00",
        "12:30:00-00:00", "12:30:00.0+23:59", "12:30:00-23:59", "23:59:60Z", "23:59:60.99Z", "00:29:60+00:30",
        "15:59:60-08:00",
    ]);
    #[rustfmt::skip]
    time.refuses(&[
        "", "12", "12:30", "12:30Z", "12:30:00", "12:30:00.5", "12:30:00.Z", "12:30:00,5Z", "12:30:00Zz",
        "12:30:00 Z", "24:00:00Z", "12:60:00Z", "12:30:61Z", "1:30:00Z", "12:3:00Z", "12:30:0Z", "12.30.00Z",
        "123000Z", "12:30:00+01", "12:30:00+0100", "12:30:00+1:00", "12:30:00+24:00", "12:30:00+00:60",
        "12:30:00+01:00Z", "12:30:00Z+01:00", "12:30:00\u{2212}01:00", "12:30:00.5é", "12:30:00.५Z",
        "22:59:60Z", "23:58:60Z", "23:59:60+01:00", "00:59:60-01:00", "12:30:60Z", "T12:30:00Z",
    ]);
    for offset in -1439_i32..=1439 {
        let sign = if offset < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
        let leap_second = |minute_in_utc: i32| {
            let local = (minute_in_utc + offset).rem_euclid(1440);
            let (hour, minute) = (local / 60, local % 60);
            format!("{hour:02}:{minute:02}:60{sign}{hours:02}:{minutes:02}")
        };
        time.takes(&[&leap_second(1439)]);
        time.refuses(&[&leap_second(1438), &leap_second(0)]);
    }
}

#[test]
fn a_date_time_is_a_date_and_a_time() {
    let date_time = Format::new("date-time");
    #[rustfmt::skip]
    date_time.takes(&[
        "2025-01-22T10:00:00Z", "2025-01-22t10:00:00z", "2024-02-29T10:00:00.123+01:00", "1998-12-31T23:59:60Z",
        "1999-01-01T00:59:60+01:00", "0000-01-01T00:00:00-00:00",
    ]);
    #[rustfmt::skip]
    date_time.refuses(&[
        "", "T", "2025-01-22", "10:00:00Z", "2025-01-22T", "T10:00:00Z", "2025-01-22 10:00:00Z",
        "2025-01-2210:00:00Z", "2025-01-22TT10:00:00Z", "2025-01-22T10:00:00", "2025-01-22T10:00Z",
        "2023-02-29T10:00:00Z", "2025-01-22T24:00:00Z", "1998-12-31T23:58:60Z", "2025-01-2éT10:00:00Z",
        "2025-01-22\u{2009}10:00:00Z", "2025-1-22T10:00:00Z", "2025-01-222T10:00:00Z",
    ]);
}

#[test]
fn a_date_time_is_that_in_every_place() {
    let of = |format| {
        let schema = schema(DRAFTS[4], format);
        SchemaValidator::<SerdeJson>::compile(&schema).expect("a schema")
    };
    let (date, time, date_time) = (of("date"), of("time"), of("date-time"));
    let mut counts = [0; 2];
    let mut agree = |text: &str| {
        let expected = date.is_valid(&json!(text[..10]))
            && text[10..].starts_with(['T', 't'])
            && time.is_valid(&json!(text[11..]));
        assert_eq!(date_time.is_valid(&json!(text)), expected, "{text:?}");
        counts[usize::from(expected)] += 1;
    };
    for (text, pairs) in [
        ("2024-02-28T10:00:00Z", [(5, 8), (11, 14), (14, 17)]),
        ("0000-12-31T23:59:59.5+01:00", [(0, 2), (8, 11), (11, 17)]),
    ] {
        for place in 0..text.len() {
            // U+0000 cannot be stored.
            for letter in 1..128 {
                let mut other = text.to_owned();
                other.replace_range(place..=place, char::from(letter).encode_utf8(&mut [0; 4]));
                agree(&other);
            }
        }
        for (first, second) in pairs {
            for number in 0..10_000 {
                let mut other = text.to_owned();
                other.replace_range(first..first + 2, &format!("{:02}", number / 100));
                other.replace_range(second..second + 2, &format!("{:02}", number % 100));
                agree(&other);
            }
        }
    }
    let [refused, accepted] = counts;
    assert!(refused > 10_000 && accepted > 10_000, "{counts:?}");
}

#[test]
fn nothing_but_a_digit_is_a_digit() {
    for (name, text) in [
        ("date", "2000-01-10"),
        ("time", "10:00:00.0+10:00"),
        ("date-time", "2000-01-10T10:00:00.0-10:00"),
    ] {
        let format = Format::new(name);
        format.takes(&[text]);
        for (place, _) in text.match_indices(|letter: char| letter.is_ascii_digit()) {
            // U+0000 cannot be stored.
            for letter in (1..128).map(char::from).filter(|c| !c.is_ascii_digit()) {
                let mut other = text.to_owned();
                other.replace_range(place..=place, letter.encode_utf8(&mut [0; 4]));
                format.refuses(&[&other]);
            }
        }
    }
}

#[test]
fn the_days_are_those_of_the_calendar() {
    let date = SchemaValidator::<SerdeJson>::compile(&schema(DRAFTS[4], "date")).expect("a schema");
    for year in (0..=400).chain(9_996..=9_999_i16) {
        for month in 0..=13_i8 {
            for day in 0..=32_i8 {
                let text = format!("{year:04}-{month:02}-{day:02}");
                let is_day = jiff::civil::Date::new(year, month, day).is_ok();
                assert_eq!(date.is_valid(&json!(text)), is_day, "{text}");
            }
        }
    }
}

/// Texts of digits in the places of a date, a time and a date-time; most in range, or right beyond it.
fn well_formed() -> impl Strategy<Value = (&'static str, String)> {
    const DATE: &str = "([0-9]{2}|19|20)[0-9]{2}-(0[0-9]|1[0-3]|02)-([0-2][0-9]|28|29|3[0-2])";
    const TIME: &str = "(0[0-9]|1[0-9]|2[0-4]):([0-5][0-9]|59|60):([0-5][0-9]|59|6[01])(\\.[0-9]{0,12})?\
        ([Zz]|[+-]([01][0-9]|2[0-4]):([0-5][0-9]|60))?";
    let texts = |name, pattern: String| {
        proptest::string::string_regex(&pattern)
            .expect("a pattern")
            .prop_map(move |text| (name, text))
    };
    prop_oneof![
        texts("date", DATE.to_owned()),
        texts("time", TIME.to_owned()),
        texts("date-time", format!("{DATE}[Tt ]{TIME}")),
    ]
}

#[test]
fn well_formed_texts_are_valid_where_the_general_validator_says_so() {
    let known = ["date", "time", "date-time"].map(|name| {
        let general = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema(DRAFTS[4], name))
            .expect("a schema");
        (Format::new(name), general)
    });
    let config = ProptestConfig {
        cases: 4_096,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let agrees = |(name, text): (&str, String)| {
        let (format, general) = known
            .iter()
            .find(|(format, _)| format.name == name)
            .expect("a known format");
        let expected = general.is_valid(&Value::from(text.as_str()));
        prop_assert_eq!(format.is_valid(&text), expected, "{:?}", text);
        Ok(())
    };
    TestRunner::new(config)
        .run(&well_formed(), agrees)
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn an_email_address_has_no_name_before_it() {
    for name in ["email", "idn-email"] {
        let email = Format::new(name);
        email.takes(&["ann@example.com", "\"Ann B\"@example.com", "a@[127.0.0.1]"]);
        email.refuses(&[
            "Ann <ann@example.com>",
            "<ann@example.com>",
            "\"Ann B\" <ann@example.com>",
            "ann",
            "@example.com",
        ]);
    }
}

#[test]
fn each_draft_asserts_the_formats_that_it_has() {
    // No format takes all of these.
    const STRANGE: [&str; 5] = ["", "[", "%", "{", "\u{1} {"];
    #[rustfmt::skip]
    let formats: [(&str, usize); 22] = [
        ("date", 0), ("date-time", 0), ("time", 0), ("email", 0), ("idn-email", 0), ("hostname", 0), ("ipv4", 0),
        ("ipv6", 0), ("uri", 0), ("regex", 0), ("uri-reference", 1), ("uri-template", 1), ("json-pointer", 1),
        ("idn-hostname", 2), ("iri", 2), ("iri-reference", 2), ("relative-json-pointer", 2), ("duration", 3),
        ("uuid", 3), ("color", 5), ("datetime", 5), ("Date", 5),
    ];
    for (format, since) in formats {
        for (place, draft) in DRAFTS.iter().enumerate() {
            let schema = SchemaValidator::<SerdeJson>::compile(&schema(draft, format));
            let schema = schema.expect("a schema");
            let asserts = STRANGE.iter().any(|text| !schema.is_valid(&json!(text)));
            assert_eq!(asserts, place >= since, "{format} in {draft}");
        }
    }
}

#[test]
fn a_listed_text_that_is_no_date_is_a_witness_against_the_format() {
    let (listed, date) = (json!({"enum": ["2024-01-0/"]}), json!({"format": "date"}));
    let comparison = compare(&listed, &date).expect("schemas");
    let Verdict::Incompatible(witness) = comparison.backward() else {
        panic!("{:?}", comparison.backward());
    };
    assert_eq!(witness.document(), "2024-01-0/");
}
