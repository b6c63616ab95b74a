//! Where in a text the values of a document stand: JSON Pointer (RFC 6901) to line and column.

use contract_core::pointer;
use serde::Serialize;
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

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

/// What a person would point to for each value that is `wanted`, as bytes of a JSON text: the member
/// whose value it is, or the element; no more of it than stands on its first line.
pub fn find_marks(text: &str, wanted: &HashSet<&str>) -> HashMap<String, Range<usize>> {
    /// The longest mark, in bytes.
    const LONGEST: usize = 100;
    let mut found = HashMap::new();
    walk_members(text, |path, key, start| {
        if wanted.contains(path) {
            let end = end_of_value(text, start);
            let mark = match key {
                Some(key) if is_wide(text, key.start..end, LONGEST) => key,
                Some(key) => key.start..end,
                None => {
                    let line = text[start..end].lines().next().unwrap_or_default();
                    start..start + floor_char_boundary(line, LONGEST)
                }
            };
            found.insert(path.to_owned(), mark);
        }
    });
    found
}

/// The places of bytes of a text, in their order.
pub fn positions(text: &str, mut offsets: Vec<usize>) -> HashMap<usize, Position> {
    offsets.sort_unstable();
    let mut known = (0, Position::first(1));
    offsets
        .into_iter()
        .map(|offset| {
            known = (offset, known.1.after(&text[known.0..offset]));
            known
        })
        .collect()
}

fn is_wide(text: &str, range: Range<usize>, longest: usize) -> bool {
    range.len() > longest || text[range].contains('\n')
}

fn floor_char_boundary(text: &str, most: usize) -> usize {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// Where the value ends that starts at `start`.
fn end_of_value(text: &str, start: usize) -> usize {
    let mut walk = Walk::new(text, |_: &str, _, _| {});
    walk.at = start;
    walk.value(None);
    walk.at
}

/// Tells the JSON Pointer of each value and where it starts, in the order of the text, which is known
/// to be JSON of the depth that `serde_json` has checked.
pub fn walk(text: &str, mut visit: impl FnMut(&str, usize)) {
    walk_members(text, |path, _, start| visit(path, start));
}

/// As [`walk`], and tells the bytes of the key of a member too.
fn walk_members(text: &str, visit: impl FnMut(&str, Option<Range<usize>>, usize)) {
    Walk::new(text, visit).value(None);
}

struct Walk<'t, V> {
    text: &'t str,
    at: usize,
    path: String,
    visit: V,
}

impl<'t, V: FnMut(&str, Option<Range<usize>>, usize)> Walk<'t, V> {
    fn new(text: &'t str, visit: V) -> Self {
        Self {
            text,
            at: 0,
            path: String::new(),
            visit,
        }
    }

    /// The value that comes next, of a member that has its key there.
    fn value(&mut self, key: Option<Range<usize>>) {
        self.skip_space();
        (self.visit)(&self.path, key, self.at);
        match self.peek() {
            Some(b'{') => self.members(|walk, _| {
                let start = walk.at;
                let key = serde_json::from_str(walk.string()).unwrap_or_default();
                let place = start..walk.at;
                walk.skip_space();
                walk.at += 1; // the colon
                (key, Some(place))
            }),
            Some(b'[') => self.members(|_, index| (index.to_string(), None)),
            Some(b'"') => {
                self.string();
            }
            _ => self.skip_while(|byte| !matches!(byte, b',' | b']' | b'}') && !is_space(byte)),
        }
    }

    /// The members of an object or the elements of an array; `token` reads what is before a value.
    fn members(&mut self, token: impl Fn(&mut Self, usize) -> (String, Option<Range<usize>>)) {
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
            let (token, key) = token(self, index);
            self.path.push_str(&pointer::child("", &token));
            self.value(key);
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
    use super::{Position, find_marks, find_places_where};
    use std::collections::HashSet;

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
    fn a_mark_is_a_member_or_an_element_on_one_line() {
        let long = "x".repeat(200);
        let text = format!(
            "{{\"a\" : [1, \"é\"], \"b\": {{\n\"c\": 2}}, \"d\": \"{long}\", \"e\": [[\n]]}}"
        );
        let paths = ["", "/a", "/a/1", "/b", "/b/c", "/d", "/e/0", "/f"];
        let marks = find_marks(&text, &HashSet::from(paths));
        let marked = paths.map(|path| marks.get(path).map(|mark| &text[mark.clone()]));
        assert_eq!(
            marked,
            [
                Some(r#"{"a" : [1, "é"], "b": {"#),
                Some(r#""a" : [1, "é"]"#),
                Some(r#""é""#),
                Some(r#""b""#),
                Some(r#""c": 2"#),
                Some(r#""d""#),
                Some("["),
                None,
            ]
        );
    }

    #[test]
    fn a_scalar_is_a_document() {
        assert_eq!(places(" 12.5e3 "), [(String::new(), 1, 2)]);
    }
}
