//! DRIFT-05, core immutability.

use super::{Check, Facts, Finding};

pub const CHECK: Check = Check {
    id: "DRIFT-05",
    title: "core immutability",
    summary: "core columns of the matrix against the columns that are there",
    explanation: "",
    report: "core-immutability.json",
    run,
};

fn run(_facts: &Facts<'_>) -> Result<Vec<Finding>, String> {
    Err("not written yet".to_owned())
}
