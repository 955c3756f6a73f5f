//! How the JSON of records and statements is read: leniently, and not too deep.

pub(crate) use bonafide_json::{Kind, Read, Reader, Stop, Why};

/// Arrays and objects inside one another. The deepest real document of the corpora has 19 levels.
pub(crate) const DEEPEST: usize = 128;

/// A reader of statements and records: what is odd about them is told, not refused.
pub(crate) const fn reader(text: &str) -> Reader<'_> {
    Reader::lenient(text, DEEPEST)
}
