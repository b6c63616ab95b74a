//! The contract type that a command is about, and where it is taken from.

use super::Failure;
use crate::report::printable;
use clap::Args;
use contract_core::{ContractType, Registry, UnknownContractType, registry::LoadErrors};
use std::path::PathBuf;

#[derive(Args)]
pub struct ContractArgs {
    /// The contract type, such as `case_metadata`
    #[arg(value_name = "TYPE")]
    contract_type: String,
    /// Takes the contract types from a folder of manifests instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    contracts: Option<PathBuf>,
}

impl ContractArgs {
    /// The contract types of the folder; `None` where the built-in ones are meant.
    pub fn load(&self) -> Result<Option<Registry>, LoadErrors> {
        self.contracts
            .as_deref()
            .map(Registry::from_folder)
            .transpose()
    }

    /// The contract type, of what was loaded.
    pub fn find<'r>(&self, loaded: Option<&'r Registry>) -> Result<&'r ContractType, Failure> {
        let registry = loaded.unwrap_or_else(|| Registry::builtin());
        registry
            .get(&self.contract_type)
            .map_err(|error| Failure::Usage(unknown(&error, registry)))
    }
}

/// Manifests that cannot be used, for a command without a report of its own.
impl From<LoadErrors> for Failure {
    fn from(errors: LoadErrors) -> Self {
        let problems = errors.iter().map(|(file, problem)| {
            let problem = format!("{}: {problem}", file.display());
            format!("\n  {}", printable(&problem))
        });
        let problems: String = problems.collect();
        Self::Usage(format!("the contract types cannot be loaded{problems}"))
    }
}

/// The version, where the contract type has it.
pub fn known_version(contract: &ContractType, version: u32) -> Result<u32, Failure> {
    if contract.may_read(version) {
        return Ok(version);
    }
    let readable = match contract.read_range().into_inner() {
        (low, high) if low == high => format!("is {low}"),
        (low, high) => format!("are {low} to {high}"),
    };
    Err(Failure::Usage(format!(
        "version {version} of {} is not known, readable {readable}",
        contract.name()
    )))
}

/// `contract type "x" is not known`, with the nearest names, or all where none is near.
fn unknown(error: &UnknownContractType, registry: &Registry) -> String {
    let known: Vec<&str> = registry.iter().map(ContractType::name).collect();
    let hint = match (error.nearest(), known.as_slice()) {
        ([], []) => "there is no contract type at all".to_owned(),
        ([], known) => format!("known are {}", known.join(", ")),
        (nearest, _) => format!("nearest are {}", nearest.join(", ")),
    };
    format!("{}\n  tip: {hint}", printable(&error.to_string()))
}
