//! Debian: `[epoch:]upstream[-revision]`.
//!
//! Each part is a run of non-digits, a number, a run of non-digits, a number, and so on; a missing run is empty, a missing
//! number is 0. In runs `~` is below the end, then come letters, then the rest.

use super::Written;
use super::key::{Key, all_digits, split_digits};

const TILDE: u8 = 1;
const END: u8 = 2;
/// Letters and others keep their order above this; `!` is 33, so none collides with a mark.
const OTHERS: u8 = 128;

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    let (epoch, rest) = match text.split_once(':') {
        Some((epoch, rest)) if all_digits(epoch) => (epoch, rest),
        Some(_) => return Err("the epoch is no number"),
        None => ("", text),
    };
    if rest.is_empty() {
        return Err("nothing follows the epoch");
    }
    if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-~:".contains(&byte)) {
        return Err("letters, digits and `.+-~:` only");
    }
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
    if upstream.is_empty() || revision.is_empty() {
        return Err("a part is empty");
    }
    key.digits(epoch);
    write_part(upstream, key);
    write_part(revision, key);
    Ok(())
}

fn write_part(part: &str, key: &mut Key) {
    let mut rest = part;
    loop {
        let end = rest.find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        for byte in run.bytes() {
            key.mark(match byte {
                b'~' => TILDE,
                _ if byte.is_ascii_alphabetic() => byte,
                _ => byte | OTHERS,
            });
        }
        key.mark(END);
        let (digits, after) = split_digits(after);
        key.digits(digits);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    key.mark(END);
}
