//! What is written once does not change, whoever tries; and versions of documents only go up.

use super::{TABLES, Table, rows::Filled, run};
use tests::{Database, Failure};

/// A filled database without foreign keys: they would refuse many a change before the trigger does.
fn without_foreign_keys() -> Database {
    let mut database = Filled::new().database;
    database.execute_all(
        "DO $$
         DECLARE
             key record;
         BEGIN
             FOR key IN SELECT conrelid::regclass AS relation, conname FROM pg_constraint WHERE contype = 'f' LOOP
                 EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.relation, key.conname);
             END LOOP;
         END
         $$",
    );
    database
}

/// Another value for a column, as an SQL expression.
fn other_value(database: &mut Database, table: &Table, column: &str) -> &'static str {
    let column_type: String = database.value(&format!(
        "SELECT atttypid::regtype::text FROM pg_attribute
         WHERE attrelid = 'public.{}'::regclass AND attname = '{column}'",
        table.name
    ));
    match column_type.as_str() {
        "uuid" => "'00000000-0000-0000-0000-000000000001'",
        "timestamp with time zone" => "'2001-01-01 00:00:00+00'",
        "text" => "'changed'",
        "jsonb" => "NULL",
        other => panic!("{}.{column} is of type {other}", table.name),
    }
}

/// An UPDATE of one row.
fn update(table: &Table, change: &str) -> String {
    format!(
        "UPDATE public.{0} SET {change} WHERE ctid = (SELECT min(ctid) FROM public.{0})",
        table.name
    )
}

#[track_caller]
fn assert_refused(failure: &Failure, table: &Table, column: &str) {
    let message = format!(
        "cannot change immutable columns of relation \"{}\"",
        table.name
    );
    assert_eq!((&*failure.code, &failure.message), ("23514", &message));
    assert_eq!(failure.detail, format!("Changed: {column}"));
    assert_eq!(failure.hint, "Delete the row and insert another.");
}

#[test]
fn what_is_written_once_does_not_change() {
    let mut database = without_foreign_keys();
    for table in &TABLES {
        for column in table.immutable {
            let value = other_value(&mut database, table, column);
            let failure = database.fails(&update(table, &format!("{column} = {value}")));
            assert_refused(&failure, table, column);
        }
    }
}

/// The statement names another column, and the trigger's name comes after that of the trigger that refuses.
#[test]
fn nor_does_it_when_a_trigger_rewrites_it() {
    let mut database = without_foreign_keys();
    database.execute_all(
        "CREATE FUNCTION rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             RETURN jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], TG_ARGV[1]));
         END
         $$",
    );
    for table in &TABLES {
        for column in table.immutable {
            let value = match other_value(&mut database, table, column) {
                "NULL" => "''",
                value => value,
            };
            let columns = [table.immutable, table.mutable].concat();
            let other = columns.iter().find(|other| *other != column);
            let other = other.expect("two columns");
            database.execute_all(&format!(
                "CREATE TRIGGER zz_rewrite BEFORE UPDATE ON public.{} FOR EACH ROW
                 EXECUTE FUNCTION rewrite('{column}', {value})",
                table.name
            ));
            let failure = database.fails(&update(table, &format!("{other} = {other}")));
            assert_refused(&failure, table, column);
            database.execute_all(&format!("DROP TRIGGER zz_rewrite ON public.{}", table.name));
        }
    }
}

#[test]
fn everything_else_can_be_changed() {
    let mut database = Filled::new().database;
    for table in &TABLES {
        for column in table.mutable {
            let value = other_value(&mut database, table, column);
            assert_eq!(
                run(
                    &mut database,
                    &update(table, &format!("{column} = {value}"))
                ),
                1
            );
        }
        // As they are, all columns can be written.
        let columns = [table.immutable, table.mutable].concat();
        let same: Vec<String> = columns
            .iter()
            .map(|column| format!("{column} = {column}"))
            .collect();
        assert_eq!(run(&mut database, &update(table, &same.join(", "))), 1);
    }
}

/// Row level security would let it: the tenant has a part in the row afterwards too.
#[test]
fn a_tenant_cannot_hand_its_row_to_another_one_it_deals_with() {
    let mut database = Filled::new().database;
    database.execute_all("SET ROLE authenticated; SET nexus.tenant_id = 'a'");
    for (table, change) in [
        (
            "nexus_cases",
            "vendor_id = 'c-vendor' WHERE client_id = 'a-client'",
        ),
        (
            "nexus_tenant_relationships",
            "vendor_id = 'c-vendor' WHERE client_id = 'a-client'",
        ),
        (
            "nexus_invoices",
            "vendor_id = 'c-vendor' WHERE client_id = 'a-client'",
        ),
        (
            "nexus_payments",
            "to_id = 'c-vendor' WHERE from_id = 'a-client'",
        ),
        (
            "nexus_payment_schedule",
            "to_id = 'c-vendor' WHERE from_id = 'a-client'",
        ),
        (
            "nexus_case_messages",
            "case_id = 'aa-1' WHERE case_id = 'ab-1'",
        ),
        (
            "nexus_payment_activity",
            "payment_id = 'aa-1' WHERE payment_id = 'ab-1'",
        ),
    ] {
        let failure = database.fails(&format!("UPDATE public.{table} SET {change}"));
        assert_eq!(failure.code, "23514", "{table}: {failure}");
        assert!(
            failure
                .message
                .starts_with("cannot change immutable columns"),
            "{failure}"
        );
    }
}

#[test]
fn every_column_with_a_check_has_its_guard() {
    let mut database = Filled::new().database;
    let bound: i64 = database.value(
        "SELECT count(*) FROM contract.bindings
         WHERE check_present AND check_validated AND guard_present AND guard_enabled AND floor = 1",
    );
    assert_eq!(bound, 19);
    assert_eq!(
        database.value::<i64>("SELECT count(*) FROM contract.bindings"),
        19
    );
    database.execute_all("SET ROLE authenticated; SET nexus.tenant_id = 'a'");
    let step = |version: i32| {
        format!(
            "UPDATE public.nexus_cases SET metadata = jsonb_set(metadata, '{{_schema_version}}', '{version}')"
        )
    };
    assert_eq!(run(&mut database, &step(2)), 3);
    let failure = database.fails(&step(1));
    assert!(
        failure
            .message
            .ends_with("version 1 is lower than the stored version 2"),
        "{failure}"
    );
}

/// By a role that no policy holds for: for others, rows could be hidden.
#[test]
fn documents_follow_their_contract_type() {
    let mut database = Filled::new().database;
    let upgrade = "CALL contract.upgrade_column('public.nexus_cases', 'metadata')";
    let mut owner = database.connect_as(tests::nexus::OWNER);
    let error = owner.batch_execute(upgrade).expect_err("policies hold");
    assert_eq!(tests::failure(&error).code, "42501");
    drop(owner);
    database.execute_all(upgrade);
    let versions: Vec<i32> = database.value(
        "SELECT array_agg(DISTINCT contract.schema_version(metadata)) FROM public.nexus_cases",
    );
    assert_eq!(versions, [2]);
}
