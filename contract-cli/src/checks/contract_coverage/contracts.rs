//! The contract types that a database knows, and the functions that check a document against one.

use crate::catalog::{Catalog, Function, QualifiedName};
use contract_core::{
    Manifest, Registry,
    definition::{Definition, SILENT_SUFFIX},
};
use pg_query::{NodeEnum, ParserOptions};
use std::collections::{BTreeMap, HashMap};

/// The extension.
pub const EXTENSION: &str = "jsonb_contract";
/// The schema of the extension.
const SCHEMA: &str = "contract";
/// The schema of the functions that are registered contract types.
const REGISTERED: &str = "contracts";

/// The contract types of a database, built in and registered, and the functions of the extension.
pub struct Contracts<'a> {
    /// Whether the extension is there, in its schema.
    pub installed: bool,
    types: BTreeMap<String, Manifest>,
    /// The functions in the two schemas that are no members of the extension, by name.
    others: HashMap<&'a QualifiedName, Vec<&'a Function>>,
}

/// What a function checks a document against.
#[derive(Debug, PartialEq, Eq)]
pub enum Checks {
    /// The contract type that its first argument names, and the write floor of its third.
    Named { floor: bool },
    /// This contract type.
    One(String),
}

impl<'a> Contracts<'a> {
    pub fn of(catalog: &'a Catalog) -> Self {
        let mut types: BTreeMap<String, Manifest> = Registry::builtin()
            .iter()
            .map(|contract| (contract.name().to_owned(), contract.manifest().clone()))
            .collect();
        for registered in &catalog.contract_types {
            let Ok(definition) = Definition::read(&registered.body) else {
                continue;
            };
            let manifest = definition.manifest();
            // The function's name is that of the contract type; one that was renamed is none.
            if registered.name.schema == REGISTERED
                && registered.name.name == manifest.contract_type
            {
                types
                    .entry(manifest.contract_type.clone())
                    .or_insert_with(|| manifest.clone());
            }
        }
        let mut others: HashMap<_, Vec<_>> = HashMap::new();
        for function in &catalog.functions {
            if [SCHEMA, REGISTERED].contains(&function.name.schema.as_str()) {
                others.entry(&function.name).or_default().push(function);
            }
        }
        let installed = catalog
            .extensions
            .iter()
            .any(|extension| extension.name == EXTENSION && extension.schema == SCHEMA);
        Self {
            installed,
            types,
            others,
        }
    }

    /// The manifest of a contract type, where it is known.
    pub fn get(&self, contract_type: &str) -> Option<&Manifest> {
        self.types.get(contract_type)
    }

    /// All manifests, in the order of their names.
    pub fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.types.values()
    }

    /// What a function checks a document against; `None` for one that is not the extension's, also
    /// where it has the name of one: an overload of the same name could be what is called.
    pub fn checks(&self, function: &QualifiedName) -> Option<Checks> {
        if !self.installed {
            return None;
        }
        match (function.schema.as_str(), function.name.as_str()) {
            (SCHEMA, "check" | "is_valid") if self.is_alone(function) => {
                Some(Checks::Named { floor: false })
            }
            (SCHEMA, "is_writable") if self.is_alone(function) => {
                Some(Checks::Named { floor: true })
            }
            (REGISTERED, name) if self.is_registered(name) && self.is_alone(function) => {
                Some(Checks::One(name.to_owned()))
            }
            (REGISTERED, name) => {
                let contract_type = name.strip_suffix(SILENT_SUFFIX)?;
                let is_sibling = self.is_registered(contract_type)
                    && matches!(self.others.get(function)?.as_slice(),
                        [sibling] if is_silent_sibling(sibling, contract_type));
                is_sibling.then(|| Checks::One(contract_type.to_owned()))
            }
            _ => None,
        }
    }

    /// Whether a trigger's function is the extension's guard.
    pub fn is_guard(&self, function: &QualifiedName) -> bool {
        self.installed
            && function.schema == SCHEMA
            && function.name == "guard"
            && self.is_alone(function)
    }

    fn is_registered(&self, contract_type: &str) -> bool {
        self.types.contains_key(contract_type) && Registry::builtin().get(contract_type).is_err()
    }

    fn is_alone(&self, function: &QualifiedName) -> bool {
        !self.others.contains_key(function)
    }
}

/// Whether a function is what registration makes beside a contract type: `RETURN contract.conforms` of the
/// contract type's function and of its own argument.
fn is_silent_sibling(function: &Function, contract_type: &str) -> bool {
    let Ok(parsed) = pg_query::parse(&function.definition, ParserOptions::default()) else {
        return false;
    };
    let statement = parsed.protobuf.stmts.first();
    let Some(NodeEnum::CreateFunctionStmt(create)) = statement
        .and_then(|statement| statement.stmt.as_deref())
        .and_then(|statement| statement.node.as_ref())
    else {
        return false;
    };
    let Some(NodeEnum::ReturnStmt(body)) = create.sql_body.as_deref().and_then(|b| b.node.as_ref())
    else {
        return false;
    };
    let Some(NodeEnum::FuncCall(call)) = body
        .returnval
        .as_deref()
        .and_then(|value| value.node.as_ref())
    else {
        return false;
    };
    let called: Option<Vec<&str>> = call.funcname.iter().map(crate::expression::name).collect();
    let arguments: Vec<&NodeEnum> = call.args.iter().filter_map(|n| n.node.as_ref()).collect();
    let target = QualifiedName::new(REGISTERED, contract_type);
    matches!(
        called.as_deref(),
        Some([SCHEMA, "conforms" | "conforms_aliased"])
    ) && matches!(arguments.as_slice(), [contract, document]
        if crate::expression::string(contract) == Some(&format!("{target}(jsonb)"))
            && crate::expression::column(document).is_some())
}
