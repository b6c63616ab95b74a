//! The command `jsonb-contract`: contracts for JSONB columns, checked outside the database.
//!
//! It has no rules of its own: what is valid is decided in `contract-core`. Each command is a file
//! under `commands`, each output format a file under `report`.
#![forbid(unsafe_code)]

mod catalog;
mod check;
mod checks;
mod commands;
mod database;
mod documents;
mod expression;
mod git;
mod guardrail;
mod kept_folder;
mod lock_file;
mod manifests;
mod migrations;
mod name;
mod output;
mod releases;
mod replacement;
mod report;
mod storable;

use clap::Parser;
use commands::{Command, EXIT_CODES};
use std::process::ExitCode;

/// Contracts for JSONB columns: check and upgrade documents, bind columns, release contracts and register
/// them in a database, and keep the contract files true to the types.
#[derive(Parser)]
#[command(name = "jsonb-contract", version, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    Cli::parse().command.run()
}
