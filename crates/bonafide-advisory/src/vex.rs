//! Vulnerability Exploitability eXchange: one statement type for every format that makes such statements.
//!
//! OpenVEX (0.0.1, 0.2), CSAF 2 (`csaf_vex` and other categories that tell product status), CycloneDX `vulnerabilities` and the
//! assessments of SPDX 3 say the same four things of a product and a vulnerability: it is not affected, affected, fixed, or looked
//! into. Each is read as JSON or as YAML.
//!
//! [`read`] knows the format by its content and keeps every statement, the invalid ones too: [`Statement::flaws`] says
//! why one must not be used. [`lint`] says all that is wrong with a document, [`merge`] makes one OpenVEX document of many.
//!
//! | here | OpenVEX | CSAF | CycloneDX |
//! | --- | --- | --- | --- |
//! | `not_affected` | `not_affected` | `known_not_affected` | `not_affected`, `false_positive` |
//! | `affected` | `affected` | `known_affected`, `first_affected`, `last_affected` | `exploitable` |
//! | `fixed` | `fixed` | `fixed`, `first_fixed` | `resolved`, `resolved_with_pedigree` |
//! | `under_investigation` | `under_investigation` | `under_investigation` | `in_triage` |

mod conformance;
mod csaf;
mod cyclonedx;
mod fields;
mod lint;
pub mod merge;
mod openvex;
mod read;
pub mod repository;
pub mod rules;
mod spdx3;
mod tree;
mod write;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use bonafide_report::Finding;
use jiff::Timestamp;

pub use lint::lint;
pub use read::{LONGEST, MOST_ITEMS, examine, is_vex, read};
pub use rules::RULES;
pub use write::OpenVex;

/// What a statement says of a product and a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The product is not affected.
    NotAffected,
    /// It is.
    Affected,
    /// It was, and this version is mended.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
}

impl Status {
    /// OpenVEX's word: `not_affected`, `affected`, `fixed`, `under_investigation`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Affected => "affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
        }
    }

    /// Whether it takes a finding away from those that need work: `not_affected` and `fixed`.
    #[must_use]
    pub const fn suppresses(self) -> bool {
        matches!(self, Self::NotAffected | Self::Fixed)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// No status has that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no status: `not_affected`, `affected`, `fixed` or `under_investigation`")]
pub struct UnknownStatus;

impl FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(word: &str) -> Result<Self, UnknownStatus> {
        [Self::NotAffected, Self::Affected, Self::Fixed, Self::UnderInvestigation]
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or(UnknownStatus)
    }
}

/// A family of formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// OpenVEX.
    OpenVex,
    /// CSAF 2.
    Csaf,
    /// CycloneDX with `vulnerabilities`.
    CycloneDx,
    /// SPDX 3 with assessments of vulnerabilities.
    Spdx,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::OpenVex => "OpenVEX",
            Self::Csaf => "CSAF",
            Self::CycloneDx => "CycloneDX",
            Self::Spdx => "SPDX",
        })
    }
}

/// A moment as a document writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The text as it stands.
    pub text: Box<str>,
    /// The instant; nothing where the text is no RFC 3339 moment.
    pub instant: Option<Timestamp>,
}

impl Moment {
    /// Reads a text; never fails, for what it cannot read it keeps.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), instant: text.parse().ok() }
    }
}

/// One way to name a piece of software.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// A Package URL, as it stands.
    Purl(Box<str>),
    /// A CPE name of either form, as it stands.
    Cpe(Box<str>),
    /// A digest of its file: algorithm in lower case without dashes (`sha256`), value in lower case.
    Hash {
        /// The algorithm.
        algorithm: Box<str>,
        /// The hexadecimal digits.
        value: Box<str>,
    },
    /// Another absolute name: an IRI, a BOM-Link (`urn:cdx:…`), an SPDX element.
    Link(Box<str>),
}

impl Identifier {
    /// What a text that may be any identifier is: by `pkg:` and `cpe:` in front.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let begins = |word: &str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        if begins("pkg:") {
            Self::Purl(text.into())
        } else if begins("cpe:") {
            Self::Cpe(text.into())
        } else {
            Self::Link(text.into())
        }
    }

    /// A digest, its algorithm spelt as here.
    #[must_use]
    pub fn hash(algorithm: &str, value: &str) -> Self {
        let algorithm: String = algorithm
            .chars()
            .filter(|letter| !matches!(letter, '-' | '_'))
            .collect::<String>()
            .to_ascii_lowercase();
        Self::Hash { algorithm: algorithm.into(), value: value.to_ascii_lowercase().into() }
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Purl(text) | Self::Cpe(text) | Self::Link(text) => f.write_str(text),
            Self::Hash { algorithm, value } => write!(f, "{algorithm}:{value}"),
        }
    }
}

/// Which versions of a product are meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Versions {
    /// This one.
    Exact(Box<str>),
    /// Those in a range, as it stands: VERS, or CSAF's own shorthand (`<=1.14.0`).
    Range(Box<str>),
    /// Something that is there and could not be read: nobody knows which.
    Unreadable,
}

/// A piece of software: any one of its identifiers names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Software {
    /// What the document calls it, for people: the id of a CSAF product, a `bom-ref`.
    pub label: Option<Box<str>>,
    /// Its identifiers. None at all: it cannot be found anywhere.
    pub identifiers: Vec<Identifier>,
    /// The versions that are meant; empty where the identifiers say all.
    pub versions: Vec<Versions>,
}

