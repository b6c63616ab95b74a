//! A server to connect to: a host and a port, or a socket of this machine.

use std::{fmt, path::Path};

/// Where distributions and Postgres itself put the socket of a server.
const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];
/// The port where none is named.
pub const PORT: &str = "5432";

/// A server to try.
pub struct Server {
    /// A name, an address, or the folder of a socket.
    pub host: String,
    pub address: Option<String>,
    pub port: String,
}

/// The folder of a default socket that is there; else the first, for the message.
pub fn default_host(port: &str) -> String {
    if cfg!(not(unix)) {
        return "localhost".to_owned();
    }
    let has_socket = |folder: &&str| Path::new(folder).join(socket(port)).exists();
    let folder = SOCKET_FOLDERS.into_iter().find(has_socket);
    folder.unwrap_or(SOCKET_FOLDERS[0]).to_owned()
}

fn socket(port: &str) -> String {
    format!(".s.PGSQL.{port}")
}

impl Server {
    /// What the password file calls it.
    pub fn name(&self) -> &str {
        if SOCKET_FOLDERS.contains(&self.host.as_str()) {
            "localhost"
        } else {
            &self.host
        }
    }

    /// Whether it is one of this machine, by its socket.
    pub fn is_local(&self) -> bool {
        self.host.starts_with('/') && self.address.is_none()
    }
}

/// As libpq says it.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            host,
            address,
            port,
        } = self;
        if self.is_local() {
            return write!(f, "on socket \"{host}/{}\"", socket(port));
        }
        write!(f, "at \"{host}\"")?;
        if let Some(address) = address.as_ref().filter(|address| *address != host) {
            write!(f, " ({address})")?;
        }
        write!(f, ", port {port}")
    }
}
