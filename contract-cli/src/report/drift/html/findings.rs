//! What the cells open.

use super::{
    class,
    grid::{Grid, Row, id, level_id, reason_id},
    text,
};
use crate::{
    checks::{Assigned, Compliance},
    report::drift::{
        Run, Section,
        words::{eta, lines, owner, risk, waiver},
    },
};
use maud::{Markup, html};

/// All findings, by row and column of the grid; then why checks could not run.
pub fn markup(run: &Run<'_>, grid: &Grid<'_>) -> Markup {
    html! {
        @for (index, column) in grid.columns.iter().enumerate() {
            @if let Err(error) = column.result {
                (panel(&reason_id(index), &column.name(), &html! { p.reason { "Could not run: " (lines(error)) } }))
            }
        }
        @for (number, row) in grid.rows.iter().enumerate() {
            @for (index, column) in grid.columns.iter().enumerate() {
                @if !row.cells[index].is_empty() {
                    (cell(run, &id(number, index), row, index, column))
                }
            }
            @if let Some(level) = row.level {
                (compliance(&level_id(number), row, level))
            }
        }
    }
}

/// What stands over the page once its cell is pressed, and goes by Escape, by its button or by a press beside it.
fn panel(id: &str, title: &str, content: &Markup) -> Markup {
    html! {
        section.panel popover id=(id) {
            button.close popovertarget=(id) popovertargetaction="hide" aria-label="Close" { "×" }
            h2 { (title) }
            (content)
        }
    }
}

fn cell(run: &Run<'_>, id: &str, row: &Row<'_>, index: usize, column: &Section<'_>) -> Markup {
    let findings = html! {
        @for found in &row.cells[index] { (finding(run, column, found)) }
    };
    panel(id, &format!("{}: {}", row.name(), column.name()), &findings)
}

fn finding(run: &Run<'_>, column: &Section<'_>, found: &Assigned) -> Markup {
    let finding = &found.finding;
    html! {
        article.waived[found.waiver.is_some()] {
            h3 { (text(&finding.object.to_string())) }
            p.rule { code { (finding.rule) } " " span.swatch.(class(found.risk)) { (risk(found.risk)) " risk" } }
            dl {
                dt { "is" } dd { (text(&finding.is)) }
                dt { "should be" } dd { (text(&finding.should)) }
                @if let Some(hint) = &finding.hint { dt { "tip" } dd.tip { (lines(hint)) } }
                dt { "owner" } dd { (text(owner(found))) }
                dt { "ETA" } dd { (text(eta(found))) }
                @if let Some(waived) = &found.waiver { dt { "waiver" } dd { (text(&waiver(waived))) } }
                @if let Some(line) = run.line(column, found) {
                    dt { "matrix" } dd { (text(&run.matrix_file.to_string_lossy())) ":" (line) }
                }
            }
        }
    }
}

/// What keeps a table from the next level, where something does.
fn compliance(id: &str, row: &Row<'_>, level: &Compliance) -> Markup {
    let falls_short = level.claimed > Some(level.computed);
    if !falls_short && level.because.is_none() {
        return html! {};
    }
    let content = html! {
        dl {
            dt { "claims" } dd { @match level.claimed { Some(claimed) => (format!("{claimed:?}")), None => "no level" } }
            dt { "has" } dd { (format!("{:?}", level.computed)) }
            dt { "because" } dd { (text(level.because.as_deref().unwrap_or("no evidence for more"))) }
        }
    };
    panel(id, &format!("{}: compliance", row.name()), &content)
}
