//! Which names a container has had, to find those that come twice.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::body::Passed;
use crate::entry::{Entry, Kind};
use crate::fault::{Fault, FaultKind};

/// Hashes of the names of one container, each with a hash of what lay there: 16 bytes a member, not its name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    seen: HashMap<u64, u64>,
}

impl Names {
    /// Remembers a member whose body has passed; a fault if its name came before.
    pub(crate) fn check(&mut self, entry: &Entry, passed: &Passed) -> Option<Fault> {
        let mut hasher = DefaultHasher::new();
        entry.path.normal().hash(&mut hasher);
        let name = hasher.finish();
        let content = content(entry, passed);
        let before = self.seen.insert(name, content)?;
        // A file of which no digest is known may be anything.
        let compared = !matches!(entry.kind, Kind::File) || has_digest(passed) || passed.size == 0;
        let offset = entry.extent.map(|extent| extent.offset);
        let (kind, message) = if before == content && compared {
            (FaultKind::RepeatedMember, "a member of this name with the same content came before")
        } else if compared {
            (FaultKind::DuplicateName, "a member of this name with other content came before")
        } else {
            (FaultKind::DuplicateName, "a member of this name came before; their content was not compared")
        };
        Some(Fault { kind, offset, message: message.to_owned() })
    }
}

const fn has_digest(passed: &Passed) -> bool {
    let digests = &passed.digests;
    digests.sha1.is_some()
        || digests.sha256.is_some()
        || digests.sha512.is_some()
        || digests.git_blob.is_some()
}

fn content(entry: &Entry, passed: &Passed) -> u64 {
    let mut hasher = DefaultHasher::new();
    match &entry.kind {
        Kind::File => 0_u8.hash(&mut hasher),
        Kind::Directory => 1_u8.hash(&mut hasher),
        Kind::Symlink(target) => (2_u8, target).hash(&mut hasher),
        Kind::Hardlink(target) => (3_u8, target).hash(&mut hasher),
        Kind::Fifo => 4_u8.hash(&mut hasher),
        Kind::Device => 5_u8.hash(&mut hasher),
        Kind::Other(byte) => (6_u8, byte).hash(&mut hasher),
    }
    (passed.size, passed.digests).hash(&mut hasher);
    hasher.finish()
}