impl Software {
    /// Bytes of text that it holds, about.
    fn bytes(&self) -> usize {
        self.identifiers
            .iter()
            .map(|identifier| match identifier {
                Identifier::Purl(text) | Identifier::Cpe(text) | Identifier::Link(text) => text.len() + 32,
                Identifier::Hash { algorithm, value } => algorithm.len() + value.len() + 48,
            })
            .sum()
    }
}

/// What a statement is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Product {
    /// The product.
    pub software: Software,
    /// The parts of it that are meant; empty where it is meant as a whole.
    pub subcomponents: Vec<Software>,
    /// Further products that must contain it: a chain of CSAF relationships.
    pub within: Vec<Software>,
}

/// The names of a vulnerability.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vulnerability {
    /// Its name; empty where the document gives none.
    pub name: Box<str>,
    /// An IRI of it.
    pub iri: Option<Box<str>>,
    /// A description.
    pub description: Option<Box<str>>,
    /// Other names, as they stand.
    pub aliases: Vec<Box<str>>,
}

impl Vulnerability {
    /// Bytes of text that it holds, about.
    fn bytes(&self) -> usize {
        self.aliases.iter().map(|alias| alias.len() + 32).sum::<usize>()
            + self.name.len()
            + self.description.as_ref().map_or(0, |text| text.len())
    }

    /// The name and the other names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.aliases).map(|name| &**name).filter(|name| !name.is_empty())
    }
}

/// Why a statement must not be used to suppress a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Flaw {
    /// It names no vulnerability.
    NoVulnerability,
    /// It names no product.
    NoProduct,
    /// It has no status.
    NoStatus,
    /// Its status is not one of the four.
    UnknownStatus(Box<str>),
    /// `not_affected` without a justification or an impact statement.
    Unjustified,
    /// Its own document says another thing of the same product.
    Contradiction(Box<str>),
    /// Its time is no RFC 3339 moment.
    Timestamp(Box<str>),
    /// It was withdrawn, at that time.
    Withdrawn(Box<str>),
    /// A key stands twice in it, so it has two meanings.
    RepeatedKey(Box<str>),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVulnerability => f.write_str("it names no vulnerability"),
            Self::NoProduct => f.write_str("it names no product"),
            Self::NoStatus => f.write_str("it has no status"),
            Self::UnknownStatus(word) => write!(f, "`{word}` is no status"),
            Self::Unjustified => {
                f.write_str("it says not_affected without a justification or an impact statement")
            }
            Self::Contradiction(what) => write!(f, "its document contradicts it: {what}"),
            Self::Timestamp(text) => write!(f, "its time `{text}` is no RFC 3339 moment"),
            Self::Withdrawn(text) => write!(f, "it was withdrawn at `{text}`"),
            Self::RepeatedKey(key) => write!(f, "the key `{key}` stands twice in it"),
        }
    }
}

/// One statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// OpenVEX `@id`.
    pub id: Option<Box<str>>,
    /// Of which vulnerability.
    pub vulnerability: Vulnerability,
    /// Of which products. Shared, since a CSAF document speaks of the same ones often.
    pub products: Vec<Arc<Product>>,
    /// What it says; nothing where it says nothing that is known.
    pub status: Option<Status>,
    /// Why it is not affected, in the word of its format.
    pub justification: Option<Box<str>>,
    /// The same for people.
    pub impact: Option<Box<str>>,
    /// What to do.
    pub action: Option<Box<str>>,
    /// How the status was found.
    pub notes: Option<Box<str>>,
    /// Who supplies the product.
    pub supplier: Option<Box<str>>,
    /// When it was known to be true; that of the document where it has none of its own.
    pub timestamp: Option<Moment>,
    /// When it was last written down; has no weight.
    pub last_updated: Option<Moment>,
    /// Why it must not be used.
    pub flaws: Vec<Flaw>,
    /// JSON pointer of it.
    pub pointer: Box<str>,
    /// The line on which it begins, from 1.
    pub line: u64,
}

/// A VEX document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The family.
    pub format: Format,
    /// The version of the format: `0.2.0`, `2.0`, `1.6`.
    pub format_version: Box<str>,
    /// OpenVEX `@id`; CSAF publisher and tracking id; CycloneDX serial number.
    pub id: Option<Box<str>>,
    /// The edition of the document, as it stands.
    pub edition: Option<Box<str>>,
    /// Who says so.
    pub author: Option<Box<str>>,
    /// OpenVEX `role`.
    pub role: Option<Box<str>>,
    /// When.
    pub timestamp: Option<Moment>,
    /// Statements, in the order of the document.
    pub statements: Vec<Statement>,
    /// What is odd about how it is written: the reader's part of [`lint`]. The first 1,000.
    pub faults: Vec<Finding>,
    /// How many more there are.
    pub more_faults: u64,
}

impl Document {
    /// An empty one.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            format_version: "".into(),
            id: None,
            edition: None,
            author: None,
            role: None,
            timestamp: None,
            statements: Vec::new(),
            faults: Vec::new(),
            more_faults: 0,
        }
    }
}

#[cfg(test)]
mod tests;
