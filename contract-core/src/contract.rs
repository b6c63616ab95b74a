//! A contract type: its name, its versions, and what a document of it must look like.

use crate::{
    envelope,
    json::SerdeJson,
    manifest::{Manifest, Problem},
    upgrade::Step,
    validate::{ContractValidator, SchemaError},
    violation::{Values, Violations},
};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{borrow::Cow, ops::RangeInclusive, sync::OnceLock};

/// Where a contract type stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Status {
    /// May still change; not to be relied on.
    Draft,
    /// In force.
    Active,
    /// In force, and to be left.
    Deprecated,
    /// No longer in use.
    Archived,
}

impl Status {
    /// The word for it, as in a manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Deprecated => "deprecated",
            Self::Archived => "archived",
        }
    }
}

/// What a new version promises towards the earlier ones.
///
/// The documents of a version are meant without their version number, which differs by nature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Compatibility {
    /// Nothing.
    None,
    /// The new version accepts every document of the one before.
    Backward,
    /// The version before accepts every document of the new one.
    Forward,
    /// Both.
    Full,
    /// The new version accepts every document of every earlier one.
    BackwardTransitive,
    /// Every earlier version accepts every document of the new one.
    ForwardTransitive,
    /// Both.
    FullTransitive,
}

impl Compatibility {
    /// The word for it, as in a manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Backward => "backward",
            Self::Forward => "forward",
            Self::Full => "full",
            Self::BackwardTransitive => "backward_transitive",
            Self::ForwardTransitive => "forward_transitive",
            Self::FullTransitive => "full_transitive",
        }
    }

    /// Whether the new version must accept the documents of an old one.
    #[must_use]
    pub fn is_backward(self) -> bool {
        matches!(
            self,
            Self::Backward | Self::BackwardTransitive | Self::Full | Self::FullTransitive
        )
    }

    /// Whether an old version must accept the documents of the new one.
    #[must_use]
    pub fn is_forward(self) -> bool {
        matches!(
            self,
            Self::Forward | Self::ForwardTransitive | Self::Full | Self::FullTransitive
        )
    }

    /// Whether every earlier version counts, and not only the one before.
    #[must_use]
    pub fn is_transitive(self) -> bool {
        matches!(
            self,
            Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive
        )
    }
}

/// A contract type with all its versions, ready to validate.
///
/// Built in (see [`crate::builtin`]), from a [`Manifest`], or from Rust types of your own.
#[derive(Debug)]
pub struct ContractType {
    manifest: Manifest,
    /// One a version, in the order of the manifest: own keys and envelope.
    schemas: Vec<Value>,
    /// One a version: what leads to it from the version before.
    steps: Vec<Option<Step>>,
    validator: OnceLock<ContractValidator<SerdeJson>>,
}

impl ContractType {
    /// The contract type that `manifest` describes.
    ///
    /// # Errors
    ///
    /// Every problem of the manifest: a name that is not well formed, versions that do not cover the
    /// range, a schema that is not a JSON Schema or defines a key of the envelope.
    pub fn new(manifest: Manifest) -> Result<Self, Vec<Problem>> {
        let contract = Self::uncompiled(manifest)?;
        let validator = contract.compile().map_err(|(version, error)| {
            let index = version - contract.manifest.min_version;
            vec![Problem::new(
                format!("/versions/{index}/schema{}", error.path()),
                error.message(),
            )]
        })?;
        Ok(Self {
            validator: OnceLock::from(validator),
            ..contract
        })
    }

    /// The contract type that `manifest` describes, whose schemas are compiled by who uses it.
    pub(crate) fn uncompiled(manifest: Manifest) -> Result<Self, Vec<Problem>> {
        let steps = manifest
            .versions
            .iter()
            .map(|version| version.upgrade.clone().map(Step::Patch))
            .collect();
        Ok(Self::from_checked(
            manifest.complete_schemas()?,
            steps,
            manifest,
        ))
    }

    /// A contract type whose schemas are known to compile.
    pub(crate) fn from_checked(
        schemas: Vec<Value>,
        steps: Vec<Option<Step>>,
        manifest: Manifest,
    ) -> Self {
        Self {
            manifest,
            schemas,
            steps,
            validator: OnceLock::new(),
        }
    }

    /// The manifest: everything about the contract type beside its compiled form.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The name, such as `case_metadata`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.manifest.contract_type
    }

    /// The versions that may be stored and read.
    #[must_use]
    pub fn read_range(&self) -> RangeInclusive<u32> {
        self.manifest.min_version..=self.manifest.max_version
    }

    /// The JSON Schema of one version, envelope included; `None` for a version that is not known.
    #[must_use]
    pub fn schema(&self, version: u32) -> Option<&Value> {
        let index = version.checked_sub(self.manifest.min_version)?;
        self.schemas.get(index as usize)
    }

    /// The versions with their JSON Schemas, envelope included, in ascending order.
    #[must_use = "iterators are lazy"]
    pub fn versions(&self) -> impl Iterator<Item = (u32, &Value)> {
        self.read_range().zip(&self.schemas)
    }

    /// The versions with their JSON Schemas, for who has read the version of a document already: comparing
    /// it again would cost as much as all other keys together.
    pub(crate) fn versions_to_compile(&self) -> impl Iterator<Item = (u32, Cow<'_, Value>)> {
        self.versions().map(|(version, schema)| {
            let schema = if self.manifest.envelope {
                Cow::Owned(envelope::without_version(schema.clone()))
            } else {
                Cow::Borrowed(schema)
            };
            (version, schema)
        })
    }

    /// The step that leads to `version`.
    pub(crate) fn step(&self, version: u32) -> Option<&Step> {
        let index = version.checked_sub(self.manifest.min_version)?;
        self.steps.get(index as usize)?.as_ref()
    }

    /// Compiles this contract type for one representation of JSON.
    ///
    /// An application needs [`ContractType::is_valid`] and [`ContractType::validate`] only, which
    /// compile on first use and keep the result; a caller with a representation of its own keeps
    /// what this returns.
    ///
    /// # Errors
    ///
    /// The version whose schema does not compile, and why; [`ContractType::new`] has refused such a
    /// schema already.
    pub fn compile<F: crate::json::Json>(
        &self,
    ) -> Result<ContractValidator<F>, (u32, SchemaError)> {
        ContractValidator::compile(self)
    }

    /// Whether `document` is valid. Builds nothing.
    #[must_use]
    pub fn is_valid(&self, document: &Value) -> bool {
        self.validator().is_valid(document)
    }

    /// Whether `document` is valid, and if not, all that is wrong with it; values are masked.
    ///
    /// # Errors
    ///
    /// Every violation, ordered by JSON Pointer.
    ///
    /// ```
    /// use contract_core::Registry;
    /// let contract = Registry::builtin().get("session_data")?;
    /// let violations = contract.validate(&serde_json::json!([])).unwrap_err();
    /// assert_eq!(violations.to_string(), "document: must be of type object, not array");
    /// # Ok::<(), contract_core::UnknownContractType>(())
    /// ```
    pub fn validate(&self, document: &Value) -> Result<(), Violations> {
        self.validator().validate(document, Values::Masked)
    }

    /// The validator over `serde_json` values, compiled on first use.
    ///
    /// # Panics
    ///
    /// Never: the schemas compiled when the contract type was made.
    #[must_use]
    pub fn validator(&self) -> &ContractValidator<SerdeJson> {
        self.validator.get_or_init(|| {
            self.compile()
                .expect("the schemas of a contract type compile")
        })
    }
}

/// The JSON Schema (draft 2020-12) that `schemars` derives for a Rust type, sub-schemas inlined.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        })
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}
