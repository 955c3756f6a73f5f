//! RubyGems: runs of digits and runs of letters (`Gem::Version`).
//!
//! Words are below numbers, and what is missing is 0: so a word makes a pre-release. Zeros before the first word and at
//! the end have no weight. `1.0-rc1` means `1.0.pre.rc1`.

use super::Written;
use super::key::{Key, runs};

const WORD: u8 = 1;
const END: u8 = 2;
const NUMBER: u8 = 3;

pub(super) fn write(text: &str, key: &mut Key) -> Written {
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) {
        return Err("letters, digits, `.` and `-` only");
    }
    let expanded = text.replace('-', ".pre.");
    let mut segments = Segments::default();
    for run in runs(&expanded) {
        segments.push(run, key);
    }
    key.mark(END);
    Ok(())
}

/// Zeros that may yet turn out to have no weight.
///
/// The order pads with zeros, so a run of zeros is decided by what ends it: before a word it is below the end, and the
/// longer run is greater; before a number it is above the end, and the longer run is less.
#[derive(Default)]
struct Segments {
    zeros: u64,
    word_seen: bool,
}

impl Segments {
    fn push(&mut self, run: &str, key: &mut Key) {
        if run.as_bytes()[0].is_ascii_digit() {
            if run.bytes().all(|digit| digit == b'0') {
                self.zeros += 1;
                return;
            }
            key.mark(NUMBER);
            key.number_down(self.zeros);
            key.digits(run);
        } else {
            key.mark(WORD);
            key.number(if self.word_seen { self.zeros } else { 0 });
            key.text(run);
            self.word_seen = true;
        }
        self.zeros = 0;
    }
}
