//! Formats, known by content.

use crate::input::ReadAt;
use crate::zip::Zip;
use crate::{ar, cab, cpio, ole, pbzx, program, rpm, sevenz, tar, xar};

/// A container or compression format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// A folder on disk.
    Folder,
    /// A single file that is no container.
    Plain,
    /// Tar of any dialect.
    Tar,
    /// Zip; wheels, eggs and jars too.
    Zip,
    /// Unix `ar`: static libraries.
    Ar,
    /// A Debian package: an ar of fixed members.
    Deb,
    /// Cpio of any form.
    Cpio,
    /// An RPM package.
    Rpm,
    /// XAR; flat packages of macOS too.
    Xar,
    /// A cabinet of Windows.
    Cab,
    /// 7z.
    SevenZip,
    /// An installer of Windows: an OLE compound file with tables.
    Msi,
    /// Another OLE compound file.
    Ole,
    /// Gzip (RFC 1952), any number of members.
    Gzip,
    /// Bzip2, any number of streams.
    Bzip2,
    /// Xz (.xz file format 1.2), any number of streams.
    Xz,
    /// Zstandard (RFC 8878), any number of frames.
    Zstd,
    /// LZMA with the header of 13 bytes that files ending in `.lzma` have.
    Lzma,
    /// Chunks of xz: payloads of macOS packages.
    Pbzx,
    /// A program of Windows that carries containers: behind itself, among its resources or as a section.
    Program,
    /// A bundle of WiX: a program with a manifest and cabinets.
    Burn,
    /// An installer of NSIS: a program with a script and data.
    Nsis,
}

/// How many of a file's first bytes [`Format::sniff`] looks at.
pub(crate) const HEAD: usize = 512;

const BZIP2_BLOCK: [u8; 6] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
const BZIP2_END: [u8; 6] = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

impl Format {
    /// The format that a file's first bytes show; `head` is the whole file or its first 512 bytes or more.
    ///
    /// Never decided by a file's name. Tar is known by a header whose checksum fits, or by `ustar` in its place (so
    /// that a damaged first header is reported, not taken for a plain file). An empty tar (zero blocks only) is not
    /// known, nor is a zip with a prefix other than a `#!` line, nor what a program carries.
    #[must_use]
    pub fn sniff(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"\x1f\x8b\x08") {
            Some(Self::Gzip)
        } else if head.starts_with(b"\xfd7zXZ\0") {
            Some(Self::Xz)
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
            || (head.len() >= 8 && (0x50..=0x5f).contains(&head[0]) && head[1..4] == [0x2a, 0x4d, 0x18])
        {
            Some(Self::Zstd)
        } else if head.starts_with(b"BZh")
            && matches!(head.get(3), Some(b'1'..=b'9'))
            && matches!(head.get(4..10), Some(magic) if magic == BZIP2_BLOCK || magic == BZIP2_END)
        {
            Some(Self::Bzip2)
        } else if [&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04"]
            .iter()
            .any(|magic| head.starts_with(magic))
        {
            Some(Self::Zip)
        } else if head.starts_with(ar::MAGIC) {
            Some(if head[8..].starts_with(b"debian-binary") { Self::Deb } else { Self::Ar })
        } else if head.starts_with(ar::THIN) {
            Some(Self::Ar)
        } else if head.starts_with(rpm::MAGIC) {
            Some(Self::Rpm)
        } else if head.starts_with(xar::MAGIC) && matches!(head.get(6..8), Some([0, 1])) {
            Some(Self::Xar)
        } else if head.starts_with(cab::MAGIC) {
            Some(Self::Cab)
        } else if head.starts_with(sevenz::MAGIC) {
            Some(Self::SevenZip)
        } else if head.starts_with(ole::MAGIC) {
            Some(Self::Ole)
        } else if head.starts_with(pbzx::MAGIC) && matches!(head.get(4..8), Some([0, 0, 0, 0])) {
            Some(Self::Pbzx)
        } else if cpio::looks_like(head) {
            Some(Self::Cpio)
        } else if lzma_alone(head) {
            Some(Self::Lzma)
        } else if tar::looks_like(head) {
            Some(Self::Tar)
        } else if head.starts_with(b"#!") && memchr::memmem::find(head, b"\nPK\x03\x04").is_some() {
            Some(Self::Zip)
        } else {
            None
        }
    }

    /// Whether a file with these first bytes may carry another container: what [`Format::carried`] then looks for.
    pub(crate) fn may_carry(head: &[u8]) -> bool {
        head.starts_with(b"MZ") || head.starts_with(b"#!")
    }

    /// What a program or a script carries, where it carries something: a zip at its end, or whatever a program of
    /// Windows may have.
    pub(crate) fn carried(head: &[u8], at: &dyn ReadAt) -> Option<Self> {
        let program = if head.starts_with(b"MZ") { program::carried(at) } else { None };
        program.or_else(|| (Self::may_carry(head) && Zip::is_at_end_of(at)).then_some(Self::Zip))
    }

    /// Whether it is a compression of one stream.
    #[must_use]
    pub const fn is_compression(self) -> bool {
        matches!(self, Self::Gzip | Self::Bzip2 | Self::Xz | Self::Zstd | Self::Lzma | Self::Pbzx)
    }

    /// Whether it is a container whose members are read at their places.
    pub(crate) const fn is_positioned(self) -> bool {
        matches!(self, Self::Zip | Self::Xar | Self::Cab | Self::Ole | Self::SevenZip)
    }

    /// Whether it is a container whose members are read front to back.
    pub(crate) const fn is_sequential(self) -> bool {
        matches!(self, Self::Tar | Self::Ar | Self::Deb | Self::Cpio | Self::Rpm)
    }

    /// Its name in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Plain => "plain",
            Self::Tar => "tar",
            Self::Zip => "zip",
            Self::Ar => "ar",
            Self::Deb => "deb",
            Self::Cpio => "cpio",
            Self::Rpm => "rpm",
            Self::Xar => "xar",
            Self::Cab => "cab",
            Self::SevenZip => "7z",
            Self::Msi => "msi",
            Self::Ole => "ole",
            Self::Pbzx => "pbzx",
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Lzma => "lzma",
            Self::Program => "program",
            Self::Burn => "burn",
            Self::Nsis => "nsis",
        }
    }
}

