//! What changed between two JSON Schemas, keyword by keyword.
//!
//! The two texts are compared, not what they accept: a change says where to look, the comparison of
//! what both accept ([`crate::compat`]) says whether it matters. Nothing is followed across a
//! reference: what changed in `$defs` is reported there, once.

mod array;
mod combination;
mod keyword;
mod kind;
mod object;

pub use kind::{Action, ChangeKind};

use crate::{pointer, violation::printable};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, fmt, sync::LazyLock};

/// How deep two schemas are compared; a schema that compiles is nested 128 levels at most.
const DEEPEST: usize = 256;

/// One thing that changed between two schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    kind: ChangeKind,
    old_path: Option<String>,
    new_path: Option<String>,
    message: String,
}

impl Change {
    /// The kind of change.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        self.kind
    }

    /// JSON Pointer to the place: in the new schema, or in the old one for what is gone.
    #[must_use]
    pub fn path(&self) -> &str {
        self.new_path
            .as_deref()
            .or(self.old_path.as_deref())
            .unwrap_or_default()
    }

    /// JSON Pointer to the place in the old schema; `None` for what is new.
    #[must_use]
    pub fn old_path(&self) -> Option<&str> {
        self.old_path.as_deref()
    }

    /// JSON Pointer to the place in the new schema; `None` for what is gone.
    #[must_use]
    pub fn new_path(&self) -> Option<&str> {
        self.new_path.as_deref()
    }

    /// What changed, in lower case, without a full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether it changes nothing of what the schema accepts.
    #[must_use]
    pub fn is_annotation(&self) -> bool {
        self.kind.is_annotation()
    }
}

/// The place and what changed there.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            "" => f.write_str(&self.message),
            path => write!(f, "{}: {}", printable(path), self.message),
        }
    }
}

/// What changed from `old` to `new`, ordered by JSON Pointer.
///
/// ```
/// use contract_core::compat::change::changes;
/// use serde_json::json;
///
/// let old = json!({"properties": {"name": {"type": "string", "maxLength": 100}}});
/// let new = json!({"properties": {"name": {"type": "string", "maxLength": 50}}});
/// let changes = changes(&old, &new);
/// assert_eq!(changes[0].path(), "/properties/name/maxLength");
/// assert_eq!(changes[0].message(), "maxLength decreased from 100 to 50");
/// assert_eq!(changes[0].kind().to_string(), "max-length-decreased");
/// ```
#[must_use]
pub fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let mut found = Found(Vec::new());
    found.in_schema(&Place::default(), old, new);
    let mut changes = found.0;
    changes.sort_by(|a, b| {
        pointer::compare(a.path(), b.path())
            .then_with(|| a.kind.cmp(&b.kind))
            .then_with(|| a.message.cmp(&b.message))
    });
    changes
}

/// The same place in both schemas.
#[derive(Clone, Default)]
struct Place {
    old: String,
    new: String,
    depth: usize,
}

impl Place {
    /// The place below that has the same token in both.
    fn child(&self, token: &str) -> Self {
        self.children(token, token)
    }

    /// The place below that has these tokens.
    fn children(&self, old: &str, new: &str) -> Self {
        Self {
            old: pointer::child(&self.old, old),
            new: pointer::child(&self.new, new),
            depth: self.depth + 1,
        }
    }

    fn indexes(&self, old: usize, new: usize) -> Self {
        self.children(&old.to_string(), &new.to_string())
    }
}

/// The keywords of two schemas, and where the schemas are.
struct Schemas<'a> {
    place: &'a Place,
    old: &'a Map<String, Value>,
    new: &'a Map<String, Value>,
}

impl<'a> Schemas<'a> {
    fn get(&self, keyword: &str) -> (Option<&'a Value>, Option<&'a Value>) {
        (self.old.get(keyword), self.new.get(keyword))
    }

    /// The members of an object that is the value of `keyword`; none where it is not there.
    fn members(&self, keyword: &str) -> (&'a Map<String, Value>, &'a Map<String, Value>) {
        let members = |value: Option<&'a Value>| value.and_then(Value::as_object);
        let (old, new) = self.get(keyword);
        (
            members(old).unwrap_or(&EMPTY),
            members(new).unwrap_or(&EMPTY),
        )
    }
}

static EMPTY: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

/// The keywords of a schema; `None` for one that nothing satisfies by its form.
fn keywords(schema: &Value) -> Option<&Map<String, Value>> {
    match schema {
        Value::Object(keywords) => Some(keywords),
        Value::Bool(true) => Some(&EMPTY),
        _ => None,
    }
}

/// The keys of both, each once, in order.
fn union<'a>(
    old: &'a Map<String, Value>,
    new: &'a Map<String, Value>,
) -> impl Iterator<Item = &'a String> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    keys.into_iter()
}

/// What has been found so far.
struct Found(Vec<Change>);

