//! rpm: a lead, a signature header, a header that describes everything, and a compressed cpio.
//!
//! The lead (96 bytes) only has a magic that still counts. A header is `8e ad e8 01`, four bytes, the number of its
//! entries and the length of its data, both big-endian; then entries of 16 bytes (tag, type, offset, count) and the data.
//! The signature header is filled up to a multiple of eight; its digests are those of the header and of all after it. The
//! main header has the digest of the payload and, for each file, its path, mode, owner, time, size and digest: what the
//! payload says is compared with it. Packages with files of 4 GiB and more have a stripped cpio, whose members only refer
//! to the header.
//!
//! After the RPM manual's "RPM V4 Package format" and `rpmtag.h` of rpm 4.18.

mod files;
mod header;
mod reader;

pub(crate) use reader::{Lead, Rpm};

/// The first bytes of the lead.
pub(crate) const MAGIC: &[u8; 4] = b"\xed\xab\xee\xdb";
