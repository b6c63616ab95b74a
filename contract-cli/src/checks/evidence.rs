//! Reports of tests (`JUnit` XML), as evidence for the third compliance level.
//!
//! A test speaks for a table when its suite is called `rls` or `contracts` and the test case is called like
//! the table, with its schema or, in `public`, without it. It has passed when its element has nothing in it but
//! output and properties: a failure, an error, a skipped test and one that passed only in a second
//! attempt are no evidence, and speak against a pass of the same test elsewhere.

use crate::catalog::QualifiedName;
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use std::collections::BTreeMap;

/// What tests have shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Whether all tests of that suite and name passed.
    passed: BTreeMap<(Suite, String), bool>,
}

/// What a test shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suite {
    /// Row level security.
    Rls,
    /// The contracts of the jsonb columns.
    Contracts,
}

impl Suite {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rls => "rls",
            Self::Contracts => "contracts",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Rls, Self::Contracts]
            .into_iter()
            .find(|suite| suite.name() == name)
    }
}

impl Evidence {
    /// Adds what a report says.
    ///
    /// # Errors
    ///
    /// The text is no XML, or not the report of a test run.
    pub fn add(&mut self, report: &str) -> Result<(), String> {
        let mut reader = Reader::from_str(report);
        let mut suites: Vec<Option<Suite>> = Vec::new();
        let mut is_report = false;
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            let (element, is_empty) = match &event {
                Event::Start(element) => (element, false),
                Event::Empty(element) => (element, true),
                Event::End(end) => {
                    if end.local_name().as_ref() == b"testsuite" {
                        suites.pop();
                    }
                    continue;
                }
                Event::Eof if is_report => return Ok(()),
                Event::Eof => return Err("it has no element testsuites or testsuite".to_owned()),
                _ => continue,
            };
            match element.local_name().as_ref() {
                b"testsuites" => is_report = true,
                b"testsuite" => {
                    is_report = true;
                    if !is_empty {
                        let name = attribute(element, "name")?.unwrap_or_default();
                        // A suite within a suite is part of it.
                        let outer = suites.last().copied().flatten();
                        suites.push(Suite::named(&name).or(outer));
                    }
                }
                b"testcase" => {
                    let name = attribute(element, "name")?;
                    let has_run = attribute(element, "status")?
                        .is_none_or(|status| !matches!(status.as_str(), "notrun" | "disabled"));
                    let passed = (is_empty || only_output(&mut reader)?) && has_run;
                    if let (Some(Some(suite)), Some(name)) = (suites.last(), name) {
                        let all = self.passed.entry((*suite, name)).or_insert(true);
                        *all &= passed;
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether the tests of a table in a suite were run and all passed.
    pub fn shows(&self, suite: Suite, table: &QualifiedName) -> bool {
        let bare = (table.schema == "public").then(|| table.name.clone());
        let names = [
            Some(format!("{}.{}", table.schema, table.name)),
            Some(table.to_string()),
            bare,
        ];
        let mut results = names
            .into_iter()
            .flatten()
            .filter_map(|name| self.passed.get(&(suite, name)))
            .peekable();
        results.peek().is_some() && results.all(|passed| *passed)
    }
}

/// Reads the rest of a test case: whether it says nothing of how the test ended.
fn only_output(reader: &mut Reader<&[u8]>) -> Result<bool, String> {
    let mut passed = true;
    let mut depth = 0;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match &event {
            Event::Start(element) | Event::Empty(element) => {
                passed &= depth > 0
                    || matches!(
                        element.local_name().as_ref(),
                        b"system-out" | b"system-err" | b"properties"
                    );
                depth += u64::from(matches!(event, Event::Start(_)));
            }
            Event::End(_) if depth == 0 => return Ok(passed),
            Event::End(_) => depth -= 1,
            Event::Eof => return Err("it ends within a test case".to_owned()),
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let attribute = element
        .try_get_attribute(name)
        .map_err(|error| error.to_string())?;
    attribute
        .map(|attribute| {
            attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map(std::borrow::Cow::into_owned)
                .map_err(|error| error.to_string())
        })
        .transpose()
}
