//! PEP 440: `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]`, in the many spellings that it forgives.
//!
//! What does not fit is read as `setuptools` once read it (the legacy rules of `packaging` 21) and is below all that fits.

use super::Written;
use super::key::{Key, all_digits, split_digits, split_while};

/// The first byte of the key of a legacy version.
pub(super) const LEGACY: u8 = 0;
const REGULAR: u8 = 1;

/// Where a version stands among those of its release.
const DEV_ONLY: u8 = 0;
const ALPHA: u8 = 1;
const BETA: u8 = 2;
const CANDIDATE: u8 = 3;
const FINAL: u8 = 4;

const WORDS: [(&str, u8); 8] = [
    ("alpha", ALPHA),
    ("a", ALPHA),
    ("beta", BETA),
    ("b", BETA),
    ("preview", CANDIDATE),
    ("pre", CANDIDATE),
    ("rc", CANDIDATE),
    ("c", CANDIDATE),
];

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    let text = text.to_ascii_lowercase();
    if write_regular(&text, key).is_none() {
        key.clear();
        write_legacy(&text, key);
    }
    Ok(())
}

fn write_regular(text: &str, key: &mut Key) -> Option<()> {
    key.mark(REGULAR);
    let (text, local) = match text.split_once('+') {
        Some((text, local)) => (text, Some(local)),
        None => (text, None),
    };
    let text = text.strip_prefix('v').unwrap_or(text);
    let (epoch, mut rest) = match text.split_once('!') {
        Some((epoch, rest)) if all_digits(epoch) => (epoch, rest),
        Some(_) => return None,
        None => ("", text),
    };
    key.digits(epoch);

    let mut zeros = 0_usize;
    let mut first = true;
    loop {
        let number = if first { rest } else { rest.strip_prefix('.').unwrap_or_default() };
        let (digits, after) = split_digits(number);
        if digits.is_empty() {
            if first {
                return None;
            }
            break;
        }
        first = false;
        rest = after;
        if digits.bytes().all(|digit| digit == b'0') {
            zeros += 1;
            continue;
        }
        // Trailing zeros have no weight, so zeros are written only when something follows them.
        for _ in 0..zeros {
            key.mark(1);
            key.number(0);
        }
        zeros = 0;
        key.mark(1);
        key.digits(digits);
    }
    key.mark(0);

    let pre = WORDS.iter().find_map(|(word, mark)| Some((mark, tagged(rest, word)?)));
    if let Some((_, (_, after))) = pre {
        rest = after;
    }
    let post = match rest.strip_prefix('-').map(split_digits) {
        Some((digits, after)) if !digits.is_empty() => Some((digits, after)),
        _ => ["post", "rev", "r"].iter().find_map(|word| tagged(rest, word)),
    };
    if let Some((_, after)) = post {
        rest = after;
    }
    let dev = tagged(rest, "dev");
    if let Some((_, after)) = dev {
        rest = after;
    }
    if !rest.is_empty() {
        return None;
    }
    match (pre, post, dev) {
        (Some((mark, (digits, _))), _, _) => {
            key.mark(*mark);
            key.digits(digits);
        }
        (None, None, Some(_)) => key.mark(DEV_ONLY),
        _ => key.mark(FINAL),
    }
    key.mark(u8::from(post.is_some()));
    key.digits(post.map_or("", |(digits, _)| digits));
    key.mark(u8::from(dev.is_none()));
    key.digits(dev.map_or("", |(digits, _)| digits));
    for part in local.iter().flat_map(|local| local.split(['.', '-', '_'])) {
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        if all_digits(part) {
            key.mark(2);
            key.digits(part);
        } else {
            key.mark(1);
            key.text(part);
        }
    }
    key.mark(0);
    Some(())
}

/// `[-_.]?word[-_.]?N?`: the digits and what follows them.
fn tagged<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let text = text.strip_prefix(['-', '_', '.']).unwrap_or(text);
    let after = text.strip_prefix(word)?;
    let (digits, rest) = split_digits(after.strip_prefix(['-', '_', '.']).unwrap_or(after));
    // A separator may stand there with no digits behind it: `1.0a.dev1`, `1.0a.`.
    Some((digits, rest))
}

/// Runs of digits, runs of letters, hyphens and whatever else; pre-release words sort below `*final`, numbers by width.
fn write_legacy(text: &str, key: &mut Key) {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (run, after) = if first.is_ascii_digit() {
            split_digits(rest)
        } else if first.is_ascii_lowercase() {
            split_while(rest, u8::is_ascii_lowercase)
        } else if matches!(first, '.' | '-') {
            rest.split_at(1)
        } else {
            let end = rest.find(|letter: char| {
                letter.is_ascii_digit() || letter.is_ascii_lowercase() || matches!(letter, '.' | '-')
            });
            rest.split_at(end.unwrap_or(rest.len()))
        };
        rest = after;
        let part = match run {
            "." => continue,
            "pre" | "preview" | "rc" => "*c".to_owned(),
            "-" => "*final-".to_owned(),
            "dev" => "*@".to_owned(),
            _ if first.is_ascii_digit() => format!("{run:0>8}"),
            _ => format!("*{run}"),
        };
        push_legacy(&mut parts, part);
    }
    push_legacy(&mut parts, "*final".to_owned());
    key.mark(LEGACY);
    for part in parts {
        key.mark(1);
        key.text(&part);
    }
    key.mark(0);
}

fn push_legacy(parts: &mut Vec<String>, part: String) {
    if part.starts_with('*') {
        if part.as_str() < "*final" {
            while parts.last().is_some_and(|last| last == "*final-") {
                parts.pop();
            }
        }
        while parts.last().is_some_and(|last| last == "00000000") {
            parts.pop();
        }
    }
    parts.push(part);
}
