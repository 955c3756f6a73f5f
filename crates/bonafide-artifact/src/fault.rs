//! Faults: named observations about a container that reading went on after, or that ended it.

use std::io;

/// How much a fault matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultClass {
    /// Worth knowing; every byte was examined and nothing is ambiguous.
    Note,
    /// Every byte was examined, but two readers may disagree about what is there, or a name is dangerous.
    Error,
    /// Something was not examined: the answer is incomplete.
    Gap,
}

/// What is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// The name is absolute, climbs out by `..`, or names a drive or a share of Windows.
    ClimbingName,
    /// The target of a link is absolute or climbs out of the container.
    ClimbingLink,
    /// An earlier member of the same container has the same name and other content, or content that was not compared
    /// since no digest was asked for.
    DuplicateName,
    /// An earlier member of the same container has the same name and the same content.
    RepeatedMember,
    /// Two headers of one member disagree (zip: local and central; tar: pax and ustar).
    HeaderMismatch,
    /// A checksum of the container does not fit.
    BadChecksum,
    /// The bytes of two members overlap. The later one is not read.
    OverlappingMembers,
    /// The container ends before it should.
    Truncated,
    /// The container's bytes are not what its format asks for.
    Malformed,
    /// Bytes before the container's own begin.
    Prefix,
    /// Bytes after the container's end, not all of them zero.
    TrailingData,
    /// Zero bytes after the container's end, more than its format asks for.
    TrailingZeros,
    /// Bytes between members that no member claims, not all of them zero.
    Gap,
    /// Padding that should be zero and is not.
    Padding,
    /// A file changed while it was read.
    Changed,
    /// A limit was reached; the rest was not read.
    Limit,
    /// A method, version or encryption that this build does not read.
    Unsupported,
    /// The operating system refused (permission, input or output).
    Unreadable,
}

impl FaultKind {
    /// How much faults of this kind matter.
    ///
    /// Gaps: truncated, malformed, bad checksum, overlapping members, changed file, limit, unsupported, unreadable.
    /// Errors: climbing name, duplicate name with other content, header mismatch, unclaimed bytes that are not zero
    /// (gap between members, padding, trailing data), for bytes may hide there. Notes: all else.
    #[must_use]
    pub const fn class(self) -> FaultClass {
        match self {
            Self::BadChecksum
            | Self::OverlappingMembers
            | Self::Truncated
            | Self::Malformed
            | Self::Changed
            | Self::Limit
            | Self::Unsupported
            | Self::Unreadable => FaultClass::Gap,
            Self::ClimbingName
            | Self::DuplicateName
            | Self::HeaderMismatch
            | Self::Gap
            | Self::Padding
            | Self::TrailingData => FaultClass::Error,
            Self::ClimbingLink | Self::RepeatedMember | Self::Prefix | Self::TrailingZeros => {
                FaultClass::Note
            }
        }
    }

    /// Its name in output: lower case, words joined by `-`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClimbingName => "climbing-name",
            Self::ClimbingLink => "climbing-link",
            Self::DuplicateName => "duplicate-name",
            Self::RepeatedMember => "repeated-member",
            Self::HeaderMismatch => "header-mismatch",
            Self::BadChecksum => "bad-checksum",
            Self::OverlappingMembers => "overlapping-members",
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
            Self::Prefix => "prefix",
            Self::TrailingData => "trailing-data",
            Self::TrailingZeros => "trailing-zeros",
            Self::Gap => "gap",
            Self::Padding => "padding",
            Self::Changed => "changed",
            Self::Limit => "limit",
            Self::Unsupported => "unsupported",
            Self::Unreadable => "unreadable",
        }
    }
}

/// One observation, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// What is odd.
    pub kind: FaultKind,
    /// Byte offset in the container's decompressed bytes, where known.
    pub offset: Option<u64>,
    /// One line: lower case, no full stop.
    pub message: String,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, offset: None, message: message.into() }
    }

    pub(crate) fn at(kind: FaultKind, offset: u64, message: impl Into<String>) -> Self {
        Self { kind, offset: Some(offset), message: message.into() }
    }

    /// As an error that passes through readers of other crates.
    pub(crate) fn into_io(self) -> io::Error {
        let kind = match self.kind {
            FaultKind::Truncated => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::Other,
        };
        io::Error::new(kind, self)
    }

    /// The fault that an error carries; other errors are the operating system's.
    pub(crate) fn from_io(error: &io::Error) -> Self {
        match Self::carried(error) {
            Some(fault) => fault.clone(),
            None => Self::new(FaultKind::Unreadable, format!("cannot be read: {error}")),
        }
    }

    pub(crate) fn carried(error: &io::Error) -> Option<&Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref())
    }
}

/// The faults of one entry: those that are kept, and how many more there were.
///
/// A hostile container can have a fault for each of a million members; only the first [`Faults::KEPT`] of each
/// entry are kept in words.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    kept: Vec<Fault>,
    gaps: u64,
    errors: u64,
    more: u64,
}

impl Faults {
    const KEPT: usize = 256;

    pub(crate) fn push(&mut self, fault: Fault) {
        match fault.kind.class() {
            FaultClass::Gap => self.gaps += 1,
            FaultClass::Error => self.errors += 1,
            FaultClass::Note => {}
        }
        if self.kept.len() < Self::KEPT {
            self.kept.push(fault);
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }

    /// Takes over all of another's.
    pub(crate) fn absorb(&mut self, other: Self) {
        let more = other.more;
        let (gaps, errors) = (self.gaps + other.gaps, self.errors + other.errors);
        self.extend(other.kept);
        // What was counted there and not kept in words is counted here, too.
        (self.gaps, self.errors) = (gaps, errors);
        self.more += more;
    }

    pub(crate) const fn gaps(&self) -> u64 {
        self.gaps
    }

    pub(crate) const fn errors(&self) -> u64 {
        self.errors
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.kept
    }

    /// Says how many were left out, in the last fault that is kept.
    pub(crate) fn close(&mut self) {
        if self.more > 0
            && let Some(last) = self.kept.last_mut()
        {
            last.message.push_str(&format!("; {} more faults are not listed", self.more));
            self.more = 0;
        }
    }
}
