//! Opens anything that is shipped as a bounded tree of entries.
//!
//! [`walk`] reads an artifact once, front to back, and tells a [`Visit`]or of each [`Entry`]: before its body
//! ([`Visit::enter`] answers with a [`Want`]) and after it ([`Visit::leave`] gets what was [`Seen`]). Nested containers
//! are opened in the same pass. Every reader draws on one [`Budget`], which is made from [`Limits`]; none can be built
//! without it. Nothing is written to disk, save an unlinked spool file; no name of a member is ever used as a path.
//!
//! What the content means is not this crate's business.
//!
//! ```
//! use bonafide_artifact::{Budget, Entry, Limits, Reading, Seen, Source, Visit, Want, walk};
//! use bonafide_ident::DigestKinds;
//!
//! /// Lists every entry with its SHA-256.
//! struct List(Vec<String>);
//!
//! impl Visit for List {
//!     fn enter(&mut self, _: &Entry) -> Want {
//!         Want { digests: DigestKinds::SHA256, members: true, ..Want::default() }
//!     }
//!
//!     fn leave(&mut self, entry: &Entry, seen: Seen<'_>) {
//!         let digest = seen.digests.sha256.map(|digest| digest.to_string()).unwrap_or_default();
//!         self.0.push(format!("{:.8} {}", digest, entry.location()));
//!     }
//! }
//!
//! let mut list = List(Vec::new());
//! let budget = Budget::new(Limits::default());
//! let source = Source::Bytes { name: "greeting.txt", bytes: b"hello" };
//! let summary = walk(source, Reading::new(&budget), &mut list)?;
//! assert!(summary.broken.is_none() && summary.gaps == 0);
//! assert_eq!(list.0, ["2cf24dba greeting.txt"]);
//! # Ok::<(), bonafide_artifact::ArtifactError>(())
//! ```

mod account;
mod ar;
mod batch;
mod beside;
mod body;
mod bom;
mod burn;
mod cab;
mod cpio;
mod deb;
mod decode;
mod deflate64;
mod entry;
mod fault;
mod format;
mod inflate;
mod input;
mod limits;
mod lzma2;
mod member;
mod msi;
mod names;
mod nsis;
pub mod object;
mod ole;
mod package;
mod path;
mod pbzx;
mod program;
mod rpm;
mod run;
mod sevenz;
mod source;
mod spool;
mod stream;
mod tar;
mod time;
mod unpacked;
mod verify;
mod visit;
mod walk;
mod xar;
mod xz;
mod zip;

pub use entry::{Entry, EntryId, Extent, Kind, Owner};
pub use fault::{Fault, FaultClass, FaultKind};
pub use format::Format;
pub use limits::{Budget, LimitError, Limits};
pub use package::Package;
pub use path::{Hazard, MemberPath};
pub use source::{ArtifactError, Progress, Reading, Source, Summary, Threads};
pub use tar::TarDialect;
pub use visit::{Body, Seen, Visit, Want};
pub use walk::walk;
pub use zip::{NewMember, RewriteError, rewrite_zip};
