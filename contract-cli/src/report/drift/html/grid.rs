//! The grid: a row a table, a column a check, a cell the findings of both.

use super::{class, text};
use crate::{
    catalog::QualifiedName,
    checks::{Assigned, Compliance},
    report::drift::{BESIDE, Run, Section, words::risk},
};
use maud::{Markup, html};
use std::collections::BTreeMap;

pub struct Grid<'a> {
    pub columns: Vec<Section<'a>>,
    /// By name; what belongs to no table comes last.
    pub rows: Vec<Row<'a>>,
    has_levels: bool,
}

pub struct Row<'a> {
    /// `None` for what belongs to no table.
    pub table: Option<&'a QualifiedName>,
    /// A list a column.
    pub cells: Vec<Vec<&'a Assigned>>,
    pub level: Option<&'a Compliance>,
}

impl<'a> Grid<'a> {
    pub fn new(run: &'a Run<'a>) -> Self {
        let columns = run.sections();
        let empty = || Row {
            table: None,
            cells: vec![Vec::new(); columns.len()],
            level: None,
        };
        let mut rows: BTreeMap<&QualifiedName, Row<'a>> =
            run.tables.iter().map(|table| (table, empty())).collect();
        let mut beside_tables = empty();
        for (index, column) in columns.iter().enumerate() {
            for found in column.findings() {
                let row = match &found.finding.object.table {
                    Some(table) => rows.entry(table).or_insert_with(empty),
                    None => &mut beside_tables,
                };
                row.cells[index].push(found);
            }
        }
        for level in &run.outcome.compliance {
            rows.entry(&level.table).or_insert_with(empty).level = Some(level);
        }
        let mut rows: Vec<Row<'a>> = rows
            .into_iter()
            .map(|(table, row)| Row {
                table: Some(table),
                ..row
            })
            .collect();
        if !beside_tables.is_clean() {
            rows.push(beside_tables);
        }
        Self {
            columns,
            rows,
            has_levels: !run.outcome.compliance.is_empty(),
        }
    }

    pub fn markup(&self) -> Markup {
        html! {
            p.filter {
                input type="checkbox" id="only";
                label for="only" { " only rows with findings" }
            }
            table.grid style={ "--columns:" (self.columns.len() + usize::from(self.has_levels)) } {
                thead { tr {
                    th scope="col" { "table" }
                    @for (index, column) in self.columns.iter().enumerate() { (heading(index, column)) }
                    @if self.has_levels { th scope="col" { "level" } }
                } }
                tbody {
                    @for (number, row) in self.rows.iter().enumerate() {
                        tr.clean[row.is_clean()] {
                            th scope="row" { (row.name()) }
                            @for (index, column) in self.columns.iter().enumerate() {
                                (cell(number, index, row, column))
                            }
                            @if self.has_levels { (level(number, row)) }
                        }
                    }
                }
            }
        }
    }
}

impl Row<'_> {
    pub fn name(&self) -> String {
        match self.table {
            Some(table) => text(&table.to_string()),
            None => "beside the tables".to_owned(),
        }
    }

    fn is_clean(&self) -> bool {
        self.cells.iter().all(Vec::is_empty)
    }
}

/// The id of what a cell opens.
pub fn id(row: usize, column: usize) -> String {
    format!("f{row}-{column}")
}

/// The id of why a check could not run.
pub fn reason_id(column: usize) -> String {
    format!("why{column}")
}

/// The id of what keeps a table from the next level.
pub fn level_id(row: usize) -> String {
    format!("level{row}")
}

fn heading(index: usize, column: &Section<'_>) -> Markup {
    let label = html! {
        @match column.id {
            BESIDE => { b { "claims" } }
            id => { b { span.prefix { "DRIFT-" } (id.trim_start_matches("DRIFT-")) } }
        }
        " " small { (column.title) }
    };
    html! {
        th scope="col" {
            @match column.result {
                Ok(_) => (label),
                Err(_) => button.unknown popovertarget=(reason_id(index)) { (label) },
            }
        }
    }
}

fn cell(number: usize, index: usize, row: &Row<'_>, column: &Section<'_>) -> Markup {
    let place = || format!("{}, {}", row.name(), column.name());
    if column.result.is_err() {
        return html! {
            td { button.unknown popovertarget=(reason_id(index))
                aria-label={ (place()) ": could not run" } { b { "?" } } }
        };
    }
    let findings = &row.cells[index];
    if findings.is_empty() {
        return html! { td.ok { "✓" } };
    }
    let failing = findings.iter().filter(|one| one.waiver.is_none());
    // An unknown risk is less than any in the order of options, and is shown where there is no other.
    let (count, worst) = (failing.clone().count(), failing.map(|one| one.risk).max());
    let (count, class, what) = match worst {
        Some(worst) => (count, class(worst), risk(worst)),
        None => (findings.len(), "waived".to_owned(), "waived"),
    };
    html! {
        td { button.(class) popovertarget=(id(number, index))
            aria-label={ (place()) ": " (count) " " (what) } { b { (count) } " " small { (what) } } }
    }
}

fn level(number: usize, row: &Row<'_>) -> Markup {
    let Some(level) = row.level else {
        return html! { td {} };
    };
    let has = html! { b { (format!("{:?}", level.computed)) } };
    html! {
        td { @match level.claimed.filter(|claimed| *claimed > level.computed) {
            Some(claimed) => button.false-claim popovertarget=(level_id(number)) {
                (has) " " small { "claims " (format!("{claimed:?}")) }
            },
            None if level.because.is_some() => button.level popovertarget=(level_id(number)) { (has) },
            None => (has),
        } }
    }
}
