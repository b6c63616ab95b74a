//! Constraints of relations, from `pg_constraint`.

use super::{
    relations::Relations,
    row::{each, unknown},
};
use crate::{
    catalog::{Constraint, ConstraintKind, QualifiedName, References},
    commands::Failure,
};
use postgres::{Transaction, types::ToSql};
use std::collections::HashMap;

/// A constraint, with what is still numbers.
struct Found {
    oid: u32,
    relation: u32,
    columns: Vec<i16>,
    references: Option<(u32, QualifiedName, Vec<i16>)>,
    constraint: Constraint,
}

/// Adds the constraints to their relations.
pub fn read(
    transaction: &mut Transaction<'_>,
    relations: &mut Relations,
    server_version: u32,
) -> Result<(), Failure> {
    let mut found = find(transaction, relations.oids(), server_version)?;
    let mut calls = calls(transaction, relations.oids())?;
    let mut disabled = disabled(transaction)?;
    for found in &mut found {
        found.constraint.calls = calls.remove(&found.oid).unwrap_or_default();
        found.constraint.disabled_on = disabled.remove(&found.oid).unwrap_or_default();
    }
    let referenced = found.iter().filter_map(|found| found.references.as_ref());
    let referenced = referenced.map(|(oid, ..)| *oid).collect();
    relations.learn_columns(transaction, referenced)?;
    for found in found {
        let mut constraint = found.constraint;
        constraint.columns = relations.columns(found.relation, &found.columns)?;
        if let Some((oid, table, columns)) = found.references {
            let columns = relations.columns(oid, &columns)?;
            constraint.references = Some(References { table, columns });
        }
        let relation = relations.get(found.relation);
        // Postgres 18 marks the column before the rows are checked.
        if constraint.kind == ConstraintKind::NotNull && !constraint.validated {
            for column in &mut relation.columns {
                column.not_null &= !constraint.columns.contains(&column.name);
            }
        }
        relation.constraints.push(constraint);
    }
    Ok(())
}

/// A foreign key to a partitioned table has further rows, one for each partition, under names that come
/// with the order in which the partitions were made: they are the same foreign key.
fn find(
    transaction: &mut Transaction<'_>,
    relations: &[u32],
    server_version: u32,
) -> Result<Vec<Found>, Failure> {
    let enforced = if server_version >= 18 {
        "k.conenforced"
    } else {
        "true"
    };
    let sql = format!(
        "SELECT k.oid, k.conrelid, COALESCE(k.conkey, '{{}}'), k.confrelid, n.nspname, f.relname, k.confkey, \
         k.conname, k.contype, pg_catalog.pg_get_constraintdef(k.oid), k.convalidated, {enforced}, \
         k.conparentid <> 0 OR k.coninhcount > 0 AND NOT k.conislocal \
         FROM pg_catalog.pg_constraint AS k LEFT JOIN pg_catalog.pg_constraint AS p ON p.oid = k.conparentid \
         LEFT JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid \
         LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = f.relnamespace \
         WHERE k.conrelid = ANY ($1) AND p.conrelid IS DISTINCT FROM k.conrelid"
    );
    let mut found = Vec::new();
    each(transaction, &sql, &[&relations], |mut row| {
        let oid: u32 = row.next()?;
        let (relation, columns) = (row.next()?, row.next()?);
        let (target, schema, table): (u32, Option<String>, Option<String>) =
            (row.next()?, row.next()?, row.next()?);
        let key: Option<Vec<i16>> = row.next()?;
        let references = match (schema, table, key) {
            (Some(schema), Some(table), Some(key)) => {
                Some((target, QualifiedName::new(schema, table), key))
            }
            _ => None,
        };
        let name: String = row.next()?;
        let constraint = Constraint {
            kind: kind(&name, row.letter()?)?,
            name,
            columns: Vec::new(),
            definition: row.next()?,
            validated: row.next()?,
            enforced: row.next()?,
            inherited: row.next()?,
            references: None,
            calls: Vec::new(),
            disabled_on: Vec::new(),
        };
        found.push(Found {
            oid,
            relation,
            columns,
            references,
            constraint,
        });
        Ok(())
    })?;
    Ok(found)
}

fn kind(name: &str, letter: char) -> Result<ConstraintKind, Failure> {
    Ok(match letter {
        'c' => ConstraintKind::Check,
        'p' => ConstraintKind::PrimaryKey,
        'u' => ConstraintKind::Unique,
        'f' => ConstraintKind::ForeignKey,
        'x' => ConstraintKind::Exclusion,
        'n' => ConstraintKind::NotNull,
        't' => ConstraintKind::Trigger,
        other => return Err(unknown("kind", &format!("constraint {name}"), other)),
    })
}

/// The functions that each CHECK depends on, by the constraint's OID.
fn calls(
    transaction: &mut Transaction<'_>,
    relations: &[u32],
) -> Result<HashMap<u32, Vec<QualifiedName>>, Failure> {
    const SQL: &str = "SELECT k.oid, n.nspname, p.proname FROM pg_catalog.pg_constraint AS k \
        JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass \
        AND d.objid = k.oid AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass \
        JOIN pg_catalog.pg_proc AS p ON p.oid = d.refobjid \
        JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace \
        WHERE k.contype = 'c' AND k.conrelid = ANY ($1)";
    names(transaction, SQL, &[&relations])
}

/// The tables on which ordinary sessions do not run triggers of a foreign key, by the constraint's OID. Those on
/// partitions of the table that is pointed to are of further rows, which are the same foreign key.
fn disabled(
    transaction: &mut Transaction<'_>,
) -> Result<HashMap<u32, Vec<QualifiedName>>, Failure> {
    const SQL: &str = "WITH RECURSIVE disabled AS ( \
            SELECT k.oid, k.conrelid, k.conparentid, t.tgrelid FROM pg_catalog.pg_trigger AS t \
            JOIN pg_catalog.pg_constraint AS k ON k.oid = t.tgconstraint AND k.contype = 'f' \
            WHERE t.tgisinternal AND t.tgenabled IN ('D', 'R') \
        UNION SELECT p.oid, p.conrelid, p.conparentid, d.tgrelid FROM disabled AS d \
            JOIN pg_catalog.pg_constraint AS p ON p.oid = d.conparentid AND p.conrelid = d.conrelid) \
        SELECT d.oid, n.nspname, c.relname FROM disabled AS d JOIN pg_catalog.pg_class AS c ON c.oid = d.tgrelid \
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace";
    names(transaction, SQL, &[])
}

/// The names that a query has for each OID, sorted.
fn names(
    transaction: &mut Transaction<'_>,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<HashMap<u32, Vec<QualifiedName>>, Failure> {
    let mut names: HashMap<u32, Vec<QualifiedName>> = HashMap::new();
    each(transaction, sql, parameters, |mut row| {
        names.entry(row.next()?).or_default().push(row.name()?);
        Ok(())
    })?;
    for names in names.values_mut() {
        names.sort();
        names.dedup();
    }
    Ok(names)
}
