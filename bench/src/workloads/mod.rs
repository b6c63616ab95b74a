//! What is measured, one file for each kind of work.

mod first_call;
mod growth;
mod insert;
mod memory;
mod registered_types;
mod scan;
mod single_row;
mod toasted;
mod update;
mod validate;

use crate::{
    check::Check,
    documents::Bench,
    interleave::interleave,
    results::{Base, Workload},
};
use anyhow::{Context, Result};

/// Measures the workloads of one file.
type Measure = fn(&Bench) -> Result<Vec<Workload>>;

/// Every workload, in the order in which results are read.
const ALL: &[(&str, Measure)] = &[
    ("scan", scan::measure),
    ("insert", insert::measure),
    ("single row", single_row::measure),
    ("update", update::measure),
    ("validate", validate::measure),
    ("toasted", toasted::measure),
    ("registered types", registered_types::measure),
    ("growth", growth::measure),
    ("first call", first_call::measure),
    ("memory", memory::measure),
];

/// Measures everything.
///
/// # Errors
///
/// The first error of a workload.
pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    let mut workloads = Vec::new();
    for (name, measure) in ALL {
        eprintln!("==> measuring: {name}");
        workloads.extend(measure(bench).with_context(|| format!("measuring: {name}"))?);
    }
    Ok(workloads)
}

/// Times checks in turn; `run` returns microseconds for all documents.
fn compare(
    bench: &Bench,
    (name, title): (&str, &str),
    checks: &[Check],
    documents: u32,
    mut run: impl FnMut(Check) -> Result<f64>,
) -> Result<Workload> {
    let samples = interleave(bench.parameters.rounds, checks, |&check| {
        Ok(run(check)? / f64::from(documents))
    })?;
    let names = checks.iter().map(|check| check.name().to_owned());
    let lanes = names.zip(samples);
    Ok(Workload::new(
        name,
        title,
        "µs per document",
        Base::First,
        lanes,
    ))
}
