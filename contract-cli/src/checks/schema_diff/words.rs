//! How names stand in the texts of the catalog, and how findings write these texts.

use crate::{
    catalog::{Function, QualifiedName},
    name::identifier,
};

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

/// What two definitions of a function differ in, of each: attributes such as `SECURITY DEFINER`, then the first line of
/// the body.
pub fn function_difference(one: &Function, other: &Function) -> (String, String) {
    let (head, body) = head_and_body(one);
    let (other_head, other_body) = head_and_body(other);
    let lacking = |head: &[&str], other: &[&str]| {
        let lines = head.iter().filter(|line| !other.contains(line));
        lines.copied().collect::<Vec<_>>().join(", ")
    };
    let only_one = lacking(&head, &other_head);
    let only_other = lacking(&other_head, &head);
    let shown = |own: &str, other: &str| match (own, other) {
        ("", "") => None,
        ("", other) => Some(format!("without {other}")),
        (own, _) => Some(own.to_owned()),
    };
    let (line, other_line) = if body == other_body {
        (None, None)
    } else {
        let (line, other_line) = first_difference(&body, &other_body);
        (Some(line), Some(other_line))
    };
    let parts = |head: Option<String>, line| {
        let parts: Vec<String> = head.into_iter().chain(line).collect();
        parts.join("; ")
    };
    match (
        parts(shown(&only_one, &only_other), line),
        parts(shown(&only_other, &only_one), other_line),
    ) {
        // The same lines in another order, or other ends of lines.
        (one_text, _) if one_text.is_empty() => {
            let text = "the lines end otherwise, or are in another order".to_owned();
            (text.clone(), text)
        }
        texts => texts,
    }
}

/// The lines of a definition up to the body, and the body as errors count its lines.
fn head_and_body(function: &Function) -> (Vec<&str>, Vec<&str>) {
    let lines: Vec<&str> = function.definition.lines().collect();
    let starts = ["AS ", "BEGIN ATOMIC", "RETURN "];
    let is_body = |line: &&str| starts.iter().any(|start| line.starts_with(start));
    let start = lines.iter().position(is_body);
    let (head, body) = lines.split_at(start.unwrap_or(lines.len()));
    let head = head.iter().map(|line| line.trim()).collect();
    match function.body.as_str() {
        "" => (head, body.to_vec()),
        text => (head, text.lines().collect()),
    }
}

/// The first line in which two bodies differ, of each.
fn first_difference(one: &[&str], other: &[&str]) -> (String, String) {
    let number = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let shown = |lines: &[&str]| match lines.get(number).map(|line| line.trim()) {
        Some("") => format!("body line {} is empty", number + 1),
        Some(line) => format!("body line {}: {line}", number + 1),
        None => format!("body ends after line {number}"),
    };
    (shown(one), shown(other))
}

#[cfg(test)]
mod tests {
    use super::{function_difference, mentions};
    use crate::catalog::{Function, QualifiedName};

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
    fn what_differs_of_a_function_is_told_first() {
        let function = |attributes: &str, body: &str| Function {
            name: QualifiedName::new("public", "f"),
            arguments: String::new(),
            language: "sql".to_owned(),
            returns_trigger: false,
            body: body.to_owned(),
            definition: format!(
                "CREATE OR REPLACE FUNCTION public.f()\n RETURNS text\n LANGUAGE sql\n{attributes}\
                 AS $function${body}$function$\n"
            ),
            owner: "owner".to_owned(),
        };
        let plain = function("", "\nSELECT 1;\n");
        for (other, expected, found) in [
            (
                function(" SECURITY DEFINER\n", "\nSELECT 1;\n"),
                "without SECURITY DEFINER",
                "SECURITY DEFINER",
            ),
            (
                function("", "\nSELECT 2;\n"),
                "body line 2: SELECT 1;",
                "body line 2: SELECT 2;",
            ),
            (
                function(" STABLE\n SET search_path TO ''\n", "SELECT 1;"),
                "without STABLE, SET search_path TO ''; body line 1 is empty",
                "STABLE, SET search_path TO ''; body line 1: SELECT 1;",
            ),
            (
                function("", "\nSELECT 1;\nSELECT 2;"),
                "body ends after line 2",
                "body line 3: SELECT 2;",
            ),
            (
                function("", "\nSELECT 1;"),
                "the lines end otherwise, or are in another order",
                "the lines end otherwise, or are in another order",
            ),
        ] {
            let texts = function_difference(&plain, &other);
            assert_eq!(texts, (expected.to_owned(), found.to_owned()));
        }
    }
}
