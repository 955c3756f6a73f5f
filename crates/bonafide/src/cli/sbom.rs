//! `bonafide sbom …`

use std::path::PathBuf;

use bonafide_ident::DigestKinds;
use bonafide_sbom::convert::Target;
use bonafide_sbom::score::{Scheme, schemes};
use clap::{Args, Subcommand, ValueEnum};

use super::{FailOn, FindingsArgs, FindingsFormat, LimitArgs};

/// What to do with SBOM documents.
#[derive(Debug, Subcommand)]
pub(crate) enum SbomCommand {
    /// Make the SBOM of an artifact, a folder or a repository
    Make(MakeArgs),
    /// Put an SBOM into a wheel, as PEP 770 says
    Embed(EmbedArgs),
    /// Hold what SBOMs say of an artifact against its bytes
    Audit(AuditArgs),
    /// Check documents against their specification
    Validate(ValidateArgs),
    /// Score documents by the schemes that people quote, exactly and strictly
    Score(ScoreArgs),
    /// Show what a document says, for people
    Show(ShowArgs),
    /// Say what changed from one document to another
    Diff(DiffArgs),
    /// Convert a document to another format, and say what is lost
    Convert(ConvertArgs),
    /// Merge documents into one
    Merge(MergeArgs),
}

/// The formats that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentFormat {
    /// SPDX 2.3 JSON.
    #[value(name = "spdx-2.3")]
    Spdx23,
    /// SPDX 3.0.1 JSON-LD.
    #[value(name = "spdx-3.0")]
    Spdx30,
    /// CycloneDX 1.6 JSON.
    #[value(name = "cyclonedx-1.6")]
    CycloneDx16,
    /// CycloneDX 1.7 JSON.
    #[value(name = "cyclonedx-1.7")]
    CycloneDx17,
}

impl DocumentFormat {
    /// What the library calls it.
    pub(crate) const fn target(self) -> Target {
        match self {
            Self::Spdx23 => Target::Spdx23,
            Self::Spdx30 => Target::Spdx30,
            Self::CycloneDx16 => Target::CycloneDx16,
            Self::CycloneDx17 => Target::CycloneDx17,
        }
    }

    /// The digests that it asks for of every file.
    pub(crate) const fn digests(self) -> DigestKinds {
        match self {
            Self::Spdx23 => DigestKinds::SPDX,
            Self::Spdx30 | Self::CycloneDx16 | Self::CycloneDx17 => DigestKinds::SHA256,
        }
    }

    /// The end of a file's name that says what is in it.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Spdx23 => "spdx.json",
            Self::Spdx30 => "spdx3.json",
            Self::CycloneDx16 | Self::CycloneDx17 => "cdx.json",
        }
    }
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
    /// Where to write: a file, or with several inputs a folder, which is made if it is not there; `-`, the default, is
    /// standard output.
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

