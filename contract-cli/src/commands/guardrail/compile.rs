//! `jsonb-contract guardrail compile`: a matrix as a model, and what is wrong with it.

use super::super::{EXIT_CODES, Failure, lint::print, tell, today};
use crate::{
    guardrail::{self, RULES, Rule, Surroundings},
    lock_file::pretty,
    output::Output,
    report::{Finding, Format, Report, Subject},
};
use clap::Args;
use contract_core::Registry;
use jiff::civil::Date;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

const LONG_ABOUT: &str = "\
Compiles a guardrail matrix: the Markdown document becomes a typed model, and what is wrong with the document is found.

A table is recognised by its header cells, so that tables and columns may come in any order. What was mangled on the way \
(delimiter rows, mis-decoded characters) is repaired, with a warning. Without options the model \
goes to standard output and the findings to standard error. With --output the model goes to that file and the findings to standard output; --format \
alone prints the findings there, and no model. The model is written also when there are findings, but not when a row could not be read.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract guardrail compile docs/ssot/GUARDRAIL_MATRIX.md -o guardrail.json
  jsonb-contract guardrail compile docs/ssot/GUARDRAIL_MATRIX.md --format sarif > guardrail.sarif
  jsonb-contract guardrail compile --explain claim-beyond-level";

/// Compiles a matrix to a model, and finds what is wrong with it
#[derive(Args)]
#[command(long_about = LONG_ABOUT, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct Compile {
    /// The document
    #[arg(value_name = "FILE", required_unless_present_any = ["list", "explain"])]
    file: Option<PathBuf>,
    /// The file of the model, which is replaced whole
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How findings are printed [default: human]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Takes the contract types from a folder of manifests instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    contracts: Option<PathBuf>,
    /// The day on which the document is judged [default: today in UTC]
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    /// Prints the rules
    #[arg(long, exclusive = true)]
    list: bool,
    /// Says what a rule finds, and why that is wrong
    #[arg(long, value_name = "RULE", exclusive = true, value_parser = known_rule)]
    explain: Option<&'static Rule>,
}

fn known_rule(id: &str) -> Result<&'static Rule, String> {
    guardrail::rule(id).ok_or_else(|| "there is no such rule; --list prints them all".to_owned())
}

impl Compile {
    pub fn run(self) -> Result<ExitCode, Failure> {
        if let Some(rule) = self.explain {
            return print(&format!(
                "{}: {}\n\n{}\n",
                rule.id, rule.summary, rule.explanation
            ));
        }
        let Some(file) = self.file.as_deref() else {
            return print(&listed());
        };
        let own = self
            .contracts
            .as_deref()
            .map(Registry::from_folder)
            .transpose()?;
        let surroundings = Surroundings {
            file,
            registry: own.as_ref().unwrap_or_else(|| Registry::builtin()),
            today: self.today.unwrap_or_else(today),
        };
        let mut report = match (self.format, &self.output) {
            (Some(format), _) => Report::new(format, Subject::Matrices),
            (None, Some(_)) => Report::new(Format::Human, Subject::Matrices),
            (None, None) => Report::beside_output(Subject::Matrices),
        };
        report.begin(file);
        let compiled = match guardrail::read(&surroundings) {
            Ok(compiled) => compiled,
            Err(error) => {
                report.add(&Finding::unreadable(file, &error))?;
                return Ok(report.finish()?);
            }
        };
        let mut has_violations = false;
        for finding in compiled.findings(file) {
            has_violations |= finding.is_violation();
            report.add(&finding)?;
        }
        if compiled.is_complete() {
            report.checked(has_violations);
            self.write(file, &compiled.matrix)?;
        } else {
            tell("no model is written: a row could not be read");
        }
        Ok(report.finish()?)
    }

    fn write(&self, file: &Path, matrix: &guardrail::Matrix) -> Result<(), Failure> {
        if self.output.is_none() && self.format.is_some() {
            return Ok(());
        }
        let mut output = Output::open(self.output.as_deref())?;
        if output.replaces_one_of(&[file]) {
            return Err(Failure::Usage(
                "the model would replace the document".to_owned(),
            ));
        }
        output.write(&[pretty(matrix).into_bytes()])?;
        output.finish()
    }
}

fn listed() -> String {
    let width = RULES
        .iter()
        .map(|rule| rule.id.len())
        .max()
        .unwrap_or_default();
    let lines = RULES
        .iter()
        .map(|rule| format!("{:width$}  {}\n", rule.id, rule.summary));
    lines.collect::<String>()
}
