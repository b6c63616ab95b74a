//! A private Postgres for tests: a cluster of its own, gone when the test process is gone.
//!
//! Postgres refuses to run as root; as root, the server runs as the user `postgres`. What is
//! missing fails the test and says so; nothing is skipped.
#![forbid(unsafe_code)]

mod browser;
mod cluster;
mod command;
mod database;
pub mod nexus;
mod session;

pub use browser::Page;
pub use cluster::{Cluster, Standby};
pub use command::{Folder, Run, Variables};
pub use database::{Database, Failure, failure};
pub use session::Session;
