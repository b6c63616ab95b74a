//! The cluster: made, started, and taken down with the process that started it.

use postgres::{Client, NoTls};
use std::{
    env, fs,
    net::TcpListener,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

/// The port of a server that does not listen on the network: a part of the socket's name only.
const PORT: u16 = 5432;
/// The file of a data folder that settings are written to.
const CONFIGURATION: &str = "postgresql.auto.conf";
/// The user that a server started by root runs as; Debian's package makes it.
const SERVER_USER: &str = "postgres";

/// A private cluster with its socket in a folder of its own.
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    /// Stops the server and removes the folder when its standard input ends.
    _watchdog: Child,
}

impl Cluster {
    /// The cluster of this process, started on first use.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Cluster> = LazyLock::new(Cluster::start);
        &SHARED
    }

    /// The folder of the socket, for `host=`.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.folder
    }

    /// A program of this Postgres, such as `pg_dump`, set to connect to this cluster as superuser.
    #[must_use]
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .env("PGHOST", &self.folder)
            .env("PGPORT", self.port.to_string())
            .env("PGUSER", SERVER_USER);
        command
    }

    /// What `name` prints on standard output; a failure of it fails the test.
    ///
    /// # Panics
    ///
    /// When the program cannot be started, or ends with an error, which is shown.
    #[must_use]
    #[track_caller]
    pub fn run(&self, name: &str, arguments: &[&str]) -> String {
        let output = self
            .program(name)
            .args(arguments)
            .output()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        assert!(
            output.status.success(),
            "{name} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("the output is UTF-8")
    }

    /// A standby of this cluster in `folder`, caught up with it; stopped when it is dropped.
    ///
    /// # Panics
    ///
    /// When it cannot be made or started.
    #[must_use]
    pub fn standby(&self, folder: &Path) -> Standby {
        hand_over(folder);
        let data = folder.join("data");
        succeed(
            as_server_user(&self.programs.join("pg_basebackup"))
                .args(["--checkpoint=fast", "--write-recovery-conf", "--no-sync"])
                .args([
                    "--port",
                    &self.port.to_string(),
                    "--username",
                    SERVER_USER,
                    "--host",
                ])
                .arg(&self.folder)
                .arg("--pgdata")
                .arg(&data),
        );
        let configuration = data.join(CONFIGURATION);
        let settings = fs::read_to_string(&configuration).expect("the configuration is there")
            + &format!("unix_socket_directories = '{}'\n", folder.display());
        fs::write(&configuration, settings).expect("the configuration can be written");
        let standby = Standby {
            folder: folder.to_owned(),
            pg_ctl: self.programs.join("pg_ctl"),
        };
        start_server(&standby.pg_ctl, folder);
        standby
    }

    /// This cluster after `pg_upgrade`, to a new one of the same version.
    ///
    /// # Panics
    ///
    /// When `pg_upgrade` fails; what it says is shown.
    #[must_use]
    pub fn upgraded(self) -> Self {
        let pg_ctl = self.programs.join("pg_ctl");
        let [data, old, new] = ["data", "old", "new"].map(|name| self.folder.join(name));
        succeed(
            as_server_user(&pg_ctl)
                .args(["stop", "--wait", "--mode=fast", "--silent", "--pgdata"])
                .arg(&data),
        );
        fs::rename(&data, &old).expect("a folder can be renamed");
        initialize(&self.programs, &new);
        fs::copy(old.join(CONFIGURATION), new.join(CONFIGURATION)).expect("a copy");
        succeed(
            as_server_user(&self.programs.join("pg_upgrade"))
                .current_dir(&self.folder)
                .args(["--username", SERVER_USER, "--old-datadir"])
                .arg(&old)
                .arg("--new-datadir")
                .arg(&new)
                .arg("--old-bindir")
                .arg(&self.programs)
                .arg("--new-bindir")
                .arg(&self.programs)
                .arg("--socketdir")
                .arg(&self.folder),
        );
        fs::rename(&new, &data).expect("a folder can be renamed");
        start_server(&pg_ctl, &self.folder);
        self
    }

    /// A connection to a database of this cluster.
    ///
    /// # Panics
    ///
    /// When the role may not connect.
    #[must_use]
    #[track_caller]
    pub fn connect(&self, role: &str, database: &str) -> Client {
        connect(&self.folder, self.port, role, database)
            .unwrap_or_else(|error| panic!("{role} cannot connect to {database}: {error}"))
    }

    /// The port of its socket and, where it listens on the network, of 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A cluster of its own, for a test that crashes the server.
    ///
    /// # Panics
    ///
    /// When there is no Postgres, or the extension is not installed.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(PORT, "listen_addresses = ''\n", &[])
    }

    /// A cluster of its own with further settings, which overrule those that suit tests.
    ///
    /// # Panics
    ///
    /// As [`Cluster::start`].
    #[must_use]
    pub fn with_settings(settings: &str) -> Self {
        Self::start_with(PORT, &format!("listen_addresses = ''\n{settings}"), &[])
    }

    /// A cluster of its own that listens on 127.0.0.1, with further settings, and with these files
    /// (name, content) in its data folder.
    ///
    /// # Panics
    ///
    /// As [`Cluster::start`].
    #[must_use]
    pub fn listening(settings: &str, files: &[(&str, &str)]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("its address").port();
        drop(free);
        let settings = format!("listen_addresses = '127.0.0.1'\n{settings}");
        Self::start_with(port, &settings, files)
    }

    fn start_with(port: u16, settings: &str, files: &[(&str, &str)]) -> Self {
        let programs = PathBuf::from(pg_config("--bindir"));
        let control = Path::new(&pg_config("--sharedir")).join("extension/jsonb_contract.control");
        assert!(
            control.exists(),
            "the extension is not installed ({} is missing): run `make install`",
            control.display()
        );
        // Short, for a socket's path has at most 107 bytes; and readable for the server's user.
        let folder = tempfile::Builder::new()
            .prefix("jsonb-contract-")
            .tempdir_in("/tmp")
            .expect("a folder in /tmp")
            .keep();
        hand_over(&folder);
        let data = folder.join("data");
        initialize(&programs, &data);
        // Of a setting that is there twice, Postgres takes the last.
        let settings = format!(
            "port = {port}\nunix_socket_directories = '{}'\n\
             fsync = off\nmax_connections = 50\nlog_min_messages = fatal\n\
             wal_level = logical\nwal_retrieve_retry_interval = '100ms'\nwal_keep_size = '2GB'\n\
             {settings}",
            folder.display()
        );
        fs::write(data.join(CONFIGURATION), settings).expect("the configuration can be written");
        for (name, content) in files {
            let file = data.join(name);
            fs::write(&file, content).expect("the file can be written");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("permissions");
            make_servers(&file);
        }
        let pg_ctl = programs.join("pg_ctl");
        start_server(&pg_ctl, &folder);
        let watchdog = Command::new("sh")
            .args(["-c", "cat > /dev/null; \"$@\"; rm -rf \"$FOLDER\"", "sh"])
            .args(words(
                as_server_user(&pg_ctl)
                    .args(["stop", "--mode=immediate", "--silent", "--pgdata"])
                    .arg(&data),
            ))
            .env("FOLDER", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C goes to a whole group of processes; the watchdog outlives it.
            .process_group(0)
            .spawn()
            .expect("sh can be started");
        Self {
            folder,
            programs,
            port,
            _watchdog: watchdog,
        }
    }
}

