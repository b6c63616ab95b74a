//! The schema diff: two catalogs against each other, one finding for each change.
//!
//! What goes with something else is told with that: a column that is not there takes its indexes along.

mod columns;
mod constraints;
mod differences;
mod grants;
mod indexes;
mod lacking;
mod others;
mod partition_bound;
mod partitions;
mod policies;
mod relations;
mod renames;
mod rules;
mod sequences;
mod triggers;
mod words;

use super::Finding;
use crate::{
    catalog::{Catalog, QualifiedName},
    expression::canonical::Form,
    guardrail::Matrix,
};
use differences::Differences;
use lacking::Lacking;
use renames::Renames;
use std::collections::BTreeMap;

/// Two catalogs, and what is known of how they differ before their parts are looked at.
struct Comparison<'a> {
    /// What the migrations make.
    should: &'a Catalog,
    /// What the database has.
    is: &'a Catalog,
    matrix: &'a Matrix,
    /// What the migrations make and the database lacks.
    missing: Lacking<'a>,
    /// What the database has and no migration makes.
    extra: Lacking<'a>,
    renames: Renames<'a>,
}

/// What the database has otherwise than the migrations make it.
pub fn findings(should: &Catalog, is: &Catalog, matrix: &Matrix) -> Vec<Finding> {
    let missing = Lacking::between(should, is);
    let extra = Lacking::between(is, should);
    let comparison = Comparison {
        renames: Renames::between(should, is, &missing, &extra),
        should,
        is,
        matrix,
        missing,
        extra,
    };
    let mut differences = Differences::default();
    others::compare(&comparison, &mut differences);
    relations::compare(&comparison, &mut differences);
    differences.findings(should)
}

impl Comparison<'_> {
    /// Whether two texts of a table mean the same, but for names that are others in the database.
    fn same(
        &self,
        table: &QualifiedName,
        should: &str,
        is: &str,
        form: impl Fn(&str) -> Option<Form>,
    ) -> bool {
        let same_form = || {
            let (should_be, found) = (form(should)?, form(is)?);
            Some(should_be == found || self.renames.apply(table, should, should_be) == found)
        };
        should == is || same_form().unwrap_or(false)
    }
}

/// Things of both sides by what tells them apart.
struct Paired<'a, T> {
    both: Vec<(&'a T, &'a T)>,
    missing: Vec<&'a T>,
    extra: Vec<&'a T>,
}

impl<'a, T> Paired<'a, T> {
    fn new<K: Ord>(should: &'a [T], is: &'a [T], key: impl Fn(&'a T) -> K) -> Self {
        let mut found: BTreeMap<K, &'a T> = is.iter().map(|one| (key(one), one)).collect();
        let (mut both, mut missing) = (Vec::new(), Vec::new());
        for one in should {
            match found.remove(&key(one)) {
                Some(other) => both.push((one, other)),
                None => missing.push(one),
            }
        }
        Self {
            both,
            missing,
            extra: found.into_values().collect(),
        }
    }

    /// Takes out what is missing and there under another name.
    fn renamed(&mut self, same: impl Fn(&T, &T) -> bool) -> Vec<(&'a T, &'a T)> {
        let mut renamed = Vec::new();
        self.missing.retain(|missing| {
            let found = self.extra.iter().position(|extra| same(missing, extra));
            if let Some(index) = found {
                renamed.push((*missing, self.extra.remove(index)));
            }
            found.is_none()
        });
        renamed
    }
}

#[cfg(test)]
mod tests;
