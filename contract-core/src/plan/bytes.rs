//! jsonb bytes, read forward (Postgres, `jsonb.h`): a container is a header, one entry for each key and
//! value, and their data one after the other.
//!
//! An entry holds the length of its data, every 32nd where it ends; so a walk that goes forward adds
//! up. No read leaves the slice: what does not fit is [`Stop::NotJsonb`].

use super::Stop;

/// The length of a container's header, in bytes.
pub(super) const HEADER: usize = size_of::<u32>();
const COUNT: u32 = 0x0FFF_FFFF;
const FLAGS: u32 = 0xF000_0000;
const IS_SCALAR: u32 = 0x1000_0000;
const IS_OBJECT: u32 = 0x2000_0000;
const IS_ARRAY: u32 = 0x4000_0000;

/// What sort of value it is; the first five as in an entry, where a container is `ARRAY`.
pub(super) type Kind = u32;
pub(super) const STRING: Kind = 0;
pub(super) const NUMBER: Kind = 1;
pub(super) const FALSE: Kind = 2;
pub(super) const TRUE: Kind = 3;
pub(super) const NULL: Kind = 4;
pub(super) const ARRAY: Kind = 5;
pub(super) const OBJECT: Kind = 6;

/// One value: its sort and its own bytes.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub kind: Kind,
    pub data: &'a [u8],
}

/// One entry of a container.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry(u32);

impl Entry {
    const HAS_END: u32 = 0x8000_0000;
    const FIELD: u32 = 0x0FFF_FFFF;

    #[inline]
    pub fn of(bytes: [u8; 4]) -> Self {
        Self(u32::from_ne_bytes(bytes))
    }

    #[inline]
    fn field(self) -> usize {
        (self.0 & Self::FIELD) as usize
    }

    /// Where its data ends, which starts at `start`: nowhere before.
    #[inline]
    pub fn end(self, start: usize) -> Result<usize, Stop> {
        if self.0 & Self::HAS_END == 0 {
            return Ok(start + self.field());
        }
        if self.field() < start {
            return Err(Stop::NotJsonb);
        }
        Ok(self.field())
    }

    /// An entry of this sort, of no length.
    pub fn of_kind(kind: Kind) -> Self {
        Self(kind << 28)
    }

    /// The length of its data, where it is of the same sort as `other`, which has no length, and says no end.
    #[inline]
    pub fn length_if_like(self, other: Self) -> Option<usize> {
        let length = self.0 ^ other.0;
        (length <= Self::FIELD).then_some(length as usize)
    }

    /// The sort of its value, where a container is [`ARRAY`].
    #[inline]
    pub fn kind(self) -> Kind {
        (self.0 >> 28) & 7
    }

    /// The key in `data` from `start` to `end`.
    #[inline]
    pub fn key(self, data: &[u8], start: usize, end: usize) -> Result<&[u8], Stop> {
        match data.get(start..end) {
            Some(key) if self.kind() == STRING => Ok(key),
            _ => Err(Stop::NotJsonb),
        }
    }

    /// The value in `data` from `start` to `end`.
    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "a call would return the value through memory"
    )]
    pub fn value(self, data: &[u8], start: usize, end: usize) -> Result<Value<'_>, Stop> {
        let kind = self.kind();
        let start = match kind {
            ARRAY => return container(data, start, end),
            NUMBER => aligned(start),
            OBJECT.. => return Err(Stop::NotJsonb),
            _ => start,
        };
        let data = data.get(start..end).ok_or(Stop::NotJsonb)?;
        Ok(Value { kind, data })
    }
}

/// Where a value starts that is aligned. Without a branch, which `next_multiple_of` has.
pub(super) fn aligned(start: usize) -> usize {
    (start + 3) & !3
}

/// The array or the object in `data` from `start` to `end`.
#[inline]
pub(super) fn container(data: &[u8], start: usize, end: usize) -> Result<Value<'_>, Stop> {
    let data = data.get(aligned(start)..end).ok_or(Stop::NotJsonb)?;
    let kind = kind_of_container(data)?;
    Ok(Value { kind, data })
}

/// Where the last of `entries` ends, which begin at 0.
#[inline]
pub(super) fn end_of(entries: &[[u8; 4]]) -> usize {
    let mut end = 0;
    for &entry in entries.iter().rev() {
        let entry = Entry::of(entry);
        end += entry.field();
        if entry.0 & Entry::HAS_END != 0 {
            break;
        }
    }
    end
}

fn word(bytes: &[u8]) -> Result<u32, Stop> {
    let word = bytes.first_chunk().ok_or(Stop::NotJsonb)?;
    Ok(u32::from_ne_bytes(*word))
}

#[inline]
fn kind_of_container(bytes: &[u8]) -> Result<Kind, Stop> {
    match word(bytes)? & FLAGS {
        IS_OBJECT => Ok(OBJECT),
        IS_ARRAY => Ok(ARRAY),
        _ => Err(Stop::NotJsonb),
    }
}

