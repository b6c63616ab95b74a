//! Numbers as jsonb stores them, a `numeric` (Postgres, `numeric.c`), compared exactly.
//!
//! A numeric is a sign, groups of four decimal digits, and the weight of the first group. The limits
//! of a schema are brought into the same form once, so that nothing is converted at a comparison.

use super::Stop;
use std::cmp::Ordering;

/// What a group of digits counts to.
const BASE: u64 = AFTER_SMALL as u64;

/// A stored number, without leading or trailing groups of zeros; zero has no group at all.
pub(super) struct Number<'a> {
    is_negative: bool,
    /// The first group counts `BASE` to this power.
    weight: i32,
    groups: &'a [[u8; 2]],
}

/// Whether a varlena that begins so has a header of one byte.
const fn is_short(first: u8) -> bool {
    let mark = if cfg!(target_endian = "little") {
        0x01
    } else {
        0x80
    };
    first & mark != 0
}

/// The first integer that is not small: it takes two groups.
pub(super) const AFTER_SMALL: u16 = 10_000;

/// A stored integer below [`AFTER_SMALL`], as most numbers are: at most one group behind headers that are
/// always the same.
#[inline]
pub(super) fn small(data: &[u8]) -> Option<u16> {
    const fn varlena(length: u32) -> [u8; 4] {
        let mark = if cfg!(target_endian = "little") { 2 } else { 0 };
        (length << mark).to_ne_bytes()
    }
    // Positive, short, of weight and scale 0.
    const NUMERIC: [u8; 2] = 0x8000_u16.to_ne_bytes();
    let (numeric, number) = match *data {
        [v1, v2, v3, v4, n1, n2, g1, g2] if [v1, v2, v3, v4] == varlena(8) => {
            ([n1, n2], u16::from_ne_bytes([g1, g2]))
        }
        [v1, v2, v3, v4, n1, n2] if [v1, v2, v3, v4] == varlena(6) => ([n1, n2], 0),
        _ => return None,
    };
    (numeric == NUMERIC && number < AFTER_SMALL).then_some(number)
}

/// A numeric as it is written: what its header says, and its groups of digits.
struct Written<'a> {
    is_negative: bool,
    weight: i32,
    /// How many digits after the decimal point are shown.
    scale: u16,
    groups: &'a [[u8; 2]],
}

impl<'a> Written<'a> {
    /// Reads a numeric with its varlena header.
    fn read(data: &'a [u8]) -> Result<Self, Stop> {
        const LONG_HEADER: usize = 4;
        let first = *data.first().ok_or(Stop::NotJsonb)?;
        let skipped = if is_short(first) { 1 } else { LONG_HEADER };
        let body = data.get(skipped..).ok_or(Stop::NotJsonb)?;
        let (&header, body) = body.split_first_chunk().ok_or(Stop::NotJsonb)?;
        Self::of(u16::from_ne_bytes(header), body)
    }

    fn of(header: u16, body: &'a [u8]) -> Result<Self, Stop> {
        const FORM: u16 = 0xC000;
        const POSITIVE: u16 = 0x0000;
        const NEGATIVE: u16 = 0x4000;
        const SHORT: u16 = 0x8000;
        const SHORT_NEGATIVE: u16 = 0x2000;
        const SHORT_SCALE: u16 = 0x1F80;
        const SHORT_WEIGHT: u16 = 0x003F;
        const SHORT_WEIGHT_IS_NEGATIVE: u16 = 0x0040;
        let (is_negative, weight, scale, groups) = match header & FORM {
            SHORT => {
                let weight = i32::from(header & SHORT_WEIGHT);
                let weight = if header & SHORT_WEIGHT_IS_NEGATIVE == 0 {
                    weight
                } else {
                    weight - 64
                };
                let scale = (header & SHORT_SCALE) >> SHORT_SCALE.trailing_zeros();
                (header & SHORT_NEGATIVE != 0, weight, scale, body)
            }
            form @ (POSITIVE | NEGATIVE) => {
                let (&weight, groups) = body.split_first_chunk().ok_or(Stop::NotJsonb)?;
                let weight = i32::from(i16::from_ne_bytes(weight));
                (form == NEGATIVE, weight, header & !FORM, groups)
            }
            // NaN and the infinities: no JSON.
            _ => return Err(Stop::NotJsonb),
        };
        let (groups, rest) = groups.as_chunks();
        let is_group = |&group: &[u8; 2]| u64::from(u16::from_ne_bytes(group)) < BASE;
        if !rest.is_empty() || !groups.iter().all(is_group) {
            return Err(Stop::NotJsonb);
        }
        Ok(Self {
            is_negative,
            weight,
            scale,
            groups,
        })
    }

