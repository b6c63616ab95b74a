//! The deprecation workflow of core columns: a column may go when its row says since when, why and in favour of what
//! it is deprecated, and its sunset, at least six months later, has come.

use crate::guardrail::model::Deprecation;
use jiff::{ToSpan, civil::Date};

/// What keeps a column that is gone from being gone by the workflow; empty where it was followed.
pub fn unmet(row: Option<&Deprecation>, today: Date) -> Vec<String> {
    let Some(row) = row else {
        return vec!["the matrix has no deprecation of it".to_owned()];
    };
    let mut unmet: Vec<String> = [
        ("deprecated_at", row.deprecated_at.is_none()),
        ("ticket", row.ticket.is_none()),
        ("replacement", row.replacement.is_none()),
        ("sunset_at", row.sunset_at.is_none()),
    ]
    .into_iter()
    .filter(|(_, is_missing)| *is_missing)
    .map(|(field, _)| format!("its deprecation has no {field}"))
    .collect();
    if let Some((deprecated, sunset)) = row.deprecated_at.zip(row.sunset_at) {
        let earliest = deprecated.saturating_add(6.months());
        if sunset < earliest {
            unmet.push(format!(
                "its sunset {sunset} is earlier than {earliest}, six months after {deprecated}"
            ));
        }
    }
    if let Some(sunset) = row.sunset_at.filter(|sunset| today < *sunset) {
        unmet.push(format!("its sunset is on {sunset} and has not come"));
    }
    unmet
}
