//! Deflate as NSIS has it: in old installers a stored block says its length once, without the complement that RFC 1951
//! has after it. Nothing says which it is, so the first stored block decides: whether its complement is there.

use std::io::{self, BufRead, Read};

/// Bytes that a match reaches back, at most.
const WINDOW: usize = 32 << 10;
/// Bits of a code, at most.
const LONGEST: usize = 15;
/// The order in which the lengths of the first code come.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/// Begin and extra bits of each length and each distance.
const LENGTHS: [(u16, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];
const DISTANCES: [(u16, u32); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1025, 9),
    (1537, 9),
    (2049, 10),
    (3073, 10),
    (4097, 11),
    (6145, 11),
    (8193, 12),
    (12289, 12),
    (16385, 13),
    (24577, 13),
];

/// What is going on.
enum State {
    /// The header of a block comes next; whether the one before was the last.
    Header(bool),
    /// Stored bytes that are still to come; whether it is the last block.
    Stored(usize, bool),
    Codes(Box<(Code, Code)>, bool),
    End,
}

/// A decoder of one stream.
pub(super) struct Inflate<R> {
    input: R,
    held: u64,
    count: u32,
    state: State,
    /// Whether stored blocks have the complement of their lengths.
    has_complement: Option<bool>,
    /// What was made: a window, then what is still to be taken.
    made: Vec<u8>,
    taken: usize,
}

impl<R: BufRead> Inflate<R> {
    pub(super) const fn new(input: R) -> Self {
        let (state, has_complement) = (State::Header(false), None);
        Self { input, held: 0, count: 0, state, has_complement, made: Vec::new(), taken: 0 }
    }

    /// The next bits as a number, the lowest first; at most 16.
    fn bits(&mut self, count: u32) -> io::Result<u32> {
        while self.count < count {
            let byte = *self.input.fill_buf()?.first().ok_or(io::ErrorKind::UnexpectedEof)?;
            self.input.consume(1);
            self.held |= u64::from(byte) << self.count;
            self.count += 8;
        }
        let value = self.held & ((1 << count) - 1);
        self.held >>= count;
        self.count -= count;
        Ok(u32::try_from(value).unwrap_or(0))
    }

    /// The next 16 bits, where they are there, without taking them.
    fn peek(&mut self) -> io::Result<Option<u32>> {
        while self.count < 16 {
            let Some(&byte) = self.input.fill_buf()?.first() else { return Ok(None) };
            self.input.consume(1);
            self.held |= u64::from(byte) << self.count;
            self.count += 8;
        }
        Ok(u32::try_from(self.held & 0xffff).ok())
    }

    fn symbol(&mut self, code: &Code) -> io::Result<usize> {
        let (mut value, mut first, mut index) = (0, 0, 0);
        for count in &code.counts[1..] {
            value |= self.bits(1)?;
            let count = u32::from(*count);
            if value < first + count {
                return Ok(usize::from(code.symbols[(index + value - first) as usize]));
            }
            index += count;
            first = (first + count) << 1;
            value <<= 1;
        }
        Err(damaged("a code that stands for nothing"))
    }

    /// Makes some more bytes; none only at the end.
    fn more(&mut self) -> io::Result<()> {
        if self.made.len() > 2 * WINDOW {
            self.made.drain(..self.made.len() - WINDOW);
        }
        self.taken = self.made.len();
        let enough = self.made.len() + WINDOW;
        while self.made.len() < enough {
            match std::mem::replace(&mut self.state, State::End) {
                State::End | State::Header(true) => return Ok(()),
                State::Header(false) => self.header()?,
                State::Stored(0, last) => self.state = State::Header(last),
                State::Stored(left, last) if self.count > 0 => {
                    let byte = self.bits(8)?;
                    self.made.push(u8::try_from(byte).unwrap_or(0));
                    self.state = State::Stored(left - 1, last);
                }
                State::Stored(left, last) => {
                    let bytes = self.input.fill_buf()?;
                    let count = bytes.len().min(left).min(enough - self.made.len());
                    if count == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    self.made.extend_from_slice(&bytes[..count]);
                    self.input.consume(count);
                    self.state = State::Stored(left - count, last);
                }
                State::Codes(codes, last) => {
                    let goes_on = self.codes(&codes, enough)?;
                    self.state = if goes_on { State::Codes(codes, last) } else { State::Header(last) };
                }
            }
        }
        Ok(())
    }

    fn header(&mut self) -> io::Result<()> {
        let last = self.bits(1)? == 1;
        self.state = match self.bits(2)? {
            0 => {
                // The rest of the byte is nothing.
                self.bits(self.count % 8)?;
                let length = self.bits(16)?;
                if self.has_complement != Some(false) {
                    let is_there = self.peek()? == Some(length ^ 0xffff);
                    if *self.has_complement.get_or_insert(is_there) {
                        if !is_there {
                            return Err(damaged("a stored block says two lengths"));
                        }
                        self.bits(16)?;
                    }
                }
                State::Stored(length as usize, last)
            }
            1 => {
                let mut lengths = [8; 288];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                State::Codes(Box::new((Code::new(&lengths)?, Code::new(&[5; 30])?)), last)
            }
            2 => State::Codes(Box::new(self.lengths()?), last),
            _ => return Err(damaged("a block of a kind that there is not")),
        };
        Ok(())
    }

