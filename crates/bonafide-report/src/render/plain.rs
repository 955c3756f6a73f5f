//! Text that is safe to show and easy to read.
//!
//! Names in findings come from foreign bytes. On a terminal an escape sequence could recolour or hide what is said, a
//! newline could forge a finding, a direction mark could turn a name around: all are shown as `\u{…}` and obeyed by none.

use std::fmt::Write as _;

use crate::finding::{Finding, Place};
use crate::render::Ending;
use crate::verdict::{Counts, Verdict};

/// The characters of one message that are shown; JSON and SARIF have all of them.
const SHOWN: usize = 2000;

/// A text without characters that a terminal or a browser would obey, cut at 2,000 characters.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN));
    let mut letters = text.chars();
    for letter in letters.by_ref().take(SHOWN) {
        if is_obeyed(letter) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    match letters.count() {
        0 => {}
        more => write!(shown, "… ({} more)", counted(more as u64, "character")).expect("a string takes all"),
    }
    shown
}

/// Control characters, line and paragraph separators, direction marks, characters of no width.
fn is_obeyed(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || matches!(letter, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A number with commas between its thousands: `4,808`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun: `1 file`, `4,808 files`, `2 entries`.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    let number_text = grouped(number);
    match noun.strip_suffix('y') {
        _ if number == 1 => format!("{number_text} {noun}"),
        Some(stem) => format!("{number_text} {stem}ies"),
        None => format!("{number_text} {noun}s"),
    }
}

/// A place in words: `file!/member:31 at /packages/3`.
pub(super) fn place(place: &Place) -> String {
    let mut text = place.file.clone().unwrap_or_default();
    if let Some(member) = &place.member {
        if !text.is_empty() {
            text.push_str("!/");
        }
        text.push_str(member);
    }
    if let Some(line) = place.line {
        let before = if text.is_empty() { "line " } else { ":" };
        write!(text, "{before}{line}").expect("a string takes all");
    }
    // An empty pointer is the whole document, which the file says already.
    if let Some(pointer) = place.pointer.as_ref().filter(|pointer| !pointer.is_empty() || text.is_empty()) {
        let between = if text.is_empty() { "" } else { " at " };
        let pointer = if pointer.is_empty() { "the whole document" } else { pointer };
        write!(text, "{between}{pointer}").expect("a string takes all");
    }
    if let Some(offset) = place.offset {
        let between = if text.is_empty() { "" } else { " " };
        write!(text, "{between}byte {}", grouped(offset)).expect("a string takes all");
    }
    printable(&text)
}

/// What a finding says below its message: field, evidence, confidence; a line each.
pub(super) fn details(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(field) = &finding.field {
        let said = |value: &Option<String>| {
            value.as_ref().is_none_or(|value| finding.message.contains(value.as_str()))
        };
        if !(said(&finding.expected) && said(&finding.found)) {
            let value = |value: &Option<String>| {
                value
                    .as_ref()
                    .filter(|value| !value.is_empty())
                    .map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"))
            };
            lines.push(printable(&format!(
                "{field}: expected {}, found {}",
                value(&finding.expected),
                value(&finding.found)
            )));
        }
    }
    lines.extend(finding.evidence.iter().map(|line| printable(line)));
    if finding.confidence != crate::rule::Confidence::High {
        lines.push(format!("{} confidence", finding.confidence.as_str()));
    }
    lines
}

/// The word before the rule's id.
pub(super) fn label(finding: &Finding) -> &'static str {
    if finding.is_gap() { "gap" } else { finding.severity.as_str() }
}

/// The verdict in words: `2 findings in 27 packages, 4,808 files (1 error, 1 warning)`.
pub(super) fn verdict(counts: Counts, ending: &Ending) -> String {
    let mut text = match ending.verdict(counts) {
        Verdict::Incomplete => "incomplete: ".to_owned(),
        Verdict::Clean | Verdict::Findings => String::new(),
    };
    text.push_str(&match counts.total() {
        0 => "no findings".to_owned(),
        total => counted(total, "finding"),
    });
    if !ending.examined.is_empty() {
        text.push_str(" in ");
        text.push_str(&printable(&ending.examined));
    }
    let kinds = [
        (counts.errors, "error"),
        (counts.warnings, "warning"),
        (counts.notes, "note"),
        (counts.gaps, "gap"),
    ];
    let kinds: Vec<String> = kinds
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| counted(number, noun))
        .collect();
    if !kinds.is_empty() {
        write!(text, " ({})", kinds.join(", ")).expect("a string takes all");
    }
    text
}

/// The line that says how many findings were not shown, where some were not.
pub(super) fn unshown(counts: Counts, limit: Option<usize>) -> Option<String> {
    let more = counts.total().saturating_sub(limit? as u64);
    (more > 0).then(|| format!("{} not shown: `--format jsonl` lists all", counted(more, "finding")))
}
