//! Moments (RFC 3339): `2024-01-01T00:00:00.5+02:00`, compared as instants. `T` and `Z` are capitals, as VERS wants them.

use super::Written;
use super::key::{Key, split_digits};

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    let (seconds, fraction) = read(text).ok_or("it is no RFC 3339 date and time")?;
    key.raw(&seconds.to_be_bytes());
    key.raw(fraction.as_bytes());
    Ok(())
}

/// Seconds since the year 0 (shifted by a day, so that no offset makes it negative) and the fraction's digits.
fn read(text: &str) -> Option<(u64, &str)> {
    let number = |from: usize, length: usize| -> Option<u64> {
        let digits = text.get(from..from + length)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
    };
    let bytes = text.as_bytes();
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, byte)| bytes.get(*at) != Some(byte)) || bytes.get(10) != Some(&b'T') {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    if !(1..=12).contains(&month)
        || day == 0
        || day > days_in(year, month)
        || hour > 23
        || minute > 59
        || second > 60
    {
        return None;
    }
    let mut rest = text.get(19..)?;
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.') {
        (fraction, rest) = split_digits(after);
        if fraction.is_empty() {
            return None;
        }
    }
    let offset = read_offset(rest)?;
    let days = (0..month - 1).map(|before| days_in(year, before + 1)).sum::<u64>() + day + days_before(year);
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Some((seconds.checked_add_signed(-offset)?, fraction.trim_end_matches('0')))
}

/// Seconds east of UTC.
fn read_offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let bytes = text.as_bytes();
    let sign = match bytes.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digit =
        |at: usize| bytes.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| i64::from(byte - b'0'));
    let (hours, minutes) = (digit(1)? * 10 + digit(2)?, digit(4)? * 10 + digit(5)?);
    (bytes.len() == 6 && bytes[3] == b':' && hours < 24 && minutes < 60)
        .then_some(sign * (hours * 60 + minutes) * 60)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 => 28 + u64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_before(year: u64) -> u64 {
    let whole = year.saturating_sub(1);
    year * 365 + if year == 0 { 0 } else { whole / 4 - whole / 100 + whole / 400 + 1 }
}
