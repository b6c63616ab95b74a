//! A document with its tables aligned and its characters repaired; it says what it said before.

use super::{
    markdown::{Markdown, Row, Table},
    text::Text,
};
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// The text with all tables aligned: cells padded to the width of their column, delimiter rows as long as their header, bars
/// in code escaped, mis-decoded characters repaired. Every line stays the line that it was; what is no table stays as it is.
pub fn formatted(text: String) -> String {
    let text = Text::new(text);
    let source = text.as_str();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for table in &Markdown::parse(source).tables {
        edits.extend(aligned(table));
    }
    let mut formatted = String::with_capacity(source.len());
    let mut at = 0;
    for (span, line) in edits {
        formatted.push_str(&source[at..span.start]);
        formatted.push_str(&line);
        at = span.end;
    }
    formatted.push_str(&source[at..]);
    formatted
}

/// The lines of a table; none where a row has cells that belong to no column.
fn aligned(table: &Table<'_>) -> Vec<(Range<usize>, String)> {
    let columns = table.columns();
    if table.rows.iter().any(|row| row.cells.len() > columns) {
        return Vec::new();
    }
    let rows: Vec<(&Row<'_>, Vec<String>)> = std::iter::once(&table.header)
        .chain(&table.rows)
        .map(|row| (row, contents(row)))
        .collect();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|(_, cells)| cells.get(column));
            cells.map(|cell| cell.width()).max().unwrap_or(0).max(3)
        })
        .collect();
    let mut lines: Vec<(Range<usize>, String)> = rows
        .iter()
        .map(|(row, cells)| (row.line.span.clone(), line(row, cells, &widths)))
        .collect();
    lines.insert(
        1,
        (
            table.delimiter.line.span.clone(),
            delimiter(&table.delimiter, &widths),
        ),
    );
    lines
}

/// The texts of the cells. A row that is short stays short: what is missing is for its author to say.
fn contents(row: &Row<'_>) -> Vec<String> {
    let escaped = |text: &str| {
        let mut result = String::with_capacity(text.len());
        let mut is_escaped = false;
        for character in text.chars() {
            if character == '|' && !is_escaped {
                result.push('\\');
            }
            is_escaped = character == '\\' && !is_escaped;
            result.push(character);
        }
        result
    };
    row.cells.iter().map(|cell| escaped(cell.text)).collect()
}

fn line(row: &Row<'_>, cells: &[String], widths: &[usize]) -> String {
    let mut line = format!("{}|", indentation(row));
    for (cell, width) in cells.iter().zip(widths) {
        let padding = " ".repeat(width.saturating_sub(cell.width()));
        line.extend([" ", cell, &padding, " |"]);
    }
    line
}

fn delimiter(row: &Row<'_>, widths: &[usize]) -> String {
    let mut line = format!("{}|", indentation(row));
    for (column, width) in widths.iter().enumerate() {
        let marks = row.cells.get(column).map_or("", |cell| cell.text);
        let left = if marks.starts_with(':') { ":" } else { "-" };
        let right = if marks.ends_with(':') && marks.len() > 1 {
            ":"
        } else {
            "-"
        };
        line.extend([" ", left, &"-".repeat(width - 2), right, " |"]);
    }
    line
}

fn indentation<'t>(row: &Row<'t>) -> &'t str {
    let text = row.line.text;
    &text[..text.len() - text.trim_start().len()]
}
