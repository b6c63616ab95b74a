//! Texts worth trying.

use super::{Sampler, Wanted};
use crate::compat::{
    format,
    language::{Language, Search, Texts},
    scope::Place,
};
use serde_json::Value;

/// Texts of each kind.
const ALIKE: usize = 3;
/// Kinds of texts that are looked for.
const MOST_QUESTIONS: usize = 60;
/// The longest text that is built for a length, and the longest that has to match a pattern too.
const LONGEST: usize = 2_000_000;
const LONGEST_MATCH: usize = 5_000;

impl Sampler<'_> {
    /// Texts within the wanted patterns and lengths, inside and outside of each other pattern; texts at
    /// the edge of each length; examples of each format.
    pub(super) fn strings(&self, wanted: &Wanted<'_>) -> Vec<Value> {
        let own = self.patterns(wanted.must);
        let hinted = self.patterns(wanted.hints);
        let (fewest, most) = (wanted.at_least("minLength"), wanted.at_most("maxLength"));
        let texts = |within: &[Language], without: &[Language], fewest, most| Texts {
            within: own.iter().chain(within).cloned().collect(),
            without: without.to_vec(),
            fewest,
            most,
            excluded: Vec::new(),
        };
        let mut asked = vec![texts(&[], &[], fewest, most)];
        for language in &hinted {
            let one = std::slice::from_ref(language);
            asked.push(texts(&[], one, fewest, most));
            asked.push(texts(one, &[], fewest, most));
        }
        if hinted.len() > 1 {
            asked.push(texts(&[], &hinted, fewest, most));
            asked.push(texts(&hinted, &[], fewest, most));
        }
        let edges = wanted.counts(&["minLength", "maxLength"], LONGEST);
        let within = |length: &usize| *length >= fewest && most.is_none_or(|most| *length <= most);
        let mut plain = Vec::new();
        for length in edges.into_iter().filter(within) {
            if own.is_empty() {
                let letters = if length < LONGEST_MATCH {
                    &["a", "é"][..]
                } else {
                    &["a"]
                };
                if self.spend(length) {
                    plain.extend(letters.iter().map(|letter| letter.repeat(length)));
                }
            } else if length < LONGEST_MATCH {
                asked.push(texts(&[], &[], length, Some(length)));
            }
        }
        let mut found: Vec<String> = Vec::new();
        for mut texts in asked.into_iter().take(MOST_QUESTIONS) {
            // Some texts of each kind, for elements that must differ.
            for _ in 0..ALIKE {
                let Some(text) = self.shortest(texts.clone()) else {
                    break;
                };
                texts.excluded.push(text.clone());
                found.push(text);
            }
        }
        found.extend(plain);
        for format in wanted.all("format").filter_map(Value::as_str) {
            found.extend(format::examples(format).iter().map(|&text| text.to_owned()));
        }
        let members = wanted.all("enum").filter_map(Value::as_array).flatten();
        let listed = members.chain(wanted.all("const")).filter_map(Value::as_str);
        found.extend(listed.map(ToOwned::to_owned));
        found.extend(["", "a", "A", "0", "-", "[", "a b", "é", "\u{1F600}"].map(ToOwned::to_owned));
        found.into_iter().map(Value::String).collect()
    }

    /// The shortest of some texts.
    pub(super) fn shortest(&self, texts: Texts) -> Option<String> {
        if !self.spend(20) {
            return None;
        }
        match texts.search(&self.languages.of("")?) {
            Search::Found(text) => Some(text),
            _ => None,
        }
    }

    fn patterns(&self, schemas: &[Place]) -> Vec<Language> {
        let mut patterns: Vec<&str> = schemas
            .iter()
            .filter_map(|schema| schema.get("pattern")?.as_str())
            .collect();
        patterns.sort_unstable();
        patterns.dedup();
        patterns
            .into_iter()
            .filter_map(|pattern| self.languages.of(pattern))
            .collect()
    }
}
