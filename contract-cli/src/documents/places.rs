//! Where in a text the values of a document stand: JSON Pointer (RFC 6901) to line and column.

use contract_core::pointer;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// A place in an input, counted from 1; a column is a Unicode character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    pub line: u64,
    pub column: u64,
}

impl Position {
    /// The start of a line.
    pub fn first(line: u64) -> Self {
        Self { line, column: 1 }
    }

    /// The place after `text`, which starts here.
    #[must_use]
    pub fn after(self, text: &str) -> Self {
        text.chars().fold(self, |place, character| match character {
            '\n' => Self::first(place.line + 1),
            _ => Self {
                column: place.column + 1,
                ..place
            },
        })
    }
}

/// The places of the values that `wanted` points to, in a JSON text that starts at `start`.
///
/// Of members with the same key the last counts, as it does in jsonb.
pub fn find_places(
    text: &str,
    start: Position,
    wanted: &HashSet<&str>,
) -> HashMap<String, Position> {
    find_places_where(text, start, |path| wanted.contains(path))
}

/// The places of the values whose JSON Pointer is wanted, in a JSON text that starts at `start`.
pub fn find_places_where(
    text: &str,
    start: Position,
    wanted: impl Fn(&str) -> bool,
) -> HashMap<String, Position> {
    // Places are computed in one pass over the text.
    let mut known = (0, start);
    let mut found = HashMap::new();
    walk(text, |path, at| {
        if wanted(path) {
            let (offset, place) = known;
            known = (at, place.after(&text[offset..at]));
            found.insert(path.to_owned(), known.1);
        }
    });
    found
}

/// Tells the JSON Pointer of each value and where it starts, in the order of the text, which is known
/// to be JSON of the depth that `serde_json` has checked.
pub fn walk(text: &str, visit: impl FnMut(&str, usize)) {
    let mut walk = Walk {
        text,
        at: 0,
        path: String::new(),
        visit,
    };
    walk.value();
}

struct Walk<'t, V> {
    text: &'t str,
    at: usize,
    path: String,
    visit: V,
}

impl<V: FnMut(&str, usize)> Walk<'_, V> {
    fn value(&mut self) {
        self.skip_space();
        (self.visit)(&self.path, self.at);
        match self.peek() {
            Some(b'{') => self.members(|walk, _| {
                let key = walk.string();
                let key = serde_json::from_str(key).unwrap_or_default();
                walk.skip_space();
                walk.at += 1; // the colon
                key
            }),
            Some(b'[') => self.members(|_, index| index.to_string()),
            Some(b'"') => {
                self.string();
            }
            _ => self.skip_while(|byte| !matches!(byte, b',' | b']' | b'}') && !is_space(byte)),
        }
    }

    /// The members of an object or the elements of an array; `token` reads what is before a value.
    fn members(&mut self, token: impl Fn(&mut Self, usize) -> String) {
        self.at += 1;
        self.skip_space();
        let parent = self.path.len();
        for index in 0.. {
            match self.peek() {
                None | Some(b'}' | b']') => break,
                Some(b',') => {
                    self.at += 1;
                    self.skip_space();
                }
                Some(_) => {}
            }
            let token = token(self, index);
            self.path.push_str(&pointer::child("", &token));
            self.value();
            self.path.truncate(parent);
            self.skip_space();
        }
        self.at += 1;
    }

    /// The string that starts here, as it is written.
    fn string(&mut self) -> &str {
        let start = self.at;
        self.at += 1;
        loop {
            self.skip_while(|byte| !matches!(byte, b'"' | b'\\'));
            match self.peek() {
                Some(b'\\') => self.at += 2,
                _ => break,
            }
        }
        self.at += 1;
        &self.text[start..self.at]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        self.skip_while(is_space);
    }

    fn skip_while(&mut self, skipped: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&skipped) {
            self.at += 1;
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::{Position, find_places_where};

    /// Every pointer of the text with its place, in the order of the places.
    fn places(text: &str) -> Vec<(String, u64, u64)> {
        let mut places: Vec<_> = find_places_where(text, Position::first(1), |_| true)
            .into_iter()
            .map(|(path, place)| (path, place.line, place.column))
            .collect();
        places.sort_by_key(|(_, line, column)| (*line, *column));
        places
    }

    #[test]
    fn values_of_a_pretty_printed_document() {
        let text = "\n{\n  \"a\" : [ 1, {\"b\": [], \"c\":{}},\n\"x\"],\"é\\\"/~\\n\": true }\n";
        let expected = [
            ("", 2, 1),
            ("/a", 3, 9),
            ("/a/0", 3, 11),
            ("/a/1", 3, 14),
            ("/a/1/b", 3, 20),
            ("/a/1/c", 3, 28),
            ("/a/2", 4, 1),
            ("/é\"~1~0\n", 4, 17),
        ];
        assert_eq!(
            places(text),
            expected.map(|(path, line, column)| (path.into(), line, column))
        );
    }

    #[test]
    fn a_column_is_a_character() {
        assert_eq!(places(r#"["é\\",2]"#)[2], ("/1".into(), 1, 8));
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        let places = places(r#"{"a": {"b": 1}, "a": {"b": 2}}"#);
        assert!(places.contains(&("/a/b".into(), 1, 28)));
    }

    #[test]
    fn a_scalar_is_a_document() {
        assert_eq!(places(" 12.5e3 "), [(String::new(), 1, 2)]);
    }
}
