//! Functions and procedures, and the contract types among them, from `pg_proc`.

use super::{OWN_SCHEMA, no_member, roles::RoleNames, row::each};
use crate::{
    catalog::{Function, RegisteredType},
    commands::Failure,
};
use postgres::Transaction;

/// The language of contract types.
const OF_CONTRACT_TYPES: &str = "jsonb_contract";

/// The functions but contract types, and these.
pub fn read(
    transaction: &mut Transaction<'_>,
    roles: &RoleNames,
) -> Result<(Vec<Function>, Vec<RegisteredType>), Failure> {
    // An aggregate has no body, and `pg_get_functiondef` refuses it. The constructors of a range type are part
    // of it.
    let sql = format!(
        "SELECT n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes), l.lanname, \
         p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype, p.prosrc, \
         CASE WHEN p.prokind = 'a' THEN 'AGGREGATE ' || p.oid::pg_catalog.regprocedure::pg_catalog.text \
         WHEN l.lanname <> '{OF_CONTRACT_TYPES}' THEN pg_catalog.pg_get_functiondef(p.oid) ELSE '' END, p.proowner \
         FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace \
         JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang WHERE {OWN_SCHEMA} AND {} \
         AND p.oid NOT IN (SELECT d.objid FROM pg_catalog.pg_depend AS d WHERE d.deptype = 'i' \
             AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)",
        no_member("pg_proc", "p.oid")
    );
    let (mut functions, mut contract_types) = (Vec::new(), Vec::new());
    each(transaction, &sql, &[], |mut row| {
        let function = Function {
            name: row.name()?,
            arguments: row.next()?,
            language: row.next()?,
            returns_trigger: row.next()?,
            body: row.next()?,
            definition: row.next()?,
            owner: roles.get(row.next()?),
        };
        if function.language == OF_CONTRACT_TYPES {
            contract_types.push(RegisteredType {
                name: function.name,
                body: function.body,
            });
        } else {
            functions.push(function);
        }
        Ok(())
    })?;
    functions.sort_by(|a, b| (&a.name, &a.arguments).cmp(&(&b.name, &b.arguments)));
    contract_types.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((functions, contract_types))
}

/// The functions of the extension that enforce contracts, where they are no longer those of its library.
pub fn replaced(transaction: &mut Transaction<'_>) -> Result<Vec<String>, Failure> {
    const SQL: &str = "SELECT p.oid::pg_catalog.regprocedure::pg_catalog.text \
        FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang \
        JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass \
        AND d.objid = p.oid AND d.deptype = 'e' \
        JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'jsonb_contract' \
        WHERE p.proname IN ('check', 'conforms', 'guard', 'is_valid', 'is_writable') \
        AND (l.lanname <> 'c' OR pg_catalog.strpos(p.probin::pg_catalog.text, 'jsonb_contract') = 0)";
    let mut functions = Vec::new();
    each(transaction, SQL, &[], |mut row| {
        functions.push(row.next()?);
        Ok(())
    })?;
    functions.sort();
    Ok(functions)
}
