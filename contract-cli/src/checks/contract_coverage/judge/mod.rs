//! What is wrong with a jsonb column: each thing that has to be mended once.

mod check;
mod guard;

use super::{Coverage, Covered, EXTENSION, promises::Promise};
use crate::{
    catalog::Jsonb,
    name::{identifier, literal},
};
use contract_core::Manifest;

/// Something that is wrong with a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub rule: &'static str,
    pub is: String,
    /// What is to be known of it beside.
    pub detail: Option<String>,
    pub should: String,
    pub hint: Option<String>,
}

impl Problem {
    pub const UNKNOWN_TYPE: &str = "contract-type-unknown";
    pub const NO_EXTENSION: &str = "contract-extension-missing";

    fn new(rule: &'static str, is: impl Into<String>, should: impl Into<String>) -> Self {
        Self {
            rule,
            is: is.into(),
            detail: None,
            should: should.into(),
            hint: None,
        }
    }

    /// What is, whole.
    pub fn with_detail(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}: {detail}", self.is),
            None => self.is.clone(),
        }
    }

    fn with_hint(self, hint: String) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }
}

impl Coverage<'_> {
    /// All that is wrong with a column, what comes first first.
    pub(super) fn judge(&self, covered: &Covered<'_>) -> Vec<Problem> {
        if let Some(problem) = cannot_be_bound(covered) {
            return vec![problem];
        }
        // What nobody has registered has nothing to be held to.
        if let Some(problem) = self.registration(covered) {
            return vec![problem];
        }
        let Some(contract_type) = covered.contract_type.as_deref() else {
            return Vec::new();
        };
        let Some(manifest) = self.contracts.get(contract_type) else {
            return vec![unknown_type(contract_type)];
        };
        if !self.contracts.installed {
            return self
                .needs_check(manifest)
                .then(no_extension)
                .into_iter()
                .collect();
        }
        let check = self.check(covered, manifest);
        let guard = self.guard(covered, manifest, check.as_ref());
        check.into_iter().chain(guard).collect()
    }

    /// Whether somebody has said what the column holds.
    fn registration(&self, covered: &Covered<'_>) -> Option<Problem> {
        const RULE: &str = "jsonb-column-unregistered";
        let is_bound = covered.check.is_some() || covered.guard.is_some();
        let should = "a contract type for each jsonb column";
        match (&self.promises, covered.promise) {
            (None, _) if covered.contract_type.is_none() => {
                let is = match self.idle_check(covered) {
                    Some(idle) => format!("CHECK {} enforces no contract", identifier(&idle.name)),
                    None => "has no contract".to_owned(),
                };
                Some(Problem::new(RULE, is, should))
            }
            (None, _) => None,
            (Some(_), None) if is_bound => Some(Problem::new(
                "jsonb-column-not-in-matrix",
                format!(
                    "has a contract, {}, and no row of the matrix lists it",
                    covered.contract_type.as_deref().unwrap_or_default()
                ),
                "a matrix that lists each jsonb column with its contract type",
            )),
            (Some(_), None) => Some(Problem::new(
                RULE,
                "has no contract, and no row of the matrix lists it",
                should,
            )),
            (Some(_), Some(Promise { contract_type, .. })) => contract_type.is_none().then(|| {
                Problem::new(
                    "jsonb-column-without-contract-type",
                    "is in the matrix, without a contract type",
                    should,
                )
            }),
        }
    }

    /// Whether documents of a contract type have to be checked: the matrix says so, else the manifest.
    fn needs_check(&self, manifest: &Manifest) -> bool {
        self.promises
            .as_ref()
            .and_then(|promises| promises.contract(&manifest.contract_type))
            .and_then(|row| row.check_constraint)
            .unwrap_or(manifest.check_constraint)
    }
}

fn cannot_be_bound(covered: &Covered<'_>) -> Option<Problem> {
    let inside = match covered.column.jsonb? {
        Jsonb::Array => "an array",
        Jsonb::Composite => "a composite type",
        Jsonb::Plain | Jsonb::Domain => return None,
    };
    Some(Problem::new(
        "jsonb-column-cannot-be-bound",
        format!("has jsonb inside of {inside}, where no contract can be bound"),
        "documents in a column of type jsonb, with a contract",
    ))
}

fn unknown_type(contract_type: &str) -> Problem {
    Problem::new(
        Problem::UNKNOWN_TYPE,
        format!("contract type {contract_type} is not known"),
        "a contract type that is built in or registered in the database",
    )
}

fn no_extension() -> Problem {
    Problem::new(
        Problem::NO_EXTENSION,
        format!("the database does not have the extension {EXTENSION}"),
        "the extension, which enforces the contracts",
    )
    .with_hint(format!("CREATE EXTENSION {EXTENSION}"))
}

fn arguments(covered: &Covered<'_>) -> String {
    let table = literal(&covered.relation.name.to_string());
    format!("{table}, {}", literal(&covered.column.name))
}

fn bind(covered: &Covered<'_>, manifest: &Manifest) -> String {
    let contract_type = literal(&manifest.contract_type);
    format!(
        "SELECT contract.bind({}, {contract_type})",
        arguments(covered)
    )
}
