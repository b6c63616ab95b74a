//! Two schemas, compared: the verdicts in both directions, and what changed.

use super::lines::{Lines, place, places, show};
use crate::report::{Finding, Level};
use contract_core::{
    SchemaValidator, Values,
    compat::{Change, Comparison, Verdict, Witness},
    contract::Compatibility,
    envelope::VERSION_KEY,
    json::SerdeJson,
};
use serde_json::Value;
use std::path::Path;

/// How many changes are marked in the lines; all are told one by one.
const MOST_MARKED: usize = 8;

/// A schema, and where it stands.
#[derive(Clone)]
pub struct Schema<'a> {
    /// What it is called, such as `version 2`.
    pub name: String,
    pub file: &'a Path,
    pub text: &'a str,
    /// JSON Pointer to the schema in the text.
    pub root: String,
    /// As it is compared; a version's has the envelope.
    pub value: &'a Value,
    pub version: Option<u32>,
}

/// Two schemas, compared.
pub struct Pair<'a, 'c> {
    pub old: Schema<'a>,
    pub new: Schema<'a>,
    pub comparison: &'c Comparison,
}

/// What a comparison has to show.
#[derive(Clone, Copy)]
pub struct Promise {
    pub mode: Compatibility,
    /// Somebody who is sure of it allows what is not proven.
    pub allow_unproven: bool,
}

impl Promise {
    /// Nothing.
    pub const NONE: Self = Self {
        mode: Compatibility::None,
        allow_unproven: true,
    };
}

/// One of the two directions.
struct Direction<'s, 'a> {
    name: &'static str,
    is_promised: bool,
    accepting: &'s Schema<'a>,
    accepted: &'s Schema<'a>,
    verdict: &'s Verdict,
}

impl<'a> Pair<'a, '_> {
    /// The verdicts: a promise that is broken or not proven is a finding, everything else a note.
    pub fn verdicts(&self, promise: Promise) -> Vec<Finding<'a>> {
        let Self {
            old,
            new,
            comparison,
        } = self;
        let backward = Direction {
            name: "backward",
            is_promised: promise.mode.is_backward(),
            accepting: new,
            accepted: old,
            verdict: comparison.backward(),
        };
        let forward = Direction {
            name: "forward",
            is_promised: promise.mode.is_forward(),
            accepting: old,
            accepted: new,
            verdict: comparison.forward(),
        };
        [backward, forward]
            .iter()
            .map(|direction| self.verdict(direction, promise))
            .collect()
    }

    fn verdict(&self, direction: &Direction<'_, 'a>, promise: Promise) -> Finding<'a> {
        let (accepting, accepted) = (&direction.accepting.name, &direction.accepted.name);
        let (outcome, message, is_objection) = match direction.verdict {
            Verdict::Compatible => (
                "compatible",
                format!("{accepting} accepts every document of {accepted}"),
                false,
            ),
            Verdict::Incompatible(_) => (
                "incompatible",
                format!("{accepting} refuses a document that {accepted} accepts"),
                direction.is_promised,
            ),
            Verdict::Unproven(reason) => (
                "unproven",
                format!(
                    "whether {accepting} accepts every document of {accepted} is not decided: {reason}"
                ),
                direction.is_promised && !promise.allow_unproven,
            ),
        };
        let rule = format!("{}-{outcome}", direction.name);
        let mut finding = Finding::new(rule, self.new.file, message);
        let mut lines = self.lines(direction);
        if lines[0].is_empty() {
            lines[0].point(self.new.root.clone(), "");
        }
        if let Verdict::Incompatible(witness) = direction.verdict {
            finding.witness = Some(witness.document().clone());
        }
        if is_objection {
            show(&mut finding, &lines);
            let way_out = match direction.verdict {
                Verdict::Unproven(_) => "whoever is sure of it allows it with --allow-unproven",
                _ if self.new.version.is_some() => "change the new version, or promise less",
                _ => "change the new schema, or ask for less",
            };
            let mode = promise.mode.as_str();
            finding.hint = Some(format!(
                "compatibility is {mode}: {accepting} has to accept every document of {accepted}; {way_out}"
            ));
        } else {
            finding.level = Level::Note;
            place(&mut finding, &lines[0]);
        }
        finding
    }

    /// The lines of the new schema, then those of the old one where they are in another text: what
    /// refuses the witness, and what changed there.
    fn lines(&self, direction: &Direction<'_, 'a>) -> Vec<Lines<'a>> {
        let mut lines = self.no_lines();
        let refusals = match direction.verdict {
            Verdict::Compatible => return lines,
            Verdict::Incompatible(witness) => refusals(direction.accepting, witness),
            Verdict::Unproven(_) => Vec::new(),
        };
        let Schema { root, text, .. } = direction.accepting;
        for refusal in &refusals {
            if let Some(its) = lines.iter_mut().find(|lines| lines.is_of(text)) {
                its.point(format!("{root}{}", refusal.schema_path), &refusal.label);
            }
        }
        // The changes that are the most likely reason.
        let changes = self.comparison.changes().iter();
        let told = changes.filter(|change| !change.is_annotation());
        let nearness = |change: &Change| {
            let of_refusals = refusals.iter().map(|refusal| refusal.nearness_of(change));
            of_refusals.min().unwrap_or_default()
        };
        let nearest = told.map(nearness).min().unwrap_or_default();
        self.point_to_changes(&mut lines, |change| nearness(change) == nearest);
        lines
    }

    /// The new text, and the old one where it is another.
    fn no_lines(&self) -> Vec<Lines<'a>> {
        let mut lines = vec![Lines::of(self.new.file, self.new.text)];
        if !lines[0].is_of(self.old.text) {
            lines.push(Lines::of(self.old.file, self.old.text));
        }
        lines
    }

    /// The lines of what changed, first those of the new text.
    pub fn lines_of_changes(&self) -> Vec<Lines<'a>> {
        let mut lines = self.no_lines();
        self.point_to_changes(&mut lines, |_| true);
        lines
    }

    fn point_to_changes(&self, lines: &mut [Lines<'a>], wanted: impl Fn(&Change) -> bool) {
        let last = lines.len() - 1;
        let changes = self.comparison.changes().iter();
        let told = changes.filter(|change| !change.is_annotation() && wanted(change));
        for change in told.take(MOST_MARKED) {
            if let Some(path) = change.new_path() {
                lines[0].point(format!("{}{path}", self.new.root), change.message());
            }
            if let Some(path) = change.old_path() {
                let label = match change.new_path() {
                    None => change.message(),
                    Some(_) => "before",
                };
                lines[last].point(format!("{}{path}", self.old.root), label);
            }
        }
    }

    /// What changed, each a note.
    pub fn changes(&self) -> Vec<Finding<'a>> {
        let changes = self.comparison.changes();
        let (new, old) = (&self.new, &self.old);
        let places_in = |schema: &Schema<'a>, path: fn(&Change) -> Option<&str>| {
            let path = |change| format!("{}{}", schema.root, path(change).unwrap_or_default());
            let paths: Vec<String> = changes.iter().map(path).collect();
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            places(schema.text, &paths)
        };
        let now = places_in(new, Change::new_path);
        let before = places_in(old, Change::old_path);
        let places = now.into_iter().zip(before);
        changes
            .iter()
            .zip(places)
            .map(|(change, (now, before))| {
                let is_gone = change.new_path().is_none();
                let (schema, place) = if is_gone { (old, before) } else { (new, now) };
                let message = change.message().to_owned();
                let mut note = Finding {
                    level: Level::Note,
                    version: schema.version,
                    ..Finding::new(change.kind().to_string(), schema.file, message)
                };
                if let Some(place) = place {
                    note.put_at(place);
                }
                note
            })
            .collect()
    }
}

