//! Things of a catalog by their names.

use super::{Catalog, Function, QualifiedName, Relation, Role};
use std::collections::BTreeSet;

impl Catalog {
    /// The relation of that name.
    pub fn relation(&self, name: &QualifiedName) -> Option<&Relation> {
        let found = self
            .relations
            .binary_search_by(|relation| relation.name.cmp(name));
        found.ok().map(|index| &self.relations[index])
    }

    /// The role of that name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        let found = self
            .roles
            .binary_search_by(|role| role.name.as_str().cmp(name));
        found.ok().map(|index| &self.roles[index])
    }

    /// The function of that name that triggers call; none where it is part of an extension.
    pub fn trigger_function(&self, name: &QualifiedName) -> Option<&Function> {
        let first = self
            .functions
            .partition_point(|function| function.name < *name);
        self.functions[first..]
            .iter()
            .take_while(|function| function.name == *name)
            .find(|function| function.returns_trigger)
    }

    /// The roles that a role is a member of, directly or not, itself included.
    pub fn groups<'a>(&'a self, role: &'a str) -> BTreeSet<&'a str> {
        let mut groups = BTreeSet::new();
        let mut next = vec![role];
        while let Some(name) = next.pop() {
            if groups.insert(name)
                && let Some(role) = self.role(name)
            {
                next.extend(role.member_of.iter().map(String::as_str));
            }
        }
        groups
    }
}
