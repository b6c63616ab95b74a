//! A page that shows the tables by checks: one file that needs nothing but a browser, not even scripts.
//!
//! A cell is a button that opens its findings (the `popover` attribute of HTML); where a browser does not know that, and
//! on paper, all findings stand below the grid. Every text is escaped by the template, and a policy in the page forbids
//! whatever is not part of it.

mod findings;
mod grid;

use super::{
    Run,
    words::{self, risk},
};
use crate::{
    guardrail::model::{Level, Risk},
    report::{counted, human::grouped, printable},
};
use grid::Grid;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("page.css");

/// Nothing is loaded, nothing runs.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The page of a run.
pub fn page(run: &Run<'_>) -> String {
    let grid = Grid::new(run);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Drift: " (verdict(run)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Drift" }
                    p.verdict { (verdict(run)) }
                    p.of { "Tables by checks, against " code { (text(&run.matrix_file.to_string_lossy())) } }
                    (legend())
                }
                main {
                    (grid.markup())
                    (levels(run))
                }
                (findings::markup(run, &grid))
            }
        }
    };
    page.into_string()
}

/// `3 findings, 1 waived, 1 check could not run`
fn verdict(run: &Run<'_>) -> String {
    let counts = run.counts();
    let checks = &run.outcome.checks;
    match checks.iter().filter(|ran| ran.result.is_err()).count() {
        0 => counts.to_string(),
        not_run => format!(
            "{counts}, {} could not run",
            counted(not_run as u64, "check")
        ),
    }
}

fn legend() -> Markup {
    let risks = [
        Some(Risk::Critical),
        Some(Risk::High),
        Some(Risk::Medium),
        Some(Risk::Low),
        None,
    ];
    html! {
        ul.legend aria-label="Legend" {
            @for one in risks {
                li { span.swatch.(class(one)) { "1" } " " (risk(one)) " risk" }
            }
            li { span.swatch.waived { "1" } " waived" }
            li { span.swatch.ok { "✓" } " nothing found" }
            li { span.swatch.unknown { b { "?" } } " could not run" }
        }
    }
}

/// The class of cells with findings of that risk.
fn class(one: Option<Risk>) -> String {
    format!("risk-{}", risk(one))
}

/// How many tables claim each level, and how many have it.
fn levels(run: &Run<'_>) -> Markup {
    let all = &run.outcome.compliance;
    if all.is_empty() {
        return html! {};
    }
    let tables = |level_of: words::LevelOf, level| {
        let tables = all.iter().filter(|one| level_of(one) == Some(level));
        grouped(tables.count() as u64)
    };
    let levels = [Level::L0, Level::L1, Level::L2, Level::L3];
    html! {
        section.levels {
            h2 { "Compliance" }
            table {
                thead { tr { td {} @for level in levels { th scope="col" { (format!("{level:?}")) } } } }
                tbody {
                    @for (what, level_of) in words::LEVELS_OF {
                        tr { th scope="row" { (what) } @for level in levels { td { (tables(level_of, level)) } } }
                    }
                }
            }
        }
    }
}

/// A text without what changes how the rest is read.
fn text(text: &str) -> String {
    printable(text).into_owned()
}
