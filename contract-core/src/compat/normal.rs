//! Two schemas in one normal form: draft 2020-12, annotations gone, every reference to `#/$defs/...`.
//!
//! Definitions that both sides write alike are shared, others get a name of their own side, so that one map
//! of definitions serves both. What cannot be brought into this form (identifiers inside, dynamic
//! references, drafts that read a keyword in their own way) is left to the validators.

use super::keyword::{self, Holds};
use crate::validate::asserts_format;
use percent_encoding::percent_decode_str;
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

/// Whether an object somewhere in `value` has the key.
fn mentions(value: &Value, key: &str) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|element| mentions(element, key)),
        Value::Object(members) => {
            members.contains_key(key) || members.values().any(|member| mentions(member, key))
        }
        _ => false,
    }
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

/// Leaves one of each schema.
fn drop_repeated(schemas: &mut Vec<Value>) {
    let mut seen = BTreeSet::new();
    schemas.retain(|schema| seen.insert(schema.to_string()));
}

/// The drafts that have a normal form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Draft {
    Draft4,
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
            "draft-04/schema" => Some(Self::Draft4),
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
            "const" | "contains" | "propertyNames" => Self::Draft6,
            "if" | "then" | "else" => Self::Draft7,
            "dependentRequired"
            | "dependentSchemas"
            | "maxContains"
            | "minContains"
            | "unevaluatedItems"
            | "unevaluatedProperties" => Self::Draft201909,
            "prefixItems" => Self::Draft202012,
            _ => Self::Draft4,
        };
        self >= since
    }
}

