//! When the body of a PL/pgSQL trigger function refuses the row: what it does first, as far as that can be followed.
//!
//! The body is read as words, by the lexer of Postgres. What is understood is a start of statements `RAISE`, `IF ... THEN RAISE
//! ... END IF` and `NULL`, in any number; an exception block anywhere could swallow what is raised, so that such a body is
//! not understood at all.

use super::{
    condition::{Changing, is_true_on_change},
    words::{Word, begin_with, mentions, words},
};
use crate::expression;
use pg_query::NodeEnum;

/// When a function raises an exception.
pub struct Refusal {
    /// `None` for always; else whenever one of these is true.
    conditions: Option<Vec<NodeEnum>>,
    /// The whole body.
    body: String,
    /// Whether it does nothing else and returns the row as it is.
    pub keeps_row: bool,
}

impl Refusal {
    /// Whether nothing is asked before the exception is raised.
    pub fn is_unconditional(&self) -> bool {
        self.conditions.is_none()
    }

    /// Whether it raises whenever the column changes.
    pub fn is_sure_on_change(&self, changing: Changing<'_>) -> bool {
        self.conditions.as_ref().is_none_or(|conditions| {
            let mut conditions = conditions.iter();
            conditions.any(|condition| is_true_on_change(condition, changing))
        })
    }

    /// Whether the function has to do with the column at all.
    pub fn mentions(&self, column: &str) -> bool {
        mentions(&self.body, column)
    }
}

/// Reads a body.
///
/// # Errors
///
/// Why it cannot be shown that the function refuses anything: as in `returns before it raises an exception`.
pub fn read(body: &str) -> Result<Refusal, String> {
    let words = words(body).ok_or("cannot be read")?;
    if words
        .windows(2)
        .any(|pair| begin_with(pair, &["EXCEPTION", "WHEN"]))
    {
        return Err("has an exception block, which can swallow what is raised".to_owned());
    }
    let begin = words
        .iter()
        .position(|word| word.is("BEGIN"))
        .filter(|begin| *begin == 0 || words[0].is("DECLARE"))
        .ok_or("is not a block that begins with BEGIN or DECLARE")?;
    let declared = &words[..begin];
    let mut statements = Statements {
        body,
        words: &words[begin + 1..],
    };
    let refusal = statements.refusal()?;
    let shadows = |word: &Word<'_>| word.is_one_of(&["NEW", "OLD", "TG_OP"]);
    if !refusal.is_unconditional() && declared.iter().any(shadows) {
        return Err("declares something over OLD or NEW".to_owned());
    }
    Ok(refusal)
}

/// Whether a body has a word for raising an exception, so that somebody wants it to refuse something.
pub fn raises_somewhere(body: &str) -> bool {
    words(body).is_some_and(|words| {
        let mut pairs = words.windows(2);
        pairs.any(|pair| pair[0].is("RAISE") && !is_message(&pair[1]))
    })
}

/// Whether `RAISE` with this word only says something.
fn is_message(level: &Word<'_>) -> bool {
    level.is_one_of(&["DEBUG", "LOG", "INFO", "NOTICE", "WARNING"])
}

/// The statements that are still to read.
struct Statements<'b> {
    body: &'b str,
    words: &'b [Word<'b>],
}

impl Statements<'_> {
    fn refusal(&mut self) -> Result<Refusal, String> {
        let mut conditions = Vec::new();
        loop {
            let rest = self.words;
            if begin_with(rest, &["RAISE"]) {
                if self.raises() {
                    return Ok(Refusal {
                        conditions: None,
                        body: self.body.to_owned(),
                        keeps_row: true,
                    });
                }
            } else if begin_with(rest, &["NULL", ";"]) {
                self.words = &rest[2..];
            } else if begin_with(rest, &["IF"]) {
                match self.condition_of_refusal() {
                    Some(condition) => conditions.push(condition),
                    None => break,
                }
            } else {
                break;
            }
        }
        if conditions.is_empty() {
            return Err(format!(
                "does not raise an exception before anything else: it comes to {} first",
                self.words.first().map_or("its end", |word| word.text)
            ));
        }
        Ok(Refusal {
            conditions: Some(conditions),
            body: self.body.to_owned(),
            keeps_row: begin_with(self.words, &["RETURN", "NEW", ";", "END"]),
        })
    }

    /// Goes past a RAISE; whether it raises an exception.
    fn raises(&mut self) -> bool {
        let raises = self.words.get(1).is_some_and(|level| !is_message(level));
        let end = self.words.iter().position(|word| word.is(";"));
        self.words = end.map_or(&[], |end| &self.words[end + 1..]);
        raises
    }

    /// Goes past `IF condition THEN RAISE ... END IF;`. Whatever else stays where it is.
    fn condition_of_refusal(&mut self) -> Option<NodeEnum> {
        let then = self.words.iter().position(|word| word.is("THEN"))?;
        let text = self.body.get(self.words[1].start..self.words[then].start)?;
        let condition = expression::parse(text).ok()?;
        let mut branch = Statements {
            body: self.body,
            words: &self.words[then + 1..],
        };
        while begin_with(branch.words, &["RAISE"]) {
            if branch.raises() {
                self.words = past_if(branch.words)?;
                return Some(condition);
            }
        }
        None
    }
}

/// What comes after the `END IF;` of the statement that the words are in.
fn past_if<'b>(words: &'b [Word<'b>]) -> Option<&'b [Word<'b>]> {
    let mut depth = 1;
    let mut is_start = true;
    for (index, word) in words.iter().enumerate() {
        let rest = &words[index..];
        if begin_with(rest, &["END", "IF", ";"]) {
            depth -= 1;
            if depth == 0 {
                return Some(&rest[3..]);
            }
        } else if is_start && word.is("IF") {
            depth += 1;
        }
        is_start = word.is_one_of(&[";", "THEN", "ELSE", "LOOP", "BEGIN"]);
    }
    None
}
