//! What the text of a cell says.
//!
//! A parser takes the text without the space around it. `None` is a cell that says nothing: empty, `-`, `None`, `N/A`.
//! The error of a text that says something else than it should tells what is expected.

mod columns;
mod words;

pub use columns::{column_name, core_column, table, tenant_scope};
pub use words::{
    contradicts_itself, date, eta, implemented, level, phase_status, risk, semantic_role, status,
    version, yes_or_no,
};

use super::{
    markdown::{end_of_code, links},
    model::{Link, Proof},
};
use words::starts_with_word;

type Read<T> = Result<Option<T>, String>;

/// One of several things in a cell, and what is said of it in parentheses behind.
#[derive(Debug, PartialEq, Eq)]
pub struct Item {
    pub value: String,
    pub note: Option<String>,
}

/// Whether a text stands for nothing.
pub fn is_nothing(text: &str) -> bool {
    let word = text.split('(').next().unwrap_or_default().trim();
    let word = word.trim_matches(['*', '_', '`']);
    ["", "-", "–", "—", "none", "n/a", "na"].contains(&word.to_lowercase().as_str())
}

/// The text without the marks of code and emphasis, and without what escapes bars.
pub fn plain(text: &str) -> String {
    let text = text.replace("\\|", "|").replace(['`'], "");
    text.trim().trim_matches('*').trim().to_owned()
}

/// Any text.
pub fn text(text: &str) -> Option<String> {
    (!is_nothing(text)).then(|| plain(text))
}

/// The things in code, or between commas where nothing is in code.
pub fn items(text: &str) -> Vec<Item> {
    if is_nothing(text) {
        return Vec::new();
    }
    let items = in_code(text);
    if items.is_empty() {
        return outside_parentheses(text, ',')
            .into_iter()
            .map(item)
            .collect();
    }
    items
}

/// The things in code.
pub fn in_code(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let Some(end) = end_of_code(rest, start) else {
            break;
        };
        let value = plain(&rest[start..end]);
        rest = &rest[end..];
        let behind = rest[..rest.find('`').unwrap_or(rest.len())].trim_start();
        items.push(Item {
            value,
            note: behind.strip_prefix('(').and_then(parenthesised),
        });
    }
    items
}

fn item(text: &str) -> Item {
    let (value, note) = match text.split_once('(') {
        Some((value, note)) => (value, parenthesised(note)),
        None => (text, None),
    };
    Item {
        value: plain(value),
        note,
    }
}

/// What comes before the closing parenthesis.
fn parenthesised(text: &str) -> Option<String> {
    Some(plain(&text[..text.find(')')?]))
}

fn outside_parentheses(text: &str, separator: char) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(move |it| {
        match it {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        it == separator && depth == 0
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
    .collect()
}

/// The values of the items.
pub fn list(text: &str) -> Vec<String> {
    items(text).into_iter().map(|item| item.value).collect()
}

/// The first link; for a text without one there is none.
pub fn link(text: &str) -> Option<Link> {
    let links = links(text);
    let link = links.first()?;
    Some(Link {
        text: plain(link.text),
        target: link.target.to_owned(),
    })
}

/// `N/A (direct)`, `[text](target) (EXISTS policy)`
pub fn proof(text: &str) -> Option<Proof> {
    match link(text) {
        Some(link) => Some(Proof::Link(link)),
        None if text.to_lowercase().starts_with("n/a") => Some(Proof::NotApplicable),
        None => None,
    }
}

/// The allowed keys; `None` for any.
pub fn keys(text: &str) -> Option<Vec<String>> {
    // In code it is the name of a key.
    (!starts_with_word(&text.to_lowercase(), "any")).then(|| list(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_their_notes() {
        let found = |text| -> Vec<(String, Option<String>)> {
            items(text)
                .into_iter()
                .map(|it| (it.value, it.note))
                .collect()
        };
        let item = |value: &str, note: Option<&str>| (value.to_owned(), note.map(str::to_owned));
        assert_eq!(
            found("`a` (v1), `b` , `c.d[]` (if so)"),
            [
                item("a", Some("v1")),
                item("b", None),
                item("c.d[]", Some("if so"))
            ]
        );
        assert_eq!(
            found("a (x, y), b"),
            [item("a", Some("x, y")), item("b", None)]
        );
        assert_eq!(found("N/A (direct)"), []);
        assert_eq!(keys("Any (flexible)"), None);
        assert_eq!(
            keys("`any`, `b`"),
            Some(vec!["any".to_owned(), "b".to_owned()])
        );
    }
}
