//! A database for one test.

use crate::Cluster;
use postgres::{Client, NoTls};
use std::{
    ops::{Deref, DerefMut},
    sync::{
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
};

/// A database of its own with the extension in it, and a connection to it; dropped with the test.
pub struct Database {
    name: String,
    client: Option<Client>,
}

impl Database {
    /// A new database with the extension.
    ///
    /// # Panics
    ///
    /// When there is no Postgres, or the extension cannot be created.
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        let mut database = Self::bare("");
        database.execute_all("CREATE EXTENSION jsonb_contract");
        database
    }

    /// A new database without the extension; `options` follow `CREATE DATABASE name`.
    ///
    /// # Panics
    ///
    /// When there is no Postgres.
    #[must_use]
    #[track_caller]
    pub fn bare(options: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut maintenance = Cluster::shared().connect("postgres", "postgres");
        maintenance
            .batch_execute(&format!("CREATE DATABASE {name} {options}"))
            .expect("a database can be created");
        Self {
            client: Some(Cluster::shared().connect("postgres", &name)),
            name,
        }
    }

    /// The database's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Another connection to it.
    ///
    /// # Panics
    ///
    /// When the role may not connect.
    #[must_use]
    #[track_caller]
    pub fn connect_as(&self, role: &str) -> Client {
        Cluster::shared().connect(role, &self.name)
    }

    /// Runs SQL that must succeed.
    ///
    /// # Panics
    ///
    /// When it does not; the error is shown as `psql` shows it.
    #[track_caller]
    pub fn execute_all(&mut self, sql: &str) {
        if let Err(error) = self.batch_execute(sql) {
            panic!("{sql}: {}", failure(&error));
        }
    }

    /// The one value of a query that must succeed.
    ///
    /// # Panics
    ///
    /// When it does not, or returns something else.
    #[track_caller]
    pub fn value<T: for<'a> postgres::types::FromSql<'a>>(&mut self, sql: &str) -> T {
        match self.query_one(sql, &[]) {
            Ok(row) => row.get(0),
            Err(error) => panic!("{sql}: {}", failure(&error)),
        }
    }

    /// The warnings of SQL that must succeed, in a connection of its own.
    ///
    /// # Panics
    ///
    /// When it does not.
    #[must_use]
    #[track_caller]
    pub fn warnings(&self, sql: &str) -> Vec<String> {
        let (tell, told) = mpsc::channel();
        let result = postgres::Config::new()
            .host_path(Cluster::shared().socket())
            .user("postgres")
            .dbname(&self.name)
            .notice_callback(move |notice| {
                if notice.severity() == "WARNING" {
                    // Nobody listens after the end of the test.
                    let _ = tell.send(notice.message().to_owned());
                }
            })
            .connect(NoTls)
            .and_then(|mut client| client.batch_execute(sql));
        if let Err(error) = result {
            panic!("{sql}: {}", failure(&error));
        }
        told.iter().collect()
    }

    /// The error of SQL that must fail.
    ///
    /// # Panics
    ///
    /// When it succeeds.
    #[track_caller]
    pub fn fails(&mut self, sql: &str) -> Failure {
        match self.batch_execute(sql) {
            Ok(()) => panic!("{sql}: no error"),
            Err(error) => failure(&error),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Database {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.client.as_ref().expect("connected until it is dropped")
    }
}

impl DerefMut for Database {
    fn deref_mut(&mut self) -> &mut Client {
        self.client.as_mut().expect("connected until it is dropped")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        drop(self.client.take());
        let drop_it = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(error) = Cluster::shared()
            .connect("postgres", "postgres")
            .batch_execute(&drop_it)
        {
            eprintln!("{}", failure(&error));
        }
    }
}

/// An ERROR as Postgres reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// SQLSTATE.
    pub code: String,
    /// The primary message.
    pub message: String,
    /// DETAIL, or nothing.
    pub detail: String,
    /// HINT, or nothing.
    pub hint: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: {}\nDETAIL: {}\nHINT: {}",
            self.code, self.message, self.detail, self.hint
        )
    }
}

/// The server's error behind a client's.
///
/// # Panics
///
/// When the server sent none, as when it went away.
#[must_use]
#[track_caller]
pub fn failure(error: &postgres::Error) -> Failure {
    let Some(error) = error.as_db_error() else {
        panic!("the server went away: {error}")
    };
    Failure {
        code: error.code().code().to_owned(),
        message: error.message().to_owned(),
        detail: error.detail().unwrap_or_default().to_owned(),
        hint: error.hint().unwrap_or_default().to_owned(),
    }
}
