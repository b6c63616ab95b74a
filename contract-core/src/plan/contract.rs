//! A contract type, compiled for stored bytes: the version is read first, and its plan decides.

use super::{
    Plan, Stop, Unreadable,
    bytes::{self, NUMBER, OBJECT, Object, end_of},
    number::Number,
    shapes::Shapes,
};
use crate::{ContractType, SchemaError, envelope::VERSION_KEY, watch::Watch};
use std::fmt;

/// A contract type, compiled for stored jsonb bytes. `W` watches the walk.
pub struct ContractPlan<W: Watch> {
    name: Box<str>,
    has_envelope: bool,
    /// Documents that name their version, with which key does.
    shapes: Shapes<usize>,
    lowest: u32,
    /// One a version, from the lowest of the read range on.
    versions: Box<[Plan<W>]>,
}

impl<W: Watch> ContractPlan<W> {
    /// Compiles a contract type.
    ///
    /// # Errors
    ///
    /// The version whose schema does not compile, and why.
    ///
    /// ```
    /// use contract_core::{Registry, plan::ContractPlan, watch::Unwatched};
    /// use jsonschema_value::jsonb::encode::encode;
    ///
    /// let contract = Registry::builtin().get("session_data")?;
    /// let plan = ContractPlan::<Unwatched>::compile(contract).expect("built in");
    /// assert_eq!(plan.is_valid(&encode(&serde_json::json!({"type": "session_data"}))), Ok(false));
    /// # Ok::<(), contract_core::UnknownContractType>(())
    /// ```
    pub fn compile(contract: &ContractType) -> Result<Self, (u32, SchemaError)> {
        let versions = contract
            .versions_to_compile()
            .map(|(version, schema)| Plan::compile(&schema).map_err(|error| (version, error)));
        Ok(Self {
            name: contract.name().into(),
            has_envelope: contract.manifest().envelope,
            shapes: Shapes::default(),
            lowest: *contract.read_range().start(),
            versions: versions.collect::<Result<_, _>>()?,
        })
    }

    /// The name of the contract type.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a document is valid, given the bytes of a jsonb container without its varlena header.
    /// Builds nothing.
    ///
    /// # Errors
    ///
    /// As [`Plan::is_valid`].
    #[inline]
    pub fn is_valid(&self, document: &[u8]) -> Result<bool, Unreadable> {
        let index = if self.has_envelope {
            self.version_of(document)
        } else {
            Ok(Some(0))
        };
        match index {
            Ok(Some(index)) => self.versions[index].is_valid(document),
            Ok(None) | Err(Stop::Invalid) => Ok(false),
            Err(Stop::NotJsonb) => Err(Unreadable::NotJsonb),
            Err(Stop::TooDeep) => Err(Unreadable::TooDeep),
        }
    }

    /// The index of the version whose schema decides; `None` where the header names no readable one.
    #[inline]
    fn version_of(&self, document: &[u8]) -> Result<Option<usize>, Stop> {
        let root = bytes::root(document)?;
        if root.kind != OBJECT {
            return Ok(None);
        }
        let object = Object::open(root.data)?;
        let (index, start) = match self.shapes.known(&object) {
            Some((&index, start)) => (index, start),
            None => match self.find_version(&object)? {
                Some(index) => (index, end_of(object.keys)),
                None => return Ok(None),
            },
        };
        let version = object.value(index, start)?;
        let version = if version.kind == NUMBER {
            Number::read(version.data)?.to_u32()
        } else {
            None
        };
        let index = version.and_then(|version| version.checked_sub(self.lowest));
        Ok(index
            .and_then(|index| usize::try_from(index).ok())
            .filter(|&index| index < self.versions.len()))
    }

    #[inline(never)]
    fn find_version(&self, object: &Object<'_>) -> Result<Option<usize>, Stop> {
        let index = object.find(VERSION_KEY.as_bytes())?;
        self.shapes.learn(object, || index);
        Ok(index)
    }
}

impl<W: Watch> fmt::Debug for ContractPlan<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContractPlan")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
