//! `bonafide vex …`

use std::path::PathBuf;

use bonafide_advisory::vex::Status;
use clap::{Args, Subcommand, ValueEnum};

use super::{FetchArgs, FindingsArgs, LimitArgs};

/// What to do with VEX documents.
#[derive(Debug, Subcommand)]
pub(crate) enum VexCommand {
    /// Check documents: OpenVEX, CSAF, CycloneDX, SPDX 3
    Lint(LintArgs),
    /// Say of each statement whether it is used, and if not, why
    Explain(ExplainArgs),
    /// Write a new OpenVEX document with one statement
    New(NewArgs),
    /// Merge documents of any format into one OpenVEX document
    Merge(MergeArgs),
    /// Fetch the VEX repositories that the settings name, for scans that open no connection
    Update(UpdateArgs),
}

/// Which statements are looked at: the same on every command that applies them.
#[derive(Debug, Args)]
#[command(next_help_heading = "VEX")]
pub(crate) struct StatementArgs {
    /// VEX documents (OpenVEX, CSAF, CycloneDX, SPDX 3): files, folders, patterns in quotes. May be given several times.
    #[arg(long, value_name = "PATH")]
    pub(crate) vex: Vec<PathBuf>,
    /// Folders of VEX repositories, beside those of the settings: `bonafide vex update` keeps such. May be given several times.
    #[arg(long, value_name = "DIR")]
    pub(crate) vex_repo: Vec<PathBuf>,
    /// Look at no other VEX: not that of the document itself, nor what it refers to, nor what lies in or beside the input, nor
    /// the repositories of the settings.
    #[arg(long)]
    pub(crate) no_vex: bool,
    /// Fetch the VEX documents elsewhere that documents refer to. Without it they are only named.
    #[arg(long)]
    pub(crate) online: bool,
}

/// `bonafide vex update`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide vex update
  bonafide vex update hub --from https://vex.example -o repositories
  bonafide scan app.cdx.json --db db --vex-repo repositories/hub

Settings, in `bonafide.toml`:
  [vex]
  dir = \"repositories\"   # where they are kept, relative to this file

  [[vex.repository]]
  name = \"hub\"
  url = \"https://vex.example\"     # it has .well-known/vex-repository.json

  [[vex.repository]]
  name = \"other\"
  url = \"https://host.example/org/hub/main/vex-repository.json\"

  [[vex.repository]]
  name = \"ours\"
  url = \"../vex\"                  # a folder with index.json is read where it is

`bonafide scan` asks all of them alike, and the latest statement wins.")]
pub(crate) struct UpdateArgs {
    /// Repositories of the settings, by their names; with `--from` what the one is to be called. Without one: all.
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// A repository in place of those of the settings: its site, its manifest or its archive.
    #[arg(long, value_name = "URL")]
    pub(crate) from: Option<String>,
    #[command(flatten)]
    pub(crate) fetch: FetchArgs,
}

/// `bonafide vex lint`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide vex lint app.openvex.json
  bonafide vex lint vexhub/ --format sarif > findings.sarif
  bonafide vex lint vexhub.tar.gz")]
pub(crate) struct LintArgs {
    /// Files, folders, archives, patterns in quotes; `-` is standard input. Of a folder or an archive everything that is a VEX
    /// document, whatever its name.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// How explanations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people.
    Text,
    /// One object.
    Json,
}

/// `bonafide vex explain`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide vex explain app.cdx.json --vex vendor.csaf.json
  bonafide vex explain app.cdx.json --db db --vex vexhub/ --unused

Without a database each statement is held against the components as if its vulnerability had been found there.")]
pub(crate) struct ExplainArgs {
    /// SBOM documents, artifacts, folders, lock files: as for `bonafide scan`.
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) statements: StatementArgs,
    /// The settings, instead of `bonafide.toml` in the current folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The folder of the advisory database: then only what it finds is spoken of.
    #[arg(long, value_name = "DIR")]
    pub(crate) db: Option<PathBuf>,
    /// Show only statements that are not used.
    #[arg(long)]
    pub(crate) unused: bool,
    /// How explanations are written.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub(crate) format: ExplainFormat,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// `bonafide vex new`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide vex new --vulnerability CVE-2023-1255 --status not_affected \\
    --product pkg:pypi/demo@3.0.8 --justification vulnerable_code_not_present \\
    --author 'Demo <demo@example.org>' -o demo.openvex.json
  bonafide vex new --vulnerability CVE-2024-1234 --status affected \\
    --product pkg:generic/app@1 --subcomponent pkg:pypi/lib@2 \\
    --action 'Update to 1.1.' --author me")]
pub(crate) struct NewArgs {
    /// The vulnerability: CVE-…, GHSA-…, any id.
    #[arg(long, value_name = "ID")]
    pub(crate) vulnerability: String,
    /// Another name of it. May be given several times.
    #[arg(long, value_name = "ID")]
    pub(crate) alias: Vec<String>,
    /// A product: a Package URL, a CPE name or another IRI. May be given several times.
    #[arg(long, required = true, value_name = "IDENTIFIER")]
    pub(crate) product: Vec<String>,
    /// A part of each product that is meant. May be given several times.
    #[arg(long, value_name = "IDENTIFIER")]
    pub(crate) subcomponent: Vec<String>,
    /// What is said: not_affected, affected, fixed, under_investigation.
    #[arg(long, value_name = "STATUS")]
    pub(crate) status: Status,
    /// Why it is not affected: component_not_present, vulnerable_code_not_present, vulnerable_code_not_in_execute_path,
    /// vulnerable_code_cannot_be_controlled_by_adversary, inline_mitigations_already_exist.
    #[arg(long, value_name = "WORD")]
    pub(crate) justification: Option<String>,
    /// The same in words.
    #[arg(long, value_name = "TEXT")]
    pub(crate) impact: Option<String>,
    /// What to do, where it is affected.
    #[arg(long, value_name = "TEXT")]
    pub(crate) action: Option<String>,
    /// Who says so.
    #[arg(long, value_name = "NAME")]
    pub(crate) author: String,
    /// Since when it is known (RFC 3339). Default: SOURCE_DATE_EPOCH, else now.
    #[arg(long, value_name = "TIME")]
    pub(crate) timestamp: Option<String>,
    /// Where to write; `-`, the default, is standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// `bonafide vex merge`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide vex merge app.openvex.json vendor.csaf.json -o all.openvex.json
  bonafide vex merge vexhub/ -o vexhub.openvex.json

The order of the documents does not matter, and merging the result in again changes nothing. The document's time is SOURCE_DATE_EPOCH, else that of the newest statement.")]
pub(crate) struct MergeArgs {
    /// Files, folders, patterns in quotes; `-` is standard input.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Who says so. Default: the authors of the documents.
    #[arg(long, value_name = "NAME")]
    pub(crate) author: Option<String>,
    /// Where to write; `-`, the default, is standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}
