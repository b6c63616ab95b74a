//! The manifest: the JSON file that holds one contract type whole.
//!
//! Rust, SQL, the command line and other languages exchange this form. Reading one is strict: a key
//! that is not known, a version that is missing or a schema that does not compile is a problem, and
//! every problem is reported with its JSON Pointer, not only the first.

mod complete;
mod text;

use crate::{
    contract::{Compatibility, ContractType, Status, schema_of},
    document::Body,
    json::SerdeJson,
    name, pointer,
    validate::SchemaValidator,
    violation::Values,
};
use jiff::Timestamp;
use json_patch::Patch;
use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use std::{fmt, sync::LazyLock, time::SystemTime};

/// The name that the manifest's own JSON Schema has beside the manifests.
pub const SCHEMA_FILE: &str = "manifest.schema.json";

/// One contract type whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Where the schema of this file is, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub json_schema: Option<String>,
    /// The name of the contract type, as in the `type` key of a document and in the file's name.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]{0,62}$"))]
    pub contract_type: String,
    /// The id under which the contract is known outside, such as `CONTRACT-CASE-METADATA-V2`.
    #[schemars(length(min = 1))]
    pub canonical_id: String,
    /// The release of this contract type; its major number is the newest version.
    pub release: Version,
    /// Who answers for it.
    #[schemars(length(min = 1))]
    pub owner: String,
    /// Where it stands in its life.
    pub status: Status,
    /// What a new version promises towards the earlier one.
    pub compatibility: Compatibility,
    /// Whether documents carry the envelope. Without one a document cannot say its version, so that
    /// such a contract type has one version only.
    #[serde(default = "with_envelope")]
    pub envelope: bool,
    /// Old names of the contract type, which applications and the command line still understand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Alias>,
    /// The lowest version that may be stored and read.
    #[schemars(range(min = 1))]
    pub min_version: u32,
    /// The highest version that may be stored and read.
    #[schemars(range(min = 1))]
    pub max_version: u32,
    /// The columns that hold documents of this type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bindings: Vec<Binding>,
    /// Whether those columns are to have a CHECK constraint.
    pub check_constraint: bool,
    /// The keys that may be indexed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub index_keys: Vec<IndexKey>,
    /// What changed from version to version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub migration_notes: Option<String>,
    /// The versions from `min_version` to `max_version`, ascending.
    #[schemars(length(min = 1))]
    pub versions: Vec<ContractVersion>,
}

fn with_envelope() -> bool {
    true
}

/// One version of a contract type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractVersion {
    /// The number that a document has in `_schema_version`.
    #[schemars(range(min = 1))]
    pub version: u32,
    /// The JSON Schema of the keys beside the envelope; draft 2020-12 unless it names another.
    /// Closed to other keys unless it says `additionalProperties` or `unevaluatedProperties`.
    pub schema: Map<String, Value>,
    /// What makes a document of this version from one of the version before: a JSON Patch (RFC 6902)
    /// over the whole document, whose envelope it leaves alone. Not in the first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Patch")]
    pub upgrade: Option<Patch>,
}

impl ContractVersion {
    /// The version that a Rust type stands for: its number, and the schema that `schemars` derives.
    ///
    /// # Panics
    ///
    /// When the schema of `B` is not an object, as that of any struct is.
    #[must_use]
    pub fn of<B: Body>() -> Self {
        let Value::Object(schema) = schema_of::<B>() else {
            panic!("the schema of {} is an object", B::CONTRACT_TYPE)
        };
        Self {
            version: B::VERSION,
            schema,
            upgrade: None,
        }
    }
}

/// An old name of a contract type.
///
/// Resolved by who asks for a contract type by name ([`Registry::resolve`](crate::Registry::resolve)),
/// never inside a CHECK: what an alias means depends on the clock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// The old name; one contract type has it in a context.
    #[schemars(length(min = 1))]
    pub alias: String,
    /// Where the name is used, such as an API or a service; everywhere where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1))]
    pub context: Option<String>,
    /// When the name stops being understood (RFC 3339); never where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub expires_at: Option<String>,
}

impl Alias {
    /// Whether the name is still understood at `now`.
    #[must_use]
    pub fn is_in_force(&self, now: SystemTime) -> bool {
        match &self.expires_at {
            None => true,
            Some(expires_at) => expires_at
                .parse::<Timestamp>()
                .is_ok_and(|expires_at| now < SystemTime::from(expires_at)),
        }
    }
}

/// A column that holds documents of a contract type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// The schema of the table; any where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub schema: Option<String>,
    /// The table.
    #[schemars(length(min = 1))]
    pub table: String,
    /// The column.
    #[schemars(length(min = 1))]
    pub column: String,
}

/// A key that may be indexed, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexKey {
    /// The key at the top of the document.
    #[schemars(length(min = 1))]
    pub key: String,
    /// The kind of index.
    pub index: IndexMethod,
}

/// The kind of index that a key may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum IndexMethod {
    /// A B-tree over `document ->> 'key'`.
    Expression,
    /// A GIN index over `document -> 'key'`.
    Gin,
}

