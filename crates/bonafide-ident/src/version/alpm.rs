//! Arch Linux: `[epoch:]version[-release]`, compared by pacman's own `rpmvercmp`.
//!
//! As RPM without `~` and `^`, and separators count: more of them are greater, letters that follow a number at once are
//! below its end (`1.0rc` before `1.0`), a number or a separator is above it.
//!
//! pacman calls versions equal whatever their release when one has none, which is no order. Here a missing release is
//! the first one, `1`.

use super::Written;
use super::key::{Key, split_digits, split_while};

const ADJACENT_LETTERS: u8 = 1;
const END: u8 = 2;
const ADJACENT_NUMBER: u8 = 3;
const SEPARATED: u8 = 4;

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    let (digits, after) = split_digits(text);
    let (epoch, rest) = after.strip_prefix(':').map_or(("", text), |rest| (digits, rest));
    key.digits(epoch);
    let (version, release) = rest.rsplit_once('-').unwrap_or((rest, "1"));
    write_part(version, key);
    write_part(release, key);
    Ok(())
}

fn write_part(part: &str, key: &mut Key) {
    let mut rest = part;
    while !rest.is_empty() {
        let inner = rest.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let separators = rest.len() - inner.len();
        let number = inner.starts_with(|letter: char| letter.is_ascii_digit());
        if separators > 0 {
            key.mark(SEPARATED);
            key.number(separators as u64);
            if inner.is_empty() {
                key.mark(END);
                break;
            }
        }
        key.mark(if number { ADJACENT_NUMBER } else { ADJACENT_LETTERS });
        if number {
            let (digits, after) = split_digits(inner);
            key.digits(digits);
            rest = after;
        } else {
            let (letters, after) = split_while(inner, u8::is_ascii_alphabetic);
            key.text(letters);
            rest = after;
        }
    }
    key.mark(END);
}
