//! Contract types by name.

use crate::{
    builtin,
    contract::ContractType,
    lock,
    manifest::{Alias, Manifest, Problem, SCHEMA_FILE},
    name,
    violation::printable,
};
use std::{
    collections::BTreeMap,
    error::Error,
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::SystemTime,
};

/// Contract types by name, in the order of their names.
#[derive(Debug, Default)]
pub struct Registry {
    types: BTreeMap<String, ContractType>,
}

impl Registry {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The contract types that are built in.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Registry> = LazyLock::new(|| Registry {
            types: builtin::contract_types()
                .map(|contract| (contract.name().to_owned(), contract))
                .collect(),
        });
        &BUILTIN
    }

    /// Reads every manifest of a folder: the files whose names end in `.json`, without the schema of
    /// the manifest itself.
    ///
    /// # Errors
    ///
    /// All problems of all files: a file that cannot be read or is not JSON, a manifest that is not
    /// valid, a file whose name is not the contract type's name, an alias that another file has.
    pub fn from_folder(folder: &Path) -> Result<Self, LoadErrors> {
        let mut registry = Self::new();
        let mut errors = Vec::new();
        for path in manifest_files(folder)? {
            match read_file(&path) {
                Ok(contract) => match registry.alias_conflict(&contract) {
                    Some((path_in_file, message)) => {
                        errors.push((path, vec![Problem::new(path_in_file, message)]));
                    }
                    None => {
                        registry.types.insert(contract.name().to_owned(), contract);
                    }
                },
                Err(problems) => errors.push((path, problems)),
            }
        }
        if errors.is_empty() {
            Ok(registry)
        } else {
            Err(LoadErrors(errors))
        }
    }

    /// Adds a contract type.
    ///
    /// # Errors
    ///
    /// A type of this name is there already: a released contract is never replaced.
    pub fn insert(&mut self, contract: ContractType) -> Result<(), DuplicateContractType> {
        if self.types.contains_key(contract.name()) {
            return Err(DuplicateContractType(contract.name().to_owned()));
        }
        self.types.insert(contract.name().to_owned(), contract);
        Ok(())
    }

    /// The contract type of that name.
    ///
    /// # Errors
    ///
    /// No such type; the error has the nearest names.
    pub fn get(&self, name: &str) -> Result<&ContractType, UnknownContractType> {
        self.types.get(name).ok_or_else(|| UnknownContractType {
            name: name.to_owned(),
            nearest: name::nearest(name, self.types.keys().map(String::as_str))
                .into_iter()
                .map(str::to_owned)
                .collect(),
        })
    }

    /// The contract type of that name, or with that alias: in `context`, else everywhere.
    ///
    /// # Errors
    ///
    /// No such type or alias; or the alias has expired before `now`, and the error has the new name.
    ///
    /// ```
    /// use contract_core::Registry;
    /// use std::time::SystemTime;
    /// let known = Registry::builtin();
    /// assert!(known.resolve("case_metadata", None, SystemTime::now()).is_ok());
    /// assert!(known.resolve("cases", Some("api"), SystemTime::now()).is_err());
    /// ```
    pub fn resolve(
        &self,
        name: &str,
        context: Option<&str>,
        now: SystemTime,
    ) -> Result<&ContractType, ResolveError> {
        let unknown = match self.get(name) {
            Ok(contract) => return Ok(contract),
            Err(unknown) => unknown,
        };
        let (contract, alias) = [context, None]
            .into_iter()
            .find_map(|context| self.with_alias(name, context))
            .ok_or(ResolveError::Unknown(unknown))?;
        if alias.is_in_force(now) {
            return Ok(contract);
        }
        Err(ResolveError::Expired {
            alias: name.to_owned(),
            contract_type: contract.name().to_owned(),
            expired_at: alias.expires_at.clone().unwrap_or_default(),
        })
    }

    fn with_alias(&self, name: &str, context: Option<&str>) -> Option<(&ContractType, &Alias)> {
        self.iter().find_map(|contract| {
            let mut aliases = contract.manifest().aliases.iter();
            let alias =
                aliases.find(|alias| alias.alias == name && alias.context.as_deref() == context)?;
            Some((contract, alias))
        })
    }

    /// The first name of `contract` that another contract type has: where in its manifest, and why not.
    #[must_use]
    pub fn alias_conflict(&self, contract: &ContractType) -> Option<(String, String)> {
        let others = || self.iter().filter(|other| other.name() != contract.name());
        let taken = others().find_map(|other| {
            let mut aliases = other.manifest().aliases.iter();
            aliases
                .any(|alias| alias.alias == contract.name())
                .then(|| format!("is an alias of \"{}\"", other.name()))
        });
        if let Some(message) = taken {
            return Some(("/contract_type".to_owned(), message));
        }
        let aliases = contract.manifest().aliases.iter().enumerate();
        aliases.into_iter().find_map(|(index, alias)| {
            let other = others().find(|other| {
                other.name() == alias.alias
                    || other.manifest().aliases.iter().any(|theirs| {
                        (&theirs.alias, &theirs.context) == (&alias.alias, &alias.context)
                    })
            })?;
            Some((
                format!("/aliases/{index}/alias"),
                format!("belongs to contract type \"{}\" already", other.name()),
            ))
        })
    }

    /// The contract types, in the order of their names.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ContractType> {
        self.types.values()
    }
}

