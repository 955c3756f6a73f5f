//! LZMA2 (xz file format 1.2.1, section 5.3.1; the coding itself as liblzma 5.8 has it): a run of chunks, each
//! either stored or coded by LZMA, each with its packed and unpacked length.
//!
//! LZMA is a range coder over adaptive probabilities: every bit is coded with the probability that its context has
//! gathered, and bits make up literals, lengths and distances of matches. A bit can be decoded only when the one
//! before it is known, so what counts is how long one takes. Three things make it short here, without unsafe code:
//!
//! - Both probabilities that may come next in a tree are loaded before it is known which of them it will be.
//! - A chunk is decoded whole, from a buffer of 64 KiB whose index wraps and into a window that has room for it, so
//!   that no bit and no byte asks whether there is input or room. What was read beyond the end is found at the end.
//! - Matches are copied sixteen bytes at a time, beyond their end where that does no harm.
//!
//! Nothing of a chunk is given out before the whole of it proved right.

mod probability;

use std::io::{self, Read};

use probability::{Coder, MOST_PACKED, Probabilities};

/// The longest that a chunk can be, in bytes.
const MOST_UNPACKED: usize = 1 << 21;
/// A copy writes up to so many bytes beyond its end.
const SLACK: usize = 32;

/// Decodes one run of LZMA2 chunks.
pub(crate) struct Lzma2<R> {
    input: R,
    packed: Box<[u8; MOST_PACKED]>,
    probabilities: Box<Probabilities>,
    state: State,
    need: Need,
    ended: bool,
    window: Window,
    /// How much of the window's bytes was given out.
    given: usize,
}

/// What a chunk must bring before it can be decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Nothing,
    Properties,
    Dictionary,
}

/// Which bits of the position and of the byte before choose the probabilities.
#[derive(Clone, Copy, Default)]
struct Properties {
    literal_context: u32,
    literal_position: usize,
    position: usize,
}

/// What lasts from chunk to chunk.
#[derive(Clone, Copy, Default)]
struct State {
    properties: Properties,
    /// Of what kind the last symbols were: below 7 the last one was a literal.
    symbols: usize,
    /// The last four distances, less one.
    distances: [u32; 4],
}

