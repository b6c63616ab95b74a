//! Documents, read in batches: however long the input is, only one batch of it is in memory.

use super::parse::Text;
use serde::de::IgnoredAny;
use std::{
    io::{self, BufRead, Read},
    ops::Range,
    path::Path,
};

/// The largest document, in bytes of its text: as large as a string or a container of a jsonb value
/// can be (`JENTRY_OFFLENMASK` in Postgres's `utils/jsonb.h`).
const LARGEST_DOCUMENT: usize = 1 << 28;
/// A batch ends after so many bytes, or so many lines; the second bounds the findings it can have.
const BATCH_BYTES: usize = 4 << 20;
const BATCH_LINES: usize = 4096;

/// How documents lie in an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One a line; blank lines are none.
    Lines,
    /// The whole input is one.
    Document,
    /// One of the two, by the first line that is not blank: a JSON text that has not ended at the
    /// end of its line goes on over the following ones.
    Detect,
}

impl Layout {
    /// The layout that the extension of the file's name stands for.
    pub fn of(file: &Path) -> Self {
        let extension = file.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("jsonl" | "ndjson") => Self::Lines,
            Some("json") => Self::Document,
            _ => Self::Detect,
        }
    }
}

/// The documents of one input.
pub struct Documents<R> {
    reader: R,
    layout: Layout,
    largest: usize,
    /// Lines read so far.
    lines: u64,
    ended: bool,
}

/// Some consecutive documents of an input, and the error that ended it, if one did.
#[derive(Default)]
pub struct Batch {
    bytes: Vec<u8>,
    documents: Vec<Slot>,
    read: u64,
    error: Option<io::Error>,
}

/// A document of a batch.
struct Slot {
    line: u64,
    range: Range<usize>,
    too_large: bool,
}

impl Batch {
    /// The documents, in order.
    pub fn documents(&self) -> Vec<Text<'_>> {
        self.documents
            .iter()
            .map(|slot| Text {
                first_line: slot.line,
                bytes: &self.bytes[slot.range.clone()],
                too_large: slot.too_large,
            })
            .collect()
    }

    /// How much of the input the batch took.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Why the input could not be read any further.
    pub fn error(&self) -> Option<&io::Error> {
        self.error.as_ref()
    }
}

impl<R: BufRead> Documents<R> {
    pub fn new(reader: R, layout: Layout) -> Self {
        Self {
            reader,
            layout,
            largest: LARGEST_DOCUMENT,
            lines: 0,
            ended: false,
        }
    }

    /// The next documents; `None` at the end of the input, or after an error.
    pub fn next_batch(&mut self) -> Option<Batch> {
        if self.ended {
            return None;
        }
        let mut batch = Batch::default();
        if let Err(error) = self.fill(&mut batch) {
            batch.error = Some(error);
            self.ended = true;
        }
        Some(batch)
    }

    /// Whether the input is one document, as far as it was read.
    pub fn is_one(&self) -> bool {
        self.layout == Layout::Document
    }

    fn fill(&mut self, batch: &mut Batch) -> io::Result<()> {
        while !self.ended && batch.bytes.len() < BATCH_BYTES && batch.documents.len() < BATCH_LINES
        {
            if self.layout == Layout::Document {
                self.lines += 1;
                self.rest(batch, 0)?;
            } else {
                self.line(batch)?;
            }
        }
        Ok(())
    }

    /// Reads a line, and what follows it where it turns out to be the start of the only document.
    fn line(&mut self, batch: &mut Batch) -> io::Result<()> {
        let start = batch.bytes.len();
        let too_large = self.read(batch, |reader, bytes| reader.read_until(b'\n', bytes))?;
        if batch.bytes.len() == start {
            self.ended = true;
            return Ok(());
        }
        self.lines += 1;
        let line = &batch.bytes[start..];
        if line.trim_ascii().is_empty() {
            batch.bytes.truncate(start);
            return Ok(());
        }
        if self.layout == Layout::Detect {
            self.layout = if too_large {
                Layout::Lines
            } else {
                detect(line)
            };
            if self.layout == Layout::Document {
                return self.rest(batch, start);
            }
        }
        if too_large {
            batch.read += self.reader.skip_until(b'\n')? as u64;
        }
        self.push(batch, start, too_large);
        Ok(())
    }

    /// Reads to the end: the document whose first bytes are at `start`, if any.
    fn rest(&mut self, batch: &mut Batch, start: usize) -> io::Result<()> {
        let too_large = self.read(batch, |reader, bytes| reader.read_to_end(bytes))?
            || batch.bytes.len() - start > self.largest;
        self.ended = true;
        self.push(batch, start, too_large);
        Ok(())
    }

