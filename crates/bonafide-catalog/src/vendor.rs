//! Upkeep of vendored sources: a base document that is kept true beside them.
//!
//! A project that copies other people's sources into its repository says in `bonafide.toml` which files are whose. From
//! that, [`regen`] writes the base document (an SBOM in the source tree), [`check`] says what is not as it should be
//! without writing anything, [`verify`] proves the files against upstream archives, and [`bump`], [`add`], [`remove`]
//! and [`init`] change the configuration.
//!
//! Everything is offline, nothing starts another program, and nothing but the tree itself decides an answer: no
//! environment variable, no user's git configuration.

mod base;
mod bump;
mod check;
mod edit;
mod examine;
mod export;
mod externals;
mod fields;
mod git;
mod init;
mod json;
mod maintain;
mod manifest;
mod names;
mod pins;
mod proof;
mod proposal;
mod regen;
pub mod rules;
mod script;
mod survey;
mod tree;
mod upstream;
mod verify;
mod version;

use std::path::{Path, PathBuf};

use bonafide_report::Finding;

use crate::config::Config;

pub use bump::{bump, upstream_location};
pub use check::check;
pub use edit::NewPackage;
pub use git::{Attributes, Git, GitError, Staged, TextRule, Tracked};
pub use init::init;
pub use maintain::{ConfigFile, add, remove};
pub use proposal::Proposal;
pub use regen::regen;
pub use verify::{Archive, Differences, verify};

/// What the upkeep works on.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The top of the source tree.
    pub root: &'a Path,
    /// Its configuration.
    pub config: &'a Config,
    /// What messages call the configuration file.
    pub config_name: &'a str,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// All that was found, in order of place.
    pub findings: Vec<Finding>,
    /// Vendored packages looked at.
    pub packages: usize,
    /// Vendored files read.
    pub files: usize,
    /// Externals read from scripts.
    pub externals: usize,
    /// Files that are the upstream archive's, byte for byte.
    pub equal: usize,
    /// Files that differ from upstream as recorded.
    pub patched: usize,
    /// Files written, relative to the root.
    pub written: Vec<String>,
    /// Whether something should have been written, and was not because of the findings.
    pub withheld: bool,
}

impl Report {
    /// The report of a command that wrote nothing because of what it found.
    fn withheld(config: &Config, mut examined: examine::Examined) -> Self {
        examine::in_order(&mut examined.findings);
        Self {
            findings: examined.findings,
            packages: config.packages.len(),
            files: examined.survey.files.len(),
            externals: examined.externals,
            withheld: true,
            ..Self::default()
        }
    }
}

/// The upkeep could not begin or end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VendorError {
    /// The root is no folder.
    #[error("`{}` is no folder", .0.display())]
    NoFolder(PathBuf),
    /// A folder or file cannot be read.
    #[error("failed to read `{path}`")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file cannot be written; what stood there stands.
    #[error("failed to write `{path}`")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// An upstream archive cannot be read to its end; nothing was changed.
    #[error("the upstream archive `{path}` cannot be used: {reason}")]
    Archive {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The change that was asked for cannot be made; nothing was changed.
    #[error("{0}")]
    Edit(String),
    /// What git knows of the tree cannot be read.
    #[error(transparent)]
    Git(#[from] GitError),
}
