//! A contract type, compiled: the envelope is read first, then the version's schema decides.

use super::{SchemaError, SchemaValidator, message};
use crate::{
    contract::ContractType,
    envelope::{self, TYPE_KEY, VERSION_KEY, VersionReader, integer},
    json::{Json, JsonNumber, Node, Object},
    name, pointer,
    violation::{Found, Kind, Values, Violation, Violations},
};
use std::{fmt, ops::RangeInclusive};

/// A contract type, compiled for the representation `F`.
pub struct ContractValidator<F: Json> {
    name: String,
    read_range: RangeInclusive<u32>,
    /// One a version, from the lowest of the read range on.
    versions: Vec<SchemaValidator<F>>,
    /// `None` for a contract type whose documents have none.
    envelope: Option<Envelope<F>>,
}

/// What reads the header of a document, and explains one that cannot be read.
struct Envelope<F: Json> {
    version: VersionReader<F>,
    type_key: F::PreparedKey,
    /// The header keys alone, for a document whose version has no schema.
    schema: SchemaValidator<F>,
}

impl<F: Json> fmt::Debug for ContractValidator<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContractValidator")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl<F: Json> ContractValidator<F> {
    pub(crate) fn compile(contract: &ContractType) -> Result<Self, (u32, SchemaError)> {
        let versions = contract
            .versions_to_compile()
            .map(|(version, schema)| {
                SchemaValidator::compile(&schema).map_err(|error| (version, error))
            })
            .collect::<Result<_, _>>()?;
        let read_range = contract.read_range();
        let envelope = contract.manifest().envelope.then(|| {
            SchemaValidator::compile(&envelope::schema(contract.name(), None))
                .map(|schema| Envelope {
                    version: VersionReader::default(),
                    type_key: F::prepare_key(TYPE_KEY),
                    schema,
                })
                .map_err(|error| (*read_range.start(), error))
        });
        Ok(Self {
            name: contract.name().to_owned(),
            envelope: envelope.transpose()?,
            read_range,
            versions,
        })
    }

    /// The name of the contract type.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes of memory that this takes, roughly; for whoever keeps many.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.versions.iter().map(SchemaValidator::weight).sum()
    }

    /// The versions that may be stored and read.
    #[must_use]
    pub fn read_range(&self) -> RangeInclusive<u32> {
        self.read_range.clone()
    }

    /// Whether `document` is valid. Builds nothing.
    #[must_use]
    pub fn is_valid(&self, document: F::Node<'_>) -> bool {
        self.version_of(&document)
            .is_some_and(|index| self.versions[index].is_valid(document))
    }

    /// Whether `document` is valid, and if not, all that is wrong with it.
    ///
    /// # Errors
    ///
    /// Every violation, ordered by JSON Pointer.
    pub fn validate<'i>(&'i self, document: F::Node<'i>, values: Values) -> Result<(), Violations> {
        if self.is_valid(document.clone()) {
            return Ok(());
        }
        match self.explain(document, values) {
            Some(violations) => Err(violations),
            None => unreachable!("a document that is not valid violates something"),
        }
    }

    /// All that is wrong with `document`; `None` where nothing is. Costs more than a verdict.
    pub fn explain<'i>(&'i self, document: F::Node<'i>, values: Values) -> Option<Violations> {
        let found = match (&self.envelope, self.version_of(&document)) {
            (Some(envelope), Some(index)) => {
                let mut found = self.versions[index].violations(document.clone(), values);
                for violation in found.iter_mut() {
                    violation.version = Some(self.number(index));
                    self.name_the_other_type(envelope, &document, violation);
                }
                found
            }
            (Some(envelope), None) => self.envelope_violations(envelope, &document, values),
            (None, _) => self.versions[0].violations(document, values),
        };
        found.finish()
    }

    /// The index of the version whose schema decides; `None` where the header names no readable one.
    fn version_of(&self, document: &F::Node<'_>) -> Option<usize> {
        let Some(envelope) = &self.envelope else {
            return Some(0);
        };
        let version = u32::try_from(envelope.version.read(document)?).ok()?;
        self.read_range
            .contains(&version)
            .then(|| (version - self.read_range.start()) as usize)
    }

    /// The version at `index`.
    fn number(&self, index: usize) -> u32 {
        self.read_range.start() + u32::try_from(index).unwrap_or(u32::MAX)
    }

    /// What is wrong with a header that names no readable version.
    fn envelope_violations<'i>(
        &'i self,
        envelope: &'i Envelope<F>,
        document: &F::Node<'i>,
        values: Values,
    ) -> Found {
        let mut found = envelope.schema.violations(document.clone(), values);
        for violation in found.iter_mut() {
            self.name_the_other_type(envelope, document, violation);
            if violation.message == message::missing_key(VERSION_KEY) {
                violation.message = format!("{}, {}", violation.message, self.readable());
            }
        }
        if let Some(version) = envelope.version.value(document) {
            found.push(self.unknown_version(&version, values));
        }
        found
    }

    /// A value at `_schema_version` that is no readable version.
    fn unknown_version(&self, version: &F::Node<'_>, values: Values) -> Violation {
        let number = version.as_number();
        let message = match number.as_ref().map(|number| (integer(number), number)) {
            Some((Some(known), _)) => {
                let readable = self.are_readable();
                format!(
                    "version {known} of {} is not known, readable {readable}",
                    self.name
                )
            }
            Some((None, number)) if number.is_integer() => {
                format!("the version is not known, {}", self.readable())
            }
            _ => format!("must be an integer, {}", self.readable()),
        };
        let shown = match values {
            Values::Shown if version.as_object().is_none() && version.as_array().is_none() => {
                message::shown(&version.to_value())
            }
            _ => String::new(),
        };
        let instance_path = pointer::child("", VERSION_KEY);
        Violation {
            kind: Kind::UnknownVersion,
            keyword: "const".into(),
            schema_path: format!("/properties{instance_path}/const"),
            instance_path,
            message: message + &shown,
            version: None,
        }
    }

    /// Rewrites the violation of `type`: both names, where the document's is a name at all.
    fn name_the_other_type(
        &self,
        envelope: &Envelope<F>,
        document: &F::Node<'_>,
        violation: &mut Violation,
    ) {
        let at_type = violation.instance_path.strip_prefix('/') == Some(TYPE_KEY);
        if !at_type || violation.keyword != "const" {
            return;
        }
        let other = document
            .as_object()
            .and_then(|object| object.get(&envelope.type_key))
            .and_then(|other| other.as_string());
        violation.kind = Kind::OtherContractType;
        violation.message = match other {
            Some(other) if name::is_well_formed(&other) => format!(
                "is the contract type \"{other}\", must be \"{}\"",
                self.name
            ),
            _ => format!("must be the contract type \"{}\"", self.name),
        };
    }

    /// `readable versions of case_metadata are 1 to 2`
    fn readable(&self) -> String {
        let plural = if self.versions.len() == 1 { "" } else { "s" };
        let are_readable = self.are_readable();
        format!("readable version{plural} of {} {are_readable}", self.name)
    }

    /// `are 1 to 2`, or `is 1`
    fn are_readable(&self) -> String {
        match (self.read_range.start(), self.read_range.end()) {
            (low, high) if low == high => format!("is {low}"),
            (low, high) => format!("are {low} to {high}"),
        }
    }
}
