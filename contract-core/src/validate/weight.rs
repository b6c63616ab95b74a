//! How heavy a schema is, before it is compiled.
//!
//! A compiled schema is mostly as large as its source. Two things multiply it: a reference into
//! another resource (`$id`) is compiled anew on each way that leads to it, and `unevaluatedProperties`
//! and `unevaluatedItems` carry along all that is reachable from where they stand. Both are counted here by
//! following references, each way once, up to a bound; a schema beyond it is refused, for to compile
//! it could take more memory than the machine has.

use serde_json::{Map, Value};

/// Bytes that a keyword or value of the source takes once compiled, roughly.
const BYTES_A_VALUE: usize = 512;
/// Bytes that a schema takes which is compiled once more for the way that leads to it, at most.
const BYTES_A_WAY: usize = 8 << 10;
/// Bytes that a compiled pattern takes, roughly.
const BYTES_A_PATTERN: usize = 16 << 10;
/// The most ways that are followed.
const MOST_WAYS: usize = 10_000;

/// The bytes that `schema` takes once compiled, roughly; `None` where that has no useful bound.
pub(super) fn of(schema: &Value) -> Option<usize> {
    let mut index = Index::default();
    index.add(schema, true);
    let mut ways = Ways {
        index: &index,
        left: MOST_WAYS,
    };
    if index.resources.len() > 1 {
        ways.from(schema, &mut Vec::new(), index.unevaluated.is_empty())?;
    } else {
        for place in &index.unevaluated {
            ways.from(place, &mut Vec::new(), true)?;
        }
    }
    Some(
        index.values * BYTES_A_VALUE
            + (MOST_WAYS - ways.left) * BYTES_A_WAY
            + index.patterns * BYTES_A_PATTERN,
    )
}

/// What of a schema references can lead to.
#[derive(Default)]
struct Index<'s> {
    values: usize,
    patterns: usize,
    /// The root, and each schema with an identifier of its own.
    resources: Vec<&'s Value>,
    anchored: Vec<(&'s str, &'s Value)>,
    unevaluated: Vec<&'s Value>,
}

impl<'s> Index<'s> {
    fn add(&mut self, value: &'s Value, is_root: bool) {
        self.values += 1;
        match value {
            Value::Object(members) => {
                let text = |key: &str| members.get(key).and_then(Value::as_str);
                if is_root || text("$id").or(text("id")).is_some() {
                    self.resources.push(value);
                }
                for key in ["$anchor", "$dynamicAnchor"] {
                    self.anchored.extend(text(key).map(|name| (name, value)));
                }
                if members.keys().any(|key| key.starts_with("unevaluated")) {
                    self.unevaluated.push(value);
                }
                self.patterns += usize::from(members.contains_key("pattern"));
                if let Some(Value::Object(patterns)) = members.get("patternProperties") {
                    self.patterns += patterns.len();
                }
                for member in members.values() {
                    self.add(member, false);
                }
            }
            Value::Array(elements) => {
                for element in elements {
                    self.add(element, false);
                }
            }
            _ => {}
        }
    }

    /// Where a reference may lead: exactly where that is easy to tell, else to every resource.
    fn targets(&self, reference: &str) -> Vec<&'s Value> {
        let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let bases: Vec<&Value> = if base.is_empty() {
            self.resources.clone()
        } else {
            let named: Vec<&Value> = self
                .resources
                .iter()
                .copied()
                .filter(|resource| {
                    let id = resource.get("$id").or_else(|| resource.get("id"));
                    id.and_then(Value::as_str).is_some_and(|id| id == base)
                })
                .collect();
            if named.is_empty() {
                self.resources.clone()
            } else {
                named
            }
        };
        if fragment.is_empty() {
            return bases;
        }
        if !fragment.starts_with('/') {
            let anchored = self.anchored.iter().filter(|(name, _)| *name == fragment);
            return anchored.map(|(_, place)| *place).collect();
        }
        bases
            .into_iter()
            .filter_map(|base| base.pointer(fragment))
            .collect()
    }
}

/// A walk along every way from a schema, references included.
struct Ways<'s> {
    index: &'s Index<'s>,
    left: usize,
}

impl<'s> Ways<'s> {
    /// Counts the schemas on every way from `place`; `None` when they are too many. `on_the_way`
    /// has the references that led here: one that leads back is not followed again. Unless `flat`,
    /// each `unevaluated...` on the way counts what is reachable from it once more.
    fn from(
        &mut self,
        place: &'s Value,
        on_the_way: &mut Vec<*const Value>,
        flat: bool,
    ) -> Option<()> {
        match place {
            Value::Object(members) => {
                self.left = self.left.checked_sub(1)?;
                if !flat && members.keys().any(|key| key.starts_with("unevaluated")) {
                    self.from(place, &mut on_the_way.clone(), true)?;
                }
                self.follow(members, on_the_way, flat)?;
                members
                    .iter()
                    .filter(|(key, _)| !matches!(key.as_str(), "$defs" | "definitions"))
                    .try_for_each(|(_, member)| self.from(member, on_the_way, flat))
            }
            Value::Array(elements) => elements
                .iter()
                .try_for_each(|element| self.from(element, on_the_way, flat)),
            _ => Some(()),
        }
    }

    fn follow(
        &mut self,
        members: &'s Map<String, Value>,
        on_the_way: &mut Vec<*const Value>,
        flat: bool,
    ) -> Option<()> {
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            let Some(reference) = members.get(keyword).and_then(Value::as_str) else {
                continue;
            };
            for target in self.index.targets(reference) {
                let identity = std::ptr::from_ref(target);
                if !on_the_way.contains(&identity) {
                    on_the_way.push(identity);
                    self.from(target, on_the_way, flat)?;
                    on_the_way.pop();
                }
            }
        }
        Some(())
    }
}
