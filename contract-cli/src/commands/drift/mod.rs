//! `jsonb-contract drift`: whether matrix, contracts, migrations and database agree.

mod inputs;
mod reports;

use super::{EXIT_CODES, Failure, ReportArgs, lint::print, tell, today};
use crate::{
    catalog::{CatalogArgs, QualifiedName},
    checks::{self, Baseline, CHECKS, Check, CheckOutcome, Facts, Outcome},
    database::CONNECTION,
    guardrail::Matrix,
    migrations::{MigrationArgs, REPLAY},
    report::drift::{self, Run, Screen},
};
use clap::Args;
use inputs::{Inputs, MatrixArgs};
use jiff::civil::Date;
use reports::ReportFiles;
use std::{
    collections::BTreeSet,
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

const LONG_ABOUT: &str = "\
Compares what a database has with what the guardrail matrix, the contracts and the migrations promise.

Each check that ran writes its report to the folder of --reports, and says on standard error how many findings it \
has. A finding names who mends it, by when, and its risk; a waiver or the baseline can hold it for now. A check \
that could not run is an error in every format, and the others are still reported.

The catalog is read in one transaction that writes nothing, or from a file that jsonb-contract snapshot has written.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract drift --migrations migrations
  jsonb-contract drift --snapshot schema.json --check DRIFT-02 --check DRIFT-03
  jsonb-contract drift --check DRIFT-04 --write-baseline drift-baseline.json
  jsonb-contract drift --check DRIFT-04 --baseline drift-baseline.json --html drift.html
  jsonb-contract drift --explain DRIFT-03";

const DRIFT_EXIT_CODES: &str = "\
An expired waiver, a finding without an owner and a false claim of compliance are findings too.";

/// Compares a database with the guardrail matrix, the contracts and the migrations
#[derive(Args)]
#[command(
    long_about = format!("{LONG_ABOUT}\n\n{CONNECTION}\n\n{REPLAY}"),
    after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}\n\n{DRIFT_EXIT_CODES}")
)]
pub struct Drift {
    #[command(flatten)]
    matrix: MatrixArgs,
    /// Runs this check; may be given more than once. Without it all run
    #[arg(long = "check", value_name = "CHECK", value_parser = known_check)]
    checks: Vec<&'static Check>,
    /// Prints the checks
    #[arg(long, exclusive = true)]
    list: bool,
    /// Says what a check finds, and why that is wrong
    #[arg(long, value_name = "CHECK", exclusive = true, value_parser = known_check)]
    explain: Option<&'static Check>,
    /// Prints the JSON Schema of the reports
    #[arg(long, exclusive = true)]
    schema: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
    #[command(flatten)]
    migrations: MigrationArgs,
    /// Writes what is found now to a baseline; it fails no more
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// The day of the run, for what ends on a day; without it, today in UTC
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    files: ReportFiles,
}

impl Drift {
    pub fn run(self) -> Result<ExitCode, Failure> {
        if let Some(check) = self.explain {
            return print(&explanation(check));
        }
        if self.list {
            return print(&list());
        }
        if self.schema {
            return print(&drift::schema());
        }
        let selected: Vec<&'static Check> = CHECKS
            .iter()
            .filter(|check| {
                let is_it = |chosen: &&Check| chosen.id == check.id;
                self.checks.is_empty() || self.checks.iter().any(is_it)
            })
            .collect();
        let today = self.today.unwrap_or_else(today);
        let needs_migrations = selected.iter().any(|check| check.id == "DRIFT-01");
        let migrations = needs_migrations.then_some(&self.migrations);
        match Inputs::read(&self.matrix, &self.catalog, migrations, today) {
            Ok(inputs) => {
                let outcome = self.outcome(&inputs, &selected, today)?;
                let tables = inputs.tables();
                self.tell(&outcome, &inputs.matrix, tables)
            }
            Err(failure) => {
                // No report of an earlier run may be taken for one of this run.
                let outcome = nothing_ran(&selected, &failure);
                self.tell(&outcome, &Matrix::default(), BTreeSet::new())?;
                Err(failure)
            }
        }
    }

    fn outcome(
        &self,
        inputs: &Inputs,
        selected: &[&'static Check],
        today: Date,
    ) -> Result<Outcome, Failure> {
        let facts = Facts {
            catalog: &inputs.catalog,
            matrix: &inputs.matrix,
            migrated: inputs.migrated(),
            today,
        };
        let run = |baseline: Option<&Baseline>| {
            let (waivers, evidence) = (&inputs.waivers, &inputs.evidence);
            let mut outcome = checks::run(&facts, selected, waivers, baseline, evidence);
            inputs.tell_of_migrations(&mut outcome);
            outcome
        };
        let outcome = run(inputs.baseline.as_ref());
        if let Some(baseline) = &inputs.baseline {
            let gone = baseline.gone(&outcome).len();
            if gone > 0 {
                tell(&format!(
                    "no longer found: {gone} of the baseline; --write-baseline takes them out"
                ));
            }
        }
        let Some(file) = &self.write_baseline else {
            return Ok(outcome);
        };
        if outcome.checks.iter().any(|ran| ran.result.is_err()) {
            tell("the baseline is not written: a check could not run");
            return Ok(outcome);
        }
        let baseline = Baseline::of(&outcome);
        reports::write(file, &baseline.text())?;
        Ok(run(Some(&baseline)))
    }

    /// Writes the report, in all forms that are asked for.
    fn tell(
        &self,
        outcome: &Outcome,
        matrix: &Matrix,
        tables: BTreeSet<QualifiedName>,
    ) -> Result<ExitCode, Failure> {
        let matrix_file = self.matrix.file();
        let run = Run {
            outcome,
            matrix,
            matrix_file,
            tables,
        };
        self.files.write(&run)?;
        let mut out = BufWriter::new(io::stdout().lock());
        run.print(self.report.format, Screen::standard_output(), &mut out)
            .and_then(|()| out.flush())
            .map_err(|error| Failure::output("standard output", error))?;
        tell(&drift::summary(&run));
        Ok(ExitCode::from(run.exit_code()))
    }
}

/// That no check could run. What the server or the network said is for standard error alone: a report tells neither
/// a host nor a user.
fn nothing_ran(selected: &[&'static Check], failure: &Failure) -> Outcome {
    let why = match failure {
        Failure::Usage(message) => message.clone(),
        Failure::CouldNotRun(_) | Failure::Report(_) => {
            "the database could not be read; standard error says why".to_owned()
        }
    };
    let check = |&check| CheckOutcome {
        check,
        result: Err(why.clone()),
    };
    Outcome {
        checks: selected.iter().map(check).collect(),
        beside: Vec::new(),
        compliance: Vec::new(),
    }
}

fn known_check(id: &str) -> Result<&'static Check, String> {
    let mut checks = CHECKS.iter();
    checks
        .find(|check| check.id.eq_ignore_ascii_case(id))
        .ok_or_else(|| "there is no such check; --list prints them all".to_owned())
}

fn list() -> String {
    let lines = CHECKS
        .iter()
        .map(|check| format!("{}  {:<20}  {}\n", check.id, check.title, check.summary));
    lines.collect()
}

fn explanation(check: &Check) -> String {
    let text = check.explanation.trim_end();
    format!(
        "{}, {}: {}\n\n{text}\n",
        check.id, check.title, check.summary
    )
}
