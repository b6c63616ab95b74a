//! What a check found, and how it is printed: one file a format.
//!
//! Findings go to standard output in the order in which they are added (to standard error where the
//! output is something else), the summary to standard error. A report has no time and no other trace of the run: same input, same bytes.

pub mod drift;
mod github;
pub mod human;
mod json;
mod junit;
mod sarif;
mod source;

pub use contract_core::violation::printable;
pub use human::counted;
pub use source::{Mark, Source, illustrate};

use crate::documents::Position;
use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;
use std::{
    borrow::Cow,
    fmt,
    io::{self, BufWriter, Write},
    path::Path,
    process::ExitCode,
};

/// How findings are printed.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// For people: the place in its lines where it can be shown, else one line a finding
    Human,
    /// One JSON document: findings and summary
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
    #[value(help = "JUnit XML: one test suite a file")]
    Junit,
}

impl Format {
    fn reporter(self) -> Box<dyn Reporter> {
        match self {
            Self::Human => Box::new(human::Human::default()),
            Self::Json => Box::new(json::Json::default()),
            Self::Sarif => Box::new(sarif::Sarif::default()),
            Self::Github => Box::new(github::Github),
            Self::Junit => Box::new(junit::Junit::default()),
        }
    }
}

/// One thing that a check found.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    pub level: Level,
    /// What is not satisfied: the JSON Schema keyword, or a word of ours such as `not-json`.
    pub rule: Cow<'static, str>,
    pub file: &'a Path,
    pub position: Option<Position>,
    /// JSON Pointer into the document; empty for the document itself.
    pub instance_path: Option<String>,
    /// JSON Pointer into the schema of the version; into the file, where the finding is about a schema.
    pub schema_path: Option<String>,
    /// The contract version that is not satisfied.
    pub version: Option<u32>,
    /// What is wrong, in lower case, without a full stop.
    pub message: String,
    /// A document that shows it.
    pub witness: Option<Value>,
    /// What can be done, where somebody knows.
    pub hint: Option<String>,
    /// The texts to show it in, each with what is marked; the place that is meant comes first.
    pub sources: Vec<Source<'a>>,
}

/// What a finding says of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The check ran, and this is wrong.
    Violation,
    /// Something could not be read, so that it was not checked.
    Error,
    /// The check ran, and this is odd: it was understood or repaired, and fails nothing.
    Warning,
    /// Nothing is wrong: something to know, for formats that have a place for it.
    Note,
}

impl<'a> Finding<'a> {
    /// A finding that concerns `file`.
    pub fn new(rule: impl Into<Cow<'static, str>>, file: &'a Path, message: String) -> Self {
        Self {
            level: Level::Violation,
            rule: rule.into(),
            file,
            position: None,
            instance_path: None,
            schema_path: None,
            version: None,
            message,
            witness: None,
            hint: None,
            sources: Vec::new(),
        }
    }

    /// Something in `file` that could not be read.
    pub fn error(rule: &'static str, file: &'a Path, message: String) -> Self {
        Self {
            level: Level::Error,
            ..Self::new(rule, file, message)
        }
    }

    /// A file that could not be read at all, or not to its end.
    pub fn unreadable(file: &'a Path, error: &io::Error) -> Self {
        Self::error("unreadable", file, format!("cannot be read: {error}"))
    }

    /// Whether something could not be read.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// Whether it is what the check looks for.
    pub fn is_violation(&self) -> bool {
        self.level == Level::Violation
    }

    /// The word before the message, for what is neither a violation nor a note.
    fn level_word(&self) -> &'static str {
        match self.level {
            Level::Error => "error: ",
            Level::Warning => "warning: ",
            Level::Violation | Level::Note => "",
        }
    }

    /// Whether nothing is wrong.
    pub fn is_note(&self) -> bool {
        self.level == Level::Note
    }
}

impl Finding<'_> {
    /// The finding, what shows it and its hint in one text, for a format that has no place for them.
    fn with_hint(&self) -> String {
        let text = self.with_witness();
        match &self.hint {
            None => text,
            Some(hint) => format!("{text} (tip: {hint})"),
        }
    }

    /// The finding and the document that shows it in one text.
    fn with_witness(&self) -> String {
        match &self.witness {
            None => self.to_string(),
            Some(witness) => format!("{self}: {witness}"),
        }
    }
}

