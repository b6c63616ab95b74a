//! The sections of a matrix: which table is which, its columns, and its rows.
//!
//! A table is recognised by its header cells, wherever it stands; its columns come in any order. A header cell
//! is compared without case, code marks, and what is in parentheses behind it: ``Contract Type (`type`)`` is
//! `contract type`.

pub mod contracts;
pub mod deprecations;
pub mod drift_checks;
pub mod head;
pub mod promotions;
pub mod row_security;
pub mod tables;

use super::{
    markdown::{Cell, Markdown, Row as RawRow, Table as RawTable},
    rules::Found,
    value,
};
use std::ops::Range;

/// A kind of table.
pub struct Kind {
    /// What a matrix calls it: `A) Tables`.
    pub title: &'static str,
    /// Columns that tell it from other tables: beside its keys it has one of them.
    pub identified_by: &'static [&'static str],
    pub columns: &'static [Column],
}

/// A column of a kind of table.
pub struct Column {
    /// Its name in the model.
    pub field: &'static str,
    /// What its header cell may be; the first is what `guardrail new` writes.
    pub names: &'static [&'static str],
    pub presence: Presence,
    /// What is in its cells.
    pub explanation: &'static str,
}

/// Whether a column has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Without it a row says nothing.
    Key,
    /// Every row has to say it.
    Guaranteed,
    Optional,
}

/// All kinds, in the order of their sections.
pub static KINDS: [&Kind; 7] = [
    &tables::KIND,
    &contracts::KIND,
    &promotions::KIND,
    &row_security::KIND,
    &row_security::BYPASS_ROLES,
    &drift_checks::KIND,
    &deprecations::KIND,
];

/// The tables of one kind, and their rows.
#[derive(Debug)]
pub struct Section<'t, T> {
    pub headers: Vec<Header<'t>>,
    pub rows: Vec<Row<'t, T>>,
}

/// The header row of a table: the field of each of its cells, where it is known.
#[derive(Debug)]
pub struct Header<'t> {
    pub span: Range<usize>,
    pub cells: Vec<(Option<&'static Column>, Cell<'t>)>,
}

/// A row that was read, with its cells by field.
#[derive(Debug)]
pub struct Row<'t, T> {
    pub value: T,
    pub cells: Cells<'t>,
}

/// The cells of a row by field.
#[derive(Debug)]
pub struct Cells<'t> {
    line: Range<usize>,
    cells: Vec<(&'static str, Cell<'t>)>,
}

impl std::fmt::Debug for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.field)
    }
}

impl<'t> Cells<'t> {
    fn find(&self, field: &str) -> Option<&Cell<'t>> {
        let found = self.cells.iter().find(|(name, _)| *name == field);
        found.map(|(_, cell)| cell)
    }

    /// Whether the table has the column.
    pub fn has(&self, field: &str) -> bool {
        self.find(field).is_some()
    }

    /// What the cell has; empty where there is none.
    pub fn text(&self, field: &str) -> &'t str {
        self.find(field).map_or("", |cell| cell.text)
    }

    /// The place of the cell; of the row's first cell where there is none.
    pub fn span(&self, field: &str) -> Range<usize> {
        let cell = self
            .find(field)
            .or(self.cells.first().map(|(_, cell)| cell));
        cell.map_or(self.line.clone(), |cell| cell.span.clone())
    }

    /// The place of a part of the cell; of the whole cell where it does not have it.
    pub fn span_of(&self, field: &str, part: &str) -> Range<usize> {
        let cell = self.span(field);
        match self.text(field).find(part) {
            Some(at) if !part.is_empty() => cell.start + at..cell.start + at + part.len(),
            _ => cell,
        }
    }
}

