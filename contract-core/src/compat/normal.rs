//! Two schemas in one normal form: draft 2020-12, annotations gone, every reference to `#/$defs/...`.
//!
//! Definitions that both sides write alike are shared, others get a name of their own side, so that one map
//! of definitions serves both. What cannot be brought into this form (identifiers inside, dynamic
//! references, drafts that read a keyword in their own way) is left to the validators.

use super::keyword::{self, Holds};
use crate::validate::asserts_format;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Two schemas and what their references name.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) old: Value,
    pub(super) new: Value,
    pub(super) definitions: Map<String, Value>,
}

impl Pair {
    /// The pair in normal form; `None` where one of them has none.
    pub(super) fn of(old: &Value, new: &Value) -> Option<Self> {
        let mut old = Normal::of(old)?;
        let mut new = Normal::of(new)?;
        let shared = shared(&old.definitions, &new.definitions);
        for (side, normal) in [("old", &mut old), ("new", &mut new)] {
            normal.rename(|name| {
                let side = if shared.contains(name) { "both" } else { side };
                format!("{side}.{name}")
            });
        }
        let mut definitions = old.definitions;
        definitions.extend(new.definitions);
        Some(Self {
            old: old.root,
            new: new.root,
            definitions,
        })
    }
}

/// The names that both maps define alike, down to the last reference.
fn shared(old: &Map<String, Value>, new: &Map<String, Value>) -> BTreeSet<String> {
    let mut shared: BTreeSet<String> = old
        .iter()
        .filter(|(name, schema)| new.get(*name) == Some(schema))
        .map(|(name, _)| name.clone())
        .collect();
    loop {
        let apart: Vec<String> = shared
            .iter()
            .filter(|name| {
                let mut names = BTreeSet::new();
                references(&old[*name], &mut names);
                !names.is_subset(&shared)
            })
            .cloned()
            .collect();
        if apart.is_empty() {
            return shared;
        }
        for name in &apart {
            shared.remove(name);
        }
    }
}

/// The names of the definitions that a schema refers to.
pub(super) fn references(schema: &Value, names: &mut BTreeSet<String>) {
    let Value::Object(schema) = schema else {
        return;
    };
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        names.insert(referred(name).to_owned());
    }
    for child in keyword::children(schema) {
        references(child, names);
    }
}

/// The definition that a reference in normal form names.
pub(super) fn referred(reference: &str) -> &str {
    reference.strip_prefix("#/$defs/").unwrap_or(reference)
}

/// One schema in normal form.
struct Normal {
    root: Value,
    definitions: Map<String, Value>,
}

impl Normal {
    fn of(schema: &Value) -> Option<Self> {
        let mut normalizer = Normalizer {
            document: schema,
            draft: Draft::of(schema)?,
            names: BTreeMap::new(),
            waiting: Vec::new(),
        };
        let root = normalizer.schema(schema, true)?;
        let mut definitions = Map::new();
        while let Some((name, place)) = normalizer.waiting.pop() {
            let schema = normalizer.schema(place, std::ptr::eq(place, schema))?;
            definitions.insert(name, schema);
        }
        Some(Self { root, definitions })
    }

    fn rename(&mut self, new_name: impl Fn(&str) -> String) {
        fn visit(schema: &mut Value, new_name: &impl Fn(&str) -> String) {
            if let Value::Object(schema) = schema {
                if let Some(Value::String(reference)) = schema.get_mut("$ref") {
                    *reference = format!("#/$defs/{}", new_name(referred(reference)));
                }
                keyword::for_each_child(schema, &mut |child| visit(child, new_name));
            }
        }
        visit(&mut self.root, &new_name);
        self.definitions = std::mem::take(&mut self.definitions)
            .into_iter()
            .map(|(name, mut schema)| {
                visit(&mut schema, &new_name);
                (new_name(&name), schema)
            })
            .collect();
    }
}

/// The drafts that have a normal form. Draft 4 has none: its `integer` is another one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Draft {
    Draft6,
    Draft7,
    Draft201909,
    Draft202012,
}

impl Draft {
    fn of(schema: &Value) -> Option<Self> {
        let Some(draft) = schema.get("$schema") else {
            return Some(Self::Draft202012);
        };
        let draft = draft.as_str()?.trim_end_matches('#');
        let (_, path) = draft.split_once("://json-schema.org/")?;
        match path {
            "draft-06/schema" => Some(Self::Draft6),
            "draft-07/schema" => Some(Self::Draft7),
            "draft/2019-09/schema" => Some(Self::Draft201909),
            "draft/2020-12/schema" => Some(Self::Draft202012),
            _ => None,
        }
    }

    /// Whether the draft knows a keyword of draft 2020-12.
    fn knows(self, keyword: &str) -> bool {
        let since = match keyword {
            "if" | "then" | "else" => Self::Draft7,
            "dependentRequired"
            | "dependentSchemas"
            | "maxContains"
            | "minContains"
            | "unevaluatedItems"
            | "unevaluatedProperties" => Self::Draft201909,
            "prefixItems" => Self::Draft202012,
            _ => Self::Draft6,
        };
        self >= since
    }
}

