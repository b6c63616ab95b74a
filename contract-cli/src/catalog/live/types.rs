//! Domains, enums, composite and range types, each in one text.

use super::{OWN_SCHEMA, no_member, row::each};
use crate::{catalog::Type, commands::Failure};
use postgres::Transaction;

const DOMAIN: &str = "(SELECT 'DOMAIN ' || pg_catalog.format_type(t.typbasetype, t.typtypmod) \
    || CASE WHEN t.typcollation <> base.typcollation \
        THEN ' COLLATE ' || t.typcollation::pg_catalog.regcollation::pg_catalog.text ELSE '' END \
    || COALESCE(' DEFAULT ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0), '') \
    || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END \
    || COALESCE((SELECT pg_catalog.string_agg(' CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' \
            || pg_catalog.pg_get_constraintdef(k.oid), '' ORDER BY k.conname) \
        FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c'), '') \
    FROM pg_catalog.pg_type AS base WHERE base.oid = t.typbasetype)";

const ENUM: &str = "(SELECT 'ENUM (' || COALESCE(pg_catalog.string_agg( \
        pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder), '') || ')' \
    FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid)";

const COMPOSITE: &str = "(SELECT 'COMPOSITE (' || COALESCE(pg_catalog.string_agg( \
        pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) \
        || CASE WHEN a.attcollation <> field.typcollation \
            THEN ' COLLATE ' || a.attcollation::pg_catalog.regcollation::pg_catalog.text ELSE '' END, \
        ', ' ORDER BY a.attnum), '') || ')' \
    FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS field ON field.oid = a.atttypid \
    WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)";

const RANGE: &str = "(SELECT 'RANGE (SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL) \
    || ', SUBTYPE_OPCLASS = ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.opcname) \
    || CASE WHEN r.rngcollation <> 0 \
        THEN ', COLLATION = ' || r.rngcollation::pg_catalog.regcollation::pg_catalog.text ELSE '' END \
    || CASE WHEN r.rngcanonical <> 0 THEN ', CANONICAL = ' || r.rngcanonical::pg_catalog.text ELSE '' END \
    || CASE WHEN r.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff::pg_catalog.text ELSE '' END \
    || ', MULTIRANGE_TYPE_NAME = ' || pg_catalog.format_type(r.rngmultitypid, NULL) || ')' \
    FROM pg_catalog.pg_range AS r JOIN pg_catalog.pg_opclass AS o ON o.oid = r.rngsubopc \
    JOIN pg_catalog.pg_namespace AS n ON n.oid = o.opcnamespace WHERE r.rngtypid = t.oid)";

/// The types, by name. The row type of a table is none of them.
pub fn read(transaction: &mut Transaction<'_>) -> Result<Vec<Type>, Failure> {
    let sql = format!(
        "SELECT n.nspname, t.typname, \
         CASE t.typtype WHEN 'd' THEN {DOMAIN} WHEN 'e' THEN {ENUM} WHEN 'c' THEN {COMPOSITE} ELSE {RANGE} END \
         FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace \
         LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid \
         WHERE (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND c.relkind = 'c') AND {OWN_SCHEMA} AND {}",
        no_member("pg_type", "t.oid")
    );
    let mut types = Vec::new();
    each(transaction, &sql, &[], |mut row| {
        types.push(Type {
            name: row.name()?,
            definition: row.next()?,
        });
        Ok(())
    })?;
    types.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(types)
}