/// `/priority: must be of type string, not number (version 2)`
impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match (&self.instance_path, &self.schema_path) {
            (Some(path), _) => Some(path.as_str()),
            // What is wrong with a schema itself.
            (None, path) => path.as_deref().filter(|path| !path.is_empty()),
        };
        match path {
            None => {}
            Some("") => f.write_str("document: ")?,
            Some(path) => write!(f, "{path}: ")?,
        }
        f.write_str(&self.message)?;
        match self.version {
            Some(version) => write!(f, " (version {version})"),
            None => Ok(()),
        }
    }
}

/// What a report is about.
#[derive(Clone, Copy)]
pub enum Subject {
    /// Violations in documents.
    Documents,
    /// Documents that cannot be upgraded.
    Upgrades,
    /// Differences in files.
    Files,
    /// Manifests that cannot be registered.
    Manifests,
    /// What speaks against releases.
    Releases,
    /// What speaks against the step from one state to another.
    Comparisons,
    /// Schemas that do not say what they seem to.
    Schemas,
    /// What is wrong with guardrail matrices.
    Matrices,
}

/// The counts of a run.
#[derive(Clone, Copy, Default, Serialize)]
pub struct Summary {
    /// Documents or files that were checked, or manifests.
    checked: u64,
    /// Those of them in which something was found.
    with_violations: u64,
    violations: u64,
    errors: u64,
    #[serde(skip_serializing_if = "is_zero")]
    warnings: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Summary {
    /// The exit code of a command with this outcome; an input that was not read outweighs findings.
    fn exit_code(&self) -> u8 {
        match (self.errors, self.violations) {
            (0, 0) => 0,
            (0, _) => 1,
            _ => 2,
        }
    }
}

/// A format: how a finding is written, and what is around all of them.
trait Reporter {
    /// A file is about to be checked.
    fn begin(&mut self, _file: &Path) {}

    /// Something was done; a format for machines has no place for it.
    fn done(&mut self, _out: &mut dyn Write, what: &str) -> io::Result<()> {
        writeln!(io::stderr(), "{what}")
    }

    fn finding(&mut self, out: &mut dyn Write, finding: &Finding<'_>) -> io::Result<()>;

    /// Something to know; a format that knows findings alone has no place for it.
    fn note(&mut self, _out: &mut dyn Write, _note: &Finding<'_>) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, _out: &mut dyn Write, _summary: &Summary) -> io::Result<()> {
        Ok(())
    }
}

/// A report on its way out.
pub struct Report {
    out: BufWriter<Box<dyn Write>>,
    reporter: Box<dyn Reporter>,
    subject: Subject,
    summary: Summary,
}

impl Report {
    /// A report that is the command's output.
    pub fn new(format: Format, subject: Subject) -> Self {
        Self::to(Box::new(io::stdout().lock()), format, subject)
    }

    /// A report for people, beside the command's output.
    pub fn beside_output(subject: Subject) -> Self {
        Self::to(Box::new(io::stderr()), Format::Human, subject)
    }

    fn to(out: Box<dyn Write>, format: Format, subject: Subject) -> Self {
        Self {
            out: BufWriter::new(out),
            reporter: format.reporter(),
            subject,
            summary: Summary::default(),
        }
    }

    /// `file` is about to be checked.
    pub fn begin(&mut self, file: &Path) {
        self.reporter.begin(file);
    }

    pub fn add(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        match finding.level {
            Level::Violation => self.summary.violations += 1,
            Level::Error => self.summary.errors += 1,
            Level::Warning => self.summary.warnings += 1,
            Level::Note => return self.reporter.note(&mut self.out, finding),
        }
        self.reporter.finding(&mut self.out, finding)
    }

    /// Tells what was done, where nothing is wrong.
    pub fn done(&mut self, what: &str) -> io::Result<()> {
        self.reporter.done(&mut self.out, &printable(what))
    }

    /// One more document or file has been checked, and something was found in it or not.
    pub fn checked(&mut self, with_violations: bool) {
        self.summary.checked += 1;
        self.summary.with_violations += u64::from(with_violations);
    }

    /// Whether nothing was found so far, and everything could be read.
    pub fn is_clean(&self) -> bool {
        self.summary.exit_code() == 0
    }

    /// Shows what has been added so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Completes the report; the exit code says what was found.
    pub fn finish(mut self) -> io::Result<ExitCode> {
        self.reporter.finish(&mut self.out, &self.summary)?;
        self.out.flush()?;
        // The report is complete without the summary.
        let _ = writeln!(
            io::stderr(),
            "{}",
            human::summary(self.subject, &self.summary)
        );
        Ok(ExitCode::from(self.summary.exit_code()))
    }
}
