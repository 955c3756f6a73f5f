//! RPM: `[epoch:]version[-release]`, compared by `rpmvercmp`.
//!
//! A part is runs of digits and runs of letters; separators have no weight, characters beyond ASCII are separators too.
//! `~` is below the end of a part, `^` just above it, then letters, then numbers.

use super::Written;
use super::key::{Key, split_digits, split_while};

const TILDE: u8 = 1;
const END: u8 = 2;
const CARET: u8 = 3;
const LETTERS: u8 = 4;
const NUMBER: u8 = 5;

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    // Only digits before the first colon are an epoch; any other colon is a separator of the version.
    let (digits, after) = split_digits(text);
    let (epoch, rest) = after.strip_prefix(':').map_or(("", text), |rest| (digits, rest));
    key.digits(epoch);
    let (version, release) = match rest.rsplit_once('-') {
        Some((version, release)) => (version, Some(release)),
        None => (rest, None),
    };
    write_part(version, key);
    // No release is below any release, even an empty one.
    key.mark(u8::from(release.is_some()));
    write_part(release.unwrap_or_default(), key);
    Ok(())
}

fn write_part(part: &str, key: &mut Key) {
    let mut rest = part;
    loop {
        rest = rest.trim_start_matches(|letter: char| {
            !letter.is_ascii_alphanumeric() && !matches!(letter, '~' | '^')
        });
        let Some(first) = rest.bytes().next() else { break };
        match first {
            b'~' | b'^' => {
                key.mark(if first == b'~' { TILDE } else { CARET });
                rest = &rest[1..];
            }
            b'0'..=b'9' => {
                let (digits, after) = split_digits(rest);
                key.mark(NUMBER);
                key.digits(digits);
                rest = after;
            }
            _ => {
                let (letters, after) = split_while(rest, u8::is_ascii_alphabetic);
                key.mark(LETTERS);
                key.text(letters);
                rest = after;
            }
        }
    }
    key.mark(END);
}
