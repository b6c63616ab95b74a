//! `jsonb-contract diff`: what is another in contract types, and what it breaks.

mod inputs;

use super::{EXIT_CODES, Failure, ReportArgs, allowed};
use crate::{
    releases::{Allowed, Pair, Promise, Step},
    report::{Finding, Level, Report, Subject},
};
use clap::{Args, ValueEnum};
use contract_core::{
    compat,
    contract::{Compatibility, Status},
    release::Release,
};
use inputs::{Content, ManifestFile, SchemaFile, read_both};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    process::ExitCode,
};

const LONG_ABOUT: &str = "\
Compares two states of contract types, or two JSON Schemas.

OLD and NEW are each a manifest, a folder of manifests, a JSON Schema, or one of these in a git revision: \
REVISION:PATH as git show has it, from the top of the repository. REVISION alone is the other's path \
in that revision; the folder contracts, where both are revisions. What is there as a file is taken for a file. \
Of a folder that is compared with one manifest only that contract type counts.

Contract types are compared by name. What speaks against the step as a release is a finding: a contract type \
or a released version that is gone or has changed, a release number that is too low, a version that does \
not keep the promise of \"compatibility\", shown with a document that proves it. Everything else that is \
another is a note.

JSON Schemas have no promise of their own: --mode says what is asked of the new one.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract diff HEAD contracts              what is not committed yet
  jsonb-contract diff origin/main contracts --format github
  jsonb-contract diff v1.0.0:contracts v1.1.0:contracts
  jsonb-contract diff old.schema.json new.schema.json --mode backward";

/// Compares two states of contract types, or two JSON Schemas
#[derive(Args)]
#[command(long_about = LONG_ABOUT, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct Diff {
    /// What was: a file, a folder, or REVISION:PATH
    #[arg(value_name = "OLD")]
    old: String,
    /// What is now: a file, a folder, or REVISION:PATH
    #[arg(value_name = "NEW")]
    new: String,
    /// What is asked of a JSON Schema towards the old one [default: full]
    #[arg(long, value_enum, value_name = "MODE")]
    mode: Option<Mode>,
    /// Takes the compatibility of this contract type for proven; can be given again
    #[arg(long, value_name = "TYPE")]
    allow_unproven: Vec<String>,
    /// Lets this contract type retire versions; can be given again
    #[arg(long, value_name = "TYPE")]
    allow_retired: Vec<String>,
    #[command(flatten)]
    report: ReportArgs,
}

/// A compatibility mode, in the words of a manifest.
#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Mode {
    None,
    Backward,
    Forward,
    Full,
    // Of two schemas, the one before is every earlier one.
    BackwardTransitive,
    ForwardTransitive,
    FullTransitive,
}

impl From<Mode> for Compatibility {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::None => Self::None,
            Mode::Backward => Self::Backward,
            Mode::Forward => Self::Forward,
            Mode::Full => Self::Full,
            Mode::BackwardTransitive => Self::BackwardTransitive,
            Mode::ForwardTransitive => Self::ForwardTransitive,
            Mode::FullTransitive => Self::FullTransitive,
        }
    }
}

