//! Fixture builders and a command line runner for tests. Never part of what is shipped.

mod ar;
mod cab;
mod cli;
mod cpio;
mod gzip;
mod lzx;
mod nsis;
mod object;
mod program;
mod rpm;
mod sevenz;
mod tar;
mod xar;
mod xz;
mod zip;

pub use ar::{ArBuilder, ArNames, deb};
pub use cab::{CabBuilder, CabMethod, cab_set};
pub use cli::{Case, Ran};
pub use cpio::{CpioBuilder, CpioForm, CpioMember};
pub use gzip::gzip;
pub use lzx::{LzxKind, LzxOptions};
pub use nsis::{NsisBuilder, NsisPacking, NsisText, nsis_bzip2};
pub use object::{ElfBuilder, macho, pe};
pub use program::{PeBuilder, burn};
pub use rpm::{RpmValue, rpm, rpm_header};
pub use sevenz::{SevenZipCoder, seven_zip};
pub use tar::{TarBuilder, TarHeader, TarMagic, TarSum, pax_records};
pub use xar::{XarBuilder, XarEncoding, XarSum, bom, pbzx};
pub use xz::{XzCheck, xz};
pub use zip::{ZipBuilder, ZipDescriptor, ZipMember};
