//! What `diff` compares: files, folders, and both in git revisions.

use super::super::Failure;
use crate::{
    documents::Text,
    git, manifests,
    releases::{Manifested, Schema},
    report::{Finding, printable},
};
use contract_core::{
    ContractType, Manifest, SchemaValidator, json::SerdeJson, lock::LOCK_FILE,
    manifest::SCHEMA_FILE,
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

/// The folder of manifests, where nothing names one.
const FOLDER: &str = "contracts";

/// A file, or the files of a folder.
pub struct Input {
    pub name: String,
    pub is_folder: bool,
    files: Vec<(PathBuf, Vec<u8>)>,
}

/// What an input holds.
pub enum Content<'a> {
    /// Contract types, each name once.
    Manifests(Vec<ManifestFile<'a>>),
    Schema(SchemaFile<'a>),
}

pub struct ManifestFile<'a> {
    pub file: &'a Path,
    pub text: &'a str,
    pub contract: ContractType,
}

pub struct SchemaFile<'a> {
    pub file: &'a Path,
    pub text: &'a str,
    pub value: Value,
}

impl ManifestFile<'_> {
    pub fn manifested(&self) -> Manifested<'_> {
        Manifested {
            contract: &self.contract,
            file: self.file,
            text: self.text,
            root: "",
        }
    }
}

impl SchemaFile<'_> {
    pub fn named(&self, name: &str) -> Schema<'_> {
        Schema {
            name: name.to_owned(),
            file: self.file,
            text: self.text,
            root: String::new(),
            value: &self.value,
            version: None,
        }
    }
}

