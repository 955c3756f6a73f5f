//! `bonafide vendor …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::FindingsArgs;

/// What to do with vendored sources.
#[derive(Debug, Subcommand)]
pub(crate) enum VendorCommand {
    /// Say all that is wrong with the vendored sources and their document; write nothing
    Check(CheckArgs),
    /// Write the base document anew from bonafide.toml and the files
    Regen(RegenArgs),
}

/// Which source tree, by which configuration.
#[derive(Debug, Args)]
pub(crate) struct TreeArgs {
    /// The top of the source tree.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) root: PathBuf,
    /// The configuration. Default: bonafide.toml at the top of the source tree.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// `bonafide vendor check`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide vendor check
  bonafide vendor check --root ~/src/cpython --config examples/cpython/bonafide.toml
  bonafide vendor check --format sarif > vendor.sarif")]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) tree: TreeArgs,
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,
}

/// `bonafide vendor regen`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide vendor regen
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) bonafide vendor regen")]
pub(crate) struct RegenArgs {
    #[command(flatten)]
    pub(crate) tree: TreeArgs,
    /// The document's creation time (RFC 3339), used only where its content changes. Default: SOURCE_DATE_EPOCH, else
    /// now.
    #[arg(long, value_name = "TIME")]
    pub(crate) created: Option<String>,
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,
}
