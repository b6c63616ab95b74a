//! The kinds of change: what a change is about, and what happened to it.

use crate::lock::ANNOTATIONS;
use std::fmt::{self, Write as _};

/// What happened to the subject of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is a greater number.
    Increased,
    /// It is a smaller number.
    Decreased,
    /// It has more members.
    Grown,
    /// It has fewer members.
    Shrunk,
    /// It takes all that it took, and more.
    Extended,
    /// It takes less, and nothing new.
    Narrowed,
    /// It is another, neither wider nor narrower as far as can be seen.
    Changed,
    /// It is new where any other was allowed.
    AddedToOpen,
    /// It is new where some others were allowed: those of a pattern or of a schema.
    AddedToPartlyOpen,
    /// It is new where no other was allowed.
    AddedToClosed,
    /// It is gone where any other is allowed.
    RemovedFromOpen,
    /// It is gone where some others are allowed: those of a pattern or of a schema.
    RemovedFromPartlyOpen,
    /// It is gone where no other is allowed.
    RemovedFromClosed,
}

impl Action {
    /// The word for it in an id, and what it means.
    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Added => ("added", "is new"),
            Self::Removed => ("removed", "is gone"),
            Self::Increased => ("increased", "is a greater number"),
            Self::Decreased => ("decreased", "is a smaller number"),
            Self::Grown => ("grown", "has more members"),
            Self::Shrunk => ("shrunk", "has fewer members"),
            Self::Extended => ("extended", "takes all that it took, and more"),
            Self::Narrowed => ("narrowed", "takes less, and nothing new"),
            Self::Changed => ("changed", "is another, neither wider nor narrower"),
            Self::AddedToOpen => ("added-to-open", "is new where any other was allowed"),
            Self::AddedToPartlyOpen => (
                "added-to-partly-open",
                "is new where some others were allowed",
            ),
            Self::AddedToClosed => ("added-to-closed", "is new where no other was allowed"),
            Self::RemovedFromOpen => ("removed-from-open", "is gone where any other is allowed"),
            Self::RemovedFromPartlyOpen => (
                "removed-from-partly-open",
                "is gone where some others are allowed",
            ),
            Self::RemovedFromClosed => ("removed-from-closed", "is gone where no other is allowed"),
        }
    }

    /// Whether it is about something that is in the new schema only.
    pub(super) fn is_addition(self) -> bool {
        matches!(
            self,
            Self::Added
                | Self::Grown
                | Self::AddedToOpen
                | Self::AddedToPartlyOpen
                | Self::AddedToClosed
        )
    }

    /// Whether it is about something that is in the old schema only.
    pub(super) fn is_removal(self) -> bool {
        matches!(
            self,
            Self::Removed
                | Self::Shrunk
                | Self::RemovedFromOpen
                | Self::RemovedFromPartlyOpen
                | Self::RemovedFromClosed
        )
    }
}

use Action::{
    Added, AddedToClosed, AddedToOpen, AddedToPartlyOpen, Changed, Decreased, Extended, Grown,
    Increased, Narrowed, Removed, RemovedFromClosed, RemovedFromOpen, RemovedFromPartlyOpen,
    Shrunk,
};

const NUMBER: &[Action] = &[Added, Removed, Increased, Decreased, Changed];
const SET: &[Action] = &[Added, Removed, Extended, Narrowed, Changed];
const SCHEMA: &[Action] = &[Added, Removed, Extended, Narrowed];
const LIST: &[Action] = &[Added, Removed, Grown, Shrunk];
const PLAIN: &[Action] = &[Added, Removed, Changed];
const PRESENCE: &[Action] = &[Added, Removed];
const MEMBER: &[Action] = &[
    AddedToOpen,
    AddedToPartlyOpen,
    AddedToClosed,
    RemovedFromOpen,
    RemovedFromPartlyOpen,
    RemovedFromClosed,
];

/// Any keyword that is not in the table.
const UNKNOWN: &str = "unknown keyword";
/// Any keyword that begins with `x-`.
const EXTENSION: &str = "extension";

/// The subjects that are no keywords, so that a keyword of such a name is an unknown one.
const IN_WORDS: [&str; 7] = [
    "combination",
    "definition",
    EXTENSION,
    "item",
    "property",
    "schema",
    UNKNOWN,
];

