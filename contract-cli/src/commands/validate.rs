//! `jsonb-contract validate`: documents against their contract, in parallel, told in their order.

use super::{EXIT_CODES, Failure, ReportArgs};
use crate::{
    documents::{Batch, Documents, Layout, Position, Text, find_places},
    report::{Finding, Report, Subject, printable},
    storable,
};
use clap::Args;
use contract_core::{ContractType, Registry, UnknownContractType, Values, manifest::Problem};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::ExitCode,
};

const LONG_ABOUT: &str = "\
Checks documents against their contract.

Prints one finding for each violation, with file, line and JSON Pointer. Strings and numbers that \
jsonb cannot hold are findings too, so that Postgres takes what passes here (a document of many \
megabytes can still be more than the 256 MiB that jsonb has for a container).

A file that ends in .jsonl or .ndjson holds one document a line, a file that ends in .json holds \
one document, which may be pretty-printed. Standard input and other files are looked into: when the \
first line that is not blank is a JSON text that has not ended, the input is one document, else \
each line is one. --lines and --document say it instead. Blank lines are skipped. Input is read \
piece by piece, one document may have 256 MiB and 127 levels at most, and all processors are used \
(RAYON_NUM_THREADS=1 for one).

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
#[command(long_about = LONG_ABOUT, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct Validate {
    /// The contract type, such as `case_metadata`
    #[arg(value_name = "TYPE")]
    contract_type: String,
    /// The files with the documents; `-`, or none: standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Takes the contract types from a folder of manifests instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    contracts: Option<PathBuf>,
    /// Each line of the input is a document, whatever the file's name
    #[arg(long, conflicts_with = "document")]
    lines: bool,
    /// Each input is one document, whatever the file's name
    #[arg(long)]
    document: bool,
    /// Repeats offending values in the messages, which are masked otherwise
    #[arg(long)]
    show_values: bool,
    #[command(flatten)]
    report: ReportArgs,
}

impl Validate {
    pub fn run(mut self) -> Result<ExitCode, Failure> {
        let mut report = Report::new(self.report.format, Subject::Documents);
        let loaded = self.contracts.as_deref().map(Registry::from_folder);
        let loaded = match loaded.transpose() {
            Ok(loaded) => loaded,
            Err(errors) => {
                for (file, problem) in errors.iter() {
                    report.add(&problem_of(file, problem))?;
                }
                return Ok(report.finish()?);
            }
        };
        let registry = loaded.as_ref().unwrap_or_else(|| Registry::builtin());
        let contract = registry
            .get(&self.contract_type)
            .map_err(|error| Failure::Usage(unknown(&error, registry)))?;
        if self.files.is_empty() {
            self.files.push("-".into());
        }
        let mut check = Check {
            contract,
            values: if self.show_values {
                Values::Shown
            } else {
                Values::Masked
            },
            report,
            bar: progress_bar(&self.files),
        };
        for file in &self.files {
            check.file(file, self.layout(file))?;
        }
        check.bar.finish_and_clear();
        Ok(check.report.finish()?)
    }

    fn layout(&self, file: &Path) -> Layout {
        match (self.lines, self.document) {
            (true, _) => Layout::Lines,
            (_, true) => Layout::Document,
            _ => Layout::of(file),
        }
    }
}

/// A run over all files.
struct Check<'a> {
    contract: &'a ContractType,
    values: Values,
    report: Report,
    bar: ProgressBar,
}

impl Check<'_> {
    fn file(&mut self, file: &Path, layout: Layout) -> io::Result<()> {
        let (name, reader) = if file == Path::new("-") {
            (Path::new("<stdin>"), Ok(standard_input()))
        } else {
            (file, open(file))
        };
        self.report.begin(name);
        let mut documents = match reader {
            Ok(reader) => Documents::new(reader, layout),
            Err(error) => {
                let finding = Finding::unreadable(name, &error);
                return self.bar.suspend(|| self.report.add(&finding));
            }
        };
        while let Some(batch) = documents.next_batch() {
            self.batch(name, &batch)?;
        }
        Ok(())
    }

    /// Checks the documents of a batch on all processors, and reports in their order.
    fn batch(&mut self, file: &Path, batch: &Batch) -> io::Result<()> {
        let (contract, values) = (self.contract, self.values);
        let outcomes: Vec<Vec<Finding<'_>>> = batch
            .documents()
            .into_par_iter()
            .map(|text| check_document(contract, values, file, &text))
            .collect();
        self.bar.inc(batch.bytes_read());
        if batch.error().is_none() && outcomes.iter().all(Vec::is_empty) {
            for _ in outcomes {
                self.report.checked(false);
            }
            return Ok(());
        }
        let report = &mut self.report;
        self.bar.suspend(|| {
            for findings in outcomes {
                for finding in &findings {
                    report.add(finding)?;
                }
                if !findings.iter().any(Finding::is_error) {
                    report.checked(!findings.is_empty());
                }
            }
            if let Some(error) = batch.error() {
                report.add(&Finding::unreadable(file, error))?;
            }
            report.flush()
        })
    }
}

