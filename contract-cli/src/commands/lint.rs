//! `jsonb-contract lint`: schemas that do not say what they seem to.

use super::{EXIT_CODES, Failure, ReportArgs, manifests};
use crate::{
    documents::Text,
    report::{Finding, Report, Subject, illustrate},
};
use clap::Args;
use contract_core::{
    Manifest,
    lint::{self, RULES, Rule},
};
use serde_json::Value;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

const LONG_ABOUT: &str = "\
Finds what in a schema does not say what it seems to.

JSON Schema ignores what it does not know: a misspelt or misplaced keyword is no error, and a schema \
that no document satisfies compiles like any other. Each finding is shown in the lines of its file. \
A file with \"contract_type\" is a manifest, any other a bare JSON Schema.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract lint                           the folder contracts
  jsonb-contract lint schemas/ship.schema.json
  jsonb-contract lint --explain unanchored-pattern
  jsonb-contract lint --format sarif > lint.sarif";

/// Finds what in a schema does not say what it seems to
#[derive(Args)]
#[command(long_about = LONG_ABOUT, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct Lint {
    /// Manifests, JSON Schemas, or folders with them
    #[arg(value_name = "PATH", default_value = "contracts")]
    paths: Vec<PathBuf>,
    /// Prints the rules
    #[arg(long, exclusive = true)]
    list: bool,
    /// Says what a rule finds, and why that is wrong
    #[arg(long, value_name = "RULE", exclusive = true, value_parser = known_rule)]
    explain: Option<&'static Rule>,
    #[command(flatten)]
    report: ReportArgs,
}

impl Lint {
    pub fn run(self) -> Result<ExitCode, Failure> {
        if let Some(rule) = self.explain {
            return print(&format!(
                "{}: {}\n\n{}",
                rule.id(),
                rule.summary(),
                rule.explanation()
            ));
        }
        if self.list {
            let widest = RULES.iter().map(|rule| rule.id().len()).max();
            let width = widest.unwrap_or_default();
            let lines = RULES
                .iter()
                .map(|rule| format!("{:width$}  {}\n", rule.id(), rule.summary()));
            return print(&lines.collect::<String>());
        }
        let mut report = Report::new(self.report.format, Subject::Schemas);
        for file in manifests::files(&self.paths)? {
            report.begin(&file);
            let bytes = match fs::read(&file) {
                Ok(bytes) => bytes,
                Err(error) => {
                    report.add(&Finding::unreadable(&file, &error))?;
                    continue;
                }
            };
            let findings = findings(&file, &bytes);
            for finding in &findings {
                report.add(finding)?;
            }
            if !findings.iter().any(Finding::is_error) {
                report.checked(!findings.is_empty());
            }
        }
        Ok(report.finish()?)
    }
}

fn known_rule(id: &str) -> Result<&'static Rule, String> {
    lint::rule(id).ok_or_else(|| "there is no such rule; --list prints them all".to_owned())
}

/// Prints what a command is asked for instead of its report.
pub fn print(text: &str) -> Result<ExitCode, Failure> {
    let written = io::stdout().write_all(text.as_bytes());
    written.map_err(|error| Failure::output("standard output", error))?;
    Ok(ExitCode::SUCCESS)
}

/// What is found in a file, or why it could not be looked at; in the order of the file.
fn findings<'f>(file: &'f Path, bytes: &'f [u8]) -> Vec<Finding<'f>> {
    let text = Text {
        first_line: 1,
        bytes,
        too_large: false,
    };
    let parsed = match text.parse() {
        Ok(parsed) => parsed,
        Err(error) => {
            return vec![Finding {
                position: Some(error.position),
                ..Finding::error(error.rule, file, error.message)
            }];
        }
    };
    let mut findings = look_at(file, &parsed.value);
    illustrate(&mut findings, parsed.text);
    findings
}

fn look_at<'f>(file: &'f Path, value: &Value) -> Vec<Finding<'f>> {
    let error = |rule, path: &str, message: &str| Finding {
        schema_path: Some(path.to_owned()),
        ..Finding::error(rule, file, message.to_owned())
    };
    let lints = if value.get("contract_type").is_some() {
        match Manifest::read(value) {
            Ok(contract) => lint::lint(&contract),
            Err(problems) => {
                return problems
                    .iter()
                    .map(|problem| error("manifest", problem.path(), problem.message()))
                    .collect();
            }
        }
    } else {
        match lint::lint_schema(value) {
            Ok(lints) => lints,
            Err(problem) => return vec![error("schema", problem.path(), problem.message())],
        }
    };
    lints
        .iter()
        .map(|lint| Finding {
            schema_path: Some(lint.path().to_owned()),
            hint: lint.hint().map(str::to_owned),
            ..Finding::new(lint.rule().id(), file, lint.message().to_owned())
        })
        .collect()
}
