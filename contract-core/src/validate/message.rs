//! A failed keyword as [`Violation`]s: what sort of thing is wrong, and a message that names keys,
//! types and rules but no value of the document unless values are to be shown.

use crate::{
    pointer,
    violation::{Found, Kind, Values, Violation},
};
use jsonschema::{
    JsonType, ValidationError,
    error::{TypeKind, ValidationErrorKind as Failure},
};
use serde_json::Value;

/// Longest text taken over into a message from a schema or a document, in characters.
const LONGEST_TEXT: usize = 80;
/// How many branches of `anyOf` or `oneOf` a message explains.
const MOST_BRANCHES: usize = 3;

/// `required key "x" is missing`
pub(super) fn missing_key(key: &str) -> String {
    format!("required key {} is missing", quoted(key))
}

/// The violations that a failed keyword stands for: one, or one for each key that is not allowed.
pub(super) fn violations(error: &ValidationError<'_>, values: Values, found: &mut Found) {
    let instance_path = error.instance_path().as_str();
    let mut push = |kind, instance_path: String, message| {
        found.push(Violation {
            kind,
            keyword: error.kind().keyword().to_owned().into(),
            instance_path,
            schema_path: error.schema_path().as_str().to_owned(),
            message,
            version: None,
        });
    };
    match error.kind() {
        Failure::AdditionalProperties { unexpected }
        | Failure::UnevaluatedProperties { unexpected } => {
            for key in unexpected {
                let message = format!("key {} is not allowed", quoted(key));
                push(
                    Kind::UnknownKey,
                    pointer::child(instance_path, key),
                    message,
                );
            }
        }
        _ => {
            let (kind, mut message) = explain(error, 0);
            let of_one_key = refuses_every_key(error.schema_path().as_str());
            if let (Values::Shown, Some(value), false) = (values, scalar(error), of_one_key) {
                message += &shown(value);
            }
            push(kind, instance_path.to_owned(), message);
        }
    }
}

/// What a failed keyword means; `depth` counts the branches that were entered.
pub(super) fn explain(error: &ValidationError<'_>, depth: usize) -> (Kind, String) {
    let place = error.instance_path().as_str();
    match error.kind() {
        Failure::Required { property } => (
            Kind::MissingKey,
            missing_key(property.as_str().unwrap_or_default()),
        ),
        Failure::AdditionalProperties { unexpected }
        | Failure::UnevaluatedProperties { unexpected } => (
            Kind::UnknownKey,
            format!("{} of its keys are not allowed", unexpected.len()),
        ),
        Failure::PropertyNames { error: inner } => {
            let (_, message) = explain(inner, depth);
            let name = inner.instance().as_str().map(quoted).unwrap_or_default();
            (Kind::UnknownKey, format!("key name {name} {message}"))
        }
        Failure::Type { kind } => (
            Kind::WrongType,
            format!(
                "must be of type {}, not {}",
                expected_types(kind),
                JsonType::from(error.instance().as_ref())
            ),
        ),
        Failure::Constant { expected_value } => (
            Kind::WrongValue,
            format!("must be {}", brief(expected_value)),
        ),
        Failure::Enum { options } => (
            Kind::WrongValue,
            format!("must be one of {}", brief_list(options)),
        ),
        Failure::AnyOf { context } => composition("anyOf", context, place, depth),
        Failure::OneOfNotValid { context } => composition("oneOf", context, place, depth),
        kind => leaf(kind, error.schema_path().as_str()),
    }
}

