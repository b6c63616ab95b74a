//! Indexes of relations, from `pg_index`.

use super::{relations::Relations, row::each};
use crate::{
    catalog::{Index, IndexKey},
    commands::Failure,
};
use postgres::Transaction;

/// Adds the indexes to their relations.
pub fn read(transaction: &mut Transaction<'_>, relations: &mut Relations) -> Result<(), Failure> {
    // An attribute 0 is an expression; they are listed in the order of the key.
    const SQL: &str = "SELECT i.indrelid, i.indkey, i.indnkeyatts, CASE WHEN i.indexprs IS NULL THEN '{}' ELSE \
            ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, key.position::pg_catalog.int4, false) \
                FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS key (attribute, position) \
                WHERE key.attribute = 0 ORDER BY key.position) END, \
        c.relname, m.amname, i.indisunique, i.indisvalid, k.oid IS NOT NULL, \
        pg_catalog.pg_get_expr(i.indpred, i.indrelid), pg_catalog.pg_get_indexdef(i.indexrelid), c.relispartition \
        FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid \
        JOIN pg_catalog.pg_am AS m ON m.oid = c.relam \
        LEFT JOIN pg_catalog.pg_constraint AS k ON k.conindid = i.indexrelid \
        AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x') \
        WHERE i.indrelid = ANY ($1)";
    let oids = relations.oids().to_vec();
    each(transaction, SQL, &[&oids], |mut row| {
        let relation: u32 = row.next()?;
        let (attributes, key_length): (Vec<i16>, i16) = (row.next()?, row.next()?);
        let mut expressions = row.next::<Vec<String>>()?.into_iter();
        let key_length = usize::try_from(key_length).unwrap_or_default();
        let (key, include) = attributes.split_at(key_length.min(attributes.len()));
        let mut parts = Vec::new();
        for attribute in key {
            parts.push(match attribute {
                0 => IndexKey::Expression(expressions.next().ok_or_else(|| missing(relation))?),
                number => {
                    let mut names = relations.columns(relation, &[*number])?;
                    IndexKey::Column(names.remove(0))
                }
            });
        }
        let index = Index {
            name: row.next()?,
            method: row.next()?,
            unique: row.next()?,
            valid: row.next()?,
            of_constraint: row.next()?,
            key: parts,
            include: relations.columns(relation, include)?,
            predicate: row.next()?,
            definition: row.next()?,
            inherited: row.next()?,
        };
        relations.get(relation).indexes.push(index);
        Ok(())
    })
}

/// The catalog tells of fewer expressions than it has.
fn missing(relation: u32) -> Failure {
    Failure::CouldNotRun(format!(
        "the catalog lacks an expression of an index of the relation with OID {relation}"
    ))
}
