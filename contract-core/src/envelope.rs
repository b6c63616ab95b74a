//! The envelope: the header keys that a document carries beside its own.
//!
//! `_schema_version` says which version of the contract the document follows, `_context` who wrote
//! it and when, `type` which contract type it belongs to (guardrail matrix, section B, "Mandatory
//! Contract Headers"). The envelope is read first and the version's schema chosen by it, so that a
//! wrong version is one violation and not a list of sub-schema failures.

use crate::{
    contract::schema_of,
    json::{Json, JsonNumber, Node, Object, SerdeJson},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// The key that holds the version.
pub const VERSION_KEY: &str = "_schema_version";
/// The key that holds the audit context.
pub const CONTEXT_KEY: &str = "_context";
/// The key that holds the contract type's name.
pub const TYPE_KEY: &str = "type";
/// The three header keys.
pub const KEYS: [&str; 3] = [VERSION_KEY, CONTEXT_KEY, TYPE_KEY];

/// The audit context of a document: who wrote it, when, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Who created the document; not empty.
    #[schemars(length(min = 1))]
    pub created_by: String,
    /// When it was created: an RFC 3339 date-time such as `2025-01-22T10:00:00Z`.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// Who changed it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub updated_by: Option<String>,
    /// When it was changed last: an RFC 3339 date-time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub updated_at: Option<String>,
    /// Why it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub reason: Option<String>,
    /// What wrote it: an application, a job, a migration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub source: Option<String>,
}

impl Context {
    /// A context with the two mandatory keys.
    ///
    /// ```
    /// let context = contract_core::Context::new("importer", "2025-01-22T10:00:00Z");
    /// assert_eq!(context.reason, None);
    /// ```
    #[must_use]
    pub fn new(created_by: impl Into<String>, created_at: impl Into<String>) -> Self {
        Self {
            created_by: created_by.into(),
            created_at: created_at.into(),
            ..Self::default()
        }
    }
}

/// What reads the version of a document, with its key prepared for the representation `F`.
pub struct VersionReader<F: Json>(F::PreparedKey);

impl<F: Json> Default for VersionReader<F> {
    fn default() -> Self {
        Self(F::prepare_key(VERSION_KEY))
    }
}

impl<F: Json> VersionReader<F> {
    /// The version that a document says it has: the integer at `_schema_version`; `None` where the
    /// document is no object, has no such key, or holds something else there. Builds nothing.
    ///
    /// ```
    /// use contract_core::{envelope::VersionReader, json::SerdeJson};
    /// let document = serde_json::json!({"_schema_version": 2.0});
    /// assert_eq!(VersionReader::<SerdeJson>::default().read(&&document), Some(2));
    /// ```
    pub fn read(&self, document: &F::Node<'_>) -> Option<i64> {
        integer(&self.value(document)?.as_number()?)
    }

    /// Whatever is at `_schema_version`.
    pub(crate) fn value<'i>(&self, document: &F::Node<'i>) -> Option<F::Node<'i>> {
        document.as_object()?.get(&self.0)
    }
}

/// The integer that `number` is, exactly; `None` for a fraction or for what an `i64` cannot hold.
///
/// `2`, `2.0` and `20e-1` are one number (JSON Schema Core 2020-12, section 4.2.1).
pub(crate) fn integer(number: &impl JsonNumber) -> Option<i64> {
    number.as_i64().or_else(|| {
        // An integer written with a fraction or an exponent: below 2^53 the double is exact.
        #[allow(clippy::cast_possible_truncation, reason = "bounded by the guard")]
        number
            .as_f64()
            .filter(|value| value.abs() < 9_007_199_254_740_992.0 && number.is_integer())
            .map(|value| value as i64)
    })
}

/// The version that a `serde_json` value says it has.
pub(crate) fn version_of(document: &Value) -> Option<i64> {
    VersionReader::<SerdeJson>::default().read(&document)
}

/// The JSON Schema of the envelope alone, for version `version` of `contract_type`, or with any value
/// for a version where it is `None`; other keys are allowed.
pub(crate) fn schema(contract_type: &str, version: Option<u32>) -> Value {
    static CONTEXT: LazyLock<Value> = LazyLock::new(|| {
        let mut context = schema_of::<Context>();
        context
            .as_object_mut()
            .expect("a struct's schema is an object")
            .remove("title");
        context
    });
    let version = version.map_or(json!(true), |version| json!({"const": version}));
    json!({
        "type": "object",
        "properties": {
            VERSION_KEY: version,
            CONTEXT_KEY: CONTEXT.clone(),
            TYPE_KEY: {"const": contract_type},
        },
        "required": KEYS,
    })
}

/// The schema of a version, with any value for the version.
pub(crate) fn without_version(mut schema: Value) -> Value {
    if let Some(Value::Object(properties)) = schema.get_mut("properties")
        && let Some(checked) = properties.get_mut(VERSION_KEY)
    {
        *checked = true.into();
    }
    schema
}

/// The schema of a version's own keys and the envelope in one: the envelope's keys join
/// `properties` and `required`.
///
/// # Panics
///
/// When `own` was not checked as a manifest's schema is: `properties` an object, `required` an array.
pub(crate) fn merge_into(own: &mut Map<String, Value>, envelope: Value) {
    let Value::Object(envelope) = envelope else {
        unreachable!("the envelope's schema is an object")
    };
    for (keyword, value) in envelope {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(keys)) => own
                .entry(keyword)
                .or_insert_with(|| json!({}))
                .as_object_mut()
                .expect("properties is an object")
                .extend(keys),
            ("required", Value::Array(keys)) => own
                .entry(keyword)
                .or_insert_with(|| json!([]))
                .as_array_mut()
                .expect("required is an array")
                .extend(keys),
            (_, value) => {
                own.insert(keyword, value);
            }
        }
    }
}
