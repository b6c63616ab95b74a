//! The migrations, one by one and in both directions.

use crate::dump_and_restore::schema;
use std::collections::HashSet;
use tests::{
    Cluster, Database,
    nexus::{OWNER, Way, migrate, migrations},
};

/// The database's schema is this one; lines that only one of them has are shown.
#[track_caller]
fn assert_schema(database: &Database, expected: &str, when: &str) {
    let found = schema(database);
    let only_in = |one: &str, other: &str| -> Vec<String> {
        let lines: HashSet<&str> = other.lines().collect();
        let differs = one.lines().filter(|line| !lines.contains(line));
        differs.map(str::to_owned).collect()
    };
    let differences = (only_in(&found, expected), only_in(expected, &found));
    assert!(found == *expected, "{when}: {differences:#?}");
}

/// Each way back leads to the schema before; and up again, to the same one.
#[test]
fn every_migration_is_reversible() {
    let whole = schema(&Database::nexus());
    let database = Database::bare(&format!("OWNER {OWNER}"));
    let mut owner = database.connect_as(OWNER);
    // The extension stays, so it is there from the start.
    owner
        .batch_execute("CREATE EXTENSION jsonb_contract")
        .expect("it is trusted");
    let mut before = vec![schema(&database)];
    for name in migrations() {
        migrate(&mut owner, &name, Way::Up);
        let after = schema(&database);
        migrate(&mut owner, &name, Way::Down);
        assert_schema(
            &database,
            &before[before.len() - 1],
            &format!("down {name}"),
        );
        migrate(&mut owner, &name, Way::Up);
        assert_schema(&database, &after, &format!("up {name} again"));
        before.push(after);
    }
    assert_schema(&database, &whole, "all migrations");
    for (name, before) in migrations().iter().zip(&before).rev() {
        migrate(&mut owner, name, Way::Down);
        assert_schema(&database, before, &format!("down {name}"));
    }
    assert!(!schema(&database).contains("nexus_"), "nothing is left");
}

/// Where nobody has made the roles, a migration that may do so makes them; they log in nowhere and go around
/// no policy.
#[test]
fn missing_roles_are_made() {
    let cluster = Cluster::start();
    let mut client = cluster.connect("postgres", "postgres");
    for name in migrations() {
        migrate(&mut client, &name, Way::Up);
    }
    for name in migrations().iter().rev() {
        migrate(&mut client, name, Way::Down);
    }
    let roles = client
        .query(
            "SELECT rolname::text, rolcanlogin OR rolbypassrls OR rolsuper FROM pg_roles
             WHERE rolname IN ('authenticated', 'service_role') ORDER BY 1",
            &[],
        )
        .expect("the catalog");
    let roles: Vec<(String, bool)> = roles.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(
        roles,
        [
            ("authenticated".to_owned(), false),
            ("service_role".to_owned(), false)
        ]
    );
}

#[test]
fn every_foreign_key_has_its_index() {
    let mut database = Database::nexus();
    let unserved: Option<String> = database.value(
        "SELECT string_agg(c.conname, ', ') FROM pg_constraint AS c
         WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND NOT EXISTS (
             SELECT FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_am AS m ON m.oid = x.relam
             WHERE i.indrelid = c.conrelid AND m.amname = 'btree' AND i.indisvalid AND i.indpred IS NULL
               AND cardinality(c.conkey) = 1 AND i.indkey[0] = c.conkey[1])",
    );
    assert_eq!(unserved, None);
}
