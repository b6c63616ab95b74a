//! The lines of a text that a finding is about: JSON Pointers become marks.

use crate::{
    documents::{Position, find_marks, positions},
    report::{Finding, Mark, Source},
};
use std::{ops::Range, path::Path};

/// A JSON text, and what is pointed to in it.
pub struct Lines<'a> {
    file: &'a Path,
    text: &'a str,
    /// JSON Pointer and label, in the order of what matters.
    pointed: Vec<(String, String)>,
}

impl<'a> Lines<'a> {
    pub fn of(file: &'a Path, text: &'a str) -> Self {
        Self {
            file,
            text,
            pointed: Vec::new(),
        }
    }

    /// Whether it is the same text.
    pub fn is_of(&self, text: &str) -> bool {
        std::ptr::eq(self.text, text)
    }

    pub fn is_empty(&self) -> bool {
        self.pointed.is_empty()
    }

    /// Points to a value, or to what it should be in where it is missing.
    pub fn point(&mut self, path: String, label: impl Into<String>) {
        self.pointed.push((path, label.into()));
    }

    /// Marks what is pointed to; and where the first of that is.
    fn mark(&self) -> (Source<'a>, Option<Place>) {
        let paths: Vec<&str> = self.pointed.iter().map(|(path, _)| path.as_str()).collect();
        let places = places(self.text, &paths);
        let mut marks: Vec<Mark> = Vec::new();
        for (place, (_, label)) in places.iter().zip(&self.pointed) {
            let Some(Place { span, .. }) = place else {
                continue;
            };
            match marks.iter_mut().find(|mark| mark.span == *span) {
                Some(mark) if mark.label.is_empty() => mark.label.clone_from(label),
                Some(mark) if label.is_empty() || mark.label == *label => {}
                Some(mark) => mark.label = format!("{}; {label}", mark.label),
                None => marks.push(Mark {
                    span: span.clone(),
                    label: label.clone(),
                }),
            }
        }
        let source = Source {
            file: self.file,
            text: self.text,
            marks,
        };
        (source, places.into_iter().flatten().next())
    }
}

/// Where a value is, or what it should be in.
pub struct Place {
    pub path: String,
    pub position: Position,
    span: Range<usize>,
}

/// The places of what the JSON Pointers lead to, all in one pass over the text.
pub fn places(text: &str, paths: &[&str]) -> Vec<Option<Place>> {
    let wanted = paths.iter().copied().flat_map(with_parents).collect();
    let marks = find_marks(text, &wanted);
    let positions = positions(text, marks.values().map(|mark| mark.start).collect());
    let place = |path: &str| {
        let (path, span) = with_parents(path).find_map(|path| Some((path, marks.get(path)?)))?;
        Some(Place {
            path: path.to_owned(),
            position: *positions.get(&span.start)?,
            span: span.clone(),
        })
    };
    paths.iter().map(|path| place(path)).collect()
}

/// The pointer, and those to what the value is in, the nearest first.
fn with_parents(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| Some(&path[..path.rfind('/')?]))
}

/// Gives a finding its place, the first that `lines` point to, and shows the lines of all.
pub fn show<'a>(finding: &mut Finding<'a>, lines: &[Lines<'a>]) {
    place(finding, &lines[0]);
    finding.sources = lines
        .iter()
        .filter(|lines| !lines.is_empty())
        .map(|lines| lines.mark().0)
        .collect();
}

/// Gives a finding its place without showing the lines.
pub fn place<'a>(finding: &mut Finding<'a>, lines: &Lines<'a>) {
    finding.file = lines.file;
    if let (_, Some(place)) = lines.mark() {
        finding.put_at(place);
    }
}

impl Finding<'_> {
    /// Puts the finding at a place of its file.
    pub fn put_at(&mut self, place: Place) {
        self.position = Some(place.position);
        self.instance_path = Some(place.path).filter(|path| !path.is_empty());
    }
}
