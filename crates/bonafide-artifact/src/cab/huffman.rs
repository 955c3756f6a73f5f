//! Prefix codes whose lengths are given, and the bits of LZX.

use std::io;

/// Bits of a code, at most.
const LONGEST: usize = 16;
/// Codes no longer than this are looked up at once.
const SHORT: usize = 10;

/// Bits in words of 16, little-endian, the highest bit first. Past the end come zeros, a few of which are borne.
pub(super) struct Bits<'b> {
    bytes: &'b [u8],
    /// Bytes taken.
    at: usize,
    held: u64,
    count: u32,
    /// Words that were made up.
    borrowed: u32,
}

impl<'b> Bits<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, held: 0, count: 0, borrowed: 0 }
    }

    fn fill(&mut self) {
        while self.count <= 48 {
            let word = match self.bytes.get(self.at..self.at + 2) {
                Some(pair) => u16::from_le_bytes([pair[0], pair[1]]),
                None => {
                    self.borrowed += 1;
                    0
                }
            };
            self.at += 2;
            self.held |= u64::from(word) << (48 - self.count);
            self.count += 16;
        }
    }

    /// The next bits, at most 16, without taking them.
    fn peek(&mut self, count: u32) -> u32 {
        if self.count < count {
            self.fill();
        }
        u32::try_from(self.held >> 1 >> (63 - count)).unwrap_or(0)
    }

    const fn drop(&mut self, count: u32) {
        self.held <<= count;
        self.count -= count;
    }

    /// The next bits as a number; at most 16.
    pub(super) fn take(&mut self, count: u32) -> io::Result<u32> {
        if count == 0 {
            return Ok(0);
        }
        let value = self.peek(count);
        self.drop(count);
        self.check()?;
        Ok(value)
    }

    /// The next bits as a number; at most 32.
    pub(super) fn long(&mut self, count: u32) -> io::Result<u32> {
        if count <= 16 {
            return self.take(count);
        }
        let high = self.take(count - 16)?;
        Ok(high << 16 | self.take(16)?)
    }

    /// Whether bits were taken that are not there.
    fn check(&self) -> io::Result<()> {
        if self.borrowed * 16 > self.count { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    /// Passes over the bits to the next word, a whole one where there are none; bytes follow.
    pub(super) fn bytes_from_here(&mut self) -> io::Result<&'b [u8]> {
        let bits = self.count % 16;
        self.take(if bits == 0 { 16 } else { bits })?;
        self.bytes_again()
    }

    /// The bytes from here on, where whole bytes were taken.
    pub(super) fn bytes_again(&self) -> io::Result<&'b [u8]> {
        let ahead = usize::try_from(self.count / 8).unwrap_or(0);
        self.bytes.get(self.at - ahead..).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// Bits again, from these bytes on.
    pub(super) fn resume(&mut self, rest: &'b [u8]) {
        *self = Self::new(rest);
    }
}

/// A prefix code.
pub(super) struct Code {
    /// For the next bits: symbol and length, or 0 where the code is longer.
    short: Vec<(u16, u8)>,
    /// For each length: the first code, and where its symbols begin.
    first: [u32; LONGEST + 2],
    start: [u32; LONGEST + 2],
    counts: [u32; LONGEST + 1],
    symbols: Vec<u16>,
}

impl Code {
    /// From the length of each symbol's code, 0 for none. Lengths that do not make a whole code are refused, save none
    /// at all.
    pub(super) fn new(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0_u32; LONGEST + 1];
        for &length in lengths {
            *counts.get_mut(usize::from(length))? += 1;
        }
        counts[0] = 0;
        let (mut first, mut start) = ([0; LONGEST + 2], [0; LONGEST + 2]);
        for length in 1..=LONGEST {
            first[length + 1] = (first[length] + counts[length]) << 1;
            start[length + 1] = start[length] + counts[length];
        }
        let used = start[LONGEST + 1];
        if used > 0 && first[LONGEST] + counts[LONGEST] != 1 << LONGEST {
            return None;
        }
        let mut symbols = vec![0; usize::try_from(used).ok()?];
        let mut next = start;
        let mut short = vec![(0, 0); 1 << SHORT];
        for (symbol, &length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            let length = usize::from(length);
            let symbol = u16::try_from(symbol).ok()?;
            let place = next[length];
            next[length] += 1;
            *symbols.get_mut(usize::try_from(place).ok()?)? = symbol;
            if length <= SHORT {
                let code = usize::try_from(first[length] + place - start[length]).ok()? << (SHORT - length);
                let length = u8::try_from(length).ok()?;
                short.get_mut(code..code + (1 << (SHORT - usize::from(length))))?.fill((symbol, length));
            }
        }
        Some(Self { short, first, start, counts, symbols })
    }

    /// The next symbol.
    pub(super) fn decode(&self, bits: &mut Bits<'_>) -> io::Result<u16> {
        let next = bits.peek(16);
        let (symbol, length) = self.short[(next >> (LONGEST - SHORT)) as usize];
        if length > 0 {
            bits.drop(u32::from(length));
            bits.check()?;
            return Ok(symbol);
        }
        for length in SHORT + 1..=LONGEST {
            let code = next >> (LONGEST - length);
            let index = code.wrapping_sub(self.first[length]);
            if index < self.counts[length]
                && let Some(&symbol) = self.symbols.get((self.start[length] + index) as usize)
            {
                bits.drop(u32::try_from(length).unwrap_or(16));
                bits.check()?;
                return Ok(symbol);
            }
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "a code that stands for nothing"))
    }
}
