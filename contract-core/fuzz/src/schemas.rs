//! The schemas that bytes are tried against; the first byte of an input chooses one.

use serde_json::{Value, json};

pub fn schemas() -> Vec<Value> {
    let mut schemas: Vec<Value> = ["case_metadata", "invoice_line_items", "session_data"]
        .iter()
        .flat_map(|name| {
            let contract = contract_core::builtin::contract_type(name).expect("built in");
            contract
                .versions()
                .map(|(_, schema)| schema.clone())
                .collect::<Vec<_>>()
        })
        .collect();
    schemas.extend([
        json!({"type": ["integer", "string"], "minimum": -3, "exclusiveMaximum": 1e4, "multipleOf": 0.5, "minLength": 1, "maxLength": 3}),
        json!({"enum": [null, true, 1, 0.25, "a", "", [1, {"a": []}], {"b": 2, "aa": null}]}),
        json!({"items": {"$ref": "#"}, "prefixItems": [{"type": "number"}], "maxItems": 5, "contains": {"type": "number"}, "maxContains": 3,
            "properties": {"a": {"$ref": "#"}, "bb": {"const": 10000}}, "additionalProperties": {"type": "string"}, "required": ["a"]}),
        json!({"anyOf": [{"type": "object", "additionalProperties": {"$ref": "#"}}, {"type": "array", "items": {"$ref": "#"}}, {"type": "number"}]}),
        json!({"oneOf": [{"required": ["a"]}, {"maxProperties": 1}, {"items": {"minimum": 1}}], "not": {"const": {}}}),
        json!({"patternProperties": {"^x": {"type": "integer"}}, "propertyNames": {"maxLength": 3}, "dependentRequired": {"a": ["b"]},
            "dependentSchemas": {"b": {"minProperties": 3}}, "additionalProperties": {"format": "date-time"}}),
        json!({"if": {"type": "string"}, "then": {"format": "date"}, "else": {"type": ["array", "object"], "items": {"format": "time"}}}),
        json!({"items": {"pattern": "^a*$", "format": "ipv4"}, "uniqueItems": true, "patternProperties": {"a|b": {"minimum": 1}},
            "unevaluatedProperties": {"uniqueItems": true}}),
        json!({"properties": {"a": {"uniqueItems": true, "items": {"$ref": "#/properties/a"}}, "b": {"pattern": "."}, "c": {"multipleOf": 1e-30}},
            "propertyNames": {"pattern": "^[a-c]"}}),
    ]);
    schemas
}