fn manifest_files(folder: &Path) -> Result<Vec<PathBuf>, LoadErrors> {
    let fail = |error: &io::Error| {
        LoadErrors(vec![(
            folder.to_owned(),
            vec![Problem::new("", format!("cannot be read: {error}"))],
        )])
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| fail(&error))? {
        let path = entry.map_err(|error| fail(&error))?.path();
        let is_manifest = path
            .extension()
            .is_some_and(|extension| extension == "json")
            && path
                .file_name()
                .is_some_and(|name| name != SCHEMA_FILE && name != lock::LOCK_FILE);
        if is_manifest {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_file(path: &Path) -> Result<ContractType, Vec<Problem>> {
    let text = fs::read_to_string(path)
        .map_err(|error| vec![Problem::new("", format!("cannot be read: {error}"))])?;
    let contract = Manifest::read_text(&text)?;
    if path.file_stem().is_none_or(|stem| stem != contract.name()) {
        let message = format!("the file must be named {}.json", contract.name());
        return Err(vec![Problem::new("/contract_type", message)]);
    }
    Ok(contract)
}

/// A contract type that is not in the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownContractType {
    name: String,
    nearest: Vec<String>,
}

impl UnknownContractType {
    /// No contract type of that name, where the names like it are not known.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            nearest: Vec::new(),
        }
    }

    /// The name that was asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The registered names most like it, the nearest first; may be empty.
    #[must_use]
    pub fn nearest(&self) -> &[String] {
        &self.nearest
    }
}

impl fmt::Display for UnknownContractType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name: String = printable(&self.name).chars().take(128).collect();
        write!(f, "contract type \"{name}\" is not known")
    }
}

impl Error for UnknownContractType {}

/// Why a name leads to no contract type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveError {
    /// Neither a contract type nor an alias.
    Unknown(UnknownContractType),
    /// An alias whose time is over.
    Expired {
        /// The old name.
        alias: String,
        /// The name to use.
        contract_type: String,
        /// When the alias expired (RFC 3339).
        expired_at: String,
    },
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(unknown) => unknown.fmt(f),
            Self::Expired {
                alias,
                contract_type,
                expired_at,
            } => write!(
                f,
                "\"{}\" is no name since {expired_at}: the contract type is \"{contract_type}\"",
                printable(alias)
            ),
        }
    }
}

impl Error for ResolveError {}

/// A contract type that is in the registry already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateContractType(String);

impl fmt::Display for DuplicateContractType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "contract type \"{}\" is registered already", self.0)
    }
}

impl Error for DuplicateContractType {}

/// Manifests that could not be loaded: each file with its problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadErrors(Vec<(PathBuf, Vec<Problem>)>);

impl LoadErrors {
    /// Each file with its problems, in the order of the files' names.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Problem)> {
        self.0
            .iter()
            .flat_map(|(path, problems)| problems.iter().map(move |p| (path.as_path(), p)))
    }
}

/// One line a problem: `file: /pointer: message`.
impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (path, problem)) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}: {problem}", path.display())?;
        }
        Ok(())
    }
}

impl Error for LoadErrors {}