    /// Reads into the batch, one byte more than the largest document at most; whether that was met.
    fn read(
        &mut self,
        batch: &mut Batch,
        read: impl FnOnce(&mut io::Take<&mut R>, &mut Vec<u8>) -> io::Result<usize>,
    ) -> io::Result<bool> {
        let most = self.largest + 1;
        let count = read(
            &mut self.reader.by_ref().take(most as u64),
            &mut batch.bytes,
        )?;
        batch.read += count as u64;
        Ok(count == most && batch.bytes.last() != Some(&b'\n'))
    }

    fn push(&mut self, batch: &mut Batch, start: usize, too_large: bool) {
        if too_large {
            batch.bytes.truncate(start);
        }
        batch.documents.push(Slot {
            line: self.lines,
            range: start..batch.bytes.len(),
            too_large,
        });
    }
}

/// The layout of an input with this first line.
fn detect(line: &[u8]) -> Layout {
    match serde_json::from_slice::<IgnoredAny>(line) {
        Err(error) if error.is_eof() => Layout::Document,
        _ => Layout::Lines,
    }
}

#[cfg(test)]
mod tests {
    use super::{Documents, Layout};
    use std::{
        io::{self, BufReader, Read},
        path::Path,
    };

    /// Each document with its line, `None` for one that is too large; 8 bytes are the most.
    fn read(text: &str, layout: Layout) -> Vec<(u64, Option<String>)> {
        // A small buffer: lines must not depend on how the input arrives.
        let mut documents = Documents::new(BufReader::with_capacity(3, text.as_bytes()), layout);
        documents.largest = 8;
        let mut found = Vec::new();
        let mut bytes_read = 0;
        while let Some(batch) = documents.next_batch() {
            assert!(batch.error().is_none());
            bytes_read += batch.bytes_read();
            for text in batch.documents() {
                let content = String::from_utf8(text.bytes.to_vec()).expect("UTF-8");
                found.push((text.first_line, (!text.too_large).then_some(content)));
            }
        }
        // What follows a document that is too large is not read when it is the only one.
        assert!(bytes_read == text.len() as u64 || found.iter().any(|(_, text)| text.is_none()));
        found
    }

    fn some(line: u64, text: &str) -> (u64, Option<String>) {
        (line, Some(text.to_owned()))
    }

    #[test]
    fn the_name_says_the_layout() {
        let of = |name| Layout::of(Path::new(name));
        assert_eq!(of("a.jsonl"), Layout::Lines);
        assert_eq!(of("a.NDJSON"), Layout::Lines);
        assert_eq!(of("dir.jsonl/a.json"), Layout::Document);
        assert_eq!(of("a.txt"), Layout::Detect);
        assert_eq!(of("jsonl"), Layout::Detect);
    }

    #[test]
    fn lines_without_blank_ones() {
        let expected = [some(1, "1\r\n"), some(4, "[2]\n"), some(5, "3")];
        assert_eq!(read("1\r\n\n \t\n[2]\n3", Layout::Lines), expected);
        assert_eq!(read("", Layout::Lines), []);
    }

    #[test]
    fn a_document_is_the_whole_input() {
        assert_eq!(read("\n[\n1]\n", Layout::Document), [some(1, "\n[\n1]\n")]);
        assert_eq!(read("", Layout::Document), [some(1, "")]);
    }

    #[test]
    fn the_first_line_that_is_not_blank_decides() {
        assert_eq!(read("\n{\n\n}\n", Layout::Detect), [some(2, "{\n\n}\n")]);
        assert_eq!(
            read("{}\n{\n", Layout::Detect),
            [some(1, "{}\n"), some(2, "{\n")]
        );
        assert_eq!(
            read("]\n1\n", Layout::Detect),
            [some(1, "]\n"), some(2, "1\n")]
        );
        assert_eq!(read("\n\n", Layout::Detect), []);
    }

    #[test]
    fn a_document_that_is_too_large_is_skipped() {
        let text = "[12345]\n[123456]\n[1234567]\n[1234567890123456789]\n1\n";
        let expected = [
            some(1, "[12345]\n"),
            some(2, "[123456]\n"),
            (3, None),
            (4, None),
            some(5, "1\n"),
        ];
        assert_eq!(read(text, Layout::Lines), expected);
        assert_eq!(
            read("[1234567]\n1", Layout::Detect),
            [(1, None), some(2, "1")]
        );
        assert_eq!(read("[1234567]", Layout::Document), [(1, None)]);
        assert_eq!(read("[12345\n]", Layout::Detect), [some(1, "[12345\n]")]);
        assert_eq!(read("[12345\n]\n", Layout::Detect), [(1, None)]);
    }

    #[test]
    fn what_was_read_before_an_error_is_kept() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let reader = BufReader::new("1\n2\n".as_bytes().chain(Broken));
        let mut documents = Documents::new(reader, Layout::Lines);
        let batch = documents.next_batch().expect("a batch");
        assert_eq!(batch.documents().len(), 2);
        assert_eq!(batch.error().expect("an error").to_string(), "gone");
        assert!(documents.next_batch().is_none());
    }
}