/// Keywords that have no normal form.
const BEYOND: [&str; 8] = [
    "$anchor",
    "$dynamicAnchor",
    "$dynamicRef",
    "$recursiveAnchor",
    "$recursiveRef",
    "contentEncoding",
    "contentMediaType",
    "$vocabulary",
];

struct Normalizer<'s> {
    document: &'s Value,
    draft: Draft,
    /// The name of each definition, by the pointer that refers to it.
    names: BTreeMap<String, String>,
    waiting: Vec<(String, &'s Value)>,
}

impl<'s> Normalizer<'s> {
    fn schema(&mut self, schema: &'s Value, is_root: bool) -> Option<Value> {
        let Value::Object(source) = schema else {
            return schema.is_boolean().then(|| schema.clone());
        };
        let is_beyond = |keyword: &&str| {
            source.contains_key(*keyword)
                && (!keyword.starts_with("content") || self.draft < Draft::Draft201909)
        };
        if BEYOND.iter().any(is_beyond)
            || (!is_root && (source.contains_key("$id") || source.contains_key("$schema")))
        {
            return None;
        }
        // Up to draft 7 all that stands beside a reference is ignored (JSON Schema Core draft 7,
        // section 8.3).
        if self.draft <= Draft::Draft7 && source.contains_key("$ref") {
            let reference = self.reference(source.get("$ref")?)?;
            return Some(json!({"$ref": reference}));
        }
        let mut target = Map::new();
        for (keyword, value) in source {
            if self.draft.knows(keyword) {
                self.keyword(keyword, value, source, &mut target)?;
            }
        }
        Some(Value::Object(target))
    }

    fn keyword(
        &mut self,
        keyword: &str,
        value: &'s Value,
        source: &'s Map<String, Value>,
        target: &mut Map<String, Value>,
    ) -> Option<()> {
        let (keyword, value) = match (keyword, value) {
            ("$ref", reference) => (keyword, Value::String(self.reference(reference)?)),
            ("format", Value::String(format)) => {
                if !asserts_format(self.document.get("$schema"), format) {
                    return Some(());
                }
                (keyword, value.clone())
            }
            ("items", Value::Array(schemas)) => ("prefixItems", self.list(schemas)?),
            ("additionalItems", schema) if self.draft < Draft::Draft202012 => {
                if !matches!(source.get("items"), Some(Value::Array(_))) {
                    return Some(());
                }
                ("items", self.schema(schema, false)?)
            }
            ("dependencies", Value::Object(dependencies)) => {
                return self.dependencies(dependencies, target);
            }
            _ => match (keyword::holds(keyword), value) {
                (Holds::One, schema) => (keyword, self.schema(schema, false)?),
                (Holds::List, Value::Array(schemas)) => (keyword, self.list(schemas)?),
                (Holds::Map, Value::Object(schemas)) => {
                    let named = schemas
                        .iter()
                        .map(|(name, schema)| Some((name.clone(), self.schema(schema, false)?)));
                    (keyword, Value::Object(named.collect::<Option<_>>()?))
                }
                (Holds::Plain, value) => (keyword, value.clone()),
                _ => return Some(()),
            },
        };
        target.insert(keyword.to_owned(), value);
        Some(())
    }

    fn list(&mut self, schemas: &'s [Value]) -> Option<Value> {
        schemas
            .iter()
            .map(|schema| self.schema(schema, false))
            .collect::<Option<_>>()
            .map(Value::Array)
    }

    /// `dependencies` of draft 7 (JSON Schema Validation draft 7, section 6.5.7), as two keywords.
    fn dependencies(
        &mut self,
        dependencies: &'s Map<String, Value>,
        target: &mut Map<String, Value>,
    ) -> Option<()> {
        for (name, dependency) in dependencies {
            let (keyword, value) = match dependency {
                Value::Array(_) => ("dependentRequired", dependency.clone()),
                schema => ("dependentSchemas", self.schema(schema, false)?),
            };
            target
                .entry(keyword)
                .or_insert_with(|| json!({}))
                .as_object_mut()?
                .insert(name.clone(), value);
        }
        Some(())
    }

    /// A reference to the definition that `reference` leads to.
    fn reference(&mut self, reference: &'s Value) -> Option<String> {
        let reference = reference.as_str()?;
        let (base, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let own = self.document.get("$id").and_then(Value::as_str);
        let is_own = base.is_empty() || own.is_some_and(|id| id.trim_end_matches('#') == base);
        if !is_own || pointer.contains('%') {
            return None;
        }
        let place = self.document.pointer(pointer)?;
        let name = match self.names.get(pointer) {
            Some(name) => name.clone(),
            None => self.name(pointer, place),
        };
        Some(format!("#/$defs/{name}"))
    }

    fn name(&mut self, pointer: &str, place: &'s Value) -> String {
        let last = pointer.rsplit('/').next().unwrap_or_default();
        let plain: String = last
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c))
            .collect();
        let mut name = if plain.is_empty() {
            "root".to_owned()
        } else {
            plain
        };
        while self.names.values().any(|taken| *taken == name) {
            name.push('_');
        }
        self.names.insert(pointer.to_owned(), name.clone());
        self.waiting.push((name.clone(), place));
        name
    }
}
