//! From an artifact to its components.
//!
//! A walk over the artifact is shown to every [`Cataloger`]; each says which entries it wants to see and tells the
//! [`Inventory`] what they prove. What needs the whole (a base document that names files, a RECORD) is resolved when
//! the pass ends. The inventory then becomes a document.

mod builder;
mod cataloger;
pub mod config;
mod glob;
mod inventory;
mod registry;

pub use builder::{Builder, RootClaim, Strength};
pub use cataloger::{Candidate, Cataloger, Sighting};
pub use glob::{Glob, GlobError};
pub use inventory::{
    Basis, Component, ComponentId, Evidence, FileId, FileRecord, Inventory, Method, Relation, RelationKind,
};
