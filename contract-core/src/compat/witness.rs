//! Witnesses: documents that one schema takes and another refuses.

use serde_json::{Map, Number, Value};
use std::fmt;

/// A document that one side takes and the other refuses, checked with the validators of both.
///
/// It is as small as it could be made: nothing in it can be left out or made simpler.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness(Value);

impl Witness {
    /// The smallest document that can be found from `document` on for which `is_witness` holds.
    pub(super) fn shrunk(document: Value, is_witness: impl Fn(&Value) -> bool) -> Self {
        let mut document = document;
        let mut left = MOST_STEPS;
        while let Some(smaller) = smaller(&document).into_iter().find(|candidate| {
            left = left.saturating_sub(1);
            left > 0 && is_witness(candidate)
        }) {
            document = smaller;
        }
        Self(document)
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.0
    }
}

/// The document as compact JSON.
impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Documents that are tried while one is made smaller.
const MOST_STEPS: usize = 50_000;

/// Documents that are simpler than `document`, those that take most away first. None is as large as it
/// was, by size and then by plainness, so that making smaller ends.
fn smaller(document: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match document {
        Value::Null => {}
        Value::Bool(true) => found.extend([Value::Null, Value::Bool(false)]),
        Value::Bool(false) => found.push(Value::Null),
        Value::Number(number) => found.extend(simpler_numbers(number)),
        Value::String(text) => found.extend(simpler_texts(text)),
        Value::Array(elements) => {
            found.push(Value::Null);
            found.extend(without_some(elements).into_iter().map(Value::Array));
            found.extend(
                elements
                    .iter()
                    .filter(|element| element.is_array())
                    .cloned(),
            );
            for (index, element) in elements.iter().enumerate() {
                found.extend(smaller(element).into_iter().map(|simpler| {
                    let mut elements = elements.clone();
                    elements[index] = simpler;
                    Value::Array(elements)
                }));
            }
        }
        Value::Object(members) => {
            found.push(Value::Null);
            let keys: Vec<&String> = members.keys().collect();
            let only = |keys: Vec<&String>| -> Map<String, Value> {
                keys.into_iter()
                    .map(|key| (key.clone(), members[key].clone()))
                    .collect()
            };
            found.extend(without_some(&keys).into_iter().map(only).map(Value::Object));
            for (key, member) in members {
                found.extend(smaller(member).into_iter().map(|simpler| {
                    let mut members = members.clone();
                    members.insert(key.clone(), simpler);
                    Value::Object(members)
                }));
            }
        }
    }
    found
}

/// The list without its halves, quarters and so on, down to single elements.
fn without_some<T: Clone>(list: &[T]) -> Vec<Vec<T>> {
    let mut found = Vec::new();
    let mut size = list.len();
    while size > 0 {
        for from in (0..list.len()).step_by(size) {
            let to = (from + size).min(list.len());
            found.push([&list[..from], &list[to..]].concat());
        }
        size /= 2;
    }
    found
}

fn simpler_numbers(number: &Number) -> Vec<Value> {
    let text = number.to_string();
    let mut texts = vec!["0".to_owned(), "1".to_owned()];
    if let Some(positive) = text.strip_prefix('-') {
        texts.push(positive.to_owned());
    }
    if let Some((whole, fraction)) = text.split_once('.') {
        texts.push(whole.to_owned());
        if let Some(shorter) = fraction.get(..fraction.len().saturating_sub(1))
            && !shorter.is_empty()
        {
            texts.push(format!("{whole}.{shorter}"));
        }
    }
    if let Ok(whole) = text.parse::<i128>() {
        texts.extend([
            (whole / 2).to_string(),
            (whole - whole.signum()).to_string(),
        ]);
    }
    let plain = |text: &str| (text.len(), text.starts_with('-'));
    let is_simpler = |simpler: &String| {
        plain(simpler) < plain(&text) || (plain(simpler) == plain(&text) && *simpler < text)
    };
    let parse = |simpler: String| simpler.parse().ok().map(Value::Number);
    let mut found = vec![Value::Null];
    found.extend(texts.into_iter().filter(is_simpler).filter_map(parse));
    found
}

fn simpler_texts(text: &str) -> Vec<Value> {
    let characters: Vec<char> = text.chars().collect();
    let mut found = vec![Value::Null];
    let shorter = without_some(&characters).into_iter();
    found.extend(shorter.map(|text| Value::String(text.into_iter().collect())));
    for (index, character) in characters.iter().enumerate() {
        if *character != 'a' && !character.is_ascii_digit() {
            let mut plain = characters.clone();
            plain[index] = 'a';
            found.push(Value::String(plain.into_iter().collect()));
        }
    }
    found
}
