//! Triggers of relations, from `pg_trigger`.

use super::{
    relations::Relations,
    row::{each, unknown},
};
use crate::{
    catalog::{Trigger, TriggerEnabled, TriggerTiming},
    commands::Failure,
};
use postgres::Transaction;

/// The bits of `tgtype` (`catalog/pg_trigger.h`).
const ROW: i16 = 1;
const BEFORE: i16 = 1 << 1;
const INSTEAD: i16 = 1 << 6;
const EVENTS: [(i16, &str); 4] = [
    (1 << 2, "INSERT"),
    (1 << 3, "DELETE"),
    (1 << 4, "UPDATE"),
    (1 << 5, "TRUNCATE"),
];

/// Adds the triggers to their relations.
pub fn read(transaction: &mut Transaction<'_>, relations: &mut Relations) -> Result<(), Failure> {
    const SQL: &str = "SELECT t.tgrelid, t.tgtype, t.tgattr, t.tgenabled, t.tgqual IS NOT NULL, t.tgname, \
        n.nspname, p.proname, t.tgconstraint <> 0, t.tgdeferrable, t.tgparentid <> 0, \
        pg_catalog.pg_get_triggerdef(t.oid) \
        FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid \
        JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace \
        WHERE t.tgrelid = ANY ($1) AND NOT t.tgisinternal";
    let oids = relations.oids().to_vec();
    each(transaction, SQL, &[&oids], |mut row| {
        let relation: u32 = row.next()?;
        let (kind, columns): (i16, Vec<i16>) = (row.next()?, row.next()?);
        let enabled = row.letter()?;
        let has_condition: bool = row.next()?;
        let name: String = row.next()?;
        let function = row.name()?;
        let (is_constraint, deferrable, inherited) = (row.next()?, row.next()?, row.next()?);
        let definition: String = row.next()?;
        let Some(texts) = Texts::of(&definition, has_condition) else {
            return Err(Failure::CouldNotRun(format!(
                "the definition of a trigger is not understood: {}",
                crate::report::printable(&definition)
            )));
        };
        let trigger = Trigger {
            timing: timing(kind),
            events: EVENTS
                .iter()
                .filter(|(bit, _)| kind & bit != 0)
                .map(|(_, event)| (*event).to_owned())
                .collect(),
            for_each_row: kind & ROW != 0,
            columns: relations.columns(relation, &columns)?,
            when: texts.when,
            function,
            arguments: texts.arguments,
            enabled: state("trigger", &name, enabled)?,
            name,
            is_constraint,
            deferrable,
            inherited,
            definition,
        };
        relations.get(relation).triggers.push(trigger);
        Ok(())
    })
}

fn timing(kind: i16) -> TriggerTiming {
    if kind & INSTEAD != 0 {
        TriggerTiming::InsteadOf
    } else if kind & BEFORE != 0 {
        TriggerTiming::Before
    } else {
        TriggerTiming::After
    }
}

/// The state of a trigger or of a rule.
pub fn state(what: &str, name: &str, letter: char) -> Result<TriggerEnabled, Failure> {
    Ok(match letter {
        'O' => TriggerEnabled::Origin,
        'D' => TriggerEnabled::Disabled,
        'R' => TriggerEnabled::Replica,
        'A' => TriggerEnabled::Always,
        other => return Err(unknown("state", &format!("{what} {name}"), other)),
    })
}

/// What only the text of a trigger's definition has: `pg_get_expr` refuses a condition over two rows, and
/// the bytes of the arguments are in the server's encoding.
struct Texts {
    when: Option<String>,
    arguments: Vec<String>,
}

impl Texts {
    fn of(definition: &str, has_condition: bool) -> Option<Self> {
        const WHEN: &str = "WHEN (";
        const EXECUTE: &str = "EXECUTE FUNCTION ";
        let head = ["FOR EACH ROW ", "FOR EACH STATEMENT "]
            .iter()
            .find_map(|head| Some(outside_quotes(definition, head)? + head.len()))?;
        let mut rest = &definition[head..];
        let mut when = None;
        if has_condition {
            let inner = rest.strip_prefix(WHEN)?;
            let end = closing(inner)?;
            when = Some(inner[..end].to_owned());
            rest = inner[end..].strip_prefix(") ")?;
        }
        let call = rest.strip_prefix(EXECUTE)?;
        let arguments = &call[outside_quotes(call, "(")? + 1..];
        Some(Self {
            when,
            arguments: literals(arguments)?,
        })
    }
}

/// Where a text is found that is in no quoted identifier.
fn outside_quotes(text: &str, wanted: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, character)| {
        quoted ^= character == '"';
        (!quoted && text[at..].starts_with(wanted)).then_some(at)
    })
}

/// Where the parenthesis ends that was opened before the text. Postgres writes a quote within quotes twice.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1_u32;
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), _) => quote = quote.filter(|_| character != open),
            (None, '"' | '\'') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The literals of a list up to its closing parenthesis: `'a', 'it''s')`. With `standard_conforming_strings`
/// there are no escapes in them.
fn literals(mut text: &str) -> Option<Vec<String>> {
    let mut literals = Vec::new();
    while text != ")" {
        text = text.strip_prefix(", ").unwrap_or(text).strip_prefix('\'')?;
        let mut literal = String::new();
        loop {
            let (part, rest) = text.split_once('\'')?;
            literal.push_str(part);
            text = rest;
            match rest.strip_prefix('\'') {
                Some(rest) => text = rest,
                None => break,
            }
            literal.push('\'');
        }
        literals.push(literal);
    }
    Some(literals)
}
