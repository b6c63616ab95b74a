//! Many rows at once: INSERT ... SELECT into an unlogged and into an ordinary table, and COPY.

use super::compare;
use crate::{check::Check, documents::Bench, results::Workload};
use anyhow::Result;

pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    let select = |check: Check, target: &str| {
        format!("INSERT INTO {target} SELECT * FROM {}", check.source())
    };
    let folder = bench.cluster.socket().display();
    let file = |check: Check| format!("'{folder}/{}.copy'", check.source());
    let mut session = bench.session();
    for check in [Check::Nothing, Check::Registered] {
        session.run(&format!("COPY {} TO {}", check.source(), file(check)))?;
    }
    let copy = |check: Check, target: &str| format!("COPY {target} FROM {}", file(check));
    Ok(vec![
        fill(
            bench,
            ("insert_unlogged", "INSERT ... SELECT, unlogged table"),
            "UNLOGGED",
            select,
        )?,
        fill(
            bench,
            ("insert_logged", "INSERT ... SELECT, ordinary table"),
            "",
            select,
        )?,
        fill(bench, ("copy", "COPY, ordinary table"), "", copy)?,
    ])
}

/// Fills an empty table for each check; the time is that of the filling alone.
fn fill(
    bench: &Bench,
    workload: (&str, &str),
    kind: &str,
    statement: impl Fn(Check, &str) -> String,
) -> Result<Workload> {
    let mut session = bench.session();
    let target = |check: Check| format!("{}_{}", workload.0, check.identifier());
    for &check in Check::WRITTEN {
        session.run(&format!(
            "CREATE {kind} TABLE {} (n int, document jsonb {})",
            target(check),
            check.constraint(&bench.general)
        ))?;
    }
    compare(
        bench,
        workload,
        Check::WRITTEN,
        bench.parameters.rows,
        |check| {
            let target = target(check);
            // So that none comes by itself while the time runs.
            session.run("CHECKPOINT")?;
            let time = session.time(&statement(check, &target))?;
            session.run(&format!("TRUNCATE {target}"))?;
            Ok(time)
        },
    )
}
