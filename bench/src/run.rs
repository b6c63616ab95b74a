//! How a run was made: what machine, which versions, which settings.

use crate::{
    documents::Bench,
    results::Run,
    server::{self, SETTINGS},
};
use anyhow::{Context, Result};
use std::{fs, process::Command};

/// Describes a run.
///
/// # Errors
///
/// When the server or the machine does not answer.
pub fn describe(bench: &Bench, load_before: f64) -> Result<Run> {
    let mut session = bench.session();
    let mut settings = std::collections::BTreeMap::new();
    for (name, _) in SETTINGS {
        // As they are in force.
        let value: String = session.value(&format!("SELECT current_setting('{name}')"))?;
        settings.insert((*name).to_owned(), value);
    }
    Ok(Run {
        is_result: bench.parameters.is_standard(),
        postgres: session.value("SELECT version()")?,
        extension: session
            .value("SELECT extversion FROM pg_extension WHERE extname = 'jsonb_contract'")?,
        commit: commit(),
        processor: processor()?,
        processors: server::processors(),
        load_before,
        rows: bench.parameters.rows,
        document_bytes: bench.document_bytes,
        rounds: bench.parameters.rounds,
        parallel_workers: server::workers(),
        settings,
    })
}

/// The load average of the last minute.
///
/// # Errors
///
/// When the system does not tell it.
pub fn load_average() -> Result<f64> {
    let file = "/proc/loadavg";
    let text = fs::read_to_string(file).context(file)?;
    let first = text.split(' ').next().context(file)?;
    first.parse().context(file)
}

fn processor() -> Result<String> {
    let file = "/proc/cpuinfo";
    let text = fs::read_to_string(file).context(file)?;
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    // Not every architecture has a name there.
    Ok(model.map_or_else(
        || std::env::consts::ARCH.to_owned(),
        |model| model.trim_start_matches([' ', '\t', ':']).to_owned(),
    ))
}

/// The state of the sources; an archive of them has none.
fn commit() -> String {
    let described = Command::new("git")
        .args(["describe", "--always", "--dirty", "--exclude=*"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    match described {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => "unknown".to_owned(),
    }
}
