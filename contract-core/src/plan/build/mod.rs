//! From a JSON Schema to the rules of a plan.
//!
//! Each schema in the document becomes one rule, so that references share it and a recursive one leads
//! back to it. A part that is not understood, for whatever reason, is left to the general validator.

mod audit;
mod fragment;
mod keywords;
mod objects;
mod values;

use super::{
    Plan,
    rule::{ANYTHING, Also, General, Kinds, NOTHING, Rule, RuleId},
};
use crate::{
    SchemaError, SchemaValidator,
    json::Jsonb,
    watch::{Watch, Watched},
};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet, VecDeque},
    ptr,
};

/// How often a schema is built anew without what its audit refuses, before all of it is left.
const MOST_ATTEMPTS: usize = 16;

/// Why a part of a schema is left to the general validator.
#[derive(Debug)]
enum Left {
    /// It is not covered here.
    Uncovered,
    /// The general validator does not take it either.
    Refused,
}

type Built<T> = Result<T, Left>;

pub(super) fn compile<W: Watch>(schema: &Value) -> Result<Plan<W>, SchemaError> {
    if !has_strange_references(schema, true) {
        let mut left = HashSet::new();
        for _ in 0..MOST_ATTEMPTS {
            let plan = match Builder::build(schema, &left) {
                Ok(plan) => plan,
                // As a part it may be refused for what is taken in its place: the whole has the last word.
                Err(Left::Refused | Left::Uncovered) => break,
            };
            match audit::audit(&plan.rules) {
                audit::Audit::Passed => return Ok(plan.into_plan()),
                audit::Audit::Refused(id) if id != plan.root => {
                    left.insert(plan.sources[id as usize]);
                }
                audit::Audit::Refused(_) | audit::Audit::Circular => break,
            }
        }
    }
    whole(schema)
}

/// A plan that leaves all to the general validator.
fn whole<W: Watch>(schema: &Value) -> Result<Plan<W>, SchemaError> {
    let mut rule = Rule::of(Kinds::ALL);
    rule.also = Box::new([Also::General(General {
        kinds: Kinds::ALL,
        index: 0,
        refers: true,
    })]);
    Ok(Plan {
        root: 2,
        rules: Box::new([Rule::of(Kinds::ALL), Rule::of(Kinds::NONE), rule]),
        generals: Box::new([SchemaValidator::compile(schema)?]),
    })
}

/// Whether a schema is of another draft, or has references that only lead somewhere by way of where a
/// walk comes from, or by the document's own address. Looks at constants too: to be wrong about one costs nothing but time.
fn has_strange_references(value: &Value, is_root: bool) -> bool {
    const STRANGE: [&str; 6] = [
        "$id",
        "$dynamicRef",
        "$dynamicAnchor",
        "$recursiveRef",
        "$recursiveAnchor",
        "$vocabulary",
    ];
    const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
    match value {
        Value::Object(members) => members.iter().any(|(key, member)| match key.as_str() {
            "$schema" => {
                !is_root
                    || member
                        .as_str()
                        .is_none_or(|draft| draft.trim_end_matches('#') != DRAFT)
            }
            "$ref" => !member
                .as_str()
                .is_some_and(|reference| reference.starts_with('#')),
            key => STRANGE.contains(&key) || has_strange_references(member, false),
        }),
        Value::Array(elements) => elements
            .iter()
            .any(|element| has_strange_references(element, false)),
        _ => false,
    }
}

/// What identifies a schema in its document: where it is in memory, for as long as the document stays.
type Source = *const Value;

struct Builder<'s, W: Watch> {
    document: &'s Value,
    /// What an audit has refused.
    left: &'s HashSet<Source>,
    root: RuleId,
    rules: Vec<Rule>,
    /// What each rule was made from.
    sources: Vec<Source>,
    generals: Vec<SchemaValidator<Watched<Jsonb, W>>>,
    /// How many values the documents have that stand around parts with references.
    around: usize,
    /// The rule of each schema; the same words say the same everywhere, for references lead to one place.
    known: HashMap<&'s Value, RuleId>,
    pending: VecDeque<(RuleId, &'s Value)>,
}

