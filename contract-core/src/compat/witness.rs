//! Witnesses: documents that one schema takes and another refuses.

use super::stop;
use serde_json::{Map, Number, Value};
use std::{fmt, iter};

/// A document that one side takes and the other refuses, checked with the validators of both.
///
/// It is as small as it could be made: nothing in it can be left out or made simpler.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness(Value);

impl Witness {
    /// The smallest document that can be found from `document` on for which `is_witness` holds.
    pub(super) fn shrunk(mut document: Value, is_witness: impl Fn(&Value) -> bool) -> Self {
        let mut left = MOST_WORK;
        loop {
            let found = smaller(&document).find_map(|candidate| {
                if left == 0 || stop::is_asked() {
                    return Some(None);
                }
                left = left.saturating_sub(size(&candidate));
                is_witness(&candidate).then_some(Some(candidate))
            });
            match found.flatten() {
                Some(candidate) => document = candidate,
                None => return Self(document),
            }
        }
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

/// The values and characters of all documents that are tried while one is made smaller.
const MOST_WORK: usize = 5_000_000;

/// The values and characters of a value, roughly.
pub(super) fn size(value: &Value) -> usize {
    1 + match value {
        Value::String(text) => text.len(),
        Value::Array(elements) => elements.iter().map(size).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| key.len() + size(member))
            .sum(),
        _ => 0,
    }
}

type Documents<'d> = Box<dyn Iterator<Item = Value> + 'd>;

/// Documents that are simpler than `document`, those that take most away first. None is as large as it
/// was, by size and then by plainness, so that making smaller ends.
fn smaller(document: &Value) -> Documents<'_> {
    match document {
        Value::Null => Box::new(iter::empty()),
        Value::Bool(true) => Box::new([Value::Null, Value::Bool(false)].into_iter()),
        Value::Bool(false) => Box::new(iter::once(Value::Null)),
        Value::Number(number) => Box::new(simpler_numbers(number).into_iter()),
        Value::String(text) => Box::new(iter::once(Value::Null).chain(simpler_texts(text))),
        Value::Array(elements) => Box::new(iter::once(Value::Null).chain(simpler_arrays(elements))),
        Value::Object(members) => Box::new(iter::once(Value::Null).chain(simpler_objects(members))),
    }
}

fn simpler_arrays(elements: &[Value]) -> impl Iterator<Item = Value> {
    let inner = elements
        .iter()
        .filter(|element| element.is_array())
        .cloned();
    let simpler_elements = elements
        .iter()
        .enumerate()
        .flat_map(move |(index, element)| {
            smaller(element).map(move |simpler| {
                let mut elements = elements.to_vec();
                elements[index] = simpler;
                Value::Array(elements)
            })
        });
    parts(elements.len())
        .map(|kept| Value::Array(kept.map(|index| elements[index].clone()).collect()))
        .chain(inner)
        .chain(simpler_elements)
}

fn simpler_objects(members: &Map<String, Value>) -> impl Iterator<Item = Value> {
    let all: Vec<(&String, &Value)> = members.iter().collect();
    let simpler_members = members.iter().flat_map(move |(key, member)| {
        smaller(member).map(move |simpler| {
            let mut members = members.clone();
            members.insert(key.clone(), simpler);
            Value::Object(members)
        })
    });
    parts(all.len())
        .map(move |kept| {
            let kept = kept.map(|index| (all[index].0.clone(), all[index].1.clone()));
            Value::Object(kept.collect())
        })
        .chain(
            members
                .values()
                .filter(|member| member.is_object())
                .cloned(),
        )
        .chain(simpler_members)
}

/// The indexes of a list without its first half, its second half, a quarter of it and so on, down to
/// one without a single element.
fn parts(length: usize) -> impl Iterator<Item = impl Iterator<Item = usize>> {
    let sizes = iter::successors(Some(length), |size| Some(size / 2)).take_while(|size| *size > 0);
    sizes.flat_map(move |size| {
        (0..length).step_by(size).map(move |from| {
            let to = (from + size).min(length);
            (0..from).chain(to..length)
        })
    })
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

fn simpler_texts(text: &str) -> impl Iterator<Item = Value> {
    let characters: Vec<char> = text.chars().collect();
    let plainer = characters.clone();
    let shorter = parts(characters.len())
        .map(move |kept| Value::String(kept.map(|index| characters[index]).collect()));
    let is_plain = |character: &char| *character == 'a' || character.is_ascii_digit();
    let indexes: Vec<usize> = (0..plainer.len())
        .filter(|index| !is_plain(&plainer[*index]))
        .collect();
    shorter.chain(indexes.into_iter().map(move |index| {
        let mut plain = plainer.clone();
        plain[index] = 'a';
        Value::String(plain.into_iter().collect())
    }))
}
