//! A folder that is kept true to something else: which of its files are missing, differ or belong to
//! nothing, and the writing of those that it should have.

use crate::{
    commands::{Failure, tell},
    replacement::Replacement,
    report::{Finding, Report, printable},
};
use contract_core::{lock::LOCK_FILE, manifest::SCHEMA_FILE};
use std::{
    ffi::OsStr,
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

/// A folder of manifests, and what it is kept true to.
pub struct KeptFolder<'a> {
    pub folder: &'a Path,
    /// Writes nothing: what would be written is found instead.
    pub check: bool,
    /// What the files are taken from, such as `the built-in contract types`.
    pub origin: &'a str,
    /// What each manifest belongs to, such as `built-in contract type`.
    pub owner: &'a str,
    /// The command that writes the files.
    pub command: &'a str,
}

impl KeptFolder<'_> {
    /// Brings the files in line: those that are missing or differ are written, or found; manifests that
    /// are not among them are found, and stay.
    pub fn bring_in_line(
        &self,
        files: &[(PathBuf, String)],
        report: &mut Report,
    ) -> Result<(), Failure> {
        for (file, content) in files {
            report.begin(file);
            match self.bring_file_in_line(file, content)? {
                None => report.checked(false),
                Some(finding) => {
                    if !finding.is_error() {
                        report.checked(true);
                    }
                    report.add(&finding)?;
                }
            }
        }
        for file in self.strangers(files)? {
            report.begin(&file);
            report.checked(true);
            let message = format!("belongs to no {}: remove it", self.owner);
            report.add(&Finding::new("stale", &file, message))?;
        }
        Ok(())
    }

    /// Writes the file where it is missing or differs; with `check`, that is found instead.
    pub fn bring_file_in_line<'f>(
        &self,
        file: &'f Path,
        content: &str,
    ) -> Result<Option<Finding<'f>>, Failure> {
        let (rule, message) = match fs::read(file) {
            Ok(current) if current == content.as_bytes() => return Ok(None),
            Ok(_) => ("differs", format!("differs from {}", self.origin)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                ("missing", "is missing".to_owned())
            }
            Err(error) => return Ok(Some(Finding::unreadable(file, &error))),
        };
        if self.check {
            let message = format!("{message}: run jsonb-contract {}", self.command);
            return Ok(Some(Finding::new(rule, file, message)));
        }
        let name = file.to_string_lossy();
        let name = printable(&name);
        replace(file, content)
            .map_err(|error| Failure::CouldNotRun(format!("{name} cannot be written: {error}")))?;
        tell(&format!("wrote {name}"));
        Ok(None)
    }

    /// The manifests of the folder that are not among the files, in the order of their names.
    fn strangers(&self, files: &[(PathBuf, String)]) -> Result<Vec<PathBuf>, Failure> {
        let fail = |error: io::Error| {
            let folder = self.folder.to_string_lossy();
            let folder = printable(&folder);
            Failure::CouldNotRun(format!("{folder} cannot be listed: {error}"))
        };
        let entries = match fs::read_dir(self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(fail(error)),
        };
        let is_ours = |file: &Path| {
            let name = file.file_name();
            name == Some(OsStr::new(LOCK_FILE))
                || name == Some(OsStr::new(SCHEMA_FILE))
                || files.iter().any(|(ours, _)| ours.file_name() == name)
        };
        let mut strangers = Vec::new();
        for entry in entries {
            let file = entry.map_err(fail)?.path();
            if file.extension() == Some(OsStr::new("json")) && !is_ours(&file) {
                strangers.push(file);
            }
        }
        strangers.sort();
        Ok(strangers)
    }
}

/// Replaces a file whole, in a folder that is made where it is missing.
fn replace(file: &Path, content: &str) -> io::Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(Path::new("")))?;
    let mut replacement = Replacement::of(file)?;
    replacement.write_all(content.as_bytes())?;
    replacement.commit()
}
