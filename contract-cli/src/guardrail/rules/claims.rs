//! Claims: what is called compliant or enforced has to be enforced at the stated level.
//!
//! Declared is written down and nothing more. It never reads as enforced: not by a symbol, a word or a sum.

use super::{Document, Found, Level, Rule, Surroundings};
use crate::catalog::QualifiedName;
use crate::guardrail::{
    model::{self, Status, Table},
    value,
};

pub const CLAIM_BEYOND_LEVEL: Rule = Rule {
    id: "claim-beyond-level",
    level: Level::Violation,
    summary: "a row marked compliant that is not enforced",
    explanation: "Compliant means that the table's compliance level is L2 or more, that section A does not call it declared, and that the \
                  drift checks DRIFT-01, DRIFT-02 and DRIFT-03 run. What is written down and nothing more is Declared.",
    check: claim_beyond_level,
};

fn claim_beyond_level(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let is_claim = |status| status == Some(Status::Compliant);
    let mut found = Vec::new();
    let mut object = |span, name: String, why: Option<String>| {
        if let Some(why) = why {
            let message = format!("{name} is marked compliant, but {why}");
            found.push(Found::new(span, message).hint("mark it Declared until it is enforced"));
        }
    };
    for row in document
        .tables
        .rows
        .iter()
        .filter(|row| is_claim(row.value.status))
    {
        let why = level_too_low(&row.value).or_else(|| not_running(document));
        object(row.cells.span("status"), row.value.table.to_string(), why);
    }
    for row in document
        .contracts
        .rows
        .iter()
        .filter(|row| is_claim(row.value.status))
    {
        let mut tables = row.value.used_in.iter().map(|it| &it.table);
        let why = tables
            .find_map(|it| only_declared(document, it))
            .or_else(|| not_running(document));
        object(
            row.cells.span("status"),
            format!("\"{}\"", row.value.contract_type),
            why,
        );
    }
    for row in document
        .row_security
        .rows
        .iter()
        .filter(|row| is_claim(row.value.status))
    {
        let why = only_declared(document, &row.value.table).or_else(|| not_running(document));
        object(row.cells.span("status"), row.value.table.to_string(), why);
    }
    found
}

fn level_too_low(table: &Table) -> Option<String> {
    match table.compliance_level {
        Some(level) if level < model::Level::L2 => Some(format!(
            "its compliance level is {level:?}, which enforces nothing"
        )),
        _ => None,
    }
}

fn only_declared(document: &Document<'_>, table: &QualifiedName) -> Option<String> {
    let row = document.table(table)?;
    let claims_nothing = row
        .value
        .status
        .is_some_and(|status| status != Status::Compliant);
    if !claims_nothing && level_too_low(&row.value).is_none() {
        return None;
    }
    let said: Vec<String> = ["status", "compliance_level"]
        .iter()
        .map(|field| value::plain(row.cells.text(field)))
        .filter(|text| !text.is_empty())
        .collect();
    Some(format!("section A says \"{}\" of {table}", said.join(", ")))
}

fn not_running(document: &Document<'_>) -> Option<String> {
    (!document.is_enforced()).then(|| {
        "section E does not have DRIFT-01, DRIFT-02 and DRIFT-03 as implemented".to_owned()
    })
}

pub const LEVEL_NOT_ENFORCED: Rule = Rule {
    id: "level-not-enforced",
    level: Level::Violation,
    summary: "a compliance level whose evidence is missing",
    explanation: "L2 takes that DRIFT-01, DRIFT-02 and DRIFT-03 run, L3 tests of row level security beside it.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.tables.rows {
            let level = row.value.compliance_level;
            let is_untested =
                |it: &model::RowSecurity| it.table == row.value.table && it.tested != Some(true);
            let missing = if level >= Some(model::Level::L2) && !document.is_enforced() {
                "DRIFT-01, DRIFT-02 and DRIFT-03 as implemented in section E"
            } else if level == Some(model::Level::L3)
                && document
                    .row_security
                    .rows
                    .iter()
                    .any(|it| is_untested(&it.value))
            {
                "its row level security as tested in section D"
            } else {
                continue;
            };
            let message = format!(
                "level {:?} of {} takes {missing}",
                level.unwrap_or(model::Level::L0),
                row.value.table
            );
            found.push(Found::new(row.cells.span("compliance_level"), message));
        }
        found
    },
};

