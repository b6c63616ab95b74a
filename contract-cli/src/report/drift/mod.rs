//! What a run of the drift checks came to, in each format; and the files of its reports.
//!
//! A check that could not run is told as an error in every format: it never looks like one that found nothing.

mod document;
mod github;
mod html;
mod human;
mod junit;
#[cfg(test)]
mod sample;
mod sarif;
#[cfg(test)]
mod tests;
mod words;

pub use document::{check_report, run_report, schema};
pub use html::page;
pub use human::{Screen, summary};

use super::Format;
use crate::{
    catalog::QualifiedName,
    checks::{Assigned, CheckOutcome, Outcome},
    guardrail::Matrix,
};
use document::Counts;
use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::Path,
};

/// A run, and what a report of it needs beside the outcome.
pub struct Run<'a> {
    pub outcome: &'a Outcome,
    pub matrix: &'a Matrix,
    /// The file of the matrix as it was named: findings point to its lines.
    pub matrix_file: &'a Path,
    /// The tables of the matrix and of the database.
    pub tables: BTreeSet<QualifiedName>,
}

/// A part of a report: a check, or what is wrong beside the checks.
pub struct Section<'a> {
    /// `DRIFT-01`, or [`BESIDE`].
    pub id: &'static str,
    pub title: &'static str,
    /// The findings in their order; or why the check could not run.
    pub result: Result<&'a [Assigned], &'a str>,
}

/// What stands for the id of a check, for what is wrong beside the checks.
pub const BESIDE: &str = "beside";

impl<'a> Section<'a> {
    pub fn of(ran: &'a CheckOutcome) -> Self {
        Self {
            id: ran.check.id,
            title: ran.check.title,
            result: ran.result.as_deref().map_err(String::as_str),
        }
    }

    /// The findings; none where the check could not run.
    pub fn findings(&self) -> &'a [Assigned] {
        self.result.unwrap_or_default()
    }

    /// `DRIFT-01 schema diff`
    pub fn name(&self) -> String {
        match self.id {
            BESIDE => self.title.to_owned(),
            id => format!("{id} {}", self.title),
        }
    }
}

impl<'a> Run<'a> {
    /// The checks in their order, then what is wrong beside them, if anything is.
    pub fn sections(&self) -> Vec<Section<'a>> {
        let mut sections: Vec<Section<'a>> = self.outcome.checks.iter().map(Section::of).collect();
        if !self.outcome.beside.is_empty() {
            sections.push(Section {
                id: BESIDE,
                title: "waivers, owners and claims",
                result: Ok(&self.outcome.beside),
            });
        }
        sections
    }

    /// How many findings there are, of the checks and beside them.
    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for section in self.sections() {
            counts += Counts::of(section.findings());
        }
        counts
    }

    /// The line of the matrix that a finding points to: the one that promises what is not there, else the row
    /// of the check.
    fn line(&self, section: &Section<'_>, found: &Assigned) -> Option<u64> {
        found
            .finding
            .matrix_line
            .or_else(|| self.line_of(section.id))
    }

    /// The row of a check in the matrix.
    fn line_of(&self, check: &str) -> Option<u64> {
        self.matrix.check(check).map(|row| row.line)
    }

    /// The exit code: a check that could not run outweighs findings.
    pub fn exit_code(&self) -> u8 {
        let checks = &self.outcome.checks;
        if checks.iter().any(|ran| ran.result.is_err()) {
            3
        } else {
            u8::from(self.counts().failing > 0)
        }
    }

    /// Writes the report. The format for people is fitted to the `screen`.
    pub fn print(&self, format: Format, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => human::print(self, screen, out),
            Format::Json => out.write_all(run_report(self).as_bytes()),
            Format::Sarif => sarif::print(self, out),
            Format::Github => github::print(self, out),
            Format::Junit => junit::print(self, out),
        }
    }
}
