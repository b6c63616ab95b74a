//! The Postgres extension `jsonb_contract`: glue between SQL and `contract-core`.
//!
//! It fetches arguments, calls one function of the core, and turns the result into SQL. It has no
//! rules of its own. A document is read in place, from its detoasted bytes.

mod cache;
#[allow(
    clippy::needless_pass_by_value,
    reason = "an argument's type is its SQL type"
)]
mod check;
mod compiled;
mod document;
mod guard;
#[allow(
    clippy::needless_pass_by_value,
    reason = "an argument's type is its SQL type"
)]
mod language;
mod pg_proc;
#[allow(
    clippy::needless_pass_by_value,
    reason = "an argument's type is its SQL type"
)]
mod register;
mod registered;
mod report;
#[allow(
    clippy::needless_pass_by_value,
    reason = "an argument's type is its SQL type"
)]
mod schema;
#[allow(
    clippy::needless_pass_by_value,
    reason = "an argument's type is its SQL type"
)]
mod types;
#[allow(
    clippy::needless_pass_by_value,
    reason = "an argument's type is its SQL type"
)]
mod upgrade;
mod watch;

pgrx::pg_module_magic!(name, version);

// A jsonb string is read as UTF-8; in another encoding a verdict would be wrong.
pgrx::extension_sql!(
    r"
DO $$
BEGIN
    IF pg_catalog.current_setting('server_encoding') OPERATOR(pg_catalog.<>) 'UTF8' THEN
        RAISE EXCEPTION 'extension jsonb_contract needs a database with encoding UTF8'
            USING ERRCODE = 'feature_not_supported',
                  DETAIL = 'The encoding of this database is '
                      OPERATOR(pg_catalog.||) pg_catalog.current_setting('server_encoding')
                      OPERATOR(pg_catalog.||) '.',
                  HINT = 'Create the database with ENCODING ''UTF8''.';
    END IF;
END
$$;
",
    name = "encoding",
    bootstrap
);

// What DBAs call to bind columns, and what reads it back from the catalog. It runs DDL, so it is SQL.
pgrx::extension_sql_file!(
    "../sql/bindings.sql",
    name = "bindings",
    requires = [
        "check",
        "guard",
        "language",
        guard::trigger_arguments,
        types::known_type,
        upgrade::is_writable
    ]
);
pgrx::extension_sql_file!(
    "../sql/registration.sql",
    name = "registration",
    requires = [
        "bindings",
        language::conforms,
        language::conforms_aliased,
        register::definition_header,
        register::prepare_registration,
        register::prepare_retirement,
        types::manifest,
        types::schema_version
    ]
);
pgrx::extension_sql_file!(
    "../sql/coverage.sql",
    name = "coverage",
    requires = ["bindings", types::manifest, types::types]
);
pgrx::extension_sql_file!(
    "../sql/upgrade_column.sql",
    name = "upgrade_column",
    requires = ["bindings", types::schema_version]
);

// Who may write to a table may call the functions that its CHECK constraints call.
pgrx::extension_sql!(
    "GRANT USAGE ON SCHEMA contract TO PUBLIC;
     GRANT SELECT ON contract.aliases, contract.bindings, contract.coverage, contract.history TO PUBLIC;",
    name = "usage",
    finalize
);
