//! When the body of a PL/pgSQL trigger function refuses the row: what it does first, as far as that can be followed.
//!
//! The body is read as words, by the lexer of Postgres. What is understood is a start of statements `RAISE`, `NULL`, and
//! `IF` with such statements, in any number; an exception block anywhere could swallow what is raised, so that such a body is
//! not understood at all.

use super::{
    condition::{Changing, is_true_on_change},
    words::{Word, begin_with, mentions, words},
};
use crate::expression;
use pg_query::{
    NodeEnum,
    protobuf::{BoolExpr, BoolExprType, Node},
};

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
/// Why it cannot be shown that the function refuses anything: as in `comes to RETURN before it raises an exception`.
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
        depth: 0,
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

/// Whether a body keeps the old value of a column, or the whole old row, without a word about it.
pub fn keeps_silently(body: &str, column: &str) -> bool {
    let Some(words) = words(body) else {
        return false;
    };
    let assigns = words.windows(7).any(|seven| {
        begin_with(seven, &["NEW", "."])
            && seven[2].names(column)
            && seven[3].is_one_of(&[":=", "="])
            && begin_with(&seven[4..], &["OLD", "."])
            && seven[6].names(column)
    });
    let mut triples = words.windows(3);
    let drops = triples.any(|three| {
        begin_with(three, &["RETURN"]) && three[1].is_one_of(&["OLD", "NULL"]) && three[2].is(";")
    });
    let first = words.iter().position(|word| word.is("BEGIN"));
    let begins_so = first.is_some_and(|first| begin_with(&words[first + 1..], &["RETURN"]));
    assigns || drops && (begins_so || mentions(body, column))
}

/// Whether `RAISE` with this word only says something.
fn is_message(level: &Word<'_>) -> bool {
    level.is_one_of(&["DEBUG", "LOG", "INFO", "NOTICE", "WARNING"])
}

/// More than anybody writes by hand, and little enough for the stack.
const DEEPEST: usize = 20;

/// What the start of some statements refuses.
enum Start {
    /// Every row.
    All,
    /// Rows of which one of these is true.
    Some(Vec<NodeEnum>),
}

/// The statements that are still to read.
struct Statements<'b> {
    body: &'b str,
    words: &'b [Word<'b>],
    /// How many statements IF they are in.
    depth: usize,
}

