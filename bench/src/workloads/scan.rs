//! A full scan that asks a check of each document: with one process, and with parallel workers.

use super::compare;
use crate::{check::Check, documents::Bench, results::Workload, server};
use anyhow::Result;

const ALONE: &[Check] = &[
    Check::Nothing,
    Check::TypeOf,
    Check::Contract,
    Check::Explaining,
    Check::Registered,
    Check::HeaderSql,
    Check::FullSql,
    Check::General,
];

pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    Ok(vec![
        scan(bench, ("scan", "Full scan"), ALONE, 0)?,
        scan(
            bench,
            ("scan_parallel", "Full scan, parallel workers"),
            Check::WRITTEN,
            server::workers(),
        )?,
    ])
}

fn scan(
    bench: &Bench,
    workload: (&str, &str),
    checks: &[Check],
    workers: usize,
) -> Result<Workload> {
    let mut session = bench.session();
    session.run(&format!(
        "SET max_parallel_workers_per_gather = {workers};
         ALTER TABLE documents SET (parallel_workers = {workers});
         ALTER TABLE registered_documents SET (parallel_workers = {workers})"
    ))?;
    compare(bench, workload, checks, bench.parameters.rows, |check| {
        let (source, condition) = (check.source(), check.condition(&bench.general));
        session.time(&format!("SELECT count(*) FROM {source} WHERE {condition}"))
    })
}
