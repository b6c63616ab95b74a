//! What a contract costs in Postgres: each kind of work with the contract, without a check, with SQL written by
//! hand, and with the general validator, timed in turn in a private server.
//!
//! Started by `make bench`; docs/bench.md says what is measured. An error ends the run, and nothing is written.
#![forbid(unsafe_code)]

mod bars;
mod built_in;
mod check;
mod documents;
mod interleave;
mod parameters;
mod plot;
mod report;
mod results;
mod run;
mod server;
mod workloads;

use anyhow::{Context, Result, bail};
use documents::Bench;
use parameters::Parameters;
use results::Results;
use std::{env, fs};

fn main() -> Result<()> {
    let parameters = Parameters::from_environment()?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    let results = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => measure(parameters)?,
        // Tables and plot again, of what was measured before.
        ["redraw"] => read(parameters)?,
        _ => bail!("usage: bench [redraw]"),
    };
    write(&results, parameters)?;
    println!("{}", report::markdown(&results));
    Ok(())
}

fn measure(parameters: Parameters) -> Result<Results> {
    let load_before = run::load_average()?;
    eprintln!(
        "==> starting a private server, making {} documents",
        parameters.rows
    );
    let bench = Bench::new(server::start(), parameters)?;
    let workloads = workloads::measure(&bench)?;
    Ok(Results {
        run: run::describe(&bench, load_before)?,
        bars: bars::judge(&workloads)?,
        workloads,
    })
}

fn read(parameters: Parameters) -> Result<Results> {
    let file = parameters.folders().0.join("results.json");
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}

fn write(results: &Results, parameters: Parameters) -> Result<()> {
    let (folder, plot_folder) = parameters.folders();
    let files = [
        (
            folder.join("results.json"),
            serde_json::to_string_pretty(results)? + "\n",
        ),
        (folder.join("results.md"), report::markdown(results)),
        (plot_folder.join("bench.svg"), plot::draw(results)),
    ];
    for (file, content) in files {
        let parent = file.parent().context("a file is in a folder")?;
        fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        fs::write(&file, content).with_context(|| file.display().to_string())?;
        eprintln!("==> written: {}", file.display());
    }
    Ok(())
}
