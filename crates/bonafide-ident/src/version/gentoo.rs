//! Gentoo: `N(.N)*[letter](_suffix[N])*[-rN]` (Package Manager Specification, 3.3).
//!
//! Numbers after the first that begin with a zero are decimal fractions: trailing zeros have no weight and digits are
//! compared from the left.

use super::Written;
use super::key::{Key, split_digits, split_while};

const SUFFIXES: [(&str, u8); 5] = [("alpha", 0), ("beta", 1), ("pre", 2), ("rc", 3), ("p", 5)];
const NO_SUFFIX: u8 = 4;

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    let (first, mut rest) = split_digits(text);
    if first.is_empty() {
        return Err("it does not begin with a number");
    }
    key.digits(first);
    while let Some(after) = rest.strip_prefix('.') {
        let (digits, after) = split_digits(after);
        if digits.is_empty() {
            return Err("no number follows a `.`");
        }
        if digits.starts_with('0') {
            key.mark(1);
            key.text(digits.trim_end_matches('0'));
        } else {
            key.mark(2);
            key.digits(digits);
        }
        rest = after;
    }
    key.mark(0);
    let letter = rest.bytes().next().filter(u8::is_ascii_lowercase);
    key.mark(letter.unwrap_or_default());
    rest = &rest[usize::from(letter.is_some())..];
    while let Some(after) = rest.strip_prefix('_') {
        let (word, after) = split_while(after, u8::is_ascii_lowercase);
        let Some((_, mark)) = SUFFIXES.iter().find(|(name, _)| *name == word) else {
            return Err("a suffix is none of alpha, beta, pre, rc, p");
        };
        let (digits, after) = split_digits(after);
        key.mark(*mark);
        key.digits(digits);
        rest = after;
    }
    key.mark(NO_SUFFIX);
    let revision = rest.strip_prefix("-r").map(split_digits);
    let (digits, rest) = revision.unwrap_or(("", rest));
    if revision.is_some() && digits.is_empty() {
        return Err("no number follows `-r`");
    }
    key.digits(digits);
    if rest.is_empty() { Ok(()) } else { Err("something follows that is neither suffix nor revision") }
}
