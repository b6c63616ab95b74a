//! Annotations of a GitHub workflow, at the lines of the matrix. A waived finding is a notice.

use super::{
    BESIDE, Run,
    words::{is_told, lines, paragraph},
};
use crate::report::github::{data, property};
use std::io::{self, Write};

pub fn print(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    for section in run.sections() {
        if let Err(error) = section.result {
            let title = format!("{} could not run", section.id);
            annotation(run, out, "error", run.line_of(section.id), &title, error)?;
        }
        for found in section.findings().iter().filter(is_told) {
            let command = if found.waiver.is_some() {
                "notice"
            } else {
                "error"
            };
            let rule = found.finding.rule;
            let title = match section.id {
                BESIDE => rule.to_owned(),
                id => format!("{id} {rule}"),
            };
            let line = run.line(&section, found);
            annotation(run, out, command, line, &title, &paragraph(found))?;
        }
    }
    Ok(())
}

fn annotation(
    run: &Run<'_>,
    out: &mut dyn Write,
    command: &str,
    line: Option<u64>,
    title: &str,
    message: &str,
) -> io::Result<()> {
    let file = property(&run.matrix_file.to_string_lossy());
    let line = line.map(|line| format!(",line={line}")).unwrap_or_default();
    let (title, message) = (property(title), data(&lines(message)));
    writeln!(
        out,
        "::{command} file={file}{line},title={title}::{message}"
    )
}
