//! Schemas that do not say what they seem to: rules over a JSON Schema, one file a rule.
//!
//! JSON Schema ignores what it does not know, so that a misspelt or misplaced keyword is no error: the
//! schema compiles and takes more than it was meant to, or nothing at all. A rule speaks only where it
//! is right; what it cannot prove it leaves alone. Messages name keywords, keys and places, never a value.
//!
//! ```
//! use contract_core::lint::lint_schema;
//! use serde_json::json;
//!
//! let lints = lint_schema(&json!({"properties": {"name": {"type": "string", "maxLenght": 80}}}))?;
//! assert_eq!(lints[0].rule().id(), "unknown-keyword");
//! assert_eq!(lints[0].to_string(), r#"/properties/name/maxLenght: keyword "maxLenght" is not known"#);
//! assert_eq!(lints[0].hint(), Some(r#"the nearest keyword is "maxLength""#));
//! # Ok::<(), contract_core::SchemaError>(())
//! ```

mod assertions;
mod closed;
mod document;
mod emptiness;
mod keyword;
mod rules;

pub use rules::RULES;

use crate::{
    contract::ContractType,
    json::SerdeJson,
    pointer,
    validate::{SchemaError, SchemaValidator, on_large_stack},
};
use document::{Document, Subschema};
use serde_json::Value;
use std::fmt;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    id: &'static str,
    summary: &'static str,
    explanation: &'static str,
    /// Looks at one schema, the whole or a subschema.
    check: for<'s> fn(&Subschema<'s>, &mut Found<'_, 's>),
}

impl Rule {
    /// The name, such as `unknown-keyword`; that of the rule's file, with hyphens.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// What the rule finds, in one line: lower case, without a full stop.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// Why that is wrong, with an example and what to write instead; in lines.
    #[must_use]
    pub fn explanation(&self) -> &'static str {
        self.explanation
    }
}

/// The rule of that id.
///
/// ```
/// use contract_core::lint::{RULES, rule};
/// assert!(RULES.iter().all(|known| rule(known.id()).is_some()));
/// assert!(rule("no-such-rule").is_none());
/// ```
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// One place in a schema that does not say what it seems to.
#[derive(Clone, Debug)]
pub struct Lint {
    rule: &'static Rule,
    path: String,
    message: String,
    hint: Option<String>,
}

impl Lint {
    /// The rule that found it.
    #[must_use]
    pub fn rule(&self) -> &'static Rule {
        self.rule
    }

    /// JSON Pointer to the place: in the manifest for [`lint`], in the schema for [`lint_schema`].
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong, in lower case, without a full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// `/properties/name: message`
impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

/// What a rule has found so far.
struct Found<'d, 's> {
    document: &'d Document<'s>,
    rule: &'static Rule,
    lints: Vec<Lint>,
    bytes: usize,
    /// What the rule may still compare.
    effort: usize,
}

impl<'d, 's> Found<'d, 's> {
    /// What a rule may say of one schema, in findings and in bytes; what is beyond is not listed.
    const MOST_LINTS: usize = 100;
    const MOST_BYTES: usize = 1 << 20;
    /// How much a rule may compare over one schema, in keys; what is beyond is not compared.
    const MOST_EFFORT: usize = 200_000;

    fn new(document: &'d Document<'s>, rule: &'static Rule) -> Self {
        Self {
            document,
            rule,
            lints: Vec::new(),
            bytes: 0,
            effort: Self::MOST_EFFORT,
        }
    }

    fn has_room(&self) -> bool {
        self.lints.len() < Self::MOST_LINTS && self.bytes < Self::MOST_BYTES
    }

    /// Whether so much can still be compared.
    fn spend(&mut self, effort: usize) -> bool {
        self.effort = self.effort.saturating_sub(effort);
        self.effort > 0
    }

    /// Adds what is wrong at `schema`, or at the place in it that the tokens lead to.
    fn add(
        &mut self,
        schema: &Subschema<'_>,
        tokens: &[&str],
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        if !self.has_room() {
            return;
        }
        let lint = Lint {
            rule: self.rule,
            path: self.document.path(schema, tokens),
            message: message.into(),
            hint: hint.into(),
        };
        self.bytes += lint.path.len() + lint.message.len();
        self.lints.push(lint);
    }
}

/// What in a JSON Schema does not say what it seems to, ordered by place; at most 100 findings a rule.
///
/// # Errors
///
/// `schema` does not compile: see [`SchemaValidator::compile`].
pub fn lint_schema(schema: &Value) -> Result<Vec<Lint>, SchemaError> {
    SchemaValidator::<SerdeJson>::compile(schema)?;
    Ok(lints_of(schema))
}

/// What in the schemas of a contract type does not say what it seems to, ordered by place.
///
/// Each version is looked at as it is compiled: with the envelope, and closed where it does not say
/// that it is open.
///
/// ```
/// use contract_core::{Registry, lint::lint};
/// assert!(lint(Registry::builtin().get("case_metadata")?).is_empty());
/// # Ok::<(), contract_core::UnknownContractType>(())
/// ```
#[must_use]
pub fn lint(contract: &ContractType) -> Vec<Lint> {
    let written = contract.manifest().versions.iter();
    let versions = written.zip(contract.versions()).enumerate();
    versions
        .flat_map(|(index, (version, (_, complete)))| {
            let written = Value::Object(version.schema.clone());
            lints_of(complete).into_iter().map(move |lint| Lint {
                path: format!("/versions/{index}/schema{}", place_in(&written, &lint.path)),
                ..lint
            })
        })
        .collect()
}

/// The place in a schema as it is written: the nearest one that encloses what was added to it.
fn place_in<'p>(written: &Value, path: &'p str) -> &'p str {
    let mut path = path;
    while written.pointer(path).is_none() {
        path = &path[..path.rfind('/').unwrap_or_default()];
    }
    path
}

/// The findings of all rules over a schema that compiles.
fn lints_of(schema: &Value) -> Vec<Lint> {
    on_large_stack(|| {
        let document = Document::new(schema);
        let mut lints = Vec::new();
        for rule in RULES {
            let mut found = Found::new(&document, rule);
            for schema in document.schemas() {
                if found.has_room() {
                    (rule.check)(schema, &mut found);
                }
            }
            lints.append(&mut found.lints);
        }
        lints.sort_by(|a, b| pointer::compare(&a.path, &b.path));
        lints
    })
}
