//! `jsonb-contract export`: the built-in contract types as files.

use super::{EXIT_CODES, Failure, ReportArgs, tell};
use crate::{
    documents::{Position, json_error},
    kept_folder::KeptFolder,
    report::{Finding, Report, Subject},
};
use clap::Args;
use contract_core::{
    Manifest, Registry,
    lock::{LOCK_FILE, Lock},
    manifest::SCHEMA_FILE,
};
use serde::Serialize;
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::ExitCode,
};

const LONG_ABOUT: &str = "\
Writes the built-in contract types to a folder: one manifest each, the JSON Schema of a manifest, \
and the lock file with a content hash for each released version.

The lock file that is there is read first. A released version never changes what it accepts: where \
one has changed or is gone, that is a finding, and nothing is written. A manifest that belongs to \
no built-in contract type is a finding and stays. A file is replaced whole, and only when it differs.

--check writes nothing: each file that is missing, differs or belongs to no built-in contract type \
is a finding.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract export                  writes the folder contracts
  jsonb-contract export --check          in CI: are the files those of the Rust types?";

/// Writes the built-in contract types to a folder.
#[derive(Args)]
#[command(long_about = LONG_ABOUT, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct Export {
    /// The folder
    #[arg(long, value_name = "DIR", default_value = "contracts")]
    out: PathBuf,
    /// Writes nothing, and finds what an export would change
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    report: ReportArgs,
}

impl Export {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let mut report = Report::new(self.report.format, Subject::Files);
        let registry = Registry::builtin();
        let lock_file = self.out.join(LOCK_FILE);
        let lock = match read_lock(&lock_file) {
            Ok(lock) => lock,
            Err(finding) => {
                report.add(&finding)?;
                return Ok(report.finish()?);
            }
        };
        let mut files = files(&self.out, registry);
        match lock.extended(registry) {
            Ok(lock) => files.push((lock_file, pretty(&lock))),
            Err(differences) => {
                report.begin(&lock_file);
                report.checked(true);
                for difference in differences {
                    let message = difference.to_string();
                    report.add(&Finding::new("released-version", &lock_file, message))?;
                }
                if !self.check {
                    tell("nothing is written");
                    return Ok(report.finish()?);
                }
            }
        }
        KeptFolder {
            folder: &self.out,
            check: self.check,
            origin: "the built-in contract types",
            owner: "built-in contract type",
            command: "export",
        }
        .bring_in_line(&files, &mut report)?;
        Ok(report.finish()?)
    }
}

/// The lock file that is there, an empty one where there is none.
fn read_lock(file: &Path) -> Result<Lock, Box<Finding<'_>>> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Lock::default()),
        Err(error) => return Err(Finding::unreadable(file, &error).into()),
    };
    serde_json::from_str(&text).map_err(|error| {
        let (position, message) = json_error(&error, &text, Position::first(1));
        Box::new(Finding {
            position: Some(position),
            ..Finding::error("lock", file, format!("is no lock file: {message}"))
        })
    })
}

/// The manifests and their schema, each with its content.
fn files(folder: &Path, registry: &Registry) -> Vec<(PathBuf, String)> {
    registry
        .iter()
        .map(|contract| {
            let file = folder.join(format!("{}.json", contract.name()));
            (file, pretty(contract.manifest()))
        })
        .chain([(folder.join(SCHEMA_FILE), pretty(&Manifest::json_schema()))])
        .collect()
}

fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("manifests and locks are JSON");
    text.push('\n');
    text
}
