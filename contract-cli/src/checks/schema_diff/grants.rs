//! What roles may do with a relation. The owner's own rights are of no account.

use super::differences::{Differences, Text};
use crate::{
    catalog::{Grant, Relation, RelationKind},
    checks::Object,
    name::identifier,
};
use std::collections::{BTreeMap, BTreeSet};

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
            let privileges = privileges.join(", ");
            format!("{word} {privileges} ON {kind}{} {to} {to_whom}", is.name)
        };
        let lacking: Vec<&str> = wanted.difference(found).copied().collect();
        let beyond: Vec<&str> = found.difference(wanted).copied().collect();
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
