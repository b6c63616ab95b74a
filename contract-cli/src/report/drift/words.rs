//! A finding in words, as the formats for people have it in common.

use crate::{
    checks::{Assigned, Compliance, Waived},
    guardrail::model::{Level, Risk},
    report::printable,
};
use std::borrow::Cow;

/// `policy p on public.t: its condition is true; should be: a condition on tenant_id`
pub fn sentence(found: &Assigned) -> String {
    let finding = &found.finding;
    let (object, is, should) = (&finding.object, &finding.is, &finding.should);
    format!("{object}: {is}; should be: {should}")
}

/// All that is said of a finding, in a line.
pub fn paragraph(found: &Assigned) -> String {
    let mut text = format!("{}; {}", sentence(found), charge(found));
    if let Some(waived) = &found.waiver {
        text += &format!("; {}", waiver(waived));
    }
    if let Some(hint) = &found.finding.hint {
        text += &format!(" (tip: {hint})");
    }
    text
}

/// Whether people are told of a finding in a list: what the baseline has is counted, or it would hide what is new.
pub fn is_told(found: &&Assigned) -> bool {
    found.waiver != Some(Waived::Baseline)
}

/// A text of more than one line, without what acts on a terminal.
pub fn lines(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.lines().map(printable).collect();
    lines.join("\n")
}

/// `owner security, ETA 7 days, risk high`
fn charge(found: &Assigned) -> String {
    format!(
        "owner {}, ETA {}, risk {}",
        owner(found),
        eta(found),
        risk(found.risk)
    )
}

pub fn owner(found: &Assigned) -> &str {
    found.owner.as_deref().unwrap_or("nobody")
}

pub fn eta(found: &Assigned) -> &str {
    found.eta.as_deref().unwrap_or("none")
}

pub fn risk(risk: Option<Risk>) -> &'static str {
    match risk {
        None => "unknown",
        Some(Risk::Low) => "low",
        Some(Risk::Medium) => "medium",
        Some(Risk::High) => "high",
        Some(Risk::Critical) => "critical",
    }
}

/// `waived until 2026-12-31: replaced next quarter`
pub fn waiver(waived: &Waived) -> String {
    match waived {
        Waived::Waiver { reason, expires } => format!("waived until {expires}: {reason}"),
        Waived::Baseline => "in the baseline".to_owned(),
    }
}

/// The level of a table, as somebody has it.
pub type LevelOf = fn(&Compliance) -> Option<Level>;

/// What the matrix claims, and what the evidence carries.
pub const LEVELS_OF: [(&str, LevelOf); 2] = [
    ("claimed", |one| one.claimed),
    ("computed", |one| Some(one.computed)),
];
