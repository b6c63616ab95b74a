//! The canonical form of a schema, where it is light enough to be looked for.

mod weight;

use crate::validate::{canonical_options, on_large_stack};
use jsonschema::canonical::CanonicalSchema;
use serde_json::Value;
pub(crate) use weight::{combinations, is_light};

/// The canonical form of a schema: of what the validators accept, `format` an assertion. `None` for a schema
/// that has none or is too heavy.
pub(crate) fn of(schema: &Value) -> Option<CanonicalSchema> {
    is_light(schema)
        .then(|| on_large_stack(|| canonical_options().canonicalize(schema)).ok())
        .flatten()
}
