//! pg_dump and restore.
