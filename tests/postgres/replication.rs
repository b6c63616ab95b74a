//! A bound table under physical and logical replication.

use crate::{case, case_of, literal};
use std::{
    thread,
    time::{Duration, Instant},
};
use tests::{Cluster, Database, failure};

/// Asks until the answer is yes; replication takes its time.
#[track_caller]
pub fn eventually(what: &str, mut ask: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(2);
    while !ask() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        thread::sleep(Duration::from_millis(50));
    }
}

const BOUND: &str = "CREATE TABLE cases (id int PRIMARY KEY, metadata jsonb);
    SELECT contract.bind('cases', 'metadata', 'case_metadata')";

#[test]
fn a_standby_has_the_floor_and_answers() {
    let mut database = Database::new();
    database.execute_all(&format!(
        "{BOUND}; INSERT INTO cases VALUES (1, {})",
        literal(&case_of(1))
    ));
    let folder = tempfile::Builder::new()
        .prefix("jsonb-contract-standby-")
        .tempdir_in("/tmp")
        .expect("a folder in /tmp");
    let standby = Cluster::shared().standby(folder.path());
    let mut replica = standby.connect("postgres", database.name());
    database.execute_all("SELECT contract.raise_floor('case_metadata', 2)");
    eventually("the floor on the standby", || {
        let floors = replica
            .query("SELECT floor FROM contract.floors()", &[])
            .expect("floors");
        floors.iter().map(|row| row.get::<_, i32>(0)).eq([2])
    });
    let row = replica
        .query_one(
            "SELECT contract.is_valid('case_metadata', metadata),
                 contract.schema_version(contract.upgrade('case_metadata', metadata)),
                 (SELECT count(*) FROM contract.errors('case_metadata', '{}')) FROM cases",
            &[],
        )
        .expect("the standby answers");
    assert!(row.get::<_, bool>(0));
    assert_eq!((row.get::<_, i32>(1), row.get::<_, i64>(2)), (2, 3));
}

#[test]
fn a_subscriber_takes_old_rows_and_enforces_the_check() {
    let mut publisher = Database::new();
    let mut subscriber = Database::new();
    publisher.execute_all(&format!(
        "{BOUND}; INSERT INTO cases VALUES (1, {})",
        literal(&case_of(1))
    ));
    publisher.execute_all(
        "SELECT contract.raise_floor('case_metadata', 2); CREATE PUBLICATION p FOR TABLE cases",
    );
    // On one server, the slot is made beforehand: CREATE SUBSCRIPTION would wait for itself.
    let slot = format!("slot_of_{}", publisher.name());
    publisher.execute_all(&format!(
        "SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput')"
    ));
    subscriber.execute_all(BOUND);
    subscriber.execute_all("SELECT contract.raise_floor('case_metadata', 2)");
    subscriber.execute_all(&format!(
        "CREATE SUBSCRIPTION {slot} CONNECTION 'host={} user=postgres dbname={}' PUBLICATION p
         WITH (create_slot = false, slot_name = '{slot}')",
        Cluster::shared().socket().display(),
        publisher.name()
    ));
    // The initial copy and the stream bring rows below the floor too: the guard is for writers.
    eventually("the initial copy", || {
        subscriber.value::<i64>("SELECT count(*) FROM cases") == 1
    });
    publisher.execute_all(&format!(
        "INSERT INTO cases VALUES (2, {})",
        literal(&case())
    ));
    eventually("the stream", || {
        subscriber.value::<i64>("SELECT count(*) FROM cases") == 2
    });
    // A local writer is guarded on the subscriber as well.
    let refused = subscriber.fails(&format!(
        "INSERT INTO cases VALUES (9, {})",
        literal(&case_of(1))
    ));
    assert_eq!(refused.code, "23514");

    // A row that its publisher does not check is refused by the subscriber's CHECK.
    publisher.execute_all(
        "SELECT contract.unbind('cases', 'metadata'); INSERT INTO cases VALUES (3, '{}')",
    );
    eventually("the refusal", || {
        subscriber.value::<bool>(
            "SELECT coalesce(sum(apply_error_count), 0) > 0 FROM pg_stat_subscription_stats
             WHERE subname LIKE 'slot_of_%' AND subid IN (SELECT oid FROM pg_subscription
                 WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()))",
        )
    });
    assert_eq!(subscriber.value::<i64>("SELECT count(*) FROM cases"), 2);
    unsubscribe(&mut publisher, &mut subscriber, &slot);
}

/// Drops a subscription, and its slot as soon as that is free.
pub fn unsubscribe(publisher: &mut Database, subscriber: &mut Database, slot: &str) {
    subscriber.execute_all(&format!(
        "ALTER SUBSCRIPTION {slot} DISABLE; ALTER SUBSCRIPTION {slot} SET (slot_name = NONE)"
    ));
    subscriber.execute_all(&format!("DROP SUBSCRIPTION {slot}"));
    eventually("the slot to be free", || {
        match publisher.batch_execute(&format!("SELECT pg_drop_replication_slot('{slot}')")) {
            Ok(()) => true,
            Err(error) => {
                assert_eq!(failure(&error).code, "55006");
                false
            }
        }
    });
}
