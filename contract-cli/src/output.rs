//! Where documents go: standard output, or a file.

use crate::{commands::Failure, replacement::Replacement, report::printable};
use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// An output that is being written.
pub struct Output {
    name: String,
    /// The file itself, where a link leads to it; `None` for standard output.
    file: Option<PathBuf>,
    target: Target,
}

enum Target {
    Stream(BufWriter<Box<dyn Write>>),
    File(Replacement),
}

impl Output {
    /// The file, which is replaced whole; standard output where there is none.
    pub fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self {
                name: "standard output".to_owned(),
                file: None,
                target: Target::stream(io::stdout()),
            });
        };
        let name = printable(&path.to_string_lossy()).into_owned();
        let file = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match Target::open(&file) {
            Ok(target) => Ok(Self {
                name,
                file: Some(file),
                target,
            }),
            Err(error) => Err(Failure::output(&name, error)),
        }
    }

    /// Writes what comes next.
    pub fn write(&mut self, pieces: &[Vec<u8>]) -> Result<(), Failure> {
        let out: &mut dyn Write = match &mut self.target {
            Target::Stream(out) => out,
            Target::File(replacement) => replacement,
        };
        pieces
            .iter()
            .try_for_each(|piece| out.write_all(piece))
            .and_then(|()| out.flush())
            .map_err(|error| Failure::output(&self.name, error))
    }

    /// Puts the file in its place. Without this it stays as it was.
    pub fn finish(self) -> Result<(), Failure> {
        match self.target {
            Target::Stream(_) => Ok(()),
            Target::File(replacement) => replacement
                .commit()
                .map_err(|error| Failure::output(&self.name, error)),
        }
    }

    /// Whether one of the inputs is the file that is written.
    pub fn replaces_one_of(&self, inputs: &[&Path]) -> bool {
        let Some(output) = &self.file else {
            return false;
        };
        inputs.iter().any(|input| {
            let input = match input.to_str() {
                Some("-") => Path::new("/dev/stdin"),
                _ => input,
            };
            fs::canonicalize(input).is_ok_and(|input| input == *output)
        })
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Target {
    /// What is there and is no regular file (a pipe, a device) cannot be replaced, only written to.
    fn open(file: &Path) -> io::Result<Self> {
        match fs::metadata(file) {
            Ok(metadata) if !metadata.is_file() => {
                Ok(Self::stream(OpenOptions::new().write(true).open(file)?))
            }
            _ => Ok(Self::File(Replacement::of(file)?)),
        }
    }

    fn stream(out: impl Write + 'static) -> Self {
        Self::Stream(BufWriter::new(Box::new(out)))
    }
}
