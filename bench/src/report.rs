//! The results as tables in Markdown: what is printed, and what `results.md` has.

use crate::results::{Base, Lane, Results, Workload};
use std::fmt::Write;

/// The tables.
pub fn markdown(results: &Results) -> String {
    let mut text = String::new();
    write(results, &mut text).expect("a string takes all that is written");
    text
}

fn write(results: &Results, text: &mut String) -> std::fmt::Result {
    writeln!(text, "# What a contract costs\n")?;
    let run = &results.run;
    if !run.is_result {
        writeln!(text, "**A trial run: too small to be a result.**\n")?;
    }
    writeln!(
        text,
        "Written by `make bench`; docs/bench.md says what is measured and how to read it.\n"
    )?;
    writeln!(text, "- {}", run.postgres)?;
    writeln!(
        text,
        "- jsonb_contract {}, commit {}",
        run.extension, run.commit
    )?;
    writeln!(
        text,
        "- {} x {}, load average before: {:.2}",
        run.processors, run.processor, run.load_before
    )?;
    writeln!(
        text,
        "- {} documents of {} bytes, {} rounds, {} parallel workers where there are any",
        grouped(run.rows),
        run.document_bytes,
        run.rounds,
        run.parallel_workers
    )?;
    let settings: Vec<String> = run
        .settings
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    writeln!(text, "- {}\n", settings.join(", "))?;
    writeln!(text, "## The bars\n")?;
    writeln!(text, "| | at most | measured | |")?;
    writeln!(text, "|---|---:|---:|---|")?;
    for bar in &results.bars {
        writeln!(
            text,
            "| {} | {} | {} | {} |",
            bar.what,
            quantity(bar.at_most, &bar.unit),
            quantity(bar.measured, &bar.unit),
            if bar.is_met { "met" } else { "**not met**" }
        )?;
    }
    for workload in &results.workloads {
        table(workload, text)?;
    }
    Ok(())
}

fn table(workload: &Workload, text: &mut String) -> std::fmt::Result {
    writeln!(text, "\n## {}\n", workload.title)?;
    let base = match (workload.base, workload.lanes.first()) {
        (Base::First, Some(first)) => format!("times {}", first.name),
        (Base::Previous, _) => "times the size before".to_owned(),
        _ => {
            writeln!(text, "| | {} |\n|---|---:|", workload.unit)?;
            for lane in &workload.lanes {
                writeln!(text, "| {} | {} |", lane.name, amount(lane.median))?;
            }
            return Ok(());
        }
    };
    writeln!(
        text,
        "| | {} | {base} | half of the pairs |\n|---|---:|---:|---:|",
        workload.unit
    )?;
    for lane in &workload.lanes {
        writeln!(
            text,
            "| {} | {} | {} |",
            lane.name,
            amount(lane.median),
            ratio_cells(lane)
        )?;
    }
    Ok(())
}

fn ratio_cells(lane: &Lane) -> String {
    lane.ratio.map_or_else(
        || "1 | ".to_owned(),
        |ratio| {
            format!(
                "{:.3} | {:.3} to {:.3}",
                ratio.median, ratio.lower_quartile, ratio.upper_quartile
            )
        },
    )
}

/// A ratio with three decimals, or an amount with its unit.
pub fn quantity(value: f64, unit: &str) -> String {
    if unit.is_empty() {
        format!("{value:.3}")
    } else {
        format!("{} {unit}", amount(value))
    }
}

/// An amount in digits that say something.
pub fn amount(value: f64) -> String {
    if value.abs() >= 100.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    }
}

/// A number with its thousands apart.
pub fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
