//! What is wrong with a document, and where.

use crate::pointer;
use std::{borrow::Cow, fmt};

/// What sort of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `_schema_version` is not a version that may be read.
    UnknownVersion,
    /// `type` is not the name of the contract type.
    OtherContractType,
    /// A required key is not there.
    MissingKey,
    /// A key is there that the contract does not allow.
    UnknownKey,
    /// A value has the wrong JSON type.
    WrongType,
    /// A value is none of the allowed ones (`const`, `enum`).
    WrongValue,
    /// A number, a length or a count lies outside its bounds.
    OutOfBounds,
    /// A string does not have its form (`format`, `pattern`, `contentEncoding`).
    Malformed,
    /// A combination of schemas does not hold (`anyOf`, `oneOf`, `not`, `contains`).
    Composition,
}

/// Whether messages may repeat values of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Values {
    /// Messages name keys, types and rules, never a value: they may go to a log.
    #[default]
    Masked,
    /// Messages repeat the offending scalar values.
    Shown,
}

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub(crate) kind: Kind,
    pub(crate) keyword: Cow<'static, str>,
    pub(crate) instance_path: String,
    pub(crate) schema_path: String,
    pub(crate) message: String,
    pub(crate) version: Option<u32>,
}

impl Violation {
    /// What sort of thing is wrong.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The JSON Schema keyword that is not satisfied, such as `required`.
    #[must_use]
    pub fn keyword(&self) -> &str {
        &self.keyword
    }

    /// JSON Pointer (RFC 6901) to the value in the document; empty for the document itself.
    #[must_use]
    pub fn instance_path(&self) -> &str {
        &self.instance_path
    }

    /// JSON Pointer to the keyword in the schema, references resolved.
    #[must_use]
    pub fn schema_path(&self) -> &str {
        &self.schema_path
    }

    /// What is wrong, in lower case, without a full stop; masked unless [`Values::Shown`] was asked.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The contract version whose schema is not satisfied; `None` where no version was chosen.
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        self.version
    }
}

/// `/priority: must be of type string, not number (version 2)`, on one line whatever a key holds.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.instance_path.as_str() {
            "" => "document",
            path => path,
        };
        write!(f, "{}: {}", printable(place), printable(&self.message))?;
        match self.version {
            Some(version) => write!(f, " (version {version})"),
            None => Ok(()),
        }
    }
}

/// `text` without what acts on a terminal or breaks a line of a log: control characters, line
/// separators and what changes the direction of writing are escaped. A key of a document can hold
/// all of them.
///
/// ```
/// assert_eq!(contract_core::violation::printable("/a\nERROR"), "/a\\nERROR");
/// ```
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let acts = |character: char| {
        character.is_control()
            || matches!(
                character,
                '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            )
    };
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

/// Everything that is wrong with one document; never empty.
///
/// Ordered by JSON Pointer, then by place in the schema: the same document gives the same list in
/// every representation. A list has an end: see [`Violations::is_complete`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    list: Vec<Violation>,
    complete: bool,
}

impl Violations {
    /// The violations, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.list.iter()
    }

    /// How many there are; at least one.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether these are all. A document of a few megabytes can violate a schema in gigabytes of
    /// JSON Pointers; what is beyond 64 MiB of them is not listed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

/// Violations while they are found, in any order.
#[derive(Default)]
pub(crate) struct Found {
    list: Vec<Violation>,
    bytes: usize,
}

impl Found {
    /// Bytes of pointers and messages that a list may have.
    const MOST_BYTES: usize = 64 << 20;

    pub(crate) fn has_room(&self) -> bool {
        self.bytes <= Self::MOST_BYTES
    }

    pub(crate) fn push(&mut self, violation: Violation) {
        if self.has_room() {
            self.bytes += size_of::<Violation>()
                + violation.instance_path.len()
                + violation.schema_path.len()
                + violation.message.len();
            self.list.push(violation);
        }
    }

    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, Violation> {
        self.list.iter_mut()
    }

    /// The violations in their order; `None` where there are none.
    pub(crate) fn finish(mut self) -> Option<Violations> {
        self.list.sort_by(|a, b| {
            pointer::compare(&a.instance_path, &b.instance_path)
                .then_with(|| pointer::compare(&a.schema_path, &b.schema_path))
                .then_with(|| a.message.cmp(&b.message))
        });
        (!self.list.is_empty()).then(|| Violations {
            complete: self.has_room(),
            list: self.list,
        })
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// One line a violation.
impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            violation.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn a_key_cannot_act_on_a_terminal_or_a_log() {
        assert_eq!(
            printable("/\u{e9}\u{1b}[31m\n\0\u{202e}x"),
            "/\u{e9}\\u{1b}[31m\\n\\u{0}\\u{202e}x"
        );
    }
}
