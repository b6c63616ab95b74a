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
        let mut depth = 0_usize;
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            let (element, is_empty) = match &event {
                Event::Start(element) => {
                    depth += 1;
                    (element, false)
                }
                Event::Empty(element) => (element, true),
                Event::End(end) => {
                    depth -= 1;
                    if end.local_name().as_ref() == b"testsuite" {
                        suites.pop();
                    }
                    continue;
                }
                Event::Eof if depth > 0 => return Err("it ends within an element".to_owned()),
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
                    // What is left of the test case is read with its end.
                    depth -= usize::from(!is_empty);
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

#[cfg(test)]
mod tests {
    use super::{Evidence, Suite};
    use crate::catalog::QualifiedName;

    fn evidence(reports: &[&str]) -> Result<Evidence, String> {
        let mut evidence = Evidence::default();
        for report in reports {
            evidence.add(report)?;
        }
        Ok(evidence)
    }

    /// A report with these elements in suite `rls`.
    fn rls(cases: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><testsuites><testsuite name=\"rls\">{cases}</testsuite></testsuites>"
        )
    }

    #[test]
    fn a_passed_test_of_a_table_is_evidence() {
        for (cases, expected) in [
            (r#"<testcase name="public.t"/>"#, true),
            (
                r#"<testcase name="t" classname="x" time="0.1"></testcase>"#,
                true,
            ),
            (
                r#"<testcase name="t"><properties><property name="failure"/></properties><system-out>x</system-out></testcase>"#,
                true,
            ),
            (r#"<testcase name="t" status="run"/>"#, true),
            (
                r#"<testsuite name="inner"><testcase name="t"/></testsuite>"#,
                true,
            ),
            ("", false),
            (r#"<testcase name="other.t"/>"#, false),
            (r#"<testcase name="T"/>"#, false),
            (
                r#"<testcase name="t"><failure message="x"/></testcase>"#,
                false,
            ),
            (r#"<testcase name="t"><error>x</error></testcase>"#, false),
            (r#"<testcase name="t"><skipped/></testcase>"#, false),
            (r#"<testcase name="t"><flakyFailure/></testcase>"#, false),
            (r#"<testcase name="t" status="notrun"/>"#, false),
            (
                r#"<testcase name="t"/><testcase name="t"><failure/></testcase>"#,
                false,
            ),
            (
                r#"<testcase name="t"/><testcase name="public.t"><skipped/></testcase>"#,
                false,
            ),
            (
                r#"<testsuite name="contracts"><testcase name="t"/></testsuite>"#,
                false,
            ),
            (r"<testcase/>", false),
        ] {
            let evidence = evidence(&[&rls(cases)]).expect("a report");
            let table = QualifiedName::new("public", "t");
            assert_eq!(evidence.shows(Suite::Rls, &table), expected, "{cases}");
            assert!(!evidence.shows(Suite::Rls, &QualifiedName::new("public", "u")));
        }
    }

    #[test]
    fn a_table_may_have_any_name() {
        let report = r#"<testsuite name="contracts"><testcase name="App.&lt;T&gt; &quot;x&quot;"/>
            <testcase name='"App"."<T>"'/></testsuite>"#;
        let evidence = evidence(&[report]).expect("a report");
        for (schema, name, expected) in [
            ("App", "<T> \"x\"", true),
            ("App", "<T>", true),
            ("public", "<T>", false),
        ] {
            let table = QualifiedName::new(schema, name);
            assert_eq!(
                evidence.shows(Suite::Contracts, &table),
                expected,
                "{table}"
            );
            assert!(!evidence.shows(Suite::Rls, &table));
        }
    }

    #[test]
    fn reports_are_taken_together() {
        let passed = rls(r#"<testcase name="t"/>"#);
        let failed = rls(r#"<testcase name="t"><failure/></testcase>"#);
        let table = QualifiedName::new("public", "t");
        for (reports, expected) in [
            ([&passed, &passed], true),
            ([&passed, &failed], false),
            ([&failed, &passed], false),
        ] {
            let evidence = evidence(&reports.map(String::as_str)).expect("reports");
            assert_eq!(evidence.shows(Suite::Rls, &table), expected);
        }
    }

    #[test]
    fn what_is_no_report_is_refused() {
        for report in [
            "",
            "not XML",
            "<html></html>",
            "<testsuites>",
            r#"<testsuite name="rls"><testcase name="t"/>"#,
            r#"<testsuite name="rls"><testcase name="t">"#,
            r#"<testsuite name="rls"><testcase name="t"></testsuite>"#,
            r#"<testsuite name="&unknown;"></testsuite>"#,
            "{\"testsuites\": []}",
        ] {
            assert!(evidence(&[report]).is_err(), "{report}");
        }
    }
}
