//! One JSON document: `{"findings": [...], "summary": {...}}`, one finding a line.

use super::{Finding, Level, Reporter, Summary};
use serde::Serialize;
use serde_json::Value;
use std::{
    borrow::Cow,
    io::{self, Write},
};

#[derive(Default)]
pub struct Json {
    findings: Lines,
    /// They come between the findings, and stand behind them.
    notes: Vec<String>,
}

/// A finding as it is written.
#[derive(Serialize)]
struct Entry<'a> {
    level: Level,
    rule: &'a str,
    file: Cow<'a, str>,
    line: Option<u64>,
    column: Option<u64>,
    instance_path: Option<&'a str>,
    schema_path: Option<&'a str>,
    version: Option<u32>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<&'a Value>,
}

impl<'a> Entry<'a> {
    fn of(finding: &'a Finding<'_>) -> Self {
        Self {
            level: finding.level,
            rule: &finding.rule,
            file: finding.file.to_string_lossy(),
            line: finding.position.map(|position| position.line),
            column: finding.position.map(|position| position.column),
            instance_path: finding.instance_path.as_deref(),
            schema_path: finding.schema_path.as_deref(),
            version: finding.version,
            message: &finding.message,
            hint: finding.hint.as_deref(),
            witness: finding.witness.as_ref(),
        }
    }
}

impl Reporter for Json {
    fn finding(&mut self, out: &mut dyn Write, finding: &Finding<'_>) -> io::Result<()> {
        let entry = Entry::of(finding);
        self.findings.push(out, r#"{"findings":["#, &entry)
    }

    fn note(&mut self, _out: &mut dyn Write, note: &Finding<'_>) -> io::Result<()> {
        self.notes.push(serde_json::to_string(&Entry::of(note))?);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        self.findings.end(out, r#"{"findings":["#)?;
        if !self.notes.is_empty() {
            write!(out, ",\"notes\":[\n{}\n]", self.notes.join(",\n"))?;
        }
        out.write_all(b",\"summary\":")?;
        serde_json::to_writer(&mut *out, summary)?;
        out.write_all(b"}\n")
    }
}

/// The elements of a JSON array, one a line, written as they come: a report of any length takes no
/// memory.
#[derive(Default)]
pub struct Lines {
    written: u64,
}

impl Lines {
    /// Writes an element; `opening` goes before the first.
    pub fn push(
        &mut self,
        out: &mut dyn Write,
        opening: &str,
        element: &impl Serialize,
    ) -> io::Result<()> {
        let before = if self.written == 0 { opening } else { "," };
        writeln!(out, "{before}")?;
        self.written += 1;
        Ok(serde_json::to_writer(out, element)?)
    }

    /// Ends the array; `opening` goes before it when there was no element.
    pub fn end(&self, out: &mut dyn Write, opening: &str) -> io::Result<()> {
        match self.written {
            0 => write!(out, "{opening}]"),
            _ => out.write_all(b"\n]"),
        }
    }
}
