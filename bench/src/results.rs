//! What was measured, as `results.json` has it.

use crate::interleave::{median, pairs, quantile};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The results of a run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Results {
    /// How it was run.
    pub run: Run,
    /// The bars, each with what was measured.
    pub bars: Vec<Bar>,
    /// What was measured, in the order in which it is read.
    pub workloads: Vec<Workload>,
}

/// How it was run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Run {
    /// Whether the run is large enough to be one that counts.
    pub is_result: bool,
    /// What `version()` says.
    pub postgres: String,
    /// The extension's version.
    pub extension: String,
    /// The state of the sources, as `git describe` names it.
    pub commit: String,
    /// The processor.
    pub processor: String,
    /// How many there are.
    pub processors: usize,
    /// How busy the machine was before: the load average of the last minute.
    pub load_before: f64,
    /// How many documents.
    pub rows: u32,
    /// What one takes on the average, in bytes.
    pub document_bytes: i32,
    /// How often each statement was timed.
    pub rounds: usize,
    /// How many workers helped where parallel work was measured.
    pub parallel_workers: usize,
    /// The settings of the server.
    pub settings: BTreeMap<String, String>,
}

/// A bar: the most that a ratio or a quantity may be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bar {
    /// What is bounded.
    pub what: String,
    /// The workload.
    pub workload: String,
    /// Of the ratio of two lanes: the one, and the one that it is to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lanes: Option<(String, String)>,
    /// The bound.
    pub at_most: f64,
    /// What was measured.
    pub measured: f64,
    /// Their unit; empty for ratios.
    pub unit: String,
    /// Whether the bar is met.
    pub is_met: bool,
}

/// What the ratios of a workload are to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// To the first lane: that without a check.
    First,
    /// To the lane before: of documents of another size.
    Previous,
    /// There is nothing to compare.
    Nothing,
}

/// Things that were timed in turn.
#[derive(Debug, Serialize, Deserialize)]
pub struct Workload {
    /// A short name, unique.
    pub name: String,
    /// What is measured, in words.
    pub title: String,
    /// The unit of the samples.
    pub unit: String,
    /// What ratios are to.
    pub base: Base,
    /// What was timed.
    pub lanes: Vec<Lane>,
}

/// One of the things that were timed in turn.
#[derive(Debug, Serialize, Deserialize)]
pub struct Lane {
    /// The name, unique within the workload.
    pub name: String,
    /// The median of the samples.
    pub median: f64,
    /// The ratio to the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// One sample a round.
    pub samples: Vec<f64>,
}

/// The ratios of all rounds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Ratio {
    /// Their median.
    pub median: f64,
    /// A quarter of them are below.
    pub lower_quartile: f64,
    /// A quarter of them are above.
    pub upper_quartile: f64,
}

impl Ratio {
    fn of(samples: &[f64], base: &[f64]) -> Self {
        let ratios = pairs(samples, base);
        Self {
            median: rounded(median(&ratios)),
            lower_quartile: rounded(quantile(&ratios, 0.25)),
            upper_quartile: rounded(quantile(&ratios, 0.75)),
        }
    }
}

impl Workload {
    /// From the samples of each lane.
    pub fn new(
        name: &str,
        title: impl Into<String>,
        unit: &str,
        base: Base,
        lanes: impl IntoIterator<Item = (String, Vec<f64>)>,
    ) -> Self {
        let mut measured: Vec<Lane> = Vec::new();
        for (lane, samples) in lanes {
            let against = match base {
                Base::First => measured.first(),
                Base::Previous => measured.last(),
                Base::Nothing => None,
            };
            let ratio = against.map(|base| Ratio::of(&samples, &base.samples));
            measured.push(Lane {
                name: lane,
                median: rounded(median(&samples)),
                ratio,
                samples: samples.into_iter().map(rounded).collect(),
            });
        }
        Self {
            name: name.to_owned(),
            title: title.into(),
            unit: unit.to_owned(),
            base,
            lanes: measured,
        }
    }

    /// The ratio of one lane to another.
    ///
    /// # Errors
    ///
    /// When there is no such lane.
    pub fn ratio(&self, lane: &str, base: &str) -> Result<f64> {
        let ratios = pairs(&self.lane(lane)?.samples, &self.lane(base)?.samples);
        Ok(rounded(median(&ratios)))
    }

    /// A lane by its name.
    ///
    /// # Errors
    ///
    /// When there is no such lane.
    pub fn lane(&self, name: &str) -> Result<&Lane> {
        self.lanes
            .iter()
            .find(|lane| lane.name == name)
            .with_context(|| format!("{}: no lane is named {name}", self.name))
    }

    /// The largest ratio that a lane has.
    pub fn largest_ratio(&self) -> f64 {
        self.lanes
            .iter()
            .filter_map(|lane| lane.ratio.map(|ratio| ratio.median))
            .fold(0.0, f64::max)
    }

    /// The largest median of a lane.
    pub fn largest_median(&self) -> f64 {
        self.lanes
            .iter()
            .map(|lane| lane.median)
            .fold(0.0, f64::max)
    }
}

/// Four decimals: more would be noise.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
impl Results {
    /// Small results, for the tests of what is made of them.
    pub fn example(is_result: bool) -> Self {
        let lanes = [("no check", [1.0, 2.0]), ("contract", [1.5, 4.0])]
            .map(|(name, samples)| (name.to_owned(), samples.to_vec()));
        Self {
            run: Run {
                is_result,
                postgres: "PostgreSQL 15.1 on a machine".to_owned(),
                extension: "0.1.0".to_owned(),
                commit: "abc".to_owned(),
                processor: "Fast <CPU>".to_owned(),
                processors: 2,
                load_before: 0.25,
                rows: 500_000,
                document_bytes: 360,
                rounds: 2,
                parallel_workers: 1,
                settings: BTreeMap::from([("jit".to_owned(), "off".to_owned())]),
            },
            bars: vec![Bar {
                what: "scan with : without".to_owned(),
                workload: "scan".to_owned(),
                lanes: Some(("contract".to_owned(), "no check".to_owned())),
                at_most: 1.5,
                measured: 1.75,
                unit: String::new(),
                is_met: false,
            }],
            workloads: vec![
                Workload::new("scan", "Full scan", "µs per document", Base::First, lanes),
                Workload::new(
                    "first_call",
                    "First call",
                    "µs",
                    Base::Nothing,
                    [("case_metadata".to_owned(), vec![812.4])],
                ),
            ],
        }
    }
}
