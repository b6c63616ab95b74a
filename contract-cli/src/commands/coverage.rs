//! `jsonb-contract coverage`: the contract of each jsonb column, and what is in force for it.

use super::{Failure, read, tell, today};
use crate::{
    catalog::CatalogArgs,
    checks::contract_coverage::{self, Row},
    database::CONNECTION,
    output::Output,
    report::{counted, printable},
};
use clap::{Args, ValueEnum};
use comfy_table::{Table, presets};
use serde::Serialize;
use std::{path::PathBuf, process::ExitCode};

const LONG_ABOUT: &str = "\
Shows each jsonb column of the tables of a database: its contract type, its CHECK, its guard trigger, the write \
floor, the versions of the contract type, and what is wrong first. Partitions are shown too.

A CHECK is shown where it enforces a contract, whatever its name. With a matrix, a column's contract type is the one \
that the matrix names, and what is wrong is what drift --check DRIFT-03 finds; without one, it is that of the \
CHECK, else of the guard, else of a manifest that binds the column. In a database, the view contract.coverage \
shows the same without a matrix.";

const COVERAGE_EXIT_CODES: &str = "\
Exit codes:
  0  the columns are shown, whatever is wrong with them: jsonb-contract drift judges
  2  wrong usage, or input that could not be read
  3  the command could not run, or its output could not be written";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract coverage
  jsonb-contract coverage --matrix docs/ssot/GUARDRAIL_MATRIX.md
  jsonb-contract coverage --snapshot schema.json --format json";

/// Shows the contract of each jsonb column, and what is in force for it
#[derive(Args)]
#[command(
    long_about = format!("{LONG_ABOUT}\n\n{CONNECTION}"),
    after_help = format!("{EXAMPLES}\n\n{COVERAGE_EXIT_CODES}")
)]
pub struct Coverage {
    /// The guardrail matrix, or what guardrail compile made of it
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,
    #[command(flatten)]
    catalog: CatalogArgs,
    /// How the columns are shown
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people: a table
    Human,
    /// One JSON document
    Json,
}

/// The JSON document.
#[derive(Serialize)]
struct Document {
    columns: Vec<Row>,
}

impl Coverage {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let matrix = self
            .matrix
            .as_deref()
            .map(|file| read::matrix(file, today()))
            .transpose()?;
        let catalog = self.catalog.catalog()?;
        let columns =
            contract_coverage::rows(&catalog, matrix.as_ref()).map_err(Failure::CouldNotRun)?;
        let problems = columns.iter().filter(|row| row.problem.is_some()).count();
        let summary = format!(
            "{}, {}",
            counted(columns.len() as u64, "jsonb column"),
            counted(problems as u64, "problem")
        );
        let text = match self.format {
            Format::Human => table(&columns),
            Format::Json => {
                let text = serde_json::to_string_pretty(&Document { columns });
                text.map_err(|error| Failure::CouldNotRun(error.to_string()))? + "\n"
            }
        };
        let mut output = Output::open(None)?;
        output.write(&[text.into_bytes()])?;
        output.finish()?;
        tell(&summary);
        Ok(ExitCode::SUCCESS)
    }
}

fn table(columns: &[Row]) -> String {
    if columns.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .force_no_tty()
        .set_header([
            "column",
            "type",
            "contract type",
            "versions",
            "CHECK",
            "guard",
            "floor",
            "problem",
        ]);
    for row in columns {
        let cells = [
            row.name(),
            row.data_type.clone(),
            row.contract_type.clone().unwrap_or_default(),
            versions(row),
            state(row.check_present, row.check_validated, "not valid"),
            state(row.guard_present, row.guard_enabled, "not in force"),
            row.floor.map(|floor| floor.to_string()).unwrap_or_default(),
            row.problem.clone().unwrap_or_default(),
        ];
        table.add_row(cells.map(|cell| printable(&cell).into_owned()));
    }
    let lines = table.lines().map(|line| line.trim_end().to_owned() + "\n");
    lines.collect()
}

fn versions(row: &Row) -> String {
    match (row.min_version, row.max_version) {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("{low} to {high}"),
        _ if row.contract_type.is_some() => "not known".to_owned(),
        _ => String::new(),
    }
}

fn state(is_there: bool, is_in_force: bool, otherwise: &str) -> String {
    let state = match (is_there, is_in_force) {
        (false, _) => "-",
        (true, true) => "yes",
        (true, false) => otherwise,
    };
    state.to_owned()
}
