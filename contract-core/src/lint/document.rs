//! A schema with all its subschemas: which they are, by whose draft, and where they stand.

use super::{
    emptiness::Emptiness,
    keyword::{self, Holds},
};
use crate::pointer;
use jsonschema::Draft;
use serde_json::{Map, Value};
use std::cell::OnceCell;

/// A schema and the subschemas that its keywords lead to.
pub(super) struct Document<'s> {
    root: &'s Value,
    schemas: Vec<Subschema<'s>>,
    emptiness: OnceCell<Option<Emptiness<'s>>>,
}

/// An object that is a schema.
pub(super) struct Subschema<'s> {
    pub members: &'s Map<String, Value>,
    pub draft: Draft,
    pub place: Option<Place<'s>>,
}

/// Where a subschema stands in the one around it. A path is built only for what is reported.
#[derive(Clone, Copy)]
pub(super) struct Place<'s> {
    pub parent: usize,
    pub keyword: &'s str,
    pub token: Token<'s>,
}

/// What leads from a keyword to a subschema.
#[derive(Clone, Copy)]
pub(super) enum Token<'s> {
    /// The keyword's value is the schema.
    None,
    Index(usize),
    Key(&'s str),
}

impl<'s> Document<'s> {
    pub fn new(root: &'s Value) -> Self {
        let mut document = Self {
            root,
            schemas: Vec::new(),
            emptiness: OnceCell::new(),
        };
        document.add(root, Draft::default(), None);
        let mut next = 0;
        while next < document.schemas.len() {
            document.add_children(next);
            next += 1;
        }
        document
    }

    fn add(&mut self, value: &'s Value, draft: Draft, place: Option<Place<'s>>) {
        if let Value::Object(members) = value {
            let draft = match draft.detect(value) {
                Draft::Unknown => draft,
                own => own,
            };
            self.schemas.push(Subschema {
                members,
                draft,
                place,
            });
        }
    }

    fn add_children(&mut self, parent: usize) {
        let Subschema { members, draft, .. } = self.schemas[parent];
        for (keyword, value) in members {
            let Some(known) = keyword::find(keyword).filter(|known| known.is_of(draft)) else {
                continue;
            };
            if is_hidden(members, draft, keyword) {
                continue;
            }
            let mut child = |value, token| {
                let place = Place {
                    parent,
                    keyword,
                    token,
                };
                self.add(value, draft, Some(place));
            };
            match (known.holds, value) {
                (Holds::Schema | Holds::SchemaOrList, Value::Object(_)) => {
                    child(value, Token::None);
                }
                (Holds::List | Holds::SchemaOrList, Value::Array(elements)) => {
                    for (index, element) in elements.iter().enumerate() {
                        child(element, Token::Index(index));
                    }
                }
                (Holds::Map, Value::Object(entries)) => {
                    for (key, entry) in entries {
                        child(entry, Token::Key(key));
                    }
                }
                _ => {}
            }
        }
    }

    /// The schema itself and all its subschemas that are objects, a parent before its children.
    pub fn schemas(&self) -> impl Iterator<Item = &Subschema<'s>> {
        self.schemas.iter()
    }

    /// The schema around one.
    pub fn parent(&self, schema: &Subschema<'s>) -> Option<(&Subschema<'s>, Place<'s>)> {
        let place = schema.place?;
        Some((&self.schemas[place.parent], place))
    }

    /// JSON Pointer to the place in `schema` that the tokens lead to.
    pub fn path(&self, schema: &Subschema<'_>, tokens: &[&str]) -> String {
        let mut steps = Vec::new();
        let mut place = schema.place;
        while let Some(step) = place {
            steps.push(step);
            place = self.schemas[step.parent].place;
        }
        let mut path = String::new();
        for step in steps.into_iter().rev() {
            path += &pointer::child("", step.keyword);
            match step.token {
                Token::None => {}
                Token::Index(index) => path += &pointer::child("", &index.to_string()),
                Token::Key(key) => path += &pointer::child("", key),
            }
        }
        for token in tokens {
            path += &pointer::child("", token);
        }
        path
    }

    /// Which of the subschemas no value satisfies; `None` where that is not to be found out.
    pub fn emptiness(&self) -> Option<&Emptiness<'s>> {
        self.emptiness
            .get_or_init(|| Emptiness::of(self.root))
            .as_ref()
    }

    /// The subschema that a reference within the document leads to: `#` and `#/...` alone are followed.
    pub fn target(&self, reference: &str) -> Option<&'s Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }
}

impl<'s> Subschema<'s> {
    /// The keyword's value, where the keyword has an effect here.
    pub fn get(&self, keyword: &str) -> Option<&'s Value> {
        if is_hidden(self.members, self.draft, keyword) {
            return None;
        }
        self.members.get(keyword)
    }

    /// The keyword's value, where it is an object.
    pub fn object(&self, keyword: &str) -> Option<&'s Map<String, Value>> {
        self.get(keyword)?.as_object()
    }

    /// The elements of the keyword's value, where it is an array.
    pub fn list(&self, keyword: &str) -> &'s [Value] {
        self.get(keyword)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The names of the types that `type` allows; `None` where it allows all.
    pub fn types(&self) -> Option<Vec<&'s str>> {
        match self.get("type")? {
            Value::String(one) => Some(vec![one]),
            Value::Array(several) => Some(several.iter().filter_map(Value::as_str).collect()),
            _ => None,
        }
    }
}

/// Whether a keyword stands beside a `$ref` that hides it: up to draft 7 all do but those that hold
/// definitions (JSON Schema Core draft 7, section 8.3).
pub(super) fn is_hidden(members: &Map<String, Value>, draft: Draft, keyword: &str) -> bool {
    draft <= Draft::Draft7
        && members.get("$ref").is_some_and(Value::is_string)
        && !matches!(keyword, "$ref" | "definitions" | "$defs")
}
