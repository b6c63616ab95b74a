//! One JSON Schema, compiled: the general validator, over any representation.

use super::{Options, date_time, message, number, weight};
use crate::{
    json::{Json, SerdeJson},
    pointer, stored,
    violation::{Found, Values, Violations},
};
use jsonschema::{
    EmailOptions, PatternOptions, ReferencingError, ValidationError, Validator,
    canonical::CanonicalizeOptions, error::ValidationErrorKind,
};
use serde_json::Value;
use std::{error::Error, fmt};

/// Memory that one compiled pattern may take, and its lazily built automaton too, in bytes.
const PATTERN_SIZE: usize = 1 << 20;
/// How deep a schema may be nested: as deep as `serde_json` reads one.
const DEEPEST_SCHEMA: usize = 128;
/// How large a schema may be: keywords and members, over all levels. A compiled reference takes
/// stack, and this bounds how many there can be in a chain.
const LARGEST_SCHEMA: usize = 50_000;
/// Stack on which a schema is compiled, in bytes; mapped, and touched as far as it is used.
const COMPILE_STACK: usize = 256 << 20;

/// One JSON Schema, compiled for the representation `F`.
///
/// Drafts 4, 6, 7, 2019-09 and 2020-12, the last where `$schema` names none. `format` is an
/// assertion. Patterns run on a linear-time engine. Nothing is fetched, ever.
pub struct SchemaValidator<F: Json> {
    validator: Validator<F>,
    weight: usize,
}

impl<F: Json> fmt::Debug for SchemaValidator<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaValidator").finish_non_exhaustive()
    }
}

impl<F: Json> SchemaValidator<F> {
    /// Compiles `schema`.
    ///
    /// # Errors
    ///
    /// `schema` is not a JSON Schema of its draft, names an unknown draft, refers to something
    /// outside itself or to nothing, has a pattern that does not run in linear time, or is nested
    /// deeper than 128 levels.
    ///
    /// ```
    /// use contract_core::{SchemaValidator, json::SerdeJson};
    /// use serde_json::json;
    ///
    /// let schema = SchemaValidator::<SerdeJson>::compile(&json!({"type": "integer"}))?;
    /// assert!(schema.is_valid(&json!(1.0)));
    ///
    /// let error = SchemaValidator::<SerdeJson>::compile(&json!({"items": {"type": "strin"}}))
    ///     .unwrap_err();
    /// assert_eq!(error.path(), "/items/type");
    /// # Ok::<(), contract_core::SchemaError>(())
    /// ```
    pub fn compile(schema: &Value) -> Result<Self, SchemaError> {
        measure(schema)?;
        on_large_stack(|| {
            let weight =
                weight::of(schema).map_err(|problem| SchemaError::whole(problem.to_owned()))?;
            number::with_exact_keywords(with_formats(options()))
                .build(schema)
                .map(|validator| Self { validator, weight })
                .map_err(|error| SchemaError::new(schema, &error))
        })
    }

    /// Compiles a schema that is given as the bytes of a jsonb value, without its varlena header.
    ///
    /// # Errors
    ///
    /// As [`SchemaValidator::compile`]; and a schema of more than 4 MiB.
    pub fn compile_jsonb(bytes: &[u8]) -> Result<Self, SchemaError> {
        const MOST_BYTES: usize = 4 << 20;
        if bytes.len() > MOST_BYTES {
            return Err(SchemaError::whole(format!(
                "is larger than {MOST_BYTES} bytes"
            )));
        }
        match stored::to_value(bytes) {
            Ok(schema) => Self::compile(&schema),
            Err(error) => Err(SchemaError::too_deep(error)),
        }
    }

    /// Whether `document` is valid. Builds nothing.
    #[must_use]
    pub fn is_valid(&self, document: F::Node<'_>) -> bool {
        self.validator.is_valid(document)
    }

