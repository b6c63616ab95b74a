//! The commands, one file each, and what they share: contract types, inputs, exit codes, failures.

mod allowed;
mod apply;
mod contracts;
mod coverage;
mod diff;
mod drift;
mod export;
mod guardrail;
mod inputs;
mod lint;
mod manifests;
mod pull;
mod read;
mod release;
mod snapshot;
mod sql;
mod upgrade;
mod validate;

use crate::report::Format;
use clap::{Args, Subcommand};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
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
  3  the command could not run, or its output could not be written";

/// What the command line asks for.
#[derive(Subcommand)]
pub enum Command {
    Validate(validate::Validate),
    Upgrade(upgrade::Upgrade),
    Sql(sql::Sql),
    Export(export::Export),
    Apply(apply::Apply),
    Pull(pull::Pull),
    Lint(lint::Lint),
    Coverage(coverage::Coverage),
    Diff(diff::Diff),
    Drift(drift::Drift),
    Guardrail(guardrail::Guardrail),
    Release(release::Release),
    Snapshot(snapshot::Snapshot),
}

impl Command {
    /// Runs the command; a failure is told on standard error.
    pub fn run(self) -> ExitCode {
        let result = match self {
            Self::Validate(validate) => validate.run(),
            Self::Upgrade(upgrade) => upgrade.run(),
            Self::Sql(sql) => sql.run(),
            Self::Export(export) => export.run(),
            Self::Apply(apply) => apply.run(),
            Self::Pull(pull) => pull.run(),
            Self::Lint(lint) => lint.run(),
            Self::Coverage(coverage) => coverage.run(),
            Self::Diff(diff) => diff.run(),
            Self::Drift(drift) => drift.run(),
            Self::Guardrail(guardrail) => guardrail.run(),
            Self::Release(release) => release.run(),
            Self::Snapshot(snapshot) => snapshot.run(),
        };
        result.unwrap_or_else(Failure::exit)
    }
}

/// How findings are printed.
#[derive(Args)]
struct ReportArgs {
    /// How findings are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

/// Says on standard error what is done.
pub fn tell(message: &str) {
    // A closed standard error is no reason to stop.
    let _ = writeln!(io::stderr(), "{message}");
}

/// Today in UTC, for what ends on a day.
pub fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// Why a command ended before its report was complete.
pub enum Failure {
    /// The command line asks for something that is not there.
    Usage(String),
    /// The command could not run.
    CouldNotRun(String),
    /// The report could not be written.
    Report(io::Error),
}

/// Every other input or output is told where it fails, with its file.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Report(error)
    }
}

impl Failure {
    /// An output that could not be written; quiet where its reader has seen enough.
    pub fn output(name: &str, error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::Report(error),
            _ => Self::CouldNotRun(format!("{name} cannot be written: {error}")),
        }
    }

    /// What is told of it, in lower case, without a full stop.
    pub fn message(&self) -> String {
        match self {
            Self::Usage(message) | Self::CouldNotRun(message) => message.clone(),
            Self::Report(error) => format!("the report cannot be written: {error}"),
        }
    }

    fn exit(self) -> ExitCode {
        // `jsonb-contract ... | head`: who reads the report has seen enough.
        let is_seen_enough =
            matches!(&self, Self::Report(error) if error.kind() == ErrorKind::BrokenPipe);
        if !is_seen_enough {
            tell(&format!("error: {}", self.message()));
        }
        ExitCode::from(if matches!(self, Self::Usage(_)) { 2 } else { 3 })
    }
}
