//! The files that a run of the drift checks writes.

use crate::{
    commands::Failure,
    output::Output,
    report::{
        drift::{self, Run, Section},
        printable,
    },
};
use clap::Args;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The report of the whole run, beside those of the checks.
const RUN_REPORT: &str = "drift.json";

/// Which files are written.
#[derive(Args)]
pub struct ReportFiles {
    /// Writes a page that shows the tables by checks, and needs nothing but a browser
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The folder for the reports, one JSON file a check and one of the whole run
    #[arg(long, value_name = "DIR", default_value = "reports")]
    reports: PathBuf,
    /// Writes no reports
    #[arg(long, conflicts_with = "reports")]
    no_reports: bool,
}

impl ReportFiles {
    /// # Errors
    ///
    /// The folder cannot be made, a file cannot be written.
    pub fn write(&self, run: &Run<'_>) -> Result<(), Failure> {
        if !self.no_reports {
            fs::create_dir_all(&self.reports).map_err(|error| {
                let name = self.reports.to_string_lossy();
                Failure::output(&printable(&name), error)
            })?;
            for ran in &run.outcome.checks {
                let report = drift::check_report(&Section::of(ran));
                write(&self.reports.join(ran.check.report), &report)?;
            }
            write(&self.reports.join(RUN_REPORT), &drift::run_report(run))?;
        }
        match &self.html {
            Some(file) => write(file, &drift::page(run)),
            None => Ok(()),
        }
    }
}

/// Writes a file, which is replaced whole.
pub fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let mut output = Output::open(Some(file))?;
    output.write(&[text.as_bytes().to_vec()])?;
    output.finish()
}
