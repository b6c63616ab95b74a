//! `jsonb-contract release`: a folder of manifests becomes what is released.

use super::{EXIT_CODES, Failure, ReportArgs, allowed, tell};
use crate::{
    kept_folder::KeptFolder,
    lock_file::{Candidate, Releases, pretty},
    manifests,
    releases::Allowed,
    report::{Finding, Report, Subject, printable},
};
use clap::Args;
use contract_core::{ContractType, Registry, contract::Status, lock::LOCK_FILE, release::Level};
use std::{collections::HashMap, fs, path::PathBuf, process::ExitCode};

const LONG_ABOUT: &str = "\
Compares the manifests of a folder with what its lock file says is released, and writes the lock file.

What speaks against a release is a finding, and nothing is written then: a released version that has \
changed or is gone, a release number that does not rise with what has changed, a version that does not \
keep the promise of \"compatibility\". What neither a proof nor a document decides is one too. A version \
may be retired, by min_version. A draft is not released.

--check writes nothing: a lock file that a release would change is a finding.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract release                 writes contracts/contracts.lock.json
  jsonb-contract release --check         in CI: is everything that is there released?
  jsonb-contract release --allow-unproven ship_manifest";

/// Releases the contract types of a folder: checks them, and writes the lock file
#[derive(Args)]
#[command(long_about = LONG_ABOUT, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct Release {
    /// The folder with the manifests and the lock file
    #[arg(value_name = "DIR", default_value = "contracts")]
    folder: PathBuf,
    /// Writes nothing, and finds whether a release would
    #[arg(long)]
    check: bool,
    /// Releases this contract type although its compatibility is not proven; can be given again
    #[arg(long, value_name = "TYPE")]
    allow_unproven: Vec<String>,
    #[command(flatten)]
    report: ReportArgs,
}

impl Release {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let mut report = Report::new(self.report.format, Subject::Releases);
        let registry = match Registry::from_folder(&self.folder) {
            Ok(registry) => registry,
            Err(errors) => {
                for finding in manifests::problems(&errors) {
                    report.add(&finding)?;
                }
                return Ok(report.finish()?);
            }
        };
        let folder = self.folder.to_string_lossy();
        let folder = printable(&folder);
        let lock_file = self.folder.join(LOCK_FILE);
        if registry.iter().len() == 0 && !lock_file.exists() {
            return Err(Failure::Usage(format!("{folder} has no manifest")));
        }
        let why = format!("{folder} does not have");
        allowed::known("--allow-unproven", &self.allow_unproven, &why, |name| {
            registry.get(name).is_ok()
        })?;
        let mut texts = self.texts(&registry)?;
        let read = Releases::read(&lock_file, &registry, |contract| {
            texts
                .remove(contract.name())
                .expect("every manifest was read")
        });
        let releases = match read {
            Ok(releases) => releases,
            Err(finding) => {
                report.add(&finding)?;
                return Ok(report.finish()?);
            }
        };
        let allowed = |name: &str| Allowed {
            unproven: self.allow_unproven.iter().any(|allowed| allowed == name),
            ..Allowed::RETIRED
        };
        let lock = match releases.review(allowed, &mut report)? {
            Ok(lock) => lock,
            Err(refused) => {
                for _ in refused..releases.candidates().len() {
                    report.checked(false);
                }
                report.flush()?;
                tell("nothing is released");
                return Ok(report.finish()?);
            }
        };
        for candidate in releases.candidates() {
            report.begin(&candidate.file);
            let finding = self.unreleased(candidate);
            report.checked(finding.is_some());
            match finding {
                Some(finding) => report.add(&finding)?,
                None => report.done(&line(candidate))?,
            }
        }
        report.flush()?;
        if report.is_clean() {
            let folder = KeptFolder {
                folder: &self.folder,
                check: self.check,
                origin: "what the manifests say",
                owner: "contract type",
                command: "release",
            };
            if let Some(finding) = folder.bring_file_in_line(&lock_file, &pretty(&lock))? {
                report.begin(&lock_file);
                report.add(&finding)?;
            }
        }
        Ok(report.finish()?)
    }

    /// That a contract type is not released, where that is only to be checked.
    fn unreleased<'c>(&self, candidate: &'c Candidate<'_>) -> Option<Finding<'c>> {
        (self.check && candidate.is_to_be_released()).then(|| {
            let release = &candidate.contract.manifest().release;
            let message = format!("{release} is not released: {}", candidate.release.summary());
            Finding {
                hint: Some("run jsonb-contract release".to_owned()),
                ..Finding::new("not-released", &candidate.file, message)
            }
        })
    }

    /// The file and the text of each manifest, by the contract type's name.
    fn texts(&self, registry: &Registry) -> Result<HashMap<String, (PathBuf, String)>, Failure> {
        let texts = registry.iter().map(|contract| {
            let name = contract.name().to_owned();
            let file = self.folder.join(format!("{name}.json"));
            match fs::read_to_string(&file) {
                Ok(text) => Ok((name, (file, text))),
                Err(error) => {
                    let file = file.to_string_lossy();
                    let file = printable(&file);
                    Err(Failure::Usage(format!("{file} cannot be read: {error}")))
                }
            }
        });
        texts.collect()
    }
}

/// `ship_manifest 2.0.0 after 1.3.0, a major change: version 2 added`
fn line(candidate: &Candidate<'_>) -> String {
    let (manifest, step) = (candidate.contract.manifest(), &candidate.release);
    let (name, release) = (&manifest.contract_type, &manifest.release);
    if manifest.status == Status::Draft {
        return format!("{name} {release} is a draft");
    }
    if !candidate.is_to_be_released() {
        return format!("{name} {release} unchanged");
    }
    let level = match step.level() {
        Level::None => String::new(),
        level => format!(", a {level} change"),
    };
    match candidate.previous.as_ref().map(ContractType::manifest) {
        None => format!("{name} {release} is new: {}", step.summary()),
        Some(previous) => format!(
            "{name} {release} after {}{level}: {}",
            previous.release,
            step.summary()
        ),
    }
}
