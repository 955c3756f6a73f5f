//! XAR, and so flat packages of macOS: a header, a compressed table of contents in XML, and a heap.
//!
//! The header is `xar!`, its own size (2), the version (2), the compressed and the real length of the table (8 each), the
//! algorithm of its checksum (4; 0 none, 1 SHA-1, 2 MD5, 3 the one that a name after it says, 4 SHA-512), all big-endian.
//! The table is a zlib stream. Offsets in it count from its end, where the heap begins, as a rule with the checksum of the
//! compressed table. A `file` element has `name`, `type`, mode, owner, times, and where it has a body `data`: offset, length
//! in the heap, size, encoding, checksums of the bytes as they lie there (`archived-checksum`) and of the body
//! (`extracted-checksum`). What the media type calls `application/x-gzip` is a zlib stream. Folders hold their files.
//!
//! A flat package holds `PackageInfo`, `Bom`, `Payload` and `Scripts`, or a `Distribution` and several such folders; the
//! payload is a cpio, compressed by gzip or as pbzx, and the bill of materials beside it lists what is in it.
//!
//! After the wiki page "xarformat" of the xar project and files that xar 1.8 and Apple's pkgbuild write.

mod reader;
mod toc;

pub(crate) use reader::Xar;

pub(crate) const MAGIC: &[u8; 4] = b"xar!";
