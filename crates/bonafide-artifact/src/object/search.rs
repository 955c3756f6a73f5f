//! What is looked for in objects: texts, and the answers of exported symbols.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::code::{Answer, Role, answer};
use super::image::Image;
use super::{Content, Object};

/// Texts and symbols that are looked for in every object, all at once.
#[derive(Debug)]
pub struct Search {
    automaton: AhoCorasick,
    needles: usize,
    symbols: HashMap<Box<[u8]>, u32>,
    /// Lengths of the symbols' names, as bits: most names are refused by it.
    lengths: u128,
}

/// A text that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The number of the needle.
    pub needle: u32,
    /// Where the needle lies in the file.
    pub offset: u64,
    /// The printable text around it (characters from space to `~`, tab and newline), at most [`Search::BEFORE`] bytes before it and
    /// [`Search::AFTER`] after it.
    pub text: String,
    /// Where the needle begins in that text.
    pub at: usize,
}

/// A symbol that was asked for and is exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The number of the symbol.
    pub symbol: u32,
    /// What it says.
    pub answer: Answer,
}

/// What a text that stands alone and begins like a version begins with: a zero byte, one or two digits, a dot.
fn lone() -> impl Iterator<Item = Vec<u8>> {
    let digits = || b'0'..=b'9';
    let one = digits().map(|digit| vec![0, digit, b'.']);
    one.chain(digits().flat_map(move |first| digits().map(move |second| vec![0, first, second, b'.'])))
}

/// Bytes of data that are looked at at once.
const CHUNK: u64 = 128 << 10;

impl Search {
    /// How many hits of one needle are kept for one object.
    pub const HITS: usize = 400;
    /// How many texts that stand alone are kept for one object.
    pub const LONE: usize = 256;
    /// Bytes of text before a needle.
    pub const BEFORE: usize = 160;
    /// Bytes of text after the begin of a needle.
    pub const AFTER: usize = 320;

    /// Looks for these texts (each at least 4 bytes) and these symbols. Both are known later by their numbers.
    ///
    /// # Panics
    /// Where a needle is shorter than 4 bytes: it would be everywhere.
    #[must_use]
    pub fn new(needles: &[&str], symbols: &[&str]) -> Self {
        assert!(needles.iter().all(|needle| needle.len() >= 4), "a needle is too short");
        let patterns = needles.iter().map(|needle| needle.as_bytes().to_vec()).chain(lone());
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(patterns)
            .expect("a few hundred short needles fit into an automaton");
        let numbers = (0..).zip(symbols).map(|(number, symbol)| (symbol.as_bytes().into(), number)).collect();
        let lengths = symbols.iter().fold(0, |lengths, symbol| lengths | 1 << symbol.len().min(127));
        Self { automaton, needles: needles.len(), symbols: numbers, lengths }
    }

    /// The number of a symbol that is asked for.
    pub(super) fn symbol(&self, name: &[u8]) -> Option<u32> {
        if self.lengths >> name.len().min(127) & 1 == 0 {
            return None;
        }
        self.symbols.get(name).copied()
    }

    /// Whether any symbol is asked for.
    pub(super) fn asks(&self) -> bool {
        !self.symbols.is_empty()
    }

    /// Looks through the data sections of an object, or through all of it where it has no sections.
    pub(super) fn look(&self, image: &Image<'_>, object: &mut Object) {
        if self.needles == 0 {
            return;
        }
        let mut runs: Vec<(u64, u64)> = object
            .sections
            .iter()
            .filter(|section| section.content == Content::Data && section.size > 0)
            .map(|section| (section.offset, section.offset.saturating_add(section.size)))
            .collect();
        if object.sections.is_empty() {
            let segments = image.segments.iter();
            runs.extend(
                segments.map(|segment| (segment.offset, segment.offset.saturating_add(segment.size))),
            );
        }
        runs.sort_unstable();
        let mut counts = vec![0_usize; self.needles];
        let mut buffer = Vec::new();
        let mut done = 0;
        for (start, end) in runs {
            let (mut from, end) = (start.max(done), end.min(image.at.length()));
            // The first text of a section has no zero byte before it.
            let first =
                super::piece(image.at, from, end.saturating_sub(from).min(48), 48).unwrap_or_default();
            if first.first().is_some_and(u8::is_ascii_digit) {
                object.add_lone(&first);
            }
            while from < end {
                let stop = end.min(from + CHUNK);
                if !self.chunk(image, from, stop, (start, end), &mut buffer, &mut counts, object) {
                    object.damaged("its data cannot be read");
                    return;
                }
                from = stop;
            }
            done = done.max(end);
        }
        object.hits.sort();
    }

    /// Finds needles that begin in `from..stop`; the text around them may reach beyond, within `run`.
    #[expect(clippy::too_many_arguments, reason = "the state of one loop")]
    fn chunk(
        &self,
        image: &Image<'_>,
        from: u64,
        stop: u64,
        run: (u64, u64),
        buffer: &mut Vec<u8>,
        counts: &mut [usize],
        object: &mut Object,
    ) -> bool {
        let first = from.saturating_sub(Self::BEFORE as u64).max(run.0);
        let last = stop.saturating_add(Self::AFTER as u64).min(run.1);
        let Ok(length) = usize::try_from(last - first) else { return false };
        buffer.resize(length, 0);
        if image.at.read_exact_at(buffer, first).is_err() {
            return false;
        }
        let begin = usize::try_from(from - first).unwrap_or(0);
        for found in self.automaton.find_overlapping_iter(&buffer[begin..]) {
            let at = begin + found.start();
            if first + at as u64 >= stop {
                continue;
            }
            let number = found.pattern().as_usize();
            if number >= self.needles {
                object.add_lone(&buffer[at + 1..]);
                continue;
            }
            if counts[number] >= Self::HITS {
                continue;
            }
            counts[number] += 1;
            let printable = |byte: &u8| (0x20..0x7f).contains(byte) || matches!(byte, b'\n' | b'\t' | b'\r');
            let start =
                at - buffer[..at].iter().rev().take(Self::BEFORE).take_while(|byte| printable(byte)).count();
            let after = buffer[at..].iter().take(Self::AFTER).take_while(|byte| printable(byte)).count();
            object.hits.push(Hit {
                needle: u32::try_from(number).unwrap_or(u32::MAX),
                offset: first + at as u64,
                text: super::lossy(&buffer[start..at + after]),
                at: at - start,
            });
        }
        true
    }

    /// Keeps the answer of an exported symbol that is asked for.
    pub(super) fn ask(&self, image: &Image<'_>, object: &mut Object, name: &[u8], address: u64, role: Role) {
        if let Some(symbol) = self.symbol(name)
            && !object.asked.iter().any(|asked| asked.symbol == symbol)
        {
            object.asked.push(Asked { symbol, answer: answer(image, address, role) });
        }
    }
}
