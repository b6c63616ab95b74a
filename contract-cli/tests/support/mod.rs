//! A folder of its own for each test, and the real command run in it.
#![allow(dead_code, reason = "each test file uses some of it")]

pub mod catalog;
pub mod drift;
pub mod ships;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};
use tempfile::TempDir;

pub const COMMAND: &str = env!("CARGO_BIN_EXE_jsonb-contract");

/// What a run of the command said.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// The exit code and both streams, for a snapshot.
    pub fn transcript(&self) -> String {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        format!("exit code: {code}\n----- stdout\n{stdout}----- stderr\n{stderr}")
    }

    #[track_caller]
    pub fn assert(&self, code: i32, stdout: &str, stderr: &str) {
        assert_eq!(
            (self.code, self.stdout.as_str(), self.stderr.as_str()),
            (code, stdout, stderr)
        );
    }
}

/// A folder in which the command runs; file names in reports are relative to it.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    /// The names of the files in a folder, in order.
    pub fn list(&self, name: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(name))
            .expect("a folder")
            .map(|entry| {
                let name = entry.expect("an entry").file_name();
                name.into_string().expect("UTF-8")
            })
            .collect();
        names.sort();
        names
    }

    /// Runs `git` in the folder, as nobody in particular.
    #[track_caller]
    pub fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.current_dir(self.0.path()).args(arguments);
        for person in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{person}_NAME"), "somebody");
            command.env(format!("GIT_{person}_EMAIL"), "somebody@example.com");
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.env("GIT_CONFIG_SYSTEM", "/dev/null");
        let output = command.output().expect("git is installed");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
    }

    /// Commits all that is there, in a repository that is made where there is none.
    #[track_caller]
    pub fn commit(&self) {
        self.git(&["init", "--quiet", "--initial-branch", "main"]);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "all"]);
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        command_in(self.0.path(), arguments)
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with_input(arguments, "")
    }

    pub fn run_with_input(&self, arguments: &[&str], input: impl Into<Vec<u8>>) -> Outcome {
        run(&mut self.command(arguments), input.into())
    }
}

pub fn command_in(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(COMMAND);
    // The width of the help texts.
    command.env_remove("COLUMNS");
    command.current_dir(folder).args(arguments);
    command
}

pub fn run(command: &mut Command, input: Vec<u8>) -> Outcome {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    // A command that does not read its input closes it.
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the command ends");
    let _ = writer.join().expect("the writer ends");
    Outcome {
        code: output.status.code().expect("it ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A `case_metadata` document of version 2 on one line, with these members beside the envelope.
pub fn case(members: &str) -> String {
    let comma = if members.is_empty() { "" } else { ", " };
    format!(
        r#"{{"_schema_version": 2, "_context": {{"created_by": "importer", "created_at": "2025-01-22T10:00:00Z"}}, "type": "case_metadata"{comma}{members}}}"#
    ) + "\n"
}

/// A `case_metadata` document of version 1 on one line, with these members beside the envelope.
pub fn old_case(members: &str) -> String {
    case(members).replacen(": 2,", ": 1,", 1)
}

/// `text` as one line, with the keys in order.
#[track_caller]
pub fn compact(text: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
    format!("{value}\n")
}
