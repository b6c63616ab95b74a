//! A contract type, compiled for stored bytes: the version is read first, and its plan decides.

use super::{
    Plan, Stop, Unreadable, answer,
    bytes::{self, NUMBER, OBJECT, Object, Value},
    number::{Number, small},
    shapes::{Member, Members, Shapes},
    walk::Outcome,
};
use crate::{ContractType, SchemaError, envelope::VERSION_KEY, watch::Watch};
use std::{fmt, sync::OnceLock};

/// What is known of documents with the same keys.
#[derive(Debug)]
struct Named {
    /// The index of the key that names the version.
    key: usize,
    /// What each version asks of their values; `None` where it asks something else too.
    members: Box<[OnceLock<Option<Members>>]>,
}

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
        let Some((named, values)) = self.shapes.of(document, |object| self.named(object)) else {
            return self.by_searched_version(document);
        };
        let version = values.nth(named.key)?;
        let index = self.index_of(version)?;
        let plan = &self.versions[index];
        let members = match named.members[index].get() {
            Some(members) => members.as_ref(),
            None => named.learn(index, plan, document),
        };
        match members {
            Some(members) => plan.values(members, &values, 0),
            None => plan.outcome(whole(document)),
        }
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

    fn named(&self, object: &Object<'_>) -> Option<Named> {
        let key = find_version(object).ok()?;
        let members = self.versions.iter().map(|_| OnceLock::new()).collect();
        Some(Named { key, members })
    }
}

impl Named {
    #[cold]
    fn learn<W: Watch>(&self, index: usize, plan: &Plan<W>, document: &[u8]) -> Option<&Members> {
        let find = || {
            let object = Object::of(document).ok()??;
            plan.root_members(&object, self.key)
        };
        self.members[index].get_or_init(find).as_ref()
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
        // All documents that come this way have the same number there, and it is asked for nothing else.
        let named = &mut members[key];
        let is_asked_alone = self.rules[named.rule as usize].also.is_empty();
        if is_asked_alone && self.walk(named.rule, version, 1).is_ok() {
            *named = Member::nothing(NUMBER);
        }
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