/// The value that a stored document is.
#[inline]
pub(super) fn root(document: &[u8]) -> Result<Value<'_>, Stop> {
    if word(document)? & FLAGS != IS_ARRAY | IS_SCALAR {
        return Ok(Value {
            kind: kind_of_container(document)?,
            data: document,
        });
    }
    // A scalar is stored as an array that is marked, of one element.
    match Array::open(document)? {
        Array {
            entries: &[entry],
            data,
        } => {
            let entry = Entry::of(entry);
            let value = entry.value(data, 0, entry.end(0)?)?;
            if value.kind < ARRAY {
                Ok(value)
            } else {
                Err(Stop::NotJsonb)
            }
        }
        Array { .. } => Err(Stop::NotJsonb),
    }
}

/// A scalar as a document of its own, written over `document`.
pub(super) fn write_scalar(value: Value<'_>, document: &mut Vec<u8>) {
    let length = u32::try_from(value.data.len()).unwrap_or(u32::MAX);
    document.clear();
    document.extend((IS_ARRAY | IS_SCALAR | 1).to_ne_bytes());
    document.extend((value.kind << 28 | length & Entry::FIELD).to_ne_bytes());
    document.extend(value.data);
}

/// The entries and the data of a container with `count` keys and values.
#[inline]
fn open(container: &[u8], values_each: usize) -> Result<(&[[u8; 4]], &[u8]), Stop> {
    let count = (word(container)? & COUNT) as usize * values_each;
    let (entries, data) = container[HEADER..]
        .split_at_checked(4 * count)
        .ok_or(Stop::NotJsonb)?;
    Ok((entries.as_chunks().0, data))
}

/// An array: an entry for each element.
pub(super) struct Array<'a> {
    pub entries: &'a [[u8; 4]],
    pub data: &'a [u8],
}

impl<'a> Array<'a> {
    #[inline]
    pub fn open(container: &'a [u8]) -> Result<Self, Stop> {
        let (entries, data) = open(container, 1)?;
        Ok(Self { entries, data })
    }
}

/// An object: an entry for each key, in the order of length, then bytes; then one for each value.
pub(super) struct Object<'a> {
    pub keys: &'a [[u8; 4]],
    pub values: &'a [[u8; 4]],
    pub data: &'a [u8],
}

impl<'a> Object<'a> {
    #[inline]
    pub fn open(container: &'a [u8]) -> Result<Self, Stop> {
        let (entries, data) = open(container, 2)?;
        let (keys, values) = entries.split_at(entries.len() / 2);
        Ok(Self { keys, values, data })
    }

    /// A container, where it is an object.
    #[inline]
    pub fn of(container: &'a [u8]) -> Result<Option<Self>, Stop> {
        if word(container)? & FLAGS != IS_OBJECT {
            return Ok(None);
        }
        Self::open(container).map(Some)
    }

    pub fn values(&self) -> Values<'a> {
        Values {
            entries: self.values,
            data: self.data,
            start: end_of(self.keys),
        }
    }

    /// The index of a key.
    pub fn find(&self, key: &[u8]) -> Result<Option<usize>, Stop> {
        let mut start = 0;
        for (index, &entry) in self.keys.iter().enumerate() {
            let entry = Entry::of(entry);
            let end = entry.end(start)?;
            if end - start > key.len() {
                break;
            }
            let name = entry.key(self.data, start, end)?;
            if same(name, key) {
                return Ok(Some(index));
            }
            start = end;
        }
        Ok(None)
    }
}

/// The values of an object.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    pub entries: &'a [[u8; 4]],
    pub data: &'a [u8],
    /// Where the first begins in the data.
    pub start: usize,
}

impl<'a> Values<'a> {
    /// The value of the key at `index`.
    #[inline]
    pub fn nth(&self, index: usize) -> Result<Value<'a>, Stop> {
        let (before, after) = self.entries.split_at_checked(index).ok_or(Stop::NotJsonb)?;
        let entry = Entry::of(*after.first().ok_or(Stop::NotJsonb)?);
        let mut start = self.start;
        for &entry in before {
            start = Entry::of(entry).end(start)?;
        }
        entry.value(self.data, start, entry.end(start)?)
    }
}

/// Whether two texts are the same; without a call, for they are mostly short.
#[inline]
pub(super) fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    // The last bytes may overlap those before, and are all there is.
    if let (Some(l), Some(r)) = (left.last_chunk::<32>(), right.last_chunk()) {
        let (left, right) = (left.as_chunks::<32>().0, right.as_chunks().0);
        return left.iter().zip(right).all(|(left, right)| left == right) && l == r;
    }
    if let (Some(first), Some(last)) = (left.first_chunk::<16>(), left.last_chunk::<16>()) {
        return right.first_chunk() == Some(first) && right.last_chunk() == Some(last);
    }
    if let (Some(first), Some(last)) = (left.first_chunk::<8>(), left.last_chunk::<8>()) {
        return right.first_chunk() == Some(first) && right.last_chunk() == Some(last);
    }
    if let (Some(first), Some(last)) = (left.first_chunk::<4>(), left.last_chunk::<4>()) {
        return right.first_chunk() == Some(first) && right.last_chunk() == Some(last);
    }
    left.iter().eq(right)
}

/// The order of keys in an object: by length, then by bytes.
#[inline]
pub(super) fn order(left: &[u8], right: &[u8]) -> std::cmp::Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}
