//! An UPDATE of another column: Postgres asks the CHECK of each new row, though the document is the old one.

use super::compare;
use crate::{check::Check, documents::Bench, results::Workload};
use anyhow::Result;

pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    let mut session = bench.session();
    let target = |check: Check| format!("update_{}", check.identifier());
    for &check in Check::WRITTEN {
        session.run(&format!(
            "CREATE TABLE {} (n int, document jsonb {})",
            target(check),
            check.constraint(&bench.general)
        ))?;
    }
    let workload = ("update", "UPDATE of another column");
    let measured = compare(
        bench,
        workload,
        Check::WRITTEN,
        bench.parameters.rows,
        |check| {
            let (target, source) = (target(check), check.source());
            session.run("CHECKPOINT")?;
            session.run(&format!("INSERT INTO {target} SELECT * FROM {source}"))?;
            let time = session.time(&format!("UPDATE {target} SET n = n + 1"))?;
            session.run(&format!("TRUNCATE {target}"))?;
            Ok(time)
        },
    )?;
    Ok(vec![measured])
}
