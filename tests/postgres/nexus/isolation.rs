//! Each tenant sees and writes its own rows: every table, every command.

use super::{
    TABLES,
    rows::{Filled, TENANTS, fill_in, stored},
    run,
};
use std::collections::BTreeSet;
use tests::Database;

/// `insufficient_privilege`: what a policy refuses.
const REFUSED: &str = "42501";

/// Goes on as a tenant, to the end of the transaction.
fn act_as(database: &mut Database, tenant: &str) {
    database.execute_all(&format!(
        "SET LOCAL ROLE authenticated; SET LOCAL nexus.tenant_id = '{tenant}'"
    ));
}

/// Goes on as a superuser again.
fn act_as_superuser(database: &mut Database) {
    database.execute_all("RESET ROLE");
}

/// The SQLSTATE of a statement that must fail, in a transaction that goes on.
#[track_caller]
fn refused(database: &mut Database, sql: &str) -> String {
    database.execute_all("SAVEPOINT before");
    let failure = database.fails(sql);
    database.execute_all("ROLLBACK TO before");
    failure.code
}

#[test]
fn a_tenant_sees_its_own_rows_and_shared_ones() {
    let mut filled = Filled::new();
    for tenant in TENANTS {
        filled.database.execute_all("BEGIN");
        act_as(&mut filled.database, tenant);
        for table in &TABLES {
            let own = filled.rows_of(table, &[tenant]);
            let dealings = usize::from(table.shared && tenant != "c") * 2;
            assert_eq!(own.len(), 1 + dealings, "{}", table.name);
            let seen = stored(&mut filled.database, table);
            assert_eq!(seen, own, "{} as {tenant}", table.name);
        }
        filled.database.execute_all("ROLLBACK");
    }
}

#[test]
fn an_update_reaches_the_tenants_own_rows_only() {
    let mut filled = Filled::new();
    for table in &TABLES {
        let (own, others) = (filled.rows_of(table, &["a"]), others_than_a(&filled, table));
        let database = &mut filled.database;
        database.execute_all("BEGIN");
        act_as(database, "a");
        assert_eq!(
            run(database, &table.update()),
            own.len() as u64,
            "{}",
            table.name
        );
        act_as_superuser(database);
        let now = stored(database, table);
        assert!(now.is_superset(&others), "{}", table.name);
        assert_eq!(now.len(), own.len() + others.len(), "{}", table.name);
        database.execute_all("ROLLBACK");
    }
}

/// The rows that `a` has no part in.
fn others_than_a(filled: &Filled, table: &super::Table) -> BTreeSet<String> {
    let all = filled.rows_of(table, &TENANTS);
    let own = filled.rows_of(table, &["a"]);
    all.difference(&own).cloned().collect()
}

#[test]
fn a_delete_reaches_the_tenants_own_rows_only() {
    let mut filled = Filled::new();
    filled.database.execute_all("BEGIN");
    act_as(&mut filled.database, "a");
    for table in TABLES.iter().rev() {
        let own = filled.rows_of(table, &["a"]);
        let deleted = run(
            &mut filled.database,
            &format!("DELETE FROM public.{}", table.name),
        );
        assert_eq!(deleted, own.len() as u64, "{}", table.name);
    }
    act_as_superuser(&mut filled.database);
    for table in &TABLES {
        let others = others_than_a(&filled, table);
        assert_eq!(
            stored(&mut filled.database, table),
            others,
            "{}",
            table.name
        );
    }
}

#[test]
fn a_tenant_writes_its_own_rows() {
    let mut filled = Filled::new();
    let database = &mut filled.database;
    database.execute_all("BEGIN");
    act_as(database, "new");
    for table in &TABLES {
        database.execute_all(&table.insert(("new", "new"), 1));
        assert_eq!(stored(database, table).len(), 1, "{}", table.name);
        if table.shared {
            database.execute_all(&table.insert(("new", "b"), 1));
            assert_eq!(stored(database, table).len(), 2, "{}", table.name);
        }
    }
}

#[test]
fn a_tenant_cannot_insert_rows_of_others() {
    let mut filled = Filled::new();
    let database = &mut filled.database;
    database.execute_all("BEGIN");
    act_as(database, "a");
    for table in &TABLES {
        for parties in [("b", "b"), ("b", "c"), ("nobody", "nobody")] {
            let code = refused(database, &table.insert(parties, 2));
            assert_eq!(code, REFUSED, "{} of {parties:?}", table.name);
        }
    }
}

#[test]
fn a_tenant_cannot_move_its_rows_to_others() {
    let mut filled = Filled::new();
    let database = &mut filled.database;
    database.execute_all("BEGIN");
    act_as(database, "a");
    for table in &TABLES {
        let scope = fill_in(table.scope, ("b", "b"), 1);
        let code = refused(
            database,
            &format!("UPDATE public.{} SET {scope}", table.name),
        );
        assert_eq!(code, REFUSED, "{}", table.name);
    }
}

/// Its restrictive policy asks for more than isolation does.
#[test]
fn a_relationship_is_opened_by_its_client() {
    let mut database = Filled::new().database;
    let relationships = TABLES
        .iter()
        .find(|table| table.name == "nexus_tenant_relationships");
    let relationships = relationships.expect("it is there");
    database.execute_all("BEGIN");
    act_as(&mut database, "a");
    database.execute_all(&relationships.insert(("a", "c"), 2));
    let failure = database.fails(&relationships.insert(("c", "a"), 2));
    assert_eq!(failure.code, REFUSED);
    assert!(
        failure.message.contains("\"relationship_create\""),
        "{failure}"
    );
}

