//! Numbers are exact decimals, as jsonb's are: no verdict goes through a double.

use contract_core::{
    SchemaValidator,
    json::{Jsonb, SerdeJson},
};
use jsonschema_value::jsonb::encode::encode;
use serde_json::Value;

#[test]
fn verdicts_are_those_of_exact_decimals() {
    #[rustfmt::skip]
    let cases = [
        (r#"{"multipleOf": 0.01}"#, "1e400", true),
        (r#"{"multipleOf": 0.01}"#, "0.07", true),
        (r#"{"multipleOf": 0.1}"#, "0.3", true),
        (r#"{"multipleOf": 0.1}"#, "0.30000000000000004", false),
        (r#"{"multipleOf": 3}"#, "100000000000000000000000000000000000000002", true),
        (r#"{"multipleOf": 3}"#, "100000000000000000000000000000000000000003", false),
        (r#"{"multipleOf": 1e-300}"#, "1e400", true),
        (r#"{"minimum": 0.1}"#, "0.1", true),
        (r#"{"minimum": 0.1}"#, "0.09999999999999999999999", false),
        (r#"{"minimum": 1e400}"#, "1e399", false),
        (r#"{"maximum": 1e400}"#, "1e401", false),
        (r#"{"exclusiveMaximum": 9007199254740993}"#, "9007199254740992.5", true),
        (r#"{"exclusiveMaximum": 9007199254740993}"#, "9007199254740993.0", false),
        (r#"{"multipleOf": 0.1}"#, "0.3000000000000000000001", false),
        (r#"{"multipleOf": 9007199254740993}"#, "9007199254740993.0", true),
        (r#"{"multipleOf": 7}"#, "-9223372036854775808", false),
        (r#"{"minimum": 1e-400}"#, "0", false),
        (r#"{"minimum": 1e-400}"#, "1e-399", true),
        (r#"{"exclusiveMinimum": 0.1}"#, "0.1000000000000000000000000001", true),
        (r#"{"minimum": -1e400}"#, "-1e399", true),
        (r#"{"const": 0.1}"#, "0.1000000000000000000001", false),
        (r#"{"const": 1e-5}"#, "0.00001", true),
        (r#"{"enum": [9007199254740993.5]}"#, "9007199254740993.4", false),
        (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": true}"#, "1", false),
        (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": false}"#, "1.0", true),
        (r#"{"type": "integer"}"#, "1e400", true),
        (r#"{"type": "integer"}"#, "1.0", true),
        (r#"{"type": "integer"}"#, "10e-1", true),
        (r#"{"type": "integer"}"#, "1.00000000000000000000000000000000001", false),
        (r#"{"type": "integer"}"#, "1e-400", false),
        (r#"{"const": 1.0}"#, "1", true),
        (r#"{"const": 0}"#, "-0", true),
        (r#"{"enum": [1e2]}"#, "100.00", true),
        (r#"{"const": 9007199254740993}"#, "9007199254740992", false),
        (r#"{"uniqueItems": true}"#, "[1, 1.00]", false),
        (r#"{"uniqueItems": true}"#, "[9007199254740993, 9007199254740992]", true),
    ];
    for (schema, document, expected) in cases {
        let parse = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        let (schema, document) = (parse(schema), parse(document));
        let values = SchemaValidator::<SerdeJson>::compile(&schema).expect("a schema");
        let stored = SchemaValidator::<Jsonb>::compile(&schema).expect("a schema");
        assert_eq!(values.is_valid(&document), expected, "{schema} {document}");
        let bytes = encode(&document);
        assert_eq!(
            stored.is_valid(Jsonb::root(&bytes)),
            expected,
            "{schema} {document} as jsonb"
        );
    }
}
