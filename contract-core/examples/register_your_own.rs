//! A contract type of your own, from a Rust type: `cargo run -p contract-core --example register_your_own`

use contract_core::{
    ContractType, Document, Registry,
    contract::{Compatibility, Status},
    document::Body,
    manifest::{ContractVersion, Manifest},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a ship carries.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ShipManifest {
    ship: String,
    #[schemars(range(min = 0))]
    containers: u32,
}

impl Body for ShipManifest {
    const CONTRACT_TYPE: &'static str = "ship_manifest";
    const VERSION: u32 = 1;
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let contract = ContractType::new(Manifest {
        json_schema: None,
        contract_type: ShipManifest::CONTRACT_TYPE.into(),
        canonical_id: "CONTRACT-SHIP-MANIFEST-V1".into(),
        release: "1.0.0".parse()?,
        owner: "harbour".into(),
        aliases: Vec::new(),
        status: Status::Active,
        compatibility: Compatibility::Backward,
        envelope: true,
        min_version: 1,
        max_version: 1,
        bindings: Vec::new(),
        check_constraint: true,
        index_keys: Vec::new(),
        migration_notes: None,
        versions: vec![ContractVersion::of::<ShipManifest>()],
    })
    .map_err(|problems| format!("{problems:?}"))?;
    let mut registry = Registry::new();
    registry.insert(contract)?;

    let document = json!({
        "_schema_version": 1,
        "_context": {"created_by": "crane 3", "created_at": "2025-01-22T10:00:00Z"},
        "type": "ship_manifest",
        "ship": "Ada",
        "containers": 12,
    });
    let parsed = Document::<ShipManifest>::parse_with(&registry, document.clone())?;
    println!("{} carries {}", parsed.body.ship, parsed.body.containers);

    let mut negative = document;
    negative["containers"] = json!(-1);
    if let Err(error) = Document::<ShipManifest>::parse_with(&registry, negative) {
        println!("refused: {error}");
    }
    Ok(())
}
