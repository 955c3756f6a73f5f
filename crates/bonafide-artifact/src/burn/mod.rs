//! Burn: bundles of WiX, programs that install several packages.
//!
//! The section `.wixburn` says where the program ends (the *stub*), how many containers follow and how long each is. The
//! first one, the *UX container*, comes right behind the stub; the others, the *attached containers*, come behind the
//! signature that the program had before they were attached, or behind the UX container where it had none. All are
//! cabinets. The member `0` of the UX container is the manifest: an XML file that gives each member (`u1`, `a0`: its
//! *source path*) the path, size and digest of the file that it stands for, and lists the payloads that are not in the
//! bundle: those of detached containers beside it, and those that lie beside it or are downloaded.
//!
//! | offset in `.wixburn` | field |
//! | --- | --- |
//! | 0 | magic, `00 43 f1 00` |
//! | 4 | version, 2 |
//! | 8 | id of the bundle, 16 bytes |
//! | 24 | bytes of the stub |
//! | 28 | the program's checksum before containers were attached |
//! | 32, 36 | place and size of its signature then |
//! | 40 | kind of the containers, 1: cabinet |
//! | 44 | number of containers, then the size of each |
//!
//! After the headers of WiX 3.14 and WiX 4 (`section.cpp`) and their manifests, whose elements are the same in both
//! namespaces.

mod manifest;
mod payloads;
mod section;

pub(crate) use manifest::Manifest;
pub(crate) use payloads::{Bundle, MANIFEST, Payloads, Place, Rest};
pub(crate) use section::Section;

/// The name of the section.
pub(crate) const SECTION: &str = ".wixburn";
