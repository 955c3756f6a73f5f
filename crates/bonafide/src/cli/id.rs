//! `bonafide id …`

use clap::{Args, Subcommand, ValueEnum};

/// What to do with identifiers.
#[derive(Debug, Subcommand)]
pub(crate) enum IdCommand {
    /// Say what an identifier is made of
    Parse(ParseArgs),
    /// Print the canonical spelling of an identifier
    Normalize(NormalizeArgs),
    /// Say whether a range, pattern or statement holds a version or an identifier
    Match(MatchArgs),
    /// Compare two versions: prints -1, 0 or 1
    Compare(CompareArgs),
    /// Turn one notation into another
    Convert(ConvertArgs),
}

/// The kinds of identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum IdKind {
    /// A Package URL.
    Purl,
    /// A CPE 2.3 name, or its older form `cpe:/…`.
    Cpe,
    /// A version range, `vers:TYPE/…`.
    Vers,
    /// A software hash identifier, `swh:1:…`.
    Swhid,
    /// The name of a Python project.
    Pypi,
}

/// `bonafide id parse`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide id parse purl 'pkg:deb/debian/curl@7.88.1-10?arch=amd64'
  bonafide id parse purl pkg:pypi/demo@1.0 --format json")]
pub(crate) struct ParseArgs {
    /// What kind of identifier it is.
    #[arg(value_enum)]
    pub(crate) kind: IdKind,
    /// The identifier.
    #[arg(value_name = "STRING", allow_hyphen_values = true)]
    pub(crate) text: String,
    /// How its parts are written.
    #[arg(long, value_enum, default_value_t = PartsFormat::Text)]
    pub(crate) format: PartsFormat,
}

/// How parts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PartsFormat {
    /// For people.
    Text,
    /// One object.
    Json,
}

/// `bonafide id normalize`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide id normalize purl pkg:PyPI/Django_package@1.11
  bonafide id normalize vers 'vers:npm/<2.0.0|>=1.0.0'")]
pub(crate) struct NormalizeArgs {
    /// What kind of identifier it is.
    #[arg(value_enum)]
    pub(crate) kind: IdKind,
    /// The identifier.
    #[arg(value_name = "STRING", allow_hyphen_values = true)]
    pub(crate) text: String,
}

/// What can be matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MatchKind {
    /// Is the version in the range?
    Vers,
    /// Does the version satisfy the npm range, by node-semver's rule for pre-releases?
    Npm,
    /// Does the first CPE name hold the second?
    Cpe,
    /// Does the first Package URL name the second or something more general?
    Purl,
}

/// `bonafide id match`
#[derive(Debug, Args)]
#[command(after_help = "Prints true (exit code 0) or false (exit code 1).\n\nExamples:
  bonafide id match vers 'vers:pypi/>=1.0|!=1.3|<2.0' 1.2.7
  bonafide id match cpe 'cpe:2.3:a:python:python:3.13.*:*:*:*:*:*:*:*' \\
    'cpe:2.3:a:python:python:3.13.5:*:*:*:*:*:*:*'
  bonafide id match purl pkg:pypi/demo 'pkg:pypi/demo@1.0?file_name=demo.whl'")]
pub(crate) struct MatchArgs {
    /// What is matched.
    #[arg(value_enum)]
    pub(crate) kind: MatchKind,
    /// The range, the CPE name with wildcards, the general Package URL.
    #[arg(value_name = "PATTERN", allow_hyphen_values = true)]
    pub(crate) pattern: String,
    /// The version or the identifier to look for.
    #[arg(value_name = "STRING", allow_hyphen_values = true)]
    pub(crate) text: String,
}

/// `bonafide id compare`
#[derive(Debug, Args)]
#[command(
    after_help = "Prints -1 where A comes before B, 0 where they are equal, 1 where A comes after B.\n\nExamples:
  bonafide id compare pypi 3.13.0rc2 3.13
  bonafide id compare deb 1:1.2.3-1~deb12u1 1:1.2.3-1"
)]
pub(crate) struct CompareArgs {
    /// The version scheme, by its VERS type: pypi, npm, semver, cargo, golang, hex, pub, nuget, deb, rpm, alpm, alpine, gentoo,
    /// maven, gem, composer, conan, cran, hackage, openssl, nginx, intdot, datetime, lexicographic, generic.
    #[arg(value_name = "SCHEME")]
    pub(crate) scheme: String,
    /// A version.
    #[arg(value_name = "A", allow_hyphen_values = true)]
    pub(crate) left: String,
    /// Another version.
    #[arg(value_name = "B", allow_hyphen_values = true)]
    pub(crate) right: String,
}

/// `bonafide id convert`
#[derive(Debug, Subcommand)]
pub(crate) enum Conversion {
    /// A range as its ecosystem writes it into a VERS range
    #[command(after_help = "Example:\n  bonafide id convert range npm '^1.2 || ~2.0'")]
    Range {
        /// The ecosystem, by its VERS type.
        #[arg(value_name = "SCHEME")]
        scheme: String,
        /// The range.
        #[arg(value_name = "RANGE", allow_hyphen_values = true)]
        range: String,
    },
    /// A git blob id into the SWHID of the same content
    #[command(after_help = "Example:\n  bonafide id convert blob 94a9ed024d3859793618152ea559a168bbcbb5e2")]
    Blob {
        /// 40 hexadecimal digits.
        #[arg(value_name = "ID")]
        blob: String,
    },
}

/// `bonafide id convert`
#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    #[command(subcommand)]
    pub(crate) conversion: Conversion,
}
