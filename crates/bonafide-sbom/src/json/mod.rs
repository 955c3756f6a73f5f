//! JSON as these documents need it: strict, bounded, with the place of every fault, and without loss.
//!
//! A general reader folds duplicate keys, rounds numbers and forgets where things stood. An SBOM's unknown fields are
//! to be given back as they came, and its faults are to be found again: so `bonafide-json` reads it strictly, and the
//! values here keep their numbers as text.

use bonafide_json::Reader;

mod build;
mod gather;
pub(crate) mod pointer;
mod take;
mod value;
mod write;

pub(crate) use build::Object;
pub(crate) use gather::Gathered;
pub(crate) use take::Fields;
pub use value::{Extra, Json};
pub(crate) use write::JsonWriter;
pub use write::Style;

/// Arrays and objects inside one another. The deepest real document of the corpora has 14 levels.
pub(crate) const DEEPEST: usize = 256;

/// A reader of documents: strict, for a key that stands twice has two readers disagree about which one counts.
pub(crate) const fn reader(text: &str) -> Reader<'_> {
    Reader::strict(text, DEEPEST)
}
