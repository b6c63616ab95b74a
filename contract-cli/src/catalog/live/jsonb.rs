//! The types that jsonb is in.

use super::row::each;
use crate::{catalog::Jsonb, commands::Failure};
use postgres::Transaction;
use std::collections::HashMap;

/// How jsonb is in each type that it is in, by the type's OID: found from jsonb upwards, through domains,
/// arrays, composite types (the rows of tables too) and ranges. Of several on the way the outermost counts;
/// a domain adds nothing to what it is over, but to jsonb itself. Of Postgres's own types, whose OIDs are below
/// 16384, only jsonb and its array have it.
pub fn read(transaction: &mut Transaction<'_>) -> Result<HashMap<u32, Jsonb>, Failure> {
    const SQL: &str = "WITH RECURSIVE part (whole, part, how) AS MATERIALIZED ( \
            SELECT t.oid, t.typbasetype, 'd' FROM pg_catalog.pg_type AS t WHERE t.typtype = 'd' \
            UNION ALL SELECT t.oid, t.typelem, 'a' FROM pg_catalog.pg_type AS t WHERE t.typelem <> 0 \
                AND t.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc \
            UNION ALL SELECT c.reltype, a.atttypid, 'c' FROM pg_catalog.pg_attribute AS a \
                JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid \
                WHERE c.reltype <> 0 AND a.attnum > 0 AND NOT a.attisdropped \
                AND (a.atttypid >= 16384 OR a.atttypid IN ('pg_catalog.jsonb'::pg_catalog.regtype, \
                    'pg_catalog.jsonb[]'::pg_catalog.regtype)) \
            UNION ALL SELECT r.rngtypid, r.rngsubtype, 'c' FROM pg_catalog.pg_range AS r \
            UNION ALL SELECT r.rngmultitypid, r.rngsubtype, 'c' FROM pg_catalog.pg_range AS r \
        ), holder (oid, how) AS ( \
            SELECT 'pg_catalog.jsonb'::pg_catalog.regtype::pg_catalog.oid, 'p' \
            UNION SELECT part.whole, CASE WHEN part.how = 'd' AND holder.how <> 'p' THEN holder.how ELSE part.how END \
            FROM holder JOIN part ON part.part = holder.oid \
        ) SELECT oid, how FROM holder";
    let mut types = HashMap::new();
    each(transaction, SQL, &[], |mut row| {
        let oid: u32 = row.next()?;
        let jsonb = match row.next()? {
            "p" => Jsonb::Plain,
            "d" => Jsonb::Domain,
            "a" => Jsonb::Array,
            _ => Jsonb::Composite,
        };
        types.insert(oid, jsonb);
        Ok(())
    })?;
    Ok(types)
}
