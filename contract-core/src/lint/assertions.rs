//! Values that a schema lists, against what it demands beside the list.

use super::document::Subschema;
use crate::{json::SerdeJson, validate::SchemaValidator};
use jsonschema::Draft;
use serde_json::{Map, Value};

/// The keywords that judge a value by themselves, without a subschema.
const KEYWORDS: [&str; 19] = [
    "const",
    "dependentRequired",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "type",
    "uniqueItems",
];

/// What `schema` demands of a value by itself, without the keyword `except`; `None` where that is nothing.
pub(super) fn validator(
    schema: &Subschema<'_>,
    except: &str,
) -> Option<SchemaValidator<SerdeJson>> {
    let mut demands: Map<String, Value> = KEYWORDS
        .into_iter()
        .filter(|keyword| *keyword != except)
        .filter_map(|keyword| Some((keyword.to_owned(), schema.get(keyword)?.clone())))
        .collect();
    if demands.is_empty() {
        return None;
    }
    demands.insert("$schema".into(), metaschema(schema.draft).into());
    SchemaValidator::compile(&Value::Object(demands)).ok()
}

fn metaschema(draft: Draft) -> &'static str {
    match draft {
        Draft::Draft4 => "http://json-schema.org/draft-04/schema#",
        Draft::Draft6 => "http://json-schema.org/draft-06/schema#",
        Draft::Draft7 => "http://json-schema.org/draft-07/schema#",
        Draft::Draft201909 => "https://json-schema.org/draft/2019-09/schema",
        _ => "https://json-schema.org/draft/2020-12/schema",
    }
}