impl Statements<'_> {
    fn refusal(&mut self) -> Result<Refusal, String> {
        let conditions = match self.start() {
            Start::All => None,
            Start::Some(conditions) if conditions.is_empty() => {
                return Err(match self.words.first() {
                    Some(word) if word.is("IF") => {
                        "has an IF that cannot be followed before it raises an exception".to_owned()
                    }
                    word => format!(
                        "comes to {} before it raises an exception",
                        word.map_or("its end", |word| word.text)
                    ),
                });
            }
            Start::Some(conditions) => Some(conditions),
        };
        Ok(Refusal {
            keeps_row: conditions.is_none() || only_returns_the_row(self.words),
            conditions,
            body: self.body.to_owned(),
        })
    }

    /// Goes to the first statement that is not understood.
    fn start(&mut self) -> Start {
        let mut conditions = Vec::new();
        // What comes after a branch that raises is reached only where its condition is not true: as if it stood behind.
        let mut open = 0;
        loop {
            let rest = self.words;
            if begin_with(rest, &["RAISE"]) {
                if self.raises() {
                    return Start::All;
                }
            } else if begin_with(rest, &["NULL", ";"]) {
                self.words = &rest[2..];
            } else if open > 0 && begin_with(rest, &["END", "IF", ";"]) {
                open -= 1;
                self.words = &rest[3..];
            } else if begin_with(rest, &["IF"]) || open > 0 && is_else_if(rest) {
                open -= usize::from(!rest[0].is("IF"));
                let Some((refused, end)) = self.branch() else {
                    break;
                };
                conditions.extend(refused);
                match end {
                    BranchEnd::Closed => {}
                    BranchEnd::Else => open += 1,
                    BranchEnd::NotUnderstood => break,
                }
            } else {
                break;
            }
        }
        Start::Some(conditions)
    }

    /// Goes past a RAISE; whether it raises an exception.
    fn raises(&mut self) -> bool {
        let raises = self.words.get(1).is_some_and(|level| !is_message(level));
        let end = self.words.iter().position(|word| word.is(";"));
        self.words = end.map_or(&[], |end| &self.words[end + 1..]);
        raises
    }

    /// Goes through `IF condition THEN ...` as far as it is understood: when it refuses. `None` where it stays before it.
    fn branch(&mut self) -> Option<(Vec<NodeEnum>, BranchEnd)> {
        let then = self.words.iter().position(|word| word.is("THEN"))?;
        let text = self.body.get(self.words[1].start..self.words[then].start)?;
        let condition = expression::parse(text).ok()?;
        if self.depth == DEEPEST {
            return None;
        }
        let mut inner = Statements {
            body: self.body,
            words: &self.words[then + 1..],
            depth: self.depth + 1,
        };
        let (refused, end) = match inner.start() {
            Start::All => (vec![condition], inner.leave()?),
            Start::Some(inner_conditions) => {
                let both = inner_conditions
                    .into_iter()
                    .map(|inner| and(&condition, inner));
                let end = if begin_with(inner.words, &["END", "IF", ";"]) {
                    inner.words = &inner.words[3..];
                    BranchEnd::Closed
                } else {
                    BranchEnd::NotUnderstood
                };
                (both.collect(), end)
            }
        };
        if refused.is_empty() && matches!(end, BranchEnd::NotUnderstood) {
            return None;
        }
        self.words = inner.words;
        Some((refused, end))
    }

    /// Goes past what is never reached after an exception, to the next branch of the statement IF or behind it.
    fn leave(&mut self) -> Option<BranchEnd> {
        let mut depth = 1;
        let mut is_start = true;
        for (index, word) in self.words.iter().enumerate() {
            let rest = &self.words[index..];
            if begin_with(rest, &["END", "IF", ";"]) {
                depth -= 1;
                if depth == 0 {
                    self.words = &rest[3..];
                    return Some(BranchEnd::Closed);
                }
            } else if is_start && word.is("IF") {
                depth += 1;
            } else if is_start && depth == 1 && (word.is("ELSE") || is_else_if(rest)) {
                self.words = &rest[usize::from(word.is("ELSE"))..];
                return Some(BranchEnd::Else);
            }
            is_start = word.is_one_of(&[";", "THEN", "ELSE", "LOOP", "BEGIN"]);
        }
        None
    }
}

/// Where the reading of a branch came to.
enum BranchEnd {
    /// Behind its statement IF.
    Closed,
    /// At what its statement does where its condition is not true.
    Else,
    /// At a statement that is not understood.
    NotUnderstood,
}

fn and(outer: &NodeEnum, inner: NodeEnum) -> NodeEnum {
    let node = |node| Node { node: Some(node) };
    NodeEnum::BoolExpr(Box::new(BoolExpr {
        boolop: BoolExprType::AndExpr.into(),
        args: vec![node(outer.clone()), node(inner)],
        ..BoolExpr::default()
    }))
}

fn is_else_if(words: &[Word<'_>]) -> bool {
    words
        .first()
        .is_some_and(|word| word.is_one_of(&["ELSIF", "ELSEIF"]))
}

fn only_returns_the_row(words: &[Word<'_>]) -> bool {
    words.split(|word| word.is(";")).all(|statement| {
        let texts: Vec<_> = statement
            .iter()
            .map(|word| word.text.to_uppercase())
            .collect();
        matches!(
            texts
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .as_slice(),
            [] | ["RETURN", "NEW"] | ["END"] | ["END", "IF"]
        )
    })
}
