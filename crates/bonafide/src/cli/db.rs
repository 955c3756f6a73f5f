//! `bonafide db …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to do with the advisory database.
#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Build a database from advisories that are at hand
    Build(BuildArgs),
    /// Say what is in a database, how old it is and what it covers
    Info(InfoArgs),
}

/// `bonafide db build`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide db build --from PyPI/all.zip Go/all.zip -o db
  bonafide db build --from advisory-database/vulns cvelistV5/cves/2025 -o db")]
pub(crate) struct BuildArgs {
    /// Zips or folders of OSV records (JSON or YAML), CVE records, NVD feeds, CISA's KEV list, EPSS tables. Each becomes
    /// one file of the database.
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    pub(crate) from: Vec<PathBuf>,
    /// The folder of the database. It holds these sources afterwards and no others.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
}

/// `bonafide db info`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bonafide db info db")]
pub(crate) struct InfoArgs {
    /// The folder of the database, or one file of it.
    #[arg(value_name = "DIR")]
    pub(crate) db: PathBuf,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = super::id::PartsFormat::Text)]
    pub(crate) format: super::id::PartsFormat,
}
