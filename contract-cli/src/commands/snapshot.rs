//! `jsonb-contract snapshot`: the catalog of a database, as a file.

use super::{EXIT_CODES, Failure};
use crate::{
    catalog::snapshot,
    database::{CONNECTION, DatabaseArgs},
    migrations::{REPLAY, ReplayArgs},
    output::Output,
};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

const LONG_ABOUT: &str = "\
Writes what the catalog of a database says of its schema: tables, columns, constraints, indexes, policies, \
triggers, views, functions, types, roles and contract types. It has no data, and takes no rights on any table.

The checks that take a database take the file in its place, and find the same. The same database gives \
the same bytes, sorted by name, so that two snapshots can be compared. Without -o it is printed.

The catalog is read in one transaction that writes nothing. Where it changes meanwhile it is read again.

With --migrations the catalog is that of a new database in which the migrations were run.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract snapshot -o schema.json
  jsonb-contract snapshot --database-url postgres://ci@db.example/shop?sslmode=verify-full -o schema.json
  jsonb-contract snapshot --migrations migrations --scratch private -o migrated.json";

/// Writes the catalog of a database to a file.
#[derive(Args)]
#[command(
    long_about = format!("{LONG_ABOUT} {REPLAY}\n\n{CONNECTION}"),
    after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}")
)]
pub struct Snapshot {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    replay: ReplayArgs,
    /// The file, which is replaced whole
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Snapshot {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let catalog = match self.replay.run(Some(&self.database), None)? {
            Some(migrated) => migrated,
            None => self.database.catalog()?,
        };
        let text = snapshot::text(&catalog);
        let mut output = Output::open(self.output.as_deref())?;
        output.write(&[text.into_bytes()])?;
        output.finish()?;
        Ok(ExitCode::SUCCESS)
    }
}
