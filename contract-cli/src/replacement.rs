//! A file that is replaced whole: nobody reads half of it.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process,
};

/// What is to take a file's place. Until [`Replacement::commit`] the file is as it was, and it stays
/// so where that is not reached.
pub struct Replacement {
    file: PathBuf,
    unfinished: PathBuf,
    content: BufWriter<File>,
}

impl Replacement {
    /// Starts with nothing; the permissions of a file that is there stay.
    pub fn of(file: &Path) -> io::Result<Self> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let unfinished = file.with_file_name(format!(".{name}.{}.tmp", process::id()));
        let content = File::create_new(&unfinished)?;
        let replacement = Self {
            file: file.to_owned(),
            unfinished,
            content: BufWriter::new(content),
        };
        if let Ok(metadata) = fs::metadata(file) {
            fs::set_permissions(&replacement.unfinished, metadata.permissions())?;
        }
        Ok(replacement)
    }

    /// Takes the file's place.
    pub fn commit(mut self) -> io::Result<()> {
        self.content.flush()?;
        self.content.get_ref().sync_all()?;
        fs::rename(&self.unfinished, &self.file)
    }
}

impl Write for Replacement {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        self.content.write(content)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.content.flush()
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // After a commit it is gone; before, the error that led here is the one to tell.
        let _ = fs::remove_file(&self.unfinished);
    }
}
