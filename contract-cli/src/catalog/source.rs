//! Where a command takes the catalog from: a database, or a snapshot of one.

use super::{Catalog, live, snapshot};
use crate::{commands::Failure, database::DatabaseArgs};
use clap::Args;
use std::path::PathBuf;

/// The catalog that a command works with.
#[derive(Args)]
pub struct CatalogArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// A file that jsonb-contract snapshot has written, in place of a database
    #[arg(long, value_name = "FILE", conflicts_with = "database_url")]
    pub snapshot: Option<PathBuf>,
}

impl CatalogArgs {
    /// The catalog of the snapshot, or of the database where there is none.
    ///
    /// # Errors
    ///
    /// The file is no snapshot; the database cannot be connected to, or the connection ends before all is read.
    pub fn catalog(&self) -> Result<Catalog, Failure> {
        match &self.snapshot {
            Some(file) => snapshot::read(file),
            None => self.database.catalog(),
        }
    }
}

impl CatalogArgs {
    /// The database, where it is none of a snapshot.
    pub fn live(&self) -> Option<&DatabaseArgs> {
        self.snapshot.is_none().then_some(&self.database)
    }
}

impl DatabaseArgs {
    /// The catalog of the database.
    ///
    /// # Errors
    ///
    /// The database cannot be connected to, or the connection ends before all is read.
    pub fn catalog(&self) -> Result<Catalog, Failure> {
        live::read(&mut self.connect()?)
    }
}
