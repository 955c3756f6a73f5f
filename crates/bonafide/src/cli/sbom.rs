//! `bonafide sbom …`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{FindingsArgs, LimitArgs};

/// What to do with SBOM documents.
#[derive(Debug, Subcommand)]
pub(crate) enum SbomCommand {
    /// Make the SBOM of an artifact, a folder or a repository
    Make(MakeArgs),
    /// Check documents against their specification
    Validate(ValidateArgs),
    /// Show what a document says, for people
    Show(ShowArgs),
    /// Say what changed from one document to another
    Diff(DiffArgs),
}

/// The formats that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentFormat {
    /// SPDX 2.3 JSON.
    #[value(name = "spdx-2.3")]
    Spdx23,
}

/// `bonafide sbom make`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide sbom make Python-3.13.5.tar.xz -o Python-3.13.5.tar.xz.spdx.json
  bonafide sbom make dist/*.whl -o sboms/
  bonafide sbom make . | bonafide sbom show -
  cat release.tar.gz | bonafide sbom make - -o release.spdx.json")]
pub(crate) struct MakeArgs {
    /// Archives, wheels, sdists, folders; `-` is standard input. Known by their content, not by their names.
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The format to write.
    #[arg(long = "as", value_enum, default_value_t = DocumentFormat::Spdx23, value_name = "FORMAT")]
    pub(crate) format: DocumentFormat,
    /// Where to write: a file, or with several inputs a folder. Default: standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The document's creation time (RFC 3339). Default: SOURCE_DATE_EPOCH, else the newest time inside the input.
    #[arg(long, value_name = "TIME")]
    pub(crate) created: Option<String>,
    /// Write the document even where something could not be examined. The exit code stays 3.
    #[arg(long)]
    pub(crate) keep_incomplete: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// `bonafide sbom validate`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide sbom validate python.spdx.json
  bonafide sbom validate *.json --format sarif > findings.sarif")]
pub(crate) struct ValidateArgs {
    /// Documents; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,
}

/// `bonafide sbom show`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bonafide sbom show python.spdx.json")]
pub(crate) struct ShowArgs {
    /// The document; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// How a difference is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people.
    Text,
    /// One object.
    Json,
    /// For a comment in a review.
    Markdown,
}

/// `bonafide sbom diff`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide sbom diff old.spdx.json new.spdx.json
  bonafide sbom diff old.cdx.json new.cdx.json --format markdown

Exit code 1 where there is a difference. The documents may be of different formats.")]
pub(crate) struct DiffArgs {
    /// The document before; `-` is standard input.
    #[arg(value_name = "A")]
    pub(crate) first: PathBuf,
    /// The document after.
    #[arg(value_name = "B")]
    pub(crate) second: PathBuf,
    /// How the difference is written.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
}
