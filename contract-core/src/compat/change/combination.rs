//! Keywords that combine schemas: `allOf`, `anyOf`, `oneOf`.

use super::{Action, Found, Place, Schemas};
use serde_json::{Map, Value};
use std::collections::HashMap;

const KEYWORDS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

impl Found {
    pub(super) fn in_combinations(&mut self, schemas: &Schemas<'_>) {
        if let (Some(old), Some(new)) = (only(schemas.old), only(schemas.new))
            && old != new
        {
            let place = schemas.place.children(old, new);
            let message = format!("{old} changed into {new}");
            self.add("combination", Action::Changed, &place, &message);
            return self.in_alternatives(
                new,
                &place,
                list(schemas.old, old),
                list(schemas.new, new),
            );
        }
        for keyword in KEYWORDS {
            let place = schemas.place.child(keyword);
            let (old, new) = (list(schemas.old, keyword), list(schemas.new, keyword));
            match schemas.get(keyword) {
                (None, None) => {}
                (None, Some(_)) => {
                    let message = format!("{keyword} added: {}", counted(new.len()));
                    self.add(keyword, Action::Added, &place, &message);
                }
                (Some(_), None) => {
                    let message = format!("{keyword} removed, was {}", counted(old.len()));
                    self.add(keyword, Action::Removed, &place, &message);
                }
                (Some(_), Some(_)) => self.in_alternatives(keyword, &place, old, new),
            }
        }
    }

    /// Two lists of schemas: equal ones stand for each other wherever they are, the others in order.
    fn in_alternatives(&mut self, keyword: &str, place: &Place, old: &[Value], new: &[Value]) {
        let mut unmatched: HashMap<&Value, Vec<usize>> = HashMap::new();
        for (index, schema) in old.iter().enumerate().rev() {
            unmatched.entry(schema).or_default().push(index);
        }
        let mut rest_of_new = Vec::new();
        for (index, schema) in new.iter().enumerate() {
            if unmatched.get_mut(schema).and_then(Vec::pop).is_none() {
                rest_of_new.push(index);
            }
        }
        let mut rest_of_old: Vec<usize> = unmatched.into_values().flatten().collect();
        rest_of_old.sort_unstable();
        for (&before, &now) in rest_of_old.iter().zip(&rest_of_new) {
            self.in_schema(&place.indexes(before, now), &old[before], &new[now]);
        }
        for &index in rest_of_new.iter().skip(rest_of_old.len()) {
            let message = format!("{keyword} grown by a schema");
            self.add(
                keyword,
                Action::Grown,
                &place.indexes(index, index),
                &message,
            );
        }
        for &index in rest_of_old.iter().skip(rest_of_new.len()) {
            let message = format!("{keyword} shrunk by a schema");
            self.add(
                keyword,
                Action::Shrunk,
                &place.indexes(index, index),
                &message,
            );
        }
    }
}

/// The one of the keywords that a schema has, where it has only one.
fn only(schema: &Map<String, Value>) -> Option<&'static str> {
    let mut present = KEYWORDS
        .into_iter()
        .filter(|keyword| schema.contains_key(*keyword));
    let first = present.next()?;
    present.next().is_none().then_some(first)
}

fn list<'a>(schema: &'a Map<String, Value>, keyword: &str) -> &'a [Value] {
    let list = schema.get(keyword).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

fn counted(schemas: usize) -> String {
    match schemas {
        1 => "1 schema".to_owned(),
        many => format!("{many} schemas"),
    }
}
