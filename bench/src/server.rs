//! The private server, and sessions in it that time statements.

use anyhow::{Result, anyhow};
use postgres::{Client, types::FromSql};
use std::{thread, time::Instant};
use tests::{Cluster, failure};

/// The superuser of the cluster.
const ROLE: &str = "postgres";

/// The settings, beside those of Postgres itself: one process, nothing compiled just in time, all in
/// memory, and nothing in the background that would fall into one measurement and not into the next.
pub const SETTINGS: &[(&str, &str)] = &[
    ("autovacuum", "off"),
    ("checkpoint_timeout", "1d"),
    ("fsync", "off"),
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("max_wal_size", "16GB"),
    ("min_wal_size", "2GB"),
    ("shared_buffers", "2GB"),
    ("synchronize_seqscans", "off"),
    ("wal_keep_size", "0"),
    ("wal_level", "replica"),
];

/// Starts the cluster.
pub fn start() -> Cluster {
    let settings: Vec<String> = SETTINGS
        .iter()
        .map(|(name, value)| format!("{name} = '{value}'"))
        .collect();
    Cluster::with_settings(&format!("{}\n", settings.join("\n")))
}

/// How many workers help where parallel work is measured: each processor has a process.
pub fn workers() -> usize {
    processors().saturating_sub(1).max(1)
}

/// How many processors there are.
pub fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// A connection to a database, whose errors say which statement failed.
pub struct Session(Client);

impl Session {
    /// A new backend.
    pub fn new(cluster: &Cluster, database: &str) -> Self {
        Self(cluster.connect(ROLE, database))
    }

    /// Runs statements.
    ///
    /// # Errors
    ///
    /// When one fails.
    pub fn run(&mut self, sql: &str) -> Result<()> {
        self.0
            .batch_execute(sql)
            .map_err(|error| explained(sql, &error))
    }

    /// Runs statements and says how many microseconds they took.
    ///
    /// # Errors
    ///
    /// When one fails.
    pub fn time(&mut self, sql: &str) -> Result<f64> {
        let start = Instant::now();
        self.run(sql)?;
        Ok(start.elapsed().as_secs_f64() * 1e6)
    }

    /// The one value of a query.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub fn value<T: for<'a> FromSql<'a>>(&mut self, sql: &str) -> Result<T> {
        let row = self
            .0
            .query_one(sql, &[])
            .map_err(|error| explained(sql, &error))?;
        row.try_get(0).map_err(|error| explained(sql, &error))
    }
}

fn explained(sql: &str, error: &postgres::Error) -> anyhow::Error {
    if error.as_db_error().is_some() {
        anyhow!("{sql}: {}", failure(error))
    } else {
        anyhow!("{sql}: {error}")
    }
}
