//! What a guard trigger has in force.
//!
//! A guard keeps versions from going down where it fires for each row, before every INSERT and every UPDATE, and as
//! the last that could change the row.

use super::contracts::Contracts;
use crate::catalog::{Relation, Trigger, TriggerEnabled, TriggerTiming};

/// A trigger that calls `contract.guard('column', 'contract_type', 'floor')`.
pub struct Guard<'a> {
    pub trigger: &'a Trigger,
    pub contract_type: &'a str,
    /// The write floor as it is written.
    pub floor: &'a str,
}

/// The guards of a column, in the order of their names.
pub fn guards_of<'a>(
    relation: &'a Relation,
    column: &str,
    contracts: &Contracts<'_>,
) -> Vec<Guard<'a>> {
    let guards = relation.triggers.iter().filter_map(|trigger| {
        let [guarded, contract_type, floor] = trigger.arguments.as_slice() else {
            return None;
        };
        (contracts.is_guard(&trigger.function) && guarded == column).then_some(Guard {
            trigger,
            contract_type,
            floor,
        })
    });
    let mut guards: Vec<_> = guards.collect();
    guards.sort_by_key(|guard| &guard.trigger.name);
    guards
}

impl Guard<'_> {
    /// The write floor, where it is a number.
    pub fn floor(&self) -> Option<u32> {
        let is_number = self.floor.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| self.floor.parse().ok()).flatten()
    }

    pub fn is_enabled(&self) -> bool {
        matches!(
            self.trigger.enabled,
            TriggerEnabled::Origin | TriggerEnabled::Always
        )
    }

    /// Whether it sees every row that is written, as long as it is enabled.
    pub fn sees_every_write(&self) -> bool {
        let fires_on = |event: &str| self.trigger.events.iter().any(|other| other == event);
        self.trigger.timing == TriggerTiming::Before
            && self.trigger.for_each_row
            && fires_on("INSERT")
            && fires_on("UPDATE")
            && self.trigger.columns.is_empty()
            && self.trigger.when.is_none()
    }

    /// A trigger that fires after it and could change the row again. Triggers fire in the order of
    /// the bytes of their names.
    pub fn followed_by<'a>(
        &self,
        relation: &'a Relation,
        contracts: &Contracts<'_>,
    ) -> Option<&'a Trigger> {
        let changes_rows = |trigger: &Trigger| {
            let writes = |event: &String| event == "INSERT" || event == "UPDATE";
            trigger.timing == TriggerTiming::Before
                && trigger.for_each_row
                && trigger.enabled != TriggerEnabled::Disabled
                && trigger.events.iter().any(writes)
        };
        relation
            .triggers
            .iter()
            .filter(|other| other.name > self.trigger.name && changes_rows(other))
            .filter(|other| !contracts.is_guard(&other.function))
            .min_by_key(|other| &other.name)
    }
}
