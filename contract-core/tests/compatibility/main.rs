//! The compatibility of two schemas: pairs whose truth is written down, and pairs made at random.

mod documents;
mod pairs;
mod property;
mod schemas;

use contract_core::{
    SchemaValidator,
    json::{Jsonb, SerdeJson},
};
use jsonschema_value::jsonb::encode::encode;
use serde_json::Value;

/// One schema as a judge of documents, over values and over stored bytes.
struct Judge {
    of_values: SchemaValidator<SerdeJson>,
    of_bytes: SchemaValidator<Jsonb>,
}

impl Judge {
    #[track_caller]
    fn of(schema: &Value) -> Self {
        let compiles = "the schema compiles";
        Self {
            of_values: SchemaValidator::compile(schema).expect(compiles),
            of_bytes: SchemaValidator::compile(schema).expect(compiles),
        }
    }

    /// The one verdict of both representations.
    #[track_caller]
    fn takes(&self, document: &Value) -> bool {
        let verdict = self.of_values.is_valid(document);
        let bytes = encode(document);
        assert_eq!(
            verdict,
            self.of_bytes.is_valid(Jsonb::root(&bytes)),
            "{document} as bytes"
        );
        verdict
    }
}