/// Makes a cluster in `data`.
fn initialize(programs: &Path, data: &Path) {
    succeed(
        as_server_user(&programs.join("initdb"))
            .args(["--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust"])
            .args(["--no-sync", "--username", SERVER_USER, "--pgdata"])
            .arg(data),
    );
}

/// A standby: a physical replica that answers queries.
pub struct Standby {
    folder: PathBuf,
    pg_ctl: PathBuf,
}

impl Standby {
    /// A connection to a database of this standby.
    ///
    /// # Panics
    ///
    /// When the role may not connect.
    #[must_use]
    #[track_caller]
    pub fn connect(&self, role: &str, database: &str) -> Client {
        connect(&self.folder, PORT, role, database)
            .unwrap_or_else(|error| panic!("{role} cannot connect to {database}: {error}"))
    }

    /// The folder of the socket, for `host=`.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        succeed(
            as_server_user(&self.pg_ctl)
                .args(["stop", "--mode=immediate", "--silent", "--pgdata"])
                .arg(self.folder.join("data")),
        );
    }
}

/// Makes a folder the server's own, which others may enter.
fn hand_over(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("permissions");
    make_servers(folder);
}

fn make_servers(path: &Path) {
    if is_root() {
        succeed(Command::new("chown").arg(SERVER_USER).arg(path));
    }
}

/// Starts the server of `folder/data`, with its log beside it.
fn start_server(pg_ctl: &Path, folder: &Path) {
    succeed(
        as_server_user(pg_ctl)
            .args(["start", "--wait", "--silent", "--pgdata"])
            .arg(folder.join("data"))
            .arg("--log")
            .arg(folder.join("log")),
    );
}

/// A connection to the server whose socket is in `folder`.
pub(crate) fn connect(
    folder: &Path,
    port: u16,
    role: &str,
    database: &str,
) -> Result<Client, postgres::Error> {
    postgres::Config::new()
        .host_path(folder)
        .port(port)
        .user(role)
        .dbname(database)
        .connect(NoTls)
}

/// What `pg_config` says; the environment's `PG_CONFIG` names it.
fn pg_config(what: &str) -> String {
    let program = env::var("PG_CONFIG").unwrap_or_else(|_| "pg_config".to_owned());
    let output = Command::new(&program)
        .arg(what)
        .output()
        .unwrap_or_else(|error| {
            panic!("no Postgres: {program} cannot be started ({error}): run `make install`")
        });
    assert!(output.status.success(), "{program} {what} failed");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.trim_ascii() == b"0"
}

/// A program to be run by the user that the server runs as.
fn as_server_user(program: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", SERVER_USER, "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    // A server does not run in the tests' folder, and says nothing of its own frames in an error.
    command.current_dir("/").env_remove("RUST_BACKTRACE");
    command
}

fn words(command: &Command) -> Vec<std::ffi::OsString> {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(std::ffi::OsStr::to_owned)
        .collect()
}

#[track_caller]
fn succeed(command: &mut Command) {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
