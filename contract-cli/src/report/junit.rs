//! `JUnit` XML: one test suite a file, one test case a finding, and one that passes for a file in
//! which nothing was found.

use super::{Finding, Level, Reporter, Summary, printable};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::{
    io::{self, Write},
    path::Path,
};

#[derive(Default)]
pub struct Junit {
    suites: Vec<TestSuite>,
}

impl Junit {
    /// The suite of the file, the last one or a new one: files are reported one after the other.
    fn suite(&mut self, file: &Path) -> &mut TestSuite {
        let name = file.to_string_lossy();
        if self
            .suites
            .last()
            .is_none_or(|suite| suite.name.as_str() != name)
        {
            self.suites.push(TestSuite::new(name));
        }
        self.suites.last_mut().expect("one has been pushed")
    }
}

impl Reporter for Junit {
    fn begin(&mut self, file: &Path) {
        self.suite(file);
    }

    fn finding(&mut self, _out: &mut dyn Write, finding: &Finding<'_>) -> io::Result<()> {
        let kind = if finding.is_error() {
            NonSuccessKind::Error
        } else {
            NonSuccessKind::Failure
        };
        let mut status = TestCaseStatus::non_success(kind);
        status
            .set_message(printable(&finding.with_hint()))
            .set_type(finding.rule.as_ref());
        let name = match (finding.position, &finding.instance_path) {
            (Some(position), Some(path)) => {
                format!("line {}: {path}: {}", position.line, finding.rule)
            }
            (Some(position), None) => format!("line {}: {}", position.line, finding.rule),
            (None, _) => finding.rule.to_string(),
        };
        let mut case = if finding.level == Level::Warning {
            // JUnit knows no warnings: a test that passes, and what is to say.
            let mut case = TestCase::new(printable(&name), TestCaseStatus::success());
            case.set_system_out(format!("warning: {}", printable(&finding.with_hint())));
            case
        } else {
            TestCase::new(printable(&name), status)
        };
        case.set_classname(finding.file.to_string_lossy());
        self.suite(finding.file).add_test_case(case);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _summary: &Summary) -> io::Result<()> {
        for suite in &mut self.suites {
            if suite.test_cases.is_empty() {
                let mut passed = TestCase::new("nothing found", TestCaseStatus::success());
                passed.set_classname(suite.name.clone());
                suite.add_test_case(passed);
            }
        }
        let mut report = Report::new("jsonb-contract");
        report.add_test_suites(std::mem::take(&mut self.suites));
        report.serialize(out).map_err(io::Error::other)
    }
}