    /// The two codes of a block.
    fn lengths(&mut self) -> io::Result<(Code, Code)> {
        let literals = self.bits(5)? as usize + 257;
        let distances = self.bits(5)? as usize + 1;
        let own = self.bits(4)? as usize + 4;
        let mut lengths = [0; 19];
        for &place in &ORDER[..own] {
            lengths[place] = u8::try_from(self.bits(3)?).unwrap_or(0);
        }
        let own = Code::new(&lengths)?;
        let mut lengths = Vec::new();
        while lengths.len() < literals + distances {
            let (value, count) = match self.symbol(&own)? {
                16 => {
                    let last = *lengths.last().ok_or_else(|| damaged("a length again that there is not"))?;
                    (last, self.bits(2)? + 3)
                }
                17 => (0, self.bits(3)? + 3),
                18 => (0, self.bits(7)? + 11),
                length => (u8::try_from(length).unwrap_or(0), 1),
            };
            lengths.resize(lengths.len() + count as usize, value);
        }
        if lengths.len() > literals + distances {
            return Err(damaged("more lengths than codes"));
        }
        let (literals, distances) = lengths.split_at(literals);
        Ok((Code::new(literals)?, Code::new(distances)?))
    }

    /// Literals and matches; whether the block goes on.
    fn codes(&mut self, (literals, distances): &(Code, Code), enough: usize) -> io::Result<bool> {
        while self.made.len() < enough {
            let symbol = self.symbol(literals)?;
            match symbol {
                0..256 => self.made.push(u8::try_from(symbol).unwrap_or(0)),
                256 => return Ok(false),
                symbol => {
                    let &(base, extra) =
                        LENGTHS.get(symbol - 257).ok_or_else(|| damaged("a length that there is not"))?;
                    let length = usize::from(base) + self.bits(extra)? as usize;
                    let symbol = self.symbol(distances)?;
                    let &(base, extra) =
                        DISTANCES.get(symbol).ok_or_else(|| damaged("a distance that there is not"))?;
                    let distance = usize::from(base) + self.bits(extra)? as usize;
                    let from = self.made.len().checked_sub(distance);
                    let from = from.ok_or_else(|| damaged("a match reaches before the begin"))?;
                    for index in from..from + length {
                        self.made.push(self.made[index]);
                    }
                }
            }
        }
        Ok(true)
    }
}

impl<R: BufRead> Read for Inflate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.made.len() {
            self.more()?;
        }
        let count = buffer.len().min(self.made.len() - self.taken);
        buffer[..count].copy_from_slice(&self.made[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

/// A prefix code: how many symbols have each length, and the symbols in order.
struct Code {
    counts: [u16; LONGEST + 1],
    symbols: Vec<u16>,
}

impl Code {
    /// From the length of each symbol's code, 0 for none. Lengths with more codes than there can be are refused.
    fn new(lengths: &[u8]) -> io::Result<Self> {
        let mut counts = [0; LONGEST + 1];
        for &length in lengths {
            counts[usize::from(length)] += 1;
        }
        counts[0] = 0;
        let mut left = 1_i32;
        for &count in &counts[1..] {
            left = left * 2 - i32::from(count);
            if left < 0 {
                return Err(damaged("lengths that make no code"));
            }
        }
        let mut symbols: Vec<u16> =
            (0..).zip(lengths).filter(|(_, length)| **length > 0).map(|(symbol, _)| symbol).collect();
        symbols.sort_by_key(|&symbol| lengths[usize::from(symbol)]);
        Ok(Self { counts, symbols })
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_stored_block_says_its_length_once_or_twice() {
        let mut made = Vec::new();
        Inflate::new(&[1, 3, 0, b'a', b'b', b'c'][..]).read_to_end(&mut made).unwrap();
        Inflate::new(&[1, 1, 0, b'd'][..]).read_to_end(&mut made).unwrap();
        Inflate::new(&[1, 1, 0, 0xfe, 0xff, b'e'][..]).read_to_end(&mut made).unwrap();
        assert_eq!(made, b"abcde");
        let second = [0, 1, 0, 0xfe, 0xff, b'a', 1, 1, 0, 0xfe, 0xfe, b'b'];
        assert!(Inflate::new(&second[..]).read_to_end(&mut made).is_err());
    }

    proptest! {
        #[test]
        fn blocks_are_those_of_deflate(seed in proptest::collection::vec(any::<u8>(), 0..3000), times in 1..60_usize, level in 0..=9_u32) {
            let bytes = seed.repeat(times);
            let mut encoder = flate2::read::DeflateEncoder::new(&bytes[..], flate2::Compression::new(level));
            let mut packed = Vec::new();
            encoder.read_to_end(&mut packed).unwrap();
            let mut made = Vec::new();
            Inflate::new(&packed[..]).read_to_end(&mut made).unwrap();
            prop_assert!(made == bytes);
        }
    }
}