impl Kind {
    pub fn column(&self, field: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    /// The kind that a table is of, by its header.
    pub fn of(table: &RawTable<'_>) -> Option<&'static Self> {
        let headers: Vec<String> = table
            .header
            .cells
            .iter()
            .map(|cell| normal(cell.text))
            .collect();
        let has = |column: &Column| headers.iter().any(|header| column.is_called(header));
        KINDS.into_iter().find(|kind| {
            let mut keys = kind
                .columns
                .iter()
                .filter(|column| column.presence == Presence::Key);
            let mut telling = kind
                .identified_by
                .iter()
                .filter_map(|field| kind.column(field));
            keys.all(has) && telling.any(has)
        })
    }
}

impl Column {
    fn is_called(&self, header: &str) -> bool {
        self.names.iter().any(|name| normal(name) == header)
    }
}

/// A header cell in the form in which it is compared.
pub fn normal(header: &str) -> String {
    let mut depth = 0_usize;
    let mut text = String::new();
    for character in value::plain(header).chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '_' if depth == 0 => text.push(' '),
            '?' => {}
            _ if depth == 0 => text.extend(character.to_lowercase()),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What reads the tables of a document, kind by kind.
pub struct Sections<'d, 't> {
    markdown: &'d Markdown<'t>,
    /// Where the lines end.
    line_ends: Vec<usize>,
    /// Rows and cells that could not be read so far.
    pub unreadable: Vec<Found>,
}

impl<'d, 't> Sections<'d, 't> {
    pub fn new(text: &str, markdown: &'d Markdown<'t>) -> Self {
        Self {
            line_ends: text.match_indices('\n').map(|(at, _)| at).collect(),
            markdown,
            unreadable: Vec::new(),
        }
    }

    /// Reads the tables of a kind.
    pub fn read<T>(
        &mut self,
        kind: &'static Kind,
        row: fn(&mut Reader<'_, 't>) -> Option<T>,
    ) -> Section<'t, T> {
        let mut section = Section {
            headers: Vec::new(),
            rows: Vec::new(),
        };
        for table in &self.markdown.tables {
            if !Kind::of(table).is_some_and(|found| std::ptr::eq(found, kind)) {
                continue;
            }
            let header = Header::of(kind, &table.header);
            for raw in &table.rows {
                let Some(cells) = header.cells_of(raw, &mut self.unreadable) else {
                    continue;
                };
                let mut reader = Reader {
                    line: 1 + self
                        .line_ends
                        .partition_point(|&end| end < raw.line.span.start)
                        as u64,
                    cells: &cells,
                    unreadable: &mut self.unreadable,
                };
                if let Some(value) = row(&mut reader) {
                    section.rows.push(Row { value, cells });
                }
            }
            section.headers.push(header);
        }
        section
    }
}

impl<'t> Header<'t> {
    fn of(kind: &'static Kind, row: &RawRow<'t>) -> Self {
        let mut cells: Vec<(Option<&'static Column>, Cell<'t>)> = Vec::new();
        for cell in &row.cells {
            let name = normal(cell.text);
            let column = kind.columns.iter().find(|column| column.is_called(&name));
            let is_taken = |column: &&Column| {
                let fields = cells.iter().filter_map(|(known, _)| *known);
                fields
                    .map(|known| known.field)
                    .any(|field| field == column.field)
            };
            cells.push((column.filter(|it| !is_taken(it)), cell.clone()));
        }
        Self {
            span: row.line.span.clone(),
            cells,
        }
    }

    /// Cells that a row lacks at its end are empty; cells that belong to no column make it unreadable.
    fn cells_of(&self, row: &RawRow<'t>, unreadable: &mut Vec<Found>) -> Option<Cells<'t>> {
        if let Some(surplus) = row.cells.get(self.cells.len()) {
            let message = format!(
                "the row has {} cells, the header has {}",
                row.cells.len(),
                self.cells.len()
            );
            unreadable.push(
                Found::new(surplus.span.clone(), message)
                    .hint("a bar that is no end of a cell is written \\|"),
            );
            return None;
        }
        let known = self.cells.iter().zip(&row.cells);
        Some(Cells {
            line: row.line.span.clone(),
            cells: known
                .filter_map(|((column, _), cell)| Some(((*column)?.field, cell.clone())))
                .collect(),
        })
    }

    pub fn has(&self, field: &str) -> bool {
        self.cells
            .iter()
            .any(|(column, _)| column.is_some_and(|it| it.field == field))
    }
}

/// What reads the cells of one row.
pub struct Reader<'r, 't> {
    /// The line of the row.
    pub line: u64,
    cells: &'r Cells<'t>,
    unreadable: &'r mut Vec<Found>,
}

impl Reader<'_, '_> {
    /// What the cell says; where it cannot be read, that is told.
    pub fn value<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<Option<T>, String>,
    ) -> Option<T> {
        let text = self.cells.text(field);
        match parse(text) {
            Ok(value) => value,
            Err(expected) => {
                self.unreadable.push(Found::new(
                    self.cells.span(field),
                    format!("cannot be read: {expected}"),
                ));
                None
            }
        }
    }

    /// What a row is about; a row without it cannot be read.
    pub fn key<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<Option<T>, String>,
    ) -> Option<T> {
        if value::is_nothing(self.cells.text(field)) {
            self.unreadable.push(Found::new(
                self.cells.span(field),
                "cannot be read: the row does not say what it is about".to_owned(),
            ));
            return None;
        }
        self.value(field, parse)
    }

    pub fn text(&self, field: &'static str) -> Option<String> {
        value::text(self.cells.text(field))
    }

    pub fn raw(&self, field: &'static str) -> &str {
        self.cells.text(field)
    }

    pub fn list(&self, field: &'static str) -> Vec<String> {
        value::list(self.cells.text(field))
    }

    /// The items of the cell, each read on its own.
    pub fn each<T>(
        &mut self,
        field: &'static str,
        parse: impl Fn(&value::Item) -> Result<T, String>,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for item in value::items(self.cells.text(field)) {
            match parse(&item) {
                Ok(value) => values.push(value),
                Err(expected) => self.unreadable.push(Found::new(
                    self.cells.span_of(field, &item.value),
                    format!("cannot be read: {expected}"),
                )),
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::{KINDS, normal};
    use std::collections::BTreeSet;

    #[test]
    fn header_cells_are_compared_without_their_ornaments() {
        for (header, name) in [
            ("Contract Type (`type`)", "contract type"),
            ("CHECK Constraint?", "check constraint"),
            ("`rls_required`", "rls required"),
            ("New Column(s)", "new column"),
            ("**Status**", "status"),
        ] {
            assert_eq!(normal(header), name);
        }
    }

    #[test]
    fn the_columns_of_a_kind_have_names_of_their_own() {
        for kind in KINDS {
            let names: Vec<String> = kind
                .columns
                .iter()
                .flat_map(|it| it.names)
                .map(|it| normal(it))
                .collect();
            let unique: BTreeSet<&String> = names.iter().collect();
            assert_eq!(unique.len(), names.len(), "{}", kind.title);
            for field in kind.identified_by {
                assert!(kind.column(field).is_some(), "{field}");
            }
        }
    }
}
