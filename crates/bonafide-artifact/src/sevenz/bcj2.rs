//! BCJ2: jumps and calls of x86 programs in streams of their own.
//!
//! After each byte that begins a jump, one bit of a range coder says whether its target lies in the stream of calls or of
//! jumps, as an absolute address, highest byte first.

use std::io::{self, BufRead as _, Read};

use crate::input::Forward;

/// Bits of a probability, and how fast it moves.
const TOTAL: u32 = 11;
const MOVE: u32 = 5;

/// The four streams as one.
pub(super) struct Bcj2<'a> {
    main: Box<Forward<'a>>,
    calls: Box<Forward<'a>>,
    jumps: Box<Forward<'a>>,
    bits: Box<Forward<'a>>,
    chances: [u32; 258],
    range: u32,
    code: u32,
    begun: bool,
    before: u8,
    /// Bytes that went out.
    place: u32,
    /// The rest of a target.
    pending: Vec<u8>,
}

impl<'a> Bcj2<'a> {
    pub(super) fn new([main, calls, jumps, bits]: [Box<Forward<'a>>; 4]) -> Self {
        Self {
            main,
            calls,
            jumps,
            bits,
            chances: [1 << (TOTAL - 1); 258],
            range: u32::MAX,
            code: 0,
            begun: false,
            before: 0,
            place: 0,
            pending: Vec::new(),
        }
    }

    fn bit(&mut self, index: usize) -> io::Result<bool> {
        if !std::mem::replace(&mut self.begun, true) {
            let mut first = [0; 5];
            self.bits.read_exact(&mut first)?;
            self.code = u32::from_be_bytes([first[1], first[2], first[3], first[4]]);
        }
        if self.range < 1 << 24 {
            let mut byte = [0];
            self.bits.read_exact(&mut byte)?;
            self.range <<= 8;
            self.code = self.code << 8 | u32::from(byte[0]);
        }
        let chance = &mut self.chances[index];
        let bound = (self.range >> TOTAL) * *chance;
        if self.code < bound {
            self.range = bound;
            *chance += ((1 << TOTAL) - *chance) >> MOVE;
            return Ok(false);
        }
        self.range -= bound;
        self.code -= bound;
        *chance -= *chance >> MOVE;
        Ok(true)
    }

    /// Takes up to a jump from the main stream; where one ends the bytes, its target may become pending.
    fn step(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.main.fill_buf()?;
        let mut count = 0;
        let mut jump = None;
        for (&byte, out) in bytes.iter().zip(buffer) {
            *out = byte;
            count += 1;
            if byte & 0xfe == 0xe8 || self.before == 0x0f && byte & 0xf0 == 0x80 {
                jump = Some(byte);
                break;
            }
            self.before = byte;
        }
        self.main.consume(count);
        self.place = self.place.wrapping_add(u32::try_from(count).unwrap_or(0));
        let Some(byte) = jump else { return Ok(count) };
        let index = match byte {
            0xe8 => usize::from(self.before),
            0xe9 => 256,
            _ => 257,
        };
        self.before = byte;
        if self.bit(index)? {
            let mut target = [0; 4];
            (if byte == 0xe8 { &mut self.calls } else { &mut self.jumps }).read_exact(&mut target)?;
            self.place = self.place.wrapping_add(4);
            let relative = u32::from_be_bytes(target).wrapping_sub(self.place).to_le_bytes();
            self.before = relative[3];
            self.pending = relative.to_vec();
        }
        Ok(count)
    }
}

impl Read for Bcj2<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.pending.is_empty() {
            return self.step(buffer);
        }
        let count = self.pending.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.pending[..count]);
        self.pending.drain(..count);
        Ok(count)
    }
}
