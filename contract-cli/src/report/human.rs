//! For people: one line a finding, `file:line: /pointer: message (version 2)`.

use super::{Finding, Reporter, Subject, Summary};
use std::io::{self, Write};

pub struct Human;

impl Reporter for Human {
    fn finding(&mut self, out: &mut dyn Write, finding: &Finding<'_>) -> io::Result<()> {
        write!(out, "{}:", printable(&finding.file.to_string_lossy()))?;
        if let Some(position) = finding.position {
            write!(out, "{}:", position.line)?;
        }
        let error = if finding.is_error() { " error:" } else { "" };
        writeln!(out, "{error} {}", printable(&finding.to_string()))
    }
}

/// `3 violations in 2 of 10,000 documents`, after the errors if there are any.
pub fn summary(subject: Subject, summary: &Summary) -> String {
    let (violation, unit) = match subject {
        Subject::Documents => ("violation", "document"),
        Subject::Files => ("difference", "file"),
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
    match summary.errors {
        0 => found,
        errors => format!("{}, {found}", counted(errors, "error")),
    }
}

fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(count))
}

/// `10,000`
fn grouped(number: u64) -> String {
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

/// `text` without what acts on a terminal or breaks a line: a key of a document can have both.
pub fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|character| {
            let escaped = acts_on_terminal(character).then(|| character.escape_default());
            let plain = escaped.is_none().then_some(character);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}

/// Control characters, line separators, and what changes the direction of writing.
fn acts_on_terminal(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::{grouped, printable};

    #[test]
    fn thousands_are_grouped() {
        let grouped: Vec<String> = [0, 999, 1000, 10_000, 1_234_567].map(grouped).into();
        assert_eq!(grouped, ["0", "999", "1,000", "10,000", "1,234,567"]);
    }

    #[test]
    fn a_key_cannot_act_on_the_terminal() {
        assert_eq!(
            printable("/é\u{1b}[31m\n\0\u{202e}x"),
            r"/é\u{1b}[31m\n\u{0}\u{202e}x"
        );
    }
}