/// What was decoded last. The bytes run to [`Window::end`]; before [`Window::wrapped`] those of the turn before go on.
struct Window {
    bytes: Vec<u8>,
    /// The dictionary's size: how far back a match may reach.
    dictionary: usize,
    end: usize,
    /// Where the bytes of the turn before ended; 0 in the first turn.
    wrapped: usize,
    /// Bytes since the dictionary was reset.
    position: usize,
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl<R: Read> Lzma2<R> {
    /// A decoder that takes about `dictionary` bytes of memory, once it has decoded so much.
    pub(crate) fn new(input: R, dictionary: u32) -> Self {
        Self {
            input,
            packed: Box::new([0; MOST_PACKED]),
            probabilities: Box::default(),
            state: State::default(),
            need: Need::Dictionary,
            ended: false,
            window: Window::new(dictionary as usize),
            given: 0,
        }
    }

    /// Where the bytes come from: it stands behind the last chunk that was read.
    pub(crate) const fn inner(&self) -> &R {
        &self.input
    }

    /// The input back.
    pub(crate) fn into_inner(self) -> R {
        self.input
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.input.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    /// A length, which is stored less one.
    fn length(&mut self) -> io::Result<usize> {
        let mut bytes = [0; 2];
        self.input.read_exact(&mut bytes)?;
        Ok(usize::from(u16::from_be_bytes(bytes)) + 1)
    }

    fn chunk(&mut self) -> io::Result<()> {
        match self.byte()? {
            0 => {
                self.ended = true;
                Ok(())
            }
            control @ (1 | 2) => self.stored(control == 1),
            3..0x80 => Err(damaged("an LZMA2 chunk of no known kind")),
            control => self.coded(control),
        }
    }

    fn stored(&mut self, reset: bool) -> io::Result<()> {
        if reset {
            self.window.position = 0;
            self.need = Need::Properties;
        } else if self.need == Need::Dictionary {
            return Err(damaged("the first LZMA2 chunk does not reset the dictionary"));
        }
        let length = self.length()?;
        self.given = self.window.make_room(length);
        let end = self.window.end + length;
        self.input.read_exact(&mut self.window.bytes[self.window.end..end])?;
        self.window.end = end;
        self.window.position = self.window.position.saturating_add(length);
        Ok(())
    }

    fn coded(&mut self, control: u8) -> io::Result<()> {
        let unpacked = (usize::from(control & 0x1f) << 16) + self.length()?;
        let packed = self.length()?;
        let reset = control >> 5 & 3;
        if reset == 3 {
            self.window.position = 0;
        } else if self.need == Need::Dictionary {
            return Err(damaged("the first LZMA2 chunk does not reset the dictionary"));
        }
        if reset >= 2 {
            self.state.properties = Properties::read(self.byte()?)?;
        } else if self.need == Need::Properties {
            return Err(damaged("an LZMA2 chunk without properties"));
        }
        if reset >= 1 {
            self.probabilities.reset();
            self.state = State { properties: self.state.properties, ..State::default() };
        }
        self.need = Need::Nothing;
        self.input.read_exact(&mut self.packed[..packed])?;
        self.given = self.window.make_room(unpacked);
        let packed = (&*self.packed, packed);
        self.window.decode(packed, &mut self.probabilities, &mut self.state, unpacked)
    }
}

impl<R: Read> Read for Lzma2<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.window.end {
            if self.ended {
                return Ok(0);
            }
            self.chunk()?;
        }
        let count = buffer.len().min(self.window.end - self.given);
        buffer[..count].copy_from_slice(&self.window.bytes[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

impl Properties {
    fn read(byte: u8) -> io::Result<Self> {
        let (literal_context, rest) = (u32::from(byte % 9), byte / 9);
        let (literal_position, position) = (u32::from(rest % 5), rest / 5);
        if position > 4 || literal_context + literal_position > 4 {
            return Err(damaged("impossible LZMA2 properties"));
        }
        Ok(Self {
            literal_context,
            literal_position: (1 << literal_position) - 1,
            position: (1 << position) - 1,
        })
    }
}

impl Window {
    fn new(dictionary: usize) -> Self {
        Self { bytes: Vec::new(), dictionary, end: 0, wrapped: 0, position: 0 }
    }

    /// Makes room for a chunk: grows up to the dictionary and the longest chunk, then begins again at the start. Where
    /// the next byte will be.
    fn make_room(&mut self, length: usize) -> usize {
        // So that what is left of the turn before is out of the reach of writes beyond the end.
        let most = self.dictionary + MOST_UNPACKED + 2 * SLACK;
        if self.end + length + SLACK > most {
            self.wrapped = self.end;
            self.end = 0;
        }
        let wanted = self.end + length + SLACK;
        if wanted > self.bytes.len() {
            self.bytes.resize(wanted.max(self.bytes.len() * 2).min(most), 0);
        }
        self.end
    }

    /// Decodes one chunk of so many bytes, to the end of the window.
    #[inline(never)]
    fn decode(
        &mut self,
        packed: (&[u8; MOST_PACKED], usize),
        probabilities: &mut Probabilities,
        state: &mut State,
        length: usize,
    ) -> io::Result<()> {
        // Everything that changes with every symbol is a local variable, so that it can stay in registers.
        let mut coder = Coder::new(packed.0, packed.1)?;
        let bytes = &mut self.bytes[..];
        let (wrapped, dictionary) = (self.wrapped, self.dictionary);
        let (mut at, end) = (self.end, self.end + length);
        // Bytes since the reset, less the place in the window.
        let offset = self.position.wrapping_sub(at);
        let State { properties, mut symbols, distances: [mut first, mut second, mut third, mut fourth] } =
            *state;
        let mut last = match (self.position, at) {
            (0, _) => 0,
            (_, 0) => bytes[wrapped - 1],
            _ => bytes[at - 1],
        };
        // Where a match begins that is so far back.
        let begin = |at: usize, distance: u32| {
            let distance = distance as usize + 1;
            if distance > dictionary.min(at.wrapping_add(offset)) {
                return Err(damaged("a match reaches back before the first byte"));
            }
            Ok(if distance <= at { at - distance } else { at + wrapped - distance })
        };
        while at < end {
            let position = at.wrapping_add(offset);
            let position_state = position & properties.position;
            if !coder.likely(&mut probabilities.is_match[symbols & 15][position_state & 15]) {
                let context = (position & properties.literal_position) << properties.literal_context
                    | usize::from(last) >> (8 - properties.literal_context);
                let literal = &mut probabilities.literal[context & 15];
                last = if symbols < 7 {
                    symbols = symbols.saturating_sub(3);
                    coder.literal(literal)
                } else {
                    symbols -= if symbols < 10 { 3 } else { 6 };
                    coder.literal_after_match(literal, bytes[begin(at, first)?])
                };
                bytes[at] = last;
                at += 1;
                continue;
            }
            let count;
            if !coder.likely(&mut probabilities.is_repeated[symbols & 15]) {
                symbols = if symbols < 7 { 7 } else { 10 };
                count = coder.length(&mut probabilities.length, position_state);
                (second, third, fourth) = (first, second, third);
                first = coder.distance(&mut probabilities.distance, count);
            } else if !coder.likely(&mut probabilities.is_not_first[symbols & 15]) {
                let long = &mut probabilities.is_first_long[symbols & 15][position_state & 15];
                if !coder.likely(long) {
                    symbols = if symbols < 7 { 9 } else { 11 };
                    last = bytes[begin(at, first)?];
                    bytes[at] = last;
                    at += 1;
                    continue;
                }
                symbols = if symbols < 7 { 8 } else { 11 };
                count = coder.length(&mut probabilities.repeated_length, position_state);
            } else {
                if !coder.likely(&mut probabilities.is_not_second[symbols & 15]) {
                    (first, second) = (second, first);
                } else if !coder.likely(&mut probabilities.is_not_third[symbols & 15]) {
                    (first, second, third) = (third, first, second);
                } else {
                    (first, second, third, fourth) = (fourth, first, second, third);
                }
                symbols = if symbols < 7 { 8 } else { 11 };
                count = coder.length(&mut probabilities.repeated_length, position_state);
            }
            let from = begin(at, first)?;
            if count > end - at {
                return Err(damaged("a match is longer than its chunk"));
            }
            if from > at && from + count > wrapped {
                // Across the place where the window began again.
                let before = wrapped - from;
                bytes.copy_within(from..wrapped, at);
                copy(bytes, 0, at + before, count - before);
            } else {
                copy(bytes, from, at, count);
            }
            at += count;
            last = bytes[at - 1];
        }
        coder.end()?;
        *state = State { properties, symbols, distances: [first, second, third, fourth] };
        self.end = at;
        self.position = self.position.saturating_add(length);
        Ok(())
    }
}

/// Copies `count` bytes, of which the first ones may be the last ones' source. Writes up to [`SLACK`] bytes more.
#[inline(always)]
fn copy(bytes: &mut [u8], mut from: usize, to: usize, count: usize) {
    let end = to + count;
    let mut at = to;
    if to.wrapping_sub(from) >= 16 {
        // Also where the source is of the turn before, and so lies behind.
        while at < end {
            let (piece, _) = bytes[from..].split_first_chunk::<16>().expect("the window has slack");
            let piece = *piece;
            bytes[at..at + 16].copy_from_slice(&piece);
            at += 16;
            from += 16;
        }
    } else if from + 1 == to {
        let byte = bytes[from];
        bytes[to..end].fill(byte);
    } else {
        while at < end {
            bytes[at] = bytes[from];
            at += 1;
            from += 1;
        }
    }
}

#[cfg(test)]
mod tests;
