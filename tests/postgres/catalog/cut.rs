//! What happens to the catalog or to the connection while it is read.

use super::{cluster, empty_database};
use serde_json::Value;
use std::{
    io::{Read, Write},
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    path::Path,
    thread,
    time::{Duration, Instant},
};
use tests::{Folder, Run};

/// Runs the command against a server behind a socket that ends after so many of the server's bytes; tells
/// how many came through as well.
fn through(limit: usize) -> (usize, Run, Option<String>) {
    let folder = Folder::new();
    let listener = UnixListener::bind(folder.path(".s.PGSQL.5432")).expect("a socket");
    let middle = thread::spawn(move || {
        let (client, _) = listener.accept().expect("a connection");
        carry(&client, &cluster().socket().join(".s.PGSQL.5432"), limit)
    });
    let mut variables = cluster().variables("postgres", "carried");
    variables[0].1 = folder.path("").display().to_string();
    let run = folder.run(&variables, &["snapshot", "-o", "schema.json"]);
    let carried = middle.join().expect("no panic");
    (carried, run, folder.read("schema.json"))
}

/// Carries bytes both ways until the server has said enough.
fn carry(client: &UnixStream, server: &Path, limit: usize) -> usize {
    let server = UnixStream::connect(server).expect("the server");
    let (mut from, mut to) = (
        client.try_clone().expect("a socket"),
        server.try_clone().expect("a socket"),
    );
    let sender = thread::spawn(move || {
        // The end of either side is the end of this.
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
    let mut carried = 0;
    let mut buffer = [0; 1 << 12];
    let (mut from, mut to) = (&server, client);
    while carried < limit {
        let most = buffer.len().min(limit - carried);
        let Ok(count @ 1..) = from.read(&mut buffer[..most]) else {
            break;
        };
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
        carried += count;
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    sender.join().expect("no panic");
    carried
}

#[test]
fn a_cut_connection_is_3() {
    let mut client = empty_database("carried");
    client
        .batch_execute(
            "CREATE TABLE parents (id int PRIMARY KEY, document jsonb CHECK (document <> '1'));
             CREATE TABLE children (parent int REFERENCES parents); CREATE INDEX ON children (parent)",
        )
        .expect("tables");
    let (all, (code, ..), file) = through(usize::MAX);
    assert_eq!(code, 0);
    assert!(file.is_some() && all > 5_000, "{all}");
    for share in 0..20 {
        let limit = all * share / 20;
        let (carried, (code, stdout, stderr), file) = through(limit);
        assert_eq!(
            (carried, code, stdout, file),
            (limit, 3, String::new(), None)
        );
        assert!(stderr.starts_with("error: "), "{stderr}");
    }
}

/// A table that is locked, which the command has to wait for while it reads; `then` is done meanwhile.
fn while_it_reads(name: &str, then: impl FnOnce(&mut postgres::Client, i32)) -> Run {
    let mut client = empty_database(name);
    client
        .batch_execute("CREATE TABLE cases (id int, old_name jsonb CHECK (old_name <> '1'))")
        .expect("a table");
    client
        .batch_execute("BEGIN; LOCK TABLE cases")
        .expect("a lock");
    let variables = cluster().variables("postgres", name);
    let command = thread::spawn(move || Folder::new().run(&variables, &["snapshot"]));
    let mut monitor = cluster().connect("postgres", "postgres");
    let deadline = Instant::now() + Duration::from_mins(2);
    let backend = loop {
        let waits = monitor
            .query(
                "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'",
                &[&name],
            )
            .expect("activity");
        if let Some(row) = waits.first() {
            break row.get(0);
        }
        assert!(Instant::now() < deadline, "the command does not wait");
        thread::sleep(Duration::from_millis(5));
    };
    then(&mut client, backend);
    command.join().expect("no panic")
}

#[test]
fn a_terminated_session_is_3() {
    let (code, stdout, stderr) = while_it_reads("terminated", |client, backend| {
        client
            .execute("SELECT pg_terminate_backend($1)", &[&backend])
            .expect("an end");
    });
    assert_eq!((code, stdout.as_str()), (3, ""));
    // Whether the server's last word is heard, or its end before that, is chance.
    let reason = stderr
        .strip_prefix("error: the catalog cannot be read: ")
        .unwrap_or_else(|| panic!("{stderr}"));
    let reasons = [
        "terminating connection due to administrator command\n",
        "connection closed\n",
    ];
    assert!(reasons.contains(&reason), "{reason}");
}

/// The transaction's snapshot has the old name; what Postgres deparses has the new one.
#[test]
fn a_catalog_that_changes_is_read_again() {
    let (code, stdout, stderr) = while_it_reads("renamed", |client, _| {
        client
            .batch_execute("ALTER TABLE cases RENAME COLUMN old_name TO new_name; COMMIT")
            .expect("another name");
    });
    assert_eq!((code, stderr.as_str()), (0, ""));
    let catalog: Value = serde_json::from_str(&stdout).expect("JSON");
    let table = &catalog["relations"][0];
    assert_eq!(table["columns"][1]["name"], "new_name");
    assert_eq!(table["constraints"][0]["columns"][0], "new_name");
    assert_eq!(
        table["constraints"][0]["definition"],
        "CHECK ((new_name <> '1'::jsonb))"
    );
}

#[test]
fn a_table_that_is_dropped_is_not_there() {
    let (code, stdout, stderr) = while_it_reads("dropped", |client, _| {
        client
            .batch_execute("DROP TABLE cases; COMMIT")
            .expect("an end");
    });
    assert_eq!((code, stderr.as_str()), (0, ""));
    let catalog: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(catalog["relations"], serde_json::json!([]));
}
