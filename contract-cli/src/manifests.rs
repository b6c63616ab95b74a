//! What is wrong with a manifest, and where in its file: as the core says it, and as the database does.

use crate::{
    documents::{Position, find_places_where},
    report::Finding,
};
use contract_core::{manifest::Problem, registry::LoadErrors};
use postgres::error::DbError;
use serde::de::IgnoredAny;
use std::{collections::HashMap, fs, path::Path};

/// The rule of a manifest that is none.
const RULE: &str = "manifest";

/// Manifests that cannot be used.
pub fn problems(errors: &LoadErrors) -> Vec<Finding<'_>> {
    let mut places: HashMap<&Path, Places> = HashMap::new();
    errors
        .iter()
        .map(|(file, problem)| {
            let path = Some(problem.path()).filter(|path| !path.is_empty());
            let places = places.entry(file).or_insert_with(|| Places::of_file(file));
            Finding {
                instance_path: path.map(str::to_owned),
                position: path.and_then(|path| places.find(path)),
                ..Finding::error(RULE, file, problem.message().to_owned())
            }
        })
        .collect()
}

/// A problem of a manifest whose text is known.
pub fn problem<'f>(file: &'f Path, text: &str, problem: &Problem) -> Finding<'f> {
    finding_at(
        file,
        text,
        problem.path(),
        RULE,
        problem.message().to_owned(),
    )
}

/// A text that cannot be used, because of what stands at a JSON Pointer.
pub fn finding_at<'f>(
    file: &'f Path,
    text: &str,
    path: &str,
    rule: &'static str,
    message: String,
) -> Finding<'f> {
    Finding {
        instance_path: Some(path)
            .filter(|path| !path.is_empty())
            .map(str::to_owned),
        position: Places::of(text).find(path),
        ..Finding::error(rule, file, message)
    }
}

/// Why the database does not register the manifest: each line of the answer's DETAIL that begins with
/// a JSON Pointer is a finding, and a line that does not goes on with the one before.
pub fn refusal<'f>(file: &'f Path, text: &str, answer: &DbError) -> Vec<Finding<'f>> {
    let places = Places::of(text);
    let finding = |path: &str, message: String| Finding {
        instance_path: Some(path)
            .filter(|path| !path.is_empty())
            .map(str::to_owned),
        position: places.find(path),
        ..Finding::new("registration", file, message)
    };
    let mut findings: Vec<Finding<'f>> = Vec::new();
    let mut message = answer.message().to_owned();
    for line in answer.detail().unwrap_or_default().lines() {
        match (places.split(line), findings.last_mut()) {
            (Some((path, message)), _) => findings.push(finding(path, message.to_owned())),
            (None, Some(last)) => last.message.extend(["; ", line]),
            (None, None) => message.extend([": ", line]),
        }
    }
    if findings.is_empty() {
        findings.push(finding("", message));
    }
    // The HINT is one for all of them.
    if let Some(last) = findings.last_mut() {
        last.hint = answer.hint().map(str::to_owned);
    }
    findings
}

/// The places of a manifest's values, by JSON Pointer; empty for what is not JSON.
struct Places(HashMap<String, Position>);

impl Places {
    fn of(text: &str) -> Self {
        Self(match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => find_places_where(text, Position::first(1), |_| true),
            Err(_) => HashMap::new(),
        })
    }

    fn of_file(file: &Path) -> Self {
        fs::read_to_string(file).map_or_else(|_| Self(HashMap::new()), |text| Self::of(&text))
    }

    /// The place of a value; of what it should be in, where it is missing.
    fn find(&self, mut path: &str) -> Option<Position> {
        loop {
            match self.0.get(path) {
                Some(place) => return Some(*place),
                None => path = &path[..path.rfind('/')?],
            }
        }
    }

    /// `/pointer: message` in its two parts. A key can have a colon: the longest pointer that leads
    /// somewhere is the one, else the shortest.
    fn split<'l>(&self, line: &'l str) -> Option<(&'l str, &'l str)> {
        let splits = || {
            line.match_indices(": ")
                .map(|(at, colon)| (&line[..at], &line[at + colon.len()..]))
                .filter(|(path, _)| path.is_empty() || path.starts_with('/'))
        };
        splits()
            .filter(|(path, _)| self.0.contains_key(*path))
            .last()
            .or_else(|| splits().next())
    }
}

#[cfg(test)]
mod tests {
    use super::{Places, Position};

    #[test]
    fn a_line_of_a_detail_begins_with_a_place() {
        let places = Places::of("{\"a\": {\n  \"b: c\": 1,\n \"b\": 2}}");
        for (line, expected) in [
            (
                "/a/b: is wrong: it is 2",
                Some(("/a/b", "is wrong: it is 2")),
            ),
            ("/a/b: c: is wrong", Some(("/a/b: c", "is wrong"))),
            (
                "/a/d: is missing: add it",
                Some(("/a/d", "is missing: add it")),
            ),
            (": is wrong", Some(("", "is wrong"))),
            ("the witness: {}", None),
            ("nothing", None),
        ] {
            assert_eq!(places.split(line), expected);
        }
        let place = |line, column| Some(Position { line, column });
        for (path, expected) in [
            ("/a/b: c", place(2, 11)),
            ("/a/d/0", place(1, 7)),
            ("", place(1, 1)),
        ] {
            assert_eq!(places.find(path), expected, "{path}");
        }
        assert_eq!(Places::of("{oops").find("/a"), None);
    }
}
