//! `bonafide scan`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::LimitArgs;
use super::vex::StatementArgs;

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScanFormat {
    /// For people.
    Text,
    /// One object.
    Json,
    /// One object a line: first the tool, then the findings, last the coverage and the verdict.
    Jsonl,
    /// SARIF 2.1.0, for code review.
    Sarif,
    /// For a comment in a review.
    Markdown,
    /// A CycloneDX 1.6 document with the components and their vulnerabilities.
    Cyclonedx,
    /// A draft of an OpenVEX document: each finding that is not suppressed, under investigation.
    Openvex,
}

/// What makes a finding count for exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum FailOn {
    /// Every finding.
    Any,
    /// A rating of low or above, or none at all.
    Low,
    /// A rating of medium or above, or none at all.
    Medium,
    /// A rating of high or above, or none at all.
    High,
    /// A critical rating, or none at all.
    Critical,
    /// CISA lists it as exploited.
    Kev,
    /// A later version is fixed.
    Fixable,
    /// No finding.
    Never,
}

/// What of the unknown makes exit code 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unknown {
    /// Nothing could be checked, an ecosystem has no data, or a record that names a component could not be decided.
    Blind,
    /// Any component that could not be checked, save those that no advisory names.
    Any,
    /// Nothing.
    Ignore,
}

/// `bonafide scan`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide scan requirements.txt --db db
  bonafide scan python.spdx.json dist/*.whl --db db --format json
  bonafide scan poetry.lock --db db --fail-on high,kev --unknown any
  bonafide scan app.cdx.json --db db --vex vendor.csaf.json --vex vexhub/")]
pub(crate) struct ScanArgs {
    /// SBOM documents, artifacts, folders, lock files; `-` is standard input. Known by their content; lock files by
    /// their names.
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The folder of the advisory database, which `bonafide db build` or `db update` makes. Without it, that of the settings.
    #[arg(long, value_name = "DIR")]
    pub(crate) db: Option<PathBuf>,
    /// The settings, instead of `bonafide.toml` in the current folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Which findings make exit code 1; several mean any of them.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "any", value_name = "WHAT")]
    pub(crate) fail_on: Vec<FailOn>,
    /// What of the unknown makes exit code 3.
    #[arg(long, value_enum, default_value_t = Unknown::Blind, value_name = "WHAT")]
    pub(crate) unknown: Unknown,
    /// Tell of a source that is older than this: since its newest record, or since `db update` last found nothing newer. Without it
    /// that of the settings, else 30.
    #[arg(long, value_name = "DAYS")]
    pub(crate) warn_age: Option<u32>,
    /// Exit code 3 where a source is older than this, or nobody knows how old it is. Without it that of the settings, else none.
    #[arg(long, value_name = "DAYS")]
    pub(crate) max_age: Option<u32>,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = ScanFormat::Text)]
    pub(crate) format: ScanFormat,
    #[command(flatten)]
    pub(crate) statements: StatementArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// `bonafide explain`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide explain dead-exclude
  bonafide explain
  bonafide explain pkg:pypi/django@3.2.0 CVE-2021-33203 --db db
  bonafide explain expat CVE-2024-45490 --db db --in python.spdx.json")]
pub(crate) struct ExplainArgs {
    /// The rule's id, as it stands in brackets beside a finding; or a component: a Package URL, a CPE name, or a name in the
    /// inputs. Without it: all rules, a line each.
    #[arg(value_name = "RULE|COMPONENT")]
    pub(crate) subject: Option<String>,
    /// The vulnerability, by any of its ids.
    #[arg(value_name = "ID", requires = "db")]
    pub(crate) vulnerability: Option<String>,
    /// The folder of the advisory database.
    #[arg(long, value_name = "DIR", requires = "vulnerability")]
    pub(crate) db: Option<PathBuf>,
    /// Inputs that have the component, as for `bonafide scan`.
    #[arg(long = "in", value_name = "INPUT", requires = "vulnerability")]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}
