//! Policies of relations, from `pg_policy`.

use super::{
    relations::Relations,
    roles::RoleNames,
    row::{each, unknown},
};
use crate::{
    catalog::{Policy, PolicyCommand},
    commands::Failure,
};
use postgres::Transaction;

/// Adds the policies to their relations.
pub fn read(
    transaction: &mut Transaction<'_>,
    relations: &mut Relations,
    role_names: &RoleNames,
) -> Result<(), Failure> {
    const SQL: &str = "SELECT p.polrelid, p.polname, p.polpermissive, p.polcmd, p.polroles, \
        pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) \
        FROM pg_catalog.pg_policy AS p WHERE p.polrelid = ANY ($1)";
    let oids = relations.oids().to_vec();
    each(transaction, SQL, &[&oids], |mut row| {
        let relation = row.next()?;
        let name: String = row.next()?;
        let permissive = row.next()?;
        let command = match row.letter()? {
            '*' => PolicyCommand::All,
            'r' => PolicyCommand::Select,
            'a' => PolicyCommand::Insert,
            'w' => PolicyCommand::Update,
            'd' => PolicyCommand::Delete,
            other => return Err(unknown("command", &format!("policy {name}"), other)),
        };
        let roles: Vec<u32> = row.next()?;
        let mut roles: Vec<String> = roles.into_iter().map(|oid| role_names.get(oid)).collect();
        roles.sort();
        roles.dedup();
        let policy = Policy {
            name,
            permissive,
            command,
            roles,
            using: row.next()?,
            with_check: row.next()?,
        };
        relations.get(relation).policies.push(policy);
        Ok(())
    })
}
