//! A finding the way a compiler shows an error: in the lines of its file, with what is marked.
//!
//! Only lines near a mark are shown, and of a long line only the part near it: a manifest may be one line.

use super::{Finding, printable};
use crate::documents::{find_marks, positions};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};
use std::{
    env, fmt,
    io::{self, IsTerminal, Write},
    ops::Range,
    path::Path,
};

/// A text, and what is marked in it.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The file that has the text.
    pub file: &'a Path,
    pub text: &'a str,
    /// What is marked; the place that is meant comes first.
    pub marks: Vec<Mark>,
}

/// A range of bytes of a text, and what is said of it.
#[derive(Clone, Debug)]
pub struct Mark {
    pub span: Range<usize>,
    /// Empty where there is nothing to say.
    pub label: String,
}

/// Gives each finding the place in the text that its JSON Pointer into the schema names, and brings them in
/// the order of their places.
pub fn illustrate<'f>(findings: &mut [Finding<'f>], text: &'f str) {
    let paths: Vec<String> = findings
        .iter()
        .map(|finding| finding.schema_path.clone().unwrap_or_default())
        .collect();
    let wanted = paths.iter().map(String::as_str).chain([""]).collect();
    let marks = find_marks(text, &wanted);
    let places = positions(text, marks.values().map(|mark| mark.start).collect());
    for (finding, path) in findings.iter_mut().zip(&paths) {
        let Some(span) = marks.get(path).or_else(|| marks.get("")) else {
            continue;
        };
        finding.position = places.get(&span.start).copied();
        finding.sources = vec![Source {
            file: finding.file,
            text,
            marks: vec![Mark {
                span: span.clone(),
                label: String::new(),
            }],
        }];
    }
    findings.sort_by_key(|finding| finding.position);
}

/// What shows findings in their lines.
pub struct Illustrator(GraphicalReportHandler);

impl Default for Illustrator {
    /// Lines and colours on a terminal, plain characters elsewhere.
    fn default() -> Self {
        const WIDTH: usize = 100;
        let theme = match env::var_os("NO_COLOR") {
            _ if !io::stdout().is_terminal() => GraphicalTheme::none(),
            Some(no_colour) if !no_colour.is_empty() => GraphicalTheme::unicode_nocolor(),
            _ => GraphicalTheme::unicode(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(WIDTH)
            .with_break_words(false)
            .with_primary_span_start()
            .with_context_lines(1);
        Self(handler)
    }
}

impl Illustrator {
    /// Writes a finding that has a source.
    pub fn show(&self, out: &mut dyn Write, finding: &Finding<'_>) -> io::Result<()> {
        let mut excerpts = finding.sources.iter().map(Excerpts::of);
        let level = finding.level_word();
        let illustrated = Illustrated {
            rule: finding.rule.as_ref(),
            message: format!("{level}{}", printable(&finding.to_string())),
            hint: finding
                .hint
                .as_deref()
                .map(|hint| printable(hint).into_owned()),
            excerpts: excerpts.next(),
            beside: excerpts.map(Beside).collect(),
        };
        let mut text = String::new();
        self.0
            .render_report(&mut text, &illustrated)
            .map_err(io::Error::other)?;
        writeln!(out, "{}", text.trim_matches('\n'))?;
        // In one line, however long: it is there to be copied.
        if let Some(witness) = &finding.witness {
            writeln!(out, "  document: {}", printable(&witness.to_string()))?;
        }
        writeln!(out)
    }
}

/// A finding as `miette` takes it.
#[derive(Debug)]
struct Illustrated<'a> {
    rule: &'a str,
    message: String,
    hint: Option<String>,
    excerpts: Option<Excerpts>,
    beside: Vec<Beside>,
}

impl fmt::Display for Illustrated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Illustrated<'_> {}

impl Diagnostic for Illustrated<'_> {
    fn code<'d>(&'d self) -> Option<Box<dyn fmt::Display + 'd>> {
        Some(Box::new(self.rule))
    }

    fn help<'d>(&'d self) -> Option<Box<dyn fmt::Display + 'd>> {
        let hint = self.hint.as_ref()?;
        Some(Box::new(hint))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let excerpts = self.excerpts.as_ref()?;
        Some(excerpts)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpts.as_ref()?.labels.iter().cloned()))
    }

    fn related<'d>(&'d self) -> Option<Box<dyn Iterator<Item = &'d dyn Diagnostic> + 'd>> {
        let beside = self.beside.iter().map(|beside| beside as &dyn Diagnostic);
        (!self.beside.is_empty()).then(|| Box::new(beside) as Box<dyn Iterator<Item = _>>)
    }
}

/// A further text of a finding.
#[derive(Debug)]
struct Beside(Excerpts);

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "compared with {}", self.0.name)
    }
}

impl std::error::Error for Beside {}

impl Diagnostic for Beside {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.0)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.0.labels.iter().cloned()))
    }
}

/// The part of a text that is near its marks.
#[derive(Debug)]
struct Excerpts {
    name: String,
    /// How many lines are before it, and characters of its first line.
    lines_before: usize,
    columns_before: usize,
    /// Without what acts on a terminal.
    text: String,
    labels: Vec<LabeledSpan>,
}

