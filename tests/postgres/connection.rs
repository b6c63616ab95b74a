//! How the command connects: passwords, encryption, and what it says where it cannot.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::{net::TcpListener, os::unix::fs::PermissionsExt, sync::LazyLock};
use tests::{Cluster, Folder, Run, Variables};

const PASSWORD: &str = "pass:wörd/@% \\'";
/// The password in a URL.
const ENCODED: &str = "pass:w%C3%B6rd%2F%40%25%20%5C'";

/// A server that listens on the network, with encryption, and the certificate of its authority.
struct Server {
    cluster: Cluster,
    authority: String,
}

impl Server {
    /// The one of this process. Role `ada` may connect with a password, `eve` only when the connection
    /// is encrypted.
    fn shared() -> &'static Self {
        static SHARED: LazyLock<Server> = LazyLock::new(Server::start);
        &SHARED
    }

    fn start() -> Self {
        let (authority, certificate, key) = certificates("authority");
        let rules = "local all all trust\n\
                     hostssl all eve 127.0.0.1/32 scram-sha-256\n\
                     hostnossl all eve 127.0.0.1/32 reject\n\
                     host all all 127.0.0.1/32 scram-sha-256\n";
        let cluster = Cluster::listening(
            "ssl = on\n",
            &[
                ("pg_hba.conf", rules),
                ("server.crt", &certificate),
                ("server.key", &key),
            ],
        );
        let mut admin = cluster.connect("postgres", "postgres");
        let password = PASSWORD.replace('\'', "''");
        for role in ["ada", "eve"] {
            admin
                .batch_execute(&format!("CREATE ROLE {role} LOGIN PASSWORD '{password}'"))
                .expect("a role");
        }
        admin
            .batch_execute("CREATE DATABASE shop")
            .expect("a database");
        cluster
            .connect("postgres", "shop")
            .batch_execute("CREATE EXTENSION jsonb_contract")
            .expect("the extension");
        Self { cluster, authority }
    }

    /// The variables that lead to it over the network, without a password.
    fn variables(&self, role: &str) -> Variables {
        vec![
            ("PGHOST", "localhost".to_owned()),
            ("PGPORT", self.cluster.port().to_string()),
            ("PGUSER", role.to_owned()),
            ("PGDATABASE", "shop".to_owned()),
        ]
    }

    fn url(&self, credentials: &str, rest: &str) -> String {
        format!(
            "postgres://{credentials}@localhost:{}/{rest}",
            self.cluster.port()
        )
    }
}

/// The certificate of an authority of that name, that of the server `localhost` by it, and the server's key.
fn certificates(name: &str) -> (String, String, String) {
    let mut authority = CertificateParams::new([]).expect("parameters");
    authority.distinguished_name.push(DnType::CommonName, name);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().expect("a key");
    let certificate = authority
        .self_signed(&authority_key)
        .expect("a certificate");
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().expect("a key");
    let server = CertificateParams::new(["localhost".to_owned()])
        .and_then(|server| server.signed_by(&key, &issuer))
        .expect("a certificate");
    (certificate.pem(), server.pem(), key.serialize_pem())
}

