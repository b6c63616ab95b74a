//! How names stand in the texts of the catalog, and how findings write these texts.

use crate::{catalog::QualifiedName, name::identifier};

/// Whether a text has the name, whole, as SQL writes it; in a literal too, as in `'public.t_id_seq'::regclass`.
pub fn mentions(text: &str, name: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || "_$\"".contains(character);
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

pub fn mentions_column(text: &str, column: &str) -> bool {
    mentions(text, &identifier(column))
}

pub fn mentions_relation(text: &str, relation: &QualifiedName) -> bool {
    mentions(text, &relation.to_string())
}

/// An expression on one line.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first line in which two texts differ, of each.
pub fn first_difference(one: &str, other: &str) -> (String, String) {
    let shown = |number: usize, line: Option<&str>| match line {
        Some(line) => format!("line {}: {}", number + 1, line.trim()),
        None => format!("{number} lines"),
    };
    let (mut lines, mut other_lines) = (one.lines(), other.lines());
    let mut number = 0;
    loop {
        match (lines.next(), other_lines.next()) {
            (None, None) => return (one.to_owned(), other.to_owned()),
            (one, other) if one == other => number += 1,
            (one, other) => return (shown(number, one), shown(number, other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{first_difference, mentions};

    #[test]
    fn a_name_is_found_whole() {
        assert!(mentions("(t.status = 'x')", "status"));
        assert!(mentions(
            "nextval('public.t_id_seq'::regclass)",
            "public.t_id_seq"
        ));
        assert!(mentions("public.\"Order\".x", "public.\"Order\""));
        assert!(!mentions("(t.status_old = 'x')", "status"));
        assert!(!mentions("\"my status\"", "status"));
        assert!(!mentions("(oldstatus = 'x')", "status"));
    }

    #[test]
    fn the_first_line_that_differs_is_shown() {
        let line = |text: &str| text.to_owned();
        assert_eq!(
            first_difference("a\n b\nc", "a\n  x\nc"),
            (line("line 2: b"), line("line 2: x"))
        );
        assert_eq!(
            first_difference("a", "a\nb"),
            (line("1 lines"), line("line 2: b"))
        );
    }
}