/// What a failed keyword without sub-errors means.
fn leaf(failure: &Failure, schema_path: &str) -> (Kind, String) {
    use Kind::{Composition, Malformed, OutOfBounds, UnknownKey};
    match failure {
        // The numeric keywords bring their own message; those of `jsonschema` itself are left in
        // the meta-schemas.
        Failure::Custom { message, .. } => (OutOfBounds, shortened(message)),
        Failure::Minimum { limit } => (OutOfBounds, format!("must be at least {limit}")),
        Failure::ExclusiveMinimum { limit } => {
            (OutOfBounds, format!("must be greater than {limit}"))
        }
        Failure::MaxLength { limit } => (OutOfBounds, at_most(*limit, "character")),
        Failure::MinLength { limit } => (OutOfBounds, at_least(*limit, "character")),
        Failure::MaxItems { limit } => (OutOfBounds, at_most(*limit, "item")),
        Failure::MinItems { limit } => (OutOfBounds, at_least(*limit, "item")),
        Failure::MaxProperties { limit } => (OutOfBounds, at_most(*limit, "key")),
        Failure::MinProperties { limit } => (OutOfBounds, at_least(*limit, "key")),
        Failure::AdditionalItems { limit } => (OutOfBounds, at_most(*limit as u64, "item")),
        Failure::UnevaluatedItems { unexpected } => (
            OutOfBounds,
            format!("{} of its items are not allowed", unexpected.len()),
        ),
        Failure::UniqueItems => (Composition, "has items that are equal".into()),
        Failure::Contains => (
            Composition,
            match schema_path.rsplit('/').next() {
                Some("minContains") => "has too few items that match contains".into(),
                Some("maxContains") => "has too many items that match contains".into(),
                _ => "has no item that matches contains".into(),
            },
        ),
        Failure::Not { .. } => (Composition, "must not match the schema of not".into()),
        Failure::OneOfMultipleValid { .. } => {
            (Composition, "matches more than one schema of oneOf".into())
        }
        Failure::FalseSchema if refuses_every_key(schema_path) => {
            (UnknownKey, "no key is allowed here".into())
        }
        Failure::FalseSchema => (UnknownKey, "no value is allowed here".into()),
        Failure::Pattern { pattern } => (
            Malformed,
            format!("does not match the pattern {}", shortened(pattern)),
        ),
        Failure::Format { format } if format == "regex" => (
            Malformed,
            "is not a regular expression that can be used: it has a syntax error, uses look-around or \
             back-references, or is too large"
                .into(),
        ),
        Failure::Format { format } => (Malformed, format!("is not a valid {format}")),
        Failure::ContentEncoding { content_encoding } => {
            (Malformed, format!("is not encoded as {content_encoding}"))
        }
        Failure::ContentMediaType { content_media_type } => {
            (Malformed, format!("is no {content_media_type} document"))
        }
        Failure::FromUtf8 { .. } => (Malformed, "does not decode to UTF-8".into()),
        // Closed when in doubt: what could not be evaluated does not pass.
        other => (
            Composition,
            format!("{} could not be evaluated", other.keyword()),
        ),
    }
}

/// `matches none of the schemas of anyOf: must be of type string, not number; or ...`
fn composition(
    keyword: &str,
    branches: &[Vec<ValidationError<'static>>],
    place: &str,
    depth: usize,
) -> (Kind, String) {
    if let Some(constants) = constants(branches, place) {
        let message = format!("must be one of {}", brief_list(&constants));
        return (Kind::WrongValue, message);
    }
    let mut message = format!("matches none of the schemas of {keyword}");
    if depth == 0 && branches.len() <= MOST_BRANCHES {
        let explained: Vec<String> = branches
            .iter()
            .filter_map(|errors| first_explanation(errors, depth + 1))
            .collect();
        if !explained.is_empty() {
            message = format!("{message}: {}", explained.join("; or "));
        }
    }
    (Kind::Composition, message)
}

/// The constants, where every branch is one: the way in which an enumeration with a description for
/// each value is written.
fn constants(branches: &[Vec<ValidationError<'static>>], place: &str) -> Option<Value> {
    branches
        .iter()
        .map(|errors| match errors.as_slice() {
            [error] if error.instance_path().as_str() == place => match error.kind() {
                Failure::Constant { expected_value } => Some(expected_value.as_ref().clone()),
                _ => None,
            },
            _ => None,
        })
        .collect::<Option<Vec<Value>>>()
        .map(Value::from)
}

/// What the first error of a branch means: the first in the order of the document, whatever order
/// the representation keeps keys in.
fn first_explanation(errors: &[ValidationError<'static>], depth: usize) -> Option<String> {
    let explained = errors.iter().map(|error| {
        let place = error.instance_path().as_str();
        (place, explain(error, depth).1)
    });
    explained
        .min_by(|a, b| pointer::compare(a.0, b.0).then_with(|| a.1.cmp(&b.1)))
        .map(|(_, message)| message)
}

fn expected_types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => kind.to_string(),
        TypeKind::Multiple(kinds) => kinds
            .iter()
            .map(|kind| kind.to_string())
            .collect::<Vec<_>>()
            .join(" or "),
    }
}

fn at_most(limit: u64, what: &str) -> String {
    format!("must have at most {}", counted(limit, what))
}

fn at_least(limit: u64, what: &str) -> String {
    format!("must have at least {}", counted(limit, what))
}

fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// Whether the keyword is `additionalProperties` or `propertyNames` itself, being `false`: the
/// error then has the value of whichever key came first.
fn refuses_every_key(schema_path: &str) -> bool {
    schema_path.ends_with("/additionalProperties") || schema_path.ends_with("/propertyNames")
}

/// The offending value where it is a scalar.
fn scalar<'e>(error: &'e ValidationError<'_>) -> Option<&'e Value> {
    match error.instance().as_ref() {
        Value::Object(_) | Value::Array(_) => None,
        value => Some(value),
    }
}

/// What is added to a message when values are shown.
pub(super) fn shown(value: &Value) -> String {
    format!("; it is {}", brief(value))
}

pub(crate) fn quoted(text: &str) -> String {
    Value::from(shortened(text)).to_string()
}

fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => shortened(&other.to_string()),
    }
}

fn brief_list(options: &Value) -> String {
    match options {
        Value::Array(options) => {
            shortened(&options.iter().map(brief).collect::<Vec<_>>().join(", "))
        }
        other => brief(other),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
