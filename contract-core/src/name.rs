//! Contract type names: their form, and the nearest names to one that is not known.

/// Whether `text` has the form of a contract type's name: a lower-case letter, then lower-case
/// letters, digits and underscores, 63 bytes at most (the length of a Postgres identifier, since a
/// contract type can name a function; PostgreSQL documentation, section 4.1.1).
///
/// ```
/// use contract_core::name::is_well_formed;
/// assert!(is_well_formed("case_metadata"));
/// assert!(!is_well_formed("Case-Metadata"));
/// ```
#[must_use]
pub fn is_well_formed(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= 63
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The names most like `wanted`, the nearest first, three at most; none when nothing is near.
///
/// ```
/// use contract_core::name::nearest;
/// let known = ["case_metadata", "session_data"];
/// assert_eq!(nearest("case_metdata", known), ["case_metadata"]);
/// assert!(nearest("zzz", known).is_empty());
/// ```
#[must_use]
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    const LIKENESS: f64 = 0.6;
    let wanted: String = wanted
        .chars()
        .take(128)
        .flat_map(char::to_lowercase)
        .collect();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(&wanted, name), name))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}
