//! A private Postgres for tests.
