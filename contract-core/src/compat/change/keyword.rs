//! Keywords whose value is no schema: types, values, bounds, texts and annotations.

use super::{Action, ChangeKind, Found, Schemas, kind::subject_of};
use jsonschema::canonical;
use jsonschema_value::numeric::bignum::Decimal;
use serde_json::{Map, Number, Value};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

/// How many characters of a value a message shows.
const LONGEST_SHOWN: usize = 60;
/// How many values a message shows.
const MOST_SHOWN: usize = 5;

/// A value for a message: a text as it is, anything else as JSON.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    clipped(&text)
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// What happened to a set: extended, narrowed or neither; `None` where it is the same.
pub(super) fn set_action<T: Ord>(old: &BTreeSet<T>, new: &BTreeSet<T>) -> Option<Action> {
    if old == new {
        None
    } else if old.is_subset(new) {
        Some(Action::Extended)
    } else if new.is_subset(old) {
        Some(Action::Narrowed)
    } else {
        Some(Action::Changed)
    }
}

impl Found {
    /// Any other keyword: its value counts as a whole.
    pub(super) fn in_plain(&mut self, keyword: &str, schemas: &Schemas<'_>) {
        let place = schemas.place.child(keyword);
        let (old, new) = schemas.get(keyword);
        let action = match (old, new) {
            (None, _) => Action::Added,
            (_, None) => Action::Removed,
            (Some(old), Some(new)) if old == new => return,
            _ => Action::Changed,
        };
        // What an annotation says is long and for people; that it changed is enough.
        let subject = subject_of(keyword);
        let message = if ChangeKind::of(subject, action).is_annotation() {
            match action {
                Action::Added => format!("{keyword} added"),
                Action::Removed => format!("{keyword} removed"),
                _ => format!("{keyword} changed"),
            }
        } else {
            plain_message(keyword, old, new)
        };
        self.add(subject, action, &place, &message);
    }

    pub(super) fn in_bound(&mut self, keyword: &str, schemas: &Schemas<'_>) {
        let (Some(Value::Number(old)), Some(Value::Number(new))) = schemas.get(keyword) else {
            // Draft 4 has exclusiveMaximum: true.
            return self.in_plain(keyword, schemas);
        };
        let decimal = |number: &Number| Decimal::parse(&number.to_string());
        let (action, how) = match decimal(new).cmp(&decimal(old)) {
            Ordering::Equal => return,
            Ordering::Greater => (Action::Increased, "increased"),
            Ordering::Less => (Action::Decreased, "decreased"),
        };
        let message = format!("{keyword} {how} from {old} to {new}");
        self.add(keyword, action, &schemas.place.child(keyword), &message);
    }

    pub(super) fn in_multiple_of(&mut self, schemas: &Schemas<'_>) {
        const KEYWORD: &str = "multipleOf";
        let (Some(Value::Number(old)), Some(Value::Number(new))) = schemas.get(KEYWORD) else {
            return self.in_plain(KEYWORD, schemas);
        };
        let before = Decimal::parse(&old.to_string());
        let now = Decimal::parse(&new.to_string());
        let (action, how) = if before == now {
            return;
        } else if before.is_multiple_of(&now) {
            (Action::Extended, "extended")
        } else if now.is_multiple_of(&before) {
            (Action::Narrowed, "narrowed")
        } else {
            (Action::Changed, "changed")
        };
        let message = format!("{KEYWORD} {how} from {old} to {new}");
        self.add(KEYWORD, action, &schemas.place.child(KEYWORD), &message);
    }

    pub(super) fn in_unique_items(&mut self, schemas: &Schemas<'_>) {
        const KEYWORD: &str = "uniqueItems";
        let is_set = |value: Option<&Value>| value == Some(&Value::Bool(true));
        let (old, new) = schemas.get(KEYWORD);
        let (action, message) = match (is_set(old), is_set(new)) {
            (false, true) => (Action::Added, "uniqueItems added"),
            (true, false) => (Action::Removed, "uniqueItems removed"),
            _ => return,
        };
        self.add(KEYWORD, action, &schemas.place.child(KEYWORD), message);
    }

    pub(super) fn in_type(&mut self, schemas: &Schemas<'_>) {
        const KEYWORD: &str = "type";
        let place = schemas.place.child(KEYWORD);
        let (old, new) = match schemas.get(KEYWORD) {
            (Some(old), Some(new)) => (types(old), types(new)),
            (None, Some(new)) => {
                let message = format!("type added: {}", type_names(&types(new)));
                return self.add(KEYWORD, Action::Added, &place, &message);
            }
            (Some(old), None) => {
                let message = format!("type removed, was {}", type_names(&types(old)));
                return self.add(KEYWORD, Action::Removed, &place, &message);
            }
            (None, None) => return,
        };
        let Some(action) = set_action(&old, &new) else {
            return;
        };
        let message = format!(
            "type {} from {} to {}",
            set_word(action),
            type_names(&old),
            type_names(&new)
        );
        self.add(KEYWORD, action, &place, &message);
    }

