//! `jsonb-contract export`: the built-in contract types as files.

use super::{EXIT_CODES, Failure, ReportArgs, tell};
use crate::{
    kept_folder::KeptFolder,
    lock_file::{Releases, pretty},
    releases::Allowed,
    report::{Report, Subject},
};
use clap::Args;
use contract_core::{ContractType, Manifest, Registry, lock::LOCK_FILE, manifest::SCHEMA_FILE};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

const LONG_ABOUT: &str = "\
Writes the built-in contract types to a folder: one manifest each, the JSON Schema of a manifest, \
and the lock file with a content hash for each released version.

The lock file that is there is read first. What speaks against a release, such as a released version \
that has changed, is a finding as with jsonb-contract release, and nothing is written. A manifest that belongs to \
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
        let mut files = files(&self.out, registry);
        let releases = match Releases::read(&lock_file, registry, |contract| {
            let file = self.manifest_file(contract);
            (file, pretty(contract.manifest()))
        }) {
            Ok(releases) => releases,
            Err(finding) => {
                report.add(&finding)?;
                return Ok(report.finish()?);
            }
        };
        match releases.review(|_| Allowed::RETIRED, &mut report)? {
            Ok(lock) => files.push((lock_file.clone(), pretty(&lock))),
            Err(_) if self.check => {}
            Err(_) => {
                tell("nothing is written");
                return Ok(report.finish()?);
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

    fn manifest_file(&self, contract: &ContractType) -> PathBuf {
        self.out.join(format!("{}.json", contract.name()))
    }
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