/// A place in a manifest as a JSON Pointer.
fn place(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .fold(String::new(), |place, segment| match segment {
            Segment::Seq { index } => format!("{place}/{index}"),
            Segment::Map { key } => pointer::child(&place, key),
            Segment::Enum { .. } | Segment::Unknown => place,
        })
}

/// One thing that is wrong with a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    path: String,
    message: String,
}

impl Problem {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }

    /// JSON Pointer to the place in the manifest; empty for the manifest as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong, in lower case, without a full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

impl Manifest {
    /// The JSON Schema of a manifest (draft 2020-12).
    ///
    /// # Panics
    ///
    /// Never: the schema of a struct is an object.
    #[must_use]
    pub fn json_schema() -> Value {
        let mut schema = schema_of::<Self>();
        schema
            .as_object_mut()
            .expect("a struct's schema is an object")
            .insert(
                "$schema".into(),
                "https://json-schema.org/draft/2020-12/schema".into(),
            );
        schema
    }

    /// Reads a manifest from a JSON value and checks all of it.
    ///
    /// # Errors
    ///
    /// Every problem: what the manifest's JSON Schema does not allow; and where that finds nothing,
    /// versions that do not cover the range, and schemas that are none.
    ///
    /// ```
    /// use contract_core::Manifest;
    /// let problems = Manifest::read(&serde_json::json!({"contract_type": "Case"})).unwrap_err();
    /// assert!(problems.iter().any(|problem| problem.path() == "/contract_type"));
    /// assert!(problems.iter().any(|problem| problem.message() == r#"required key "owner" is missing"#));
    /// ```
    ///
    /// # Panics
    ///
    /// Never: the manifest's own schema compiles.
    pub fn read(value: &Value) -> Result<ContractType, Vec<Problem>> {
        static SCHEMA: LazyLock<SchemaValidator<SerdeJson>> = LazyLock::new(|| {
            SchemaValidator::compile(&Manifest::json_schema())
                .expect("the manifest's own schema compiles")
        });
        if let Err(violations) = SCHEMA.validate(value, Values::Shown) {
            return Err(violations
                .into_iter()
                .map(|violation| Problem::new(violation.instance_path(), violation.message()))
                .collect());
        }
        // What the schema cannot say (a release that is no semantic version) is a problem here.
        let manifest: Self = serde_path_to_error::deserialize(value)
            .map_err(|error| vec![Problem::new(place(error.path()), error.inner().to_string())])?;
        ContractType::new(manifest)
    }

    /// The JSON Schemas of the versions, in order: own keys and envelope in one, closed unless the
    /// version's schema says that it is open.
    ///
    /// # Errors
    ///
    /// Every problem that can be seen without compiling a schema.
    pub(crate) fn complete_schemas(&self) -> Result<Vec<Value>, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut problem = |path: &str, message: String| problems.push(Problem::new(path, message));
        if !name::is_well_formed(&self.contract_type) {
            problem(
                "/contract_type",
                "must be lower-case letters, digits and underscores, at most 63, a letter first"
                    .into(),
            );
        }
        let range = self.min_version..=self.max_version;
        if self.min_version == 0 || range.is_empty() {
            problem(
                "/max_version",
                format!(
                    "{} to {} is no range of versions",
                    self.min_version, self.max_version
                ),
            );
        } else if !self.versions.iter().map(|v| v.version).eq(range) {
            problem(
                "/versions",
                format!(
                    "must be the versions {} to {}, each once, ascending",
                    self.min_version, self.max_version
                ),
            );
        }
        if self.release.major != u64::from(self.max_version) {
            problem(
                "/release",
                format!(
                    "the major number of {} is not the newest version, {}",
                    self.release, self.max_version
                ),
            );
        }
        if !self.envelope && self.min_version != self.max_version {
            problem(
                "/envelope",
                "without an envelope a document cannot say its version: one version only".into(),
            );
        }
        for (index, alias) in self.aliases.iter().enumerate() {
            let named_alike =
                |other: &Alias| (&other.alias, &other.context) == (&alias.alias, &alias.context);
            if alias.alias == self.contract_type {
                problem(
                    &format!("/aliases/{index}/alias"),
                    "is the name of the contract type itself".into(),
                );
            } else if self.aliases[..index].iter().any(named_alike) {
                problem(
                    &format!("/aliases/{index}/alias"),
                    "is there twice for the same context".into(),
                );
            }
            let expires_at = alias
                .expires_at
                .as_ref()
                .map(|text| text.parse::<Timestamp>());
            if let Some(Err(_)) = expires_at {
                problem(
                    &format!("/aliases/{index}/expires_at"),
                    "must be an RFC 3339 date-time such as 2025-01-22T10:00:00Z".into(),
                );
            }
        }
        if self.versions.first().is_some_and(|v| v.upgrade.is_some()) {
            problem(
                "/versions/0/upgrade",
                "there is no version before the first".into(),
            );
        }
        let mut schemas = Vec::new();
        for (index, version) in self.versions.iter().enumerate() {
            match complete::schema_of(self, version) {
                Ok(schema) => schemas.push(schema),
                Err((place, message)) => {
                    problem(&format!("/versions/{index}/schema{place}"), message);
                }
            }
        }
        if problems.is_empty() {
            Ok(schemas)
        } else {
            Err(problems)
        }
    }
}
