//! The file in blocks: read where it is wanted, checked before it is used.

use std::cell::OnceCell;
use std::fs::File;
use std::io;

use super::{BLOCK, CHECKED_AT_ONCE, DbError, FIXED, FORMAT, MAGIC, SECTIONS, Section};

/// Where the bytes of a database are.
#[derive(Debug)]
pub(super) enum Bytes {
    File(File),
    Memory(Vec<u8>),
}

impl Bytes {
    fn length(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => file.metadata().map(|metadata| metadata.len()),
            Self::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Self::File(file) => std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset),
            #[cfg(windows)]
            Self::File(file) => {
                let mut done = 0;
                while done < buffer.len() {
                    let place = offset + done as u64;
                    match std::os::windows::fs::FileExt::seek_read(file, &mut buffer[done..], place)? {
                        0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                        count => done += count,
                    }
                }
                Ok(())
            }
            Self::Memory(bytes) => {
                let from = usize::try_from(offset).ok();
                let part = from.and_then(|from| bytes.get(from..)?.get(..buffer.len()));
                buffer.copy_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
        }
    }
}

/// An open database file.
#[derive(Debug)]
pub(super) struct Store {
    bytes: Bytes,
    /// Where the body begins.
    body: u64,
    body_length: u64,
    sections: [(u64, u64); SECTIONS],
    checksums: Vec<u32>,
    blocks: Vec<OnceCell<Box<[u8]>>>,
}

fn damaged(what: &'static str, offset: u64) -> DbError {
    DbError::Damaged { what, offset }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|part| part.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|part| part.try_into().ok()).map_or(0, u64::from_le_bytes)
}

impl Store {
    pub(super) fn open(bytes: Bytes) -> Result<Self, DbError> {
        let length = bytes.length()?;
        let mut fixed = [0; FIXED];
        if length < FIXED as u64 {
            return Err(DbError::Magic);
        }
        bytes.read_exact_at(&mut fixed, 0)?;
        if fixed[..16] != *MAGIC {
            return Err(DbError::Magic);
        }
        match u32_at(&fixed, 16) {
            FORMAT => {}
            other => return Err(DbError::Format(other)),
        }
        if u64_at(&fixed, 24) != length {
            return Err(damaged("it has not the length that its header tells", 24));
        }
        let count = u32_at(&fixed, 20) as usize;
        // A block has 16 KiB save the last, so this bounds what is allocated by the length of the file.
        let header = FIXED + SECTIONS * 16 + count * 4 + 4;
        let body_length =
            length.checked_sub(header as u64).ok_or_else(|| damaged("its header is cut", 20))?;
        if body_length.div_ceil(BLOCK as u64) != count as u64 {
            return Err(damaged("it has not the blocks that its header tells", 20));
        }
        let mut head = vec![0; header];
        bytes.read_exact_at(&mut head, 0)?;
        let end = header - 4;
        if crc32fast::hash(&head[..end]) != u32_at(&head, end) {
            return Err(damaged("its header has a wrong checksum", 0));
        }
        let mut sections = [(0, 0); SECTIONS];
        for (at, section) in sections.iter_mut().enumerate() {
            let place = FIXED + at * 16;
            *section = (u64_at(&head, place), u64_at(&head, place + 8));
            if section.0.checked_add(section.1).is_none_or(|end| end > body_length) {
                return Err(damaged("a section lies outside", place as u64));
            }
        }
        let table = FIXED + SECTIONS * 16;
        let checksums = (0..count).map(|at| u32_at(&head, table + at * 4)).collect();
        let blocks = (0..count).map(|_| OnceCell::new()).collect();
        let store = Self { bytes, body: header as u64, body_length, sections, checksums, blocks };
        if length <= CHECKED_AT_ONCE {
            store.check()?;
        }
        Ok(store)
    }

    /// Reads and checks every block. Those of a large file are not kept.
    pub(super) fn check(&self) -> Result<(), DbError> {
        let keep = self.body_length <= CHECKED_AT_ONCE;
        for at in 0..self.blocks.len() {
            if keep {
                self.block(at)?;
            } else if self.blocks[at].get().is_none() {
                self.load(at)?;
            }
        }
        Ok(())
    }

