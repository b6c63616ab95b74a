//! The text of a matrix as it was meant: without a byte order mark, and with the characters back that were lost
//! when UTF-8 was read as Mac Roman or Windows-1252 and written as UTF-8 again.
//!
//! A sequence is repaired only where its bytes are UTF-8 for one character beyond ASCII. Two characters that stand for
//! one are common in honest text («Ä is `ǀ`), so those are repaired in the range of Latin-1 alone.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};
use std::{collections::HashMap, ops::Range, sync::LazyLock};

/// A text beside what is in the file.
#[derive(Debug)]
pub struct Text {
    original: String,
    repaired: String,
    /// In the order of the text.
    repairs: Vec<Repair>,
}

/// Characters that were mis-decoded, and what they stand for; ranges of bytes.
#[derive(Debug)]
struct Repair {
    original: Range<usize>,
    repaired: Range<usize>,
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Text {
    pub fn new(original: String) -> Self {
        let mut text = Self {
            repaired: String::with_capacity(original.len()),
            repairs: Vec::new(),
            original: String::new(),
        };
        let mut rest = original.as_str();
        if let Some(after) = rest.strip_prefix(BYTE_ORDER_MARK) {
            text.repairs.push(Repair {
                original: 0..BYTE_ORDER_MARK.len(),
                repaired: 0..0,
            });
            rest = after;
        }
        while let Some(first) = rest.chars().next() {
            let Some((meant, length)) = mis_decoded(rest) else {
                text.repaired.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            };
            let at = original.len() - rest.len();
            text.repair(at..at + length, meant);
            rest = &rest[length..];
        }
        text.original = original;
        text
    }

    /// One with the repair before it, if nothing is between the two: a symbol may be several characters.
    fn repair(&mut self, original: Range<usize>, meant: char) {
        let start = self.repaired.len();
        self.repaired.push(meant);
        match self.repairs.last_mut() {
            Some(last) if last.original.end == original.start && !last.repaired.is_empty() => {
                last.original.end = original.end;
                last.repaired.end = self.repaired.len();
            }
            _ => self.repairs.push(Repair {
                original,
                repaired: start..self.repaired.len(),
            }),
        }
    }

    /// What the file has.
    pub fn original(&self) -> &str {
        &self.original
    }

    pub fn into_original(self) -> String {
        self.original
    }

    /// What was meant; spans are those of this text.
    pub fn as_str(&self) -> &str {
        &self.repaired
    }

    /// The characters that were repaired: their place in the repaired text, and what the file has instead.
    pub fn mis_decoded(&self) -> impl Iterator<Item = (Range<usize>, &str)> {
        let repairs = self.repairs.iter().filter(|it| !it.repaired.is_empty());
        repairs.map(|it| (it.repaired.clone(), &self.original[it.original.clone()]))
    }

    /// The place in the file of a span of the repaired text.
    pub fn in_file(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.offset_in_file(span.start, |repair| repair.original.start);
        let end = self.offset_in_file(span.end, |repair| repair.original.end);
        start..end.max(start)
    }

    fn offset_in_file(&self, offset: usize, within: fn(&Repair) -> usize) -> usize {
        let before = self
            .repairs
            .partition_point(|repair| repair.repaired.end <= offset);
        match self.repairs.get(before) {
            Some(repair) if repair.repaired.start < offset => within(repair),
            _ => match before.checked_sub(1) {
                None => offset,
                Some(last) => {
                    let last = &self.repairs[last];
                    last.original.end + (offset - last.repaired.end)
                }
            },
        }
    }
}

/// The character that a text starts with, mis-decoded, and how many bytes of the text stand for it.
fn mis_decoded(text: &str) -> Option<(char, usize)> {
    // The sequence with the most characters leaves the least to chance.
    CHARSETS
        .iter()
        .filter_map(|charset| charset.mis_decoded(text))
        .max_by_key(|(meant, _)| meant.len_utf8())
}

static CHARSETS: LazyLock<[Charset; 2]> =
    LazyLock::new(|| [MACINTOSH, WINDOWS_1252].map(Charset::of));

/// A charset with one byte a character: the bytes of its characters beyond ASCII.
struct Charset(HashMap<char, u8>);

impl Charset {
    fn of(encoding: &'static Encoding) -> Self {
        let byte_of = |byte: u8| {
            let bytes = [byte];
            let (text, _) = encoding.decode_without_bom_handling(&bytes);
            Some((text.chars().next()?, byte))
        };
        Self((0x80..=0xff).filter_map(byte_of).collect())
    }

    fn mis_decoded(&self, text: &str) -> Option<(char, usize)> {
        const LATIN_1: Range<u8> = 0xc2..0xc4;
        let mut characters = text.chars();
        let first = characters.next()?;
        let lead = *self.0.get(&first)?;
        let count = match lead {
            lead if LATIN_1.contains(&lead) => 2,
            0xe0..0xf0 => 3,
            0xf0..0xf5 => 4,
            _ => return None,
        };
        let mut bytes = vec![lead];
        let mut length = first.len_utf8();
        for character in characters.take(count - 1) {
            bytes.push(*self.0.get(&character)?);
            length += character.len_utf8();
        }
        let meant = std::str::from_utf8(&bytes).ok()?;
        Some((meant.chars().next()?, length))
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[track_caller]
    fn assert_meant(original: &str, meant: &str) {
        let text = Text::new(original.to_owned());
        assert_eq!(text.as_str(), meant);
        assert_eq!(text.original(), original);
    }

    #[test]
    fn what_was_read_as_mac_roman_is_repaired() {
        assert_meant("a ‚úÖ b ‚ö†Ô∏è", "a ✅ b ⚠️");
        assert_meant("case_id‚Üíclient_id", "case_id→client_id");
        assert_meant("\u{f8ff}üìã caf√©", "📋 café");
    }

    #[test]
    fn what_was_read_as_windows_1252_is_repaired() {
        assert_meant("âœ… âš\u{a0}ï¸\u{8f} cafÃ©", "✅ ⚠️ café");
    }

    #[test]
    fn what_is_as_it_was_meant_stays() {
        for text in [
            "✅ ⚠️ ❌ → 📋 🔄",
            "«Äpfel» »Ära« Élan à côté, São João, ÃO",
            "√2 ≠ 1,5 … ‚so‘ – “so” ’tis",
            "日本語 русский ελληνικά",
        ] {
            assert_meant(text, text);
        }
    }

    #[test]
    fn a_place_is_that_of_the_file() {
        let text = Text::new("\u{feff}a‚úÖb‚ö†Ô∏è|c".to_owned());
        assert_eq!(text.as_str(), "a✅b⚠️|c");
        for meant in ["a", "b", "|", "c"] {
            let at = text.as_str().find(meant).expect("it is there");
            let span = text.in_file(&(at..at + 1));
            assert_eq!(&text.original()[span], meant);
        }
        let warning = text.as_str().find('⚠').expect("it is there");
        let part = text.in_file(&(warning..warning + '⚠'.len_utf8()));
        assert_eq!(&text.original()[part], "‚ö†Ô∏è");
        let counts = text.mis_decoded().count();
        assert_eq!(counts, 2);
        assert_eq!(text.in_file(&(0..0)), 3..3);
        let end = text.as_str().len();
        assert_eq!(text.in_file(&(end..end)).end, text.original().len());
    }
}
