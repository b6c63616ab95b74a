//! Words with or without a symbol before them, versions and dates.

use super::{Read, is_nothing, plain};
use crate::guardrail::model::{Level, PhaseStatus, Risk, SemanticRole, Status};
use jiff::civil::Date;

/// The word of a text that has one of the symbols before it; both can be left out, not both at once.
fn by_symbol_or_word<T: Copy + PartialEq>(text: &str, choices: &[(T, &str, &[&str])]) -> Read<T> {
    if is_nothing(text) {
        return Ok(None);
    }
    match (symbol_of(text, choices), word_of(text, choices)) {
        (_, Some(choice)) | (Some(choice), None) => Ok(Some(choice)),
        (None, None) => {
            let words: Vec<&str> = choices.iter().map(|(_, _, words)| words[0]).collect();
            Err(format!("expected is one of {}", words.join(", ")))
        }
    }
}

fn symbol_of<T: Copy>(text: &str, choices: &[(T, &str, &[&str])]) -> Option<T> {
    let found = choices
        .iter()
        .find(|(_, symbol, _)| !symbol.is_empty() && text.contains(symbol));
    found.map(|(choice, ..)| *choice)
}

/// The choice whose word the text begins with, after its symbol. `non-compliant` comes before `compliant`.
fn word_of<T: Copy>(text: &str, choices: &[(T, &str, &[&str])]) -> Option<T> {
    let words = plain(text).to_lowercase();
    let words = words.trim_start_matches(|it: char| !it.is_alphanumeric());
    let found = choices
        .iter()
        .find(|(.., known)| known.iter().any(|known| starts_with_word(words, known)));
    found.map(|(choice, ..)| *choice)
}

pub fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

const STATUSES: [(Status, &str, &[&str]); 3] = [
    (Status::Compliant, "✅", &["compliant", "100% compliant"]),
    (Status::Declared, "⚠", &["declared"]),
    (
        Status::NonCompliant,
        "❌",
        &["non-compliant", "non compliant", "not compliant"],
    ),
];

/// `✅ Compliant`, `⚠️ Declared`, `❌`; where symbol and word differ, the word.
pub fn status(text: &str) -> Read<Status> {
    by_symbol_or_word(text, &STATUSES)
}

/// Whether the symbol of a status says something else than its word.
pub fn contradicts_itself(text: &str) -> bool {
    match (symbol_of(text, &STATUSES), word_of(text, &STATUSES)) {
        (Some(symbol), Some(word)) => symbol != word,
        _ => false,
    }
}

pub fn yes_or_no(text: &str) -> Read<bool> {
    by_symbol_or_word(
        text,
        &[
            (true, "✅", &["yes", "true"]),
            (false, "❌", &["no", "false"]),
        ],
    )
}

pub fn phase_status(text: &str) -> Read<PhaseStatus> {
    by_symbol_or_word(
        text,
        &[
            (PhaseStatus::Done, "✅", &["done"]),
            (PhaseStatus::Planned, "⚠", &["planned", "pending"]),
            (PhaseStatus::InProgress, "🔄", &["in progress"]),
            (PhaseStatus::Blocked, "❌", &["blocked"]),
        ],
    )
}

/// Whether a check runs: `✅ Implemented`, `⚠️ Pending Implementation`, `🔄 In Progress`.
pub fn implemented(text: &str) -> Read<bool> {
    by_symbol_or_word(
        text,
        &[
            (true, "✅", &["implemented"]),
            (false, "⚠", &["pending", "not implemented", "planned"]),
            (false, "🔄", &["in progress"]),
        ],
    )
}

pub fn semantic_role(text: &str) -> Read<SemanticRole> {
    by_symbol_or_word(
        text,
        &[
            (SemanticRole::Ledger, "", &["ledger"]),
            (SemanticRole::EventLog, "", &["event log"]),
            (SemanticRole::Configuration, "", &["configuration"]),
            (SemanticRole::Projection, "", &["projection"]),
        ],
    )
}

pub fn risk(text: &str) -> Read<Risk> {
    by_symbol_or_word(
        text,
        &[
            (Risk::Low, "", &["low"]),
            (Risk::Medium, "", &["medium"]),
            (Risk::High, "", &["high"]),
            (Risk::Critical, "", &["critical"]),
        ],
    )
}

/// `L1 Documented`
pub fn level(text: &str) -> Read<Level> {
    by_symbol_or_word(
        text,
        &[
            (Level::L0, "", &["l0"]),
            (Level::L1, "", &["l1"]),
            (Level::L2, "", &["l2"]),
            (Level::L3, "", &["l3"]),
        ],
    )
}

pub fn version(text: &str) -> Read<u32> {
    if is_nothing(text) {
        return Ok(None);
    }
    let text = plain(text);
    let number = text.trim_start_matches(['v', 'V']).parse().ok();
    number
        .filter(|&number| number > 0)
        .map(Some)
        .ok_or_else(|| "a version is a whole number from 1".to_owned())
}

pub fn date(text: &str) -> Read<Date> {
    if is_nothing(text) {
        return Ok(None);
    }
    let text = plain(text);
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    day.parse()
        .map(Some)
        .map_err(|_| "a date is said as in 2025-01-31".to_owned())
}

/// A date, or a time: `7 days`, `2 weeks`.
pub fn eta(text: &str) -> Read<String> {
    if is_nothing(text) {
        return Ok(None);
    }
    let eta = plain(text);
    let mut words = eta.split_whitespace();
    let is_time = words
        .next()
        .is_some_and(|number| number.parse::<u16>().is_ok())
        && words
            .next()
            .is_some_and(|unit| ["day", "days", "week", "weeks"].contains(&unit))
        && words.next().is_none();
    if is_time || date(&eta).is_ok() {
        Ok(Some(eta))
    } else {
        Err("an ETA is a date as in 2025-01-31, or a time as in `7 days` or `2 weeks`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_symbols() {
        for (text, meant) in [
            ("✅", Status::Compliant),
            ("✅ Compliant", Status::Compliant),
            ("⚠️ Declared", Status::Declared),
            ("⚠", Status::Declared),
            ("Non-compliant", Status::NonCompliant),
            ("✅ Declared", Status::Declared),
        ] {
            assert_eq!(status(text), Ok(Some(meant)), "{text}");
        }
        assert!(contradicts_itself("✅ Declared") && !contradicts_itself("✅ Compliant"));
        assert!(status("maybe").is_err() && yes_or_no("nope").is_err());
        assert_eq!(yes_or_no("✅ Yes"), Ok(Some(true)));
        assert_eq!(level("L1 Documented"), Ok(Some(Level::L1)));
        assert_eq!(
            semantic_role("*Event Log*"),
            Ok(Some(SemanticRole::EventLog))
        );
        assert_eq!(
            implemented("⚠️ Pending Implementation (Priority 1)"),
            Ok(Some(false))
        );
        assert_eq!(eta("7 days"), Ok(Some("7 days".to_owned())));
        assert!(eta("soon").is_err() && version("0").is_err());
    }
}
