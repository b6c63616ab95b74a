//! Registered contract types on a standby and on a subscriber.

use super::{document, first, register, registered, second, ship};
use crate::{
    literal,
    replication::{eventually, unsubscribe},
};
use postgres::Client;
use serde_json::json;
use tests::{Cluster, Database, failure};

/// A ship's document of a version, as an SQL literal.
fn ada(version: i32) -> String {
    literal(&document(version, &json!({"ship": "Ada"})))
}

/// Whether documents of versions 1 and 2 are valid there.
#[track_caller]
fn valid_versions(replica: &mut Client) -> [bool; 2] {
    [1, 2].map(|version| {
        let sql = format!("SELECT contracts.ship_manifest_is_valid({})", ada(version));
        match replica.query_one(&sql, &[]) {
            Ok(row) => row.get(0),
            Err(error) => panic!("{}", failure(&error)),
        }
    })
}

/// Waits until the standby has all that is committed.
#[track_caller]
fn wait_for_replay(primary: &mut Database, replica: &mut Client) {
    let written: String = primary.value("SELECT pg_current_wal_insert_lsn()::text");
    let replayed = format!("SELECT pg_last_wal_replay_lsn() >= '{written}'");
    eventually("the replay", || {
        let row = replica.query_one(&replayed, &[]);
        row.expect("the standby answers").get(0)
    });
}

#[test]
fn a_standby_has_what_is_registered_and_registers_nothing() {
    let mut database = Database::new();
    registered(&mut database, &ship(&[first()]));
    database.execute_all(&format!(
        "CREATE TABLE t (manifest jsonb CHECK (contracts.ship_manifest(manifest)));
         INSERT INTO t VALUES ({})",
        ada(1)
    ));
    let folder = tempfile::Builder::new()
        .prefix("jsonb-contract-standby-")
        .tempdir_in("/tmp")
        .expect("a folder in /tmp");
    let standby = Cluster::shared().standby(folder.path());
    let mut replica = standby.connect("postgres", database.name());
    assert_eq!(valid_versions(&mut replica), [true, false]);
    // A backend there that has compiled version 1 sees version 2, and that version 1 is retired.
    registered(&mut database, &ship(&[first(), second()]));
    wait_for_replay(&mut database, &mut replica);
    assert_eq!(valid_versions(&mut replica), [true, true]);
    database.execute_all("DELETE FROM t; SELECT contract.retire('ship_manifest', 2)");
    wait_for_replay(&mut database, &mut replica);
    assert_eq!(valid_versions(&mut replica), [false, true]);
    let row = replica
        .query_one(
            "SELECT (SELECT count(*) FROM contract.history), contract.resolve('ship_manifest'),
                 (SELECT min_version FROM contract.types() WHERE name = 'ship_manifest')",
            &[],
        )
        .expect("the standby answers");
    assert_eq!(
        (
            row.get::<_, i64>(0),
            row.get::<_, &str>(1),
            row.get::<_, i32>(2)
        ),
        (3, "ship_manifest", 2)
    );
    for sql in [
        register(&super::manifest("other", &[first()])),
        "SELECT contract.retire('ship_manifest', 3)".to_owned(),
    ] {
        let error = replica.batch_execute(&sql).expect_err("it is read-only");
        let failure = failure(&error);
        assert!(
            ["25006", "22023"].contains(&failure.code.as_str()),
            "{failure}"
        );
    }
}

/// Definitions are not part of logical replication: each side registers, the subscriber first.
#[test]
fn a_subscriber_checks_by_what_it_has_registered() {
    let mut publisher = Database::new();
    let mut subscriber = Database::new();
    let make = "CREATE TABLE t (id int PRIMARY KEY, manifest jsonb);
        SELECT contract.bind('t', 'manifest', 'ship_manifest')";
    for side in [&mut publisher, &mut subscriber] {
        registered(side, &ship(&[first()]));
        side.execute_all(make);
    }
    let slot = format!("registered_{}", publisher.name());
    publisher.execute_all(&format!("INSERT INTO t VALUES (1, {})", ada(1)));
    publisher.execute_all("CREATE PUBLICATION p FOR TABLE t");
    // On one server, the slot is made beforehand: CREATE SUBSCRIPTION would wait for itself.
    publisher.execute_all(&format!(
        "SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput')"
    ));
    subscriber.execute_all(&format!(
        "CREATE SUBSCRIPTION {slot} CONNECTION 'host={} user=postgres dbname={}' PUBLICATION p
         WITH (create_slot = false, slot_name = '{slot}')",
        Cluster::shared().socket().display(),
        publisher.name()
    ));
    let mut rows = || -> i64 { subscriber.value("SELECT count(*) FROM t") };
    eventually("the initial copy", || rows() == 1);
    publisher.execute_all(&format!("INSERT INTO t VALUES (2, {})", ada(1)));
    eventually("the stream", || rows() == 2);

    registered(&mut publisher, &ship(&[first(), second()]));
    publisher.execute_all(&format!("INSERT INTO t VALUES (3, {})", ada(2)));
    eventually("the refusal of version 2", || {
        subscriber.value::<bool>(&format!(
            "SELECT coalesce(sum(apply_error_count), 0) > 0 FROM pg_stat_subscription_stats
             WHERE subname = '{slot}'"
        ))
    });
    assert_eq!(subscriber.value::<i64>("SELECT count(*) FROM t"), 2);
    // The worker goes on by itself once the subscriber knows version 2.
    registered(&mut subscriber, &ship(&[first(), second()]));
    eventually("version 2", || {
        subscriber.value::<i64>("SELECT count(*) FROM t") == 3
    });
    unsubscribe(&mut publisher, &mut subscriber, &slot);
}
