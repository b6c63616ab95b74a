//! The connection to a database, made as psql makes it: from a URL, or from the environment.
//!
//! A password is never told: no error repeats the URL.

mod password_file;
mod server;
mod settings;
mod tls;
mod url;

use crate::{
    commands::{Failure, tell},
    report::printable,
};
use clap::Args;
use postgres::{
    Client, Config,
    error::{DbError, SqlState},
};
use server::Server;
use settings::Settings;
use std::{
    collections::HashSet,
    env,
    error::Error,
    io::{self, ErrorKind},
    iter,
    sync::{Mutex, mpsc},
    thread,
};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How a command is told its database, for the help texts.
pub const CONNECTION: &str = "\
The database is that of --database-url, postgres://user@host:port/database?sslmode=verify-full, and what \
it leaves out is taken from the environment as psql does: PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD, \
PGPASSFILE (~/.pgpass), PGSSLMODE, PGSSLROOTCERT, PGCONNECT_TIMEOUT, PGOPTIONS and others. A password is \
better in the environment or the password file than in a URL, which other users of the machine can see.";

/// The database that a command works with.
#[derive(Args, Clone)]
pub struct DatabaseArgs {
    /// The database; what the URL leaves out, the PG* variables say
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Another database of the same server.
    #[arg(skip)]
    name: Option<String>,
}

impl DatabaseArgs {
    /// The database of a URL.
    pub fn at(url: &str) -> Self {
        Self {
            database_url: Some(url.to_owned()),
            name: None,
        }
    }

    /// A database of the same server.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        Self {
            database_url: self.database_url.clone(),
            name: Some(name.to_owned()),
        }
    }

    /// A connection to the database. Its notices and warnings go to standard error, each once.
    ///
    /// # Errors
    ///
    /// The URL or a variable cannot be understood; or no server takes the connection, with the reason of
    /// each.
    pub fn connect(&self) -> Result<Client, Failure> {
        let variable = |name: &str| Some(env::var_os(name)?.to_string_lossy().into_owned());
        let mut settings =
            Settings::new(self.database_url.as_deref(), variable).map_err(Failure::Usage)?;
        if let Some(name) = &self.name {
            settings.set_database(name);
        }
        let mut reasons = Vec::new();
        for server in settings.servers().map_err(Failure::Usage)? {
            let mut config = settings.config(&server).map_err(Failure::Usage)?;
            tell_notices(&mut config);
            let tls = tls::connector(settings.mode(&server), settings.authorities().as_deref())
                .map_err(Failure::CouldNotRun)?;
            match connect(config, tls) {
                Ok(client) => return Ok(client),
                Err(reason) => reasons.push(refused(&server, &*reason)),
            }
        }
        Err(Failure::CouldNotRun(reasons.join("\n")))
    }
}

/// Connects within the timeout, which is for the whole, as it is in libpq; the client library's is for
/// opening the socket.
fn connect(config: Config, tls: MakeRustlsConnect) -> Result<Client, Box<dyn Error + Send + Sync>> {
    let Some(timeout) = config.get_connect_timeout().copied() else {
        return Ok(config.connect(tls)?);
    };
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Nobody waits any more once the time is over.
        let _ = sender.send(config.connect(tls));
    });
    match receiver.recv_timeout(timeout) {
        Ok(connected) => Ok(connected?),
        Err(_) => Err(Box::new(io::Error::new(
            ErrorKind::TimedOut,
            "timeout expired",
        ))),
    }
}

/// Tells what the server says beside its answers; what it says again, as for a second attempt, is not
/// told again.
fn tell_notices(config: &mut Config) {
    let told = Mutex::new(HashSet::new());
    config.notice_callback(move |notice| {
        let text = format!("{}: {}", notice.severity().to_lowercase(), text(&notice));
        let is_new = told.lock().is_ok_and(|mut told| told.insert(text.clone()));
        if is_new {
            tell(&text);
        }
    });
}

/// Why a server did not take the connection, and what can be done.
fn refused(server: &Server, error: &(dyn Error + 'static)) -> String {
    const PASSWORD: &str = "PGPASSWORD or the password file (~/.pgpass) says it";
    const DATABASE: &str = "--database-url or PGDATABASE names the database";
    const SERVER: &str = "--database-url, or PGHOST and PGPORT, say where the server is";
    const AUTHORITIES: &str =
        "PGSSLROOTCERT names the file with the certificates of the authorities that are trusted";
    let causes = || iter::successors(Some(error), |error| (*error).source());
    let answer = causes().find_map(|cause| cause.downcast_ref::<DbError>());
    let cause = causes().last().unwrap_or(error).to_string();
    let (reason, tip) = match answer {
        Some(answer) => {
            let tip = match *answer.code() {
                SqlState::INVALID_PASSWORD => Some(PASSWORD),
                SqlState::INVALID_CATALOG_NAME => Some(DATABASE),
                _ => None,
            };
            (text(answer), tip)
        }
        None if cause == "password missing" => ("no password is given".to_owned(), Some(PASSWORD)),
        None if cause.contains("certificate") => (cause, Some(AUTHORITIES)),
        None if causes().any(<dyn Error>::is::<io::Error>) => (cause, Some(SERVER)),
        None => (cause, None),
    };
    let reason = format!(
        "connection to server {} failed: {reason}",
        printable(&server.to_string())
    );
    tip.map_or_else(|| reason.clone(), |tip| format!("{reason}\n  tip: {tip}"))
}

/// What the server says: message, DETAIL and HINT.
pub fn text(answer: &DbError) -> String {
    let mut text = printable(answer.message()).into_owned();
    let detail = answer.detail().unwrap_or_default();
    text.extend(
        detail
            .lines()
            .map(|line| format!("\n  {}", printable(line))),
    );
    text.extend(
        answer
            .hint()
            .map(|hint| format!("\n  tip: {}", printable(hint))),
    );
    text
}

/// A statement that failed where nothing is to be found by it.
impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        Self::CouldNotRun(match error.as_db_error() {
            Some(answer) => text(answer),
            None => match error.source() {
                Some(cause) => format!("{error}: {cause}"),
                None => error.to_string(),
            },
        })
    }
}

/// Makes sure that the database has the extension, in a release that registers contract types.
///
/// # Errors
///
/// It has not, and what would bring it.
pub fn require_extension(client: &mut Client) -> Result<(), Failure> {
    let row = client.query_one(
        "SELECT pg_catalog.current_database()::pg_catalog.text, \
         pg_catalog.to_regprocedure( \
             'contract.register(pg_catalog.jsonb,pg_catalog.text,pg_catalog.bool)') IS NOT NULL, \
         (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'jsonb_contract')",
        &[],
    )?;
    let database: String = row.get(0);
    let missing = match (row.get::<_, Option<String>>(2), row.get(1)) {
        (Some(_), true) => return Ok(()),
        (Some(release), false) => format!(
            "the extension jsonb_contract {release} of database \"{database}\" cannot register contract types\n  \
             tip: ALTER EXTENSION jsonb_contract UPDATE"
        ),
        (None, _) => format!(
            "database \"{database}\" does not have the extension jsonb_contract\n  \
             tip: CREATE EXTENSION jsonb_contract"
        ),
    };
    Err(Failure::CouldNotRun(missing))
}
