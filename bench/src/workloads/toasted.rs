//! Documents too large for a page, out of line: compressed, and as they are.

use super::compare;
use crate::{check::Check, documents::Bench, results::Workload};
use anyhow::{Result, ensure};

/// The first is what the others are held against: a glance at such a document, which fetches it whole.
const CHECKS: &[Check] = &[
    Check::TypeOf,
    Check::Nothing,
    Check::Contract,
    Check::Registered,
    Check::HeaderSql,
    Check::FullSql,
    Check::General,
];

/// What makes a document large: an array of small objects among the custom fields.
const LINES: &str = "(SELECT jsonb_agg(jsonb_build_object('sku', md5((i * k)::text), 'amount', i % 97 + k, 'note', 'ordered by telephone'))
    FROM generate_series(1, 120) AS k)";

pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    let rows = (bench.parameters.rows / 100).max(100);
    let mut workloads = Vec::new();
    for (storage, title) in [
        ("extended", "Full scan, toasted documents, compressed"),
        ("external", "Full scan, toasted documents, not compressed"),
    ] {
        make(bench, storage, rows)?;
        let mut session = bench.session();
        let name = format!("toasted_{storage}");
        workloads.push(compare(bench, (&name, title), CHECKS, rows, |check| {
            let (source, condition) = (check.source(), check.condition(&bench.general));
            session.time(&format!(
                "SELECT count(*) FROM {name}_{source} WHERE {condition}"
            ))
        })?);
    }
    Ok(workloads)
}

/// A table for each source, with large documents, all of them out of line.
fn make(bench: &Bench, storage: &str, rows: u32) -> Result<()> {
    let mut session = bench.session();
    for source in [Check::Nothing.source(), Check::Registered.source()] {
        let table = format!("toasted_{storage}_{source}");
        session.run(&format!(
            "CREATE UNLOGGED TABLE {table} (n int, document jsonb);
             ALTER TABLE {table} ALTER document SET STORAGE {storage};
             INSERT INTO {table}
             SELECT n, jsonb_set(document, '{{custom_fields,lines}}', {LINES})
             FROM {source}, LATERAL (SELECT n AS i) AS number WHERE n <= {rows}"
        ))?;
        session.run(&format!("VACUUM (ANALYZE, FREEZE) {table}"))?;
        let inline: i64 = session.value(&format!("SELECT pg_relation_size('{table}')"))?;
        ensure!(
            inline / i64::from(rows) < 200,
            "{table} is not toasted: {inline} bytes for {rows} rows"
        );
    }
    Ok(())
}
