//! The files that a command compares a database with, read whole.

use super::Failure;
use crate::{
    guardrail::{self, Matrix, Surroundings},
    report::{Finding, Report, Subject, counted, printable},
};
use contract_core::Registry;
use jiff::civil::Date;
use std::{fs, io, path::Path};

/// The matrix of a document, or of the model that was made of one.
///
/// # Errors
///
/// The file cannot be read; a row or a cell of the document cannot, and is told; the model is none.
pub fn matrix(file: &Path, today: Date) -> Result<Matrix, Failure> {
    let text = guardrail::read_text(file).map_err(|error| unreadable(file, &error))?;
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(&text).map_err(|error| wrong(file, &error.to_string()));
    }
    let surroundings = Surroundings {
        file,
        registry: Registry::builtin(),
        today,
    };
    let compiled = guardrail::compile(text, &surroundings);
    if compiled.is_complete() {
        Ok(compiled.matrix)
    } else {
        Err(refused(
            file,
            compiled.findings(file).filter(Finding::is_error),
        ))
    }
}

/// The text of a file.
///
/// # Errors
///
/// The file cannot be read, or is not UTF-8.
pub fn text(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| unreadable(file, &error))
}

/// Tells what is wrong with a file, each with its place.
pub fn refused<'f>(file: &Path, findings: impl Iterator<Item = Finding<'f>>) -> Failure {
    let mut report = Report::beside_output(Subject::Files);
    let mut errors = 0;
    for finding in findings {
        // A closed standard error is no reason to take another way.
        let _ = report.add(&finding);
        errors += 1;
    }
    let _ = report.flush();
    let errors = counted(errors, "error");
    wrong(
        file,
        &format!("{errors} in it, with their lines on standard error"),
    )
}

/// What is wrong with a file, after its name.
pub fn wrong(file: &Path, why: &str) -> Failure {
    let name = file.to_string_lossy();
    Failure::Usage(format!("{}: {why}", printable(&name)))
}

fn unreadable(file: &Path, error: &io::Error) -> Failure {
    wrong(file, &format!("cannot be read: {error}"))
}
