//! The drift checks: those that there are, under their names, with their reports.

use super::{Found, Level, Rule};
use crate::checks::CHECKS;

pub const BLOCK_WITHOUT_CHECK: Rule = Rule {
    id: "block-without-check",
    level: Level::Violation,
    summary: "a drift check that blocks and does not run",
    explanation: "BLOCK says that nothing passes that the check finds. A check that is pending finds nothing.",
    check: |document, _| {
        let rows = document.checks.rows.iter().filter(|row| {
            let blocks = row
                .value
                .severity
                .as_deref()
                .is_some_and(|it| it.to_lowercase().starts_with("block"));
            blocks && row.value.implemented == Some(false)
        });
        let found = rows.map(|row| {
            let message = format!("{} is not implemented and blocks nothing", row.value.id);
            Found::new(row.cells.span("severity"), message).hint("say BLOCK when it runs")
        });
        found.collect()
    },
};

pub const MISSING_CHECK: Rule = Rule {
    id: "missing-check",
    level: Level::Violation,
    summary: "a drift check without a row in section E",
    explanation: "What the check finds has nobody who mends it.",
    check: |document, _| {
        let Some(header) = document.checks.headers.first() else {
            return Vec::new();
        };
        let missing = CHECKS.iter().filter(|check| {
            !document
                .checks
                .rows
                .iter()
                .any(|row| row.value.id == check.id)
        });
        let found = missing.map(|check| {
            Found::new(
                header.span.clone(),
                format!("{}, {}, has no row", check.id, check.title),
            )
        });
        found.collect()
    },
};

pub const UNKNOWN_CHECK: Rule = Rule {
    id: "unknown-check",
    level: Level::Violation,
    summary: "a drift check that there is not",
    explanation: "`jsonb-contract drift --list` prints those that there are.",
    check: |document, _| {
        let rows = document
            .checks
            .rows
            .iter()
            .filter(|row| CHECKS.iter().all(|check| check.id != row.value.id));
        let found = rows.map(|row| {
            Found::new(
                row.cells.span("id"),
                format!("there is no check {}", row.value.id),
            )
        });
        found.collect()
    },
};

pub const ARTIFACT_DIFFERS: Rule = Rule {
    id: "artifact-differs",
    level: Level::Violation,
    summary: "a report under another name than the check gives it",
    explanation: "Who looks for the report finds none, and takes it for a check that did not run.",
    check: |document, _| {
        let mut found = Vec::new();
        for row in &document.checks.rows {
            let Some(check) = CHECKS.iter().find(|check| check.id == row.value.id) else {
                continue;
            };
            let named = row.value.artifact.as_deref().unwrap_or_default();
            if !named.is_empty() && named.rsplit('/').next() != Some(check.report) {
                let message = format!("the report of {} is {}", check.id, check.report);
                found.push(Found::new(row.cells.span("artifact"), message));
            }
        }
        found
    },
};
