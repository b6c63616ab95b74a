//! What a connection needs, by libpq's names: from the URL, else from the environment, else by default
//! (`PostgreSQL` documentation, sections 34.1.2 and 34.15).

use super::{
    password_file,
    server::{PORT, Server, default_host},
    tls::Mode,
    url,
};
use crate::commands::tell;
use postgres::Config;
use std::{collections::BTreeMap, env, error::Error, path::PathBuf};

/// The parameters that the environment can give, and how it calls them.
const VARIABLES: [(&str, &str); 15] = [
    ("application_name", "PGAPPNAME"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("dbname", "PGDATABASE"),
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("options", "PGOPTIONS"),
    ("passfile", "PGPASSFILE"),
    ("password", "PGPASSWORD"),
    ("port", "PGPORT"),
    ("sslmode", "PGSSLMODE"),
    ("sslnegotiation", "PGSSLNEGOTIATION"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("user", "PGUSER"),
];

/// Parameters that the client library does not know, or takes for each host.
const OURS: [&str; 7] = [
    "host",
    "hostaddr",
    "passfile",
    "password",
    "port",
    "sslmode",
    "sslrootcert",
];

/// The parameters of a connection.
pub struct Settings {
    parameters: BTreeMap<String, String>,
    mode: Mode,
}

impl Settings {
    /// The parameters of the URL, and those of the environment that it does not say.
    ///
    /// # Errors
    ///
    /// The URL is none, or a parameter has a value that it cannot have.
    pub fn new(
        url: Option<&str>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let mut parameters = match url {
            Some(url) => {
                url::parameters(url).map_err(|problem| format!("the database URL {problem}"))?
            }
            None if variable("PGSERVICE").is_some() => {
                return Err("PGSERVICE is set, and service files are not read".to_owned());
            }
            None => BTreeMap::new(),
        };
        // An address of the environment is not that of another host.
        let names_host = parameters.contains_key("host");
        for (name, variable_name) in VARIABLES {
            if !(parameters.contains_key(name) || name == "hostaddr" && names_host) {
                let value = variable(variable_name).filter(|value| !value.is_empty());
                parameters.extend(value.map(|value| (name.to_owned(), value)));
            }
        }
        parameters
            .entry("application_name".to_owned())
            .or_insert_with(|| "jsonb-contract".to_owned());
        if !parameters.contains_key("user") {
            let user = whoami::username().map_err(|error| {
                format!("who you are is not known, and no user is named: {error}")
            })?;
            parameters.insert("user".to_owned(), user);
        }
        let mode = mode(&parameters)?;
        let settings = Self { parameters, mode };
        settings.common()?;
        Ok(settings)
    }

    /// Names another database.
    pub fn set_database(&mut self, name: &str) {
        self.parameters.insert("dbname".to_owned(), name.to_owned());
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The servers to try, one after the other.
    ///
    /// # Errors
    ///
    /// Hosts, addresses and ports are not of the same number.
    pub fn servers(&self) -> Result<Vec<Server>, String> {
        let list = |name| -> Vec<&str> {
            self.get(name)
                .map(|list| list.split(',').collect())
                .unwrap_or_default()
        };
        let (hosts, addresses, ports) = (list("host"), list("hostaddr"), list("port"));
        let count = hosts.len().max(addresses.len()).max(1);
        for (what, list) in [("hosts", &hosts), ("addresses", &addresses)] {
            if !list.is_empty() && list.len() != count {
                return Err(format!(
                    "{count} servers are named, and {} {what}",
                    list.len()
                ));
            }
        }
        if ports.len() > 1 && ports.len() != count {
            return Err(format!(
                "{count} servers are named, and {} ports",
                ports.len()
            ));
        }
        let server = |index: usize| {
            let named = |list: &[&str]| {
                let entry = list.get(index).filter(|entry| !entry.is_empty())?;
                Some((*entry).to_owned())
            };
            let port = ports.get(index).or(ports.first()).copied();
            let port = port.filter(|port| !port.is_empty()).unwrap_or(PORT);
            let address = named(&addresses);
            Server {
                host: named(&hosts)
                    .or_else(|| address.clone())
                    .unwrap_or_else(|| default_host(port)),
                address,
                port: port.to_owned(),
            }
        };
        Ok((0..count).map(server).collect())
    }

    /// How the connection to a server is encrypted: over a socket of this machine it is not, whatever is
    /// asked for.
    pub fn mode(&self, server: &Server) -> Mode {
        if server.is_local() {
            Mode::Disable
        } else {
            self.mode
        }
    }

    /// The file of the authorities that are trusted; none for those of the system.
    pub fn authorities(&self) -> Option<PathBuf> {
        match self.get("sslrootcert") {
            Some("system") => None,
            Some(file) => Some(PathBuf::from(file)),
            None => {
                Some(env::home_dir()?.join(".postgresql/root.crt")).filter(|file| file.exists())
            }
        }
    }

    /// What the client library is told to connect to one of the servers.
    ///
    /// # Errors
    ///
    /// A parameter has a value that it cannot have.
    pub fn config(&self, server: &Server) -> Result<Config, String> {
        let mut config = self.common()?;
        config.host(&server.host);
        if let Some(address) = &server.address {
            let address = address
                .parse()
                .map_err(|_| format!("hostaddr is no address: {address}"))?;
            config.hostaddr(address);
        }
        let port = server
            .port
            .parse()
            .map_err(|_| "the port is no number up to 65535".to_owned())?;
        config.port(port);
        config.ssl_mode(self.mode(server).encryption());
        if let Some(password) = self.password(server) {
            config.password(password);
        }
        Ok(config)
    }

    /// What is the same for all servers.
    fn common(&self) -> Result<Config, String> {
        let quoted = |value: &str| value.replace('\\', r"\\").replace('\'', r"\'");
        let parameters: Vec<String> = self
            .parameters
            .iter()
            .filter(|(name, _)| !OURS.contains(&name.as_str()))
            .map(|(name, value)| format!("{name}='{}'", quoted(value)))
            .collect();
        parameters
            .join(" ")
            .parse()
            .map_err(|error: postgres::Error| {
                error
                    .source()
                    .map_or_else(|| error.to_string(), ToString::to_string)
                    .replace('`', "\"")
            })
    }

    /// The password that is given, or that the password file has.
    fn password(&self, server: &Server) -> Option<String> {
        if let Some(password) = self.get("password") {
            return Some(password.to_owned());
        }
        let file = match self.get("passfile") {
            Some(file) => PathBuf::from(file),
            None => env::home_dir()?.join(".pgpass"),
        };
        let user = self.get("user")?;
        let database = self.get("dbname").unwrap_or(user);
        password_file::password(&file, [server.name(), &server.port, database, user])
            .unwrap_or_else(|problem| {
                tell(&format!(
                    "warning: password file {} {problem}",
                    file.display()
                ));
                None
            })
    }
}

/// How the connection is to be encrypted.
fn mode(parameters: &BTreeMap<String, String>) -> Result<Mode, &'static str> {
    let is_system = parameters
        .get("sslrootcert")
        .is_some_and(|file| file == "system");
    let mode = match parameters.get("sslmode") {
        Some(name) => Mode::named(name)
            .ok_or("sslmode is none of disable, prefer, require, verify-ca, verify-full")?,
        None if is_system => Mode::VerifyFull,
        None => Mode::Prefer,
    };
    // The system's authorities give certificates to anybody: without the name they say nothing.
    if is_system && mode != Mode::VerifyFull {
        return Err("sslrootcert is system, which goes with sslmode verify-full only");
    }
    Ok(mode)
}

#[cfg(test)]
mod tests {
    use super::Settings;

    /// The settings, with these variables of the environment (`NAME=value`).
    fn settings(url: Option<&str>, environment: &[&str]) -> Result<Settings, String> {
        Settings::new(url, |name| {
            environment
                .iter()
                .find_map(|entry| entry.strip_prefix(name)?.strip_prefix('='))
                .map(str::to_owned)
        })
    }

    #[track_caller]
    fn servers(url: Option<&str>, environment: &[&str]) -> Vec<String> {
        let settings = settings(url, environment).expect("settings");
        let servers = settings.servers().expect("servers");
        servers.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_url_goes_before_the_environment() {
        let settings = settings(
            Some("postgres://ada@here/shop?options=-c%20a%3D'b\\c'"),
            &[
                "PGUSER=bob",
                "PGDATABASE=x",
                "PGHOST=there",
                "PGPORT=5433",
                "PGHOSTADDR=::1",
            ],
        )
        .expect("settings");
        let servers = settings.servers().expect("servers");
        assert_eq!(servers[0].to_string(), "at \"here\", port 5433");
        let config = settings.config(&servers[0]).expect("a configuration");
        assert_eq!(config.get_user(), Some("ada"));
        assert_eq!(config.get_dbname(), Some("shop"));
        assert_eq!(config.get_options(), Some("-c a='b\\c'"));
        assert_eq!(config.get_application_name(), Some("jsonb-contract"));
    }

    #[test]
    fn every_server_of_the_list_is_tried() {
        assert_eq!(
            servers(Some("postgres://a,b:1,[::1]/"), &[]),
            [
                "at \"a\", port 5432",
                "at \"b\", port 1",
                "at \"::1\", port 5432"
            ]
        );
        assert_eq!(
            servers(None, &["PGHOST=a,/run/pg", "PGPORT=7"]),
            ["at \"a\", port 7", "on socket \"/run/pg/.s.PGSQL.7\""]
        );
        assert_eq!(
            servers(None, &["PGHOST=a,b", "PGHOSTADDR=::1,::2"]),
            ["at \"a\" (::1), port 5432", "at \"b\" (::2), port 5432"]
        );
        assert_eq!(
            servers(None, &["PGHOSTADDR=::1"]),
            ["at \"::1\", port 5432"]
        );
        assert_eq!(
            servers(None, &["PGHOST=", "PGPORT=1"]),
            ["on socket \"/var/run/postgresql/.s.PGSQL.1\""]
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (url, environment, problem) in [
            (
                Some("http://h"),
                "",
                "the database URL does not start with postgres:// or postgresql://",
            ),
            (
                Some("postgres://h?sslcert=x"),
                "",
                "unknown option \"sslcert\"",
            ),
            (
                None,
                "PGSSLMODE=on",
                "sslmode is none of disable, prefer, require, verify-ca, verify-full",
            ),
            (
                None,
                "PGCONNECT_TIMEOUT=soon",
                "invalid value for option \"connect_timeout\"",
            ),
            (
                Some("postgres://h?sslrootcert=system&sslmode=require"),
                "",
                "sslrootcert is system, which goes with sslmode verify-full only",
            ),
            (
                None,
                "PGSERVICE=shop",
                "PGSERVICE is set, and service files are not read",
            ),
        ] {
            let refused = settings(url, &[environment]).err();
            assert_eq!(refused.as_deref(), Some(problem));
        }
        let settings = settings(None, &["PGHOST=a,b,c", "PGPORT=1,2"]).expect("settings");
        let refused = settings.servers().err();
        assert_eq!(refused.as_deref(), Some("3 servers are named, and 2 ports"));
    }
}
