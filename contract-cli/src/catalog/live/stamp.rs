//! A mark of the catalog's state, which differs when the catalog has changed.
//!
//! A transaction that sees one state does not see all of it in that state: what Postgres deparses, it looks up as
//! it is now. A column renamed in between would have its old name in the table and the new one in an expression.
//! `pg_dump` locks the tables against that, which takes rights on them.

use super::row::each;
use crate::commands::Failure;
use postgres::Transaction;

/// For each catalog: how many rows, and a hash of which and of who wrote each.
#[derive(PartialEq, Eq)]
pub struct Stamp(Vec<(i64, Option<i64>)>);

/// The catalogs that are looked up, with what tells their rows apart. Temporary objects come and go.
const CATALOGS: [(&str, &str, &str); 17] = [
    ("pg_am", "oid", ALL),
    (
        "pg_attribute",
        "attrelid::int8 * 65536 + attnum",
        "attnum > 0 AND attrelid NOT IN (TABLE temporary)",
    ),
    ("pg_class", "oid", "relpersistence <> 't'"),
    ("pg_collation", "oid", ALL),
    ("pg_constraint", "oid", "conrelid NOT IN (TABLE temporary)"),
    ("pg_enum", "oid", ALL),
    (
        "pg_index",
        "indexrelid",
        "indrelid NOT IN (TABLE temporary)",
    ),
    ("pg_language", "oid", ALL),
    ("pg_namespace", "oid", "nspname !~ '^pg_(toast_)?temp_'"),
    ("pg_opclass", "oid", ALL),
    ("pg_operator", "oid", ALL),
    (
        "pg_partitioned_table",
        "partrelid",
        "partrelid NOT IN (TABLE temporary)",
    ),
    ("pg_proc", "oid", ALL),
    ("pg_rewrite", "oid", "ev_class NOT IN (TABLE temporary)"),
    ("pg_trigger", "oid", "tgrelid NOT IN (TABLE temporary)"),
    ("pg_ts_config", "oid", ALL),
    (
        "pg_type",
        "oid",
        "typnamespace NOT IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_')",
    ),
];
const ALL: &str = "true";

impl Stamp {
    /// The mark of the state that the transaction sees.
    pub fn take(transaction: &mut Transaction<'_>) -> Result<Self, Failure> {
        let each_catalog = CATALOGS.map(|(catalog, key, condition)| {
            format!(
                "SELECT pg_catalog.count(*), pg_catalog.bit_xor(pg_catalog.hashint8extended( \
                 ({key})::pg_catalog.int8, xmin::pg_catalog.text::pg_catalog.int8)) \
                 FROM pg_catalog.{catalog} WHERE {condition}"
            )
        });
        let sql = format!(
            "WITH temporary AS MATERIALIZED ( \
             SELECT oid FROM pg_catalog.pg_class WHERE relpersistence = 't') {}",
            each_catalog.join(" UNION ALL ")
        );
        let mut marks = Vec::new();
        each(transaction, &sql, &[], |mut row| {
            marks.push((row.next()?, row.next()?));
            Ok(())
        })?;
        Ok(Self(marks))
    }
}
