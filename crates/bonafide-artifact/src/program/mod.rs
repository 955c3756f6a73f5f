//! Programs of Windows that carry containers.
//!
//! A PE file is headers, sections and, at a place that its headers say, a signature. What lies behind all that no loader
//! looks at: installers put their data there (the *overlay*), or keep them as a resource, or as a section of their own. A
//! program is opened where one of these is a container by its content: each is a member of the program, under a name of
//! its own, and opened like any other member.
//!
//! | member | what it is |
//! | --- | --- |
//! | `overlay` | what lies behind the program: 7-Zip's and other self-extracting archives; `overlay/1`, … where the container does not begin there |
//! | `.rsrc/RCDATA/CABINET` | a resource by its type and name: IExpress |
//! | `_winzip_` | a section by its name |
//!
//! A zip at the end of a program is opened as if the program were the zip. Bundles of WiX and installers of NSIS have
//! readers of their own.
//! Data of installers that are known and not read are told as a gap.
//!
//! After the Microsoft PE/COFF specification; members are named as 7-Zip 26.02 names them, save the overlay (`[0]` there).

mod carried;
mod layout;

pub(crate) use carried::{Carried, bundle, carried, installer};
pub(crate) use layout::Run;
