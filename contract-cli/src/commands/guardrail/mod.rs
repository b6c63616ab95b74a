//! `jsonb-contract guardrail`: the guardrail matrix, compiled, started and aligned.

mod compile;
mod fmt;

use super::{EXIT_CODES, Failure, lint::print};
use crate::{guardrail, lock_file::pretty};
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Compiles, starts or aligns a guardrail matrix
#[derive(Args)]
pub struct Guardrail {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Compile(compile::Compile),
    /// Prints an empty matrix, with every column explained
    #[command(after_help = EXIT_CODES)]
    New,
    Fmt(fmt::Format),
    /// Prints the JSON Schema of the model
    #[command(after_help = EXIT_CODES)]
    Schema,
}

impl Guardrail {
    pub fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Compile(compile) => compile.run(),
            Command::New => print(&guardrail::template()),
            Command::Fmt(format) => format.run(),
            Command::Schema => print(&pretty(&guardrail::json_schema())),
        }
    }
}
