//! A session that may block.

use crate::{Database, Failure, failure};
use std::{
    sync::mpsc::{self, Receiver, Sender, TryRecvError},
    thread,
    time::Duration,
};

/// A session that runs one statement after the other on a thread of its own, and may block.
pub struct Session {
    statements: Sender<String>,
    results: Receiver<Result<(), Failure>>,
    backend: i32,
    /// A statement was sent and has not answered.
    busy: bool,
    /// The first error since the session was new, or told to forget.
    failure: Option<Failure>,
}

impl Session {
    /// A new session in a database, as superuser.
    ///
    /// # Panics
    ///
    /// When it cannot connect.
    #[must_use]
    #[track_caller]
    pub fn new(database: &Database) -> Self {
        let mut client = database.connect_as("postgres");
        let backend = client
            .query_one("SELECT pg_backend_pid()", &[])
            .expect("a backend")
            .get(0);
        let (statements, to_run) = mpsc::channel::<String>();
        let (answer, results) = mpsc::channel();
        thread::spawn(move || {
            for sql in to_run {
                let result = client.batch_execute(&sql).map_err(|error| failure(&error));
                if answer.send(result).is_err() {
                    break;
                }
            }
        });
        Self {
            statements,
            results,
            backend,
            busy: false,
            failure: None,
        }
    }

    /// Runs a statement to its end, which must be a good one.
    ///
    /// # Panics
    ///
    /// When it fails.
    #[track_caller]
    pub fn run(&mut self, sql: &str) {
        self.send(sql);
        if let Err(failure) = self.wait() {
            panic!("{sql}: {failure}");
        }
    }

    /// Sends a statement, without waiting for its end.
    ///
    /// # Panics
    ///
    /// When the session has died.
    pub fn send(&mut self, sql: &str) {
        self.statements
            .send(sql.to_owned())
            .expect("the session lives");
        self.busy = true;
    }

    /// Waits for the end of the statement under way.
    ///
    /// # Errors
    ///
    /// That of the statement.
    ///
    /// # Panics
    ///
    /// When the session has died.
    pub fn wait(&mut self) -> Result<(), Failure> {
        let result = self.results.recv().expect("the session lives");
        self.busy = false;
        result
    }

    /// Waits until the statement under way has ended, or waits for a lock.
    ///
    /// # Panics
    ///
    /// When the session has died.
    pub fn settle(&mut self, monitor: &mut Database) {
        while self.busy {
            match self.results.try_recv() {
                Ok(result) => {
                    self.busy = false;
                    self.failure = self.failure.take().or(result.err());
                }
                Err(TryRecvError::Empty) => {
                    let waits: bool = monitor.value(&format!(
                        "SELECT count(*) > 0 FROM pg_locks WHERE pid = {} AND NOT granted",
                        self.backend
                    ));
                    if waits {
                        return;
                    }
                    thread::sleep(Duration::from_micros(200));
                }
                Err(TryRecvError::Disconnected) => panic!("the session died"),
            }
        }
    }

    /// Sends a statement that has to wait for a lock of another session.
    ///
    /// # Panics
    ///
    /// When it ends without waiting.
    #[track_caller]
    pub fn blocks(&mut self, monitor: &mut Database, sql: &str) {
        self.send(sql);
        self.settle(monitor);
        assert!(self.busy, "{sql} did not wait: {:?}", self.failure);
    }

    /// Whether a statement is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.busy
    }

    /// Whether a statement that was settled has failed, since the session was new or told to forget.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Forgets earlier failures.
    pub fn forget(&mut self) {
        self.failure = None;
    }
}
