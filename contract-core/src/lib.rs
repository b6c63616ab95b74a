//! Contracts for JSONB columns: a named contract type, numbered versions that only go up, and one
//! JSON Schema for each version.
//!
//! The rules (what is valid, and why a document is not) live here once. An application calls them
//! before a write, the Postgres extension calls them over the stored bytes, and the command line
//! calls them in CI; all three reach the same verdict.
//!
//! ```
//! use contract_core::Registry;
//! use serde_json::json;
//!
//! let contract = Registry::builtin().get("case_metadata")?;
//! let document = json!({
//!     "_schema_version": 2,
//!     "_context": {"created_by": "importer", "created_at": "2025-01-22T10:00:00Z"},
//!     "type": "case_metadata",
//!     "priority": "high",
//! });
//! assert!(contract.is_valid(&document));
//! # Ok::<(), contract_core::UnknownContractType>(())
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`contract`] | a contract type, its versions, its status |
//! | [`compat`] | whether one version takes the documents of another, and what changed |
//! | [`envelope`] | the header keys of a document |
//! | [`builtin`] | the contract types that are shipped, one file each |
//! | [`registry`] | contract types by name |
//! | [`manifest`] | the file form of a contract type |
//! | [`definition`] | a contract type as it is registered in a database |
//! | [`lint`] | schemas that do not say what they seem to |
//! | [`lock`] | the content hashes of released versions |
//! | [`document`] | typed documents for applications |
//! | [`version`] | read range, write floor, and the rule that versions only go up |
//! | [`upgrade`] | from one version to the next |
//! | [`compat`] | whether one schema takes every document that another takes |
//! | [`release`] | what may change from one release of a contract type to the next |
//! | [`stored`] | jsonb bytes as a value |
//! | [`plan`] | the compiled form over jsonb bytes, in one pass |
//! | [`validate`] | the validator, over any representation of JSON |
//! | [`violation`] | what is wrong with a document, and where |
//! | [`watch`] | a representation that reports each value read, so that a walk can be stopped |
#![forbid(unsafe_code)]

pub mod builtin;
mod canonical;
pub mod compat;
pub mod contract;
pub mod definition;
pub mod document;
pub mod envelope;
pub mod lint;
pub mod lock;
pub mod manifest;
pub mod name;
pub mod plan;
pub mod pointer;
pub mod registry;
pub mod release;
pub mod stored;
pub mod upgrade;
pub mod validate;
pub mod version;
pub mod violation;
pub mod watch;

pub use contract::ContractType;
pub use document::Document;
pub use envelope::Context;
pub use manifest::Manifest;
pub use registry::{Registry, UnknownContractType};
pub use upgrade::{Upgrade, UpgradeError};
pub use validate::{ContractValidator, SchemaError, SchemaValidator};
pub use version::WriteRefused;
pub use violation::{Kind, Values, Violation, Violations};

/// The representations of JSON that a validator runs over, and the trait behind them.
pub use jsonschema::json;
