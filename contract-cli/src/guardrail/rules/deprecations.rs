//! Core columns on their way out.

use super::{Document, Found, Level, Rule, Surroundings, references::is_core};
use jiff::ToSpan;

pub const SUNSET_TOO_EARLY: Rule = Rule {
    id: "sunset-too-early",
    level: Level::Violation,
    summary: "a sunset earlier than six months after the deprecation",
    explanation: "A core column is there for six months at least after it was deprecated, for those who still read it. In SQL a sunset that is cast to \
                  a date loses the time of its day, and is earlier by that.",
    check: sunset_too_early,
};

fn sunset_too_early(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in &document.deprecations.rows {
        let (Some(deprecated), Some(sunset)) = (row.value.deprecated_at, row.value.sunset_at)
        else {
            continue;
        };
        let earliest = deprecated.saturating_add(6.months());
        if sunset < earliest {
            let message = format!(
                "the sunset {sunset} of \"{}\" is less than six months after {deprecated}",
                row.value.column
            );
            found.push(
                Found::new(row.cells.span("sunset_at"), message)
                    .hint(format!("{earliest} at the earliest")),
            );
        }
    }
    for line in document
        .markdown
        .code
        .iter()
        .filter(|line| line.text.contains("sunset_at"))
    {
        let Some((start, months, is_cast)) = interval(line.text) else {
            continue;
        };
        if months < 6 || (months == 6 && is_cast) {
            let message = if months < 6 {
                format!(
                    "a sunset after {months} months is less than six months after the deprecation"
                )
            } else {
                "six months, cast to a date, are less than six months: the time of the day is lost"
                    .to_owned()
            };
            let span = line.span.start + start..line.span.end;
            found.push(Found::new(span, message).hint("add a day, or keep the time"));
        }
    }
    found
}

/// The months of `sunset_at = (now() + INTERVAL '6 months')::DATE`, where they begin, and whether it is cast.
fn interval(line: &str) -> Option<(usize, u32, bool)> {
    let lower = line.to_lowercase();
    let start = lower.find("interval '")?;
    let (months, rest) = lower[start + "interval '".len()..].split_once(" month")?;
    Some((start, months.trim().parse().ok()?, rest.contains("::date")))
}

pub const DEPRECATED_COLUMN_NOT_CORE: Rule = Rule {
    id: "deprecated-column-not-core",
    level: Level::Violation,
    summary: "a deprecated column that is no core column of its table",
    explanation: "Until its sunset it is promised as any other core column; a column that was never core needs no deprecation.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.deprecations.rows {
            let table = document.table(&row.value.table);
            if table.is_none_or(|table| !is_core(&table.value, &row.value.column)) {
                let message = format!(
                    "\"{}\" is no core column of {}",
                    row.value.column, row.value.table
                );
                found.push(Found::new(row.cells.span("column"), message));
            }
        }
        found
    },
};
