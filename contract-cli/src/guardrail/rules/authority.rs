//! What the document says of its own rank.

use super::{Document, Found, Level, Rule, Surroundings};

pub const AUTHORITY_CONTRADICTS: Rule = Rule {
    id: "authority-contradicts",
    level: Level::Violation,
    summary: "a document that is the highest authority and derives from another",
    explanation: "Where two documents differ, one wins. One that puts itself first in its list of precedence and says elsewhere that it derives from \
                  another, with which everything has to comply too, leaves open which.",
    check: authority_contradicts,
};

fn authority_contradicts(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let lines = || document.markdown.prose.iter();
    let says = |text: &str, words: &str| text.to_lowercase().contains(words);
    let Some(origin) = lines().find(|line| says(line.text, "derives from")) else {
        return Vec::new();
    };
    let line_of_origin = 1 + document.text.as_str()[..origin.span.start]
        .matches('\n')
        .count();
    let highest = lines()
        .filter(|line| says(line.text, "this document") && says(line.text, "highest authority"));
    let found = highest.map(|line| {
        let message = format!(
            "the document is the highest authority here, and derives from another in line {line_of_origin}"
        );
        Found::new(line.span.clone(), message)
            .hint("put what it derives from above it, or say that it stands alone")
    });
    found.collect()
}
