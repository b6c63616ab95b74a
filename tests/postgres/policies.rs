//! What policies let through: each expression of `tests/policies/expressions.json` as a policy, before real rows of three tenants.
//!
//! The drift check says of each, without any row, whether it binds the tenant; the command's own tests hold it to the same
//! file. Here Postgres has the last word: what binds shows no row of another tenant to anybody, and what does not bind shows one.

use serde::Deserialize;
use std::collections::BTreeMap;
use tests::{Cluster, Database, failure};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    table: String,
    expression: String,
    /// As Postgres gives it back.
    stored: String,
    verdict: String,
    /// Whether a tenant, or a session without one, sees a row of another.
    leaks: bool,
    /// Whether row level security keeps a tenant to its own cases.
    #[serde(default)]
    cases_are_covered: bool,
}

/// The sessions: tenant and user.
const SESSIONS: [(&str, &str); 4] = [("a", "anna"), ("b", "bert"), ("c", "carl"), ("", "")];

const CASES_ARE_COVERED: &str = "
    ALTER TABLE shop.cases ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON shop.cases USING (EXISTS (
        SELECT FROM shop.tenants t WHERE t.tenant_id = current_setting('shop.tenant', true)
        AND (t.client_id = cases.client_id OR t.vendor_id = cases.vendor_id)));";

/// The key of a table, and the condition for its rows of a tenant.
fn own_rows(table: &str, tenant: &str) -> (&'static str, String) {
    let own_cases = format!(
        "SELECT c.case_id FROM shop.cases c JOIN shop.tenants t \
         ON t.client_id = c.client_id OR t.vendor_id = c.vendor_id WHERE t.tenant_id = '{tenant}'"
    );
    match table {
        "documents" => ("id::text", format!("tenant_id = '{tenant}'")),
        "cases" => ("case_id", format!("case_id IN ({own_cases})")),
        "messages" => ("id::text", format!("case_id IN ({own_cases})")),
        other => panic!("no such table: {other}"),
    }
}

#[test]
fn what_binds_shows_own_rows_only_and_what_does_not_shows_others() {
    let expressions = include_str!("../policies/expressions.json");
    let expressions: Vec<Case> = serde_json::from_str(expressions).expect("the expressions");
    let mut database = Database::bare("");
    database.execute_all(include_str!("../policies/schema.sql"));
    let mut wrong = Vec::new();
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &expressions {
        *verdicts.entry(&case.verdict).or_default() += 1;
        let expected = match case.verdict.as_str() {
            "bound" => Some(false),
            "unbound" | "constant" => Some(true),
            _ => None,
        };
        let (stored, leaks) = tried(&mut database, case);
        if stored != case.stored {
            wrong.push(format!("{}: Postgres writes {stored}", case.expression));
        }
        if leaks != case.leaks || expected.is_some_and(|expected| leaks != expected) {
            wrong.push(format!(
                "{} is {}, and leaks: {leaks}",
                case.expression, case.verdict
            ));
        }
    }
    drop(database);
    Cluster::shared()
        .connect("postgres", "postgres")
        .batch_execute("DROP ROLE shop_tenant")
        .expect("nothing belongs to the role any more");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        verdicts["bound"] >= 50 && verdicts["unbound"] >= 50,
        "{verdicts:?}"
    );
}

/// How Postgres writes an expression, and whether it shows a row of another tenant.
fn tried(database: &mut Database, case: &Case) -> (String, bool) {
    let table = format!("shop.{}", case.table);
    let others: Vec<String> = SESSIONS
        .iter()
        .map(|(tenant, _)| {
            let (key, own) = own_rows(&case.table, tenant);
            database.value(&format!(
                "SELECT coalesce(string_agg({key}, ','), '') FROM {table} WHERE NOT ({own})"
            ))
        })
        .collect();
    let (key, _) = own_rows(&case.table, "");
    let covered = if case.cases_are_covered {
        CASES_ARE_COVERED
    } else {
        ""
    };
    let policy = format!(
        "BEGIN; {covered} ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
         CREATE POLICY tried ON {table} TO shop_tenant USING ({});
         SET LOCAL search_path = ''",
        case.expression
    );
    if let Err(error) = database.batch_execute(&policy) {
        panic!("{}: {}", case.expression, failure(&error));
    }
    let stored: String = database.value(
        "SELECT pg_catalog.pg_get_expr(polqual, polrelid) FROM pg_catalog.pg_policy WHERE polname = 'tried'",
    );
    database.execute_all("SET LOCAL ROLE shop_tenant");
    let mut leaks = false;
    for ((tenant, account), others) in SESSIONS.iter().zip(others) {
        database.execute_all(&format!(
            "SET LOCAL shop.tenant = '{tenant}'; SET LOCAL shop.account = '{account}';
             SET LOCAL shop.claims = '{{\"tenant\": \"{tenant}\"}}'"
        ));
        let seen: i64 = database.value(&format!(
            "SELECT count(*) FROM {table} WHERE {key} = ANY (string_to_array('{others}', ','))"
        ));
        leaks |= seen > 0;
    }
    database.execute_all("ROLLBACK");
    let words: Vec<_> = stored.split_whitespace().collect();
    (words.join(" "), leaks)
}
