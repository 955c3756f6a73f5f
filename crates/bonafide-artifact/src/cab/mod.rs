//! CAB: cabinets of Windows, alone or in sets.
//!
//! A header, folders, files, data. A folder is one compressed run of bytes in blocks of 32 KiB; a file is a part of a
//! folder. Blocks are stored, MSZIP (deflate, each block with the last 32 KiB before it as dictionary), LZX, or Quantum, which
//! is not read. All numbers are little-endian. A folder may begin in the cabinet before and go on in the next one of a
//! set, down to the middle of a block; the cabinets name one another.
//!
//! After \[MS-CAB\] 21.0, \[MS-MCI\] and \[MS-PATCH\] (LZX); compared with 7-Zip 26.02 and libmspack's samples.

mod blocks;
mod huffman;
mod lzx;
mod reader;
mod record;

pub(crate) use reader::Cab;

pub(crate) const MAGIC: &[u8; 8] = b"MSCF\0\0\0\0";

/// Whether 36 bytes may be the header of a cabinet that has no more than so many bytes: its version, the fields that are
/// zero, and its length.
pub(crate) fn is_header(head: &[u8], most: u64) -> bool {
    let long =
        |at: usize| head.get(at..at + 4).map(|bytes| u32::from_le_bytes(bytes.try_into().expect("four")));
    let length = long(8).map_or(0, u64::from);
    head.starts_with(MAGIC)
        && long(12) == Some(0)
        && head.get(24..26) == Some(&[3, 1])
        && (36..=most).contains(&length)
}
