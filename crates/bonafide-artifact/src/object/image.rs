//! The bytes of an object by the addresses that they are loaded at.

use super::{piece, text_at};
use crate::input::ReadAt;

/// The order of bytes in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endian {
    Little,
    Big,
}

impl Endian {
    /// The number of 2 bytes at a place.
    pub(crate) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self == Self::Little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    /// The number of 4 bytes at a place.
    pub(crate) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self == Self::Little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    /// The number of 8 bytes at a place.
    pub(crate) fn u64(self, bytes: &[u8], at: usize) -> Option<u64> {
        let bytes: [u8; 8] = bytes.get(at..at.checked_add(8)?)?.try_into().ok()?;
        Some(if self == Self::Little { u64::from_le_bytes(bytes) } else { u64::from_be_bytes(bytes) })
    }

    /// The number of 8 or of 4 bytes at a place.
    pub(crate) fn word(self, bytes: &[u8], at: usize, wide: bool) -> Option<u64> {
        if wide { self.u64(bytes, at) } else { self.u32(bytes, at).map(u64::from) }
    }
}

/// A processor whose simplest functions are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    /// x86 and x86-64.
    X86 { wide: bool },
    /// 64-bit Arm.
    Arm64,
    /// Any other.
    Other,
}

/// A run of bytes that is loaded at an address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) address: u64,
    pub(crate) offset: u64,
    pub(crate) size: u64,
}

/// An object as it is loaded.
pub(crate) struct Image<'a> {
    pub(crate) at: &'a dyn ReadAt,
    pub(crate) segments: Vec<Segment>,
    pub(crate) machine: Machine,
    pub(crate) endian: Endian,
    pub(crate) wide: bool,
}

impl Image<'_> {
    /// Where the bytes of an address lie in the file, and how many follow there.
    pub(crate) fn place(&self, address: u64) -> Option<(u64, u64)> {
        let segment = self
            .segments
            .iter()
            .find(|segment| address >= segment.address && address - segment.address < segment.size)?;
        let into = address - segment.address;
        Some((segment.offset.checked_add(into)?, segment.size - into))
    }

    /// At most so many bytes from an address on: fewer where the segment ends.
    pub(crate) fn bytes(&self, address: u64, count: u64) -> Option<Vec<u8>> {
        let (offset, left) = self.place(address)?;
        let left = left.min(self.at.length().saturating_sub(offset));
        piece(self.at, offset, count.min(left), super::TABLE)
    }

    /// The text at an address, at most `limit` bytes. `None` where no zero byte ends it.
    pub(crate) fn text(&self, address: u64, limit: u64) -> Option<String> {
        let bytes = self.bytes(address, limit)?;
        let text = text_at(&bytes, 0, bytes.len())?;
        String::from_utf8(text.to_vec()).ok()
    }

    /// The address that stands at an address.
    pub(crate) fn pointer(&self, address: u64) -> Option<u64> {
        self.endian.word(&self.bytes(address, 8)?, 0, self.wide)
    }
}
