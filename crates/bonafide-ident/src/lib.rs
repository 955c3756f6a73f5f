//! Names of software and of bytes: Package URLs, CPE names, Python project names, versions and their ranges, SWHIDs, digests.
//!
//! Ground layer: no files, no documents, no clock.

mod cpe;
mod digest;
pub mod npm;
mod purl;
pub mod pypi;
mod swhid;
mod testdata;
pub mod vers;
pub mod version;

pub use cpe::{Attribute, Cpe, CpeError, Relation};
pub use digest::{DigestError, DigestKinds, Digests, GitBlob, Hasher, Sha1, Sha256, Sha512};
pub use purl::{Purl, PurlBuilder, PurlError, PurlMismatch};
pub use swhid::{Swhid, SwhidError, SwhidKind};
pub use vers::{Vers, VersError};
pub use version::{Scheme, Version, VersionError};