/// Where a schema refuses a document, and why.
struct Refusal {
    schema_path: String,
    instance_path: String,
    label: String,
}

impl Refusal {
    /// How likely a change is the reason, the likeliest the least: one of the keyword itself, or above it;
    /// of the same key; in the same schema.
    fn nearness_of(&self, change: &Change) -> u8 {
        let is_in = |path: &str, outer: &str| {
            let rest = path.strip_prefix(outer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let last = |path: &str| path.rsplit('/').next().map(str::to_owned);
        let schema = self
            .schema_path
            .rsplit_once('/')
            .map_or("", |(schema, _)| schema);
        let has = |wanted: &dyn Fn(&str) -> bool| {
            let paths = [change.old_path(), change.new_path()];
            paths.into_iter().flatten().any(wanted)
        };
        if has(&|path| is_in(path, &self.schema_path) || is_in(&self.schema_path, path)) {
            0
        } else if has(&|path| last(path) == last(&self.instance_path)) {
            1
        } else if has(&|path| is_in(path, schema)) {
            2
        } else {
            3
        }
    }
}

fn refusals(schema: &Schema<'_>, witness: &Witness) -> Vec<Refusal> {
    let Ok(validator) = SchemaValidator::<SerdeJson>::compile(schema.value) else {
        return Vec::new();
    };
    let Err(violations) = validator.validate(witness.document(), Values::Masked) else {
        return Vec::new();
    };
    // The version number aside, as it was in the comparison.
    let is_meant = |path: &str| schema.version.is_none() || path != format!("/{VERSION_KEY}");
    let meant = violations
        .iter()
        .filter(|violation| is_meant(violation.instance_path()));
    meant
        .map(|violation| {
            let label = match violation.instance_path() {
                "" => format!("refuses the document: {}", violation.message()),
                path => format!("refuses the document: {path}: {}", violation.message()),
            };
            Refusal {
                schema_path: violation.schema_path().to_owned(),
                instance_path: violation.instance_path().to_owned(),
                label,
            }
        })
        .collect()
}
