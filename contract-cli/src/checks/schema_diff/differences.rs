//! The differences that are found, and which of them go with others.

use crate::{
    catalog::{Catalog, QualifiedName},
    checks::{Finding, Object},
};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be said of a difference, beside its object and rule.
pub struct Text {
    pub is: String,
    pub should: String,
    pub hint: Option<String>,
}

#[derive(Default)]
pub struct Differences {
    found: Vec<Difference>,
    /// Differences that go with the one of an object.
    along: BTreeMap<Object, Vec<Finding>>,
}

struct Difference {
    finding: Finding,
    /// Whether the object is one that a parent hands down.
    inherited: bool,
}

impl Differences {
    pub fn add(&mut self, object: Object, rule: &'static str, text: Text) {
        self.add_handed_down(object, rule, text, false);
    }

    /// A difference of a part that a parent hands down where `inherited`, which goes with that of the parent.
    pub fn add_handed_down(
        &mut self,
        object: Object,
        rule: &'static str,
        text: Text,
        inherited: bool,
    ) {
        let finding = finding(object, rule, text);
        self.found.push(Difference { finding, inherited });
    }

    /// A difference that goes with that of `cause`, where there is one.
    pub fn add_along(
        &mut self,
        cause: Option<Object>,
        object: Object,
        rule: &'static str,
        text: Text,
    ) {
        match cause.filter(|cause| *cause != object) {
            Some(cause) => {
                let along = self.along.entry(cause).or_default();
                along.push(finding(object, rule, text));
            }
            None => self.add(object, rule, text),
        }
    }

    /// One finding for each change.
    pub fn findings(mut self, should: &Catalog) -> Vec<Finding> {
        self.drop_handed_down(should);
        let mut findings: Vec<Finding> =
            self.found.into_iter().map(|found| found.finding).collect();
        findings.sort();
        // A cause may go with another one: from the last back to the first.
        loop {
            let causes: BTreeSet<&Object> =
                findings.iter().map(|finding| &finding.object).collect();
            let nested: BTreeSet<&Object> = self
                .along
                .values()
                .flatten()
                .map(|along| &along.object)
                .collect();
            let known = |cause: &Object| causes.contains(cause) || nested.contains(cause);
            let lost: Vec<Object> = self
                .along
                .keys()
                .filter(|cause| !known(cause))
                .cloned()
                .collect();
            if lost.is_empty() {
                break;
            }
            // What was taken for the cause turned out to be no difference.
            for cause in lost {
                findings.extend(self.along.remove(&cause).into_iter().flatten());
            }
        }
        for finding in &mut findings {
            let mut along = Vec::new();
            collect(&mut self.along, &finding.object, &mut along);
            if !along.is_empty() {
                finding.is = format!("{}, and with it {}", finding.is, along.join(", "));
            }
        }
        // Causes that only go with one another would be lost.
        findings.extend(self.along.into_values().flatten());
        findings.sort();
        findings
    }

    fn drop_handed_down(&mut self, should: &Catalog) {
        let key = |finding: &Finding, table: &QualifiedName| {
            (
                table.clone(),
                finding.rule,
                finding.object.kind,
                finding.object.name.clone(),
                finding.is.clone(),
            )
        };
        let all: BTreeSet<_> = self
            .found
            .iter()
            .filter_map(|found| Some(key(&found.finding, found.finding.object.table.as_ref()?)))
            .collect();
        self.found.retain(|found| {
            let table = found.finding.object.table.as_ref();
            let relation = table.and_then(|table| should.relation(table));
            let mut parents = relation.into_iter().flat_map(|relation| &relation.parents);
            !(found.inherited && parents.any(|parent| all.contains(&key(&found.finding, parent))))
        });
    }
}

fn finding(object: Object, rule: &'static str, text: Text) -> Finding {
    Finding {
        object,
        rule,
        is: text.is,
        should: text.should,
        hint: text.hint,
        matrix_line: None,
    }
}

/// What goes with the difference of an object, and with that.
fn collect(along: &mut BTreeMap<Object, Vec<Finding>>, cause: &Object, texts: &mut Vec<String>) {
    let mut findings = along.remove(cause).unwrap_or_default();
    findings.sort();
    for finding in findings {
        texts.push(finding.object.to_string());
        collect(along, &finding.object, texts);
    }
}
