//! 7z: packed streams, folders of coders that unpack them, and files that are parts of what a folder unpacks to.
//!
//! A header of 32 bytes leads to the real one at the end, which as a rule is packed itself. A folder is a graph of coders: each
//! has streams that come in and one that goes out, and what goes out of one comes into another. Files without bytes are
//! only listed. Everything has a CRC-32.
//!
//! After `7zFormat.txt` and `Methods.txt` of the LZMA SDK 24.09; compared with 7-Zip 26.02.

mod bcj2;
mod coders;
mod header;
mod reader;

pub(crate) use reader::SevenZip;

pub(crate) const MAGIC: &[u8; 6] = b"7z\xbc\xaf\x27\x1c";

/// Whether 32 bytes are the first header of a 7z: its checksum fits.
pub(crate) fn is_first_header(head: &[u8]) -> bool {
    let mut sum = flate2::Crc::new();
    sum.update(head.get(12..32).unwrap_or_default());
    head.starts_with(MAGIC) && head.get(8..12) == Some(&sum.sum().to_le_bytes())
}
