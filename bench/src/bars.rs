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

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::results::{Base, Workload};

    /// A workload for each bar, in which the contract takes as long as this many times the others.
    fn measured(times: f64) -> Vec<Workload> {
        let workload = |name: &str, base, lanes: &[(&str, f64)]| {
            let lanes = lanes
                .iter()
                .map(|&(lane, sample)| (lane.to_owned(), vec![sample; 3]));
            Workload::new(name, name, "µs", base, lanes)
        };
        let others = ["no check", "jsonb_typeof", "full SQL", "general validator"];
        let compared: Vec<_> = others
            .iter()
            .map(|&other| (other, 1.0))
            .chain([("contract", times)])
            .collect();
        let grown = [("10", 1.0), ("100", 10.5), ("1000", 10.5 * times)];
        ["scan", "insert_unlogged", "insert_logged", "single_row"]
            .map(|name| workload(name, Base::First, &compared))
            .into_iter()
            .chain(
                ["growth_size", "growth_keys"].map(|name| workload(name, Base::Previous, &grown)),
            )
            .chain([
                workload(
                    "first_call",
                    Base::Nothing,
                    &[("a", 1_000.0), ("b", 1_000.0 * times)],
                ),
                workload(
                    "memory",
                    Base::Nothing,
                    &[("library", 2.0), ("contracts", 1_024.0 * times)],
                ),
            ])
            .collect()
    }

    #[test]
    fn a_bar_is_met_up_to_its_bound() {
        let bars = judge(&measured(1.0)).expect("all was measured");
        let not_met: Vec<_> = bars.iter().filter(|bar| !bar.is_met).collect();
        // The contract is to be quicker than these two.
        let [general, full_sql] = &not_met[..] else {
            panic!("{not_met:?}")
        };
        assert_eq!(
            general.what,
            "scan with contract.is_valid : with the general validator"
        );
        assert_eq!(
            full_sql.what,
            "scan with contract.is_valid : with the full SQL check"
        );
    }

    #[test]
    fn beyond_it_is_not_met() {
        let bars = judge(&measured(2.3)).expect("all was measured");
        assert_eq!(bars.iter().filter(|bar| bar.is_met).count(), 2, "{bars:?}");
    }

    #[test]
    fn what_was_not_measured_meets_no_bar() {
        let mut workloads = measured(1.0);
        workloads.pop();
        let error = judge(&workloads).expect_err("memory was not measured");
        assert_eq!(error.to_string(), "no workload is named memory");
    }
}
