//! Tar: a run of members, each a header of 512 bytes and a body padded to a multiple of that; two zero blocks end it.
//!
//! Dialects: v7 (no magic), ustar (POSIX 1003.1-1988; names up to 256 bytes by a prefix field), GNU (`ustar  `; long
//! names in members of type `L` and `K`, sparse files of type `S`, numbers in base 256), pax (POSIX 1003.1-2001; records
//! `length keyword=value` in members of type `x` for the next one and `g` for all that follow), star and Solaris
//! (`X` for `x`, a prefix field that ends early). Sources: POSIX.1-2024 `pax`, the GNU tar 1.35 manual's chapters
//! "Tar Internals", and the behaviour of GNU tar 1.35, bsdtar and CPython's `tarfile` where these are silent.

mod header;
mod pax;
mod reader;
mod sparse;

pub(crate) use header::looks_like;
pub(crate) use reader::Tar;

/// The length of a header, and what bodies are padded to.
const BLOCK: u64 = 512;

/// A dialect of tar, told by magic and by the members that only it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TarDialect {
    /// Without magic.
    V7,
    /// POSIX 1003.1-1988.
    Ustar,
    /// GNU tar's own.
    Gnu,
    /// POSIX 1003.1-2001.
    Pax,
}
