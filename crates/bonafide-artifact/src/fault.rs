//! Faults: named observations about a container that reading went on after.

/// What is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// The name is absolute or climbs out by `..`.
    ClimbingName,
    /// An earlier member of the same container has the same name.
    DuplicateName,
    /// Two headers of one member disagree (zip: local and central; tar: pax and ustar).
    HeaderMismatch,
    /// A checksum of the container does not fit.
    BadChecksum,
    /// The bytes of two members overlap.
    OverlappingMembers,
    /// The container ends before it should.
    Truncated,
    /// The container's bytes are not what its format asks for.
    Malformed,
    /// Bytes before the container's own begin.
    Prefix,
    /// Bytes after the container's end.
    TrailingData,
    /// Bytes between members that no member claims.
    Gap,
    /// A limit was reached; the rest was not read.
    Limit,
    /// A method, version or encryption that this build does not read.
    Unsupported,
    /// The operating system refused (permission, input or output).
    Unreadable,
}

/// One observation, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is odd.
    pub kind: FaultKind,
    /// Byte offset in the container's decompressed bytes, where known.
    pub offset: Option<u64>,
    /// One line: lower case, no full stop.
    pub message: String,
}
