//! Where the general validator decides. It takes nothing but jsonb: a plan that needs it looks at the whole document first.

use super::{
    Plan, Stop,
    bytes::{
        self, ARRAY, Array, Entry, NUMBER, OBJECT, Object, STRING, Value, end_of, order,
        write_scalar,
    },
    number::Number,
    walk::{Outcome, text},
};
use crate::{
    json::Jsonb,
    watch::{Unwatched, Watch, Watched},
};
use std::{cell::RefCell, cmp::Ordering};

/// The most of a scalar's memory that is kept for the next one, in bytes.
const MOST_KEPT: usize = 64 << 10;

thread_local! {
    /// A scalar as a document of its own, as the general validator reads it.
    static SCALAR: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl<W: Watch> Plan<W> {
    /// Asks the general validator at `index`.
    pub(super) fn general(&self, index: u32, value: Value<'_>) -> Outcome {
        let validator = &self.generals[index as usize];
        let ask =
            |document: &[u8]| validator.is_valid(Watched::<Jsonb, W>::node(Jsonb::root(document)));
        let is_valid = if value.kind < ARRAY {
            // Taken, so that a watch that unwinds leaves nothing borrowed.
            let mut document = SCALAR.take();
            write_scalar(value, &mut document);
            let is_valid = ask(&document);
            if document.capacity() <= MOST_KEPT {
                SCALAR.set(document);
            }
            is_valid
        } else {
            ask(value.data)
        };
        if is_valid { Ok(()) } else { Err(Stop::Invalid) }
    }
}

/// Whether bytes are a jsonb container throughout, without its varlena header.
pub(crate) fn is_jsonb(document: &[u8]) -> bool {
    let outcome = bytes::root(document).and_then(|value| check::<Unwatched>(value, 0));
    outcome.is_ok()
}

/// Whether a value is jsonb throughout, `depth` levels down in the document.
pub(super) fn check<W: Watch>(value: Value<'_>, depth: usize) -> Outcome {
    match value.kind {
        STRING => text(value.data).map(drop),
        NUMBER => Number::check(value.data),
        ARRAY => {
            Plan::<W>::descend(depth)?;
            let Array { entries, data } = Array::open(value.data)?;
            check_values::<W>(entries, data, 0, depth)
        }
        OBJECT => {
            Plan::<W>::descend(depth)?;
            let Object { keys, values, data } = Object::open(value.data)?;
            check_keys(keys, data)?;
            check_values::<W>(values, data, end_of(keys), depth)
        }
        _ if value.data.is_empty() => Ok(()),
        _ => Err(Stop::NotJsonb),
    }
}

fn check_keys(keys: &[[u8; 4]], data: &[u8]) -> Outcome {
    let mut start = 0;
    let mut previous: Option<&[u8]> = None;
    for &key in keys {
        let key = Entry::of(key);
        let end = key.end(start)?;
        let name = key.key(data, start, end)?;
        if previous.is_some_and(|previous| order(previous, name) != Ordering::Less) {
            return Err(Stop::NotJsonb);
        }
        text(name)?;
        previous = Some(name);
        start = end;
    }
    Ok(())
}

fn check_values<W: Watch>(
    entries: &[[u8; 4]],
    data: &[u8],
    mut start: usize,
    depth: usize,
) -> Outcome {
    for &entry in entries {
        W::read();
        let entry = Entry::of(entry);
        let end = entry.end(start)?;
        check::<W>(entry.value(data, start, end)?, depth + 1)?;
        start = end;
    }
    Ok(())
}