/// Not set, set in a transaction that is over, set to a tenant that is not there.
#[test]
fn without_a_tenant_nothing_is_seen_or_written() {
    let mut filled = Filled::new();
    let database = &mut filled.database;
    let said = "SELECT coalesce(current_setting('nexus.tenant_id', true), 'nothing')";
    for (before, expected) in [
        ("", "nothing"),
        ("BEGIN; SET LOCAL nexus.tenant_id = 'a'; COMMIT", ""),
        ("SET nexus.tenant_id = 'nobody'", "nobody"),
    ] {
        database.execute_all(before);
        assert_eq!(database.value::<String>(said), expected);
        database.execute_all("BEGIN; SET LOCAL ROLE authenticated");
        for table in &TABLES {
            assert_eq!(stored(database, table).len(), 0, "{} {before}", table.name);
            assert_eq!(run(database, &table.update()), 0, "{} {before}", table.name);
            let delete = format!("DELETE FROM public.{}", table.name);
            assert_eq!(run(database, &delete), 0, "{} {before}", table.name);
            let code = refused(database, &table.insert(("a", "a"), 2));
            assert_eq!(code, REFUSED, "{} {before}", table.name);
        }
        database.execute_all("ROLLBACK");
    }
    // The empty text could not be that of a tenant either.
    database.execute_all("SET ROLE authenticated; SET nexus.tenant_id = ''");
    let tenant = TABLES[0].insert(("", ""), 1);
    assert_eq!(database.fails(&tenant).code, "23514");
}

#[test]
fn the_service_role_and_its_members_work_for_all_tenants() {
    let mut filled = Filled::new();
    for role in ["service_role", tests::nexus::OWNER] {
        filled
            .database
            .execute_all(&format!("BEGIN; SET LOCAL ROLE {role}"));
        for table in &TABLES {
            let all = filled.rows_of(table, &TENANTS);
            assert_eq!(
                stored(&mut filled.database, table),
                all,
                "{} as {role}",
                table.name
            );
            let updated = run(&mut filled.database, &table.update());
            assert_eq!(updated, all.len() as u64, "{} as {role}", table.name);
        }
        for table in &TABLES {
            filled
                .database
                .execute_all(&table.insert(("new", "new"), 1));
        }
        for table in TABLES.iter().rev() {
            let all = filled.rows_of(table, &TENANTS).len() as u64 + 1;
            let deleted = run(
                &mut filled.database,
                &format!("DELETE FROM public.{}", table.name),
            );
            assert_eq!(deleted, all, "{} as {role}", table.name);
        }
        filled.database.execute_all("ROLLBACK");
    }
}

/// An owner is held to the policies too, and there is none for it; foreign keys go on working, for Postgres
/// looks up what they refer to whatever the policies say.
#[test]
fn an_owner_that_is_no_member_sees_nothing() {
    let mut filled = Filled::new();
    let database = &mut filled.database;
    database.execute_all("CREATE ROLE nexus_stranger");
    for table in &TABLES {
        database.execute_all(&format!(
            "ALTER TABLE public.{} OWNER TO nexus_stranger",
            table.name
        ));
    }
    database.execute_all("BEGIN; SET LOCAL ROLE nexus_stranger; SET LOCAL nexus.tenant_id = 'a'");
    for table in &TABLES {
        assert_eq!(stored(database, table).len(), 0, "{}", table.name);
        assert_eq!(run(database, &table.update()), 0, "{}", table.name);
        assert_eq!(
            refused(database, &table.insert(("a", "a"), 2)),
            REFUSED,
            "{}",
            table.name
        );
    }
    act_as_superuser(database);
    act_as(database, "new");
    for table in &TABLES {
        database.execute_all(&table.insert(("new", "new"), 1));
    }
    database
        .execute_all("ROLLBACK; DROP OWNED BY nexus_stranger CASCADE; DROP ROLE nexus_stranger");
}

/// Two policies a table, and one more for relationships, with the names of the guardrail matrix.
#[test]
fn every_table_has_its_policies() {
    let mut database = Database::nexus();
    let policies = database
        .query(
            "SELECT tablename::text, policyname::text, permissive || ' ' || cmd || ' ' || array_to_string(roles, ',')
             FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2",
            &[],
        )
        .expect("the catalog");
    let stems = [
        "tenant",
        "relationship",
        "invite",
        "user",
        "session",
        "case",
        "message",
        "evidence",
        "checklist",
        "activity",
        "invoice",
        "payment",
        "schedule",
        "pay_activity",
        "notification",
        "notif_config",
        "user_prefs",
        "queue",
        "push_sub",
        "audit",
    ];
    let mut expected: Vec<[String; 3]> = Vec::new();
    for (table, stem) in TABLES.iter().zip(stems) {
        for (policy, what) in [
            (format!("{stem}_isolation"), "PERMISSIVE ALL authenticated"),
            (
                format!("{stem}_service_bypass"),
                "PERMISSIVE ALL service_role",
            ),
        ] {
            expected.push([table.name.to_owned(), policy, what.to_owned()]);
        }
    }
    expected.push([
        "nexus_tenant_relationships".to_owned(),
        "relationship_create".to_owned(),
        "RESTRICTIVE INSERT authenticated".to_owned(),
    ]);
    expected.sort();
    let found: Vec<[String; 3]> = policies
        .iter()
        .map(|row| [row.get(0), row.get(1), row.get(2)])
        .collect();
    assert_eq!(found, expected);
    let forced: i64 = database.value(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace
             AND relrowsecurity AND relforcerowsecurity",
    );
    assert_eq!(forced, 20);
}
