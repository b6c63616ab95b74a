//! One row at a time: a prepared INSERT, by `pgbench` with one client.

use crate::{
    check::{BUILT_IN, Check, REGISTERED},
    documents::{Bench, DATABASE},
    interleave::interleave,
    results::{Base, Workload},
};
use anyhow::{Context, Result, ensure};
use std::io::Write;
use tempfile::NamedTempFile;

/// What is looked for here is small beside what a transaction costs: it takes more pairs to be seen.
const MORE_ROUNDS: usize = 3;

pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    let mut session = bench.session();
    let target = |check: Check| format!("single_row_{}", check.identifier());
    for &check in Check::WRITTEN {
        session.run(&format!(
            "CREATE TABLE {} (n int, document jsonb {})",
            target(check),
            check.constraint(&bench.general)
        ))?;
    }
    let inserts = (bench.parameters.rows / 100).max(200);
    let rounds = bench.parameters.rounds * MORE_ROUNDS;
    let samples = interleave(rounds, Check::WRITTEN, |&check| {
        let target = target(check);
        let document = match check {
            Check::Registered => bench.document.replace(BUILT_IN, REGISTERED),
            _ => bench.document.clone(),
        };
        session.run("CHECKPOINT")?;
        let latency = pgbench(bench, &target, &document, inserts)?;
        let stored: i64 = session.value(&format!("SELECT count(*) FROM {target}"))?;
        ensure!(
            stored == i64::from(inserts),
            "{stored} of {inserts} rows were stored"
        );
        session.run(&format!("TRUNCATE {target}"))?;
        Ok(latency)
    })?;
    let names = Check::WRITTEN.iter().map(|check| check.name().to_owned());
    Ok(vec![Workload::new(
        "single_row",
        "Single-row prepared INSERT",
        "µs per document",
        Base::First,
        names.zip(samples),
    )])
}

/// The average latency of an INSERT in microseconds. pgbench prints latencies in too few digits; with one client
/// the rate says the same.
fn pgbench(bench: &Bench, target: &str, document: &str, inserts: u32) -> Result<f64> {
    let mut script = NamedTempFile::new().context("the script of pgbench")?;
    writeln!(script, "INSERT INTO {target} VALUES (1, :document);")?;
    let output = bench
        .cluster
        .program("pgbench")
        .args([
            "--no-vacuum",
            "--protocol=prepared",
            "--client=1",
            "--jobs=1",
        ])
        .arg(format!("--transactions={inserts}"))
        .arg(format!("--define=document={document}"))
        .arg("--file")
        .arg(script.path())
        .arg(DATABASE)
        .output()
        .context("pgbench cannot be started")?;
    ensure!(
        output.status.success(),
        "pgbench: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8_lossy(&output.stdout);
    let rate: f64 = printed
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
        .with_context(|| format!("pgbench printed no rate: {printed}"))?;
    Ok(1e6 / rate)
}
