//! Waivers and assignments: which findings do not fail until a day, and who mends what by when.
//!
//! A waiver is a promise of somebody to mend a finding; it has a reason and a last day. What it says of a
//! finding that is not there would hide a later one, so that it is a finding itself.

mod read;
#[cfg(test)]
mod tests;

pub use read::Problem;

use super::{Finding, pattern};
use crate::{documents::Position, guardrail::model::Risk};
use jiff::civil::Date;

/// What a waiver file says, in its order.
#[derive(Debug, Default)]
pub struct Waivers {
    pub waivers: Vec<Waiver>,
    pub assignments: Vec<Assignment>,
}

/// Findings that do not fail.
#[derive(Debug)]
pub struct Waiver {
    pub selector: Selector,
    pub reason: String,
    /// Who takes the findings on.
    pub owner: String,
    /// The last day that it holds.
    pub expires: Date,
    pub position: Position,
}

/// Who mends which findings by when, where it is another than the matrix says. Of several, the first
/// one that says it counts.
#[derive(Debug)]
pub struct Assignment {
    pub selector: Selector,
    pub owner: Option<String>,
    pub eta: Option<String>,
    pub risk: Option<Risk>,
}

/// Findings by check, rule and object; what is not said is any.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// `DRIFT-03`
    pub check: Option<String>,
    pub rule: Option<String>,
    /// As a finding prints it, with `*` for any characters.
    pub object: Option<String>,
}

impl Waivers {
    /// Reads a waiver file (TOML).
    ///
    /// # Errors
    ///
    /// Everything that is wrong in it, by place: text that is no TOML, unknown keys, keys that are missing, values
    /// of another type, checks that are none, days that are none or more than a year ahead of `today`, and
    /// two waivers of the same findings.
    pub fn parse(text: &str, today: Date) -> Result<Self, Vec<Problem>> {
        read::waivers(text, today)
    }
}

impl Waiver {
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires < today
    }
}

impl Selector {
    /// Whether it speaks of a finding, which may be of no check.
    pub fn matches(&self, check: Option<&str>, finding: &Finding) -> bool {
        self.check.as_deref().is_none_or(|id| Some(id) == check)
            && self.rule.as_deref().is_none_or(|rule| rule == finding.rule)
            && self
                .object
                .as_deref()
                .is_none_or(|object| pattern::matches(object, &finding.object.to_string()))
    }

    /// `DRIFT-02 rls-disabled table public.t`: what it says, in this order.
    pub fn text(&self) -> String {
        [&self.check, &self.rule, &self.object]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect::<Vec<_>>()
            .join(" ")
    }
}
