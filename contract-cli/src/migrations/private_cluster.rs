//! A server of its own, made with the programs of the Postgres that is installed, and gone afterwards.

use super::cleanup::Cleanup;
use crate::{
    commands::{Failure, tell},
    name::identifier,
};
use postgres::{Client, NoTls};
use std::{
    collections::BTreeSet,
    env, fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// The superuser of the cluster, and who its server runs as where root may not.
const SUPERUSER: &str = "postgres";

/// A cluster whose server listens on a socket in its own folder only.
pub struct PrivateCluster {
    folder: PathBuf,
    _cleanup: Cleanup,
}

impl PrivateCluster {
    /// A new cluster.
    ///
    /// # Errors
    ///
    /// Postgres's programs are not found, or do not make or start one.
    pub fn start() -> Result<Self, Failure> {
        let programs = Programs::find()?;
        let (folder, cleanup) = Cleanup::after(|| {
            let folder = tempfile::Builder::new()
                .prefix("jsonb-contract-scratch-")
                .permissions(fs::Permissions::from_mode(0o755))
                .tempdir()
                .map_err(|error| failure(&format!("no folder for it: {error}")))?;
            let path = folder.path().to_owned();
            let server = Server::new(programs, &folder)?;
            server.start()?;
            let work = move || {
                server.stop();
                remove(folder);
            };
            Ok((path, work))
        })?;
        Ok(Self {
            folder,
            _cleanup: cleanup,
        })
    }

    /// A connection to it, as superuser.
    pub fn connect(&self) -> Result<Client, Failure> {
        let mut config = postgres::Config::new();
        config
            .host_path(&self.folder)
            .user(SUPERUSER)
            .dbname("postgres");
        Ok(config.connect(NoTls)?)
    }

    /// Makes roles that nobody can log in with.
    pub fn create_roles(&self, roles: &BTreeSet<String>) -> Result<(), Failure> {
        let mut client = self.connect()?;
        let there = super::scratch_database::roles(&mut client)?;
        for role in roles.difference(&there) {
            client.batch_execute(&format!("CREATE ROLE {} NOLOGIN", identifier(role)))?;
        }
        Ok(())
    }
}

fn failure(why: &str) -> Failure {
    Failure::CouldNotRun(format!("no private server for the migrations: {why}"))
}

/// Where Postgres's programs are.
struct Programs(PathBuf);

impl Programs {
    /// In the folder that `pg_config` names, or on the PATH.
    fn find() -> Result<Self, Failure> {
        let named = Command::new("pg_config")
            .arg("--bindir")
            .stderr(Stdio::null())
            .output();
        let named = named.ok().filter(|output| output.status.success());
        let named =
            named.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
        let on_path = env::var_os("PATH").unwrap_or_default();
        let mut folders = named.into_iter().chain(env::split_paths(&on_path));
        let found = folders.find(|folder| {
            ["initdb", "pg_ctl"]
                .iter()
                .all(|name| folder.join(name).is_file())
        });
        found.map(Self).ok_or_else(|| {
            failure(
                "initdb and pg_ctl are not found\n  \
                 tip: install Postgres's server, with pg_config or its programs on the PATH",
            )
        })
    }
}

/// The server of a cluster in a folder.
struct Server {
    programs: Programs,
    folder: PathBuf,
    /// Postgres refuses to run as root.
    as_root: bool,
}

impl Server {
    fn new(programs: Programs, folder: &TempDir) -> Result<Self, Failure> {
        let path = folder.path().to_owned();
        // A new folder belongs to whom the command runs as.
        let metadata = fs::metadata(&path).map_err(|error| failure(&error.to_string()))?;
        let server = Self {
            programs,
            folder: path,
            as_root: metadata.uid() == 0,
        };
        if server.as_root {
            run(Command::new("chown").arg(SUPERUSER).arg(&server.folder))?;
        }
        Ok(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.0.join(name);
        let mut command = if self.as_root {
            let mut command = Command::new("runuser");
            command.args(["-u", SUPERUSER, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    fn start(&self) -> Result<(), Failure> {
        run(self
            .program("initdb")
            .args([
                "--encoding=UTF8",
                "--no-locale",
                "--auth=trust",
                "--no-sync",
            ])
            .args(["--username", SUPERUSER, "--pgdata"])
            .arg(self.data()))?;
        let settings = format!(
            "-c listen_addresses='' -c fsync=off -c unix_socket_directories='{}' -c port=5432",
            self.folder.display()
        );
        run(self
            .program("pg_ctl")
            .args([
                "start",
                "--wait",
                "--silent",
                "--options",
                &settings,
                "--pgdata",
            ])
            .arg(self.data())
            .arg("--log")
            .arg(self.folder.join("log")))
    }

    fn stop(&self) {
        if self.data().join("postmaster.pid").exists() {
            let stopped = run(self
                .program("pg_ctl")
                .args(["stop", "--wait", "--silent", "--mode=immediate", "--pgdata"])
                .arg(self.data()));
            if let Err(Failure::CouldNotRun(why)) = stopped {
                tell(&format!("warning: {why}"));
            }
        }
    }
}

fn remove(folder: TempDir) {
    let name = folder.path().display().to_string();
    if let Err(error) = folder.close() {
        tell(&format!("warning: {name} could not be removed: {error}"));
    }
}

/// Runs a program whose failure is told with what it says.
fn run(command: &mut Command) -> Result<(), Failure> {
    let name = Path::new(command.get_program()).display().to_string();
    let output = command
        .stdout(Stdio::null())
        .output()
        .map_err(|error| failure(&format!("{name} cannot be started: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said.trim().lines().collect();
    Err(failure(&format!("{name} failed\n  {}", lines.join("\n  "))))
}
