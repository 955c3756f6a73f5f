//! From an artifact to its components.
//!
//! A walk over the artifact is shown to every [`Cataloger`]; each says which entries it wants to see and tells the
//! [`Inventory`] what they prove. What needs the whole (a base document that names files, a RECORD) is resolved when
//! the pass ends. The inventory then becomes a document.

pub mod audit;
mod base;
mod builder;
mod cataloger;
pub mod config;
mod document;
pub mod embed;
mod examine;
pub mod faults;
mod glob;
mod inventory;
mod license;
pub mod lock;
mod make;
mod native;
mod package;
mod product;
mod project;
mod python;
mod registry;
#[cfg(feature = "vendor")]
pub mod vendor;

use bonafide_report::Rule;

pub use base::{BASE_CHECKSUM_MISMATCH, BASE_ELSEWHERE, BASE_FILE_MISSING, BASE_UNREADABLE};
pub use builder::{Artifact, Builder, RootClaim, Shape, Strength};
pub use cataloger::{Candidate, Cataloger, Sighting};
pub use document::from_inventory;
pub use examine::{Filter, Keep};
pub use glob::{Glob, GlobError};
pub use inventory::{
    Basis, Component, ComponentId, Evidence, FileForm, FileId, FileRecord, Inventory, Mention, Method,
    Relation, RelationKind,
};
pub use make::{Input, Made, MakeError, NOTHING_THERE, Options, Summary, TOO_LONG, make, make_keeping};
pub use native::OBJECT_UNREADABLE;
pub use product::{BASE_DOCUMENT_MISSING, PRODUCT_VERSION_UNKNOWN};
pub use project::PROJECT_UNREADABLE;
pub use python::dist_info::{RECORD_EXTRA, RECORD_MISMATCH, RECORD_MISSING, RECORD_UNCHECKED};
pub use python::embedded_sbom::EMBEDDED_SBOM_UNREADABLE;
pub use python::vendor_txt::VENDOR_LINE_UNREAD;
pub use python::{METADATA_UNUSABLE, UNFILLED_TEMPLATE};

/// The rules that catalogers raise; those about containers are [`faults::RULES`].
pub const RULES: &[&Rule] = &[
    &BASE_CHECKSUM_MISMATCH,
    &BASE_DOCUMENT_MISSING,
    &BASE_ELSEWHERE,
    &BASE_FILE_MISSING,
    &BASE_UNREADABLE,
    &EMBEDDED_SBOM_UNREADABLE,
    &lock::LOCK_ENTRY_ODD,
    &lock::LOCK_ENTRY_UNREADABLE,
    &lock::LOCK_FILE_UNREADABLE,
    &lock::LOCK_INCLUDE_MISSING,
    &METADATA_UNUSABLE,
    &NOTHING_THERE,
    &OBJECT_UNREADABLE,
    &PRODUCT_VERSION_UNKNOWN,
    &PROJECT_UNREADABLE,
    &RECORD_EXTRA,
    &RECORD_MISMATCH,
    &RECORD_MISSING,
    &RECORD_UNCHECKED,
    &lock::REQUIREMENTS_OF_A_PART,
    &TOO_LONG,
    &UNFILLED_TEMPLATE,
    &VENDOR_LINE_UNREAD,
];