    fn load(&self, at: usize) -> Result<Box<[u8]>, DbError> {
        let from = at as u64 * BLOCK as u64;
        let length = (self.body_length - from).min(BLOCK as u64) as usize;
        let mut block = vec![0; length].into_boxed_slice();
        self.bytes.read_exact_at(&mut block, self.body + from)?;
        if crc32fast::hash(&block) != self.checksums[at] {
            return Err(damaged("a block has a wrong checksum", self.body + from));
        }
        Ok(block)
    }

    fn block(&self, at: usize) -> Result<&[u8], DbError> {
        if let Some(block) = self.blocks[at].get() {
            return Ok(block);
        }
        let block = self.load(at)?;
        Ok(self.blocks[at].get_or_init(|| block))
    }

    pub(super) fn length(&self, section: Section) -> u64 {
        self.sections[section as usize].1
    }

    /// Reads from `offset` of a section on: at most to the section's end.
    pub(super) fn cursor(&self, section: Section, offset: u64) -> Result<Cursor<'_>, DbError> {
        let (from, length) = self.sections[section as usize];
        if offset > length {
            return Err(damaged("an offset leads out of its section", self.body + from));
        }
        Ok(Cursor { store: self, at: from + offset, end: from + length })
    }
}

/// A place in a section that moves on as it is read.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'s> {
    store: &'s Store,
    at: u64,
    end: u64,
}

impl<'s> Cursor<'s> {
    pub(super) fn damaged(&self, what: &'static str) -> DbError {
        damaged(what, self.store.body + self.at)
    }

    fn cut(&self) -> DbError {
        self.damaged("an entry runs out of its section")
    }

    /// How much is left in the section.
    pub(super) fn left(&self) -> u64 {
        self.end - self.at
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.end
    }

    pub(super) fn byte(&mut self) -> Result<u8, DbError> {
        if self.at >= self.end {
            return Err(self.cut());
        }
        let block = self.store.block((self.at / BLOCK as u64) as usize)?;
        let byte = block.get((self.at % BLOCK as u64) as usize).copied().ok_or_else(|| self.cut())?;
        self.at += 1;
        Ok(byte)
    }

    /// Appends the next bytes to a buffer.
    pub(super) fn take(&mut self, mut count: u64, into: &mut Vec<u8>) -> Result<(), DbError> {
        if count > self.left() {
            return Err(self.cut());
        }
        while count > 0 {
            let block = self.store.block((self.at / BLOCK as u64) as usize)?;
            let from = (self.at % BLOCK as u64) as usize;
            let part = block.get(from..).filter(|part| !part.is_empty()).ok_or_else(|| self.cut())?;
            let part = &part[..part.len().min(usize::try_from(count).unwrap_or(usize::MAX))];
            into.extend_from_slice(part);
            self.at += part.len() as u64;
            count -= part.len() as u64;
        }
        Ok(())
    }

    pub(super) fn skip(&mut self, count: u64) -> Result<(), DbError> {
        if count > self.left() {
            return Err(self.cut());
        }
        self.at += count;
        Ok(())
    }

    /// The next bytes, as many as the array has.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], DbError> {
        let from = (self.at % BLOCK as u64) as usize;
        if self.left() >= N as u64 && from + N <= BLOCK {
            let block = self.store.block((self.at / BLOCK as u64) as usize)?;
            if let Some(array) = block.get(from..from + N).and_then(|part| part.try_into().ok()) {
                self.at += N as u64;
                return Ok(array);
            }
        }
        let mut array = [0; N];
        for byte in &mut array {
            *byte = self.byte()?;
        }
        Ok(array)
    }

    pub(super) fn varint(&mut self) -> Result<u64, DbError> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.cut())
    }

    /// How many items follow, each at least one byte long: so no more than there are bytes.
    pub(super) fn count(&mut self) -> Result<usize, DbError> {
        let count = self.varint()?;
        if count > self.left() {
            return Err(self.cut());
        }
        usize::try_from(count).map_err(|_| self.cut())
    }

    /// Bytes after their length.
    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, DbError> {
        let count = self.varint()?;
        let mut bytes = Vec::with_capacity(usize::try_from(count.min(self.left())).unwrap_or_default());
        self.take(count, &mut bytes)?;
        Ok(bytes)
    }

    /// Text after its length.
    pub(super) fn text(&mut self) -> Result<String, DbError> {
        String::from_utf8(self.bytes()?).map_err(|_| self.cut())
    }
}
