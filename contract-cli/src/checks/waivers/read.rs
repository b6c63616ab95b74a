//! The form of a waiver file.

use super::{Assignment, Selector, Waiver, Waivers};
use crate::{checks::CHECKS, documents::Position, guardrail::model::Risk, report};
use jiff::{ToSpan, civil::Date};
use std::{ops::Range, path::Path};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// What is wrong with a waiver file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub position: Position,
    /// In lower case, without a full stop.
    pub message: String,
}

impl Problem {
    /// The problem in the report of a file that could not be read.
    pub fn finding<'f>(&self, file: &'f Path) -> report::Finding<'f> {
        report::Finding {
            position: Some(self.position),
            ..report::Finding::error("waiver-file", file, self.message.clone())
        }
    }
}

pub fn waivers(text: &str, today: Date) -> Result<Waivers, Vec<Problem>> {
    let mut reader = Reader {
        text,
        problems: Vec::new(),
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let start = error.span().map_or(0, |span| span.start);
        reader.problem(start, error.message().replace('\n', "; "));
    }
    // What was recovered from a broken file would be told of things that are not in it.
    let waivers = if reader.problems.is_empty() {
        reader.document(document.get_ref(), today)
    } else {
        Waivers::default()
    };
    reader.problems.sort();
    if reader.problems.is_empty() {
        Ok(waivers)
    } else {
        Err(reader.problems)
    }
}

struct Reader<'t> {
    text: &'t str,
    problems: Vec<Problem>,
}

/// A table of the file and what its keys are called.
struct Entry<'d, 't> {
    table: &'d DeTable<'t>,
    /// `waiver`
    kind: &'static str,
    start: usize,
}

impl<'t> Reader<'t> {
    fn problem(&mut self, start: usize, message: String) {
        let position = self.position(start);
        self.problems.push(Problem { position, message });
    }

    fn position(&self, start: usize) -> Position {
        Position::first(1).after(self.text.get(..start).unwrap_or(self.text))
    }

    fn document(&mut self, document: &DeTable<'t>, today: Date) -> Waivers {
        self.known_keys(document, "the file", &["waiver", "assignment"]);
        let mut waivers = Waivers::default();
        for entry in self.entries(document, "waiver") {
            if let Some(waiver) = self.waiver(&entry, today) {
                if waivers
                    .waivers
                    .iter()
                    .any(|one| one.selector == waiver.selector)
                {
                    self.problem(
                        entry.start,
                        format!("a second waiver of {}", waiver.selector.text()),
                    );
                }
                waivers.waivers.push(waiver);
            }
        }
        for entry in self.entries(document, "assignment") {
            waivers.assignments.extend(self.assignment(&entry));
        }
        waivers
    }

