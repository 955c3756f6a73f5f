//! Alpine: `N(.N)*[letter](_suffix[N])*[~hash][-rN]` (apk-tools 2 and 3).
//!
//! A number that begins with a zero and is not the first is compared as text with its like, and is below those that do
//! not. Suffixes `_alpha _beta _pre _rc` are below the end, `_cvs _svn _git _hg _p` above it. Revision 0 is none.
//!
//! apk compares what is no version too, as far as it can be read; so here: what cannot be read is just below the end.

use super::Written;
use super::key::{Key, split_digits, split_while};

/// What can stand at a place, least first. Those of suffixes are added to their base.
const EARLY_SUFFIX: u8 = 1;
const UNREADABLE: u8 = 7;
const END: u8 = 8;
const REVISION: u8 = 9;
const SUFFIX_NUMBER: u8 = 10;
const LATE_SUFFIX: u8 = 11;
const LETTER: u8 = 18;
const LETTER_NUMBER: u8 = 19;
const ZERO_LED: u8 = 20;
const NUMBER: u8 = 21;

const SUFFIXES: [(&str, u8); 9] = [
    ("alpha", EARLY_SUFFIX),
    ("beta", EARLY_SUFFIX + 1),
    ("pre", EARLY_SUFFIX + 2),
    ("rc", EARLY_SUFFIX + 3),
    ("cvs", LATE_SUFFIX),
    ("svn", LATE_SUFFIX + 1),
    ("git", LATE_SUFFIX + 2),
    ("hg", LATE_SUFFIX + 3),
    ("p", LATE_SUFFIX + 4),
];

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    let rest = write_readable(text, key);
    match rest.bytes().next() {
        None => key.mark(END),
        // After a hyphen apk looks no further.
        Some(b'-') => {
            key.mark(UNREADABLE);
            key.text("");
        }
        Some(_) => {
            key.mark(UNREADABLE);
            key.text(rest);
        }
    }
    Ok(())
}

/// Writes what is a version and answers what is left.
fn write_readable<'a>(text: &'a str, key: &mut Key) -> &'a str {
    let (first, mut rest) = split_digits(text);
    if first.is_empty() {
        return text;
    }
    key.mark(NUMBER);
    key.digits(first);
    while let Some(after) = rest.strip_prefix('.') {
        let (digits, after) = split_digits(after);
        if digits.is_empty() {
            return rest;
        }
        if digits.starts_with('0') {
            key.mark(ZERO_LED);
            key.text(digits);
        } else {
            key.mark(NUMBER);
            key.digits(digits);
        }
        rest = after;
    }
    if let Some(letter) = rest.bytes().next().filter(u8::is_ascii_alphabetic) {
        key.mark(LETTER);
        key.mark(letter);
        rest = &rest[1..];
        // Versions such as `1.9.4p2` predate the rule of one letter and no number.
        let (digits, after) = split_digits(rest);
        if !digits.is_empty() {
            key.mark(LETTER_NUMBER);
            key.digits(digits);
            rest = after;
        }
    }
    while let Some(after) = rest.strip_prefix('_') {
        let (word, after) = split_while(after, u8::is_ascii_lowercase);
        let Some((_, mark)) = SUFFIXES.iter().find(|(name, _)| *name == word) else { return rest };
        key.mark(*mark);
        let (digits, after) = split_digits(after);
        if !digits.is_empty() {
            key.mark(SUFFIX_NUMBER);
            key.digits(digits);
        }
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('~') {
        // The commit of a snapshot names a source, it does not order.
        rest = split_while(after, u8::is_ascii_hexdigit).1;
    }
    let Some(after) = rest.strip_prefix("-r") else { return rest };
    let (digits, after) = split_digits(after);
    if digits.is_empty() && !after.is_empty() {
        return rest;
    }
    if digits.bytes().any(|digit| digit != b'0') {
        key.mark(REVISION);
        key.digits(digits);
    }
    after
}
