//! Versions of nobody's scheme, and those that are numbers only.

use super::Written;
use super::key::{Key, all_digits, runs};

/// Numbers between separators; one more is greater, be it 0.
pub(super) fn write_numbers(text: &str, separators: &[char], key: &mut Key) -> Written {
    for digits in text.split(separators) {
        if !all_digits(digits) {
            return Err("it is not numbers only");
        }
        key.mark(1);
        key.digits(digits);
    }
    key.mark(0);
    Ok(())
}

const EARLY_WORD: u8 = 1;
const END: u8 = 2;
const LATE_WORD: u8 = 3;
const NUMBER: u8 = 4;

/// Words that come before a release, and where they stand among themselves.
const EARLY: [(&str, u8); 11] = [
    ("dev", 0),
    ("snapshot", 0),
    ("nightly", 0),
    ("alpha", 1),
    ("beta", 2),
    ("milestone", 3),
    ("preview", 4),
    ("pre", 4),
    ("test", 4),
    ("cr", 5),
    ("rc", 5),
];

/// Runs of digits and of letters. Zeros at the end have no weight; words that mean a pre-release are below the end, other
/// words (`1.0.2a`, `1.0p1`) above it, numbers above those. What follows `+` names a build and has no weight.
pub(super) fn write(text: &str, key: &mut Key) {
    let lower = text.to_ascii_lowercase();
    let core = lower.split('+').next().unwrap_or_default();
    let core = core
        .strip_prefix('v')
        .filter(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
        .unwrap_or(core);
    let mut zeros = 0_u64;
    for run in runs(core) {
        if all_digits(run) {
            if run.bytes().all(|digit| digit == b'0') {
                zeros += 1;
                continue;
            }
            // Above the end; among each other more zeros are less.
            key.mark(NUMBER);
            key.number_down(zeros);
            key.digits(run);
        } else if let Some((_, rank)) = EARLY.iter().find(|(word, _)| *word == run) {
            // Zeros before a word have no weight: `1.0rc1` is `1rc1`.
            key.mark(EARLY_WORD);
            key.mark(*rank);
        } else {
            key.mark(LATE_WORD);
            key.text(run);
        }
        zeros = 0;
    }
    // A text without a letter or digit is told from others by itself.
    key.mark(END);
}
