//! The bars: the most that a contract may cost.

use crate::results::{Bar, Workload};
use anyhow::{Context, Result};

/// What is bounded.
enum Bound {
    /// The time of one lane by that of another.
    Lanes(&'static str, &'static str),
    /// The step to the next size that costs most.
    WorstStep,
    /// The lane with the most, in the unit of the workload.
    Most,
}
use Bound::{Lanes, Most, WorstStep};

/// All bars: what is bounded in words, the workload, the bound, and the most that it may be.
const BARS: &[(&str, &str, Bound, f64)] = &[
    (
        "scan with contract.is_valid : with jsonb_typeof",
        "scan",
        Lanes("contract", "jsonb_typeof"),
        2.2,
    ),
    (
        "scan with contract.is_valid : with the general validator",
        "scan",
        Lanes("contract", "general validator"),
        0.35,
    ),
    (
        "scan with contract.is_valid : with the full SQL check",
        "scan",
        Lanes("contract", "full SQL"),
        0.17,
    ),
    (
        "INSERT ... SELECT with the CHECK : without, unlogged table",
        "insert_unlogged",
        Lanes("contract", "no check"),
        1.25,
    ),
    (
        "INSERT ... SELECT with the CHECK : without, ordinary table",
        "insert_logged",
        Lanes("contract", "no check"),
        1.12,
    ),
    (
        "single-row prepared INSERT with the CHECK : without",
        "single_row",
        Lanes("contract", "no check"),
        1.03,
    ),
    (
        "first call in a new backend, the slowest built-in contract",
        "first_call",
        Most,
        1_000.0,
    ),
    (
        "time for documents 10 times as large, the worst step",
        "growth_size",
        WorstStep,
        10.5,
    ),
    (
        "time for objects with 10 times the keys, the worst step",
        "growth_keys",
        WorstStep,
        10.5,
    ),
    (
        "memory that a backend gains by using all 20 built-in contracts",
        "memory",
        Most,
        1_024.0,
    ),
];

/// Holds what was measured against the bars.
///
/// # Errors
///
/// When something that a bar is for was not measured.
pub fn judge(workloads: &[Workload]) -> Result<Vec<Bar>> {
    BARS.iter()
        .map(|(what, name, bound, at_most)| {
            let workload = workloads
                .iter()
                .find(|workload| workload.name == *name)
                .with_context(|| format!("no workload is named {name}"))?;
            let (measured, unit, lanes) = match bound {
                Lanes(lane, base) => (
                    workload.ratio(lane, base)?,
                    "",
                    Some(((*lane).to_owned(), (*base).to_owned())),
                ),
                WorstStep => (workload.largest_ratio(), "", None),
                Most => (workload.largest_median(), workload.unit.as_str(), None),
            };
            Ok(Bar {
                what: (*what).to_owned(),
                workload: (*name).to_owned(),
                lanes,
                at_most: *at_most,
                measured,
                unit: unit.to_owned(),
                is_met: measured <= *at_most,
            })
        })
        .collect()
}
