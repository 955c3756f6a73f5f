//! `bonafide db …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::FetchArgs;

/// What to do with the advisory database.
#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Build a database from advisories that are at hand
    Build(BuildArgs),
    /// Fetch the sources that the settings name, and build what has changed
    Update(UpdateArgs),
    /// Say what is in a database, how old it is and what it covers
    Info(InfoArgs),
    /// Check every block of a database, and its files against the digests in SHA256SUMS
    Verify(VerifyArgs),
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

/// `bonafide db update`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide db update
  bonafide db update pypi kev --config ci/bonafide.toml
  bonafide db update --from https://mirror.example/osv/PyPI/all.zip -o db

Settings, in `bonafide.toml`:
  [db]
  dir = \"advisories\"     # relative to this file
  warn-age = 14            # days: a source that is older is told
  max-age = 60             # days: a scan by an older one ends with 3

  [[db.source]]
  url = \"https://osv.example/{each}/all.zip\"
  each = [\"PyPI\", \"Go\"]

  [[db.source]]
  name = \"kev\"
  url = \"https://cisa.example/known_exploited_vulnerabilities.json\"

Nothing is fetched but what is named there, and only by this command.")]
pub(crate) struct UpdateArgs {
    /// Sources of the settings, by their names. Without one: all, and files of sources that are no longer named there
    /// are removed.
    #[arg(value_name = "NAME", conflicts_with = "from")]
    pub(crate) names: Vec<String>,
    /// Addresses or paths of sources, in place of those of the settings; files of other sources stay.
    #[arg(long, num_args = 1.., value_name = "URL")]
    pub(crate) from: Vec<String>,
    #[command(flatten)]
    pub(crate) fetch: FetchArgs,
}

/// `bonafide db verify`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  bonafide db verify db\n  (cd db && sha256sum --check SHA256SUMS)")]
pub(crate) struct VerifyArgs {
    /// The folder of the database.
    #[arg(value_name = "DIR")]
    pub(crate) db: PathBuf,
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
