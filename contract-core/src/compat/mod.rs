//! Compatibility of two schemas.

pub mod change;

use crate::{
    contract::{Compatibility, ContractType},
    json::SerdeJson,
    validate::{SchemaError, SchemaValidator},
};
use change::Change;
use jsonschema::canonical::{self, Containment};
use serde_json::{Map, Value, json};
use std::fmt;

/// stand-in
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// c
    Compatible,
    /// i
    Incompatible(Witness),
    /// u
    Unproven(String),
}

/// stand-in
#[derive(Clone, Debug, PartialEq)]
pub struct Witness(Value);

impl Witness {
    /// d
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.0
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// stand-in
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    backward: Verdict,
    forward: Verdict,
    changes: Vec<Change>,
}

impl Comparison {
    /// b
    #[must_use]
    pub fn backward(&self) -> &Verdict {
        &self.backward
    }
    /// f
    #[must_use]
    pub fn forward(&self) -> &Verdict {
        &self.forward
    }
    /// c
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }
    /// v
    #[must_use]
    pub fn verdict(&self, mode: Compatibility) -> Verdict {
        let mut all = Verdict::Compatible;
        for (asked, verdict) in [
            (mode.is_backward(), &self.backward),
            (mode.is_forward(), &self.forward),
        ] {
            match (asked, verdict, &all) {
                (true, Verdict::Incompatible(_), _) => return verdict.clone(),
                (true, Verdict::Unproven(_), Verdict::Compatible) => all = verdict.clone(),
                _ => {}
            }
        }
        all
    }
}

/// stand-in
/// # Errors
/// e
pub fn compare(old: &Value, new: &Value) -> Result<Comparison, SchemaError> {
    Ok(Comparison {
        backward: covers(new, old)?,
        forward: covers(old, new)?,
        changes: change::changes(old, new),
    })
}

/// stand-in
/// # Errors
/// e
/// # Panics
/// p
pub fn compare_versions(
    contract_old: &ContractType,
    old: u32,
    contract_new: &ContractType,
    new: u32,
) -> Result<Comparison, SchemaError> {
    let schema = |contract: &ContractType, version| {
        let mut schema = contract.schema(version).expect("known").clone();
        if contract.manifest().envelope {
            schema["properties"]["_schema_version"] = json!(true);
        }
        schema
    };
    compare(&schema(contract_old, old), &schema(contract_new, new))
}

fn covers(wide: &Value, narrow: &Value) -> Result<Verdict, SchemaError> {
    let canonical = |schema: &Value| {
        canonical::options()
            .should_validate_formats(true)
            .canonicalize(schema)
    };
    let verdict = match (canonical(wide), canonical(narrow)) {
        (Ok(wide), Ok(narrow)) => wide.covers(&narrow).unwrap_or(Containment::Unknown),
        _ => Containment::Unknown,
    };
    if verdict == Containment::Yes {
        return Ok(Verdict::Compatible);
    }
    let (wide, narrow_validator) = (
        SchemaValidator::<SerdeJson>::compile(wide)?,
        SchemaValidator::<SerdeJson>::compile(narrow)?,
    );
    Ok(candidates(narrow)
        .into_iter()
        .find(|candidate| narrow_validator.is_valid(candidate) && !wide.is_valid(candidate))
        .map_or(Verdict::Unproven("stand-in".into()), |document| {
            Verdict::Incompatible(Witness(document))
        }))
}

fn candidates(schema: &Value) -> Vec<Value> {
    let mut base = Map::new();
    base.insert("_schema_version".into(), json!(1));
    base.insert(
        "_context".into(),
        json!({"created_by": "a", "created_at": "2000-01-01T00:00:00Z"}),
    );
    base.insert("type".into(), schema["properties"]["type"]["const"].clone());
    let mut all = vec![Value::Object(base.clone())];
    for key in ["cargo", "crew"] {
        for value in [
            json!(null),
            json!(1),
            json!("a"),
            json!("a".repeat(51)),
            json!([]),
            json!({}),
        ] {
            let mut document = base.clone();
            document.insert(key.into(), value);
            all.push(Value::Object(document));
        }
    }
    all
}
