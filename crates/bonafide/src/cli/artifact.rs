//! `bonafide artifact …`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::LimitArgs;

/// What to do with an artifact.
#[derive(Debug, Subcommand)]
pub(crate) enum ArtifactCommand {
    /// List the entries of a folder or of any container, nested ones too
    List(ListArgs),
    /// Print the bytes of one entry
    Cat(CatArgs),
}

/// How entries are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// One object.
    Json,
    /// One object a line.
    Jsonl,
}

/// `bonafide artifact list`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide artifact list demo-1.0-py3-none-any.whl
  bonafide artifact list release.tar.xz --format jsonl | jq -r .sha256
  bonafide artifact list libz.so.1 --facts
  bonafide artifact list demo.whl --facts --format jsonl | jq .object.name")]
pub(crate) struct ListArgs {
    /// An archive, a compressed file, a folder, any other file; `-` is standard input.
    #[arg(value_name = "ARTIFACT")]
    pub(crate) artifact: PathBuf,
    /// How entries are written.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// Leave nested containers closed.
    #[arg(long)]
    pub(crate) shallow: bool,
    /// Tell what programs and libraries say of themselves: name, needed libraries, build id, exported symbols, ….
    #[arg(long)]
    pub(crate) facts: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// `bonafide artifact cat`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide artifact cat demo-1.0-py3-none-any.whl demo/__init__.py
  bonafide artifact cat release.tar.xz 'demo-1.0/dep.whl!/dep/__init__.py'")]
pub(crate) struct CatArgs {
    /// An archive, a compressed file, a folder; `-` is standard input.
    #[arg(value_name = "ARTIFACT")]
    pub(crate) artifact: PathBuf,
    /// The entry's path as `artifact list` shows it, nested containers joined by `!/`.
    #[arg(value_name = "PATH")]
    pub(crate) path: String,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}
