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

/// What is said of a deprecation.
const FIELDS: [&str; 4] = [
    "deprecated_at",
    "deprecation_ticket",
    "replacement_field",
    "sunset_at",
];

pub const DEPRECATION_IN_ROWS: Rule = Rule {
    id: "deprecation-in-rows",
    level: Level::Violation,
    summary: "SQL that stores a deprecation in the rows of the deprecated table",
    explanation: "A deprecation is about a column, and is said once: with columns of the table it is said in every row, under names that the \
                  fields do not have, and in no row where a WHERE leaves rows out or none is there. The matrix has a table for it.",
    check: deprecation_in_rows,
};

fn deprecation_in_rows(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut is_marking = false;
    for line in &document.markdown.code {
        let field = FIELDS.iter().find(|field| line.text.contains(**field));
        if let Some((field, column)) = field.zip(added_column(line.text)) {
            let at = line.span.start + line.text.find(column).unwrap_or(0);
            let message = if column == *field {
                format!("the column \"{column}\" says in every row what is said of a column once")
            } else {
                format!(
                    "the column \"{column}\" says in every row what is said once, and is not called \"{field}\""
                )
            };
            found.push(
                Found::new(at..at + column.len(), message)
                    .hint("a row of the table of deprecations has it"),
            );
        }
        is_marking |= field.is_some() && line.text.contains('=');
        let condition = line.text.to_uppercase().find("IS NOT NULL");
        if let Some(at) = condition.filter(|_| is_marking) {
            let start = line.span.start + at;
            found.push(
                Found::new(
                    start..start + "IS NOT NULL".len(),
                    "rows in which the column is null are not marked as deprecated".to_owned(),
                )
                .hint("a deprecation holds for the column, whatever is in it"),
            );
        }
        is_marking &= !line.text.contains(';');
    }
    found
}

/// The column of `ADD COLUMN name type`.
fn added_column(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let is =
        |word: Option<&str>, wanted: &str| word.is_some_and(|it| it.eq_ignore_ascii_case(wanted));
    while let Some(word) = words.next() {
        if word.eq_ignore_ascii_case("add") && is(words.next(), "column") {
            return words.next();
        }
    }
    None
}
