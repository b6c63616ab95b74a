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
        || "1 |".to_owned(),
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

#[cfg(test)]
mod tests {
    use super::{amount, grouped, markdown};
    use crate::results::Results;

    #[test]
    fn the_tables_say_how_it_was_run_what_was_measured_and_what_is_not_met() {
        assert_eq!(
            markdown(&Results::example(true)),
            "# What a contract costs

Written by `make bench`; docs/bench.md says what is measured and how to read it.

- PostgreSQL 15.1 on a machine
- jsonb_contract 0.1.0, commit abc
- 2 x Fast <CPU>, load average before: 0.25
- 500,000 documents of 360 bytes, 2 rounds, 1 parallel workers where there are any
- jit = off

## The bars

| | at most | measured | |
|---|---:|---:|---|
| scan with : without | 1.500 | 1.750 | **not met** |

## Full scan

| | µs per document | times no check | half of the pairs |
|---|---:|---:|---:|
| no check | 1.500 | 1 | |
| contract | 2.750 | 1.750 | 1.625 to 1.875 |

## First call

| | µs |
|---|---:|
| case_metadata | 812 |
"
        );
    }

    #[test]
    fn a_trial_run_says_so() {
        let text = markdown(&Results::example(false));
        assert!(text.contains("**A trial run: too small to be a result.**"));
    }

    #[test]
    fn numbers_have_the_digits_that_matter() {
        let amounts = [0.1234, 12.34, 1234.4].map(amount);
        assert_eq!(amounts, ["0.123", "12.3", "1234"]);
        assert_eq!(
            [7, 1_000, 1_234_567].map(grouped),
            ["7", "1,000", "1,234,567"]
        );
    }
}
