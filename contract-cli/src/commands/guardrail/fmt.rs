//! `jsonb-contract guardrail fmt`: a matrix with its tables aligned.

use super::super::{EXIT_CODES, Failure, ReportArgs};
use crate::{
    guardrail,
    output::Output,
    report::{Finding, Report, Subject},
};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

const LONG_ABOUT: &str = "\
Aligns the tables of a document, without changing what it says.

Cells are padded to the width of their column, delimiter rows get a cell for each of their header, bars in code are escaped, and characters \
that were read in another charset are repaired, in the prose too. A table with a row of too many cells stays as it is. The file is replaced whole, and \
only when it differs.";

/// Aligns the tables of a matrix
#[derive(Args)]
#[command(long_about = LONG_ABOUT, after_help = EXIT_CODES)]
pub struct Format {
    /// The document
    file: PathBuf,
    /// Writes nothing, and finds whether it would
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    report: ReportArgs,
}

impl Format {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let file = self.file.as_path();
        let mut report = Report::new(self.report.format, Subject::Files);
        report.begin(file);
        let text = match guardrail::read_text(file) {
            Ok(text) => text,
            Err(error) => {
                report.add(&Finding::unreadable(file, &error))?;
                return Ok(report.finish()?);
            }
        };
        let formatted = guardrail::formatted(text.clone());
        let differs = formatted != text;
        if differs && self.check {
            let message = "is not aligned".to_owned();
            report.add(&Finding {
                hint: Some("jsonb-contract guardrail fmt does it".to_owned()),
                ..Finding::new("not-formatted", file, message)
            })?;
        } else if differs {
            let mut output = Output::open(Some(file))?;
            output.write(&[formatted.into_bytes()])?;
            output.finish()?;
            report.done(&format!("aligned {}", file.display()))?;
        }
        report.checked(differs && self.check);
        Ok(report.finish()?)
    }
}
