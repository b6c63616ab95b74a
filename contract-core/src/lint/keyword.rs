//! The keywords of JSON Schema: in which drafts they are, what they hold, what they apply to.

use jsonschema::Draft::{self, Draft4, Draft6, Draft7, Draft201909, Draft202012};

/// A keyword.
pub(super) struct Keyword {
    pub name: &'static str,
    /// The first and the last draft in which it has an effect. An annotation is of all drafts, for its
    /// effect is none in any.
    since: Draft,
    until: Draft,
    pub holds: Holds,
    /// The type of the values to which it applies; it has no effect on others.
    pub applies_to: Option<&'static str>,
}

/// What of a keyword's value is a schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Nothing,
    Schema,
    List,
    SchemaOrList,
    Map,
}

impl Keyword {
    pub fn is_of(&self, draft: Draft) -> bool {
        (self.since..=self.until).contains(&draft)
    }

    const fn since(self, since: Draft) -> Self {
        Self { since, ..self }
    }

    const fn until(self, until: Draft) -> Self {
        Self { until, ..self }
    }

    const fn on(self, kind: &'static str) -> Self {
        Self {
            applies_to: Some(kind),
            ..self
        }
    }
}

const fn keyword(name: &'static str, holds: Holds) -> Keyword {
    Keyword {
        name,
        since: Draft4,
        until: Draft202012,
        holds,
        applies_to: None,
    }
}

/// A keyword whose value holds no schema.
const fn plain(name: &'static str) -> Keyword {
    keyword(name, Holds::Nothing)
}

/// The keyword of that name, of any draft.
pub(super) fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS
        .binary_search_by(|keyword| keyword.name.cmp(name))
        .ok()
        .map(|index| &KEYWORDS[index])
}

/// The names of the keywords of a draft.
pub(super) fn names(draft: Draft) -> impl Iterator<Item = &'static str> {
    KEYWORDS
        .iter()
        .filter(move |keyword| keyword.is_of(draft))
        .map(|keyword| keyword.name)
}

/// What a draft is called.
pub(super) fn draft_name(draft: Draft) -> &'static str {
    match draft {
        Draft4 => "draft 4",
        Draft6 => "draft 6",
        Draft7 => "draft 7",
        Draft201909 => "draft 2019-09",
        _ => "draft 2020-12",
    }
}

/// The drafts in which a keyword has an effect.
pub(super) fn drafts_of(keyword: &Keyword) -> String {
    match (draft_name(keyword.since), draft_name(keyword.until)) {
        (since, until) if since == until => since.to_owned(),
        (since, "draft 2020-12") => format!("{since} and later"),
        (_, until) => format!("{until} and earlier"),
    }
}

/// Every keyword of drafts 4 to 2020-12, by name.
const KEYWORDS: &[Keyword] = &[
    plain("$anchor").since(Draft201909),
    plain("$comment"),
    keyword("$defs", Holds::Map),
    plain("$dynamicAnchor").since(Draft202012),
    plain("$dynamicRef").since(Draft202012),
    plain("$id").since(Draft6),
    plain("$recursiveAnchor")
        .since(Draft201909)
        .until(Draft201909),
    plain("$recursiveRef").since(Draft201909).until(Draft201909),
    plain("$ref"),
    plain("$schema"),
    plain("$vocabulary").since(Draft201909),
    keyword("additionalItems", Holds::Schema)
        .until(Draft201909)
        .on("array"),
    keyword("additionalProperties", Holds::Schema).on("object"),
    keyword("allOf", Holds::List),
    keyword("anyOf", Holds::List),
    plain("const").since(Draft6),
    keyword("contains", Holds::Schema).since(Draft6).on("array"),
    plain("contentEncoding").since(Draft6).on("string"),
    plain("contentMediaType").since(Draft6).on("string"),
    keyword("contentSchema", Holds::Schema)
        .since(Draft201909)
        .on("string"),
    plain("default"),
    keyword("definitions", Holds::Map),
    // Later drafts have two keywords for it; validators differ in whether they still know this one.
    keyword("dependencies", Holds::Map)
        .until(Draft7)
        .on("object"),
    plain("dependentRequired").since(Draft201909).on("object"),
    keyword("dependentSchemas", Holds::Map)
        .since(Draft201909)
        .on("object"),
    plain("deprecated"),
    plain("description"),
    keyword("else", Holds::Schema).since(Draft7),
    plain("enum"),
    plain("examples"),
    plain("exclusiveMaximum").on("number"),
    plain("exclusiveMinimum").on("number"),
    plain("format"),
    plain("id").until(Draft4),
    keyword("if", Holds::Schema).since(Draft7),
    keyword("items", Holds::SchemaOrList).on("array"),
    plain("maxContains").since(Draft201909).on("array"),
    plain("maxItems").on("array"),
    plain("maxLength").on("string"),
    plain("maxProperties").on("object"),
    plain("maximum").on("number"),
    plain("minContains").since(Draft201909).on("array"),
    plain("minItems").on("array"),
    plain("minLength").on("string"),
    plain("minProperties").on("object"),
    plain("minimum").on("number"),
    plain("multipleOf").on("number"),
    keyword("not", Holds::Schema),
    keyword("oneOf", Holds::List),
    plain("pattern").on("string"),
    keyword("patternProperties", Holds::Map).on("object"),
    keyword("prefixItems", Holds::List)
        .since(Draft202012)
        .on("array"),
    keyword("properties", Holds::Map).on("object"),
    keyword("propertyNames", Holds::Schema)
        .since(Draft6)
        .on("object"),
    plain("readOnly"),
    plain("required").on("object"),
    keyword("then", Holds::Schema).since(Draft7),
    plain("title"),
    plain("type"),
    keyword("unevaluatedItems", Holds::Schema)
        .since(Draft201909)
        .on("array"),
    keyword("unevaluatedProperties", Holds::Schema)
        .since(Draft201909)
        .on("object"),
    plain("uniqueItems").on("array"),
    plain("writeOnly"),
];

#[cfg(test)]
mod tests {
    use super::KEYWORDS;

    #[test]
    fn keywords_are_in_order() {
        assert!(KEYWORDS.is_sorted_by(|a, b| a.name < b.name));
    }
}
