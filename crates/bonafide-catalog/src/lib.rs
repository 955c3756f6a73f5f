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
mod promise;
mod python;
mod registry;
pub mod rules;
#[cfg(feature = "vendor")]
pub mod vendor;

pub use builder::{Artifact, Builder, RootClaim, Shape, Strength};
pub use cataloger::{Candidate, Cataloger, Sighting};
pub use document::from_inventory;
pub use examine::{Filter, Keep};
pub use glob::{Glob, GlobError};
pub use inventory::{
    Basis, Component, ComponentId, Evidence, FileForm, FileId, FileRecord, Inventory, Mention, Method,
    Relation, RelationKind,
};
pub use make::{Input, Made, MakeError, Options, Summary, make, make_keeping};
pub use rules::RULES;
