//! The command `jsonb-contract`, as it is run in a folder.

use crate::Cluster;
use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Stdio},
    sync::LazyLock,
};
use tempfile::TempDir;

/// The variables that tell the command its database.
pub type Variables = Vec<(&'static str, String)>;

/// What a run of the command said: exit code, standard output, standard error.
pub type Run = (i32, String, String);

/// A folder of its own, in which the command is run.
pub struct Folder(TempDir);

impl Folder {
    /// An empty folder.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    #[must_use]
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Where a file of the folder is.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, in a folder that is made where it is missing.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// What is in a file; nothing where there is none.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    /// Runs the command, built from the sources of this workspace. Nothing but `variables` says which
    /// database it works with, and the folder is the home folder too.
    ///
    /// # Panics
    ///
    /// When it cannot be built or started, is ended by a signal, or prints something else than UTF-8.
    #[must_use]
    #[track_caller]
    pub fn run(&self, variables: &[(&'static str, String)], arguments: &[&str]) -> Run {
        let output = self
            .command(variables, arguments)
            .output()
            .expect("the command starts");
        (
            output.status.code().expect("it ends by itself"),
            String::from_utf8(output.stdout).expect("UTF-8"),
            String::from_utf8(output.stderr).expect("UTF-8"),
        )
    }

    /// The command as [`Folder::run`] runs it, to be started.
    ///
    /// # Panics
    ///
    /// When it cannot be built.
    #[must_use]
    pub fn command(&self, variables: &[(&'static str, String)], arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        for (name, _) in env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(&self.0)
            .env("HOME", self.0.path())
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

/// The command, built on first use.
fn program() -> &'static PathBuf {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let built = escargot::CargoBuild::new()
            .package("contract-cli")
            .bin("jsonb-contract")
            .run();
        match built {
            Ok(program) => program.path().to_owned(),
            Err(error) => panic!("the command cannot be built: {error}"),
        }
    });
    &PROGRAM
}

impl Cluster {
    /// The variables that lead the command to a database of this cluster, by its socket.
    #[must_use]
    pub fn variables(&self, role: &str, database: &str) -> Variables {
        vec![
            ("PGHOST", self.socket().display().to_string()),
            ("PGPORT", self.port().to_string()),
            ("PGUSER", role.to_owned()),
            ("PGDATABASE", database.to_owned()),
        ]
    }
}