/// Keywords that have no normal form.
const BEYOND: [&str; 1] = ["$vocabulary"];

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
        let has = |keyword: &str| source.contains_key(keyword);
        let asserts_content = has("contentEncoding") || has("contentMediaType");
        let is_resource =
            has("$id") || has("$schema") || (has("id") && self.draft == Draft::Draft4);
        if BEYOND.iter().any(|keyword| has(keyword))
            || (asserts_content && self.draft <= Draft::Draft7)
            || (has("$dynamicRef") && self.draft != Draft::Draft202012)
            || (has("$recursiveRef") && self.draft != Draft::Draft201909)
            || (is_resource && !is_root)
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
        let mut all = vec![Value::Object(target)];
        if let Some(Value::Object(dependencies)) = source.get("dependencies") {
            all.push(self.dependencies(dependencies)?);
        }
        for reference in ["$dynamicRef", "$recursiveRef"]
            .iter()
            .filter_map(|key| source.get(*key))
        {
            all.push(json!({"$ref": self.reference(reference)?}));
        }
        Some(match all.len() {
            1 => all.remove(0),
            _ => json!({"allOf": all}),
        })
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
            // Up to draft 6 a host name may hold what only looks like an A-label.
            ("format", Value::String(format))
                if self.draft <= Draft::Draft6 && format == "hostname" =>
            {
                return None;
            }
            ("format", Value::String(format)) => {
                if !asserts_format(self.document.get("$schema"), format) {
                    return Some(());
                }
                (keyword, value.clone())
            }
            ("items", Value::Array(schemas)) => ("prefixItems", self.list(schemas)?),
            // In draft 2019-09 `contains` evaluates no element (JSON Schema Core 2019-09, section 9.3.1.4).
            ("unevaluatedItems", _)
                if self.draft == Draft::Draft201909 && mentions(self.document, "contains") =>
            {
                return None;
            }
            ("additionalItems", schema) if self.draft < Draft::Draft202012 => {
                if !matches!(source.get("items"), Some(Value::Array(_))) {
                    return Some(());
                }
                ("items", self.schema(schema, false)?)
            }
            ("minimum" | "maximum", value) => {
                // Draft 4: the exclusive keyword is a word about its neighbour.
                let exclusive = if keyword == "minimum" {
                    "exclusiveMinimum"
                } else {
                    "exclusiveMaximum"
                };
                let is_exclusive = source.get(exclusive) == Some(&Value::Bool(true));
                (
                    if is_exclusive { exclusive } else { keyword },
                    value.clone(),
                )
            }
            ("exclusiveMinimum" | "exclusiveMaximum", Value::Bool(_)) => return Some(()),
            ("type", types) if self.draft == Draft::Draft4 => {
                // There 1.0 is no integer (JSON Schema Core draft 4, section 3.5).
                let names = types
                    .as_array()
                    .map_or(std::slice::from_ref(types), Vec::as_slice);
                if names.iter().any(|name| name == "integer") {
                    return None;
                }
                (keyword, value.clone())
            }
            _ => match (keyword::holds(keyword), value) {
                (Holds::One, schema) => (keyword, self.schema(schema, false)?),
                (Holds::List, Value::Array(schemas)) => {
                    let mut schemas = self.list(schemas)?;
                    if let ("allOf" | "anyOf", Value::Array(branches)) = (keyword, &mut schemas) {
                        drop_repeated(branches);
                    }
                    (keyword, schemas)
                }
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

    /// `dependencies` (JSON Schema Validation draft 7, section 6.5.7) as two keywords. The validators know
    /// it in every draft.
    fn dependencies(&mut self, dependencies: &'s Map<String, Value>) -> Option<Value> {
        let (mut required, mut schemas) = (Map::new(), Map::new());
        for (name, dependency) in dependencies {
            if dependency.is_array() {
                required.insert(name.clone(), dependency.clone());
            } else {
                schemas.insert(name.clone(), self.schema(dependency, false)?);
            }
        }
        Some(json!({"dependentRequired": required, "dependentSchemas": schemas}))
    }

    /// A reference to the definition that `reference` leads to.
    fn reference(&mut self, reference: &'s Value) -> Option<String> {
        let reference = reference.as_str()?;
        let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        // A fragment is percent-encoded (RFC 6901, section 6).
        let pointer = &*percent_decode_str(fragment).decode_utf8().ok()?;
        let id = if self.draft == Draft::Draft4 {
            "id"
        } else {
            "$id"
        };
        let own = self.document.get(id).and_then(Value::as_str);
        let is_own = base.is_empty() || own.is_some_and(|id| id.trim_end_matches('#') == base);
        if !is_own {
            return None;
        }
        let place = if pointer.is_empty() || pointer.starts_with('/') {
            self.document.pointer(pointer)?
        } else {
            self.anchored(pointer)?
        };
        if self.passes_identifier(pointer) {
            return None;
        }
        let name = match self.names.get(pointer) {
            Some(name) => name.clone(),
            None => self.name(pointer, place),
        };
        Some(format!("#/$defs/{name}"))
    }

    /// The one schema with an anchor, static or dynamic: in a document that is one resource, both lead to
    /// the same place (JSON Schema Core 2020-12, section 8.2.3.2).
    fn anchored(&self, anchor: &str) -> Option<&'s Value> {
        fn find<'s>(value: &'s Value, anchor: &str, found: &mut Vec<&'s Value>) {
            match value {
                Value::Object(members) => {
                    let names = ["$anchor", "$dynamicAnchor"].map(|keyword| members.get(keyword));
                    if names.iter().flatten().any(|name| *name == anchor) {
                        found.push(value);
                    }
                    for member in members.values() {
                        find(member, anchor, found);
                    }
                }
                Value::Array(elements) => {
                    for element in elements {
                        find(element, anchor, found);
                    }
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        find(self.document, anchor, &mut found);
        let mut inner = self.document.as_object().into_iter().flat_map(Map::values);
        match found.as_slice() {
            [one] if !inner.any(|value| mentions(value, "$id")) => Some(one),
            _ => None,
        }
    }

    /// Whether a pointer leads into a schema with an identifier of its own, where references start from
    /// that (JSON Schema Core 2020-12, section 8.2.1).
    fn passes_identifier(&self, pointer: &str) -> bool {
        let ends = pointer.match_indices('/').map(|(index, _)| index).skip(1);
        ends.filter_map(|end| self.document.pointer(&pointer[..end]))
            .any(|place| place.get("$id").is_some_and(Value::is_string))
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
