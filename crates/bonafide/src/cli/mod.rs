//! Arguments, as they are typed. What they mean is in `commands`.

pub(crate) mod advisory;
pub(crate) mod artifact;
pub(crate) mod db;
#[cfg(test)]
mod examples;
pub(crate) mod id;
pub(crate) mod sbom;
pub(crate) mod scan;
pub(crate) mod vendor;
pub(crate) mod vex;

use std::path::PathBuf;

use bonafide_artifact::Limits;
use bonafide_report::Severity;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Is this release bona fide? What is in it, and is it what its documents say.
#[derive(Debug, Parser)]
#[command(
    name = "bonafide",
    version,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = "Examples:
  bonafide sbom make Python-3.13.5.tar.xz -o python.spdx.json
  bonafide sbom audit demo-1.0-py3-none-any.whl
  bonafide scan requirements.txt --db db
  bonafide vendor check

Exit codes: 0 clean, 1 findings or a difference, 2 wrong use, 3 incomplete, 4 input unreadable, 5 no network, 70 a fault of bonafide."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The same flags on every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// When to colour; auto is on a terminal. `NO_COLOR` and `CLICOLOR_FORCE` are honoured.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
    /// Say errors only.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more of what is done.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// End with 0 even where there are findings (1) or gaps (3). Errors of use and of input keep their codes.
    #[arg(long, global = true)]
    pub(crate) exit_zero: bool,
    /// Open no connection: what needs one ends with 5. Nothing opens one but `db update`, `vex update` and what is told to by
    /// `--online`.
    #[arg(long, global = true)]
    pub(crate) offline: bool,
}

/// How something is brought up to date: the same on every command that fetches by the settings.
#[derive(Debug, Args)]
pub(crate) struct FetchArgs {
    /// The settings, instead of `bonafide.toml` in the current folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The folder to write into, in place of that of the settings.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Fetch also what has not changed.
    #[arg(long)]
    pub(crate) force: bool,
    /// How long fetching one file may take. Without it half an hour.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// For people.
    Text,
    /// One object.
    Json,
    /// One object a line.
    Jsonl,
    /// SARIF 2.1.0, for code review.
    Sarif,
    /// For a comment in a review.
    Markdown,
}

/// How findings are written: the same on every command that makes them.
#[derive(Debug, Args)]
pub(crate) struct FindingsArgs {
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = FindingsFormat::Text)]
    pub(crate) format: FindingsFormat,
}

/// From which severity on a finding counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors.
    Error,
    /// Warnings too.
    Warning,
    /// Any finding.
    Note,
}

impl FailOn {
    /// The severity.
    pub(crate) const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

/// Bounds on what an input may cost.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits on hostile input")]
pub(crate) struct LimitArgs {
    /// Decompressed bytes in all, nested archives included; K, M, G and T after the number are powers of 1,024.
    #[arg(long, value_name = "BYTES", default_value = "64G", value_parser = parse_bytes)]
    pub(crate) max_bytes: u64,
    /// Entries in all, nested archives included.
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().entries)]
    pub(crate) max_entries: u64,
    /// Archives inside archives.
    #[arg(long, value_name = "LEVELS", default_value_t = Limits::default().depth)]
    pub(crate) max_depth: u32,
}

impl LimitArgs {
    /// The limits that are meant.
    pub(crate) fn limits(&self) -> Limits {
        let limits = Limits::default();
        Limits {
            total_bytes: self.max_bytes,
            entry_bytes: limits.entry_bytes.min(self.max_bytes),
            entries: self.max_entries,
            depth: self.max_depth,
            ..limits
        }
    }
}

/// A number of bytes: `1000`, `16M`, `64G`.
fn parse_bytes(text: &str) -> Result<u64, String> {
    let (number, shift) = match text.as_bytes().last() {
        Some(b'K' | b'k') => (&text[..text.len() - 1], 10),
        Some(b'M' | b'm') => (&text[..text.len() - 1], 20),
        Some(b'G' | b'g') => (&text[..text.len() - 1], 30),
        Some(b'T' | b't') => (&text[..text.len() - 1], 40),
        _ => (text, 0),
    };
    let digits = Some(number).filter(|number| number.bytes().all(|letter| letter.is_ascii_digit()));
    digits
        .and_then(|number| number.parse::<u64>().ok()?.checked_mul(1 << shift))
        .ok_or_else(|| "not a number of bytes, such as 1000000, 16M or 64G".to_owned())
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// SBOMs: make, embed, audit, validate, score, show, diff, convert, merge
    #[command(subcommand)]
    Sbom(sbom::SbomCommand),
    /// Entries of any container: list, cat
    #[command(subcommand)]
    Artifact(artifact::ArtifactCommand),
    /// Vendored sources: check them, keep their document true
    #[command(subcommand)]
    Vendor(vendor::VendorCommand),
    /// Known vulnerabilities of what is there: of SBOMs, artifacts, folders and lock files
    Scan(scan::ScanArgs),
    /// The advisory database: build, update, info, verify
    #[command(subcommand)]
    Db(db::DbCommand),
    /// Advisories: lint
    #[command(subcommand)]
    Advisory(advisory::AdvisoryCommand),
    /// VEX documents and repositories: lint, explain, new, merge, update
    #[command(subcommand)]
    Vex(vex::VexCommand),
    /// Identifiers: Package URLs, CPE names, versions and their ranges
    #[command(subcommand)]
    Id(id::IdCommand),
    /// Print the page of a rule, list the rules, or say how the answer for a vulnerability of a component comes about
    Explain(scan::ExplainArgs),
    /// Write the man pages, one for each command; without a folder print the first
    #[command(after_help = "Examples:\n  bonafide man ~/.local/share/man/man1\n  bonafide man | man -l -")]
    Man {
        /// Where to write them. It is made if it is not there.
        #[arg(value_name = "DIR")]
        directory: Option<PathBuf>,
    },
    /// Print the help of a command, as `--help` after it does
    #[command(after_help = "Example:\n  bonafide help sbom make")]
    Help {
        /// The command.
        #[arg(value_name = "COMMAND")]
        path: Vec<String>,
    },
    /// Print a completion script for a shell
    #[command(after_help = "Examples:
  bonafide completions bash > bonafide.bash   # then: source bonafide.bash
  bonafide completions fish > ~/.config/fish/completions/bonafide.fish
  bonafide completions zsh > ~/.zfunc/_bonafide   # a folder of $fpath")]
    Completions {
        /// Which shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_units_and_the_default_is_that_of_the_library() {
        assert_eq!(parse_bytes("64G"), Ok(Limits::default().total_bytes));
        assert_eq!((parse_bytes("0"), parse_bytes("16m")), (Ok(0), Ok(16 << 20)));
        for wrong in ["", "G", "-1", "+1", "1.5G", "64GB", "20000000T", "99999999999999999999"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }
}