    /// `enum` and `const`: a constant is a list of one.
    pub(super) fn in_values(&mut self, schemas: &Schemas<'_>) {
        let has_both = |schema: &Map<String, Value>| {
            schema.contains_key("const") && schema.contains_key("enum")
        };
        if has_both(schemas.old) || has_both(schemas.new) {
            self.in_list_of_values("const", "const", schemas);
            self.in_list_of_values("enum", "enum", schemas);
        } else {
            let keyword = |schema: &Map<String, Value>| {
                if schema.contains_key("const") {
                    "const"
                } else {
                    "enum"
                }
            };
            self.in_list_of_values(keyword(schemas.old), keyword(schemas.new), schemas);
        }
    }

    fn in_list_of_values(&mut self, old_keyword: &str, new_keyword: &str, schemas: &Schemas<'_>) {
        let place = schemas.place.children(old_keyword, new_keyword);
        let old = schemas.old.get(old_keyword);
        let new = schemas.new.get(new_keyword);
        let (Some(old), Some(new)) = (old, new) else {
            let (keyword, action, message) = match (old, new) {
                (None, Some(new)) => {
                    let shown = listed(values(new_keyword, new).values());
                    (
                        new_keyword,
                        Action::Added,
                        format!("{new_keyword} added: {shown}"),
                    )
                }
                (Some(old), None) => {
                    let shown = listed(values(old_keyword, old).values());
                    (
                        old_keyword,
                        Action::Removed,
                        format!("{old_keyword} removed, was {shown}"),
                    )
                }
                _ => return,
            };
            return self.add(keyword, action, &place, &message);
        };
        let (old, new) = (values(old_keyword, old), values(new_keyword, new));
        let Some(action) = set_action(&old.keys().collect(), &new.keys().collect()) else {
            return;
        };
        let message = match action {
            _ if old.len() == 1 && new.len() == 1 => format!(
                "{new_keyword} changed from {} to {}",
                listed(old.values()),
                listed(new.values())
            ),
            Action::Extended => {
                format!("{new_keyword} extended by {}", without(&new, &old))
            }
            Action::Narrowed => {
                format!("{new_keyword} narrowed, without {}", without(&old, &new))
            }
            _ => format!(
                "{new_keyword} changed: with {}, without {}",
                without(&new, &old),
                without(&old, &new)
            ),
        };
        self.add(new_keyword, action, &place, &message);
    }
}

fn plain_message(keyword: &str, old: Option<&Value>, new: Option<&Value>) -> String {
    match (old, new) {
        (None, Some(new)) => format!("{keyword} added: {}", shown(new)),
        (Some(old), None) => format!("{keyword} removed, was {}", shown(old)),
        (Some(old), Some(new)) => {
            format!("{keyword} changed from {} to {}", shown(old), shown(new))
        }
        (None, None) => String::new(),
    }
}

/// The word for what happened to a set.
pub(super) fn set_word(action: Action) -> &'static str {
    match action {
        Action::Extended => "extended",
        Action::Narrowed => "narrowed",
        _ => "changed",
    }
}

/// The types that a `type` names; every integer is a number.
fn types(value: &Value) -> BTreeSet<&str> {
    let mut types: BTreeSet<&str> = match value {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        name => name.as_str().into_iter().collect(),
    };
    if types.contains("number") {
        types.insert("integer");
    }
    types
}

fn type_names(types: &BTreeSet<&str>) -> String {
    let named: Vec<&str> = types
        .iter()
        .copied()
        .filter(|&name| name != "integer" || !types.contains("number"))
        .collect();
    named.join(" or ")
}

/// The values of an `enum` or a `const`, each under a text that equal values share: `1` and `1.0`.
fn values<'a>(keyword: &str, value: &'a Value) -> BTreeMap<String, &'a Value> {
    let text = |value: &Value| canonical::json::to_string(value).unwrap_or_default();
    match value {
        Value::Array(values) if keyword == "enum" => {
            values.iter().map(|value| (text(value), value)).collect()
        }
        value => BTreeMap::from([(text(value), value)]),
    }
}

/// The values of `these` that `others` does not have.
fn without(these: &BTreeMap<String, &Value>, others: &BTreeMap<String, &Value>) -> String {
    listed(
        these
            .iter()
            .filter(|(text, _)| !others.contains_key(*text))
            .map(|(_, value)| value),
    )
}

/// The first values, as JSON, and how many more there are.
fn listed<'a>(values: impl Iterator<Item = &'a &'a Value>) -> String {
    let mut values = values.map(|value| clipped(&value.to_string()));
    let first: Vec<String> = values.by_ref().take(MOST_SHOWN).collect();
    match values.count() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
