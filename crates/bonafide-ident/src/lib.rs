//! Names of software and of bytes: Package URLs, CPE names, Python project names, digests.
//!
//! Ground layer: no files, no documents, no clock.

mod digest;

pub use digest::{DigestError, DigestKinds, Digests, GitBlob, Hasher, Sha1, Sha256, Sha512};
