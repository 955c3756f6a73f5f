//! Fixture builders and a command line runner for tests. Never part of what is shipped.

mod ar;
mod cli;
mod gzip;
mod tar;
mod xz;
mod zip;

pub use ar::{ArBuilder, ArNames, deb};
pub use cli::{Case, Ran};
pub use gzip::gzip;
pub use tar::{TarBuilder, TarHeader, TarMagic, TarSum, pax_records};
pub use xz::{XzCheck, xz};
pub use zip::{ZipBuilder, ZipDescriptor, ZipMember};
