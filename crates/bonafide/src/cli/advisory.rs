//! `bonafide advisory …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{FailOn, FindingsArgs, LimitArgs};

/// What to do with advisories.
#[derive(Debug, Subcommand)]
pub(crate) enum AdvisoryCommand {
    /// Check advisories: OSV records, CVE records
    Lint(LintArgs),
}

/// `bonafide advisory lint`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide advisory lint CVE-2024-1234.json
  bonafide advisory lint advisory-database/vulns --fail-on warning
  bonafide advisory lint PyPI/all.zip --format sarif > findings.sarif
  bonafide vex lint vendor.csaf.json")]
pub(crate) struct LintArgs {
    /// OSV records (JSON or YAML) and CVE records of the format 5: files, folders, archives; `-` is standard input. Of a folder
    /// or an archive everything that is a record, whatever its name.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The least severity that makes exit code 1.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}