impl Excerpts {
    fn of(source: &Source<'_>) -> Self {
        /// What may be shown around the marks, in bytes; more than is.
        const MARGIN: usize = 2_000;
        let first = source.marks.iter().map(|mark| mark.span.start).min();
        let last = source.marks.iter().map(|mark| mark.span.end).max();
        let start = boundary(source.text, first.unwrap_or(0).saturating_sub(MARGIN));
        let end = boundary(source.text, last.unwrap_or(0) + MARGIN);
        let label = |(index, mark): (usize, &Mark)| {
            let text = (!mark.label.is_empty()).then(|| printable(&mark.label).into_owned());
            let span = (mark.span.start - start, mark.span.len());
            if index == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        };
        let before = &source.text[..start];
        Self {
            name: printable(&source.file.to_string_lossy()).into_owned(),
            lines_before: before.matches('\n').count(),
            columns_before: columns(before),
            text: source.text[start..end].chars().map(harmless).collect(),
            labels: source.marks.iter().enumerate().map(label).collect(),
        }
    }

    /// The text around `span`: whole lines, but of a long line no more than is near.
    fn around(&self, span: Range<usize>, lines_before: usize, lines_after: usize) -> Range<usize> {
        const FAR: usize = 80;
        let mut start = span.start;
        for line in 0..=lines_before {
            let before = &self.text[..start];
            let line_start = before.rfind('\n').map_or(0, |end| end + 1);
            if start - line_start > FAR {
                if line == 0 {
                    start = boundary(&self.text, start - FAR);
                }
                break;
            }
            start = line_start;
            if line == lines_before || start == 0 {
                break;
            }
            start -= 1;
        }
        if self.text.as_bytes().get(start) == Some(&b'\n') && start < span.start {
            start += 1;
        }
        let mut end = span.end;
        for line in 0..=lines_after {
            let line_end = self.text[end..]
                .find('\n')
                .map_or(self.text.len(), |length| end + length);
            if line_end - end > FAR {
                if line == 0 {
                    end = boundary(&self.text, end + FAR);
                }
                break;
            }
            end = line_end;
            if line == lines_after || end == self.text.len() {
                break;
            }
            end += 1;
        }
        start..end
    }
}

/// The characters of the last line.
fn columns(text: &str) -> usize {
    let start = text.rfind('\n').map_or(0, |end| end + 1);
    text[start..].chars().count()
}

/// The nearest place at or before `at` where a character starts.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl SourceCode for Excerpts {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        if self.text.get(span.offset()..end).is_none() {
            return Err(MietteError::OutOfBounds);
        }
        let shown = self.around(span.offset()..end, lines_before, lines_after);
        // Without a line before, what is asked for is the place of the mark itself.
        let place = if lines_before == 0 {
            span.offset()
        } else {
            shown.start
        };
        let before = &self.text[..place];
        let line = before.matches('\n').count();
        let column = columns(before) + if line == 0 { self.columns_before } else { 0 };
        let text = &self.text[shown.clone()];
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            text.as_bytes(),
            (shown.start, shown.len()).into(),
            self.lines_before + line,
            column,
            text.matches('\n').count() + 1,
        )))
    }
}

/// The character, or one of the same length where it would act on a terminal.
fn harmless(character: char) -> char {
    if matches!(character, '\n' | '\t')
        || printable(character.encode_utf8(&mut [0; 4])).len() == character.len_utf8()
    {
        return character;
    }
    match character.len_utf8() {
        1 => ' ',
        2 => '\u{bf}',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, Illustrator, Mark, Source};
    use std::path::Path;

    fn mark(text: &str, marked: &str, label: &str) -> Mark {
        let start = text.find(marked).expect("the text has it");
        Mark {
            span: start..start + marked.len(),
            label: label.to_owned(),
        }
    }

    fn shown(finding: &Finding<'_>) -> String {
        let mut out = Vec::new();
        let illustrator = Illustrator::default();
        illustrator.show(&mut out, finding).expect("it is written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn two_places_of_two_files() {
        let old = "{\n  \"a\": {\n    \"type\": \"string\"\n  }\n}\n";
        let new = "{\n  \"a\": {\n    \"type\": \"string\",\n    \"maxLength\": 5\n  },\n  \"b\": true\n}\n";
        let finding = Finding {
            hint: Some("make it a new version".to_owned()),
            sources: vec![
                Source {
                    file: Path::new("new.json"),
                    text: new,
                    marks: vec![
                        mark(new, "\"maxLength\": 5", "added"),
                        mark(new, "\"a\"", "in this key"),
                    ],
                },
                Source {
                    file: Path::new("old.json"),
                    text: old,
                    marks: vec![mark(old, "\"type\": \"string\"", "was without a bound")],
                },
            ],
            ..Finding::new(
                "max-length-added",
                Path::new("new.json"),
                "refuses more".to_owned(),
            )
        };
        insta::assert_snapshot!(shown(&finding));
    }

    #[test]
    fn what_acts_on_a_terminal_is_not_shown() {
        let text = "{\"a\u{202e}\u{1b}[31m\u{85}\": 1}";
        let finding = Finding {
            sources: vec![Source {
                file: Path::new("a\u{1b}.json"),
                text,
                marks: vec![mark(text, "1", "\u{1b}[0m")],
            }],
            ..Finding::new("rule", Path::new("a.json"), "\u{1b}[2J".to_owned())
        };
        let shown = shown(&finding);
        assert!(
            !shown.contains(['\u{1b}', '\u{202e}', '\u{85}']),
            "{shown:?}"
        );
        assert!(shown.contains("{\"a\u{fffd} [31m\u{bf}\": 1}"), "{shown:?}");
    }
}
