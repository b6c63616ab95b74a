//! For people: a table for each check that found something, and what the levels of compliance come to.

use super::{
    Run, Section,
    document::Counts,
    words::{LEVELS_OF, eta, is_told, lines, owner, risk, waiver},
};
use crate::{
    checks::{Assigned, Compliance},
    guardrail::model::{Level, Risk},
    report::{counted, human::grouped, printable},
};
use comfy_table::{Cell, Color, ColumnConstraint, ContentArrangement, Table, Width, presets};
use std::{
    env,
    io::{self, IsTerminal, Write},
};

/// What the tables are printed on.
#[derive(Clone, Copy)]
pub struct Screen {
    /// How many columns a line has.
    pub columns: u16,
    pub colours: bool,
}

impl Screen {
    /// Narrower than this, a table cannot be read.
    const NARROWEST: u16 = 40;

    /// Standard output: as wide as COLUMNS says, else the terminal, else 120 columns; with colours on a terminal, unless
    /// `NO_COLOR` is set (no-color.org).
    pub fn standard_output() -> Self {
        let is_terminal = io::stdout().is_terminal();
        let told = env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok());
        let measured = || Some(comfy_table::Table::new().width()?).filter(|_| is_terminal);
        Self {
            columns: told.or_else(measured).unwrap_or(120).max(Self::NARROWEST),
            colours: is_terminal && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }
}

pub fn print(run: &Run<'_>, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    if let Some(error) = error_of_all(run) {
        return writeln!(out, "{error}");
    }
    for section in run.sections() {
        let told: Vec<&Assigned> = section
            .findings()
            .iter()
            .filter(|found| is_told(found))
            .collect();
        if section.result.is_ok() && told.is_empty() {
            continue;
        }
        writeln!(out, "{}", line(&section))?;
        if !told.is_empty() {
            writeln!(out, "{}", table(&told, screen))?;
        }
        writeln!(out)?;
    }
    compliance(&run.outcome.compliance, out)
}

/// How many findings each check has, a line each.
pub fn summary(run: &Run<'_>) -> String {
    error_of_all(run).unwrap_or_else(|| {
        let lines = run.sections().iter().map(line).collect::<Vec<_>>();
        lines.join("\n")
    })
}

/// Why no check could run, where that is the same for all.
fn error_of_all(run: &Run<'_>) -> Option<String> {
    let [first, others @ ..] = run.outcome.checks.as_slice() else {
        return None;
    };
    let error = first.result.as_ref().err()?;
    let is_shared = others
        .iter()
        .all(|one| one.result.as_ref().err() == Some(error));
    (is_shared && !others.is_empty())
        .then(|| format!("error: no check could run: {}", lines(error)))
}

/// `DRIFT-02 RLS coverage: 3 findings, 1 waived`
fn line(section: &Section<'_>) -> String {
    let name = section.name();
    match section.result {
        Ok(findings) => format!("{name}: {}", Counts::of(findings)),
        Err(error) => format!("{name}: error: could not run: {}", lines(error)),
    }
}

/// What is said of a finding has the room that the other columns leave.
const WIDTHS: [ColumnConstraint; 4] = [
    ColumnConstraint::ContentWidth,
    ColumnConstraint::UpperBoundary(Width::Percentage(32)),
    ColumnConstraint::LowerBoundary(Width::Percentage(45)),
    ColumnConstraint::UpperBoundary(Width::Percentage(18)),
];

fn table(findings: &[&Assigned], screen: Screen) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::ASCII_FULL)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(screen.columns)
        .set_header(["risk", "rule, object", "is / should be", "owner, ETA"])
        .set_constraints(WIDTHS);
    if screen.colours {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    for found in findings {
        let finding = &found.finding;
        let mut what = vec![
            printable(&finding.is).into_owned(),
            format!("should be: {}", printable(&finding.should)),
        ];
        what.extend(
            finding
                .hint
                .iter()
                .map(|hint| format!("tip: {}", lines(hint))),
        );
        what.extend(
            found
                .waiver
                .iter()
                .map(|waived| printable(&waiver(waived)).into_owned()),
        );
        let object = format!(
            "{}\n{}",
            finding.rule,
            printable(&finding.object.to_string())
        );
        let charge = format!("{}\n{}", printable(owner(found)), printable(eta(found)));
        table.add_row([
            Cell::new(risk(found.risk)).fg(colour(found)),
            Cell::new(object),
            Cell::new(what.join("\n")),
            Cell::new(charge),
        ]);
    }
    table.trim_fmt()
}

fn colour(found: &Assigned) -> Color {
    match (&found.waiver, found.risk) {
        (Some(_), _) => Color::DarkGrey,
        (None, Some(Risk::Low)) => Color::Cyan,
        (None, Some(Risk::Medium)) => Color::Yellow,
        (None, None | Some(Risk::High | Risk::Critical)) => Color::Red,
    }
}

/// How many tables claim each level and how many have it, then those that have less than they claim.
fn compliance(levels: &[Compliance], out: &mut dyn Write) -> io::Result<()> {
    if levels.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "compliance of {}",
        counted(levels.len() as u64, "table")
    )?;
    for (what, level_of) in LEVELS_OF {
        let counts = [Level::L0, Level::L1, Level::L2, Level::L3].map(|level| {
            let tables = levels.iter().filter(|one| level_of(one) == Some(level));
            format!("{level:?} {}", grouped(tables.count() as u64))
        });
        writeln!(out, "  {what:<8}  {}", counts.join("  "))?;
    }
    for one in levels {
        let Some(claimed) = one.claimed.filter(|claimed| *claimed > one.computed) else {
            continue;
        };
        let because = one.because.as_deref().unwrap_or("no evidence for more");
        let table = one.table.to_string();
        let (table, because) = (printable(&table), printable(because));
        writeln!(
            out,
            "  {table}: claims {claimed:?}, has {:?}: {because}",
            one.computed
        )?;
    }
    Ok(())
}