/// Whether this is LZMA with its short header, which has no magic: the usual properties, a dictionary of 2^n or
/// 2^n + 2^(n-1) bytes, a size that is unknown or sane, and the range coder's first byte, which is always 0.
fn lzma_alone(head: &[u8]) -> bool {
    let Some((header, _)) = head.split_first_chunk::<14>() else { return false };
    let [0x5d, dictionary @ .., _, _, _, _, _, _, _, _, 0] = header else { return false };
    let dictionary = u32::from_le_bytes(*dictionary);
    let size = u64::from_le_bytes(header[5..13].try_into().expect("eight bytes"));
    let round = dictionary.count_ones() == 1
        || dictionary.count_ones() == 2 && dictionary & (dictionary >> 1) != 0
        || dictionary == u32::MAX;
    round && dictionary >= 1 << 12 && (size == u64::MAX || size < 1 << 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_the_magic_of_tar_in_its_place_is_none() {
        let mut text = [b'x'; 600];
        text[257..262].copy_from_slice(b"ustar");
        assert_eq!(Format::sniff(&text), None);
        text[262] = 0;
        assert_eq!(Format::sniff(&text), Some(Format::Tar));
    }

    #[test]
    fn what_only_begins_like_a_container_is_none() {
        for head in [
            &b""[..],
            b"P",
            b"PK",
            b"PK\x03",
            b"\x1f\x8b",
            b"BZh9",
            b"BZh91AY&SX",
            b"\xfd7zXZ",
            b"#!/bin/sh\n",
        ] {
            assert_eq!(Format::sniff(head), None, "{}", head.escape_ascii());
        }
        assert_eq!(Format::sniff(&[0; 1024]), None);
    }

    #[test]
    fn a_zip_behind_a_shebang_line_is_a_zip() {
        assert_eq!(Format::sniff(b"#!/usr/bin/env python3\nPK\x03\x04"), Some(Format::Zip));
    }
}
