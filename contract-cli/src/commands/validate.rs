//! `jsonb-contract validate`: documents against their contract.

use super::{
    EXIT_CODES, Failure, ReportArgs,
    contracts::ContractArgs,
    inputs::{INPUTS, InputArgs},
};
use crate::{
    check::check,
    manifests,
    report::{Report, Subject},
};
use clap::Args;
use contract_core::Values;
use std::process::ExitCode;

const LONG_ABOUT: &str = "\
Checks documents against their contract.

Prints one finding for each violation, with file, line and JSON Pointer. Strings and numbers that \
jsonb cannot hold are findings too, so that Postgres takes what passes here (a document of many \
megabytes can still be more than the 256 MiB that jsonb has for a container).";

const UNREADABLE: &str = "\
An input that cannot be read (a file that is missing, a line that is not JSON) is reported as an \
error; the other documents are still checked.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract validate case_metadata case.json
  jsonb-contract validate case_metadata --contracts contracts exported/*.jsonl
  psql -XAtc 'SELECT metadata FROM nexus_cases' | jsonb-contract validate case_metadata --lines
  jsonb-contract validate case_metadata fixtures/*.json --format sarif > cases.sarif";

/// Checks documents against their contract.
#[derive(Args)]
#[command(
    long_about = format!("{LONG_ABOUT}\n\n{INPUTS}\n\n{UNREADABLE}"),
    after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}")
)]
pub struct Validate {
    #[command(flatten)]
    contract: ContractArgs,
    #[command(flatten)]
    inputs: InputArgs,
    /// Repeats offending values in the messages, which are masked otherwise
    #[arg(long)]
    show_values: bool,
    #[command(flatten)]
    report: ReportArgs,
}

impl Validate {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let mut report = Report::new(self.report.format, Subject::Documents);
        let loaded = match self.contract.load() {
            Ok(loaded) => loaded,
            Err(errors) => {
                for finding in manifests::problems(&errors) {
                    report.add(&finding)?;
                }
                return Ok(report.finish()?);
            }
        };
        let contract = self.contract.find(loaded.as_ref())?;
        let values = if self.show_values {
            Values::Shown
        } else {
            Values::Masked
        };
        self.inputs.for_each(
            &mut report,
            |source, text| check(contract, values, source.file, text).map(drop),
            |_| Ok(()),
        )?;
        Ok(report.finish()?)
    }
}