    /// The bytes of memory that this takes, roughly; for whoever keeps many.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// Whether `document` is valid, and if not, all that is wrong with it.
    ///
    /// # Errors
    ///
    /// Every violation, ordered by JSON Pointer.
    pub fn validate<'i>(&'i self, document: F::Node<'i>, values: Values) -> Result<(), Violations> {
        if self.is_valid(document.clone()) {
            return Ok(());
        }
        match self.explain(document, values) {
            Some(violations) => Err(violations),
            None => unreachable!("a document that is not valid violates something"),
        }
    }

    /// All that is wrong with `document`; `None` where nothing is. Costs more than a verdict.
    pub fn explain<'i>(&'i self, document: F::Node<'i>, values: Values) -> Option<Violations> {
        self.violations(document, values).finish()
    }

    /// What is wrong with `document`, in the order of the walk.
    pub(super) fn violations<'i>(&'i self, document: F::Node<'i>, values: Values) -> Found {
        let mut found = Found::default();
        for error in self.validator.iter_errors(document) {
            if !found.has_room() {
                break;
            }
            message::violations(&error, values, &mut found);
        }
        found
    }
}

/// The options of everything that is compiled: nothing is fetched, and patterns run in linear time.
pub(super) fn options<F: Json>() -> Options<F> {
    jsonschema::options_for::<F>()
        .offline()
        .with_pattern_options(patterns())
}

/// The options with `format` as an assertion. What is replaced here is asserted in every draft.
fn with_formats<F: Json>(options: Options<F>) -> Options<F> {
    options
        .should_validate_formats(true)
        .with_format("date", date_time::is_date)
        .with_format("time", date_time::is_time)
        .with_format("date-time", date_time::is_date_time)
        .with_format("regex", is_regular_expression)
        // A mailbox (RFC 5321, section 4.1.2) has no name before it, as in `Ann <ann@example.com>`.
        .with_email_options(EmailOptions::default().without_display_text())
}

/// The options of a canonical form that is to mean what a compiled schema means.
///
/// A canonical form can take more time and memory than there is: weigh the schema before. One with
/// `$dynamicRef` is best left alone.
pub(crate) fn canonical_options() -> CanonicalizeOptions<'static> {
    jsonschema::canonical::options()
        .offline()
        .should_validate_formats(true)
        .with_pattern_options(patterns())
}

fn patterns() -> PatternOptions<jsonschema::Regex> {
    PatternOptions::regex()
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(PATTERN_SIZE)
}

/// Does `work` on a stack that no schema of the permitted size exhausts.
pub(crate) fn on_large_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::grow(COMPILE_STACK, work)
}

/// Whether `format` asserts something in the draft that `$schema` names.
pub(crate) fn asserts_format(draft: Option<&Value>, format: &str) -> bool {
    // No format takes all of these.
    const STRANGE: [&str; 5] = ["", "[", "%", "{", "\u{1} {"];
    let mut schema = serde_json::json!({"format": format});
    if let Some(draft) = draft {
        schema["$schema"] = draft.clone();
    }
    SchemaValidator::<SerdeJson>::compile(&schema).is_ok_and(|schema| {
        STRANGE
            .iter()
            .any(|&text| !schema.is_valid(&Value::from(text)))
    })
}

/// `format: regex`: what `pattern` takes. A longer text than any regular expression is none; to parse
/// one takes many times its memory.
fn is_regular_expression(text: &str) -> bool {
    const LONGEST: usize = 64 << 10;
    text.len() <= LONGEST
        && jsonschema::draft7::meta::is_valid(&serde_json::json!({"pattern": text}))
}

/// Why a schema cannot be compiled, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    path: String,
    message: String,
}

impl SchemaError {
    /// JSON Pointer to the place in the schema; empty for the schema as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong, in lower case, without a full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// A schema that cannot be read as it is nested too deep.
    #[allow(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
    pub(crate) fn too_deep(error: stored::TooDeep) -> Self {
        Self::whole(error.to_string())
    }

