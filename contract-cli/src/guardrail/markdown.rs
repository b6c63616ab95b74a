//! The parts of a Markdown document that a matrix is read from: tables, headings, prose, code.
//!
//! Tables are those of GitHub Flavored Markdown (section 4.10), read more leniently: a delimiter row may have
//! another number of cells than its header, where a strict parser sees no table at all. What is in a code fence or a
//! comment is no table. All places are ranges of bytes of the text.

use std::{collections::HashMap, ops::Range};

/// What a document consists of, in its order.
#[derive(Debug, Default)]
pub struct Markdown<'t> {
    pub headings: Vec<Line<'t>>,
    /// Lines that are no heading, no table, no code and no comment.
    pub prose: Vec<Line<'t>>,
    /// Lines in code fences.
    pub code: Vec<Line<'t>>,
    pub tables: Vec<Table<'t>>,
}

/// A line without the characters that end it; of a heading, without its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'t> {
    pub text: &'t str,
    pub span: Range<usize>,
}

#[derive(Debug)]
pub struct Table<'t> {
    pub header: Row<'t>,
    pub delimiter: Row<'t>,
    pub rows: Vec<Row<'t>>,
}

#[derive(Clone, Debug)]
pub struct Row<'t> {
    pub line: Line<'t>,
    pub cells: Vec<Cell<'t>>,
}

/// A cell without the space around it; an empty one has its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<'t> {
    pub text: &'t str,
    pub span: Range<usize>,
}

impl<'t> Markdown<'t> {
    pub fn parse(text: &'t str) -> Self {
        let mut markdown = Self::default();
        let mut lines = lines(text).peekable();
        while let Some(line) = lines.next() {
            let start = line.text.trim_start();
            if let Some(fence) = Fence::opened_by(start) {
                for inside in lines.by_ref() {
                    if fence.is_closed_by(inside.text) {
                        break;
                    }
                    markdown.code.push(inside);
                }
            } else if start.starts_with("<!--") {
                let mut last = line;
                while !last.text.contains("-->") {
                    let Some(next) = lines.next() else { break };
                    last = next;
                }
            } else if let Some(heading) = heading(&line) {
                markdown.headings.push(heading);
            } else if let Some(delimiter) =
                lines.next_if(|next| line.text.contains('|') && is_delimiter(next.text))
            {
                let mut rows = Vec::new();
                while let Some(row) = lines.next_if(|next| next.text.contains('|')) {
                    rows.push(row);
                }
                markdown.tables.push(Table::new(&line, &delimiter, &rows));
            } else {
                markdown.prose.push(line);
            }
        }
        markdown
    }
}

impl<'t> Table<'t> {
    /// A row with too many cells may have bars in its code, which a strict parser takes for the ends of cells.
    fn new(header: &Line<'t>, delimiter: &Line<'t>, rows: &[Line<'t>]) -> Self {
        let header = Row::split(header, false);
        let columns = header.cells.len();
        let row = |line: &Line<'t>| {
            let row = Row::split(line, false);
            if row.cells.len() <= columns {
                return row;
            }
            let lenient = Row::split(line, true);
            if lenient.cells.len() == columns {
                lenient
            } else {
                row
            }
        };
        Self {
            rows: rows.iter().map(row).collect(),
            delimiter: Row::split(delimiter, false),
            header,
        }
    }

    pub fn columns(&self) -> usize {
        self.header.cells.len()
    }
}

impl<'t> Row<'t> {
    /// The cells between the bars. An escaped bar is none, nor is one in code where `code_has_bars` says so.
    fn split(line: &Line<'t>, code_has_bars: bool) -> Self {
        let text = line.text;
        let mut bars = Vec::new();
        let mut at = 0;
        while let Some(found) = text[at..].find(['|', '\\', '`']) {
            at += found;
            match text.as_bytes()[at] {
                b'|' => bars.push(at),
                // Whatever is escaped is at least one byte; what follows it cannot be a bar by itself.
                b'\\' if text[at + 1..].starts_with(['|', '\\', '`']) => at += 1,
                b'`' if code_has_bars => at = end_of_code(text, at).unwrap_or(at + 1) - 1,
                _ => {}
            }
            at += 1;
        }
        let mut edges = Vec::new();
        if !text.trim_start().starts_with('|') {
            edges.push(0);
        }
        edges.extend(bars.iter().map(|bar| bar + 1));
        let mut ends: Vec<usize> = bars.clone();
        if text.trim_start().starts_with('|') {
            ends.remove(0);
        }
        if !text[edges.last().copied().unwrap_or(0)..].trim().is_empty() {
            ends.push(text.len());
        }
        let cells = edges.iter().zip(ends);
        Self {
            line: line.clone(),
            cells: cells
                .map(|(&start, end)| Cell::of(line, start..end))
                .collect(),
        }
    }

