//! JSON as these documents need it: strict, bounded, with the place of every fault, and without loss.
//!
//! A general reader folds duplicate keys, rounds numbers and forgets where things stood. An SBOM's unknown fields are
//! to be given back as they came, and its faults are to be found again, so the small reader here keeps numbers as
//! text, refuses a key that appears twice in one object, and knows its offset at every step.

mod build;
mod gather;
pub(crate) mod pointer;
mod read;
mod take;
mod value;
mod write;

pub(crate) use build::Object;
pub(crate) use gather::Gathered;
pub(crate) use read::{DEEPEST, Kind, Reader};
pub(crate) use take::Fields;
pub use value::{Extra, Json};
pub(crate) use write::JsonWriter;
pub use write::Style;
