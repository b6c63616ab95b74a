//! `VALIDATE CONSTRAINT`: the rows that were there before the CHECK.
//!
//! Postgres gives it no parallel workers, whatever is allowed; the second workload shows that. What finds
//! offenders in parallel is the scan.

use super::compare;
use crate::{check::Check, documents::Bench, results::Workload, server};
use anyhow::Result;

pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    Ok(vec![
        validate(bench, ("validate", "VALIDATE CONSTRAINT"), 0)?,
        validate(
            bench,
            (
                "validate_parallel",
                "VALIDATE CONSTRAINT, parallel workers allowed",
            ),
            server::workers(),
        )?,
    ])
}

fn validate(bench: &Bench, workload: (&str, &str), workers: usize) -> Result<Workload> {
    let mut session = bench.session();
    session.run(&format!("SET max_parallel_workers_per_gather = {workers}"))?;
    compare(
        bench,
        workload,
        Check::WRITTEN,
        bench.parameters.rows,
        |check| {
            let (source, condition) = (check.source(), check.condition(&bench.general));
            session.run(&format!(
                "ALTER TABLE {source} ADD CONSTRAINT kept CHECK ({condition}) NOT VALID"
            ))?;
            let time = session.time(&format!("ALTER TABLE {source} VALIDATE CONSTRAINT kept"))?;
            session.run(&format!("ALTER TABLE {source} DROP CONSTRAINT kept"))?;
            Ok(time)
        },
    )
}
