//! A database of its own on a server that is there.

use super::cleanup::Cleanup;
use crate::{
    commands::{Failure, tell},
    database::{DatabaseArgs, text},
    name::{identifier, literal},
};
use postgres::{Client, error::SqlState};
use std::collections::BTreeSet;

/// A database that is dropped at the end.
pub struct ScratchDatabase {
    database: DatabaseArgs,
    search_path: Option<String>,
    _cleanup: Cleanup,
}

impl ScratchDatabase {
    /// An empty database on the server of `server`, with the encoding and the locale of its database.
    ///
    /// # Errors
    ///
    /// The server cannot be connected to, or the role may not create a database.
    pub fn create(server: &DatabaseArgs, keeps_search_path: bool) -> Result<Self, Failure> {
        let mut client = server.connect()?;
        // Unique on the server, and nothing has to be drawn by lot.
        let row = client.query_one(
            "SELECT 'jsonb_contract_scratch_' || pid || '_' || \
             pg_catalog.to_char(backend_start AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS'), \
             pg_catalog.current_setting('search_path') \
             FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()",
            &[],
        )?;
        let (name, search_path): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let options = options(&mut client)?;
        let create = format!(
            "CREATE DATABASE {} TEMPLATE template0{options}",
            identifier(&name)
        );
        let (database, cleanup) = Cleanup::after(|| {
            client.batch_execute(&create).map_err(refused)?;
            let database = server.named(&name);
            let server = server.clone();
            Ok((database, move || drop_database(&server, &name)))
        })?;
        Ok(Self {
            database,
            search_path: keeps_search_path.then_some(search_path),
            _cleanup: cleanup,
        })
    }

    /// A connection to it, in which unqualified names lead where they lead in the other database.
    pub fn connect(&self) -> Result<Client, Failure> {
        let mut client = self.database.connect()?;
        if let Some(path) = &self.search_path {
            client.query(
                "SELECT pg_catalog.set_config('search_path', $1, false)",
                &[path],
            )?;
        }
        Ok(client)
    }
}

/// The roles of the server.
pub fn roles(client: &mut Client) -> Result<BTreeSet<String>, Failure> {
    let rows = client.query(
        "SELECT rolname::pg_catalog.text FROM pg_catalog.pg_roles",
        &[],
    )?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// What makes a new database like the one that is connected to: encoding and locale.
fn options(client: &mut Client) -> Result<String, Failure> {
    // Before Postgres 17 the locale of ICU has a column of its own.
    let row = client.query_one(
        "SELECT pg_catalog.pg_encoding_to_char(d.encoding)::pg_catalog.text, d.datcollate, d.datctype, \
         d.datlocprovider = 'i', d.datlocprovider = 'b', \
         COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale'), \
         pg_catalog.to_jsonb(d) ->> 'daticurules' \
         FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()",
        &[],
    )?;
    let [encoding, collate, ctype] =
        [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?].map(|value: String| literal(&value));
    let (is_icu, is_builtin): (bool, bool) = (row.try_get(3)?, row.try_get(4)?);
    let locale: Option<String> = row.try_get(5)?;
    let rules: Option<String> = row.try_get(6)?;
    let locale = locale.map(|locale| literal(&locale));
    let rules = rules.map(|rules| format!(" ICU_RULES {}", literal(&rules)));
    let provider = match (is_icu, is_builtin, locale) {
        (true, _, Some(locale)) => {
            format!("icu ICU_LOCALE {locale}{}", rules.unwrap_or_default())
        }
        (_, true, Some(locale)) => format!("builtin BUILTIN_LOCALE {locale}"),
        _ => "libc".to_owned(),
    };
    Ok(format!(
        " ENCODING {encoding} LC_COLLATE {collate} LC_CTYPE {ctype} LOCALE_PROVIDER {provider}"
    ))
}

fn refused(error: postgres::Error) -> Failure {
    match error.as_db_error() {
        Some(answer) if *answer.code() == SqlState::INSUFFICIENT_PRIVILEGE => {
            Failure::CouldNotRun(format!(
                "no scratch database for the migrations: {}\n  \
                 tip: a role with CREATEDB may, or --scratch-url names another server, or --scratch private makes one",
                text(answer)
            ))
        }
        Some(answer) => Failure::CouldNotRun(format!(
            "no scratch database for the migrations: {}\n  \
             tip: --scratch-url names another server, --scratch private makes one",
            text(answer)
        )),
        None => error.into(),
    }
}

/// Drops the database, with the session that may still be at work in it.
fn drop_database(server: &DatabaseArgs, name: &str) {
    let name = identifier(name);
    let dropped = server.connect().and_then(|mut client| {
        let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        Ok(client.batch_execute(&statement)?)
    });
    if let Err(Failure::CouldNotRun(why) | Failure::Usage(why)) = dropped {
        tell(&format!(
            "warning: the scratch database {name} could not be dropped: {why}\n  tip: DROP DATABASE {name} WITH (FORCE)"
        ));
    }
}
