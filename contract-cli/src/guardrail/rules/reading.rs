//! How the document was read: what could not be, and what was repaired on the way.

use super::{Document, Found, Level, Rule, Surroundings};
use crate::guardrail::sections::Kind;
use std::ops::Range;

pub const UNREADABLE: Rule = Rule {
    id: "unreadable-cell",
    level: Level::Error,
    summary: "a cell or a row that cannot be read",
    explanation: "A row that is left out is a table that nothing is asked of. So no model is written \
                  until every row can be read.",
    check: |document, _| document.unreadable.clone(),
};

pub const MIS_DECODED: Rule = Rule {
    id: "mis-decoded-text",
    level: Level::Warning,
    summary: "characters that were read in another charset than they were written in",
    explanation: "UTF-8 that was read as Mac Roman or Windows-1252 and written again. What was meant is taken, and \
                  `guardrail fmt` puts it in its place.",
    check: mis_decoded,
};

fn mis_decoded(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut symbols: Vec<(&str, &str, Range<usize>, u64)> = Vec::new();
    for (span, has) in document.text.mis_decoded() {
        match symbols.iter_mut().find(|(known, ..)| *known == has) {
            Some((.., count)) => *count += 1,
            None => symbols.push((has, &document.text.as_str()[span.clone()], span, 1)),
        }
    }
    let found = symbols.into_iter().map(|(has, meant, span, count)| {
        let places = match count {
            1 => "here only".to_owned(),
            count => format!("here first of {count} places"),
        };
        Found::new(
            span,
            format!(
                "\"{has}\" is \"{meant}\" read in another charset, {places}; it is taken for that"
            ),
        )
        .hint("`guardrail fmt` repairs it")
    });
    found.collect()
}

pub const DELIMITER_ROW: Rule = Rule {
    id: "delimiter-row",
    level: Level::Warning,
    summary: "a delimiter row with another number of cells than its header",
    explanation: "GitHub Flavored Markdown sees no table there at all, only text. The rows are read by the header, and \
                  `guardrail fmt` repairs the delimiter row.",
    check: delimiter_row,
};

fn delimiter_row(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let tables = document.markdown.tables.iter();
    let found = tables.filter_map(|table| {
        let cells = table.delimiter.cells.len();
        (cells != table.columns()).then(|| {
            let message = format!(
                "the delimiter row has {cells} cells, the header has {}: strict parsers see no table here",
                table.columns()
            );
            Found::new(table.delimiter.line.span.clone(), message).hint("`guardrail fmt` repairs it")
        })
    });
    found.collect()
}

pub const BAR_IN_CODE: Rule = Rule {
    id: "bar-in-code",
    level: Level::Warning,
    summary: "a bar in the code of a cell, which ends the cell for strict parsers",
    explanation: "In a table a bar ends its cell even in code, unless it is written \\|. It is taken for content where the row \
                  then has as many cells as the header, and `guardrail fmt` escapes it.",
    check: |document, _| {
        let rows = document
            .markdown
            .tables
            .iter()
            .flat_map(|table| &table.rows);
        let with_bars = rows.filter(|row| row.has_bars_in_code());
        let found = with_bars.map(|row| {
            let message = "a bar in code ends its cell for strict parsers; it is taken for content";
            Found::new(row.line.span.clone(), message.to_owned())
                .hint("write it \\|, or let `guardrail fmt` do it")
        });
        found.collect()
    },
};

pub const SHORT_ROW: Rule = Rule {
    id: "short-row",
    level: Level::Violation,
    summary: "a row with fewer cells than its header",
    explanation: "Where a bar is missing, the cells behind it stand under the wrong header. The cells that are not there are \
                  read as empty.",
    check: short_row,
};

fn short_row(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for table in document
        .markdown
        .tables
        .iter()
        .filter(|table| Kind::of(table).is_some())
    {
        for row in table
            .rows
            .iter()
            .filter(|row| row.cells.len() < table.columns())
        {
            let message = format!(
                "the row has {} cells, the header has {}",
                row.cells.len(),
                table.columns()
            );
            found.push(Found::new(row.line.span.clone(), message));
        }
    }
    found
}

pub const UNKNOWN_COLUMN: Rule = Rule {
    id: "unknown-column",
    level: Level::Warning,
    summary: "a column that no table of a matrix has, or that is there twice",
    explanation: "What stands in it is not in the model, so that nothing is compared with it. `guardrail new` prints all columns.",
    check: unknown_column,
};

fn unknown_column(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let headers = document.headers();
    let cells = headers.into_iter().flat_map(|(_, header)| &header.cells);
    let unknown = cells.filter(|(column, _)| column.is_none());
    let found = unknown.map(|(_, cell)| {
        let message = format!(
            "the column \"{}\" is not known here, or there twice: it is not read",
            cell.text
        );
        Found::new(cell.span.clone(), message)
            .hint("`guardrail new` prints the columns that there are")
    });
    found.collect()
}

pub const DOUBLED_SYMBOL: Rule = Rule {
    id: "doubled-symbol",
    level: Level::Warning,
    summary: "the same status symbol twice in a row",
    explanation: "A slip: a symbol says the same when it is there once.",
    check: doubled_symbol,
};

fn doubled_symbol(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let text = document.text.as_str();
    let mut found = Vec::new();
    for symbol in ["✅", "⚠️", "❌"] {
        let doubled = format!("{symbol} {symbol}");
        let places = text
            .match_indices(&doubled)
            .map(|(at, it)| at..at + it.len());
        found.extend(places.map(|span| Found::new(span, format!("\"{symbol}\" is there twice"))));
    }
    found
}
