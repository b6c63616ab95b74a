//! Writes the first inputs of the fuzzer: documents as jsonb, each with a schema to be tried against.

mod schemas;

use jsonschema_value::jsonb::encode::encode;
use serde_json::{Value, json};
use std::{fs, path::Path};

fn main() -> std::io::Result<()> {
    let context = json!({"created_by": "a", "created_at": "2025-01-22T10:00:00Z"});
    let wide: serde_json::Map<String, Value> = (0..40).map(|i| (format!("k{i}"), json!(i))).collect();
    let documents = [
        json!({"_schema_version": 2, "type": "case_metadata", "_context": context, "priority": "high", "custom_fields": {"a": 1}}),
        json!({"_schema_version": 1, "type": "invoice_line_items", "_context": context, "items": [{"amount": 12.5}, {}]}),
        json!({"_schema_version": 1, "type": "session_data", "_context": context, "any": [1, {"b": null}]}),
        json!(null),
        json!(2.5),
        json!("abc"),
        json!([1, {"a": []}]),
        json!({"b": 2, "aa": null}),
        json!({"a": [1, [2, "x"]], "bb": 10000, "ccc": "text"}),
        json!({"a": 1, "b": "2025-01-22T10:00:00Z", "x": 3}),
        json!(["2025-01-22", "10:00:00Z", "127.0.0.1", "aaa", "aaa", 123_456_789_012_345_u64]),
        Value::Object(wide),
        json!((0..40).collect::<Vec<_>>()),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/jsonb");
    fs::create_dir_all(&folder)?;
    for (choice, _) in schemas::schemas().iter().enumerate() {
        for (index, document) in documents.iter().enumerate() {
            // Each document with three of the schemas: the fuzzer exchanges the first byte itself.
            if (choice + index) % 4 == 0 {
                let mut input = vec![u8::try_from(choice).expect("few schemas")];
                input.extend(encode(document));
                fs::write(folder.join(format!("schema-{choice:02}-document-{index:02}")), input)?;
            }
        }
    }
    Ok(())
}