impl<'s, W: Watch> Builder<'s, W> {
    fn build(document: &'s Value, left: &'s HashSet<Source>) -> Built<Self> {
        let mut builder = Self {
            document,
            left,
            root: ANYTHING,
            rules: vec![Rule::of(Kinds::ALL), Rule::of(Kinds::NONE)],
            sources: vec![ptr::null(); 2],
            generals: Vec::new(),
            around: 0,
            known: HashMap::new(),
            pending: VecDeque::new(),
        };
        builder.root = builder.rule(document)?;
        while let Some((id, schema)) = builder.pending.pop_front() {
            builder.rules[id as usize] = builder.describe(schema)?;
        }
        Ok(builder)
    }

    fn into_plan(self) -> Plan<W> {
        Plan {
            root: self.root,
            rules: self.rules.into(),
            generals: self.generals.into(),
        }
    }

    /// The rule that `schema` becomes, now or later.
    fn rule(&mut self, schema: &'s Value) -> Built<RuleId> {
        let schema = self.behind_references(schema)?;
        match schema {
            Value::Bool(true) => return Ok(ANYTHING),
            Value::Bool(false) => return Ok(NOTHING),
            Value::Object(members) if !members.keys().any(|key| keywords::asserts(key)) => {
                return Ok(ANYTHING);
            }
            Value::Object(_) => {}
            _ => return Err(Left::Uncovered),
        }
        if let Some(&id) = self.known.get(schema) {
            return Ok(id);
        }
        let id = self.add(Rule::of(Kinds::NONE), schema)?;
        self.known.insert(schema, id);
        self.pending.push_back((id, schema));
        Ok(id)
    }

    fn add(&mut self, rule: Rule, source: &Value) -> Built<RuleId> {
        if rule.is_anything() {
            return Ok(ANYTHING);
        }
        let id = RuleId::try_from(self.rules.len()).map_err(|_| Left::Uncovered)?;
        self.rules.push(rule);
        self.sources.push(source);
        Ok(id)
    }

    fn describe(&mut self, schema: &'s Value) -> Built<Rule> {
        let Value::Object(members) = schema else {
            return Err(Left::Uncovered);
        };
        if !self.left.contains(&ptr::from_ref(schema)) {
            match self.keywords(members) {
                Err(Left::Uncovered) => {}
                described => return described,
            }
        }
        let mut rule = Rule::of(Kinds::ALL);
        let general = self.general_at(schema, Kinds::ALL)?;
        rule.also = Box::new([general]);
        Ok(rule)
    }

    /// What `schema` refers to, where it does nothing else.
    fn behind_references(&self, mut schema: &'s Value) -> Built<&'s Value> {
        const LONGEST_CHAIN: usize = 64;
        for _ in 0..LONGEST_CHAIN {
            let Value::Object(members) = schema else {
                return Ok(schema);
            };
            let mut asserting = members.keys().filter(|key| keywords::asserts(key));
            match (asserting.next().map(String::as_str), asserting.next()) {
                (Some("$ref"), None) => match self.target(&members["$ref"]) {
                    Some(target) => schema = target,
                    None => return Ok(schema),
                },
                _ => return Ok(schema),
            }
        }
        Err(Left::Uncovered)
    }

    /// Where a JSON Pointer into the document leads; `None` for any other reference.
    fn target(&self, reference: &Value) -> Option<&'s Value> {
        let pointer = reference.as_str()?.strip_prefix('#')?;
        let pointer = percent_decode_str(pointer).decode_utf8().ok()?;
        self.document.pointer(&pointer)
    }

    fn rules(&mut self, schemas: &'s Value) -> Built<Box<[RuleId]>> {
        let schemas = schemas.as_array().ok_or(Left::Uncovered)?;
        schemas.iter().map(|schema| self.rule(schema)).collect()
    }
}
