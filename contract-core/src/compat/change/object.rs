//! Keywords of objects: properties, required keys, and what keys ask of each other.

use super::{
    Action, Found, Place, Schemas,
    keyword::{set_action, set_word},
    union,
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What an object or an array takes beside the members that its schema names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Openness {
    Open,
    PartlyOpen,
    Closed,
}

impl Openness {
    /// The openness of a schema whose other members are what `rest` says, and `patterns` say.
    pub(super) fn of(rest: Option<&Value>, has_patterns: bool) -> Self {
        match rest {
            None | Some(Value::Bool(true)) => Self::Open,
            Some(Value::Object(rest)) if rest.is_empty() => Self::Open,
            Some(Value::Bool(false)) if !has_patterns => Self::Closed,
            Some(_) => Self::PartlyOpen,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "an open",
            Self::PartlyOpen => "a partly open",
            Self::Closed => "a closed",
        }
    }

    pub(super) fn addition(self) -> Action {
        match self {
            Self::Open => Action::AddedToOpen,
            Self::PartlyOpen => Action::AddedToPartlyOpen,
            Self::Closed => Action::AddedToClosed,
        }
    }

    pub(super) fn removal(self) -> Action {
        match self {
            Self::Open => Action::RemovedFromOpen,
            Self::PartlyOpen => Action::RemovedFromPartlyOpen,
            Self::Closed => Action::RemovedFromClosed,
        }
    }
}

/// What an object takes beside the keys that `schema` names itself.
fn openness(schema: &Map<String, Value>) -> Openness {
    let patterns = schema.get("patternProperties").and_then(Value::as_object);
    let rest = schema
        .get("additionalProperties")
        .or_else(|| schema.get("unevaluatedProperties"));
    Openness::of(rest, patterns.is_some_and(|patterns| !patterns.is_empty()))
}

/// The texts of a list, each with its index.
fn texts(list: Option<&Value>) -> BTreeMap<&str, usize> {
    let list = list.and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .enumerate()
        .filter_map(|(index, text)| Some((text.as_str()?, index)))
        .collect()
}

/// How a property is told: whether it must be there, and what it may hold.
fn described(key: &str, schema: &Value, required: &BTreeMap<&str, usize>) -> String {
    let presence = match (schema, required.contains_key(key)) {
        (Value::Bool(false), _) => "forbidden",
        (_, true) => "required",
        (_, false) => "optional",
    };
    let any = match schema {
        Value::Bool(true) => " of any value",
        Value::Object(schema) if schema.is_empty() => " of any value",
        _ => "",
    };
    format!("{presence} property \"{key}\"{any}")
}

impl Found {
    pub(super) fn in_required(&mut self, schemas: &Schemas<'_>) {
        const KEYWORD: &str = "required";
        let (old, new) = schemas.get(KEYWORD);
        let (old, new) = (texts(old), texts(new));
        let place = schemas.place.child(KEYWORD);
        for (key, index) in &new {
            if !old.contains_key(key) {
                let message = format!("key \"{key}\" is required now");
                self.add(KEYWORD, Action::Added, &place.indexes(0, *index), &message);
            }
        }
        for (key, index) in &old {
            if !new.contains_key(key) {
                let message = format!("key \"{key}\" is no longer required");
                self.add(
                    KEYWORD,
                    Action::Removed,
                    &place.indexes(*index, 0),
                    &message,
                );
            }
        }
    }

    pub(super) fn in_properties(&mut self, schemas: &Schemas<'_>) {
        const KEYWORD: &str = "properties";
        let (old, new) = schemas.members(KEYWORD);
        let (old_required, new_required) = schemas.get("required");
        let (old_required, new_required) = (texts(old_required), texts(new_required));
        let place = schemas.place.child(KEYWORD);
        for key in union(old, new) {
            let place = place.child(key);
            match (old.get(key), new.get(key)) {
                (Some(old), Some(new)) => self.in_schema(&place, old, new),
                (None, Some(new)) => {
                    let open = openness(schemas.old);
                    let property = described(key, new, &new_required);
                    let message = format!("{property} added to {} object", open.as_str());
                    self.add("property", open.addition(), &place, &message);
                }
                (Some(old), None) => {
                    let open = openness(schemas.new);
                    let property = described(key, old, &old_required);
                    let message = format!("{property} removed from {} object", open.as_str());
                    self.add("property", open.removal(), &place, &message);
                }
                (None, None) => {}
            }
        }
    }

    /// What a key asks of others: a list of keys, or a schema.
    pub(super) fn in_dependencies(&mut self, keyword: &str, schemas: &Schemas<'_>) {
        let (old, new) = schemas.members(keyword);
        let place = schemas.place.child(keyword);
        for key in union(old, new) {
            let place = place.child(key);
            match (old.get(key), new.get(key)) {
                (Some(Value::Array(old)), Some(Value::Array(new))) => {
                    self.in_dependent_keys(keyword, key, &place, old, new);
                }
                (Some(old), Some(new)) if old.is_array() || new.is_array() => {
                    let message = format!("{keyword} of \"{key}\" changed");
                    self.add(keyword, Action::Changed, &place, &message);
                }
                (Some(old), Some(new)) => self.in_schema(&place, old, new),
                (None, _) => {
                    let message = format!("{keyword} of \"{key}\" added");
                    self.add(keyword, Action::Added, &place, &message);
                }
                (_, None) => {
                    let message = format!("{keyword} of \"{key}\" removed");
                    self.add(keyword, Action::Removed, &place, &message);
                }
            }
        }
    }

    fn in_dependent_keys(
        &mut self,
        keyword: &str,
        key: &str,
        place: &Place,
        old: &[Value],
        new: &[Value],
    ) {
        let keys = |list: &'_ [Value]| -> BTreeSet<String> {
            let texts = list.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        };
        // More keys asked for is less that is taken.
        if let Some(action) = set_action(&keys(new), &keys(old)) {
            let message = format!("{keyword} of \"{key}\" {}", set_word(action));
            self.add(keyword, action, place, &message);
        }
    }
}
