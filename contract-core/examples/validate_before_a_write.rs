//! Validate a document before it is written: `cargo run -p contract-core --example validate_before_a_write`

use contract_core::{Context, Document, Registry, builtin::CaseMetadata};
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A typed document carries its envelope along.
    let document = Document::new(
        Context::new("importer", "2025-01-22T10:00:00Z"),
        CaseMetadata {
            priority: Some(json!("high")),
            escalation_level: Some(json!(2)),
            ..CaseMetadata::default()
        },
    );
    let mut value = serde_json::to_value(&document)?;

    let contract = Registry::builtin().get("case_metadata")?;
    contract.validate(&value)?;
    println!("valid, ready to be written:\n{value:#}\n");

    // The same document after somebody was careless with it.
    value["escalated"] = json!(true);
    value["custom_fields"] = json!("none");
    match contract.validate(&value) {
        Ok(()) => unreachable!("an unknown key is a violation"),
        Err(violations) => println!("not written:\n{violations}"),
    }
    Ok(())
}
