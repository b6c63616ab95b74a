//! Typed documents: a Rust type with its envelope, to and from JSON.
//!
//! Serialising puts the three header keys beside the keys of the type; parsing checks the document
//! against its contract first, so that a document that parses is a valid one.

use crate::{
    envelope::{CONTEXT_KEY, Context, KEYS, TYPE_KEY, VERSION_KEY, version_of},
    registry::{Registry, UnknownContractType},
    upgrade::UpgradeError,
    violation::Violations,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned, ser::SerializeMap};
use serde_json::{Map, Value, json};
use std::{error::Error, fmt};

/// The keys of one version of a contract type, as a Rust type.
///
/// Its JSON Schema (`schemars`) is the schema of the version, and `serde` reads and writes it.
pub trait Body: Serialize + DeserializeOwned + JsonSchema {
    /// The contract type's name.
    const CONTRACT_TYPE: &'static str;
    /// The version, as in `_schema_version`.
    const VERSION: u32;
}

/// A document: the keys of `B` and the envelope.
///
/// ```
/// use contract_core::{Context, Document, builtin::CaseMetadata};
///
/// let document = Document::new(
///     Context::new("importer", "2025-01-22T10:00:00Z"),
///     CaseMetadata { priority: Some("high".into()), ..CaseMetadata::default() },
/// );
/// let value = serde_json::to_value(&document)?;
/// assert_eq!(value["_schema_version"], 2);
/// assert_eq!(Document::<CaseMetadata>::parse(value)?, document);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<B> {
    /// Who wrote the document, when, and why.
    pub context: Context,
    /// The keys beside the envelope.
    pub body: B,
}

impl<B: Body> Document<B> {
    /// A document of version `B::VERSION`.
    #[must_use]
    pub fn new(context: Context, body: B) -> Self {
        Self { context, body }
    }

    /// Parses a document of a built-in contract type after checking it against its contract.
    ///
    /// # Errors
    ///
    /// The document violates the contract, or is a valid document of another version than
    /// `B::VERSION`.
    pub fn parse(document: Value) -> Result<Self, ParseError> {
        Self::parse_with(Registry::builtin(), document)
    }

    /// Parses a document of a built-in contract type in any readable version, upgraded to the newest.
    ///
    /// # Errors
    ///
    /// The document violates the contract or cannot be upgraded, or `B` is not the newest version.
    ///
    /// ```
    /// use contract_core::{Document, builtin::CaseMetadata};
    /// let document = Document::<CaseMetadata>::read(serde_json::json!({
    ///     "_schema_version": 1,
    ///     "_context": {"created_by": "importer", "created_at": "2025-01-22T10:00:00Z"},
    ///     "type": "case_metadata",
    /// }))?;
    /// assert_eq!(document.body.escalation_level, None);
    /// # Ok::<(), contract_core::document::ParseError>(())
    /// ```
    pub fn read(document: Value) -> Result<Self, ParseError> {
        let newest = Registry::builtin()
            .get(B::CONTRACT_TYPE)
            .map_err(ParseError::Unknown)?
            .read(document)
            .map_err(|error| match error.violations() {
                Some(violations) if error.step().is_none() => {
                    ParseError::Invalid(violations.clone())
                }
                _ => ParseError::NotUpgraded(error),
            })?;
        Self::parse(newest)
    }

    /// Parses a document of a contract type of `registry` after checking it against its contract.
    ///
    /// # Errors
    ///
    /// As [`Document::parse`]; and a contract type that is not in `registry`.
    pub fn parse_with(registry: &Registry, document: Value) -> Result<Self, ParseError> {
        registry
            .get(B::CONTRACT_TYPE)
            .map_err(ParseError::Unknown)?
            .validate(&document)
            .map_err(ParseError::Invalid)?;
        serde_json::from_value(document).map_err(|error| ParseError::Other(error.to_string()))
    }
}

impl<B: Body> Serialize for Document<B> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;
        let body = serde_json::to_value(&self.body).map_err(S::Error::custom)?;
        let Value::Object(body) = body else {
            return Err(S::Error::custom("the body of a document is an object"));
        };
        if let Some(key) = KEYS.into_iter().find(|key| body.contains_key(*key)) {
            let message = format!("the body has the key \"{key}\", which is the envelope's");
            return Err(S::Error::custom(message));
        }
        let mut map = serializer.serialize_map(Some(body.len() + 3))?;
        map.serialize_entry(VERSION_KEY, &B::VERSION)?;
        map.serialize_entry(CONTEXT_KEY, &self.context)?;
        map.serialize_entry(TYPE_KEY, B::CONTRACT_TYPE)?;
        for (key, value) in &body {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// Reads the keys without checking them against the contract, as `serde` does for any type;
/// [`Document::parse`] checks first.
// `serde(flatten)` would buffer the keys in a form that loses exact numbers.
impl<'de, B: Body> Deserialize<'de> for Document<B> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let mut body = Map::<String, Value>::deserialize(deserializer)?;
        let mut take =
            |key: &'static str| body.remove(key).ok_or_else(|| D::Error::missing_field(key));
        let version = take(VERSION_KEY)?;
        let context = take(CONTEXT_KEY)?;
        let contract_type = take(TYPE_KEY)?;
        let version = json!({VERSION_KEY: version});
        if version_of(&version) != Some(i64::from(B::VERSION)) {
            return Err(D::Error::custom(format!(
                "the document is not version {} of {}",
                B::VERSION,
                B::CONTRACT_TYPE
            )));
        }
        if contract_type != B::CONTRACT_TYPE {
            return Err(D::Error::custom(format!(
                "the document is not of contract type {}",
                B::CONTRACT_TYPE
            )));
        }
        Ok(Self {
            context: serde_json::from_value(context).map_err(D::Error::custom)?,
            body: serde_json::from_value(Value::Object(body)).map_err(D::Error::custom)?,
        })
    }
}

/// A JSON value that is no document of the wanted type and version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// It violates its contract.
    Invalid(Violations),
    /// It cannot be upgraded to the newest version.
    NotUpgraded(UpgradeError),
    /// The contract type is not in the registry.
    Unknown(UnknownContractType),
    /// It is valid and does not fit the Rust type: a document of another version, above all.
    Other(String),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(violations) => violations.fmt(f),
            Self::NotUpgraded(error) => error.fmt(f),
            Self::Unknown(error) => error.fmt(f),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl Error for ParseError {}
