//! Entries: one member of an artifact, at any nesting depth.

use std::sync::Arc;

use crate::format::Format;
use crate::path::MemberPath;

/// The number of an entry within one walk, from 0 in walking order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u32);

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link, with its target's bytes. Never followed.
    Symlink(Box<[u8]>),
    /// A hard link to an earlier member of the same container. Has no body of its own.
    Hardlink(MemberPath),
    /// A named pipe.
    Fifo,
    /// A character or block device, a socket.
    Device,
    /// Anything else, with the container's own type byte.
    Other(u8),
}

/// A run of bytes in the decompressed bytes of the parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// First byte: of the member's header where there is one.
    pub offset: u64,
    /// Length, header and padding included.
    pub length: u64,
}

/// Who owns a member, as far as its container says: numbers, names, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The number of the user.
    pub uid: Option<u64>,
    /// The number of the group.
    pub gid: Option<u64>,
    /// The name of the user.
    pub user: Option<Box<str>>,
    /// The name of the group.
    pub group: Option<Box<str>>,
}

/// One member of an artifact: name and metadata; the body passes by.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number.
    pub id: EntryId,
    /// The container it lies in: `None` at the top level.
    pub container: Option<Arc<Self>>,
    /// Its name within that container.
    pub path: MemberPath,
    /// What it is.
    pub kind: Kind,
    /// The size that its container declares, in bytes. Trust `Seen::size`.
    pub size: Option<u64>,
    /// Unix permission bits, with setuid and the like; without the type.
    pub mode: Option<u32>,
    /// Modification time in seconds since 1970, where the container has one.
    pub mtime: Option<i64>,
    /// Who owns it, where the container says so.
    pub owner: Option<Box<Owner>>,
    /// Where it lies in its parent.
    pub extent: Option<Extent>,
    /// The format of the container it lies in.
    pub within: Format,
}

impl Entry {
    /// Containers around it: 0 at the top level.
    #[must_use]
    pub fn depth(&self) -> u32 {
        let mut depth = 0;
        let mut at = self.container.as_deref();
        while let Some(entry) = at {
            depth += 1;
            at = entry.container.as_deref();
        }
        depth
    }

    /// The lossless text of its place: the names from the outermost container inwards, joined by `!/`.
    #[must_use]
    pub fn location(&self) -> String {
        let mut text = match &self.container {
            Some(container) => container.location() + "!/",
            None => String::new(),
        };
        text.push_str(&self.path.text());
        text
    }
}
