//! `jsonb-contract export`: the built-in contract types as files.

use super::{EXIT_CODES, Failure, ReportArgs, tell};
use crate::{
    documents::{Position, json_error},
    replacement::Replacement,
    report::{Finding, Report, Subject, printable},
};
use clap::Args;
use contract_core::{
    Manifest, Registry,
    lock::{LOCK_FILE, Lock},
    manifest::SCHEMA_FILE,
};
use serde::Serialize;
use std::{
    ffi::OsStr,
    fs,
    io::{self, ErrorKind, Write},
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
        for (file, content) in &files {
            report.begin(file);
            match self.bring_in_line(file, content)? {
                None => report.checked(false),
                Some(finding) => {
                    if !finding.is_error() {
                        report.checked(true);
                    }
                    report.add(&finding)?;
                }
            }
        }
        for file in self.stale_manifests(registry)? {
            report.begin(&file);
            report.checked(true);
            let message = "belongs to no built-in contract type: remove it".to_owned();
            report.add(&Finding::new("stale", &file, message))?;
        }
        Ok(report.finish()?)
    }

    /// Writes a file that is missing or differs; with `--check`, finds that instead.
    fn bring_in_line<'f>(
        &self,
        file: &'f Path,
        content: &str,
    ) -> Result<Option<Finding<'f>>, Failure> {
        let (rule, message) = match fs::read(file) {
            Ok(current) if current == content.as_bytes() => return Ok(None),
            Ok(_) => ("differs", "differs from the built-in contract types"),
            Err(error) if error.kind() == ErrorKind::NotFound => ("missing", "is missing"),
            Err(error) => return Ok(Some(Finding::unreadable(file, &error))),
        };
        if self.check {
            let message = format!("{message}: run jsonb-contract export");
            return Ok(Some(Finding::new(rule, file, message)));
        }
        let name = file.to_string_lossy();
        let name = printable(&name);
        replace(file, content)
            .map_err(|error| Failure::CouldNotRun(format!("{name} cannot be written: {error}")))?;
        tell(&format!("wrote {name}"));
        Ok(None)
    }

    /// The manifests of the folder that belong to no contract type, in the order of their names.
    fn stale_manifests(&self, registry: &Registry) -> Result<Vec<PathBuf>, Failure> {
        let fail = |error: io::Error| {
            let folder = self.out.to_string_lossy();
            let folder = printable(&folder);
            Failure::CouldNotRun(format!("{folder} cannot be listed: {error}"))
        };
        let entries = match fs::read_dir(&self.out) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(fail(error)),
        };
        let mut stale = Vec::new();
        for entry in entries {
            let file = entry.map_err(fail)?.path();
            let is_ours = |name: &str| {
                name == LOCK_FILE
                    || name == SCHEMA_FILE
                    || name
                        .strip_suffix(".json")
                        .is_some_and(|name| registry.get(name).is_ok())
            };
            let name = file.file_name().and_then(OsStr::to_str);
            if file.extension() == Some(OsStr::new("json")) && !name.is_some_and(is_ours) {
                stale.push(file);
            }
        }
        stale.sort();
        Ok(stale)
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

/// Replaces a file whole, in a folder that is made where it is missing.
fn replace(file: &Path, content: &str) -> io::Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(Path::new("")))?;
    let mut replacement = Replacement::of(file)?;
    replacement.write_all(content.as_bytes())?;
    replacement.commit()
}
