//! Indexes of relations, from `pg_index`.

use super::{
    relations::{Attribute, Relations},
    row::{Values, each},
};
use crate::{
    catalog::{Index, IndexKey},
    commands::Failure,
};
use postgres::Transaction;
use std::collections::HashMap;

/// Adds the indexes to their relations.
///
/// `pg_get_indexdef` looks through all operator classes for each column, which takes most of the time of the
/// whole catalog. It is asked where [`Plain`] does not say the same.
pub fn read(transaction: &mut Transaction<'_>, relations: &mut Relations) -> Result<(), Failure> {
    // An attribute 0 is an expression; they are listed in the order of the key. Of a partitioned table, an
    // index is `ON ONLY` it.
    const SQL: &str = "SELECT i.indexrelid, i.indrelid, i.indkey, i.indnkeyatts, \
        CASE WHEN i.indexprs IS NULL THEN '{}' ELSE \
            ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, key.position::pg_catalog.int4, false) \
                FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS key (attribute, position) \
                WHERE key.attribute = 0 ORDER BY key.position) END, \
        c.relname, m.amname, i.indisunique, i.indisvalid AND i.indisready, k.oid IS NOT NULL, \
        pg_catalog.pg_get_expr(i.indpred, i.indrelid), c.relispartition, \
        i.indclass::pg_catalog.oid[], i.indcollation::pg_catalog.oid[], \
        CASE WHEN c.relkind = 'i' AND c.reloptions IS NULL AND i.indexprs IS NULL AND i.indnatts = i.indnkeyatts \
            AND NOT i.indnullsnotdistinct AND 0 = ALL (i.indoption::pg_catalog.int2[]) \
            THEN 'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' \
            || pg_catalog.quote_ident(c.relname) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.' \
            || pg_catalog.quote_ident(t.relname) || ' USING ' || pg_catalog.quote_ident(m.amname) || ' (' END \
        FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid \
        JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid \
        JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace \
        JOIN pg_catalog.pg_am AS m ON m.oid = c.relam \
        LEFT JOIN pg_catalog.pg_constraint AS k ON k.conindid = i.indexrelid \
        AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x') \
        WHERE i.indrelid = ANY ($1)";
    let defaults = default_classes(transaction)?;
    let mut found = Vec::new();
    each(transaction, SQL, &[&relations.oids()], |mut row| {
        found.push(Found::of(&mut row, relations, &defaults)?);
        Ok(())
    })?;
    let to_ask = found
        .iter()
        .filter(|found| found.index.definition.is_empty());
    let mut definitions = ask(
        transaction,
        &to_ask.map(|found| found.oid).collect::<Vec<_>>(),
    )?;
    for mut found in found {
        if let Some(definition) = definitions.remove(&found.oid) {
            found.index.definition = definition;
        }
        relations.get(found.relation).indexes.push(found.index);
    }
    Ok(())
}

/// An index; its definition is empty where Postgres has to be asked for it.
struct Found {
    oid: u32,
    relation: u32,
    index: Index,
}

impl Found {
    fn of(
        row: &mut Values<'_>,
        relations: &Relations,
        defaults: &HashMap<u32, u32>,
    ) -> Result<Self, Failure> {
        let (oid, relation): (u32, u32) = (row.next()?, row.next()?);
        let (attributes, key_length): (Vec<i16>, i16) = (row.next()?, row.next()?);
        let expressions: Vec<String> = row.next()?;
        let key_length = usize::try_from(key_length).unwrap_or_default();
        let (key, include) = attributes.split_at(key_length.min(attributes.len()));
        let mut index = Index {
            name: row.next()?,
            method: row.next()?,
            unique: row.next()?,
            valid: row.next()?,
            of_constraint: row.next()?,
            key: parts(relations, relation, key, expressions)?,
            include: relations.columns(relation, include)?,
            predicate: row.next()?,
            definition: String::new(),
            inherited: row.next()?,
        };
        let plain = Plain {
            classes: row.next()?,
            collations: row.next()?,
            head: row.next()?,
        };
        let attributes = key
            .iter()
            .map(|number| relations.attribute(relation, *number));
        if let Some(definition) = plain.definition(attributes, index.predicate.as_deref(), defaults)
        {
            index.definition = definition;
        }
        Ok(Self {
            oid,
            relation,
            index,
        })
    }
}

/// The parts of an index's key.
fn parts(
    relations: &Relations,
    relation: u32,
    key: &[i16],
    expressions: Vec<String>,
) -> Result<Vec<IndexKey>, Failure> {
    let mut expressions = expressions.into_iter();
    let part = |number: &i16| match number {
        0 => expressions.next().map(IndexKey::Expression).ok_or_else(|| {
            Failure::CouldNotRun(format!(
                "an index of the relation with OID {relation} lacks an expression"
            ))
        }),
        number => {
            let mut names = relations.columns(relation, &[*number])?;
            Ok(IndexKey::Column(names.remove(0)))
        }
    };
    key.iter().map(part).collect()
}

/// What the definition of an index over columns is made of, all in their default order.
struct Plain<'r> {
    classes: Vec<u32>,
    collations: Vec<u32>,
    /// All before the columns; nothing where there is more than columns.
    head: Option<&'r str>,
}

impl Plain<'_> {
    /// The very text of `pg_get_indexdef`, where the operator classes are those of the columns' types
    /// themselves and the collations those of the columns (`pg_get_indexdef_worker` in `ruleutils.c`).
    fn definition<'a>(
        &self,
        attributes: impl Iterator<Item = Option<&'a Attribute>>,
        predicate: Option<&str>,
        defaults: &HashMap<u32, u32>,
    ) -> Option<String> {
        let mut definition = self.head?.to_owned();
        for (position, attribute) in attributes.enumerate() {
            let attribute = attribute?;
            let is_default = defaults.get(self.classes.get(position)?)? == &attribute.data_type
                && *self.collations.get(position)? == attribute.collation;
            if !is_default {
                return None;
            }
            if position > 0 {
                definition.push_str(", ");
            }
            definition.push_str(&attribute.quoted);
        }
        definition.push(')');
        if let Some(predicate) = predicate {
            definition.push_str(" WHERE ");
            definition.push_str(predicate);
        }
        Some(definition)
    }
}

/// The type of each operator class that is its access method's default for it.
fn default_classes(transaction: &mut Transaction<'_>) -> Result<HashMap<u32, u32>, Failure> {
    const SQL: &str = "SELECT oid, opcintype FROM pg_catalog.pg_opclass WHERE opcdefault";
    let mut classes = HashMap::new();
    each(transaction, SQL, &[], |mut row| {
        classes.insert(row.next()?, row.next()?);
        Ok(())
    })?;
    Ok(classes)
}

/// What Postgres says of indexes.
fn ask(
    transaction: &mut Transaction<'_>,
    indexes: &[u32],
) -> Result<HashMap<u32, String>, Failure> {
    const SQL: &str = "SELECT i.oid, pg_catalog.pg_get_indexdef(i.oid) \
        FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS i (oid)";
    let mut definitions = HashMap::new();
    each(transaction, SQL, &[&indexes], |mut row| {
        definitions.insert(row.next()?, row.next()?);
        Ok(())
    })?;
    Ok(definitions)
}
