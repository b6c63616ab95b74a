//! A folder of migrations, as sqlx reads it: `<version>_<name>.up.sql` with its `.down.sql`, or
//! `<version>_<name>.sql`, run in the order of their versions. Gaps are as good as none; other files are passed over.

use crate::{commands::Failure, report::printable};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// A migration, in the direction in which it makes something.
#[derive(Debug)]
pub struct Migration {
    /// The file, as it is told.
    pub name: String,
    pub text: String,
}

impl Migration {
    /// Whether it is run without a transaction around it; sqlx looks at the first line.
    pub fn needs_no_transaction(&self) -> bool {
        self.text.starts_with("-- no-transaction")
    }
}

/// What a file's name says.
enum Direction {
    Up,
    Down,
}

/// The migrations of a folder, in their order.
///
/// # Errors
///
/// The folder or a file cannot be read; the folder has no migration; two have the same version; a `.down.sql` has
/// nothing that it would undo.
pub fn read(folder: &Path) -> Result<Vec<Migration>, Failure> {
    let shown = printable(&folder.to_string_lossy()).into_owned();
    let problem = |text: String| Failure::Usage(format!("{shown}{text}"));
    let unreadable = |error: io::Error| problem(format!(" cannot be read: {error}"));
    let mut up: BTreeMap<i64, PathBuf> = BTreeMap::new();
    let mut down: BTreeMap<i64, PathBuf> = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let Some((version, direction)) = path.file_name().and_then(|name| parse(name.to_str()?))
        else {
            continue;
        };
        let version = version.map_err(|why| problem(format!("/{}: {why}", file_name(&path))))?;
        let of_direction = match direction {
            Direction::Up => &mut up,
            Direction::Down => &mut down,
        };
        if let Some(other) = of_direction.insert(version, path.clone()) {
            let mut names = [file_name(&other), file_name(&path)];
            names.sort();
            return Err(problem(format!(
                ": {} and {} have the same version",
                names[0], names[1]
            )));
        }
    }
    if let Some((_, lone)) = down.iter().find(|(version, _)| !up.contains_key(version)) {
        return Err(problem(format!(
            "/{}: there is no .up.sql that it would undo",
            file_name(lone)
        )));
    }
    if up.is_empty() {
        return Err(problem(
            " has no migration\n  tip: a migration is called <version>_<name>.up.sql or <version>_<name>.sql".to_owned(),
        ));
    }
    up.into_values()
        .map(|path| migration(&shown, &path))
        .collect()
}

fn migration(folder: &str, path: &Path) -> Result<Migration, Failure> {
    let name = format!("{}/{}", folder.trim_end_matches('/'), file_name(path));
    match fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Ok(Migration { name, text }),
        Ok(Err(_)) => Err(Failure::Usage(format!("{name} is not UTF-8"))),
        Err(error) => Err(Failure::Usage(format!("{name} cannot be read: {error}"))),
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    printable(&name).into_owned()
}

/// Version and direction of a file whose name is that of a migration; the version may be no number.
fn parse(name: &str) -> Option<(Result<i64, String>, Direction)> {
    let (version, rest) = name.split_once('_')?;
    let rest = rest.strip_suffix(".sql")?;
    let direction = match rest.rsplit_once('.') {
        Some((_, "down")) => Direction::Down,
        _ => Direction::Up,
    };
    let number = version
        .parse()
        .map_err(|_| format!("the version {version} is no number"));
    Some((number, direction))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::commands::Failure;
    use std::fs;

    #[track_caller]
    fn folder(files: &[&str]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            fs::write(folder.path().join(file), "SELECT 1;").expect("a file");
        }
        let path = folder.path().display().to_string();
        match read(folder.path()) {
            Ok(migrations) => Ok(migrations
                .into_iter()
                .map(|migration| migration.name[path.len() + 1..].to_owned())
                .collect()),
            Err(Failure::Usage(why)) => Err(why.replace(&path, "m")),
            Err(Failure::CouldNotRun(why)) => panic!("{why}"),
            Err(Failure::Report(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn migrations_are_ordered_by_number() {
        let files = [
            "10_b.up.sql",
            "10_b.down.sql",
            "9_a.sql",
            "0100_c.x.up.sql",
            "README.md",
            "notes.sql",
            "11_x.sql.bak",
        ];
        let expected = ["9_a.sql", "10_b.up.sql", "0100_c.x.up.sql"].map(str::to_owned);
        assert_eq!(folder(&files), Ok(expected.to_vec()));
    }

    #[test]
    fn what_is_no_sequence_of_migrations_is_refused() {
        for (files, why) in [
            (
                &["1_a.up.sql", "01_b.up.sql"][..],
                "m: 01_b.up.sql and 1_a.up.sql have the same version",
            ),
            (
                &["1_a.sql", "1_a.up.sql"],
                "m: 1_a.sql and 1_a.up.sql have the same version",
            ),
            (
                &["1_a.up.sql", "2_b.down.sql"],
                "m/2_b.down.sql: there is no .up.sql that it would undo",
            ),
            (&["x_a.sql"], "m/x_a.sql: the version x is no number"),
            (
                &["README.md"],
                "m has no migration\n  tip: a migration is called <version>_<name>.up.sql or <version>_<name>.sql",
            ),
        ] {
            assert_eq!(folder(files), Err(why.to_owned()));
        }
    }
}
