//! `bonafide vendor …`

use std::path::PathBuf;

use bonafide_ident::Sha256;
use clap::{Args, Subcommand};

use super::{FindingsArgs, LimitArgs};

/// What to do with vendored sources.
#[derive(Debug, Subcommand)]
pub(crate) enum VendorCommand {
    /// Look for vendored sources and propose a bonafide.toml
    Init(InitArgs),
    /// Say all that is wrong with the vendored sources and their document; write nothing
    Check(CheckArgs),
    /// Write the base document anew from bonafide.toml and the files
    Regen(RegenArgs),
    /// Add a package to bonafide.toml and its files to the document
    Add(Box<AddArgs>),
    /// Give a package or an external another version, in every place at once
    Bump(BumpArgs),
    /// Remove a package from bonafide.toml and from the document; its files stay
    Remove(RemoveArgs),
    /// Prove that vendored files are the upstream archive's, or show how they differ
    Verify(VerifyArgs),
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
  bonafide vendor check --root ~/src/cpython --config cpython.toml
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
    pub(crate) change: ChangeArgs,
}

/// What every command has that changes the document.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// The document's creation time (RFC 3339), used only where its content changes. Default: SOURCE_DATE_EPOCH, else
    /// now.
    #[arg(long, value_name = "TIME")]
    pub(crate) created: Option<String>,
    #[command(flatten)]
    pub(crate) tree: TreeArgs,
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,
}

/// `bonafide vendor init`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide vendor init
  bonafide vendor init --root ~/src/redis -o -")]
pub(crate) struct InitArgs {
    /// The top of the source tree.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) root: PathBuf,
    /// Where to write; `-` is standard output. Default: bonafide.toml at the top of the source tree, if there is none yet.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// `bonafide vendor add`
#[derive(Debug, Args)]
#[command(after_help = "Example:
  bonafide vendor add zlib --version 1.3.1 --include 'deps/zlib/**' \\
    --cpe 'cpe:2.3:a:zlib:zlib:{version}:*:*:*:*:*:*:*' \\
    --download-location 'https://zlib.net/zlib-{version}.tar.gz' \\
    --archive zlib-1.3.1.tar.gz")]
pub(crate) struct AddArgs {
    /// Its name.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Pattern of its files; may be given several times.
    #[arg(long, required = true, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// Pattern of files that are not its own; likewise.
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Its version.
    #[arg(long, value_name = "VERSION")]
    pub(crate) version: Option<String>,
    /// Its package URL; `{version}` stands for the version.
    #[arg(long, value_name = "PURL")]
    pub(crate) purl: Option<String>,
    /// Its CPE 2.3 name, likewise; may be given several times.
    #[arg(long, value_name = "CPE")]
    pub(crate) cpe: Vec<String>,
    /// Who supplies it: `Organization: …` or `Person: …`.
    #[arg(long, value_name = "WHO")]
    pub(crate) supplier: Option<String>,
    /// Who made it, likewise.
    #[arg(long, value_name = "WHO")]
    pub(crate) originator: Option<String>,
    /// Where its archive can be had, likewise.
    #[arg(long, value_name = "URL")]
    pub(crate) download_location: Option<String>,
    /// Its licence, an SPDX expression.
    #[arg(long, value_name = "EXPRESSION")]
    pub(crate) license: Option<String>,
    /// The upstream archive: its checksum is taken, and the files are compared with it.
    #[arg(long, value_name = "FILE")]
    pub(crate) archive: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

/// `bonafide vendor bump`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide vendor bump expat 2.7.1 --archive expat-2.7.1.tar.gz
  bonafide vendor bump expat 2.7.1 --online
  bonafide vendor bump sqlite 3.50.0.0   # an external, in the script")]
pub(crate) struct BumpArgs {
    /// The package; else the external, by its name in the script that fetches it.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Its new version.
    #[arg(value_name = "VERSION")]
    pub(crate) version: String,
    /// The upstream archive: its checksum is taken, and the files are compared with it.
    #[arg(long, value_name = "FILE", conflicts_with = "online")]
    pub(crate) archive: Option<PathBuf>,
    /// Fetch the upstream archive from the package's download location, with the new version in it.
    #[arg(long)]
    pub(crate) online: bool,
    /// The SHA-256 that the fetched archive must have.
    #[arg(long, value_name = "DIGEST", requires = "online")]
    pub(crate) sha256: Option<Sha256>,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

/// `bonafide vendor remove`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bonafide vendor remove libb2")]
pub(crate) struct RemoveArgs {
    /// The package.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

/// `bonafide vendor verify`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide vendor verify expat --archive expat=expat-2.7.1.tar.gz
  bonafide vendor verify --archive ~/archives
  bonafide vendor verify lua --archive lua=lua-5.1.5.tar.gz --record")]
pub(crate) struct VerifyArgs {
    /// The packages; all of them without a name.
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// An upstream archive as NAME=FILE (FILE alone where one package is named), or a folder in which archives are found by
    /// their SHA-256; may be given several times.
    #[arg(long, required = true, value_name = "NAME=FILE|FILE|DIR")]
    pub(crate) archive: Vec<String>,
    /// Write files that differ into bonafide.toml as patches, which are accepted from then on.
    #[arg(long)]
    pub(crate) record: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) tree: TreeArgs,
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,
}
