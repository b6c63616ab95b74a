//! Roles of the cluster, from `pg_roles`: `pg_authid` is for superusers.

use super::row::each;
use crate::{
    catalog::{Grant, Role},
    commands::Failure,
};
use postgres::Transaction;
use std::collections::HashMap;

/// The names of all roles, Postgres's own too, by OID.
pub struct RoleNames(HashMap<u32, String>);

impl RoleNames {
    /// The name of a role, or of PUBLIC. A role that is not there is written as Postgres does.
    pub fn get(&self, oid: u32) -> String {
        match self.0.get(&oid) {
            _ if oid == 0 => Grant::TO_ALL.to_owned(),
            Some(name) => name.clone(),
            None => format!("unknown (OID={oid})"),
        }
    }
}

/// The roles but Postgres's own, and the names of all.
pub fn read(
    transaction: &mut Transaction<'_>,
    server_version: u32,
) -> Result<(Vec<Role>, RoleNames), Failure> {
    // Since Postgres 16 each membership says whether it inherits; the role's own mark is the default for new ones.
    let inherits = if server_version >= 16 {
        "COALESCE((SELECT pg_catalog.bool_or(m.inherit_option) FROM pg_catalog.pg_auth_members AS m \
         WHERE m.member = r.oid), r.rolinherit)"
    } else {
        "r.rolinherit"
    };
    let sql = format!(
        "SELECT r.oid, r.rolname, r.rolsuper, r.rolbypassrls, r.rolcanlogin, {inherits}, r.rolcreaterole, \
         ARRAY(SELECT DISTINCT m.roleid FROM pg_catalog.pg_auth_members AS m WHERE m.member = r.oid) \
         FROM pg_catalog.pg_roles AS r"
    );
    let mut names = HashMap::new();
    let mut roles: Vec<(Role, Vec<u32>)> = Vec::new();
    each(transaction, &sql, &[], |mut row| {
        let oid: u32 = row.next()?;
        let name: String = row.next()?;
        names.insert(oid, name.clone());
        let role = Role {
            name,
            superuser: row.next()?,
            bypass_rls: row.next()?,
            login: row.next()?,
            inherit: row.next()?,
            creates_roles: row.next()?,
            member_of: Vec::new(),
        };
        roles.push((role, row.next()?));
        Ok(())
    })?;
    let names = RoleNames(names);
    let mut roles: Vec<Role> = roles
        .into_iter()
        .filter(|(role, _)| !role.name.starts_with("pg_"))
        .map(|(role, member_of)| {
            let mut member_of: Vec<String> =
                member_of.into_iter().map(|oid| names.get(oid)).collect();
            member_of.sort();
            Role { member_of, ..role }
        })
        .collect();
    roles.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((roles, names))
}
