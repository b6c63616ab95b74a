//! Code in words, as the lexer of Postgres divides it. Unlike a parser of PL/pgSQL it takes any text.

use pg_query::protobuf::Token;

/// A word of a text, with its place.
#[derive(Clone, Copy)]
pub struct Word<'t> {
    pub text: &'t str,
    pub start: usize,
}

impl Word<'_> {
    /// Whether it is a keyword, or a name without quotes.
    pub fn is(&self, keyword: &str) -> bool {
        self.text.eq_ignore_ascii_case(keyword)
    }

    pub fn is_one_of(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    /// Whether it is written for the column of that name.
    pub fn names(&self, column: &str) -> bool {
        match self.text.strip_prefix('"') {
            Some(quoted) => quoted.trim_end_matches('"').replace("\"\"", "\"") == column,
            None => self.text.to_lowercase() == column,
        }
    }
}

/// Whether the words begin with these.
pub fn begin_with(words: &[Word<'_>], keywords: &[&str]) -> bool {
    words.len() >= keywords.len()
        && keywords
            .iter()
            .zip(words)
            .all(|(keyword, word)| word.is(keyword))
}

/// The words of a text without its comments; `None` where the lexer does not come to the end.
pub fn words(text: &str) -> Option<Vec<Word<'_>>> {
    // `scan_tokens` takes an empty text for a pointer to nothing.
    let scanned = pg_query::scan(text).ok()?;
    scanned
        .tokens
        .iter()
        .filter(|token| !matches!(token.token(), Token::SqlComment | Token::CComment))
        .map(|token| {
            let start = usize::try_from(token.start).ok()?;
            let text = text.get(start..usize::try_from(token.end).ok()?)?;
            Some(Word { text, start })
        })
        .collect()
}

/// Whether a condition reads a column of OLD or NEW, by itself or with the whole row.
pub fn mentions(condition: &str, column: &str) -> bool {
    words(condition).is_some_and(|words| {
        words.windows(3).any(|three| {
            three[0].is_one_of(&["OLD", "NEW"])
                && three[1].is(".")
                && (three[2].is("*") || three[2].names(column))
        })
    })
}
