//! Semantic versioning 2.0.0 and its kin: `MAJOR.MINOR.PATCH[-PRE][+BUILD]`.
//!
//! Real versions are less tidy: a `v` or `=` stands before them, numbers are missing (they are 0) or are more than three
//! (the rest has no weight), the hyphen before a pre-release is left out (`1.2.3rc1`).

use super::Written;
use super::key::{Key, all_digits, split_digits};

/// Whether what follows `+` takes part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    Ignored,
    Compared,
}

pub(super) fn write(text: &str, build_rule: Build, key: &mut Key) -> Written {
    let text = text.strip_prefix('=').unwrap_or(text);
    let (core, build) = split_build(text);
    let (numbers, pre) = split_core(core)?;
    for place in 0..3 {
        key.digits(numbers.get(place).copied().unwrap_or_default());
    }
    write_pre(pre, key);
    if build_rule == Build::Compared {
        match build {
            None => key.mark(0),
            Some(build) => {
                key.mark(1);
                write_identifiers(build, key);
            }
        }
    }
    Ok(())
}

/// NuGet: up to four numbers or more, trailing zeros have no weight, nor has case.
pub(super) fn write_nuget(text: &str, key: &mut Key) -> Written {
    let lower = text.to_ascii_lowercase();
    let (core, _) = split_build(&lower);
    let (numbers, pre) = split_core(core)?;
    let is_zero = |digits: &&str| digits.bytes().all(|digit| digit == b'0');
    let length = numbers.len() - numbers.iter().rev().take_while(|digits| is_zero(digits)).count();
    for digits in &numbers[..length] {
        key.mark(1);
        key.digits(digits);
    }
    key.mark(0);
    write_pre(pre, key);
    Ok(())
}

fn split_build(text: &str) -> (&str, Option<&str>) {
    match text.split_once('+') {
        Some((core, build)) => (core, Some(build)),
        None => (text, None),
    }
}

/// The numbers, and the pre-release if there is one.
fn split_core(core: &str) -> Result<(Vec<&str>, Option<&str>), &'static str> {
    let mut rest = core.strip_prefix(['v', 'V']).unwrap_or(core);
    let mut numbers = Vec::new();
    loop {
        let (digits, after) = split_digits(rest);
        if digits.is_empty() {
            return Err("a number is missing");
        }
        numbers.push(digits);
        rest = match after.strip_prefix('.') {
            Some(next) if next.starts_with(|letter: char| letter.is_ascii_digit()) => next,
            _ => {
                rest = after;
                break;
            }
        };
    }
    let pre = match rest.chars().next() {
        None => None,
        Some('-') => Some(&rest[1..]),
        Some('.') if numbers.len() >= 3 => Some(&rest[1..]),
        Some(letter) if letter.is_ascii_alphabetic() => Some(rest),
        Some(_) => return Err("a number is followed by what is neither `.`, `-` nor `+`"),
    };
    if pre.is_some_and(|pre| {
        !pre.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    }) {
        return Err("the pre-release has characters other than letters, digits, `.` and `-`");
    }
    Ok((numbers, pre.filter(|pre| !pre.is_empty())))
}

fn write_pre(pre: Option<&str>, key: &mut Key) {
    match pre {
        None => key.mark(1),
        Some(pre) => {
            key.mark(0);
            write_identifiers(pre, key);
        }
    }
}

/// Numbers are below words; fewer are below more.
fn write_identifiers(text: &str, key: &mut Key) {
    for part in text.split('.') {
        if all_digits(part) {
            key.mark(1);
            key.digits(part);
        } else {
            key.mark(2);
            key.text(part);
        }
    }
    key.mark(0);
}