pub const CLAIM_NOT_ENFORCED: Rule = Rule {
    id: "claim-not-enforced",
    level: Level::Violation,
    summary: "a sentence that speaks of enforcement while the drift checks do not run",
    explanation: "Enforced by CI, validated in CI/CD, blocks deployment, 100% compliant, SSOT: Yes: as long as section E does not have DRIFT-01, \
                  DRIFT-02 and DRIFT-03 as implemented, none of this is so, and a reader takes it for a fact.",
    check: claim_not_enforced,
};

fn claim_not_enforced(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    if document.is_enforced() || document.checks.headers.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for statement in &document.statements {
        let value = statement.value.to_lowercase();
        let is_claim = match statement.name.as_str() {
            "enforcement" => value.contains("enforced by"),
            "ssot" => value.starts_with("yes"),
            "status" => value.starts_with('✅') || value.contains("% compliant"),
            "requirement" => value.contains("mandatory ci"),
            _ => false,
        };
        if is_claim {
            let text = format!("{}: {}", statement.name, statement.value);
            found.push((statement.span.clone(), text));
        }
    }
    for line in &document.markdown.prose {
        let text = line.text.trim_start();
        let is_claim = text.strip_prefix("- ✅").is_some_and(claims_enforcement);
        if is_claim || (text.starts_with('>') && text.contains(" enforces ")) {
            let start = line.span.end - text.len();
            found.push((start..line.span.end, text.to_owned()));
        }
    }
    let headings = document.markdown.headings.iter();
    let claims = headings.filter(|it| it.text.contains("100%") || it.text.contains("gatekeeper"));
    found.extend(claims.map(|it| (it.span.clone(), it.text.to_owned())));
    let sums = document.counts.iter().filter(|it| {
        it.percent == Some(100) && ["rls enabled", "tested"].contains(&it.name.as_str())
    });
    found.extend(sums.map(|it| (it.span.clone(), it.text.to_owned())));
    let found = found.into_iter().map(|(span, text)| {
        let message = format!(
            "\"{}\" is a claim, but section E does not have DRIFT-01, DRIFT-02 and DRIFT-03 as implemented",
            shortened(&text)
        );
        Found::new(span, message).hint("say what is declared, and what is enforced")
    });
    found.collect()
}

/// The text without what marks it as an item, and no more of it than tells where it is.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = text.trim_start_matches(['-', '>', ' ']);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Whether an item with a check mark speaks of enforcement. A definition, as in ✅ Done = Completed, claims nothing.
fn claims_enforcement(item: &str) -> bool {
    const WORDS: [&str; 6] = ["must", "ci", "block", "blocks", "validated", "enforced"];
    let lower = item.to_lowercase();
    let mut words = lower.split(|it: char| !it.is_alphanumeric());
    !item.contains(" = ") && words.any(|word| WORDS.contains(&word))
}

pub const STATUS_CONTRADICTS_ITSELF: Rule = Rule {
    id: "status-contradicts-itself",
    level: Level::Violation,
    summary: "a status whose symbol says something else than its word",
    explanation: "✅ is Compliant, ⚠️ Declared, ❌ Non-compliant. Who looks at the symbol alone takes a declaration for a fact.",
    check: |document, _| {
        let cells = document.tables.rows.iter().map(|row| &row.cells);
        let cells = cells.chain(document.contracts.rows.iter().map(|row| &row.cells));
        let cells = cells.chain(document.row_security.rows.iter().map(|row| &row.cells));
        let contradicting = cells.filter(|cells| value::contradicts_itself(cells.text("status")));
        let found = contradicting.map(|cells| {
            let message = format!(
                "the symbol and the word of \"{}\" differ",
                cells.text("status")
            );
            Found::new(cells.span("status"), message)
        });
        found.collect()
    },
};
