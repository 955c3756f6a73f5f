//! `bonafide scan`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::LimitArgs;

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScanFormat {
    /// For people.
    Text,
    /// One object.
    Json,
}

/// `bonafide scan`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide scan requirements.txt --db db
  bonafide scan python.spdx.json dist/*.whl --db db --format json
  bonafide scan app.cdx.json --db db --vex vendor.csaf.json --vex vexhub/")]
pub(crate) struct ScanArgs {
    /// SBOM documents, artifacts, folders, lock files; `-` is standard input. Known by their content; lock files by
    /// their names.
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The folder of the advisory database, which `bonafide db build` makes.
    #[arg(long, value_name = "DIR")]
    pub(crate) db: PathBuf,
    /// VEX documents (OpenVEX, CSAF, CycloneDX) to apply: files, folders, patterns in quotes. May be given several times.
    #[arg(long, value_name = "PATH")]
    pub(crate) vex: Vec<PathBuf>,
    /// Apply no other VEX: not that of the document itself, nor what it refers to, nor what lies beside the input.
    #[arg(long)]
    pub(crate) no_vex: bool,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = ScanFormat::Text)]
    pub(crate) format: ScanFormat,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}
