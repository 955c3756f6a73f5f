//! One model for SBOM documents, and its readers, writers and validators.
//!
//! A [`Document`] is a graph: components, files, snippets and licence texts in arenas, typed edges between them. It is
//! the same whether it came from SPDX or from CycloneDX, so whoever works on documents (scores, merges, comparisons)
//! works on one thing. What a format says and the model does not know stays with its element in an [`Extra`].
//!
//! Nothing here reads a file, a clock or an environment: bytes in, values out.

pub mod convert;
mod cyclonedx;
pub mod diff;
mod error;
mod findings;
pub mod fix;
mod json;
mod licence;
pub mod merge;
mod model;
mod read;
pub mod rules;
pub mod score;
mod source;
mod spdx2;
mod spdx3;
mod validate;
mod write;
mod xml;
mod yaml;

pub use cyclonedx::rules as cyclonedx_rules;
pub use error::{ReadError, ReadFault, ReadPlace};
pub use json::{Extra, Json, Style};
pub use model::{
    Acknowledgement, Actor, ActorKind, Algorithm, Annotation, Category, Claim, Component, ComponentId,
    Creation, Digest, Document, Element, Encoding, End, Evidence, ExternalDocument, ExtractedLicense, File,
    FileDetail, FileId, Format, Identity, IdentityMethod, License, LicenseName, Occurrence, OtherElement,
    Property, Purpose, Reference, Relationship, RelationshipDetail, RelationshipKind, Service, Snippet,
    SnippetPointer, SnippetRange, Stated, Text, VerificationCode,
};
pub use read::read;
pub use rules::RULES;
pub use spdx2::{CODE_OF_NOTHING, verification_code};
pub use validate::validate;
pub use write::{WriteError, write};