fn with(mut variables: Variables, more: &[(&'static str, &str)]) -> Variables {
    variables.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    variables
}

/// Connects, and does next to nothing.
#[track_caller]
fn connect(folder: &Folder, variables: &Variables, url: Option<&str>) -> Run {
    let mut arguments = vec!["pull", "contracts"];
    arguments.extend(url.iter().flat_map(|url| ["--database-url", url]));
    folder.run(variables, &arguments)
}

#[track_caller]
fn connects(variables: &Variables, url: Option<&str>) {
    let run = connect(&Folder::new(), variables, url);
    assert_eq!(
        run,
        (0, String::new(), "no differences in 0 files\n".to_owned())
    );
}

/// What it says instead of connecting; a password is never in it.
#[track_caller]
fn refused(variables: &Variables, url: Option<&str>) -> String {
    let (code, stdout, stderr) = connect(&Folder::new(), variables, url);
    assert_eq!((code, stdout.as_str()), (3, ""), "{stderr}");
    assert!(
        !stderr.contains("wörd") && !stderr.contains("w%C3"),
        "{stderr}"
    );
    stderr
}

#[test]
fn a_password_from_the_environment_or_the_url() {
    let server = Server::shared();
    connects(
        &with(server.variables("ada"), &[("PGPASSWORD", PASSWORD)]),
        None,
    );
    let url = server.url(&format!("ada:{ENCODED}"), "shop");
    connects(&Vec::new(), Some(&url));
    // The URL goes before the environment.
    connects(
        &with(
            server.variables("eve"),
            &[("PGPASSWORD", "wrong"), ("PGPORT", "1")],
        ),
        Some(&url),
    );
}

#[test]
fn a_password_from_the_password_file() {
    let server = Server::shared();
    let escaped = PASSWORD.replace('\\', "\\\\").replace(':', "\\:");
    let lines = format!(
        "localhost:{0}:shop:eve:other\nlocalhost:{0}:*:ada:{escaped}\n",
        server.cluster.port()
    );
    let no_password = |warning: &str| {
        format!(
            "{warning}error: connection to server at \"localhost\", port {} failed: no password is given\n  \
             tip: PGPASSWORD or the password file (~/.pgpass) says it\n",
            server.cluster.port()
        )
    };
    for (file, more) in [
        (".pgpass", None),
        ("passwords", Some(("PGPASSFILE", "passwords"))),
    ] {
        let folder = Folder::new();
        folder.write(file, &lines);
        let variables = with(server.variables("ada"), more.as_slice());
        let permit = |mode| {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(folder.path(file), permissions).expect("permissions");
        };
        permit(0o600);
        assert_eq!(connect(&folder, &variables, None).0, 0);
        permit(0o640);
        let (code, _, stderr) = connect(&folder, &variables, None);
        let path = if more.is_some() {
            file.into()
        } else {
            folder.path(file)
        };
        let warning = format!(
            "warning: password file {} can be read by others, and is not used; its permissions should be 0600\n",
            path.display()
        );
        assert_eq!((code, stderr), (3, no_password(&warning)));
    }
    assert_eq!(refused(&server.variables("ada"), None), no_password(""));
}

#[test]
fn a_wrong_password_is_3() {
    let server = Server::shared();
    let expected = format!(
        "error: connection to server at \"localhost\", port {} failed: password authentication failed for user \"ada\"\n  \
         tip: PGPASSWORD or the password file (~/.pgpass) says it\n",
        server.cluster.port()
    );
    let wrong = format!("{PASSWORD}x");
    let variables = with(server.variables("ada"), &[("PGPASSWORD", &wrong)]);
    assert_eq!(refused(&variables, None), expected);
    let url = server.url(&format!("ada:{ENCODED}x"), "shop");
    assert_eq!(refused(&Vec::new(), Some(&url)), expected);
}

#[test]
fn a_url_that_is_none_is_2_and_not_repeated() {
    for (url, problem) in [
        (
            "postgres://ada:sec/ret@localhost/shop",
            "has an @ behind the host",
        ),
        (
            "ada:secret@localhost",
            "does not start with postgres:// or postgresql://",
        ),
        (
            "postgres://ada:secret@localhost:port",
            "has a port that is no number up to 65535",
        ),
    ] {
        let (code, _, stderr) = connect(&Folder::new(), &Vec::new(), Some(url));
        assert_eq!(code, 2);
        assert!(
            stderr.starts_with(&format!("error: the database URL {problem}")),
            "{stderr}"
        );
        assert!(
            !stderr.contains("sec") && !stderr.contains("ret@"),
            "{stderr}"
        );
    }
}

#[test]
fn no_server_no_database_is_3() {
    let tip = "  tip: --database-url, or PGHOST and PGPORT, say where the server is\n";
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = free.local_addr().expect("its address").port();
    drop(free);
    let nobody = format!("postgres://ada:{ENCODED}@127.0.0.1:{port},nowhere.invalid/shop");
    let stderr = refused(&Vec::new(), Some(&nobody));
    let expected = format!(
        "error: connection to server at \"127.0.0.1\", port {port} failed: Connection refused (os error 111)\n{tip}\
         connection to server at \"nowhere.invalid\", port 5432 failed: failed to lookup address information: "
    );
    assert!(stderr.starts_with(&expected), "{stderr}");
    let variables = with(Vec::new(), &[("PGHOST", "/nonexistent"), ("PGPORT", "7")]);
    assert_eq!(
        refused(&variables, None),
        format!(
            "error: connection to server on socket \"/nonexistent/.s.PGSQL.7\" failed: \
             No such file or directory (os error 2)\n{tip}"
        )
    );
    let cluster = Cluster::shared();
    assert_eq!(
        refused(&cluster.variables("postgres", "nothing"), None),
        format!(
            "error: connection to server on socket \"{}/.s.PGSQL.5432\" failed: database \"nothing\" does not exist\n  \
             tip: --database-url or PGDATABASE names the database\n",
            cluster.socket().display()
        )
    );
    // The next server of the list is asked.
    let server = Server::shared();
    let second = format!(
        "postgres://ada:{ENCODED}@127.0.0.1:{port},localhost:{}/shop",
        server.cluster.port()
    );
    connects(&Vec::new(), Some(&second));
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = silent.local_addr().expect("its address").port();
    let url = format!("postgres://ada@127.0.0.1:{port}/shop?connect_timeout=1");
    assert_eq!(
        refused(&Vec::new(), Some(&url)),
        format!(
            "error: connection to server at \"127.0.0.1\", port {port} failed: timeout expired\n  \
             tip: --database-url, or PGHOST and PGPORT, say where the server is\n"
        )
    );
}

#[test]
fn a_connection_is_encrypted_as_asked() {
    let server = Server::shared();
    let folder = Folder::new();
    folder.write("authority.pem", &server.authority);
    let (other, ..) = certificates("other");
    folder.write("other.pem", &other);
    folder.write("empty.pem", "");
    let file = |name: &str| folder.path(name).display().to_string();
    let (authority, other) = (file("authority.pem"), file("other.pem"));
    let eve = |mode, authorities: Option<&str>, host| {
        let settings = [
            ("PGPASSWORD", PASSWORD),
            ("PGSSLMODE", mode),
            ("PGHOST", host),
        ];
        let authorities = authorities.map(|file| ("PGSSLROOTCERT", file));
        with(
            with(server.variables("eve"), &settings),
            authorities.as_slice(),
        )
    };
    // The rules let eve in only when it is encrypted.
    for (mode, authorities, host) in [
        ("prefer", None, "localhost"),
        ("require", None, "127.0.0.1"),
        ("require", Some(authority.as_str()), "127.0.0.1"),
        ("verify-ca", Some(&authority), "127.0.0.1"),
        ("verify-full", Some(&authority), "localhost"),
    ] {
        connects(&eve(mode, authorities, host), None);
    }
    let failed = |host, problem: &str| {
        format!(
            "error: connection to server at \"{host}\", port {} failed: {problem}\n",
            server.cluster.port()
        )
    };
    let tip = "\n  tip: PGSSLROOTCERT names the file with the certificates of the authorities that are trusted";
    let unknown = failed(
        "localhost",
        &format!("invalid peer certificate: UnknownIssuer{tip}"),
    );
    for mode in ["require", "verify-ca", "verify-full"] {
        assert_eq!(
            refused(&eve(mode, Some(&other), "localhost"), None),
            unknown,
            "{mode}"
        );
    }
    let wrong_name = refused(&eve("verify-full", Some(&authority), "127.0.0.1"), None);
    let expected = failed(
        "127.0.0.1",
        "invalid peer certificate: certificate not valid for name \"127.0.0.1\"",
    );
    assert!(wrong_name.starts_with(expected.trim_end()), "{wrong_name}");
    let plain = refused(&eve("disable", None, "localhost"), None);
    let rejected = "pg_hba.conf rejects connection for host \"127.0.0.1\", user \"eve\", database \"shop\", no encryption";
    assert_eq!(plain, failed("localhost", rejected));
    let empty = file("empty.pem");
    assert_eq!(
        refused(&eve("verify-ca", Some(&empty), "localhost"), None),
        format!("error: {empty} has no certificate\n")
    );
    let missing = refused(&eve("verify-ca", Some("missing.pem"), "localhost"), None);
    assert!(
        missing.starts_with("error: the certificates of missing.pem cannot be read: "),
        "{missing}"
    );
}

#[test]
fn the_authorities_of_the_home_folder_or_the_system_are_trusted() {
    let server = Server::shared();
    let folder = Folder::new();
    folder.write("authority.pem", &server.authority);
    folder.write("other.pem", &certificates("other").0);
    let settings = [("PGPASSWORD", PASSWORD), ("PGSSLMODE", "verify-full")];
    let variables = with(server.variables("eve"), &settings);
    // Where the library that reads the system's certificates looks for them.
    let system = |file| with(variables.clone(), &[("SSL_CERT_FILE", file)]);
    assert_eq!(connect(&folder, &system("authority.pem"), None).0, 0);
    assert_eq!(connect(&folder, &system("other.pem"), None).0, 3);
    folder.write(".postgresql/root.crt", &server.authority);
    assert_eq!(connect(&folder, &system("other.pem"), None).0, 0);
    let of_system = [("PGSSLROOTCERT", "system")];
    assert_eq!(
        connect(&folder, &with(system("other.pem"), &of_system), None).0,
        3
    );
    assert_eq!(
        connect(&folder, &with(system("authority.pem"), &of_system), None).0,
        0
    );
}

#[test]
fn a_server_without_encryption() {
    let cluster = Cluster::listening("", &[]);
    let url = |mode| {
        format!(
            "postgres://postgres@localhost:{}/postgres?sslmode={mode}",
            cluster.port()
        )
    };
    // It is connected to: what is missing is the extension.
    let stderr = refused(&Vec::new(), Some(&url("prefer")));
    assert!(stderr.contains("does not have the extension"), "{stderr}");
    for mode in ["require", "verify-full"] {
        let stderr = refused(&Vec::new(), Some(&url(mode)));
        assert!(
            stderr.contains("failed: server does not support TLS\n"),
            "{stderr}"
        );
    }
    // Over the socket there is none, and none is asked for.
    let variables = with(
        cluster.variables("postgres", "postgres"),
        &[("PGSSLMODE", "verify-full")],
    );
    let stderr = refused(&variables, None);
    assert!(stderr.contains("does not have the extension"), "{stderr}");
}
