//! OLE compound files: a file system in a file, of which installers (MSI) are made.
//!
//! The file is cut into sectors. A table has for each sector the one that follows it in its chain. The directory is a
//! chain of entries of 128 bytes, each a storage (folder) or a stream, the members of a storage being a tree. Streams of
//! less than 4096 bytes lie in a stream of their own, in sectors of 64 bytes with their own table. All numbers are
//! little-endian.
//!
//! After \[MS-CFB\] 12.0.

mod directory;
mod file;
mod sectors;

pub(crate) use file::{Ole, Streams};

pub(crate) const MAGIC: &[u8; 8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
