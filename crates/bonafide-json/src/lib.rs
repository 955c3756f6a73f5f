//! A pull reader for JSON (RFC 8259): bounded in depth, never ahead of its place, with the place of every fault.
//!
//! A [`Reader`] lends the values of a text one after another: the caller asks what comes next ([`Reader::peek`]), enters
//! objects and arrays, takes what it wants and skips the rest. So a document is read straight into its types, a text that
//! nothing escapes is borrowed, numbers keep their digits, and what is only skipped costs little more than finding the ends
//! of its strings. Reading that ends early says where and why: a [`Stop`].
//!
//! JSON leaves open what a key means that stands twice in one object, and what half of a surrogate pair is. A
//! [`Reader::strict`] reader refuses both; a [`Reader::lenient`] one goes on, and tells the first repeated key when it is asked.
//!
//! It builds no tree of values, writes nothing, and knows no format: the crates above do.
//!
//! ```
//! use bonafide_json::{Kind, Reader};
//!
//! let mut reader = Reader::strict(r#"{"name": "demo", "files": [1, 2]}"#, 64);
//! let mut name = None;
//! reader.begin_object()?;
//! while let Some(key) = reader.next_key()? {
//!     match (&*key, reader.peek()?) {
//!         ("name", Kind::String) => name = Some(reader.string()?),
//!         _ => reader.skip()?,
//!     }
//! }
//! reader.finish()?;
//! assert_eq!(name.as_deref(), Some("demo"));
//! # Ok::<(), bonafide_json::Stop>(())
//! ```

mod kind;
mod pointer;
mod reader;
mod scan;
mod stop;
#[cfg(test)]
mod tests;

pub use kind::Kind;
pub use pointer::escape;
pub use reader::{Mark, Reader};
pub use stop::{Place, Read, Stop, Why, line_and_column, shorten};