impl Found {
    fn add(&mut self, subject: &str, action: Action, place: &Place, message: &str) {
        self.0.push(Change {
            kind: ChangeKind::of(subject, action),
            old_path: (!action.is_addition()).then(|| place.old.clone()),
            new_path: (!action.is_removal()).then(|| place.new.clone()),
            message: printable(message).into_owned(),
        });
    }

    /// What changed between two schemas that stand for each other.
    fn in_schema(&mut self, place: &Place, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        if place.depth > DEEPEST {
            return self.add("schema", Action::Changed, place, "schema changed");
        }
        match (keywords(old), keywords(new)) {
            (Some(old), Some(new)) => self.in_keywords(&Schemas { place, old, new }),
            (None, Some(_)) => {
                self.add(
                    "schema",
                    Action::Extended,
                    place,
                    "schema extended from false",
                );
            }
            (Some(_), None) => {
                self.add(
                    "schema",
                    Action::Narrowed,
                    place,
                    "schema narrowed to false",
                );
            }
            (None, None) => {}
        }
    }

    fn in_keywords(&mut self, schemas: &Schemas<'_>) {
        for keyword in union(schemas.old, schemas.new) {
            match keyword.as_str() {
                "type" => self.in_type(schemas),
                "maxLength" | "minLength" | "maxItems" | "minItems" | "maxProperties"
                | "minProperties" | "maxContains" | "minContains" | "maximum" | "minimum"
                | "exclusiveMaximum" | "exclusiveMinimum" => self.in_bound(keyword, schemas),
                "multipleOf" => self.in_multiple_of(schemas),
                "uniqueItems" => self.in_unique_items(schemas),
                "required" => self.in_required(schemas),
                "properties" => self.in_properties(schemas),
                "patternProperties" => self.in_members(keyword, keyword, schemas),
                "$defs" | "definitions" => self.in_members(keyword, "definition", schemas),
                "dependentRequired" | "dependentSchemas" | "dependencies" => {
                    self.in_dependencies(keyword, schemas);
                }
                "additionalProperties"
                | "unevaluatedProperties"
                | "unevaluatedItems"
                | "contains"
                | "propertyNames"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contentSchema" => {
                    let (old, new) = schemas.get(keyword);
                    self.in_subschema(keyword, &schemas.place.child(keyword), old, new);
                }
                // Compared together below.
                "const" | "enum" | "prefixItems" | "items" | "additionalItems" | "allOf"
                | "anyOf" | "oneOf" => {}
                _ => self.in_plain(keyword, schemas),
            }
        }
        self.in_values(schemas);
        self.in_items(schemas);
        self.in_combinations(schemas);
    }

    /// A keyword whose value is one schema.
    fn in_subschema(
        &mut self,
        keyword: &str,
        place: &Place,
        old: Option<&Value>,
        new: Option<&Value>,
    ) {
        let (old, new) = match (old, new) {
            (None, None) => return,
            (None, Some(new)) => {
                let message = format!("{keyword} added: {}", Breadth::of(new).as_str());
                return self.add(keyword, Action::Added, place, &message);
            }
            (Some(old), None) => {
                let message = format!("{keyword} removed, was {}", Breadth::of(old).as_str());
                return self.add(keyword, Action::Removed, place, &message);
            }
            (Some(old), Some(new)) => (old, new),
        };
        let (before, now) = (Breadth::of(old), Breadth::of(new));
        if before == now {
            return self.in_schema(place, old, new);
        }
        let action = if before < now {
            Action::Extended
        } else {
            Action::Narrowed
        };
        let how = if before < now { "extended" } else { "narrowed" };
        let message = format!(
            "{keyword} {how} from {} to {}",
            before.as_str(),
            now.as_str()
        );
        self.add(keyword, action, place, &message);
    }

    /// A keyword whose members are schemas.
    fn in_members(&mut self, keyword: &str, subject: &str, schemas: &Schemas<'_>) {
        let (old, new) = schemas.members(keyword);
        let place = schemas.place.child(keyword);
        for key in union(old, new) {
            let place = place.child(key);
            match (old.get(key), new.get(key)) {
                (Some(old), Some(new)) => self.in_schema(&place, old, new),
                (None, _) => {
                    self.add(
                        subject,
                        Action::Added,
                        &place,
                        &format!("{subject} \"{key}\" added"),
                    );
                }
                (_, None) => {
                    let message = format!("{subject} \"{key}\" removed");
                    self.add(subject, Action::Removed, &place, &message);
                }
            }
        }
    }
}

/// How much a schema takes, as far as its form says it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Breadth {
    Nothing,
    Something,
    Everything,
}

impl Breadth {
    fn of(schema: &Value) -> Self {
        match keywords(schema) {
            None => Self::Nothing,
            Some(keywords) if keywords.is_empty() => Self::Everything,
            Some(_) => Self::Something,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "false",
            Self::Something => "a schema",
            Self::Everything => "true",
        }
    }
}
