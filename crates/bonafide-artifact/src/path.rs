//! Names of members: bytes, with a rule to show them.

use std::fmt;

/// The name of a member as its container spells it.
///
/// Kept as raw bytes, for names need not be UTF-8. [`MemberPath::text`] is lossless: a byte that is no part of valid
/// UTF-8, a control character and a backslash before `x` are written `\xNN`. [`MemberPath::normal`] is for matching
/// only. A `MemberPath` never becomes a path on disk.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberPath {
    raw: Box<[u8]>,
}

impl MemberPath {
    /// From the container's bytes.
    pub fn new(raw: impl Into<Box<[u8]>>) -> Self {
        Self { raw: raw.into() }
    }

    /// The bytes as the container has them.
    #[must_use]
    pub const fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The lossless text form, for people and documents.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }
}

impl fmt::Debug for MemberPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberPath({})", self.raw.escape_ascii())
    }
}
