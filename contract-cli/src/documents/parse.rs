//! The text of a document to its value.

use super::places::{Position, find_places_where};
use serde_json::Value;

/// The key under which `serde_json` hides a number of arbitrary precision from itself: an object
/// with this key alone would be read as a number, which is not what Postgres reads.
const NUMBER_KEY: &str = "$serde_json::private::Number";

/// The text of one document.
pub struct Text<'a> {
    /// The line of the input on which it starts.
    pub first_line: u64,
    pub bytes: &'a [u8],
    /// It is larger than a document may be; `bytes` is empty.
    pub too_large: bool,
}

/// A document that could be read.
pub struct Parsed<'a> {
    pub text: &'a str,
    /// Where the text starts.
    pub start: Position,
    pub value: Value,
}

/// Why a text is no document.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub rule: &'static str,
    pub position: Position,
    pub message: String,
}

impl<'a> Text<'a> {
    /// Reads the document.
    ///
    /// # Errors
    ///
    /// The text is too large, not UTF-8 or not JSON, holds more than one JSON value, is nested
    /// too deep, or has a key that this program cannot represent.
    pub fn parse(&self) -> Result<Parsed<'a>, Unreadable> {
        let start = Position::first(self.first_line);
        let unreadable = |rule, position, message: &str| Unreadable {
            rule,
            position,
            message: message.to_owned(),
        };
        if self.too_large {
            return Err(unreadable("too-large", start, "is larger than 256 MiB"));
        }
        let text = std::str::from_utf8(self.bytes).map_err(|error| {
            let (valid, _) = self.bytes.split_at(error.valid_up_to());
            let valid = String::from_utf8_lossy(valid);
            unreadable("not-utf8", start.after(&valid), "is not UTF-8")
        })?;
        let value = serde_json::from_str(text).map_err(|error| {
            let (position, message) = json_error(&error, text, start);
            unreadable("not-json", position, &explain(&error, text, &message))
        })?;
        match number_key(text, start) {
            None => Ok(Parsed { text, start, value }),
            Some(position) => Err(unreadable(
                "unsupported-key",
                position,
                &format!("has the key \"{NUMBER_KEY}\", which cannot be checked"),
            )),
        }
    }
}

fn explain(error: &serde_json::Error, text: &str, message: &str) -> String {
    match message {
        _ if text.trim_ascii().is_empty() => "is not JSON: it is empty".into(),
        _ if text.starts_with('\u{feff}') => "is not JSON: it starts with a byte order mark".into(),
        "trailing characters" => "is not JSON: more follows after the first value \
             (where each line is a document, say --lines)"
            .into(),
        "recursion limit exceeded" => "is nested deeper than 127 levels".into(),
        _ if error.is_eof() => format!("is not JSON: it ends too early, {message}"),
        _ => format!("is not JSON: {message}"),
    }
}

/// `serde_json`'s error over a text that starts at `start`: its place, and its message without it.
pub fn json_error(error: &serde_json::Error, text: &str, start: Position) -> (Position, String) {
    let (line, column) = (error.line(), error.column());
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    // Columns are bytes there, counted from 1, and 0 after the end of a line. What ends too early
    // ends before the white space that follows it.
    let end = text.trim_ascii_end().len();
    let mut offset = (before + column.saturating_sub(1)).min(end);
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let message = error.to_string();
    let message = message
        .strip_suffix(&format!(" at line {line} column {column}"))
        .unwrap_or(&message);
    (start.after(&text[..offset]), message.to_owned())
}

/// The place of a value under [`NUMBER_KEY`]. The text is JSON; it is walked only where it can hold
/// that key, spelled out or with escapes.
fn number_key(text: &str, start: Position) -> Option<Position> {
    if !text.contains(NUMBER_KEY) && !text.contains("\\u") {
        return None;
    }
    let places = find_places_where(text, start, |path| {
        path.rsplit('/').next() == Some(NUMBER_KEY)
    });
    places.into_values().min()
}

#[cfg(test)]
mod tests {
    use super::Text;

    /// Rule, line, column and message of a text that is no document.
    #[track_caller]
    fn error(bytes: &[u8]) -> (&'static str, u64, u64, String) {
        let text = Text {
            first_line: 7,
            bytes,
            too_large: false,
        };
        let error = text.parse().err().expect("it is no document");
        (
            error.rule,
            error.position.line,
            error.position.column,
            error.message,
        )
    }

    #[track_caller]
    fn is_document(text: &str) -> bool {
        let text = Text {
            first_line: 1,
            bytes: text.as_bytes(),
            too_large: false,
        };
        text.parse().is_ok()
    }

    #[test]
    fn an_error_has_its_place() {
        for (text, line, column, message) in [
            ("{oops}", 7, 2, "is not JSON: key must be a string"),
            ("[1,\n \"é\" 2]", 8, 6, "is not JSON: expected `,` or `]`"),
            (
                "[1,\n{\"a\": \n\n ",
                8,
                6,
                "is not JSON: it ends too early, EOF while parsing a value",
            ),
            (" \n", 7, 1, "is not JSON: it is empty"),
            (
                "\u{feff}{}",
                7,
                1,
                "is not JSON: it starts with a byte order mark",
            ),
            (
                "{}\n{}",
                8,
                1,
                "is not JSON: more follows after the first value \
                 (where each line is a document, say --lines)",
            ),
            (
                r#"["\ud800"]"#,
                7,
                9,
                "is not JSON: unexpected end of hex escape",
            ),
        ] {
            assert_eq!(
                error(text.as_bytes()),
                ("not-json", line, column, message.to_owned()),
                "{text}"
            );
        }
        assert_eq!(
            error(b"[\n \"\xc3\xa9\xff\"]"),
            ("not-utf8", 8, 4, "is not UTF-8".to_owned())
        );
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_document(&nested(127)));
        let (rule, _, _, message) = error(nested(128).as_bytes());
        assert_eq!(
            (rule, message.as_str()),
            ("not-json", "is nested deeper than 127 levels")
        );
    }

    /// `serde_json` reads such an object as the number 2, Postgres as an object.
    #[test]
    fn a_hidden_number_is_no_number() {
        for key in [
            r"$serde_json::private::Number",
            r"$serde_json::private::N\u0075mber",
            r"\u0024serde_json::private::Number",
        ] {
            let text = format!("{{\"a\": [1,\n{{\"{key}\": \"2\"}}]}}");
            let (rule, line, column, _) = error(text.as_bytes());
            assert_eq!((rule, line), ("unsupported-key", 8), "{key}");
            assert_eq!(column, key.len() as u64 + 6, "{key}");
        }
        assert!(is_document(
            r#"{"a": "$serde_json::private::Number", "\u0024serde_json": 1}"#
        ));
    }
}
