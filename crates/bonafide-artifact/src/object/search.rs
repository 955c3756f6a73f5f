//! What is looked for in objects: texts, and the answers of exported symbols.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, Input, MatchKind};

use super::code::{Answer, Role, answer};
use super::image::Image;
use super::{Content, Object};

/// Texts and symbols that are looked for in every object, all at once.
#[derive(Debug)]
pub struct Search {
    groups: Vec<Group>,
    needles: usize,
    symbols: HashMap<Box<[u8]>, u32>,
    /// Lengths of the symbols' names, as bits: most names are refused by it.
    lengths: u128,
    exports: Exports,
}

/// What is told of the symbols that an object exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exports {
    /// How many they are.
    Counted,
    /// Their names too.
    Listed,
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

/// Needles that are found in one pass: few enough for the search by vectors of bytes.
#[derive(Debug)]
struct Group {
    automaton: AhoCorasick,
    /// The number of the first.
    first: usize,
    needles: Vec<Needle>,
}

#[derive(Debug)]
struct Needle {
    text: Box<[u8]>,
    /// The places in the group of those that begin with it, or that it begins with: where one is found, they may be too.
    akin: Vec<usize>,
}

/// Needles of a group: so many the vectorised search takes; with more it is a table a byte, several times slower.
const GROUP: usize = 64;

impl Group {
    fn new(first: usize, texts: &[&str]) -> Self {
        let akin = |at: usize| {
            let others = (0..texts.len()).filter(|other| *other != at);
            let same =
                |other: &usize| texts[*other].starts_with(texts[at]) || texts[at].starts_with(texts[*other]);
            others.filter(same).collect()
        };
        let needles = texts.iter().enumerate();
        let needles =
            needles.map(|(at, text)| Needle { text: text.as_bytes().into(), akin: akin(at) }).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(texts)
            .expect("a few short needles fit into an automaton");
        Self { automaton, first, needles }
    }

    /// Calls `found` with the number and the place of every needle, also of those that overlap.
    fn each(&self, bytes: &[u8], mut found: impl FnMut(usize, usize)) {
        let mut from = 0;
        while let Some(hit) = self.automaton.find(Input::new(bytes).range(from..)) {
            let (place, at) = (hit.pattern().as_usize(), hit.start());
            found(self.first + place, at);
            for akin in &self.needles[place].akin {
                if bytes[at..].starts_with(&self.needles[*akin].text) {
                    found(self.first + akin, at);
                }
            }
            from = at + 1;
        }
    }
}

/// The places of texts that stand alone and begin like a version: after a zero byte one or two digits and a dot.
fn lone(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'.', bytes).filter_map(|dot| match bytes[..dot] {
        [.., 0, a, b] if a.is_ascii_digit() && b.is_ascii_digit() => Some(dot - 2),
        [.., 0, a] if a.is_ascii_digit() => Some(dot - 1),
        _ => None,
    })
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
        let groups = needles.chunks(GROUP).enumerate();
        let groups = groups.map(|(number, texts)| Group::new(number * GROUP, texts)).collect();
        let numbers = (0..).zip(symbols).map(|(number, symbol)| (symbol.as_bytes().into(), number)).collect();
        let lengths = symbols.iter().fold(0, |lengths, symbol| lengths | 1 << symbol.len().min(127));
        Self { groups, needles: needles.len(), symbols: numbers, lengths, exports: Exports::Counted }
    }

    /// Looks for nothing, and lists the symbols that an object exports ([`Object::exported`]): for showing what it says of
    /// itself. Costs a text for each symbol.
    #[must_use]
    pub fn listing_exports() -> Self {
        Self { exports: Exports::Listed, ..Self::new(&[], &[]) }
    }

    /// How much of a symbol's name is of interest, in bytes: a longer one is none that is asked for.
    pub(super) const fn longest_name(&self) -> usize {
        match self.exports {
            Exports::Counted => 128,
            Exports::Listed => super::NAME,
        }
    }

    /// The number of a symbol that is asked for.
    pub(super) fn symbol(&self, name: &[u8]) -> Option<u32> {
        if self.lengths >> name.len().min(127) & 1 == 0 {
            return None;
        }
        self.symbols.get(name).copied()
    }

    /// Whether the names of symbols matter.
    pub(super) fn asks(&self) -> bool {
        !self.symbols.is_empty() || self.exports == Exports::Listed
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
        let here = &buffer[begin..];
        let within = usize::try_from(stop - from).unwrap_or(usize::MAX);
        for at in lone(here).filter(|at| *at <= within) {
            object.add_lone(&here[at..]);
        }
        let printable = |byte: &u8| (0x20..0x7f).contains(byte) || matches!(byte, b'\n' | b'\t' | b'\r');
        for group in &self.groups {
            group.each(here, |number, at| {
                if at >= within || counts[number] >= Self::HITS {
                    return;
                }
                counts[number] += 1;
                let at = begin + at;
                let before =
                    buffer[..at].iter().rev().take(Self::BEFORE).take_while(|byte| printable(byte)).count();
                let after = buffer[at..].iter().take(Self::AFTER).take_while(|byte| printable(byte)).count();
                object.hits.push(Hit {
                    needle: u32::try_from(number).unwrap_or(u32::MAX),
                    offset: first + at as u64,
                    text: super::lossy(&buffer[at - before..at + after]),
                    at: before,
                });
            });
        }
        true
    }

    /// Keeps the answer of an exported symbol that is asked for; its name where all are listed.
    pub(super) fn ask(&self, image: &Image<'_>, object: &mut Object, name: &[u8], address: u64, role: Role) {
        if self.exports == Exports::Listed {
            object.add_export(name);
        }
        if let Some(symbol) = self.symbol(name)
            && !object.asked.iter().any(|asked| asked.symbol == symbol)
        {
            object.asked.push(Asked { symbol, answer: answer(image, address, role) });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Few letters, so that needles overlap, begin alike and are contained in one another.
        #[test]
        fn every_needle_is_found_wherever_it_lies(
            needles in proptest::collection::vec("[ab]{4,7}", 1..100),
            text in "[abc]{0,400}",
        ) {
            let needles: Vec<&str> = needles.iter().map(String::as_str).collect();
            let mut found = Vec::new();
            for group in Search::new(&needles, &[]).groups {
                group.each(text.as_bytes(), |number, at| found.push((number, at)));
            }
            found.sort_unstable();
            let places = |needle: &&str| (0..text.len()).filter(|at| text[*at..].starts_with(*needle)).collect::<Vec<_>>();
            let known: Vec<(usize, usize)> = needles
                .iter()
                .enumerate()
                .flat_map(|(number, needle)| places(needle).into_iter().map(move |at| (number, at)))
                .collect();
            prop_assert_eq!(found, known);
        }

        #[test]
        fn every_text_that_begins_like_a_version_is_found(bytes in proptest::collection::vec(
            prop_oneof![Just(0), Just(b'.'), b'0'..=b'9', any::<u8>()], 0..60))
        {
            let begins = |at: &usize| {
                let digits = bytes[*at..].iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
                bytes[at - 1] == 0 && matches!(digits, 1 | 2) && bytes.get(at + digits) == Some(&b'.')
            };
            prop_assert_eq!(lone(&bytes).collect::<Vec<_>>(), (1..bytes.len()).filter(begins).collect::<Vec<_>>());
        }
    }
}
