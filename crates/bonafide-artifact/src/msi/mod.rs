//! MSI: a database of an installer in an OLE compound file, with the files in cabinets.
//!
//! The names of streams are packed, two characters of a set of 64 in each UTF-16 unit; tables begin with a mark. All texts
//! are in a pool, `_StringPool` and `_StringData`; tables refer to them by numbers. `_Columns` says which columns a table
//! has; a table is stored column after column. `File` has for each file a key, by which the cabinets call it, the
//! component, the name and the place in the sequence; `Component` leads to a folder; `Directory` has the tree of folders,
//! whose names are `target:source`, each `short|long`; `Media` says which part of the sequence lies in which cabinet, in a
//! stream where the name begins with `#`, else beside the installer. A merge module (`.msm`) has no `Media`, but a stream of a
//! fixed name. A patch (`.msp`) has transforms as storages and cabinets as streams, whose members are called by keys.
//!
//! After the Windows Installer documentation ("Database Tables") and the layout that Wine's `msi.dll` describes; compared
//! with msitools 0.101.

mod installer;
mod tables;

pub(crate) use installer::{Installed, Installer, Place};
pub(crate) use tables::show;