/// Everything that is wrong with one document.
fn check_document<'f>(
    contract: &ContractType,
    values: Values,
    file: &'f Path,
    text: &Text<'_>,
) -> Vec<Finding<'f>> {
    let (text, start, document) = match text.parse() {
        Ok(document) => (document.text, document.start, document.value),
        Err(error) => {
            return vec![Finding {
                position: Some(error.position),
                ..Finding::error(error.rule, file, error.message)
            }];
        }
    };
    let mut findings: Vec<Finding<'f>> = storable::problems(&document)
        .into_iter()
        .map(|(path, message)| Finding {
            instance_path: Some(path),
            ..Finding::new(storable::RULE, file, message)
        })
        .collect();
    if let Err(violations) = contract.validator().validate(&document, values) {
        findings.extend(violations.iter().map(|violation| Finding {
            instance_path: Some(violation.instance_path().to_owned()),
            schema_path: Some(violation.schema_path().to_owned()),
            version: violation.version(),
            ..Finding::new(
                violation.keyword().to_owned(),
                file,
                violation.message().to_owned(),
            )
        }));
    }
    if !findings.is_empty() {
        add_positions(&mut findings, text, start);
    }
    findings
}

/// Gives each finding the line and column of the value that its JSON Pointer names.
fn add_positions(findings: &mut [Finding<'_>], text: &str, start: Position) {
    let wanted = findings
        .iter()
        .filter_map(|finding| finding.instance_path.as_deref())
        .collect();
    let places = find_places(text, start, &wanted);
    let positions: Vec<Position> = findings
        .iter()
        .map(|finding| {
            finding
                .instance_path
                .as_deref()
                .and_then(|path| places.get(path).copied())
                .unwrap_or(start)
        })
        .collect();
    for (finding, position) in findings.iter_mut().zip(positions) {
        finding.position = Some(position);
    }
}

fn standard_input() -> Box<dyn BufRead> {
    Box::new(io::stdin().lock())
}

fn open(file: &Path) -> io::Result<Box<dyn BufRead>> {
    const BUFFER: usize = 1 << 20;
    Ok(Box::new(BufReader::with_capacity(
        BUFFER,
        File::open(file)?,
    )))
}

/// A bar over the bytes of all files, or a count of bytes where their number is not known. Drawn on
/// standard error, and only when that is a terminal.
fn progress_bar(files: &[PathBuf]) -> ProgressBar {
    const BAR: &str = "{wide_bar} {bytes}/{total_bytes} {eta}";
    const COUNT: &str = "{spinner} {bytes} {elapsed}";
    let size = |file: &PathBuf| {
        let metadata = fs::metadata(file).ok()?;
        metadata.is_file().then_some(metadata.len())
    };
    let total: Option<u64> = files.iter().map(size).sum();
    let template = if total.is_some() { BAR } else { COUNT };
    let style = ProgressStyle::with_template(template).expect("the templates are well formed");
    total
        .map_or_else(ProgressBar::new_spinner, ProgressBar::new)
        .with_style(style)
}

/// A problem of a manifest, which keeps all documents from being checked.
fn problem_of<'f>(file: &'f Path, problem: &Problem) -> Finding<'f> {
    let path = Some(problem.path()).filter(|path| !path.is_empty());
    Finding {
        instance_path: path.map(str::to_owned),
        ..Finding::error("manifest", file, problem.message().to_owned())
    }
}

/// `contract type "x" is not known`, with the nearest names, or all where none is near.
fn unknown(error: &UnknownContractType, registry: &Registry) -> String {
    let known: Vec<&str> = registry.iter().map(ContractType::name).collect();
    let hint = match (error.nearest(), known.as_slice()) {
        ([], []) => "there is no contract type at all".to_owned(),
        ([], known) => format!("known are {}", known.join(", ")),
        (nearest, _) => format!("nearest are {}", nearest.join(", ")),
    };
    format!("{}\n  tip: {hint}", printable(&error.to_string()))
}
