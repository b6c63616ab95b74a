//! `JUnit` XML: one test suite a check, one test case a table of the matrix and any other object that something is
//! found of.

use super::{
    Run, Section,
    words::{lines, paragraph, waiver},
};
use crate::{catalog::QualifiedName, checks::Assigned, report::printable};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::{
    collections::BTreeMap,
    io::{self, Write},
};

pub fn print(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("jsonb-contract drift");
    report.add_test_suites(run.sections().iter().map(|section| suite(run, section)));
    report.serialize(out).map_err(io::Error::other)
}

fn suite(run: &Run<'_>, section: &Section<'_>) -> TestSuite {
    let name = section.name();
    let mut suite = TestSuite::new(&name);
    let cases = match section.result {
        Ok(findings) => cases(run, findings),
        Err(error) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status
                .set_message(format!("could not run: {}", lines(error)))
                .set_type("could-not-run");
            vec![TestCase::new("the check runs", status)]
        }
    };
    suite.add_test_cases(cases.into_iter().map(|mut case| {
        case.set_classname(&name);
        case
    }));
    suite
}

fn cases(run: &Run<'_>, findings: &[Assigned]) -> Vec<TestCase> {
    let mut cases: BTreeMap<String, Vec<&Assigned>> = run
        .matrix
        .tables
        .iter()
        .map(|row| (table_case(&row.table), Vec::new()))
        .collect();
    for found in findings {
        let object = &found.finding.object;
        let name = match &object.table {
            Some(table) => table_case(table),
            None => object.to_string(),
        };
        cases.entry(name).or_default().push(found);
    }
    if cases.is_empty() {
        return vec![TestCase::new("nothing found", TestCaseStatus::success())];
    }
    cases
        .iter()
        .map(|(name, findings)| TestCase::new(printable(name), status(findings)))
        .collect()
}

/// `table public.nexus_cases`
fn table_case(table: &QualifiedName) -> String {
    format!("table {table}")
}

/// Failed where a finding is not waived, skipped where all are.
fn status(findings: &[&Assigned]) -> TestCaseStatus {
    let Some(first) = findings.first() else {
        return TestCaseStatus::success();
    };
    let text: Vec<String> = findings.iter().map(|found| line(found)).collect();
    let text = text.join("\n");
    let mut failing = findings.iter().filter(|found| found.waiver.is_none());
    let Some(failure) = failing.next() else {
        let mut status = TestCaseStatus::skipped();
        let message = first.waiver.as_ref().map(waiver).unwrap_or_default();
        status
            .set_message(printable(&message))
            .set_description(text);
        return status;
    };
    let message = match failing.count() {
        0 => paragraph(failure),
        more => format!("{} (and {more} more)", paragraph(failure)),
    };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_message(printable(&message))
        .set_type(failure.finding.rule)
        .set_description(text);
    status
}

/// `policy-missing: ...`
fn line(found: &Assigned) -> String {
    lines(&format!("{}: {}", found.finding.rule, paragraph(found)))
}
