//! The model: one graph for all formats.

mod actor;
mod claim;
mod component;
mod digest;
mod document;
mod edge;
mod evidence;
mod file;

pub use actor::{Actor, ActorKind};
pub use claim::{Claim, Text};
pub use component::{
    Acknowledgement, Category, Component, License, LicenseName, Property, Purpose, Reference,
    VerificationCode,
};
pub use digest::{Algorithm, Digest};
pub use document::{
    Annotation, Creation, Document, Encoding, ExternalDocument, Format, OtherElement, Service,
};
pub use edge::{
    ComponentId, Element, End, FileId, Relationship, RelationshipDetail, RelationshipKind, Stated,
};
pub use evidence::{Evidence, Identity, IdentityMethod, Occurrence};
pub use file::{ExtractedLicense, File, FileDetail, Snippet, SnippetPointer, SnippetRange};
