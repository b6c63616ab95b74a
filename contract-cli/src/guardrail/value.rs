//! What the text of a cell says.
//!
//! A parser takes the text without the space around it. `None` is a cell that says nothing: empty, `-`, `None`, `N/A`.
//! The error of a text that says something else than it should tells what is expected.

use super::{
    markdown::{end_of_code, links},
    model::{
        ColumnName, CoreColumn, Level, Link, PhaseStatus, Proof, Risk, SemanticRole, Status,
        TenantScope,
    },
};
use crate::{catalog::QualifiedName, name::Name};
use jiff::civil::Date;

type Read<T> = Result<Option<T>, String>;

/// The schema of a table for which none is named.
pub const DEFAULT_SCHEMA: &str = "public";

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

/// `nexus_cases`, `app.cases`, `app."Cases"`
pub fn table(text: &str) -> Read<QualifiedName> {
    if is_nothing(text) {
        return Ok(None);
    }
    let names = Name::parts(&plain(text))?;
    match names.as_slice() {
        [table] => Ok(Some(QualifiedName::new(DEFAULT_SCHEMA, table))),
        [schema, table] => Ok(Some(QualifiedName::new(schema, table))),
        _ => Err("a table is a name, or schema and name with a dot between".to_owned()),
    }
}

/// `nexus_cases.metadata`, `app.cases.metadata`
pub fn column_name(text: &str) -> Result<ColumnName, String> {
    let names = Name::parts(text)?;
    let (table, column) = match names.as_slice() {
        [table, column] => (QualifiedName::new(DEFAULT_SCHEMA, table), column),
        [schema, table, column] => (QualifiedName::new(schema, table), column),
        _ => return Err("a column is said as table.column".to_owned()),
    };
    Ok(ColumnName {
        table,
        column: column.clone(),
    })
}

/// `id uuid not null (pk)`
pub fn core_column(item: &Item) -> Result<CoreColumn, String> {
    let mut text = item.value.trim();
    let in_parentheses = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once('('));
    let mut primary_key = item.note.as_deref().is_some_and(is_primary_key);
    if let Some((before, note)) = in_parentheses
        && is_primary_key(note)
    {
        primary_key = true;
        text = before.trim_end();
    }
    let name_end = match text.strip_prefix('"') {
        Some(quoted) => quoted.rfind('"').map_or(text.len(), |end| end + 2),
        None => text.find(char::is_whitespace).unwrap_or(text.len()),
    };
    let (name, rest) = text.split_at(name_end);
    let mut data_type = rest.trim();
    let lower = data_type.to_lowercase();
    let not_null = [("not null", true), ("null", false)]
        .into_iter()
        .find(|(words, _)| {
            lower
                .strip_suffix(words)
                .is_some_and(|it| it.is_empty() || it.ends_with(' '))
        });
    if let Some((words, _)) = not_null {
        data_type = data_type[..data_type.len() - words.len()].trim_end();
    }
    let names = Name::parts(name)?;
    let [name] = names.as_slice() else {
        return Err(
            "a core column is a name, then its type, `not null` or `null`, and `(pk)`".to_owned(),
        );
    };
    Ok(CoreColumn {
        name: name.clone(),
        data_type: Some(data_type.to_owned()).filter(|it| !it.is_empty()),
        not_null: not_null.map(|(_, not_null)| not_null),
        primary_key,
    })
}

fn is_primary_key(note: &str) -> bool {
    ["pk", "primary key"].contains(&note.trim().to_lowercase().as_str())
}

