//! `jsonb-contract upgrade`: documents as documents of the newest version.

use super::{
    EXIT_CODES, Failure,
    contracts::{ContractArgs, known_version},
    inputs::{INPUTS, InputArgs, Outcome, Source},
    tell,
};
use crate::{
    check::{add_positions, check},
    documents::{Text, with_numbers_of},
    output::Output,
    report::{Finding, Report, Subject},
};
use clap::Args;
use contract_core::{ContractType, UpgradeError, Values};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

const LONG_ABOUT: &str = "\
Upgrades documents to the newest version of their contract, step by step.

Prints the upgraded documents to standard output, in the order of the input: one a line, or pretty \
where the only input is one document. A document that has the version already is printed with the \
same content. Numbers stay as they are written; keys come in the order of their bytes, white space and all \
but the last of equal keys go. The context stays as it is: nobody is written down as the one who \
changed the document.

A document that violates its contract, cannot be stored as jsonb or cannot be upgraded is left out. \
What is wrong with it goes to standard error, with file, line and JSON Pointer.";

const OUTPUT: &str = "\
A file named by --output is replaced whole, at the end. Where it is an input too, it is replaced \
only when no document was left out.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract upgrade case_metadata case.json
  jsonb-contract upgrade case_metadata exported/*.jsonl --output upgraded.jsonl
  jsonb-contract upgrade case_metadata --to 2 --lines < cases.txt > upgraded.jsonl";

/// Upgrades documents to the newest version of their contract.
#[derive(Args)]
#[command(
    long_about = format!("{LONG_ABOUT}\n\n{INPUTS}\n\n{OUTPUT}"),
    after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}")
)]
pub struct Upgrade {
    #[command(flatten)]
    contract: ContractArgs,
    #[command(flatten)]
    inputs: InputArgs,
    /// The version to upgrade to, instead of the newest
    #[arg(long, value_name = "VERSION")]
    to: Option<u32>,
    /// The file for the upgraded documents; `-`, or none: standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Upgrade {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let loaded = self.contract.load()?;
        let contract = self.contract.find(loaded.as_ref())?;
        let to = match self.to {
            Some(version) => known_version(contract, version)?,
            None => *contract.read_range().end(),
        };
        let path = self.output.filter(|path| path != Path::new("-"));
        let mut output = Output::open(path.as_deref())?;
        let mut report = Report::beside_output(Subject::Upgrades);
        self.inputs.for_each(
            &mut report,
            |source, text| upgrade(contract, to, source, text),
            |documents| output.write(&documents),
        )?;
        if report.is_clean() || !output.replaces_one_of(&self.inputs.files()) {
            output.finish()?;
        } else {
            tell(&format!("{output} is left as it was"));
        }
        Ok(report.finish()?)
    }
}

/// The upgraded document as it is written.
fn upgrade<'f>(
    contract: &ContractType,
    to: u32,
    source: Source<'f>,
    text: &Text<'_>,
) -> Outcome<'f, Vec<u8>> {
    let parsed = check(contract, Values::Masked, source.file, text)?;
    match contract.upgrade(parsed.value, to) {
        Ok(upgraded) => {
            let written = written(&upgraded, source.is_all);
            Ok(with_numbers_of(parsed.text, written).into_bytes())
        }
        Err(error) => {
            let mut findings = findings_of(&error, source.file);
            add_positions(&mut findings, parsed.text, parsed.start);
            Err(findings)
        }
    }
}

/// Why a valid document cannot be upgraded. Violations are those of what a step made of it: their
/// JSON Pointers need not lead anywhere in the document that was read.
fn findings_of<'f>(error: &UpgradeError, file: &'f Path) -> Vec<Finding<'f>> {
    let finding = |message| Finding::new("upgrade", file, message);
    match error.violations() {
        None => vec![finding(error.to_string())],
        Some(violations) => violations
            .iter()
            .map(|violation| finding(format!("{error}: {violation}")))
            .collect(),
    }
}

fn written(document: &Value, pretty: bool) -> String {
    let text = if pretty {
        serde_json::to_string_pretty(document)
    } else {
        serde_json::to_string(document)
    };
    text.expect("a JSON value can be written") + "\n"
}
