//! The advisory database: built once, read in pages, never trusted.
//!
//! One file holds one source. All numbers are little endian; a *varint* is LEB128.
//!
//! ```text
//! header    magic (16 bytes) · format version u32 · number of blocks u32 · length of the file u64
//!           · for each section its offset u64 and length u64 · for each block its CRC-32 u32 · CRC-32 of all that u32
//! body      blocks of 16 KiB, the last one shorter; offsets of sections count from its start
//! ```
//!
//! | section | what |
//! | --- | --- |
//! | meta | JSON: the inputs with their SHA-256 and dates, ecosystems, counts, what was odd |
//! | keys | sorted `(hash u64, offset u32)` of package keys; the offset leads into *packages* |
//! | packages | a package: its key, then for each record that names it a release, ranges, listed versions |
//! | records | offset u32 of each record into *record data* |
//! | record data | id, dates, rating, group |
//! | names | sorted `(hash u64, offset u32)` of ids and aliases; the offset leads into *name data* |
//! | name data | an id: its text, its group, what KEV and EPSS say of it |
//! | groups | offset u32 of each group into *group data* |
//! | group data | the ids that name one vulnerability, joined over aliases |
//!
//! Bounds of ranges are kept as comparable keys ([`bonafide_ident::Version::key`]) and as text. Of the enumerated versions only
//! those are kept that the ranges do not cover: the rest follows.
//!
//! The header is checked when a database is opened, each block when it is first read; a file of up to 64 MiB is checked
//! whole at once. So a byte that was changed is refused before it can make an answer, and a scan of a large database reads
//! the few blocks of its own packages.

mod build;
mod encode;
mod extent;
mod meta;
mod read;
mod store;

pub use build::{BuildError, Builder};
pub use meta::{Input, InputKind, Meta};
pub use read::Database;
pub(crate) use read::{Decoded, RecordHead, Row};

/// The ending of the names of database files.
pub const EXTENSION: &str = "vdb";

const MAGIC: &[u8; 16] = b"bonafide vdb\r\n\x1a\n";
const FORMAT: u32 = 1;
const BLOCK: usize = 16 * 1024;
/// A file up to this long is checked whole when it is opened.
const CHECKED_AT_ONCE: u64 = 64 << 20;

/// The sections in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
enum Section {
    Meta,
    Keys,
    Packages,
    Records,
    RecordData,
    Names,
    NameData,
    Groups,
    GroupData,
}

const SECTIONS: usize = 9;
/// Of the header before the table of sections.
const FIXED: usize = 32;

/// Why a database cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// Reading failed.
    #[error("failed to read the database")]
    Io(#[from] std::io::Error),
    /// It is something else.
    #[error("this is no advisory database")]
    Magic,
    /// Another edition of the format.
    #[error("the database has format {0}, this program reads format {FORMAT}; build it again")]
    Format(u32),
    /// It is cut short, has bytes changed, or contradicts itself.
    #[error("the database is damaged: {what} at byte {offset}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
        /// Where in the file.
        offset: u64,
    },
}

/// What a row of a package holds: the versions of an OSV record, a product of a CVE record, an applicability statement.
const PACKAGE: u8 = 0;
const PRODUCT: u8 = 1;
const APPLICABILITY: u8 = 2;

/// The ecosystem of CPE names in keys: `cpe\0vendor:product`.
pub(crate) const CPE: &str = "cpe";
/// That of CVE ids, under which the products of a CVE record are found.
pub(crate) const CVE: &str = "cve";

/// FNV-1a with a last mix. Where two keys share a hash both are looked at, so nothing depends on it but speed.
fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

/// Ids are told apart without regard to case.
fn fold(id: &str) -> String {
    id.trim().to_uppercase()
}
