//! An empty matrix, with every column explained.

use super::{
    format::formatted,
    sections::{KINDS, Kind, Presence, drift_checks},
};
use crate::checks::CHECKS;

const HEAD: &str = "\
# Guardrail matrix

**Owner:** your-team
**Version:** 0.1.0

A row says what holds; jsonb-contract guardrail compile says what is wrong with the rows, and jsonb-contract drift whether
a database keeps to them. The columns may come in any order, and those that are not marked as guaranteed may be left out.
";

/// An empty matrix: it compiles, and nothing is found in it. The drift checks are there before anybody wrote a row.
pub fn template() -> String {
    let mut text = String::from(HEAD);
    for kind in KINDS {
        text.extend(["\n## ", kind.title, "\n\n", &explained(kind), "\n"]);
        let names: Vec<&str> = kind.columns.iter().map(|column| column.names[0]).collect();
        text.extend([row(&names), row(&vec!["---"; names.len()])]);
        if kind.title == drift_checks::KIND.title {
            text.extend(CHECKS.iter().map(|check| {
                let report = format!("`reports/{}`", check.report);
                row(&[
                    check.id,
                    check.title,
                    check.summary,
                    &report,
                    "WARN",
                    "your-team",
                    "7 days",
                    "High",
                    "⚠️ Pending",
                ])
            }));
        }
    }
    formatted(text)
}

/// What is in the columns, as a comment.
fn explained(kind: &Kind) -> String {
    let lines = kind.columns.iter().map(|column| {
        let presence = match column.presence {
            Presence::Key => " (a row is about it)",
            Presence::Guaranteed => " (guaranteed)",
            Presence::Optional => "",
        };
        format!("{}{presence}: {}\n", column.names[0], column.explanation)
    });
    format!("<!--\n{}-->\n", lines.collect::<String>())
}

fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}
