//! The NEXUS reference schema of `sql/nexus/`.

use crate::{Cluster, Database};
use postgres::Client;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The owner of the NEXUS tables: an ordinary role that sees all rows as a member of `service_role`.
pub const OWNER: &str = "nexus";

/// The database that [`Database::nexus`] copies.
const TEMPLATE: &str = "nexus_template";

/// A way of a migration.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// To the newer schema.
    Up,
    /// Back to the older one.
    Down,
}

/// The folder of the SQL that people run.
#[must_use]
pub fn sql() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../sql")
}

/// The names of the migrations, in order.
///
/// # Panics
///
/// When their folder cannot be read.
#[must_use]
pub fn migrations() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(sql().join("nexus"))
        .expect("the migrations are there")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".up.sql").map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// Runs one migration.
///
/// # Panics
///
/// When it fails.
#[track_caller]
pub fn migrate(client: &mut Client, name: &str, way: Way) {
    let way = match way {
        Way::Up => "up",
        Way::Down => "down",
    };
    let file = sql().join(format!("nexus/{name}.{way}.sql"));
    let text = fs::read_to_string(&file).expect("a migration goes both ways");
    if let Err(error) = client.batch_execute(&text) {
        panic!("{}: {error}", file.display());
    }
}

impl Database {
    /// A new database with the NEXUS tables, owned by [`OWNER`]: a copy of one that all migrations have run in.
    ///
    /// # Panics
    ///
    /// When there is no Postgres, or a migration fails.
    #[must_use]
    #[track_caller]
    pub fn nexus() -> Self {
        static MADE: LazyLock<()> = LazyLock::new(make_template);
        LazyLock::force(&MADE);
        Self::bare(&format!("TEMPLATE {TEMPLATE} OWNER {OWNER}"))
    }
}

fn make_template() {
    let cluster = Cluster::shared();
    let mut maintenance = cluster.connect("postgres", "postgres");
    let mut run = |sql: &str| {
        maintenance
            .batch_execute(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    };
    // An owner that may not create roles finds them there.
    run(&format!(
        "CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN;
         CREATE ROLE {OWNER} LOGIN IN ROLE service_role"
    ));
    run(&format!("CREATE DATABASE {TEMPLATE} OWNER {OWNER}"));
    let mut owner = cluster.connect(OWNER, TEMPLATE);
    for name in migrations() {
        migrate(&mut owner, &name, Way::Up);
    }
    drop(owner);
    // Nobody's connection keeps it from being copied.
    run(&format!(
        "ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS false"
    ));
}
