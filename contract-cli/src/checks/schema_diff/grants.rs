//! What roles may do with a relation. The owner's own rights are of no account.

use super::differences::{Differences, Text};
use crate::{
    catalog::{Grant, Relation, RelationKind},
    checks::Object,
    name::identifier,
};
use std::collections::{BTreeMap, BTreeSet};

/// What stands before a privilege that may be granted on.
const GRANT_OPTION: &str = "GRANT OPTION FOR ";

type Privileges<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

pub fn compare(should: &Relation, is: &Relation, differences: &mut Differences) {
    let (wanted, found) = (privileges(should), privileges(is));
    let roles: BTreeSet<&str> = wanted.keys().chain(found.keys()).copied().collect();
    let none = BTreeSet::new();
    for role in roles {
        if [&should.owner, &is.owner]
            .iter()
            .any(|owner| *owner == role)
        {
            continue;
        }
        let (wanted, found) = (
            wanted.get(role).unwrap_or(&none),
            found.get(role).unwrap_or(&none),
        );
        let statement = |word, privileges: &[&str], to| {
            let to_whom = match role {
                Grant::TO_ALL => "PUBLIC".to_owned(),
                role => identifier(role),
            };
            let kind = if is.kind == RelationKind::Sequence {
                "SEQUENCE "
            } else {
                ""
            };
            let one = |(option, privileges): (&str, String)| match (word, option) {
                ("GRANT", GRANT_OPTION) => format!(
                    "GRANT {privileges} ON {kind}{} TO {to_whom} WITH GRANT OPTION",
                    is.name
                ),
                _ => format!(
                    "{word} {option}{privileges} ON {kind}{} {to} {to_whom}",
                    is.name
                ),
            };
            by_option(privileges)
                .map(one)
                .collect::<Vec<_>>()
                .join("; ")
        };
        let lacking: Vec<&str> = wanted.difference(found).copied().collect();
        let mut beyond: Vec<&str> = found.difference(wanted).copied().collect();
        // Who may read the table may read each column.
        beyond.retain(|privilege| {
            !privilege
                .split_once(" (")
                .is_some_and(|(of_table, _)| wanted.contains(of_table))
        });
        let mut add = |rule, hint| {
            let text = Text {
                is: shown(found),
                should: shown(wanted),
                hint: Some(hint),
            };
            differences.add(Object::part(&is.name, "grant", role), rule, text);
        };
        if !lacking.is_empty() {
            add("grant-missing", statement("GRANT", &lacking, "TO"));
        }
        if !beyond.is_empty() {
            add("grant-not-migrated", statement("REVOKE", &beyond, "FROM"));
        }
    }
}

/// Whether the same roles may do the same.
pub fn same(one: &Relation, other: &Relation) -> bool {
    privileges(one) == privileges(other)
}

/// The privileges themselves, and those to grant them: `REVOKE` has to be told apart from `REVOKE GRANT OPTION FOR`.
fn by_option<'a>(privileges: &[&'a str]) -> impl Iterator<Item = (&'a str, String)> {
    let (options, plain): (Vec<&str>, Vec<&str>) = privileges
        .iter()
        .partition(|privilege| privilege.starts_with(GRANT_OPTION));
    let names = options.iter().map(|one| &one[GRANT_OPTION.len()..]);
    let options = names.collect::<Vec<_>>().join(", ");
    [("", plain.join(", ")), (GRANT_OPTION, options)]
        .into_iter()
        .filter(|(_, privileges)| !privileges.is_empty())
}

fn privileges(relation: &Relation) -> Privileges<'_> {
    let mut privileges = Privileges::new();
    for grant in &relation.grants {
        let of_role = privileges.entry(&grant.role).or_default();
        of_role.extend(grant.privileges.iter().map(String::as_str));
    }
    privileges
}

fn shown(privileges: &BTreeSet<&str>) -> String {
    if privileges.is_empty() {
        return "no privileges".to_owned();
    }
    privileges.iter().copied().collect::<Vec<_>>().join(", ")
}
