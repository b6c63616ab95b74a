//! Rules of relations, from `pg_rewrite`.

use super::{relations::Relations, row::each, triggers::state};
use crate::{catalog::Rule, commands::Failure};
use postgres::Transaction;

/// Adds the rules to their relations. The query of a view is kept as a rule too, by this name alone.
pub fn read(transaction: &mut Transaction<'_>, relations: &mut Relations) -> Result<(), Failure> {
    const SQL: &str = "SELECT r.ev_class, r.rulename, r.ev_enabled, pg_catalog.pg_get_ruledef(r.oid) \
        FROM pg_catalog.pg_rewrite AS r WHERE r.ev_class = ANY ($1) AND r.rulename <> '_RETURN'";
    let oids = relations.oids().to_vec();
    each(transaction, SQL, &[&oids], |mut row| {
        let relation: u32 = row.next()?;
        let name: String = row.next()?;
        let rule = Rule {
            enabled: state("rule", &name, row.letter()?)?,
            name,
            definition: row.next()?,
        };
        relations.get(relation).rules.push(rule);
        Ok(())
    })
}
