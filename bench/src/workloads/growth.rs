//! Documents that grow tenfold step by step, by their contents and by their number of keys: the time has to grow
//! with them, not faster. The documents are in memory, for that is where the walk is; what the walk skips
//! would tell nothing, so each contract says something of every value.

use crate::{
    check::matches,
    documents::Bench,
    interleave::interleave,
    results::{Base, Workload},
};
use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

/// The numbers of keys of an object.
const KEYS: &[u32] = &[10, 100, 1_000, 10_000];
/// The numbers of lines of a list; a line takes some 150 bytes.
const LINES: &[u32] = &[8, 80, 800, 8_000, 80_000];

/// How many calls share one fetching of a document, at the least; fewer in a trial with few rows.
const LEAST_CALLS: u32 = 100;

/// A document, and what it is asked by.
struct Grown {
    name: String,
    schema: Value,
    /// An SQL expression.
    document: String,
}

pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    let mut workloads = Vec::new();
    let lines: Vec<Grown> = LINES.iter().map(|&count| list(count)).collect();
    workloads.extend(grow(
        bench,
        "growth_size",
        "Documents 10 times as large",
        &lines,
    )?);
    let keys: Vec<Grown> = KEYS.iter().map(|&count| object(count)).collect();
    workloads.extend(grow(
        bench,
        "growth_keys",
        "Objects with 10 times the keys",
        &keys,
    )?);
    Ok(workloads)
}

/// A list of closed objects, every value of which has a rule.
fn list(count: u32) -> Grown {
    Grown {
        name: format!("list_{count}"),
        schema: json!({
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "sku": {"type": "string", "minLength": 1, "maxLength": 40},
                    "amount": {"type": "integer", "minimum": 0},
                    "unit": {"enum": ["piece", "box", "pallet"]},
                    "price": {"type": "number", "minimum": 0},
                    "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 4}
                },
                "required": ["sku", "amount", "unit"],
                "additionalProperties": false
            }
        }),
        document: format!(
            "(SELECT jsonb_agg(jsonb_build_object('sku', md5(i::text), 'amount', i % 97, 'unit', 'piece',
                 'price', round(i % 1000 / 7.0, 2), 'tags', jsonb_build_array('new', 'heavy')))
              FROM generate_series(1, {count}) AS i)"
        ),
    }
}

/// An object with as many keys, all of which the contract names.
fn object(count: u32) -> Grown {
    // Keys of one length, or larger objects would have longer ones.
    let key = |i: u32| format!("key_{i:05}");
    let properties: Map<String, Value> = (1..=count)
        .map(|i| (key(i), json!({"type": "integer", "minimum": 0})))
        .collect();
    let required: Vec<String> = (1..=count).step_by(2).map(key).collect();
    Grown {
        name: format!("object_{count}"),
        schema: json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false
        }),
        document: format!(
            "(SELECT jsonb_object_agg('key_' || lpad(i::text, 5, '0'), i % 97) FROM generate_series(1, {count}) AS i)"
        ),
    }
}

/// Registers the contracts, stores the documents, and times a call for each.
fn grow(bench: &Bench, name: &str, title: &str, grown: &[Grown]) -> Result<Vec<Workload>> {
    let mut session = bench.session();
    let mut statements = Vec::new();
    session.run(&format!(
        "CREATE UNLOGGED TABLE {name} (name text, document jsonb);
         ALTER TABLE {name} ALTER document SET STORAGE external"
    ))?;
    for Grown {
        name: lane,
        schema,
        document,
    } in grown
    {
        session.run(&format!(
            "SELECT contract.register('{}')",
            manifest(lane, schema)
        ))?;
        session.run(&format!("INSERT INTO {name} SELECT '{lane}', {document}"))?;
        let bytes: i32 = session.value(&format!(
            "SELECT pg_column_size(document) FROM {name} WHERE name = '{lane}'"
        ))?;
        // As many bytes for each; `#-` with an empty path gives the document in memory. To fetch it takes longer than to
        // walk over it, so that it has to be shared by many calls.
        let calls = bench.parameters.rows.saturating_mul(200) / bytes.unsigned_abs();
        let calls = calls.max(LEAST_CALLS.min(bench.parameters.rows / 5_000));
        let document = format!("(SELECT document #- '{{}}' FROM {name} WHERE name = '{lane}')");
        for condition in [
            format!("contracts.{lane}({document})"),
            matches(schema, &document),
        ] {
            let query = format!(
                "SELECT count(*) FILTER (WHERE {condition}) FROM generate_series(1, {calls})"
            );
            let passed: i64 = session.value(&query)?;
            ensure!(passed == i64::from(calls), "{lane} is not valid");
            statements.push((query, calls));
        }
    }
    let samples = interleave(bench.parameters.rounds, &statements, |(query, calls)| {
        Ok(session.time(query)? / f64::from(*calls))
    })?;
    let (contract, general): (Vec<_>, Vec<_>) = samples
        .chunks_exact(2)
        .map(|pair| (pair[0].clone(), pair[1].clone()))
        .unzip();
    let workload = |suffix: &str, by: &str, samples: Vec<Vec<f64>>| {
        let names = grown.iter().map(|grown| grown.name.clone());
        Workload::new(
            &format!("{name}{suffix}"),
            format!("{title}, {by}"),
            "µs per document",
            Base::Previous,
            names.zip(samples),
        )
    };
    Ok(vec![
        workload("", "registered contract", contract),
        workload("_general", "general validator", general),
    ])
}

/// The manifest of a contract type without envelope.
fn manifest(name: &str, schema: &Value) -> Value {
    json!({
        "contract_type": name,
        "canonical_id": format!("CONTRACT-{}-V1", name.to_uppercase().replace('_', "-")),
        "release": "1.0.0",
        "owner": "bench",
        "status": "active",
        "compatibility": "none",
        "envelope": false,
        "min_version": 1,
        "max_version": 1,
        "check_constraint": true,
        "versions": [{"version": 1, "schema": schema}]
    })
}
