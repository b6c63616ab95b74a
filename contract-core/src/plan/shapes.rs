//! The shapes of objects met before: their keys, as they are stored.
//!
//! The documents of a column have few sets of keys between them. jsonb stores the keys of an object together, in
//! one order; so that an object has the same keys as one before takes a comparison of bytes, and what was
//! found out of its keys then holds for it too.

use super::bytes::{Object, same};
use std::sync::OnceLock;

/// How many shapes are kept: the first that come.
const MOST: usize = 4;
/// The most keys of a shape that is kept.
pub(super) const MOST_KEYS: usize = 32;

/// The shapes met before, with what is known of an object of each.
#[derive(Debug)]
pub(super) struct Shapes<T>([OnceLock<Shape<T>>; MOST]);

#[derive(Debug)]
struct Shape<T> {
    entries: Box<[[u8; 4]]>,
    names: Box<[u8]>,
    known: T,
}

impl<T> Default for Shapes<T> {
    fn default() -> Self {
        Self([const { OnceLock::new() }; MOST])
    }
}

impl<T> Shapes<T> {
    /// What is known of an object with these keys, and where its values start in its data.
    #[inline]
    pub fn known(&self, object: &Object<'_>) -> Option<(&T, usize)> {
        for slot in &self.0 {
            let shape = slot.get()?;
            let names = &*shape.names;
            if same(object.keys.as_flattened(), shape.entries.as_flattened())
                && let Some(own) = object.data.get(..names.len())
                && same(own, names)
            {
                return Some((&shape.known, names.len()));
            }
        }
        None
    }

    /// Keeps what is known of an object with these keys, where there is room for it. The keys have been looked at.
    #[cold]
    pub fn learn(&self, object: &Object<'_>, find: impl FnOnce() -> Option<T>) {
        if object.keys.len() > MOST_KEYS {
            return;
        }
        let Some(slot) = self.0.iter().find(|slot| slot.get().is_none()) else {
            return;
        };
        if let (Some(names), Some(known)) = (object.names(), find()) {
            // Who else fills it now has found out the like.
            let _ = slot.set(Shape {
                entries: object.keys.into(),
                names: names.into(),
                known,
            });
        }
    }
}
