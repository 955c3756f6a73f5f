//! Bzip2 as NSIS has it: blocks only, each begun by one byte, without header, checksums and the bit for scrambling.

use std::io::{self, BufRead, Read};

/// Bytes of a block before its runs are undone, at most.
const BLOCK: usize = 900_000;
/// Bits of a code, at most.
const LONGEST: usize = 20;
/// Symbols that one table decodes before the next one's turn.
const GROUP: usize = 50;

/// A decoder of one stream.
pub(super) struct Bzip2<R> {
    input: R,
    held: u32,
    count: u32,
    ended: bool,
    /// The block at hand, its runs undone, and what was taken of it.
    made: Vec<u8>,
    taken: usize,
}

impl<R: BufRead> Bzip2<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, held: 0, count: 0, ended: false, made: Vec::new(), taken: 0 }
    }

    /// The next bits as a number, the highest first; at most 24.
    fn bits(&mut self, count: u32) -> io::Result<u32> {
        while self.count < count {
            let byte = *self.input.fill_buf()?.first().ok_or(io::ErrorKind::UnexpectedEof)?;
            self.input.consume(1);
            self.held = self.held << 8 | u32::from(byte);
            self.count += 8;
        }
        self.count -= count;
        Ok(self.held >> self.count & ((1 << count) - 1))
    }

    fn bit(&mut self) -> io::Result<bool> {
        Ok(self.bits(1)? == 1)
    }

    /// The next block.
    fn block(&mut self) -> io::Result<()> {
        (self.taken, self.made) = (0, Vec::new());
        match self.bits(8)? {
            0x31 => {}
            0x17 => {
                self.ended = true;
                return Ok(());
            }
            _ => return Err(damaged("a block does not begin with its mark")),
        }
        let origin = self.bits(24)? as usize;
        let moved = self.symbols()?;
        if origin >= moved.len() {
            return Err(damaged("the first byte is beyond the end of its block"));
        }
        self.made = undo_runs(&undo_transform(&moved, origin));
        Ok(())
    }

    /// The bytes that are used.
    fn used(&mut self) -> io::Result<Vec<u8>> {
        let groups = self.bits(16)?;
        let mut used = Vec::new();
        for group in (0..16_u8).filter(|group| groups >> (15 - group) & 1 == 1) {
            let bytes = self.bits(16)?;
            used.extend((0..16).filter(|byte| bytes >> (15 - byte) & 1 == 1).map(|byte| group * 16 + byte));
        }
        if used.is_empty() { Err(damaged("a block of no bytes")) } else { Ok(used) }
    }

    /// A number in ones, ended by a zero.
    fn ones(&mut self, limit: usize) -> io::Result<usize> {
        let mut count = 0;
        while self.bit()? {
            count += 1;
            if count >= limit {
                return Err(damaged("a table that there is not"));
            }
        }
        Ok(count)
    }

    /// The bytes of a block, sorted: codes, runs of the first byte and moves to the front undone.
    fn symbols(&mut self) -> io::Result<Vec<u8>> {
        let mut front = self.used()?;
        let (alphabet, end) = (front.len() + 2, front.len() + 1);
        let tables = self.bits(3)? as usize;
        let count = self.bits(15)? as usize;
        if !(2..=6).contains(&tables) || count == 0 {
            return Err(damaged("a block without tables"));
        }
        let mut recent: Vec<usize> = (0..tables).collect();
        let mut selectors = Vec::new();
        for _ in 0..count {
            let index = self.ones(tables)?;
            let table = recent.remove(index);
            recent.insert(0, table);
            selectors.push(table);
        }
        let codes = (0..tables).map(|_| self.code(alphabet)).collect::<io::Result<Vec<_>>>()?;
        let (mut bytes, mut run, mut weight) = (Vec::new(), 0_usize, 1_usize);
        for table in selectors {
            for _ in 0..GROUP {
                let symbol = self.symbol(&codes[table])?;
                if symbol < 2 {
                    // A run in digits of one and two.
                    run += weight << symbol;
                    weight <<= 1;
                    if run > BLOCK {
                        return Err(damaged("a block is longer than blocks may be"));
                    }
                    continue;
                }
                if run > 0 {
                    bytes.resize(bytes.len() + run, front[0]);
                    (run, weight) = (0, 1);
                }
                if symbol == end {
                    return Ok(bytes);
                }
                let byte = front.remove(symbol - 1);
                front.insert(0, byte);
                bytes.push(byte);
                if bytes.len() > BLOCK {
                    return Err(damaged("a block is longer than blocks may be"));
                }
            }
        }
        Err(damaged("a block has no end"))
    }

    /// A table: the first length, then up and down from one to the next.
    fn code(&mut self, alphabet: usize) -> io::Result<Code> {
        let mut length = self.bits(5)? as usize;
        let mut lengths = Vec::new();
        for _ in 0..alphabet {
            loop {
                if !(1..=LONGEST).contains(&length) {
                    return Err(damaged("a code longer than codes may be"));
                }
                if !self.bit()? {
                    break;
                }
                if self.bit()? { length -= 1 } else { length += 1 }
            }
            lengths.push(length);
        }
        Ok(Code::new(&lengths))
    }

    fn symbol(&mut self, code: &Code) -> io::Result<usize> {
        let (mut value, mut first, mut index) = (0, 0, 0);
        for &count in &code.counts[1..] {
            value |= usize::from(self.bit()?);
            if value < first + count {
                // Lengths may be such that a code comes twice: then it is too large a number.
                return (value >= first)
                    .then(|| code.symbols.get(index + value - first).copied())
                    .flatten()
                    .ok_or_else(|| damaged("a code that stands for nothing"));
            }
            index += count;
            first = (first + count) << 1;
            value <<= 1;
        }
        Err(damaged("a code that stands for nothing"))
    }
}

