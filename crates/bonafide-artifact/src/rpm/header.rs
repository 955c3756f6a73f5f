//! A header: entries of tag, type, offset and count, and the data that they point into.

use std::io::{self, Read};

use crate::fault::{Fault, FaultKind};

const MAGIC: [u8; 4] = [0x8e, 0xad, 0xe8, 0x01];
/// Bytes of an entry.
const ENTRY: usize = 16;

/// A header as it lies in the file; values are looked up, not unpacked.
pub(super) struct Header {
    /// Magic, lengths, entries and data: what its digests are of.
    pub(super) bytes: Vec<u8>,
    entries: usize,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Type(u32);

impl Type {
    const INT16: Self = Self(3);
    const INT32: Self = Self(4);
    const INT64: Self = Self(5);
    const STRING: Self = Self(6);
    const BINARY: Self = Self(7);
    const STRINGS: Self = Self(8);
    const I18N: Self = Self(9);
}

impl Header {
    /// Reads a header of at most `limit` bytes; memory is taken as they come.
    pub(super) fn read(input: &mut impl Read, at: u64, limit: u64) -> io::Result<Self> {
        let mut bytes = vec![0; 16];
        input.read_exact(&mut bytes).map_err(|error| cut(&error, at))?;
        if bytes[..4] != MAGIC {
            return Err(Fault::at(FaultKind::Malformed, at, "no rpm header where one should be").into_io());
        }
        let (entries, data) = (word(&bytes, 8), word(&bytes, 12));
        let length = u64::from(entries) * ENTRY as u64 + u64::from(data);
        if length > limit {
            let message = format!("bytes of an rpm header exceed the limit of {limit} (memory_bytes)");
            return Err(Fault::at(FaultKind::Limit, at, message).into_io());
        }
        input.take(length).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < length + 16 {
            return Err(Fault::at(FaultKind::Truncated, at, "ends in the middle of an rpm header").into_io());
        }
        Ok(Self { bytes, entries: usize::try_from(entries).unwrap_or(0) })
    }

    /// The type, the data from its offset on, and the count of a tag.
    fn find(&self, tag: u32) -> Option<(Type, &[u8], usize)> {
        let (entries, data) = self.bytes[16..].split_at_checked(self.entries * ENTRY)?;
        let entry = entries.chunks_exact(ENTRY).find(|entry| word(entry, 0) == tag)?;
        let offset = usize::try_from(word(entry, 8)).ok()?;
        Some((Type(word(entry, 4)), data.get(offset..)?, usize::try_from(word(entry, 12)).ok()?))
    }

    pub(super) fn has(&self, tag: u32) -> bool {
        self.find(tag).is_some()
    }

    /// Numbers of 16, 32 or 64 bits.
    pub(super) fn numbers(&self, tag: u32) -> impl Iterator<Item = u64> + '_ {
        let (kind, data, count) = self.find(tag).unwrap_or((Type::INT32, &[], 0));
        let width = match kind {
            Type::INT16 => 2,
            Type::INT32 => 4,
            Type::INT64 => 8,
            // None of them: no value.
            _ => data.len() + 1,
        };
        let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
        data.chunks_exact(width).take(count).map(number)
    }

    pub(super) fn number(&self, tag: u32) -> Option<u64> {
        self.numbers(tag).next()
    }

    /// Texts, each ended by a zero byte.
    pub(super) fn texts(&self, tag: u32) -> impl Iterator<Item = &[u8]> + '_ {
        let (kind, data, count) = self.find(tag).unwrap_or((Type::STRINGS, &[], 0));
        let count = match kind {
            Type::STRING => 1,
            Type::STRINGS | Type::I18N => count,
            _ => 0,
        };
        data.split(|&byte| byte == 0).take(count)
    }

    pub(super) fn text(&self, tag: u32) -> Option<&str> {
        self.texts(tag).next().and_then(|text| std::str::from_utf8(text).ok())
    }

    pub(super) fn binary(&self, tag: u32) -> Option<&[u8]> {
        let (kind, data, count) = self.find(tag)?;
        if kind == Type::BINARY { data.get(..count) } else { None }
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn cut(error: &io::Error, at: u64) -> io::Error {
    match Fault::carried(error) {
        Some(fault) => fault.clone().into_io(),
        None => Fault::at(FaultKind::Truncated, at, "ends in the middle of an rpm header").into_io(),
    }
}