    /// What is wrong with the schema as a whole.
    fn whole(message: String) -> Self {
        Self {
            path: String::new(),
            message,
        }
    }

    fn new(schema: &Value, error: &ValidationError<'_>) -> Self {
        let ValidationErrorKind::Referencing(error) = error.kind() else {
            return Self {
                path: error.instance_path().as_str().to_owned(),
                message: message::explain(error, 0).1,
            };
        };
        let (target, message) = match error {
            ReferencingError::Unretrievable { uri, .. } => (
                uri,
                format!("refers to {uri}, which is not part of the schema; nothing is fetched"),
            ),
            ReferencingError::UnknownSpecification { specification } => (
                specification,
                format!("{specification} is not a draft of JSON Schema that is known"),
            ),
            ReferencingError::PointerToNowhere { pointer }
            | ReferencingError::InvalidPercentEncoding { pointer, .. }
            | ReferencingError::InvalidArrayIndex { pointer, .. } => {
                (pointer, format!("refers to {pointer}, where nothing is"))
            }
            ReferencingError::NoSuchAnchor { anchor }
            | ReferencingError::InvalidAnchor { anchor } => (
                anchor,
                format!("refers to the anchor {anchor}, which is not there"),
            ),
            other => (&String::new(), other.to_string()),
        };
        Self {
            path: find_reference(schema, target).unwrap_or_default(),
            message,
        }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "schema: {}", self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

impl Error for SchemaError {}

/// Keywords whose text refers to another schema.
const REFERENCES: [&str; 4] = ["$ref", "$dynamicRef", "$recursiveRef", "$schema"];

/// Refuses a schema that is too deep or too large to be compiled safely.
fn measure(schema: &Value) -> Result<(), SchemaError> {
    let mut size = 0;
    let mut level = vec![schema];
    for _ in 0..DEEPEST_SCHEMA {
        let mut next = Vec::new();
        for value in level {
            size += 1;
            match value {
                Value::Array(elements) => next.extend(elements),
                Value::Object(members) => next.extend(members.values()),
                _ => {}
            }
        }
        if size > LARGEST_SCHEMA {
            return Err(SchemaError::whole(format!(
                "has more than {LARGEST_SCHEMA} keywords and values"
            )));
        }
        if next.is_empty() {
            return Ok(());
        }
        level = next;
    }
    Err(SchemaError::whole(format!(
        "is nested deeper than {DEEPEST_SCHEMA} levels"
    )))
}

/// The first reference of `schema` whose text is `target`, or leads there once it is resolved.
fn find_reference(schema: &Value, target: &str) -> Option<String> {
    pointer::find_text(schema, &mut |keyword, text| {
        REFERENCES.contains(&keyword) && !text.is_empty() && {
            let (base, fragment) = text.split_once('#').unwrap_or((text, ""));
            (!base.is_empty() && target.ends_with(base.trim_start_matches("./")))
                || (!fragment.is_empty() && target.ends_with(fragment))
        }
    })
}

/// Whether `schema` refers to itself as a whole: by `#`, its `$id` (a relative reference is taken for it
/// where the last segments agree), or an anchor at its root.
pub(crate) fn is_reference_to_root(schema: &Value) -> bool {
    let named = |keyword: &str| schema.get(keyword).and_then(Value::as_str);
    let id = named("$id").map(|id| id.trim_end_matches('#'));
    let anchors = [named("$anchor"), named("$dynamicAnchor")];
    pointer::find_text(schema, &mut |keyword, text| {
        let (base, fragment) = text.split_once('#').unwrap_or((text, ""));
        matches!(keyword, "$ref" | "$dynamicRef" | "$recursiveRef")
            && (base.is_empty() || id.is_some_and(|id| last_segment(id) == last_segment(base)))
            && (fragment.is_empty() || anchors.contains(&Some(fragment)))
    })
    .is_some()
}

fn last_segment(uri: &str) -> &str {
    uri.rsplit('/').next().unwrap_or_default()
}
