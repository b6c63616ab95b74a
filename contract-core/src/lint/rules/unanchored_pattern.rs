//! A pattern that may match anywhere in a text.

use crate::lint::{Found, Rule, document::Subschema};
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

pub(super) const RULE: Rule = Rule {
    id: "unanchored-pattern",
    summary: "a pattern is not anchored, so that it matches parts of a text",
    explanation: "\
A pattern matches anywhere in a text unless it is anchored, and an anchor binds closer than |:

    [0-9]{3}       takes \"1234\" and \"abc123\"
    ^[0-9]{3}      takes \"1234\"
    ^low|high$     takes \"lower\" and \"very high\"

Write ^...$ for the whole text (^(low|high)$ for alternatives), or say that something else may stand
there: ^[0-9]{3}.*, .*error.*. A literal beginning or end may stay as it is: ^x-, [.]json$.
Names in patternProperties are patterns too.
",
    check,
};

/// Longer patterns are not looked at: to parse one takes many times its memory.
const LONGEST: usize = 64 << 10;
const HINT: &str = "write ^...$ for the whole text, or .* where anything may stand before or after";

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    if let Some(pattern) = schema.get("pattern").and_then(|pattern| pattern.as_str())
        && let Some(open) = open_ends(pattern)
    {
        found.add(schema, &["pattern"], open, HINT.to_owned());
    }
    for pattern in schema
        .object("patternProperties")
        .into_iter()
        .flat_map(|map| map.keys())
    {
        if let Some(open) = open_ends(pattern) {
            found.add(
                schema,
                &["patternProperties", pattern],
                open,
                HINT.to_owned(),
            );
        }
    }
}

/// At which ends a pattern is open without saying so; `None` where at none.
fn open_ends(pattern: &str) -> Option<&'static str> {
    if pattern.len() > LONGEST {
        return None;
    }
    let pattern = regex_syntax::parse(pattern).ok()?;
    if is_literal_end(&pattern, Look::Start) || is_literal_end(&pattern, Look::End) {
        return None;
    }
    match (
        is_settled(&pattern, Look::Start),
        is_settled(&pattern, Look::End),
    ) {
        (true, true) => None,
        (false, true) => Some("the pattern is not anchored at its start"),
        (true, false) => Some("the pattern is not anchored at its end"),
        (false, false) => Some("the pattern is not anchored"),
    }
}

/// Whether a pattern says what may stand before it (`Look::Start`) or after it (`Look::End`): nothing,
/// or anything.
fn is_settled(pattern: &Hir, end: Look) -> bool {
    match pattern.kind() {
        HirKind::Look(look) => *look == end,
        HirKind::Repetition(repetition) => is_anything(repetition),
        HirKind::Capture(group) => is_settled(&group.sub, end),
        HirKind::Alternation(alternatives) => alternatives.iter().all(|one| is_settled(one, end)),
        HirKind::Concat(parts) => {
            let outermost = if end == Look::Start {
                parts.first()
            } else {
                parts.last()
            };
            outermost.is_some_and(|part| is_settled(part, end))
        }
        _ => false,
    }
}

/// `.*` and its like.
fn is_anything(repetition: &Repetition) -> bool {
    // What a dot leaves out is a line feed.
    let is_dot = match repetition.sub.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            ranges.len() <= 2
                && ranges.first().is_some_and(|range| range.start() == '\0')
                && ranges.last().is_some_and(|range| range.end() == char::MAX)
        }
        _ => false,
    };
    is_dot && repetition.min <= 1 && repetition.max.is_none()
}

/// `^x-` or `[.]json$`: the beginning or the end of a text, literally.
fn is_literal_end(pattern: &Hir, end: Look) -> bool {
    match pattern.kind() {
        HirKind::Capture(group) => is_literal_end(&group.sub, end),
        HirKind::Alternation(alternatives) => {
            alternatives.iter().all(|one| is_literal_end(one, end))
        }
        HirKind::Concat(parts) => match (end, parts.as_slice()) {
            (Look::Start, [anchor, rest @ ..]) | (Look::End, [rest @ .., anchor]) => {
                is_settled(anchor, end) && rest.iter().all(is_literal)
            }
            _ => false,
        },
        _ => false,
    }
}

/// How many characters are alternatives rather than a class.
const FEW: usize = 4;

fn is_literal(pattern: &Hir) -> bool {
    match pattern.kind() {
        HirKind::Literal(_) => true,
        // `(a|b)` is read as a class.
        HirKind::Class(Class::Unicode(class)) => {
            class
                .ranges()
                .iter()
                .map(ClassUnicodeRange::len)
                .sum::<usize>()
                <= FEW
        }
        HirKind::Capture(group) => is_literal(&group.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_literal),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::open_ends;

    #[test]
    fn a_pattern_says_what_stands_around_it() {
        for settled in [
            "^[0-9]{3}$",
            "^(low|high)$",
            "^low$|^high$",
            "(^low$|^high$)",
            "^x-",
            "^(x|y)-",
            r"\.json$",
            "^[0-9]+.*",
            ".*error.*",
            "^.*$",
            ".*",
            r"^[\s\S]*$",
            "^$",
            "(?i)^abc$",
        ] {
            assert_eq!(open_ends(settled), None, "{settled}");
        }
    }

    #[test]
    fn a_pattern_may_be_open_at_either_end() {
        let start = Some("the pattern is not anchored at its start");
        let end = Some("the pattern is not anchored at its end");
        let both = Some("the pattern is not anchored");
        for (pattern, expected) in [
            ("[0-9]{3}", both),
            ("error", both),
            ("", both),
            ("^[0-9]{3}", end),
            ("[0-9]{3}$", start),
            ("^low|high$", both),
            ("^(a|b)$|[0-9]$", start),
            (r"^a\$", None),
            (r"^[a-z]+\$", end),
        ] {
            assert_eq!(open_ends(pattern), expected, "{pattern}");
        }
    }
}
