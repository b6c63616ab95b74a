//! The formats `date`, `time` and `date-time` (RFC 3339, section 5.6), digit by digit.
//!
//! They replace those of `jsonschema`, which take some punctuation for a digit: with them `2024-01-0/` is
//! a date. Nothing is allocated; the time of a contract's context is checked in every document.

/// `full-date`: a day of the calendar (RFC 3339, section 5.7), such as `2024-02-29`.
pub(super) fn is_date(text: &str) -> bool {
    full_date(text.as_bytes())
}

/// `full-time`: a time with its offset from UTC, such as `10:00:00.5+01:00`.
///
/// The second may be 60 where UTC is 23:59: no other minute has a leap second.
pub(super) fn is_time(text: &str) -> bool {
    full_time(text.as_bytes())
}

/// `date-time`, such as `2024-02-29T10:00:00Z`.
pub(super) fn is_date_time(text: &str) -> bool {
    date_time(text.as_bytes())
}

pub(crate) fn date_time(text: &[u8]) -> bool {
    if let Some((start, rest)) = text.split_first_chunk()
        && is_usual(start)
        && (rest == b"Z" || without_fraction(rest).and_then(offset).is_some())
    {
        return true;
    }
    match text.split_at_checked("YYYY-MM-DD".len()) {
        Some((date, [b'T' | b't', time @ ..])) => full_date(date) && full_time(time),
        _ => false,
    }
}

/// Whether a `date-time` begins as most do: on a day that its month has in each year, in no leap second. Decided by
/// words of eight bytes, which overlap.
#[inline]
fn is_usual(start: &[u8; "YYYY-MM-DDTHH:MM:SS".len()]) -> bool {
    const LAST: [u64; 20] = [
        0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0, 0, 0, 0, 0,
    ];
    let word = |from: usize| {
        let word = start[from..].first_chunk().expect("three words overlap");
        u64::from_le_bytes(*word)
    };
    let (year, day, time) = (word(0), word(3), word(11));
    let is_written_well = is_between(year, *b"0000-00-", *b"9999-19-")
        && is_between(day, *b"0-00-00T", *b"9-19-39T")
        && is_between(time, *b"00:00:00", *b"29:59:59");
    // Of digits, the lower half of a byte is the number.
    let number = |word: u64, at: u32| (word >> (8 * at) & 0xF) * 10 + (word >> (8 * at + 8) & 0xF);
    let (month, day, hour) = (number(day, 2), number(day, 5), number(time, 0));
    let last = usize::try_from(month)
        .ok()
        .and_then(|month| LAST.get(month));
    is_written_well && day > 0 && last.is_some_and(|last| day <= *last) && hour < 24
}

/// Whether each byte of a word is from that of `least` to that of `most`, which differ in the lower half alone, and there
/// only where `least` has 0.
#[inline]
fn is_between(word: u64, least: [u8; 8], most: [u8; 8]) -> bool {
    const HIGHEST_BITS: u64 = 0x8080_8080_8080_8080;
    let (least, most) = (u64::from_le_bytes(least), u64::from_le_bytes(most));
    // How far each byte is above the least. No byte carries into the next: one that is too far by itself has
    // the highest bit set already.
    let above = word ^ least;
    let highest = (above & !HIGHEST_BITS) + (!HIGHEST_BITS - (most ^ least));
    (above | highest) & HIGHEST_BITS == 0
}

pub(crate) fn full_date(text: &[u8]) -> bool {
    let &[c1, c2, y1, y2, b'-', m1, m2, b'-', d1, d2] = text else {
        return false;
    };
    let numbers = (
        number(c1, c2),
        number(y1, y2),
        number(m1, m2),
        number(d1, d2),
    );
    let (Some(century), Some(year), Some(month), Some(day)) = numbers else {
        return false;
    };
    let counted = if year == 0 { century } else { year };
    let last = match month {
        2 if counted.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=last).contains(&day)
}

pub(crate) fn full_time(text: &[u8]) -> bool {
    const LAST_MINUTE_OF_DAY: i16 = 23 * 60 + 59;
    let &[h1, h2, b':', m1, m2, b':', s1, s2, ref rest @ ..] = text else {
        return false;
    };
    let (Some(minute), Some(second), Some(offset)) = (
        minute_of_day(h1, h2, m1, m2),
        number(s1, s2),
        without_fraction(rest).and_then(offset),
    ) else {
        return false;
    };
    second < 60
        || second == 60
            && (minute - offset).rem_euclid(LAST_MINUTE_OF_DAY + 1) == LAST_MINUTE_OF_DAY
}

/// What follows `time-secfrac`, which may be missing.
fn without_fraction(text: &[u8]) -> Option<&[u8]> {
    let [b'.', fraction @ ..] = text else {
        return Some(text);
    };
    match fraction.iter().position(|byte| !byte.is_ascii_digit()) {
        Some(0) | None => None,
        Some(end) => Some(&fraction[end..]),
    }
}

/// `time-offset`, in minutes.
fn offset(text: &[u8]) -> Option<i16> {
    match *text {
        [b'Z' | b'z'] => Some(0),
        [b'+', h1, h2, b':', m1, m2] => minute_of_day(h1, h2, m1, m2),
        [b'-', h1, h2, b':', m1, m2] => minute_of_day(h1, h2, m1, m2).map(|minutes| -minutes),
        _ => None,
    }
}

/// `time-hour` and `time-minute`, in minutes.
fn minute_of_day(h1: u8, h2: u8, m1: u8, m2: u8) -> Option<i16> {
    let (hour, minute) = (number(h1, h2)?, number(m1, m2)?);
    (hour < 24 && minute < 60).then(|| i16::from(hour) * 60 + i16::from(minute))
}

/// `2DIGIT`.
fn number(tens: u8, units: u8) -> Option<u8> {
    (tens.is_ascii_digit() && units.is_ascii_digit()).then(|| (tens - b'0') * 10 + (units - b'0'))
}