    /// Whether it is as Postgres writes one: no zeros around the digits, and all of them shown.
    fn is_canonical(&self) -> bool {
        let (Some(first), Some(&last)) = (self.groups.first(), self.groups.last()) else {
            return !self.is_negative;
        };
        let mut digits = 4;
        let mut last_group = u16::from_ne_bytes(last);
        while last_group != 0 && last_group.is_multiple_of(10) {
            last_group /= 10;
            digits -= 1;
        }
        let groups = i32::try_from(self.groups.len()).unwrap_or(i32::MAX / 8);
        let stored = 4 * (groups - 2 - self.weight) + digits;
        *first != [0, 0] && last_group != 0 && stored <= i32::from(self.scale)
    }
}

impl<'a> Number<'a> {
    /// The integer that one group of digits is.
    pub fn of(groups: &'a [[u8; 2]; 1]) -> Self {
        Self::trimmed(false, 0, groups)
    }

    /// Reads a numeric with its varlena header.
    pub fn read(data: &'a [u8]) -> Result<Self, Stop> {
        let Written {
            is_negative,
            weight,
            groups,
            ..
        } = Written::read(data)?;
        Ok(Self::trimmed(is_negative, weight, groups))
    }

    fn trimmed(is_negative: bool, mut weight: i32, mut groups: &'a [[u8; 2]]) -> Self {
        while let [[0, 0], others @ ..] = groups {
            groups = others;
            weight -= 1;
        }
        while let [others @ .., [0, 0]] = groups {
            groups = others;
        }
        Self {
            is_negative: is_negative && !groups.is_empty(),
            weight: if groups.is_empty() { i32::MIN } else { weight },
            groups,
        }
    }

    /// Whether a numeric is as Postgres writes one.
    pub fn check(data: &[u8]) -> Result<(), Stop> {
        if Written::read(data)?.is_canonical() {
            Ok(())
        } else {
            Err(Stop::NotJsonb)
        }
    }

    fn groups(&self) -> impl Iterator<Item = u16> {
        self.groups.iter().map(|&group| u16::from_ne_bytes(group))
    }

    #[inline]
    pub fn is_integer(&self) -> bool {
        i32::try_from(self.groups.len()).is_ok_and(|count| count == 0 || count <= self.weight + 1)
    }

    /// The integer that it is, where it is one of that size.
    #[inline]
    pub fn to_u32(&self) -> Option<u32> {
        const LARGEST_WEIGHT: i32 = 2;
        if self.is_negative || !self.is_integer() || self.weight > LARGEST_WEIGHT {
            return None;
        }
        let mut groups = self.groups();
        let value = (0..=self.weight).fold(0_u64, |value, _| {
            value * BASE + u64::from(groups.next().unwrap_or(0))
        });
        u32::try_from(value).ok()
    }

    #[inline]
    pub fn cmp(&self, limit: &Decimal) -> Ordering {
        match (self.is_negative, limit.is_negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.cmp_magnitude(limit),
            (true, true) => self.cmp_magnitude(limit).reverse(),
        }
    }

    fn cmp_magnitude(&self, limit: &Decimal) -> Ordering {
        self.weight
            .cmp(&limit.weight)
            .then_with(|| self.groups().cmp(limit.groups.iter().copied()))
    }

