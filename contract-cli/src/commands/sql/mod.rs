//! `jsonb-contract sql`: SQL for people and migration tools to run.

mod bind;

use super::Failure;
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Prints SQL to run: migrations that bind columns.
#[derive(Args)]
pub struct Sql {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Bind(bind::Bind),
}

impl Sql {
    pub fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Bind(bind) => bind.run(),
        }
    }
}
