//! LZX as cabinets have it.
//!
//! One bit and, where it is set, a size begin the stream: jumps of x86 programs were changed to absolute addresses. Blocks of
//! their own follow (a kind, a length, the lengths of the codes as differences from those before), which have nothing to do
//! with the cabinet's: only the bits begin at a new word with each of those. The last three distances of matches have
//! codes of their own.

use std::io;

use super::huffman::{Bits, Code};

/// Bytes of a cabinet's block, once decompressed.
pub(super) const FRAME: usize = 32 << 10;
/// Symbols of the code of lengths.
const LENGTHS: usize = 249;
/// Frames of which jumps are translated.
const TRANSLATED: u64 = 32_768;

/// The begin of each slot of distances, and how many bits follow the slot's number.
const SLOTS: [(u32, u32); 50] = {
    let mut slots = [(0, 0); 50];
    let (mut index, mut base) = (0, 0);
    while index < 50 {
        let half = (index as u32) / 2;
        let extra = if half < 2 {
            0
        } else if half - 1 > 17 {
            17
        } else {
            half - 1
        };
        slots[index] = (base, extra);
        base += 1 << extra;
        index += 1;
    }
    slots
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Verbatim,
    Aligned,
    Stored,
}

/// Decodes the frames of one folder.
pub(super) struct Lzx {
    window: Vec<u8>,
    /// Where the next byte goes.
    at: usize,
    main_lengths: Vec<u8>,
    length_lengths: Vec<u8>,
    main: Option<Code>,
    lengths: Option<Code>,
    aligned: Option<Code>,
    kind: Kind,
    /// Bytes of the block that are still to come.
    left: usize,
    /// The block has an odd number of stored bytes: one more follows it.
    odd: bool,
    recent: [usize; 3],
    begun: bool,
    /// The size that jumps were translated for; 0 where they were not.
    translation: i32,
    frames: u64,
    /// Bytes ever decoded: no match reaches further back.
    total: u64,
}

impl Lzx {
    /// With a window of 2^n bytes, n from 15 to 21.
    pub(super) fn new(bits: u32) -> Self {
        let slots = match bits {
            20 => 42,
            21 => 50,
            bits => bits as usize * 2,
        };
        Self {
            window: vec![0; 1 << bits],
            at: 0,
            main_lengths: vec![0; 256 + slots * 8],
            length_lengths: vec![0; LENGTHS],
            main: None,
            lengths: None,
            aligned: None,
            kind: Kind::Verbatim,
            left: 0,
            odd: false,
            recent: [1; 3],
            begun: false,
            translation: 0,
            frames: 0,
            total: 0,
        }
    }

    /// Decodes one frame of `size` bytes, at most [`FRAME`].
    pub(super) fn frame(&mut self, bytes: &[u8], size: usize) -> io::Result<Vec<u8>> {
        let mut bits = Bits::new(bytes);
        if !std::mem::replace(&mut self.begun, true) && bits.take(1)? == 1 {
            self.translation = bits.long(32)?.cast_signed();
        }
        let start = self.at;
        let mut done = 0;
        while done < size {
            if self.left == 0 {
                self.block(&mut bits)?;
                continue;
            }
            let count = self.left.min(size - done);
            let made = match self.kind {
                Kind::Stored => self.copy(&mut bits, count)?,
                Kind::Verbatim | Kind::Aligned => self.matches(&mut bits, count, size - done)?,
            };
            done += made;
            self.left =
                self.left.checked_sub(made).ok_or_else(|| damaged("a match goes beyond its block"))?;
        }
        // The byte that follows an odd number of stored ones lies in the same block of the cabinet.
        if self.odd && self.left == 0 && bits.bytes_again().is_ok_and(|rest| !rest.is_empty()) {
            self.odd = false;
        }
        let mut frame: Vec<u8> =
            (0..size).map(|index| self.window[(start + index) % self.window.len()]).collect();
        self.translate(&mut frame);
        self.frames += 1;
        Ok(frame)
    }

    fn block(&mut self, bits: &mut Bits<'_>) -> io::Result<()> {
        if std::mem::take(&mut self.odd) {
            let rest = bits.bytes_again()?;
            bits.resume(rest.get(1..).ok_or(io::ErrorKind::UnexpectedEof)?);
        }
        let kind = bits.take(3)?;
        self.left = bits.long(24)? as usize;
        self.kind = match kind {
            1 => Kind::Verbatim,
            2 => Kind::Aligned,
            3 => Kind::Stored,
            _ => return Err(damaged("a block of a kind that there is not")),
        };
        if self.left == 0 {
            return Err(damaged("a block without bytes"));
        }
        if self.kind == Kind::Stored {
            let rest = bits.bytes_from_here()?;
            let (recent, rest) = rest.split_at_checked(12).ok_or(io::ErrorKind::UnexpectedEof)?;
            for (recent, bytes) in self.recent.iter_mut().zip(recent.chunks_exact(4)) {
                *recent = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
            }
            bits.resume(rest);
            self.odd = self.left % 2 == 1;
            return Ok(());
        }
        if self.kind == Kind::Aligned {
            let mut lengths = [0; 8];
            for length in &mut lengths {
                *length = u8::try_from(bits.take(3)?).unwrap_or(0);
            }
            self.aligned = Some(code(&lengths)?);
        }
        let (literals, matches) = self.main_lengths.split_at_mut(256);
        read_lengths(bits, literals)?;
        read_lengths(bits, matches)?;
        self.main = Some(code(&self.main_lengths)?);
        read_lengths(bits, &mut self.length_lengths)?;
        self.lengths = Some(code(&self.length_lengths)?);
        Ok(())
    }