    /// Whether it is `multiple` times an integer.
    pub fn is_multiple_of(&self, multiple: &Multiple) -> bool {
        if self.groups.is_empty() {
            return true;
        }
        let Ok(wanted) = usize::try_from(self.weight + 1 + multiple.fraction_groups) else {
            return false;
        };
        if self.groups.len() > wanted {
            return false;
        }
        let zeros = std::iter::repeat_n(0, wanted - self.groups.len());
        let rest = self.groups().chain(zeros).fold(0, |rest, group| {
            (rest * BASE + u64::from(group)) % multiple.scaled
        });
        rest == 0
    }
}

/// A number of a schema, in the form of a [`Number`].
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    is_negative: bool,
    weight: i32,
    groups: Box<[u16]>,
}

impl Decimal {
    /// Reads a number as JSON writes it.
    pub fn read(written: &str) -> Option<Self> {
        // Far beyond what a numeric can hold.
        const LARGEST_EXPONENT: i64 = 1_000_000;
        let (is_negative, written) = match written.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, written),
        };
        let (mantissa, exponent) = written.split_once(['e', 'E']).unwrap_or((written, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let exponent = read_exponent(exponent)?;
        if !(-LARGEST_EXPONENT..=LARGEST_EXPONENT).contains(&exponent) {
            return None;
        }
        let leading = digits.iter().take_while(|&&digit| digit == b'0').count();
        let trailing = digits
            .iter()
            .rev()
            .take_while(|&&digit| digit == b'0')
            .count();
        if leading == digits.len() {
            return Some(Self {
                is_negative: false,
                weight: i32::MIN,
                groups: Box::new([]),
            });
        }
        // How many digits are before the decimal point, counted from the first that is not zero.
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(leading).ok()? + exponent;
        let significant = &digits[leading..digits.len() - trailing];
        let first = usize::try_from((point - 1).rem_euclid(4)).ok()? + 1;
        let mut padded = vec![b'0'; 4 - first];
        padded.extend(significant);
        padded.resize(padded.len().next_multiple_of(4), b'0');
        let group = |digits: &[u8]| {
            let digits = digits.iter().map(|digit| u16::from(digit - b'0'));
            digits.fold(0, |group, digit| group * 10 + digit)
        };
        Some(Self {
            is_negative,
            weight: i32::try_from((point - 1).div_euclid(4)).ok()?,
            groups: padded.chunks(4).map(group).collect(),
        })
    }
}

/// An exponent as JSON writes it, too large ones as the largest.
fn read_exponent(written: &str) -> Option<i64> {
    let digits = written.trim_start_matches(['+', '-']);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse().unwrap_or(i64::MAX);
    Some(if written.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

/// A positive number that others are divided by.
#[derive(Debug)]
pub(super) struct Multiple {
    /// The number without its fraction: times `BASE` to the power of `fraction_groups`.
    scaled: u64,
    fraction_groups: i32,
}

impl Multiple {
    /// `None` where the number has too many digits for integers of 64 bits.
    pub fn of(number: &Decimal) -> Option<Self> {
        const LARGEST: u64 = u64::MAX / BASE;
        const MOST_GROUPS: i32 = 5;
        let count = i32::try_from(number.groups.len()).ok()?;
        if count == 0
            || number.is_negative
            || !(-MOST_GROUPS..=MOST_GROUPS).contains(&number.weight)
        {
            return None;
        }
        let fraction_groups = (count - 1 - number.weight).max(0);
        let zeros = usize::try_from(number.weight + 1 + fraction_groups - count).ok()?;
        let groups = number
            .groups
            .iter()
            .copied()
            .chain(std::iter::repeat_n(0, zeros));
        let scaled = groups.map(u64::from).try_fold(0_u64, |value, group| {
            value.checked_mul(BASE)?.checked_add(group)
        })?;
        (scaled < LARGEST).then_some(Self {
            scaled,
            fraction_groups,
        })
    }
}
