//! The files of manifests and schemas that a command is about.

use super::Failure;
use crate::report::printable;
use contract_core::lock::LOCK_FILE;
use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

/// The files that are named, and those of the folders that are named whose names end in `.json`, in the
/// order of their names; without the lock file.
///
/// A folder without such a file is a failure: a check that looked at nothing is not one that passed.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let name = path.to_string_lossy();
        let name = printable(&name);
        let inside = json_files(path)
            .map_err(|error| Failure::Usage(format!("{name} cannot be listed: {error}")))?;
        if inside.is_empty() {
            return Err(Failure::Usage(format!("{name} has no .json file")));
        }
        files.extend(inside);
    }
    Ok(files)
}

fn json_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let is_lock = file.file_name() == Some(OsStr::new(LOCK_FILE));
        if file.extension() == Some(OsStr::new("json")) && !is_lock && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}
