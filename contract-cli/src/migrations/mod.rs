//! What a folder of migrations makes: they are run in a database of its own, and its catalog is read.

mod cleanup;
mod folder;
mod private_cluster;
mod replay;
mod scratch_database;
mod statements;

use crate::{
    catalog::{self, Catalog, snapshot},
    commands::{Failure, tell},
    database::DatabaseArgs,
};
use clap::{Args, ValueEnum};
use folder::Migration;
use private_cluster::PrivateCluster;
use scratch_database::ScratchDatabase;
use statements::Reach;
use std::{collections::BTreeSet, path::PathBuf};

/// Where migrations are run, for the help texts.
pub const REPLAY: &str = "\
Migrations are files as sqlx keeps them, <version>_<name>.up.sql with their .down.sql, or <version>_<name>.sql. \
They are run in a scratch database that is dropped at the end; the database under test is not touched. By default it \
is made on the same server, which takes the right CREATEDB; a migration that changes roles or other databases in a \
statement of its own is refused there. With --scratch private it is in a server of its own, made with the \
Postgres that is installed on this machine, with the roles that are needed.";

/// How what the migrations make is known.
#[derive(Args)]
pub struct MigrationArgs {
    #[command(flatten)]
    pub replay: ReplayArgs,
    /// A snapshot of what the migrations make, in place of their folder
    #[arg(long, value_name = "FILE", conflicts_with_all = ["migrations", "scratch", "scratch_url"])]
    pub migrated: Option<PathBuf>,
}

/// The migrations, and where they are run.
#[derive(Args)]
pub struct ReplayArgs {
    /// The folder of the migrations, which are run in a scratch database
    #[arg(long, value_name = "DIR")]
    pub migrations: Option<PathBuf>,
    /// Where the scratch database is: on the same server, or in a private one
    #[arg(long, value_enum, value_name = "WHERE", default_value_t = Scratch::Server, requires = "migrations")]
    pub scratch: Scratch,
    /// Makes the scratch database on the server of this URL
    #[arg(
        long,
        value_name = "URL",
        conflicts_with = "scratch",
        requires = "migrations"
    )]
    pub scratch_url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scratch {
    /// On the server of the database
    Server,
    /// In a server of its own, which is gone afterwards
    Private,
}

impl MigrationArgs {
    /// What the migrations make; none where neither their folder nor a snapshot is named. `database` is the one
    /// under test, where it is no snapshot, and `live` its catalog.
    ///
    /// # Errors
    ///
    /// The folder or the snapshot cannot be read; a migration fails, with its place; there is no scratch database.
    pub fn migrated(
        &self,
        database: Option<&DatabaseArgs>,
        live: &Catalog,
    ) -> Result<Option<Catalog>, Failure> {
        match &self.migrated {
            Some(file) => snapshot::read(file).map(Some),
            None => self.replay.run(database, Some(live)),
        }
    }
}

impl ReplayArgs {
    /// Runs the migrations; nothing where no folder is named. The roles of `live` are there.
    ///
    /// # Errors
    ///
    /// As [`MigrationArgs::migrated`].
    pub fn run(
        &self,
        database: Option<&DatabaseArgs>,
        live: Option<&Catalog>,
    ) -> Result<Option<Catalog>, Failure> {
        let Some(folder) = &self.migrations else {
            return Ok(None);
        };
        let migrations = folder::read(folder)?;
        let made = match (self.scratch, &self.scratch_url, database) {
            (_, Some(url), _) => on_server(&DatabaseArgs::at(url), &migrations, false),
            (Scratch::Private, None, _) => in_private(&migrations, live),
            (Scratch::Server, None, Some(database)) => on_server(database, &migrations, true),
            (Scratch::Server, None, None) => Err(Failure::Usage(
                "a snapshot has no server on which the migrations could be run\n  \
                 tip: --scratch private makes one, --scratch-url names one"
                    .to_owned(),
            )),
        };
        made.map(Some)
    }
}

/// Runs the migrations in a new database of a server; `is_tested` is the one of the database under test.
fn on_server(
    server: &DatabaseArgs,
    migrations: &[Migration],
    is_tested: bool,
) -> Result<Catalog, Failure> {
    refuse_beyond(migrations, is_tested)?;
    let scratch = ScratchDatabase::create(server, is_tested)?;
    let mut client = scratch.connect()?;
    let before = scratch_database::roles(&mut client)?;
    let replayed = replay::run(&mut client, migrations);
    drop(client);
    let mut client = scratch.connect()?;
    let after = scratch_database::roles(&mut client)?;
    let new: Vec<&str> = after.difference(&before).map(String::as_str).collect();
    if !new.is_empty() {
        tell(&format!(
            "warning: roles belong to the whole server, and it has new ones since the migrations were run: {}\n  \
             tip: --scratch private runs them in a server of its own",
            new.join(", ")
        ));
    }
    replayed?;
    catalog::read(&mut client)
}

/// Refuses migrations that would change what other databases share.
fn refuse_beyond(migrations: &[Migration], is_tested: bool) -> Result<(), Failure> {
    let is_refused = |reach| reach == Reach::Server || is_tested;
    for migration in migrations {
        if let Some((place, reach)) = statements::beyond(migration, is_refused) {
            let what = match reach {
                Reach::Server => "other databases or the server itself",
                Reach::Roles => "roles, which belong to the whole server",
            };
            return Err(Failure::CouldNotRun(format!(
                "{place}: this would change {what}\n  tip: --scratch private runs it in a server of its own"
            )));
        }
    }
    Ok(())
}

fn in_private(migrations: &[Migration], live: Option<&Catalog>) -> Result<Catalog, Failure> {
    let cluster = PrivateCluster::start()?;
    let of_live = live.into_iter().flat_map(|catalog| &catalog.roles);
    let mut roles: BTreeSet<String> = of_live.map(|role| role.name.clone()).collect();
    roles.extend(statements::roles(migrations));
    for made in statements::made_roles(migrations) {
        roles.remove(&made);
    }
    cluster.create_roles(&roles)?;
    let mut client = cluster.connect()?;
    replay::run(&mut client, migrations)?;
    drop(client);
    catalog::read(&mut cluster.connect()?)
}