/// `tenant_id`, `tenant_id (PK)`, `derived:case_id→client_id/vendor_id`, `global`
pub fn tenant_scope(text: &str) -> Read<TenantScope> {
    const EXPECTED: &str = "a tenant scope is a column, `derived:` with columns, or `global`";
    if is_nothing(text) {
        return Ok(None);
    }
    let [item] = items(text).try_into().map_err(|_| EXPECTED.to_owned())?;
    let scope = item.value.split('(').next().unwrap_or_default().trim();
    if scope.eq_ignore_ascii_case("global") {
        return Ok(Some(TenantScope::Global));
    }
    let is_column = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace);
    let Some(path) = scope.strip_prefix("derived:") else {
        return match is_column(scope) {
            true => Ok(Some(TenantScope::Direct(scope.to_owned()))),
            false => Err(EXPECTED.to_owned()),
        };
    };
    let arrows = path.replace("->", "→");
    let steps: Vec<Vec<String>> = arrows
        .split('→')
        .map(|step| step.split('/').map(|name| name.trim().to_owned()).collect())
        .collect();
    if steps.iter().flatten().all(|name| is_column(name)) {
        Ok(Some(TenantScope::Derived(steps)))
    } else {
        Err(EXPECTED.to_owned())
    }
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

fn starts_with_word(text: &str, word: &str) -> bool {
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

/// The allowed keys; `None` for any.
pub fn keys(text: &str) -> Option<Vec<String>> {
    // In code it is the name of a key.
    (!starts_with_word(&text.to_lowercase(), "any")).then(|| list(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes() {
        let path = |steps: &[&[&str]]| {
            let steps = steps
                .iter()
                .map(|step| step.iter().map(|&it| it.to_owned()).collect());
            Some(TenantScope::Derived(steps.collect()))
        };
        for (text, scope) in [
            ("`tenant_id`", Some(TenantScope::Direct("tenant_id".into()))),
            (
                "`tenant_id` (PK)",
                Some(TenantScope::Direct("tenant_id".into())),
            ),
            ("Global", Some(TenantScope::Global)),
            ("-", None),
            ("`derived:from_id/to_id`", path(&[&["from_id", "to_id"]])),
            ("derived:a -> b/c", path(&[&["a"], &["b", "c"]])),
            ("`derived:a→b→c`", path(&[&["a"], &["b"], &["c"]])),
        ] {
            assert_eq!(tenant_scope(text), Ok(scope), "{text}");
        }
        for text in ["`a`, `b`", "derived:", "derived:a→", "by tenant"] {
            assert!(tenant_scope(text).is_err(), "{text}");
        }
    }

    #[test]
    fn core_columns() {
        for (text, name, data_type, not_null, primary_key) in [
            ("`id (pk)`", "id", None, None, true),
            ("`id` (PK)", "id", None, None, true),
            (
                "`id uuid not null (pk)`",
                "id",
                Some("uuid"),
                Some(true),
                true,
            ),
            (
                "`priority text null`",
                "priority",
                Some("text"),
                Some(false),
                false,
            ),
            (
                "`at timestamp with time zone NOT NULL`",
                "at",
                Some("timestamp with time zone"),
                Some(true),
                false,
            ),
            (
                "`sum numeric(10,2)`",
                "sum",
                Some("numeric(10,2)"),
                None,
                false,
            ),
            ("`\"Odd name\" text`", "Odd name", Some("text"), None, false),
            ("`not_null null`", "not_null", None, Some(false), false),
        ] {
            let items = items(text);
            let column = core_column(&items[0]).expect(text);
            let expected = CoreColumn {
                name: name.to_owned(),
                data_type: data_type.map(str::to_owned),
                not_null,
                primary_key,
            };
            assert_eq!(column, expected, "{text}");
        }
    }

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

    #[test]
    fn names() {
        let name = |text| table(text).expect(text).expect(text).to_string();
        assert_eq!(name("`nexus_cases`"), "public.nexus_cases");
        assert_eq!(name("`app.\"Order\"`"), "app.\"Order\"");
        assert!(table("`a.b.c`").is_err() && table("`\"a`").is_err());
        let column = column_name("app.cases.metadata").expect("a column");
        assert_eq!(
            (column.table.schema.as_str(), column.column.as_str()),
            ("app", "metadata")
        );
    }
}