/// `bonafide sbom audit`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide sbom audit pillow-13.0.0-cp312-cp312-manylinux_2_28_x86_64.whl
  bonafide sbom audit dist/*.whl --fail-on warning --format sarif > audit.sarif
  bonafide sbom audit release.tar.gz --sbom release.tar.gz.spdx.json

Without --sbom the SBOMs that the artifact carries are held against it.")]
pub(crate) struct AuditArgs {
    /// Wheels, archives, installers, folders; `-` is standard input.
    #[arg(required = true, value_name = "ARTIFACT")]
    pub(crate) artifacts: Vec<PathBuf>,
    /// The SBOM to hold against it, in place of those that it carries.
    #[arg(long, value_name = "FILE")]
    pub(crate) sbom: Option<PathBuf>,
    /// The least severity that makes exit code 1.
    #[arg(long, alias = "threshold", value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// `bonafide sbom embed`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide sbom embed demo-1.0-py3-none-any.whl -o demo-1.0-py3-none-any.whl
  bonafide sbom embed dist/demo-1.0-py3-none-any.whl --sbom demo.cdx.json -o .

The other members keep their bytes; RECORD gets a row. A wheel whose RECORD does not fit its files is refused.")]
pub(crate) struct EmbedArgs {
    /// The wheel.
    #[arg(value_name = "WHEEL")]
    pub(crate) wheel: PathBuf,
    /// Where to write: a wheel, the same one too, or a folder that gets a wheel of the same name; `-` is standard output.
    /// Keep the name: it says what the wheel is.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// The SBOM to put in, under its own name. Default: one that is made of the wheel, as SPDX 2.3.
    #[arg(long, value_name = "FILE")]
    pub(crate) sbom: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// `bonafide sbom validate`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide sbom validate python.spdx.json
  bonafide sbom validate *.json --format sarif > findings.sarif
  bonafide sbom validate python.spdx.json --fix
  bonafide sbom validate python.spdx.json.gz --fix -o mended.spdx.json

--fix mends what has one right answer in JSON documents, and leaves every other byte as it is. What is told, and the exit code, is what remains.")]
pub(crate) struct ValidateArgs {
    /// Documents; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Mend what has one right answer, in the files themselves.
    #[arg(long)]
    pub(crate) fix: bool,
    /// Where the mended document goes instead; `-` is standard output, and findings go to standard error. For one document.
    #[arg(short, long, value_name = "FILE", requires = "fix")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,
}

/// `bonafide sbom show`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  bonafide sbom show python.spdx.json\n  bonafide sbom show python.spdx.json --tree"
)]
pub(crate) struct ShowArgs {
    /// The document; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Show components below what contains them or depends on them.
    #[arg(long)]
    pub(crate) tree: bool,
}

/// How scores are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScoreFormat {
    /// For people.
    Text,
    /// One object.
    Json,
    /// One object a line: for each file and scheme, and for each file that cannot be read.
    Jsonl,
}

/// `bonafide sbom score`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide sbom score python.spdx.json
  bonafide sbom score *.json --scheme all --format jsonl
  bonafide sbom score python.spdx.json --scheme sbomqs-2,ntia --min 9.0

The score is the one that the tool of the scheme gives. The strict score beside it is by the same checks and weights, and is not fooled by placeholders, false digests, shared ids and edges to nowhere.")]
pub(crate) struct ScoreArgs {
    /// Documents; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Schemes, separated by commas, or `all`: sbomqs-1, sbomqs-1-all, sbomqs-1-2024, sbomqs-2, ntia, cisa-2025,
    /// cisa-2026, bsi-1.1, bsi-2.0, bsi-2.1, oct-1.1, fsct, interlynk.
    #[arg(long, default_value = "sbomqs-2,ntia", value_delimiter = ',', value_name = "SCHEMES", value_parser = parse_scheme)]
    pub(crate) scheme: Vec<SchemeName>,
    /// How scores are written.
    #[arg(long, value_enum, default_value_t = ScoreFormat::Text)]
    pub(crate) format: ScoreFormat,
    /// The lowest strict score that passes. Exit code 1 where a score is lower or a file cannot be read.
    #[arg(long, value_name = "SCORE", value_parser = parse_score)]
    pub(crate) min: Option<f64>,
    /// Hold `--min` against the exact score instead of the strict one.
    #[arg(long, requires = "min")]
    pub(crate) exact: bool,
}

/// What `--scheme` may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemeName {
    /// Every scheme.
    All,
    /// This one.
    One(&'static Scheme),
}

fn parse_scheme(text: &str) -> Result<SchemeName, String> {
    if text == "all" {
        return Ok(SchemeName::All);
    }
    schemes().iter().find(|scheme| scheme.id == text).map(SchemeName::One).ok_or_else(|| {
        let ids: Vec<&str> = schemes().iter().map(|scheme| scheme.id).collect();
        format!("no such scheme; there are {} and all", ids.join(", "))
    })
}

fn parse_score(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|score| (0.0..=10.0).contains(score))
        .ok_or_else(|| "not a number from 0 to 10".to_owned())
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
    /// The document after; one of the two may be `-`.
    #[arg(value_name = "B")]
    pub(crate) second: PathBuf,
    /// How the difference is written.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
}

/// `bonafide sbom convert`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide sbom convert python.spdx.json --as cyclonedx-1.6 -o python.cdx.json
  bonafide sbom convert app.cdx.json --as spdx-2.3 --strict -o app.spdx.json
  bonafide sbom convert old.cdx.xml --as cyclonedx-1.7 -o new.json
  curl -s https://example.org/sbom | bonafide sbom convert - --as spdx-3.0

What the new format has no field for is carried in properties or annotations, and converting back restores it. What is lost all the same is told: with --strict the exit code is 1 then, and nothing is written.")]
pub(crate) struct ConvertArgs {
    /// The document, of any format that can be read; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The format to write.
    #[arg(long = "as", value_enum, value_name = "FORMAT")]
    pub(crate) format: DocumentFormat,
    /// Where to write; `-`, the default, is standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write nothing where anything would be lost.
    #[arg(long)]
    pub(crate) strict: bool,
    /// How the losses are written: to standard output where the document goes to a file, else to standard error.
    #[arg(long = "format", value_enum, default_value_t = FindingsFormat::Text, value_name = "FORMAT")]
    pub(crate) report: FindingsFormat,
}

/// `bonafide sbom merge`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bonafide sbom merge app.spdx.json lib.spdx.json -o all.spdx.json
  bonafide sbom merge sboms/*.cdx.json --name 'demo 1.0' -o all.cdx.json
  bonafide sbom merge app.cdx.json lib.spdx.json -o all.cdx.json

The first document decides the family; others are converted to it, and what that loses is told.")]
pub(crate) struct MergeArgs {
    /// Documents of any format; `-` is standard input. Of documents of one family the order does not matter.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The merged document's name.
    #[arg(long, default_value = "merged", value_name = "NAME")]
    pub(crate) name: String,
    /// Where to write; `-`, the default, is standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}
