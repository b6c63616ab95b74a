//! How large a run is: from the environment, with what a result needs as the default.

use anyhow::{Context, Result, ensure};
use std::{
    env,
    path::{Path, PathBuf},
};

/// How many documents the bars are for.
const STANDARD_ROWS: u32 = 500_000;
/// To how many contract types a database grows.
const STANDARD_TYPES: u32 = 10_000;
/// Fewer pairs say little about a ratio of 1.03.
const LEAST_ROUNDS: usize = 15;

/// How large a run is.
#[derive(Clone, Copy, Debug)]
pub struct Parameters {
    /// How many documents.
    pub rows: u32,
    /// How often each statement is timed.
    pub rounds: usize,
    /// The largest number of registered contract types.
    pub types: u32,
}

impl Parameters {
    /// `BENCH_ROWS`, `BENCH_ROUNDS` and `BENCH_TYPES`; `BENCH_QUICK=1` makes both small.
    ///
    /// # Errors
    ///
    /// When one of them is no number, or too small to measure anything.
    pub fn from_environment() -> Result<Self> {
        let is_quick = env::var("BENCH_QUICK").is_ok_and(|quick| !matches!(&*quick, "" | "0"));
        let defaults = if is_quick {
            Self {
                rows: 20_000,
                rounds: 3,
                types: 100,
            }
        } else {
            Self {
                rows: STANDARD_ROWS,
                rounds: LEAST_ROUNDS,
                types: STANDARD_TYPES,
            }
        };
        let parameters = Self {
            rows: number("BENCH_ROWS", defaults.rows)?,
            rounds: number("BENCH_ROUNDS", defaults.rounds)?,
            types: number("BENCH_TYPES", defaults.types)?,
        };
        ensure!(parameters.rows >= 1_000, "BENCH_ROWS must be 1000 or more");
        ensure!(parameters.types >= 1, "BENCH_TYPES must be 1 or more");
        ensure!(parameters.rounds >= 1, "BENCH_ROUNDS must be 1 or more");
        Ok(parameters)
    }

    /// Whether the run measures what the bars are for. Any other is a trial.
    pub fn is_standard(self) -> bool {
        self.rows == STANDARD_ROWS && self.rounds >= LEAST_ROUNDS && self.types == STANDARD_TYPES
    }

    /// The folders that results and plot are written to: those of the project only for a standard run.
    pub fn folders(self) -> (PathBuf, PathBuf) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the crate is in a folder of the repository");
        if self.is_standard() {
            (root.join("bench"), root.join("docs"))
        } else {
            let trial = root.join("target/bench-trial");
            (trial.clone(), trial)
        }
    }
}

fn number<T: std::str::FromStr<Err = std::num::ParseIntError>>(
    variable: &str,
    default: T,
) -> Result<T> {
    match env::var(variable) {
        Ok(text) if !text.is_empty() => text
            .parse()
            .with_context(|| format!("{variable}={text} is no number")),
        _ => Ok(default),
    }
}