/// How an argument is understood.
enum Named<'a> {
    Path(&'a Path),
    /// `REVISION:PATH`
    Object(&'a str, &'a str),
    Revision(&'a str),
}

impl<'a> Named<'a> {
    fn of(argument: &'a str) -> Self {
        let path = Path::new(argument);
        match argument.split_once(':') {
            _ if path.exists() => Self::Path(path),
            Some((revision, path)) => Self::Object(revision, path),
            None => Self::Revision(argument),
        }
    }
}

/// Reads both.
///
/// # Errors
///
/// Something that is named is not there or cannot be read.
pub fn read_both(old: &str, new: &str) -> Result<(Input, Input), Failure> {
    let (named_old, named_new) = (Named::of(old), Named::of(new));
    Ok((
        Input::read(old, &named_old, &named_new)?,
        Input::read(new, &named_new, &named_old)?,
    ))
}

impl Input {
    fn read(argument: &str, named: &Named<'_>, other: &Named<'_>) -> Result<Self, Failure> {
        let name = printable(argument).into_owned();
        let fail = |message: String| Failure::Usage(format!("{name} cannot be read: {message}"));
        let here = Path::new(".");
        let input = match (named, other) {
            (Named::Path(path), _) => {
                Self::of_path(name.clone(), path).map_err(|error| fail(error.to_string()))?
            }
            (Named::Object(revision, path), _) => {
                Self::of_revision(&name, here, revision, path).map_err(fail)?
            }
            (Named::Revision(revision), Named::Path(path)) => {
                // From within, so that it may be in another repository.
                let (folder, file) = if path.is_dir() {
                    (*path, "./".to_owned())
                } else {
                    let file = path.file_name().unwrap_or_default().to_string_lossy();
                    let folder = path.parent().filter(|folder| *folder != Path::new(""));
                    (folder.unwrap_or(here), format!("./{file}"))
                };
                let shown = format!("{revision}:{}", path.to_string_lossy());
                Self::of_revision(&shown, folder, revision, &file).map_err(fail)?
            }
            (Named::Revision(revision), Named::Object(_, path)) => {
                let shown = format!("{revision}:{path}");
                Self::of_revision(&shown, here, revision, path).map_err(fail)?
            }
            (Named::Revision(revision), Named::Revision(_)) => {
                let shown = format!("{revision}:{FOLDER}");
                let path = format!("./{FOLDER}");
                Self::of_revision(&shown, here, revision, &path).map_err(fail)?
            }
        };
        if input.files.is_empty() {
            let name = printable(&input.name);
            return Err(Failure::Usage(format!("{name} has no manifest")));
        }
        Ok(input)
    }

    fn of_path(name: String, path: &Path) -> io::Result<Self> {
        let is_folder = path.is_dir();
        let mut paths = Vec::new();
        if is_folder {
            for entry in fs::read_dir(path)? {
                let file = entry?.path();
                if file
                    .file_name()
                    .and_then(OsStr::to_str)
                    .is_some_and(is_manifest_file)
                {
                    paths.push(file);
                }
            }
            paths.sort();
        } else {
            paths.push(path.to_owned());
        }
        let read = |path: PathBuf| fs::read(&path).map(|bytes| (path, bytes));
        Ok(Self {
            name,
            is_folder,
            files: paths.into_iter().map(read).collect::<io::Result<_>>()?,
        })
    }

    /// What a revision has, shown under the name.
    fn of_revision(name: &str, folder: &Path, revision: &str, path: &str) -> Result<Self, String> {
        let name = name.trim_end_matches('/').to_owned();
        let (is_folder, files) = match git::read(folder, revision, path, is_manifest_file)? {
            git::Object::File(bytes) => (false, vec![(PathBuf::from(&name), bytes)]),
            git::Object::Folder(files) => {
                let slash = if name.ends_with(':') { "" } else { "/" };
                let shown = |file: String| PathBuf::from(format!("{name}{slash}{file}"));
                let files = files.into_iter();
                (
                    true,
                    files.map(|(file, bytes)| (shown(file), bytes)).collect(),
                )
            }
        };
        Ok(Self {
            name,
            is_folder,
            files,
        })
    }

    /// What it holds, or why that cannot be used.
    pub fn content(&self) -> Result<Content<'_>, Vec<Finding<'_>>> {
        let mut manifests = Vec::new();
        let mut names = BTreeSet::new();
        let mut problems = Vec::new();
        for (file, bytes) in &self.files {
            let text = Text {
                first_line: 1,
                bytes,
                too_large: false,
            };
            let parsed = match text.parse() {
                Ok(parsed) => parsed,
                Err(error) => {
                    problems.push(Finding {
                        position: Some(error.position),
                        ..Finding::error(error.rule, file, error.message)
                    });
                    continue;
                }
            };
            let (text, value) = (parsed.text, parsed.value);
            if !self.is_folder && value.get("contract_type").is_none() {
                return schema(file, text, value);
            }
            match Manifest::read(&value) {
                Ok(contract) if names.insert(contract.name().to_owned()) => {
                    manifests.push(ManifestFile {
                        file,
                        text,
                        contract,
                    });
                }
                Ok(contract) => {
                    let message = format!("another file has contract type {} too", contract.name());
                    problems.push(Finding::error("manifest", file, message));
                }
                Err(found) => {
                    problems.extend(found.iter().map(|one| manifests::problem(file, text, one)));
                }
            }
        }
        if problems.is_empty() {
            Ok(Content::Manifests(manifests))
        } else {
            Err(problems)
        }
    }
}

fn is_manifest_file(name: &str) -> bool {
    Path::new(name).extension() == Some(OsStr::new("json"))
        && name != SCHEMA_FILE
        && name != LOCK_FILE
}

fn schema<'a>(
    file: &'a Path,
    text: &'a str,
    value: Value,
) -> Result<Content<'a>, Vec<Finding<'a>>> {
    match SchemaValidator::<SerdeJson>::compile(&value) {
        Ok(_) => Ok(Content::Schema(SchemaFile { file, text, value })),
        Err(error) => {
            let message = error.message().to_owned();
            let path = error.path();
            Err(vec![manifests::finding_at(
                file, text, path, "schema", message,
            )])
        }
    }
}