impl<R: BufRead> Read for Bzip2<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.made.len() && !self.ended {
            self.block()?;
        }
        let count = buffer.len().min(self.made.len() - self.taken);
        buffer[..count].copy_from_slice(&self.made[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

/// A prefix code: how many symbols have each length, and the symbols in order.
struct Code {
    counts: [usize; LONGEST + 1],
    symbols: Vec<usize>,
}

impl Code {
    fn new(lengths: &[usize]) -> Self {
        let mut counts = [0; LONGEST + 1];
        lengths.iter().for_each(|&length| counts[length] += 1);
        let mut symbols: Vec<usize> = (0..lengths.len()).collect();
        symbols.sort_by_key(|&symbol| lengths[symbol]);
        Self { counts, symbols }
    }
}

/// The bytes in the order that they had before they were sorted by what follows them.
fn undo_transform(sorted: &[u8], origin: usize) -> Vec<u8> {
    let mut starts = [0_u32; 256];
    sorted.iter().for_each(|&byte| starts[usize::from(byte)] += 1);
    let mut sum = 0;
    for start in &mut starts {
        sum += std::mem::replace(start, sum);
    }
    let mut next = vec![0_u32; sorted.len()];
    for (place, &byte) in (0_u32..).zip(sorted) {
        let start = &mut starts[usize::from(byte)];
        next[*start as usize] = place;
        *start += 1;
    }
    let mut at = next[origin] as usize;
    (0..sorted.len())
        .map(|_| {
            let byte = sorted[at];
            at = next[at] as usize;
            byte
        })
        .collect()
}

/// Four equal bytes are followed by how many more of them there are.
fn undo_runs(bytes: &[u8]) -> Vec<u8> {
    let (mut made, mut equal) = (Vec::with_capacity(bytes.len()), 0);
    for &byte in bytes {
        if equal == 4 {
            let last = made[made.len() - 1];
            made.resize(made.len() + usize::from(byte), last);
            equal = 0;
            continue;
        }
        equal = if equal > 0 && made.last() == Some(&byte) { equal + 1 } else { 1 };
        made.push(byte);
    }
    made
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use bonafide_testkit::nsis_bzip2;
    use proptest::prelude::*;

    use super::*;

    fn packed(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(level));
        encoder.write_all(bytes).unwrap();
        nsis_bzip2(&encoder.finish().unwrap())
    }

    #[test]
    fn several_blocks_are_read() {
        let bytes: Vec<u8> = (0..250_000_u32).flat_map(|number| (number % 7919).to_le_bytes()).collect();
        let mut made = Vec::new();
        Bzip2::new(&packed(&bytes, 1)[..]).read_to_end(&mut made).unwrap();
        assert_eq!(made, bytes);
    }

    proptest! {
        #[test]
        fn blocks_are_those_of_bzip2(runs in proptest::collection::vec((any::<u8>(), 1..700_usize), 0..60), level in 1..=9_u32) {
            let bytes: Vec<u8> = runs.iter().flat_map(|&(byte, count)| vec![byte; count]).collect();
            let mut made = Vec::new();
            Bzip2::new(&packed(&bytes, level)[..]).read_to_end(&mut made).unwrap();
            prop_assert!(made == bytes);
        }

        #[test]
        fn anything_is_borne(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            Bzip2::new(&[b"1", &bytes[..]].concat()[..]).read_to_end(&mut Vec::new()).ok();
        }
    }
}
