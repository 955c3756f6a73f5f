//! Apple's bill of materials: what a payload should hold.
//!
//! A store of numbered blocks: `BOMStore`, version, count of blocks, place and length of the index, place and length of the
//! variables, all numbers big-endian. The index has the place and length of each block. The variable `Paths` names a block
//! with a tree; its leaves have pairs of blocks: one leads to type, mode, owner, time, size and checksum (as `cksum` of
//! POSIX makes it), the other has the number of the parent and the name.
//!
//! After the documentation of bomutils 0.2 and `bom(5)` of macOS.

mod billed;
mod store;

pub(crate) use billed::Billed;
pub(crate) use store::Bom;
