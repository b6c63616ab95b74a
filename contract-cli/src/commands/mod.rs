//! The commands, one file each, and what they share: exit codes and failures.

mod export;
mod validate;

use crate::report::Format;
use clap::{Args, Subcommand};
use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

/// The exit codes of every command, for the help texts.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  nothing found
  1  findings
  2  wrong usage, or input that could not be read
  3  the check could not run, or its report could not be written";

/// What the command line asks for.
#[derive(Subcommand)]
pub enum Command {
    Validate(validate::Validate),
    Export(export::Export),
}

impl Command {
    /// Runs the command; a failure is told on standard error.
    pub fn run(self) -> ExitCode {
        let result = match self {
            Self::Validate(validate) => validate.run(),
            Self::Export(export) => export.run(),
        };
        result.unwrap_or_else(Failure::tell)
    }
}

/// How findings are printed.
#[derive(Args)]
struct ReportArgs {
    /// How findings are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

/// Why a command ended before its report was complete.
pub enum Failure {
    /// The command line asks for something that is not there.
    Usage(String),
    /// The check could not run.
    CouldNotRun(String),
    /// The report could not be written.
    Report(io::Error),
}

/// Every other input or output is reported where it fails, with its file.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Report(error)
    }
}

impl Failure {
    fn tell(self) -> ExitCode {
        let (code, message) = match self {
            Self::Usage(message) => (2, message),
            Self::CouldNotRun(message) => (3, message),
            // `jsonb-contract ... | head`: who reads the report has seen enough.
            Self::Report(error) if error.kind() == ErrorKind::BrokenPipe => {
                return ExitCode::from(3);
            }
            Self::Report(error) => (3, format!("the report cannot be written: {error}")),
        };
        // There is nobody left to tell when standard error is closed.
        let _ = writeln!(io::stderr(), "error: {message}");
        ExitCode::from(code)
    }
}
