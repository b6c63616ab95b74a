//! A trigger as a guard of immutable columns: which changes it refuses, and how it can be bypassed.

use super::{
    body::{self, Refusal},
    condition::{Changing, is_true_on_change},
    words,
};
use crate::{
    catalog::{
        Catalog, Column, Function, QualifiedName, Relation, Trigger, TriggerEnabled, TriggerTiming,
    },
    expression,
};

/// What lets an UPDATE past a trigger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// It does not fire.
    Disabled,
    /// It fires only where `session_replication_role` is `replica`.
    ReplicaOnly,
    /// It has no rows to compare.
    ForEachStatement,
    /// It fires by the columns that the statement names, not by those that a BEFORE trigger changes.
    UpdateOf(Vec<String>),
    /// BEFORE triggers that fire after it can change the row again.
    FollowedBy(Vec<String>),
    /// A generated column is computed after BEFORE triggers.
    BeforeGenerated,
    /// An UPDATE that moves the row to another partition fires no AFTER UPDATE.
    RowMovement(Option<Vec<String>>),
    /// Its condition is not true whenever the column changes.
    Condition,
    /// It is not known to raise an exception; why.
    Unproven(QualifiedName, String),
    /// It compares with operators that the session chooses.
    OpenSearchPath(QualifiedName),
}

/// What a function does that keeps the old value.
const IGNORES: &str = "ignores the change silently instead of refusing it";

/// What a function does that is called for a change and asks for others.
const ASKS_AGAIN: &str = "raises an exception for other changes only";

/// A row trigger or statement trigger on UPDATE, with what its function does.
pub struct Guard<'c> {
    pub trigger: &'c Trigger,
    relation: &'c Relation,
    catalog: &'c Catalog,
    function: Option<&'c Function>,
    refusal: Result<Refusal, String>,
}

impl<'c> Guard<'c> {
    /// The triggers of a relation that an UPDATE may fire, in the order in which they fire.
    pub fn of(catalog: &'c Catalog, relation: &'c Relation) -> Vec<Self> {
        let mut guards: Vec<_> = relation
            .triggers
            .iter()
            .filter(|trigger| trigger.events.iter().any(|event| event == "UPDATE"))
            .map(|trigger| Self::new(catalog, relation, trigger))
            .collect();
        // Postgres fires the triggers of an event by the bytes of their names.
        guards.sort_by(|one, other| one.trigger.name.cmp(&other.trigger.name));
        guards
    }

    fn new(catalog: &'c Catalog, relation: &'c Relation, trigger: &'c Trigger) -> Self {
        let function = catalog.trigger_function(&trigger.function);
        let refusal = match function {
            None => Err("is part of an extension".to_owned()),
            Some(function) if function.language != "plpgsql" => Err(format!(
                "is written in {}, not in plpgsql",
                function.language
            )),
            Some(function) => body::read(&function.body),
        };
        Self {
            trigger,
            relation,
            catalog,
            function,
            refusal,
        }
    }

    /// What lets a change of the column past it. `None` where it has nothing to do with the column, so that nobody can
    /// have taken it for a guard.
    pub fn flaws(&self, column: &Column, guards: &[Self]) -> Option<Vec<Flaw>> {
        let trigger = self.trigger;
        let mut flaws = self.flaws_of_condition(column)?;
        match trigger.enabled {
            TriggerEnabled::Origin | TriggerEnabled::Always => {}
            TriggerEnabled::Disabled => flaws.push(Flaw::Disabled),
            TriggerEnabled::Replica => flaws.push(Flaw::ReplicaOnly),
        }
        if !trigger.for_each_row {
            flaws.push(Flaw::ForEachStatement);
        }
        if !trigger.columns.is_empty() {
            flaws.push(Flaw::UpdateOf(trigger.columns.clone()));
        }
        if trigger.timing == TriggerTiming::Before {
            let later: Vec<_> = guards
                .iter()
                .filter(|other| other.trigger.name > trigger.name && other.can_change_the_row())
                .map(|other| other.trigger.name.clone())
                .collect();
            if !later.is_empty() {
                flaws.push(Flaw::FollowedBy(later));
            }
            if column.generated {
                flaws.push(Flaw::BeforeGenerated);
            }
        }
        flaws.sort();
        Some(flaws)
    }

