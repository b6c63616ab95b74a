//! Keywords of arrays: the first items, each with a schema of its own, and the others.

use super::{Found, Schemas, object::Openness};
use serde_json::{Map, Value};

/// The first items and the others, with their keywords: those of draft 2020-12, or of the drafts
/// before it, where `items` could be a list.
struct Items<'a> {
    first: (&'static str, &'a [Value]),
    others: (&'static str, Option<&'a Value>),
}

impl<'a> Items<'a> {
    fn of(schema: &'a Map<String, Value>) -> Self {
        if let Some(Value::Array(first)) = schema.get("items") {
            return Self {
                first: ("items", first),
                others: ("additionalItems", schema.get("additionalItems")),
            };
        }
        let first = schema.get("prefixItems").and_then(Value::as_array);
        Self {
            first: ("prefixItems", first.map_or(&[], Vec::as_slice)),
            others: ("items", schema.get("items")),
        }
    }

    fn openness(&self, schema: &Map<String, Value>) -> Openness {
        Openness::of(
            self.others.1.or_else(|| schema.get("unevaluatedItems")),
            false,
        )
    }
}

impl Found {
    pub(super) fn in_items(&mut self, schemas: &Schemas<'_>) {
        let (old, new) = (Items::of(schemas.old), Items::of(schemas.new));
        let place = schemas.place.children(old.first.0, new.first.0);
        for index in 0..old.first.1.len().max(new.first.1.len()) {
            let place = place.indexes(index, index);
            match (old.first.1.get(index), new.first.1.get(index)) {
                (Some(old), Some(new)) => self.in_schema(&place, old, new),
                (None, _) => {
                    let open = old.openness(schemas.old);
                    let message = format!("item {index} added to {} array", open.as_str());
                    self.add("item", open.addition(), &place, &message);
                }
                (_, None) => {
                    let open = new.openness(schemas.new);
                    let message = format!("item {index} removed from {} array", open.as_str());
                    self.add("item", open.removal(), &place, &message);
                }
            }
        }
        let keyword = new.others.1.map_or(old.others.0, |_| new.others.0);
        let place = schemas.place.children(old.others.0, new.others.0);
        self.in_subschema(keyword, &place, old.others.1, new.others.1);
    }
}
