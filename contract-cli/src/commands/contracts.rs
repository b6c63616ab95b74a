//! The contract type that a command is about, and where it is taken from.

use super::Failure;
use crate::report::printable;
use clap::Args;
use contract_core::{
    ContractType, Registry, UnknownContractType,
    registry::{LoadErrors, ResolveError},
};
use std::{collections::BTreeSet, path::PathBuf, time::SystemTime};

#[derive(Args)]
pub struct ContractArgs {
    /// The contract type, such as `case_metadata`, or an old name of it that its manifest knows
    #[arg(value_name = "TYPE")]
    contract_type: String,
    /// Takes the contract types from a folder of manifests instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    contracts: Option<PathBuf>,
    /// Where TYPE is an old name: the context in which it is one
    #[arg(long, value_name = "CONTEXT")]
    context: Option<String>,
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
        let context = self.context.as_deref();
        registry
            .resolve(&self.contract_type, context, SystemTime::now())
            .map_err(|error| Failure::Usage(unresolved(&error, registry)))
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

/// Why there is no such contract type, and what there is instead.
fn unresolved(error: &ResolveError, registry: &Registry) -> String {
    let hint = match error {
        ResolveError::Expired { contract_type, .. } => format!("say {contract_type}"),
        ResolveError::Unknown(unknown) => instead_of(unknown, registry),
        _ => return printable(&error.to_string()).into_owned(),
    };
    format!(
        "{}\n  tip: {}",
        printable(&error.to_string()),
        printable(&hint)
    )
}

/// The contexts in which the name is an alias, else the nearest names, or all where none is near.
fn instead_of(unknown: &UnknownContractType, registry: &Registry) -> String {
    let aliases = registry
        .iter()
        .flat_map(|contract| &contract.manifest().aliases);
    let contexts: BTreeSet<&str> = aliases
        .filter(|alias| alias.alias == unknown.name())
        .filter_map(|alias| alias.context.as_deref())
        .collect();
    let known: Vec<&str> = registry.iter().map(ContractType::name).collect();
    if !contexts.is_empty() {
        let contexts: Vec<&str> = contexts.into_iter().collect();
        return format!(
            "it is an old name with --context {}",
            contexts.join(", or ")
        );
    }
    match (unknown.nearest(), known.as_slice()) {
        ([], []) => "there is no contract type at all".to_owned(),
        ([], known) => format!("known are {}", known.join(", ")),
        (nearest, _) => format!("nearest are {}", nearest.join(", ")),
    }
}