    /// Whether a bar in code is content here, which a strict parser takes for the end of a cell.
    pub fn has_bars_in_code(&self) -> bool {
        Self::split(&self.line, false).cells.len() != self.cells.len()
    }
}

impl<'t> Cell<'t> {
    fn of(line: &Line<'t>, range: Range<usize>) -> Self {
        let whole = &line.text[range.clone()];
        let text = whole.trim();
        // An empty cell is its first space.
        let before = if text.is_empty() {
            0
        } else {
            whole.len() - whole.trim_start().len()
        };
        let start = line.span.start + range.start + before;
        let length = if text.is_empty() {
            whole.len().min(1)
        } else {
            text.len()
        };
        Self {
            text,
            span: start..start + length,
        }
    }
}

/// Where the code that begins at `start` ends, if it does (`CommonMark` 6.1).
pub fn end_of_code(text: &str, start: usize) -> Option<usize> {
    let ticks = |at: usize| text[at..].len() - text[at..].trim_start_matches('`').len();
    let opening = ticks(start);
    let mut at = start + opening;
    while let Some(found) = text[at..].find('`') {
        at += found;
        let closing = ticks(at);
        at += closing;
        if closing == opening {
            return Some(at);
        }
    }
    None
}

/// The lines of a text, with their places.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let text = line.trim_end_matches(['\n', '\r']);
        Line {
            text,
            span: start..start + text.len(),
        }
    })
}

fn heading<'t>(line: &Line<'t>) -> Option<Line<'t>> {
    let after = line.text.trim_start_matches('#');
    let marks = line.text.len() - after.len();
    if !(1..=6).contains(&marks) || !after.starts_with([' ', '\t']) {
        return None;
    }
    let text = after.trim().trim_end_matches('#').trim_end();
    let start = line.span.start + marks + (after.len() - after.trim_start().len());
    Some(Line {
        text,
        span: start..start + text.len(),
    })
}

/// `|---|:--:|`
fn is_delimiter(text: &str) -> bool {
    text.contains('-')
        && text.contains('|')
        && text
            .chars()
            .all(|it| matches!(it, '|' | '-' | ':' | ' ' | '\t'))
}

/// The characters that a code fence begins with.
struct Fence<'t>(&'t str);

impl<'t> Fence<'t> {
    fn opened_by(start: &'t str) -> Option<Self> {
        let mark = start
            .chars()
            .next()
            .filter(|mark| matches!(mark, '`' | '~'))?;
        let after = start.trim_start_matches(mark);
        let marks = &start[..start.len() - after.len()];
        let is_inline = mark == '`' && after.contains('`');
        (marks.len() >= 3 && !is_inline).then_some(Self(marks))
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.starts_with(self.0) && line.trim_start_matches(&self.0[..1]).is_empty()
    }
}

/// The name of a heading in a link, as GitHub makes it: lower case, without punctuation, hyphens for spaces.
pub fn anchor(heading: &str) -> String {
    let kept = |it: &char| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_');
    let text: String = heading.chars().filter(kept).collect();
    text.to_lowercase().replace(' ', "-")
}

/// The anchors of headings; one that comes again has a number behind it.
pub fn anchors<'h>(headings: impl IntoIterator<Item = &'h str>) -> Vec<String> {
    // How often each name is taken: the next number to try.
    let mut taken: HashMap<String, u32> = HashMap::new();
    let unique = |heading| {
        let plain = anchor(heading);
        let mut count = taken.get(&plain).copied().unwrap_or(0);
        let mut name = plain.clone();
        while taken.contains_key(&name) {
            name = format!("{plain}-{count}");
            count += 1;
        }
        taken.insert(plain, count.max(1));
        taken.entry(name.clone()).or_insert(1);
        name
    };
    headings.into_iter().map(unique).collect()
}

/// A link in a line: its text and target, and where it stands in the line.
pub struct FoundLink<'t> {
    pub text: &'t str,
    pub target: &'t str,
    pub range: Range<usize>,
}