    /// Stored bytes.
    fn copy(&mut self, bits: &mut Bits<'_>, count: usize) -> io::Result<usize> {
        let rest = bits.bytes_again()?;
        let (bytes, rest) = rest.split_at_checked(count).ok_or(io::ErrorKind::UnexpectedEof)?;
        for &byte in bytes {
            self.put(byte);
        }
        bits.resume(rest);
        Ok(count)
    }

    fn put(&mut self, byte: u8) {
        self.window[self.at] = byte;
        self.at = (self.at + 1) & (self.window.len() - 1);
        self.total += 1;
    }

    /// Literals and matches, `count` bytes or a few more where the last match is longer, but never more than `room`.
    fn matches(&mut self, bits: &mut Bits<'_>, count: usize, room: usize) -> io::Result<usize> {
        let (Some(main), Some(lengths)) = (self.main.take(), self.lengths.take()) else {
            return Err(damaged("a block without its codes"));
        };
        let made = self.decode(bits, &main, &lengths, count, room);
        (self.main, self.lengths) = (Some(main), Some(lengths));
        made
    }

    fn decode(
        &mut self,
        bits: &mut Bits<'_>,
        main: &Code,
        lengths: &Code,
        count: usize,
        room: usize,
    ) -> io::Result<usize> {
        let mut made = 0;
        while made < count {
            let symbol = usize::from(main.decode(bits)?);
            let Some(symbol) = symbol.checked_sub(256) else {
                self.put(u8::try_from(symbol).unwrap_or(0));
                made += 1;
                continue;
            };
            let mut length = symbol % 8;
            if length == 7 {
                length += usize::from(lengths.decode(bits)?);
            }
            length += 2;
            let distance = self.distance(bits, symbol / 8)?;
            if length > room - made {
                return Err(damaged("a match goes beyond its frame"));
            }
            let size = self.window.len();
            if distance == 0 || distance > size || distance as u64 > self.total {
                return Err(damaged("a match reaches before the begin"));
            }
            let mut from = (self.at + size - distance) & (size - 1);
            for _ in 0..length {
                self.put(self.window[from]);
                from = (from + 1) & (size - 1);
            }
            made += length;
        }
        Ok(made)
    }

    fn distance(&mut self, bits: &mut Bits<'_>, slot: usize) -> io::Result<usize> {
        if slot < 3 {
            self.recent.swap(0, slot);
            return Ok(self.recent[0]);
        }
        let &(base, extra) = SLOTS.get(slot).ok_or_else(|| damaged("a distance that there is not"))?;
        let value = match &self.aligned {
            Some(aligned) if self.kind == Kind::Aligned && extra >= 3 => {
                let high = bits.long(extra - 3)? << 3;
                base + high + u32::from(aligned.decode(bits)?)
            }
            _ => base + bits.long(extra)?,
        };
        let distance = value as usize - 2;
        self.recent = [distance, self.recent[0], self.recent[1]];
        Ok(distance)
    }

    /// Turns absolute addresses of calls into relative ones again.
    fn translate(&self, frame: &mut [u8]) {
        if self.translation == 0 || self.frames >= TRANSLATED || frame.len() <= 10 {
            return;
        }
        let begin = i32::try_from(self.frames * FRAME as u64).unwrap_or(i32::MAX);
        let mut index = 0;
        while index < frame.len() - 10 {
            if frame[index] != 0xe8 {
                index += 1;
                continue;
            }
            let here = begin + i32::try_from(index).unwrap_or(0);
            let target = &mut frame[index + 1..index + 5];
            let absolute = i32::from_le_bytes([target[0], target[1], target[2], target[3]]);
            if absolute >= -here && absolute < self.translation {
                let relative = if absolute >= 0 {
                    absolute.wrapping_sub(here)
                } else {
                    absolute.wrapping_add(self.translation)
                };
                target.copy_from_slice(&relative.to_le_bytes());
            }
            index += 5;
        }
    }
}

/// Lengths of codes, as differences from those of the block before.
fn read_lengths(bits: &mut Bits<'_>, lengths: &mut [u8]) -> io::Result<()> {
    let mut own = [0; 20];
    for length in &mut own {
        *length = u8::try_from(bits.take(4)?).unwrap_or(0);
    }
    let own = code(&own)?;
    let changed = |length: u8, symbol: u16| (i32::from(length) - i32::from(symbol)).rem_euclid(17);
    let changed = |length: u8, symbol: u16| u8::try_from(changed(length, symbol)).unwrap_or(0);
    let mut at = 0;
    while at < lengths.len() {
        let (value, count) = match own.decode(bits)? {
            17 => (0, bits.take(4)? + 4),
            18 => (0, bits.take(5)? + 20),
            19 => {
                let count = bits.take(1)? + 4;
                (changed(lengths[at], own.decode(bits)?.min(16)), count)
            }
            symbol => (changed(lengths[at], symbol), 1),
        };
        let end = at + count as usize;
        lengths.get_mut(at..end).ok_or_else(|| damaged("more lengths than codes"))?.fill(value);
        at = end;
    }
    Ok(())
}

fn code(lengths: &[u8]) -> io::Result<Code> {
    Code::new(lengths).ok_or_else(|| damaged("lengths that make no code"))
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