/// Every subject with what can happen to it: a keyword, or in words what is no keyword itself.
const SUBJECTS: &[(&str, &[Action])] = &[
    ("$anchor", PLAIN),
    ("$comment", PLAIN),
    ("$dynamicAnchor", PLAIN),
    ("$dynamicRef", PLAIN),
    ("$id", PLAIN),
    ("$recursiveAnchor", PLAIN),
    ("$recursiveRef", PLAIN),
    ("$ref", PLAIN),
    ("$schema", PLAIN),
    ("$vocabulary", PLAIN),
    ("additionalItems", SCHEMA),
    ("additionalProperties", SCHEMA),
    ("allOf", LIST),
    ("anyOf", LIST),
    ("combination", &[Changed]),
    ("const", SET),
    ("contains", SCHEMA),
    ("contentEncoding", PLAIN),
    ("contentMediaType", PLAIN),
    ("contentSchema", SCHEMA),
    ("default", PLAIN),
    ("definition", PRESENCE),
    ("dependencies", SET),
    ("dependentRequired", SET),
    ("dependentSchemas", SET),
    ("deprecated", PLAIN),
    ("description", PLAIN),
    ("else", SCHEMA),
    ("enum", SET),
    ("examples", PLAIN),
    ("exclusiveMaximum", NUMBER),
    ("exclusiveMinimum", NUMBER),
    (EXTENSION, PLAIN),
    ("format", PLAIN),
    ("if", SCHEMA),
    ("item", MEMBER),
    ("items", SCHEMA),
    ("maxContains", NUMBER),
    ("maxItems", NUMBER),
    ("maxLength", NUMBER),
    ("maxProperties", NUMBER),
    ("maximum", NUMBER),
    ("minContains", NUMBER),
    ("minItems", NUMBER),
    ("minLength", NUMBER),
    ("minProperties", NUMBER),
    ("minimum", NUMBER),
    ("multipleOf", SET),
    ("not", SCHEMA),
    ("oneOf", LIST),
    ("pattern", PLAIN),
    ("patternProperties", PRESENCE),
    ("property", MEMBER),
    ("propertyNames", SCHEMA),
    ("readOnly", PLAIN),
    ("required", PRESENCE),
    ("schema", &[Extended, Narrowed, Changed]),
    ("then", SCHEMA),
    ("title", PLAIN),
    ("type", SET),
    ("unevaluatedItems", SCHEMA),
    ("unevaluatedProperties", SCHEMA),
    ("uniqueItems", PRESENCE),
    (UNKNOWN, PLAIN),
    ("writeOnly", PLAIN),
];

/// The subject that a keyword of a schema is.
pub(super) fn subject_of(keyword: &str) -> &'static str {
    let is_known = |name: &str| name == keyword && !IN_WORDS.contains(&name);
    match SUBJECTS.iter().find(|(name, _)| is_known(name)) {
        Some((name, _)) => name,
        None if keyword.starts_with("x-") => EXTENSION,
        None => UNKNOWN,
    }
}

/// The kind of a change, such as `max-length-decreased`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeKind {
    subject: &'static str,
    action: Action,
}

impl ChangeKind {
    /// The kind of a change of a subject of the table.
    pub(super) fn of(subject: &str, action: Action) -> Self {
        let row = SUBJECTS.iter().find(|(name, _)| *name == subject);
        debug_assert!(
            row.is_some_and(|(_, actions)| actions.contains(&action)),
            "{subject} {action:?}"
        );
        let subject = row.map_or(UNKNOWN, |(name, _)| name);
        Self { subject, action }
    }

    /// Every kind there is.
    ///
    /// ```
    /// use contract_core::compat::change::ChangeKind;
    /// let kinds: Vec<String> = ChangeKind::all().map(|kind| kind.to_string()).collect();
    /// assert!(kinds.contains(&"max-length-decreased".to_owned()));
    /// assert!(kinds.contains(&"property-added-to-closed".to_owned()));
    /// ```
    #[must_use = "iterators are lazy"]
    pub fn all() -> impl Iterator<Item = Self> {
        SUBJECTS.iter().flat_map(|(subject, actions)| {
            actions.iter().map(move |&action| Self { subject, action })
        })
    }

    /// What changed: a keyword, or in words what is no keyword itself.
    #[must_use]
    pub fn subject(self) -> &'static str {
        self.subject
    }

    /// What happened to it.
    #[must_use]
    pub fn action(self) -> Action {
        self.action
    }

    /// Whether it changes nothing of what a schema accepts: annotations (JSON Schema Validation
    /// 2020-12, section 9), and keywords that begin with `x-`.
    #[must_use]
    pub fn is_annotation(self) -> bool {
        self.subject == EXTENSION || ANNOTATIONS.contains(&self.subject)
    }

    /// What the kind means, in one line.
    ///
    /// ```
    /// use contract_core::compat::change::ChangeKind;
    /// let kind = ChangeKind::all().find(|kind| kind.to_string() == "pattern-added").unwrap();
    /// assert_eq!(kind.explanation(), "pattern: is new");
    /// ```
    #[must_use]
    pub fn explanation(self) -> String {
        format!("{}: {}", self.subject, self.action.texts().1)
    }
}

/// The id, in kebab case.
impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = match self.subject {
            "$schema" => "draft",
            subject => subject,
        };
        for character in subject.chars() {
            match character {
                '$' => {}
                ' ' => f.write_char('-')?,
                upper if upper.is_ascii_uppercase() => {
                    write!(f, "-{}", upper.to_ascii_lowercase())?;
                }
                other => f.write_char(other)?,
            }
        }
        write!(f, "-{}", self.action.texts().0)
    }
}
