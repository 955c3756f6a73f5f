//! The one way to look at an artifact: a visitor that is told of each entry.

use bonafide_ident::{DigestKinds, Digests};

use crate::entry::Entry;
use crate::fault::Fault;
use crate::format::Format;
use crate::object::Object;
use crate::package::Package;

/// What is wanted of a body, from least to most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Body {
    /// Nothing: it is skipped.
    #[default]
    Skip,
    /// Its first bytes, at most so many.
    Head(u32),
    /// All of it if it is no longer than `Limits::memory_bytes`, else its head of that length.
    Whole,
}

/// What a visitor wants of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Want {
    /// The digests of its body.
    pub digests: DigestKinds,
    /// The bytes of its body.
    pub body: Body,
    /// Whether to open it where its content says that it is a container.
    pub members: bool,
}

impl Want {
    /// The larger of two wants in every part: how several visitors share one walk.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            digests: self.digests | other.digests,
            body: self.body.max(other.body),
            members: self.members || other.members,
        }
    }
}

/// What was seen of an entry's body.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The digests that were asked for. For a hard link and whatever has no body: empty.
    pub digests: Digests,
    /// The bytes that were asked for; shorter than asked where the body is shorter or over the bound.
    pub bytes: &'a [u8],
    /// The real length of the body in bytes. For a body that was skipped: the declared one.
    pub size: u64,
    /// The format that the body's content shows, where it is a container or compressed.
    pub format: Option<Format>,
    /// What the file says of itself, where it is an object file and [`crate::Reading::search`] asks.
    pub object: Option<&'a Object>,
    /// What is odd about this entry, its own members' faults not included.
    pub faults: &'a [Fault],
}

/// Is told of every entry of an artifact, in container order.
///
/// For a container entry the calls are: `enter`, then `enter`/`leave` of its members, then `leave` of itself (its
/// faults then include those of the container: trailing data, truncation). In zips and folders the `leave` of a plain
/// file may come after the `enter` of later ones, since several bodies are read at once; among themselves the `leave`
/// calls keep order. A folder on disk is no container: its `leave` comes before the entries below it.
///
/// A folder on disk is listed only if [`Want::members`] is set. A body of which nothing is wanted is not read.
pub trait Visit {
    /// Before the body.
    fn enter(&mut self, entry: &Entry) -> Want;
    /// Between the two, where the container says what package it is: an rpm or an MSI that is opened.
    fn package(&mut self, _entry: &Entry, _package: &Package) {}
    /// After the body.
    fn leave(&mut self, entry: &Entry, seen: Seen<'_>);
}
