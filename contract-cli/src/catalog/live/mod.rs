//! The catalog of a live database, read in one transaction that writes nothing.
//!
//! Only `pg_catalog` is read, which every role may do: neither rights on a table nor on its schema are needed.
//! Every name is qualified and `search_path` is empty, so that nothing of the database itself is run, and
//! Postgres deparses every expression with qualified names.

mod constraints;
mod functions;
mod indexes;
mod jsonb;
mod policies;
mod relations;
mod roles;
mod row;
mod rules;
mod stamp;
mod triggers;
mod types;

use super::{Catalog, Grant, SchemaGrant};
use crate::commands::Failure;
use postgres::{Client, IsolationLevel, Transaction};
use relations::Relations;
use roles::RoleNames;
use row::each;
use stamp::Stamp;

/// The oldest major version whose catalog this reads.
const OLDEST: u32 = 15;

/// What Postgres's deparsing depends on. To compile a query of the catalog takes longer than to run it, and each
/// parallel worker would fill caches of its own.
const SETTINGS: &str = "\
SET LOCAL search_path = ''; SET LOCAL quote_all_identifiers = off; \
SET LOCAL standard_conforming_strings = on; SET LOCAL \"DateStyle\" = 'ISO, YMD'; \
SET LOCAL \"IntervalStyle\" = 'postgres'; SET LOCAL \"TimeZone\" = 'UTC'; SET LOCAL extra_float_digits = 1; \
SET LOCAL bytea_output = 'hex'; SET LOCAL lc_monetary = 'C'; \
SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0";

/// The condition for a schema `n` that is not Postgres's own.
const OWN_SCHEMA: &str = "(n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')";

/// How often the catalog is read where it changes meanwhile.
const ATTEMPTS: u32 = 5;

/// Reads the facts of a database.
///
/// # Errors
///
/// The connection fails, the server is older than Postgres 15, its catalog has what is not known here, or
/// changes each time while it is read.
pub fn read(client: &mut Client) -> Result<Catalog, Failure> {
    read_unchanged(client).map_err(|failure| match failure {
        Failure::CouldNotRun(reason) => {
            Failure::CouldNotRun(format!("the catalog cannot be read: {reason}"))
        }
        other => other,
    })
}

/// A reading during which the catalog stayed as it was; one that failed counts too, for what is looked up
/// may have gone meanwhile.
fn read_unchanged(client: &mut Client) -> Result<Catalog, Failure> {
    for _ in 0..ATTEMPTS {
        let mut transaction = begin(client)?;
        let server_version = server_version(&mut transaction)?;
        let before = Stamp::take(&mut transaction)?;
        let result = facts(&mut transaction, server_version);
        if let Err(error) = transaction.rollback() {
            // Where the connection has ended, the first error says why.
            return result.and(Err(error.into()));
        }
        if Stamp::take(&mut begin(client)?)? == before {
            return result;
        }
    }
    Err(Failure::CouldNotRun(
        "it changes while it is read\n  tip: run it again when no migration is running".to_owned(),
    ))
}

/// A transaction that sees one state of the catalog and writes nothing.
fn begin(client: &mut Client) -> Result<Transaction<'_>, Failure> {
    let mut transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()?;
    transaction.batch_execute(SETTINGS)?;
    Ok(transaction)
}

fn facts(transaction: &mut Transaction<'_>, server_version: u32) -> Result<Catalog, Failure> {
    let (roles, role_names) = roles::read(transaction, server_version)?;
    let mut relations = Relations::read(transaction, &role_names)?;
    constraints::read(transaction, &mut relations, server_version)?;
    indexes::read(transaction, &mut relations)?;
    policies::read(transaction, &mut relations, &role_names)?;
    triggers::read(transaction, &mut relations)?;
    rules::read(transaction, &mut relations)?;
    let (functions, contract_types) = functions::read(transaction, &role_names)?;
    Ok(Catalog {
        format: Catalog::FORMAT,
        server_version,
        schemas: schemas(transaction)?,
        schema_grants: schema_grants(transaction, &role_names)?,
        extensions: extensions(transaction)?,
        roles,
        relations: relations.sorted(),
        types: types::read(transaction)?,
        functions,
        contract_types,
        replaced_functions: functions::replaced(transaction)?,
    })
}

/// The major version.
fn server_version(transaction: &mut Transaction<'_>) -> Result<u32, Failure> {
    let row = transaction.query_one(
        "SELECT pg_catalog.current_setting('server_version_num')",
        &[],
    )?;
    let number: &str = row.try_get(0)?;
    match number.parse::<u32>().map(|number| number / 10_000) {
        Ok(version) if version >= OLDEST => Ok(version),
        Ok(version) => Err(Failure::CouldNotRun(format!(
            "the server is Postgres {version}: the catalog is read of Postgres {OLDEST} or later"
        ))),
        Err(_) => Err(Failure::CouldNotRun(format!(
            "the server's version {number} is no number"
        ))),
    }
}

fn schemas(transaction: &mut Transaction<'_>) -> Result<Vec<String>, Failure> {
    let sql = format!("SELECT n.nspname FROM pg_catalog.pg_namespace AS n WHERE {OWN_SCHEMA}");
    let mut schemas: Vec<String> = Vec::new();
    each(transaction, &sql, &[], |mut row| {
        schemas.push(row.next()?);
        Ok(())
    })?;
    schemas.sort();
    Ok(schemas)
}

fn schema_grants(
    transaction: &mut Transaction<'_>,
    roles: &RoleNames,
) -> Result<Vec<SchemaGrant>, Failure> {
    let sql = format!(
        "SELECT n.nspname, acl.grantee, \
         pg_catalog.array_agg(DISTINCT acl.privilege_type ORDER BY acl.privilege_type) \
         FROM pg_catalog.pg_namespace AS n, pg_catalog.aclexplode(n.nspacl) AS acl \
         WHERE {OWN_SCHEMA} AND acl.grantee <> n.nspowner GROUP BY n.nspname, acl.grantee"
    );
    let mut grants: Vec<SchemaGrant> = Vec::new();
    each(transaction, &sql, &[], |mut row| {
        grants.push(SchemaGrant {
            schema: row.next()?,
            grant: Grant {
                role: roles.get(row.next()?),
                privileges: row.next()?,
            },
        });
        Ok(())
    })?;
    grants.sort_by(|a, b| (&a.schema, &a.grant.role).cmp(&(&b.schema, &b.grant.role)));
    Ok(grants)
}

fn extensions(transaction: &mut Transaction<'_>) -> Result<Vec<super::Extension>, Failure> {
    const SQL: &str = "SELECT e.extname, e.extversion, n.nspname \
        FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace";
    let mut extensions = Vec::new();
    each(transaction, SQL, &[], |mut row| {
        extensions.push(super::Extension {
            name: row.next()?,
            version: row.next()?,
            schema: row.next()?,
        });
        Ok(())
    })?;
    extensions.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(extensions)
}

/// The condition for an object of a catalog that is no member of an extension.
fn no_member(catalog: &str, oid: &str) -> String {
    format!(
        "{oid} NOT IN (SELECT member.objid FROM pg_catalog.pg_depend AS member WHERE member.deptype = 'e' \
         AND member.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass)"
    )
}
