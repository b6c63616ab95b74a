//! Annotations of a GitHub workflow: `::error file=...,line=...,col=...,title=...::message`.
//!
//! Escaped as the runner unescapes it (actions/toolkit, `packages/core/src/command.ts`).

use super::{Finding, Level, Reporter};
use std::io::{self, Write};

pub struct Github;

impl Reporter for Github {
    fn finding(&mut self, out: &mut dyn Write, finding: &Finding<'_>) -> io::Result<()> {
        let file = property(&finding.file.to_string_lossy());
        let command = match finding.level {
            Level::Warning => "warning",
            Level::Violation | Level::Error | Level::Note => "error",
        };
        write!(out, "::{command} file={file}")?;
        if let Some(position) = finding.position {
            write!(out, ",line={},col={}", position.line, position.column)?;
        }
        let title = property(&finding.rule);
        writeln!(out, ",title={title}::{}", data(&finding.with_hint()))
    }
}

/// A message: it goes on to the end of the line.
pub(super) fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property: it ends at a comma or a colon too.
pub(super) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
