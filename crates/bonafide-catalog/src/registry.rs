//! The catalogers, one line each, in the order in which they finish.
//!
//! Those that own files by an explicit list come first, then those that read packages' own metadata, then those that need
//! to know whose file a list is in; those that only declare what is needed come last.

use crate::base::BaseDocuments;
use crate::cataloger::Cataloger;
use crate::lock::LockFiles;
use crate::native::NativeLibraries;
use crate::package::Packages;
use crate::python::dist_info::DistInfo;
use crate::python::embedded_sbom::EmbeddedSboms;
use crate::python::pkg_info::PkgInfo;
use crate::python::vendor_txt::VendorTxt;

/// A fresh set of all catalogers.
pub(crate) fn catalogers() -> Vec<Box<dyn Cataloger>> {
    vec![
        Box::<BaseDocuments>::default(),
        Box::<Packages>::default(),
        Box::<DistInfo>::default(),
        Box::<PkgInfo>::default(),
        Box::<VendorTxt>::default(),
        Box::<EmbeddedSboms>::default(),
        Box::<NativeLibraries>::default(),
        Box::<LockFiles>::default(),
    ]
}
