//! The model of a matrix for commands that use it: from the document, or from what a compilation wrote.

use super::{Matrix, Surroundings, document};
use crate::{
    commands::Failure,
    report::{Finding, Report, Subject},
};
use contract_core::Registry;
use jiff::civil::Date;
use std::path::Path;

/// Reads a matrix: `guardrail.json`, or the document itself. What is wrong with the document beside rows that
/// cannot be read is said by `guardrail compile`, not here.
///
/// # Errors
///
/// The file cannot be read; or a row of it, which is told on standard error.
pub fn load(file: &Path, today: Date) -> Result<Matrix, Failure> {
    let wrong = |why: String| Failure::Usage(format!("{}: {why}", file.display()));
    let text = document::read_text(file).map_err(|error| {
        wrong(format!(
            "the guardrail matrix cannot be read: {error}\n  tip: --matrix names it; jsonb-contract guardrail new prints an empty one"
        ))
    })?;
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(&text).map_err(|error| wrong(error.to_string()));
    }
    let surroundings = Surroundings {
        file,
        registry: Registry::builtin(),
        today,
    };
    let compiled = document::compile(text, &surroundings);
    if compiled.is_complete() {
        return Ok(compiled.matrix);
    }
    let mut report = Report::beside_output(Subject::Matrices);
    for finding in compiled.findings(file).filter(Finding::is_error) {
        report.add(&finding)?;
    }
    report.flush()?;
    Err(wrong("a row of the matrix cannot be read".to_owned()))
}
