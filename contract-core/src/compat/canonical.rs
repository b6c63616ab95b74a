//! Questions to the canonical form of `jsonschema`, within bounds.
//!
//! The canonical form of a schema with many alternatives can take more time and memory than a server has to
//! give. A schema beyond the bounds is not asked about, and the answer is that nothing is known.

use super::{normal, stop, witness::size};
use crate::{canonical, validate::on_large_stack};
use jsonschema::canonical::{CanonicalSchema, Containment, Satisfiability};
use serde_json::{Map, Value, json};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

/// The values and characters of all schemas that are asked about for one comparison.
const MOST_WORK: usize = 4_000_000;

/// How often alternatives of two schemas may meet.
const MOST_MEETINGS: usize = 300;
/// How often they may meet where one is subtracted from the other.
const MOST_SUBTRACTED: usize = 64;
/// How large both may be then, in values and characters.
const LARGEST_SUBTRACTED: usize = 4_000;

/// What is asked about: schemas in normal form, and what their references name.
pub(super) struct Canonical<'p> {
    definitions: &'p Map<String, Value>,
    work: Cell<usize>,
    forms: RefCell<HashMap<String, Option<Rc<Form>>>>,
}

impl<'p> Canonical<'p> {
    pub(super) fn new(definitions: &'p Map<String, Value>) -> Self {
        Self {
            definitions,
            work: Cell::new(MOST_WORK),
            forms: RefCell::default(),
        }
    }

    /// Whether `wide` takes all that `narrow` takes.
    pub(super) fn covers(&self, wide: &Value, narrow: &Value) -> Containment {
        self.both(wide, narrow, MOST_MEETINGS, |wide, narrow| {
            wide.covers(narrow).ok()
        })
        .unwrap_or(Containment::Unknown)
    }

    /// What `narrow` takes and `wide` does not, as a schema; `None` where that cannot be said.
    pub(super) fn difference(&self, narrow: &Value, wide: &Value) -> Option<Value> {
        if size(narrow) + size(wide) > LARGEST_SUBTRACTED {
            return None;
        }
        self.both(narrow, wide, MOST_SUBTRACTED, |narrow, wide| {
            Some(narrow.subtract(wide).ok()?.to_json_schema())
        })
    }

    /// Whether it is proven that no value is valid.
    pub(super) fn is_empty(&self, schema: &Value) -> bool {
        self.form(schema)
            .is_some_and(|form| form.schema.satisfiability() == Satisfiability::No)
    }

    /// An answer from the canonical forms of two schemas. Their alternatives meet each other.
    fn both<T>(
        &self,
        left: &Value,
        right: &Value,
        most: usize,
        answer: impl FnOnce(&CanonicalSchema, &CanonicalSchema) -> Option<T>,
    ) -> Option<T> {
        let (left, right) = (self.form(left)?, self.form(right)?);
        let meetings = left.combinations * right.combinations;
        if meetings > most || !self.affords((left.size + right.size) * meetings) {
            return None;
        }
        on_large_stack(|| answer(&left.schema, &right.schema))
    }

    /// The canonical form of a schema, looked for once.
    fn form(&self, schema: &Value) -> Option<Rc<Form>> {
        let document = with_definitions(schema, self.definitions);
        let key = document.to_string();
        if let Some(known) = self.forms.borrow().get(&key) {
            return known.clone();
        }
        let form = self.new_form(&document).map(Rc::new);
        self.forms.borrow_mut().insert(key, form.clone());
        form
    }

    fn new_form(&self, document: &Value) -> Option<Form> {
        let (size, combinations) = (size(document), canonical::combinations(document)?);
        // Each alternative is held against each other.
        if !self.affords(size * combinations * combinations) {
            return None;
        }
        let schema = canonical::of(document)?;
        Some(Form {
            schema,
            size,
            combinations,
        })
    }

    /// Whether so much work is left.
    fn affords(&self, work: usize) -> bool {
        let left = self
            .work
            .get()
            .checked_sub(work)
            .filter(|_| !stop::is_asked());
        if let Some(left) = left {
            self.work.set(left);
        }
        left.is_some()
    }
}

/// A canonical form.
struct Form {
    schema: CanonicalSchema,
    size: usize,
    combinations: usize,
}

/// A schema in normal form as a document of its own, with the definitions that it reaches.
pub(super) fn with_definitions(schema: &Value, definitions: &Map<String, Value>) -> Value {
    let mut names = BTreeSet::new();
    normal::references(schema, &mut names);
    let mut reached = Map::new();
    while let Some(name) = names.pop_first() {
        if let (false, Some(schema)) = (reached.contains_key(&name), definitions.get(&name)) {
            normal::references(schema, &mut names);
            reached.insert(name, schema.clone());
        }
    }
    if reached.is_empty() {
        return schema.clone();
    }
    json!({"allOf": [schema], "$defs": reached})
}
