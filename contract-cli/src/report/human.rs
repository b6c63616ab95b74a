//! For people: one line a finding, `file:line: /pointer: message (version 2)`; the lines of the file where
//! the finding has them.

use super::{Finding, Reporter, Subject, Summary, printable, source::Illustrator};
use std::io::{self, Write};

#[derive(Default)]
pub struct Human {
    illustrator: Illustrator,
}

impl Reporter for Human {
    fn finding(&mut self, out: &mut dyn Write, finding: &Finding<'_>) -> io::Result<()> {
        if !finding.sources.is_empty() {
            return self.illustrator.show(out, finding);
        }
        write!(out, "{}:", printable(&finding.file.to_string_lossy()))?;
        if let Some(position) = finding.position {
            write!(out, "{}:", position.line)?;
        }
        let level = finding.level_word();
        writeln!(out, " {level}{}", printable(&finding.with_witness()))?;
        match &finding.hint {
            None => Ok(()),
            Some(hint) => writeln!(out, "  tip: {}", printable(hint)),
        }
    }

    fn note(&mut self, out: &mut dyn Write, note: &Finding<'_>) -> io::Result<()> {
        write!(out, "{}:", printable(&note.file.to_string_lossy()))?;
        if let Some(position) = note.position {
            write!(out, "{}:", position.line)?;
        }
        writeln!(out, " note: {}", printable(&note.with_witness()))
    }

    fn done(&mut self, out: &mut dyn Write, what: &str) -> io::Result<()> {
        writeln!(out, "{what}")
    }
}

/// `3 violations in 2 of 10,000 documents`, after the errors if there are any.
pub fn summary(subject: Subject, summary: &Summary) -> String {
    let (violation, unit) = match subject {
        Subject::Documents => ("violation", "document"),
        Subject::Upgrades => ("problem", "document"),
        Subject::Files => ("difference", "file"),
        Subject::Manifests => ("problem", "manifest"),
        Subject::Releases => ("objection", "contract type"),
        Subject::Comparisons => ("objection", "comparison"),
        Subject::Schemas => ("finding", "file"),
        Subject::Matrices => ("finding", "matrix"),
    };
    let checked = counted(summary.checked, unit);
    let found = match summary.violations {
        0 => format!("no {violation}s in {checked}"),
        violations => format!(
            "{} in {} of {checked}",
            counted(violations, violation),
            grouped(summary.with_violations)
        ),
    };
    let found = match summary.warnings {
        0 => found,
        warnings => format!("{found}, {}", counted(warnings, "warning")),
    };
    match summary.errors {
        0 => found,
        errors => format!("{}, {found}", counted(errors, "error")),
    }
}

pub fn counted(count: u64, what: &str) -> String {
    let number = grouped(count);
    match what.strip_suffix('x') {
        _ if count == 1 => format!("{number} {what}"),
        Some(stem) => format!("{number} {stem}ces"),
        None => format!("{number} {what}s"),
    }
}

/// `10,000`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        let grouped: Vec<String> = [0, 999, 1000, 10_000, 1_234_567].map(grouped).into();
        assert_eq!(grouped, ["0", "999", "1,000", "10,000", "1,234,567"]);
    }
}
