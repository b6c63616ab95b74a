//! A contract type as a backend has it: a plan that gives the verdict, and the general validator that
//! explains it, compiled once it is asked for.

use crate::{
    document::Document,
    report,
    watch::{Backend, Stored},
};
use contract_core::{
    ContractType, ContractValidator, SchemaError, Values, Violations,
    plan::{ContractPlan, Plan},
};
use std::sync::OnceLock;

/// A contract type, compiled.
pub struct Compiled {
    pub contract: ContractType,
    plan: ContractPlan<Backend>,
    general: OnceLock<ContractValidator<Stored>>,
}

impl Compiled {
    /// Compiles a contract type whose schemas are known to be JSON Schemas.
    ///
    /// # Errors
    ///
    /// The version whose schema does not compile, and why.
    pub fn trusted(contract: ContractType) -> Result<Self, (u32, SchemaError)> {
        Ok(Self {
            plan: ContractPlan::compile(&contract)?,
            general: OnceLock::new(),
            contract,
        })
    }

    /// Compiles a contract type for both, so that a schema that is none is found now.
    ///
    /// # Errors
    ///
    /// As [`Compiled::trusted`].
    pub fn checked(contract: ContractType) -> Result<Self, (u32, SchemaError)> {
        let general = OnceLock::from(contract.compile()?);
        Ok(Self {
            general,
            ..Self::trusted(contract)?
        })
    }

    /// The name of the contract type.
    pub fn name(&self) -> &str {
        self.contract.name()
    }

    /// The bytes of memory that this takes, roughly.
    pub fn weight(&self) -> usize {
        // A plan weighs no more than what it is beside: it is smaller, or has the general validator in it.
        2 * self.general.get().map_or(0, ContractValidator::weight)
    }

    /// Whether the document is valid.
    pub fn is_valid(&self, document: &Document) -> bool {
        document.fetch_next_row();
        self.plan
            .is_valid(document.bytes())
            .unwrap_or_else(|unreadable| report::unreadable(unreadable))
    }

    /// All that is wrong with the document.
    pub fn explain<'d>(&'d self, document: &'d Document) -> Option<Violations> {
        let general = self.general.get_or_init(|| {
            self.contract
                .compile()
                .unwrap_or_else(|(version, error)| panic!("{} {version}: {error}", self.name()))
        });
        general.explain(Stored::node(document.root()), Values::Masked)
    }
}

/// Whether the document is valid by a plan.
pub fn is_valid(plan: &Plan<Backend>, document: &Document) -> bool {
    document.fetch_next_row();
    plan.is_valid(document.bytes())
        .unwrap_or_else(|unreadable| report::unreadable(unreadable))
}
