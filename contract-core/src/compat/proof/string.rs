//! Texts: lengths, patterns and formats as languages.

use super::{Kinds, Proof, projected};
use crate::compat::{
    format,
    language::{Search, Texts},
    scope::{Place, count},
};
use jsonschema::canonical::Containment;
use serde_json::{Value, json};

/// What a schema says of texts.
const KEYWORDS: [&str; 5] = ["type", "minLength", "maxLength", "pattern", "format"];

impl Proof<'_> {
    /// A keyword of texts, from what the narrow side says of texts.
    pub(super) fn string(&self, narrow: &[Place], keyword: &str, value: &Value) -> bool {
        let mut texts = self.texts(narrow);
        let contrary = match (keyword, value) {
            ("minLength", value) => count(value).and_then(|fewest| {
                let most = fewest.checked_sub(1)?;
                texts.most = Some(texts.most.map_or(most, |known| known.min(most)));
                Some(())
            }),
            ("maxLength", value) => count(value).and_then(|most| {
                texts.fewest = texts.fewest.max(most.checked_add(1)?);
                Some(())
            }),
            ("pattern", Value::String(pattern)) => self.languages.of(pattern).map(|language| {
                texts.without.push(language);
            }),
            ("format", Value::String(format)) => {
                let formats = narrow
                    .iter()
                    .filter_map(|schema| schema.get("format")?.as_str());
                if formats
                    .into_iter()
                    .any(|known| format::is_within(known, format))
                {
                    return true;
                }
                let only = format::only(format).and_then(|pattern| self.languages.of(pattern));
                only.map(|language| texts.without.push(language))
            }
            _ => None,
        };
        if contrary.is_some() && self.has_none(texts) {
            return true;
        }
        let mut schemas = projected(narrow, &KEYWORDS);
        schemas.push(json!({"type": "string"}));
        let narrow = json!({"allOf": schemas});
        self.canonical.covers(&json!({keyword: value}), &narrow) == Containment::Yes
    }

    /// Whether every text of the narrow side matches one of the patterns of the branches, none of which
    /// says more than that.
    pub(super) fn is_of_some_pattern(&self, narrow: &[Place], branches: &[Place]) -> bool {
        let pattern = |branch: &Place| {
            let keywords = branch.as_object()?;
            let is_plain = keywords
                .keys()
                .all(|keyword| keyword == "pattern" || keyword == "type");
            let takes_texts = keywords
                .get("type")
                .is_none_or(|types| Kinds::STRING.are_within(Kinds::named(types)));
            let pattern = keywords.get("pattern")?.as_str()?;
            self.languages
                .of(pattern)
                .filter(|_| is_plain && takes_texts)
        };
        let patterns = branches.iter().map(pattern).collect::<Option<Vec<_>>>();
        Kinds::of(narrow).are_within(Kinds::STRING)
            && patterns.is_some_and(|patterns| {
                let mut texts = self.texts(narrow);
                texts.without.extend(patterns);
                self.has_none(texts)
            })
    }

    /// Whether it is shown that no text is valid under all of `schemas`.
    pub(super) fn has_no_text(&self, schemas: &[Place]) -> bool {
        self.has_none(self.texts(schemas))
    }

    pub(super) fn has_none(&self, texts: Texts) -> bool {
        self.languages
            .of("")
            .is_some_and(|any| texts.search(&any) == Search::Empty)
    }

    /// The texts that may be valid under all of `schemas`.
    pub(super) fn texts(&self, schemas: &[Place]) -> Texts {
        let mut texts = Texts::default();
        for schema in schemas {
            let pattern = |schema: &Value| self.languages.of(schema.get("pattern")?.as_str()?);
            texts.within.extend(pattern(schema));
            if let Some(format) = schema.get("format").and_then(Value::as_str) {
                texts
                    .within
                    .extend(self.languages.of(format::pattern(format)));
            }
            if let Some(fewest) = schema.get("minLength").and_then(count) {
                texts.fewest = texts.fewest.max(fewest);
            }
            if let Some(most) = schema.get("maxLength").and_then(count) {
                texts.most = Some(texts.most.map_or(most, |known| known.min(most)));
            }
            // Not a text of this pattern, where nothing else is refused together with it.
            if let Some(Value::Object(refused)) = schema.get("not")
                && refused
                    .keys()
                    .all(|keyword| keyword == "pattern" || keyword == "type")
                && refused.get("type").is_none_or(|name| name == "string")
            {
                texts
                    .without
                    .extend(pattern(&Value::Object(refused.clone())));
            }
        }
        texts
    }
}