    /// What is wrong with what it asks for and what it does then.
    fn flaws_of_condition(&self, column: &Column) -> Option<Vec<Flaw>> {
        let changing = Changing {
            column,
            types: &self.catalog.types,
        };
        let mut flaws = Vec::new();
        if let Some(when) = &self.trigger.when {
            let fires =
                expression::parse(when).is_ok_and(|when| is_true_on_change(&when, changing));
            if !fires {
                words::mentions(when, &column.name).then_some(())?;
                flaws.push(Flaw::Condition);
            }
        } else if !self.trigger.columns.is_empty() && !self.trigger.columns.contains(&column.name) {
            return None;
        }
        let name = || self.trigger.function.clone();
        match &self.refusal {
            Ok(refusal) => {
                if !refusal.is_sure_on_change(changing) {
                    if refusal.mentions(&column.name) {
                        flaws.push(Flaw::Condition);
                    } else if self.asks_for(column) {
                        flaws.push(Flaw::Unproven(name(), ASKS_AGAIN.to_owned()));
                    } else {
                        return None;
                    }
                }
                if !refusal.is_unconditional() && !self.has_fixed_search_path() {
                    flaws.push(Flaw::OpenSearchPath(name()));
                }
            }
            // A trigger on every UPDATE that does something else: a time stamp, an audit.
            Err(_) if self.trigger.when.is_none() && !self.wants_to_raise() => return None,
            Err(_) if self.keeps_silently(column) => {
                flaws.push(Flaw::Unproven(name(), IGNORES.to_owned()));
            }
            Err(why) => flaws.push(Flaw::Unproven(name(), why.clone())),
        }
        flaws.dedup();
        Some(flaws)
    }

    fn asks_for(&self, column: &Column) -> bool {
        let when = self.trigger.when.as_ref();
        when.is_some_and(|when| words::mentions(when, &column.name))
    }

    /// Whether it leaves the old value in the place of a new one, so that nobody learns of it. What is returned to DELETE
    /// is another matter.
    pub fn keeps_silently(&self, column: &Column) -> bool {
        let trigger = self.trigger;
        trigger.timing == TriggerTiming::Before
            && trigger.for_each_row
            && !trigger.events.iter().any(|event| event == "DELETE")
            && self
                .function
                .is_some_and(|function| body::keeps_silently(&function.body, &column.name))
    }

    fn wants_to_raise(&self) -> bool {
        self.function
            .is_some_and(|function| body::raises_somewhere(&function.body))
    }

    /// `SET search_path` of a function stands before its body in its definition.
    fn has_fixed_search_path(&self) -> bool {
        self.function.is_some_and(|function| {
            let mut lines = function.definition.lines();
            lines
                .by_ref()
                .take_while(|line| !line.starts_with("AS "))
                .any(|line| line.starts_with(" SET search_path TO "))
        })
    }

    /// Whether what follows the trigger may find another row than it was given. The guard of the extension changes nothing,
    /// nor does a function that is known to raise an exception or to return the row.
    fn can_change_the_row(&self) -> bool {
        let trigger = self.trigger;
        let is_write_guard =
            self.function.is_none() && trigger.function == QualifiedName::new("contract", "guard");
        let keeps_row = self.refusal.as_ref().is_ok_and(|refusal| refusal.keeps_row);
        trigger.timing == TriggerTiming::Before
            && trigger.for_each_row
            && trigger.enabled != TriggerEnabled::Disabled
            && !is_write_guard
            && !keeps_row
    }

    /// Whether an UPDATE that moves a row to another partition goes past it.
    pub fn misses_row_movement(&self) -> bool {
        self.trigger.timing == TriggerTiming::After && self.relation.partition_key.is_some()
    }
}