/// The links `[text](target)` of a text; not those in code.
pub fn links(text: &str) -> Vec<FoundLink<'_>> {
    let mut links = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(['[', '`']) {
        let start = at + found;
        if text.as_bytes()[start] == b'`' {
            at = end_of_code(text, start).unwrap_or(start + 1);
            continue;
        }
        at = start + 1;
        let Some(middle) = text[start..].find("](").map(|middle| start + middle) else {
            continue;
        };
        let Some(end) = text[middle..].find(')').map(|end| middle + end) else {
            continue;
        };
        // Of brackets within brackets the innermost is the link.
        if text[start + 1..middle].contains('[') {
            continue;
        }
        links.push(FoundLink {
            text: &text[start + 1..middle],
            target: text[middle + 2..end].trim(),
            range: start..end + 1,
        });
        at = end + 1;
    }
    links
}

#[cfg(test)]
mod tests {
    use super::{Markdown, anchor, anchors, links};

    fn cells<'t>(row: &super::Row<'t>) -> Vec<&'t str> {
        row.cells.iter().map(|cell| cell.text).collect()
    }

    #[test]
    fn a_table_is_read_whatever_its_delimiter_row_has() {
        let text = "before\n| A | B | C |\r\n|---|\r\n| 1 |  | 3 |\n 1 | 2\n\nafter | bar\n";
        let markdown = Markdown::parse(text);
        let [table] = markdown.tables.as_slice() else {
            panic!("{markdown:?}")
        };
        assert_eq!(cells(&table.header), ["A", "B", "C"]);
        assert_eq!(table.delimiter.cells.len(), 1);
        assert_eq!(cells(&table.rows[0]), ["1", "", "3"]);
        assert_eq!(cells(&table.rows[1]), ["1", "2"]);
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            assert_eq!(text[cell.span.clone()].trim(), cell.text);
            assert!(!cell.span.is_empty());
        }
        let prose: Vec<&str> = markdown.prose.iter().map(|line| line.text).collect();
        assert_eq!(prose, ["before", "", "after | bar"]);
    }

    #[test]
    fn bars_in_a_cell() {
        let text = "|A|B|\n|-|-|\n|a\\|b|`c\\|d`|\n|`a|b`|`c`|\n|``a`|b``|c|\n|a`|b|\n";
        let markdown = Markdown::parse(text);
        let rows = &markdown.tables[0].rows;
        assert_eq!(cells(&rows[0]), ["a\\|b", "`c\\|d`"]);
        assert_eq!(cells(&rows[1]), ["`a|b`", "`c`"]);
        assert_eq!(cells(&rows[2]), ["``a`|b``", "c"]);
        assert_eq!(cells(&rows[3]), ["a`", "b"]);
        let lenient: Vec<bool> = rows.iter().map(super::Row::has_bars_in_code).collect();
        assert_eq!(lenient, [false, true, true, false]);
    }

    #[test]
    fn code_and_comments_have_no_tables() {
        let text = "```\n|A|\n|-|\n```\n~~~~ x\n~~~\n|A|\n|-|\n~~~~\n<!-- |A|\n|-| -->\n<!-- a -->\n# H #\n";
        let markdown = Markdown::parse(text);
        assert!(markdown.tables.is_empty() && markdown.prose.is_empty());
        assert_eq!(markdown.code.len(), 5);
        assert_eq!(markdown.headings[0].text, "H");
        assert_eq!(&text[markdown.headings[0].span.clone()], "H");
    }

    #[test]
    fn anchors_are_those_of_github() {
        for (heading, expected) in [
            (
                "C) Promotion Matrix (Phase A/B/C)",
                "c-promotion-matrix-phase-abc",
            ),
            ("E) Checks (CI \"gatekeeper\")", "e-checks-ci-gatekeeper"),
            ("2. nexus_cases", "2-nexus_cases"),
            ("Ä `b`", "ä-b"),
        ] {
            assert_eq!(anchor(heading), expected);
        }
        assert_eq!(anchors(["A", "a", "A!"]), ["a", "a-1", "a-2"]);
    }

    #[test]
    fn links_are_found_but_not_in_code() {
        let text = "`[a](b)` see [c](./d.md#e) and **[f]( g )**, [h] [[i](j)]";
        let found: Vec<_> = links(text)
            .into_iter()
            .map(|link| (link.text, link.target))
            .collect();
        assert_eq!(found, [("c", "./d.md#e"), ("f", "g"), ("i", "j")]);
    }
}
