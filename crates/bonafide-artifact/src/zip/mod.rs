//! Zip: members one after another, each with a local header; then a central directory that lists them; then its end.
//!
//! The directory is found from the end of the file and is what counts; the local headers are compared with it, and
//! every byte between is claimed by one member or is a gap. Source: PKWARE APPNOTE 6.3.10; Info-ZIP's extra fields
//! (`extrafld.txt`); where these are silent, the behaviour of CPython's `zipfile`.

mod directory;
mod record;
mod rewrite;

pub(crate) use directory::{Checked, Member, Zip};
pub use rewrite::{NewMember, RewriteError, rewrite_zip};