impl Diff {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let mut report = Report::new(self.report.format, Subject::Comparisons);
        let (old_input, new_input) = read_both(&self.old, &self.new)?;
        let (old, new) = match (old_input.content(), new_input.content()) {
            (Ok(old), Ok(new)) => (old, new),
            (old, new) => {
                for finding in old.err().into_iter().chain(new.err()).flatten() {
                    report.add(&finding)?;
                }
                return Ok(report.finish()?);
            }
        };
        match (&old, &new) {
            (Content::Manifests(old), Content::Manifests(new)) => {
                if self.mode.is_some() {
                    let message =
                        "--mode is for JSON Schemas: a manifest says its own compatibility";
                    return Err(Failure::Usage(message.to_owned()));
                }
                let (old, new) = (by_name(old), by_name(new));
                // A manifest and a folder: only the manifest's contract type counts.
                let names: BTreeSet<&str> = match (old_input.is_folder, new_input.is_folder) {
                    (true, false) => new.keys().copied().collect(),
                    (false, true) => old.keys().copied().collect(),
                    _ => old.keys().chain(new.keys()).copied().collect(),
                };
                self.check_allowed(|name| names.contains(name))?;
                for name in names {
                    let (old, new) = (old.get(name).copied(), new.get(name).copied());
                    self.compare_manifests(old, new, &mut report)?;
                }
            }
            (Content::Schema(old), Content::Schema(new)) => {
                let name = new.file.file_stem().unwrap_or_default();
                self.check_allowed(|allowed| name == allowed)?;
                self.compare_schemas(old, new, &mut report)?;
            }
            _ => {
                let (manifests, schema) = match old {
                    Content::Manifests(_) => (&old_input.name, &new_input.name),
                    Content::Schema(_) => (&new_input.name, &old_input.name),
                };
                return Err(Failure::Usage(format!(
                    "{manifests} and {schema} cannot be compared: the second has no \"contract_type\", \
                     and is a JSON Schema"
                )));
            }
        }
        Ok(report.finish()?)
    }

    fn check_allowed(&self, is_known: impl Fn(&str) -> bool) -> Result<(), Failure> {
        let both = format!("neither {} nor {} has", self.old, self.new);
        allowed::known("--allow-unproven", &self.allow_unproven, &both, &is_known)?;
        allowed::known("--allow-retired", &self.allow_retired, &both, &is_known)
    }

    fn allowed(&self, name: &str) -> Allowed {
        let has = |names: &[String]| names.iter().any(|allowed| allowed == name);
        Allowed {
            unproven: has(&self.allow_unproven),
            retired: has(&self.allow_retired),
        }
    }

    fn compare_manifests(
        &self,
        old: Option<&ManifestFile<'_>>,
        new: Option<&ManifestFile<'_>>,
        report: &mut Report,
    ) -> io::Result<()> {
        let Some(new) = new else {
            return old.map_or(Ok(()), |old| tell(old.file, &[removed(old)], report));
        };
        let release = Release::between(old.map(|old| &old.contract), &new.contract);
        let step = Step {
            old: old.map(ManifestFile::manifested),
            new: new.manifested(),
            release: &release,
            allowed: self.allowed(new.contract.name()),
        };
        let is_same = old.is_some_and(|old| old.contract.manifest() == new.contract.manifest());
        let mut findings = if is_same { Vec::new() } else { step.notes() };
        findings.extend(step.verdicts());
        tell(new.file, &findings, report)
    }

    fn compare_schemas(
        &self,
        old: &SchemaFile<'_>,
        new: &SchemaFile<'_>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let comparison = compat::compare(&old.value, &new.value)
            .map_err(|error| Failure::CouldNotRun(error.to_string()))?;
        let pair = Pair {
            old: old.named("the old schema"),
            new: new.named("the new schema"),
            comparison: &comparison,
        };
        let name = new.file.file_stem().unwrap_or_default().to_string_lossy();
        let mut findings = pair.changes();
        findings.extend(pair.verdicts(Promise {
            mode: self.mode.unwrap_or(Mode::Full).into(),
            allow_unproven: self.allowed(&name).unproven,
        }));
        Ok(tell(new.file, &findings, report)?)
    }
}

fn by_name<'m, 'a>(manifests: &'m [ManifestFile<'a>]) -> BTreeMap<&'m str, &'m ManifestFile<'a>> {
    let named = |one: &'m ManifestFile<'a>| (one.contract.name(), one);
    manifests.iter().map(named).collect()
}

fn tell(file: &Path, findings: &[Finding<'_>], report: &mut Report) -> io::Result<()> {
    report.begin(file);
    report.checked(findings.iter().any(|finding| !finding.is_note()));
    findings.iter().try_for_each(|finding| report.add(finding))
}

/// That a contract type is gone; nobody could rely on a draft.
fn removed<'a>(old: &ManifestFile<'a>) -> Finding<'a> {
    let name = old.contract.name();
    let message = format!("contract type {name} is gone");
    if old.contract.manifest().status == Status::Draft {
        let level = Level::Note;
        return Finding {
            level,
            ..Finding::new("removed", old.file, message)
        };
    }
    Finding {
        hint: Some("keep the manifest, and set \"status\" to \"archived\"".to_owned()),
        ..Finding::new("removed", old.file, message)
    }
}
