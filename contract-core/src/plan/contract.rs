//! A contract type, compiled for stored bytes: the plan of the version decides.
//!
//! Documents with the same keys are expected to be of the version that was met first, and its number is asked for like
//! the rest. Only where that fails the version is read first; after the second version met, always.

use super::{
    Plan, Stop, Unreadable, answer,
    bytes::{self, NUMBER, OBJECT, Object, Value},
    number::{Number, small},
    shapes::{Members, Shapes},
    walk::Outcome,
};
use crate::{ContractType, SchemaError, envelope::VERSION_KEY, watch::Watch};
use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

/// What is known of documents with the same keys.
#[derive(Debug)]
struct Named {
    /// The index of the key that names the version.
    key: usize,
    /// The index of the version that all of them had so far, or [`SEVERAL`].
    expected: AtomicUsize,
    /// What each version asks of their values, its own number among it; `None` where it asks something else too.
    members: Box<[OnceLock<Option<Members>>]>,
}

/// Documents with the same keys are not all of one version.
const SEVERAL: usize = usize::MAX;

/// A contract type, compiled for stored jsonb bytes. `W` watches the walk.
pub struct ContractPlan<W: Watch> {
    name: Box<str>,
    has_envelope: bool,
    /// Documents whose keys were met before.
    shapes: Shapes<Named>,
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
    /// Builds nothing but what it keeps of the first few sets of keys.
    ///
    /// # Errors
    ///
    /// As [`Plan::is_valid`].
    #[inline]
    pub fn is_valid(&self, document: &[u8]) -> Result<bool, Unreadable> {
        answer(if self.has_envelope {
            self.by_version(document)
        } else {
            bytes::root(document).and_then(|root| match &*self.versions {
                [plan, ..] => plan.outcome(root),
                [] => Err(Stop::Invalid),
            })
        })
    }

    /// Asks the version that the header names.
    #[inline]
    fn by_version(&self, document: &[u8]) -> Outcome {
        let find = |object: &Object<'_>| self.named(object, document);
        let Some((named, values)) = self.shapes.of(document, find) else {
            return self.by_searched_version(document);
        };
        let mut index = named.expected.load(Relaxed);
        if index == SEVERAL {
            index = self.index_of(values.nth(named.key)?)?;
        }
        let plan = &self.versions[index];
        let members = match named.members[index].get() {
            Some(members) => members.as_ref(),
            None => named.learn(index, plan, document),
        };
        match members {
            Some(members) if plan.values(members, values, 0).is_ok() => Ok(()),
            _ => self.by_read_version(named, document),
        }
    }

    /// As [`ContractPlan::by_version`], of a document that members did not find valid, or that are not all that is asked.
    #[inline(never)]
    fn by_read_version(&self, named: &Named, document: &[u8]) -> Outcome {
        let object = Object::open(document)?;
        let index = self.index_of(object.values().nth(named.key)?)?;
        named.expect(index);
        self.versions[index].outcome(whole(document))
    }

    /// As [`ContractPlan::by_version`], of a document with keys that were not met before.
    #[inline(never)]
    fn by_searched_version(&self, document: &[u8]) -> Outcome {
        let Some(object) = Object::of(document)? else {
            return bytes::root(document).and(Err(Stop::Invalid));
        };
        let version = object.values().nth(find_version(&object)?)?;
        self.versions[self.index_of(version)?].outcome(whole(document))
    }

    /// The index of the version that a value is.
    #[inline]
    fn index_of(&self, version: Value<'_>) -> Result<usize, Stop> {
        if version.kind != NUMBER {
            return Err(Stop::Invalid);
        }
        let version = match small(version.data) {
            Some(version) => version.into(),
            None => large_version(version.data)?,
        };
        let index = version
            .checked_sub(self.lowest)
            .and_then(|index| usize::try_from(index).ok());
        let index = index.filter(|&index| index < self.versions.len());
        index.ok_or(Stop::Invalid)
    }

    fn named(&self, object: &Object<'_>, document: &[u8]) -> Option<Named> {
        let key = find_version(object).ok()?;
        let index = self.index_of(object.values().nth(key).ok()?).ok()?;
        let named = Named {
            key,
            expected: AtomicUsize::new(index),
            members: self.versions.iter().map(|_| OnceLock::new()).collect(),
        };
        named.learn(index, &self.versions[index], document);
        Some(named)
    }
}

impl Named {
    /// Finds out what a version asks of a document of it.
    #[cold]
    fn learn<W: Watch>(&self, index: usize, plan: &Plan<W>, document: &[u8]) -> Option<&Members> {
        let find = || {
            let object = Object::of(document).ok()??;
            plan.root_members(&object, self.key)
        };
        self.members[index].get_or_init(find).as_ref()
    }

    /// Takes note of the index of a document's version.
    fn expect(&self, index: usize) {
        if self.expected.load(Relaxed) != index {
            self.expected.store(SEVERAL, Relaxed);
        }
    }
}

/// A document that is an object, as a value.
fn whole(document: &[u8]) -> Value<'_> {
    let (kind, data) = (OBJECT, document);
    Value { kind, data }
}

#[cold]
fn large_version(number: &[u8]) -> Result<u32, Stop> {
    Number::read(number)?.to_u32().ok_or(Stop::Invalid)
}

/// The index of the key that names the version.
fn find_version(object: &Object<'_>) -> Result<usize, Stop> {
    object.find(VERSION_KEY.as_bytes())?.ok_or(Stop::Invalid)
}

impl<W: Watch> Plan<W> {
    /// What is asked of each value of a document that names its version at the key with this index; `None` where
    /// something else is asked too.
    #[cold]
    fn root_members(&self, object: &Object<'_>, key: usize) -> Option<Members> {
        let rule = &self.rules[self.root as usize];
        let asked = rule.object.as_ref()?;
        if !self.generals.is_empty() || !rule.kinds.has(OBJECT) || !rule.also.is_empty() {
            return None;
        }
        let mut members = self.members(asked, object)?;
        let version = object.values().nth(key).ok()?;
        self.walk(members[key].rule, version, 1).ok()?;
        members[key].demand_number(version);
        Some(members)
    }
}

impl<W: Watch> fmt::Debug for ContractPlan<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContractPlan")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
