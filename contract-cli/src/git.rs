//! Files of a git revision, as the program `git` has them.

use crate::report::printable;
use std::{
    io::{ErrorKind, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
};

/// What a revision has at a path.
pub enum Object {
    File(Vec<u8>),
    /// The regular files of the folder itself, each with its name, in the order of their names.
    Folder(Vec<(String, Vec<u8>)>),
}

/// Reads `revision:path`, as `git show` understands it, in the repository that `folder` is in.
///
/// # Errors
///
/// There is no `git`, no repository, no such revision, or nothing at that path in it.
pub fn read(
    folder: &Path,
    revision: &str,
    path: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<Object, String> {
    let git = Git { folder };
    let name = printable(revision);
    // An argument that starts with a hyphen would be an option.
    if revision.is_empty()
        || revision.starts_with('-')
        || !git.has(&format!("{revision}^{{tree}}"))?
    {
        return Err(format!("git knows no revision {name}"));
    }
    let object = format!("{revision}:{path}");
    if !git.has(&object)? {
        return Err(format!("revision {name} has no {}", printable(path)));
    }
    if git.run(&["cat-file", "-t", &object], None)?.trim_ascii() == b"tree" {
        Ok(Object::Folder(git.folder(&object, wanted)?))
    } else {
        Ok(Object::File(git.run(&["cat-file", "blob", &object], None)?))
    }
}

struct Git<'a> {
    folder: &'a Path,
}

impl Git<'_> {
    /// Whether the name leads to something.
    fn has(&self, name: &str) -> Result<bool, String> {
        match self.run(&["rev-parse", "--verify", "--quiet", name], None) {
            Ok(_) => Ok(true),
            Err(message) if message.is_empty() => Ok(false),
            Err(message) => Err(message),
        }
    }

    fn folder(
        &self,
        tree: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<(String, Vec<u8>)>, String> {
        let listed = self.run(&["ls-tree", "-z", "--full-tree", tree], None)?;
        let entries: Vec<(String, String)> = listed
            .split(|byte| *byte == 0)
            .filter_map(|entry| regular_file(&String::from_utf8_lossy(entry)))
            .filter(|(name, _)| wanted(name))
            .collect();
        let ids: Vec<&str> = entries.iter().map(|(_, id)| id.as_str()).collect();
        let contents = self.run(&["cat-file", "--batch"], Some(ids.join("\n") + "\n"))?;
        let mut rest = contents.as_slice();
        entries
            .into_iter()
            .map(|(name, _)| {
                let content = next_of_batch(&mut rest)
                    .ok_or_else(|| format!("git cannot read {}", printable(&name)))?;
                Ok((name, content))
            })
            .collect()
    }

    /// Runs `git` and gives what it prints; the error is what it says is wrong.
    fn run(&self, arguments: &[&str], input: Option<String>) -> Result<Vec<u8>, String> {
        let cannot_run = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => {
                "the program git, which reads revisions, is not there".to_owned()
            }
            _ => format!("git cannot be run: {error}"),
        };
        let mut child = Command::new("git")
            .arg("-C")
            .arg(self.folder)
            .args(arguments)
            .stdin(if input.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(cannot_run)?;
        // Beside the reading: git answers before it has read all.
        let stdin = child.stdin.take();
        let writer = thread::spawn(move || match (stdin, input) {
            (Some(mut stdin), Some(input)) => stdin.write_all(input.as_bytes()),
            _ => Ok(()),
        });
        let output = child.wait_with_output().map_err(cannot_run)?;
        // A git that ended early says itself why.
        let _ = writer.join();
        if output.status.success() {
            return Ok(output.stdout);
        }
        let message = String::from_utf8_lossy(&output.stderr);
        Err(printable(message.trim()).into_owned())
    }
}

/// Name and id of a regular file, of an entry `mode type id<TAB>name`.
fn regular_file(entry: &str) -> Option<(String, String)> {
    let (about, name) = entry.split_once('\t')?;
    let mut about = about.split(' ');
    let (mode, kind, id) = (about.next()?, about.next()?, about.next()?);
    (mode.starts_with("100") && kind == "blob").then(|| (name.to_owned(), id.to_owned()))
}

/// The next content of what `git cat-file --batch` prints: `id type size`, a new line, the content, a
/// new line.
fn next_of_batch(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let about = str::from_utf8(&rest[..end]).ok()?;
    let size: usize = about.rsplit(' ').next()?.parse().ok()?;
    let content = rest.get(end + 1..end + 1 + size)?.to_vec();
    *rest = rest.get(end + size + 2..)?;
    Some(content)
}