    /// The tables of `[[kind]]`.
    fn entries<'d>(&mut self, document: &'d DeTable<'t>, kind: &'static str) -> Vec<Entry<'d, 't>> {
        let Some(value) = document.get(kind) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            let message = format!("{kind} must be written as [[{kind}]]");
            self.problem(value.span().start, message);
            return Vec::new();
        };
        let mut entries = Vec::new();
        for element in array {
            match element.get_ref().as_table() {
                Some(table) => entries.push(Entry {
                    table,
                    kind,
                    start: element.span().start,
                }),
                None => self.problem(
                    element.span().start,
                    format!("{kind} must be written as [[{kind}]]"),
                ),
            }
        }
        entries
    }

    fn waiver(&mut self, entry: &Entry<'_, 't>, today: Date) -> Option<Waiver> {
        let keys = ["check", "rule", "object", "reason", "owner", "expires"];
        self.known_keys(entry.table, "a waiver", &keys);
        let check = self.check(entry);
        let rule = self.string(entry, "rule");
        let object = self.required(entry, "object");
        let reason = self.required(entry, "reason");
        let owner = self.required(entry, "owner");
        let expires = self.expires(entry, today);
        if check.is_none() && !entry.table.contains_key("check") {
            self.missing(entry, "check");
        }
        Some(Waiver {
            selector: Selector {
                check: Some(check?),
                rule,
                object: Some(object?),
            },
            reason: reason?,
            owner: owner?,
            expires: expires?,
            position: self.position(entry.start),
        })
    }

    fn assignment(&mut self, entry: &Entry<'_, 't>) -> Option<Assignment> {
        let (selecting, assigned) = (["check", "rule", "object"], ["owner", "eta", "risk"]);
        self.known_keys(
            entry.table,
            "an assignment",
            &[selecting, assigned].concat(),
        );
        for (keys, what) in [
            (selecting, "which findings it is about"),
            (assigned, "what is assigned"),
        ] {
            if !keys.iter().any(|key| entry.table.contains_key(*key)) {
                let message = format!("an assignment must say {what}: {}", one_of(&keys));
                self.problem(entry.start, message);
            }
        }
        Some(Assignment {
            selector: Selector {
                check: self.check(entry),
                rule: self.string(entry, "rule"),
                object: self.string(entry, "object"),
            },
            owner: self.string(entry, "owner"),
            eta: self.string(entry, "eta"),
            risk: self.risk(entry),
        })
    }

    fn known_keys(&mut self, table: &DeTable<'t>, of: &str, known: &[&str]) {
        for key in table.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                let message = format!(
                    "{of} has no key {}; it has {}",
                    report::printable(key.get_ref()),
                    known.join(", ")
                );
                self.problem(key.span().start, message);
            }
        }
    }

    /// The value of a key that has to be there.
    fn required(&mut self, entry: &Entry<'_, 't>, key: &'static str) -> Option<String> {
        if !entry.table.contains_key(key) {
            self.missing(entry, key);
        }
        self.string(entry, key)
    }

    fn missing(&mut self, entry: &Entry<'_, 't>, key: &str) {
        let message = format!("the {} has no {key}", entry.kind);
        self.problem(entry.start, message);
    }

    /// The text of a key, where it is there.
    fn string(&mut self, entry: &Entry<'_, 't>, key: &'static str) -> Option<String> {
        let value = entry.table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            DeValue::String(_) => {
                self.problem(value.span().start, format!("{key} is empty"));
                None
            }
            // `eta = 2026-03-31`
            DeValue::Datetime(date) if key == "eta" => Some(date.to_string()),
            other => {
                let message = format!("{key} must be a string, not {}", kind(other));
                self.problem(value.span().start, message);
                None
            }
        }
    }

    fn check(&mut self, entry: &Entry<'_, 't>) -> Option<String> {
        let id = self.string(entry, "check")?;
        if CHECKS.iter().any(|check| check.id == id) {
            return Some(id);
        }
        let known: Vec<_> = CHECKS.iter().map(|check| check.id).collect();
        let message = format!(
            "there is no check {}; there is {}",
            report::printable(&id),
            one_of(&known)
        );
        self.problem(start(entry.table, "check"), message);
        None
    }

    fn risk(&mut self, entry: &Entry<'_, 't>) -> Option<Risk> {
        let risk = match self.string(entry, "risk")?.to_lowercase().as_str() {
            "low" => Risk::Low,
            "medium" => Risk::Medium,
            "high" => Risk::High,
            "critical" => Risk::Critical,
            other => {
                let message = format!(
                    "risk must be low, medium, high or critical, not {}",
                    report::printable(other)
                );
                self.problem(start(entry.table, "risk"), message);
                return None;
            }
        };
        Some(risk)
    }

    /// A day, as a date of TOML or in a string.
    fn expires(&mut self, entry: &Entry<'_, 't>, today: Date) -> Option<Date> {
        let Some(value) = entry.table.get("expires") else {
            self.missing(entry, "expires");
            return None;
        };
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.clone().into_owned(),
            other => kind(other).to_owned(),
        };
        // jiff takes the day of a time too; which day that is would depend on its time zone.
        let day = text
            .parse::<Date>()
            .ok()
            .filter(|day| day.to_string() == text);
        let Some(day) = day else {
            let message = format!(
                "expires must be a day such as 2026-03-31, not {}",
                report::printable(&text)
            );
            self.problem(value.span().start, message);
            return None;
        };
        let last = today.saturating_add(1.year());
        if day > last {
            let message =
                format!("expires more than a year ahead: {last} is the last day it may be");
            self.problem(value.span().start, message);
            return None;
        }
        Some(day)
    }
}

/// Where the value of a key begins.
fn start(table: &DeTable<'_>, key: &str) -> usize {
    let span: Option<Range<usize>> = table.get(key).map(Spanned::span);
    span.map_or(0, |span| span.start)
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// `a, b or c`
fn one_of(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
