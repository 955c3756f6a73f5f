//! What a scheme may ask about a document: counts of facts, and what is said of the whole.
//!
//! A view is made in one pass over the components, one over the edges and none over the files' contents; every scheme
//! then reads the same counts. The same type holds both readings: in the exact one a fact is what sbomqs takes for one,
//! in the strict one it must also be true as far as a document alone can tell.

use super::graph::Graph;
use super::licence::Licence;
use crate::model::{Encoding, Format};

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident)*) => {
        /// Something that holds of a component or does not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum Fact {
            $($(#[$doc])* $name,)*
        }

        const FACTS: usize = [$(Fact::$name),*].len();
    };
}

facts! {
    /// A name, be it a space.
    NameThere
    Name
    /// A version, be it a space.
    VersionThere
    Version
    NameAndVersion
    /// `SPDXID`, `bom-ref`, `spdxId`.
    LocalId
    /// The format's own required fields.
    Required
    SupplierName
    /// A supplier with a name or a mail address.
    Supplier
    /// A supplier or a manufacturer with a name, a mail address or a page.
    SupplierOrMaker
    /// A supplier with anything, or one that is called unknown.
    SupplierStated
    /// Somebody with a mail address or a page.
    Contact
    Purl
    Cpe
    PurlOrCpe
    PurlAndCpe
    /// purl, CPE, SWHID, SWID or OmniBOR id.
    AnyIdentifier
    /// purl, CPE or SWID.
    LookupOrSwid
    /// What the 2025 draft's profile takes for an identifier.
    Draft2025Identifier
    Purpose
    Digest
    /// A digest of an algorithm that is known, weak or strong.
    KnownDigest
    StrongDigest
    /// Digests, none of them strong.
    WeakOnly
    /// SHA-256 by one of the four spellings that version 1 knows.
    Sha256Spelt
    /// SHA-256 of the executable.
    DeployableSha256
    /// SHA-512 of what is deployed, on the package, its distribution reference or its file.
    DeployableSha512
    /// SHA-512 of what is deployed, on a distribution reference or a file.
    DistributionSha512
    SourceThere
    Source
    SourceIsUrl
    /// A source reference, or a source.
    SourceReference
    DownloadThere
    Download
    DownloadIsUrl
    /// A distribution reference, or a place of download.
    DownloadReference
    SourceDigest
    /// A digest of the source: SHA-256, or of no named algorithm.
    SourceSha256
    SourceSha512
    FileName
    Executable
    Archive
    Structured
    SecurityTxt
    Licence
    LicencesKnown
    LicenceDeprecated
    LicenceRestrictive
    Concluded
    ConcludedKnown
    ConcludedAcceptable
    ConcludedExpression
    ConcludedListed
    ConcludedDeprecated
    ConcludedRestrictive
    Declared
    DeclaredKnown
    DeclaredAcceptable
    EffectiveLicence
    ConcludedOrDeclared
    Acceptable
    Copyright
    /// January 2024: a licence word, one of them deprecated, one of them restrictive.
    Word
    WordDeprecated
    WordRestrictive
    SupplierName2024
    Identified2026
}

/// A set of facts about one component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts(u128);

impl Facts {
    /// Adds a fact where it holds.
    pub(super) const fn set(&mut self, fact: Fact, holds: bool) {
        if holds {
            self.0 |= 1 << fact as u8;
        }
    }

    /// Every fact.
    pub(super) const fn all() -> Self {
        Self(if FACTS == 128 { u128::MAX } else { (1 << FACTS) - 1 })
    }

    /// Takes a fact away.
    pub(super) const fn clear(&mut self, fact: Fact) {
        self.0 &= !(1 << fact as u8);
    }

    pub(super) const fn has(self, fact: Fact) -> bool {
        self.0 & (1 << fact as u8) != 0
    }
}

/// Somebody, as far as schemes ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Party<'d> {
    pub(super) name: &'d str,
    pub(super) email: &'d str,
    pub(super) url: &'d str,
    pub(super) phone: &'d str,
    pub(super) contacts: Vec<(&'d str, &'d str)>,
}

impl Party<'_> {
    pub(super) fn is_named(&self) -> bool {
        !self.name.trim().is_empty()
    }

    pub(super) fn has_contact(&self) -> bool {
        use super::plausible::{is_email, is_url};
        is_email(self.email) || is_url(self.url) || self.contacts.iter().any(|(_, email)| is_email(email))
    }
}

/// A tool, its name and version told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tool<'d> {
    pub(super) name: &'d str,
    pub(super) version: &'d str,
}

/// How much a signature is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Signed {
    #[default]
    No,
    /// Without algorithm or value.
    Incomplete,
    /// Without a key to check it by.
    WithoutKey,
    Complete,
}

/// CycloneDX `compositions[]`: of what it says how complete it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Composition<'d> {
    pub(super) scope: Scope,
    pub(super) aggregate: &'d str,
    /// Ids, of dependencies.
    pub(super) dependencies: Vec<&'d str>,
}

/// What a [`Composition`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Whole,
    Dependencies,
    Other,
}

/// One reading of one document.
#[derive(Clone, Debug)]
pub(super) struct View<'d> {
    /// Which reading it is.
    pub(super) strict: bool,
    pub(super) format: Format,
    /// The version that sbomqs sees: SPDX 2 documents of any version are 2.3 to it.
    pub(super) version: &'d str,
    pub(super) encoding: Encoding,
    /// 0 to 1: whether the document is valid by its schema; in the strict reading also how much of it is sound.
    pub(super) valid: f64,
    /// The document's own required fields are there.
    pub(super) required: bool,
    pub(super) components: usize,
    pub(super) counts: [usize; FACTS],
    /// Sum over components of the share of their licences that are on the SPDX list.
    pub(super) listed_licences: f64,
    /// The same by the list of January 2024.
    pub(super) listed_words: f64,
    /// Different ids, of components.
    pub(super) distinct_ids: usize,
    pub(super) id: &'d str,
    pub(super) name: &'d str,
    /// As it stands, or empty.
    pub(super) created: &'d str,
    /// `created` is a time; in the strict reading a plausible one.
    pub(super) created_right: bool,
    /// `documentNamespace`, `serialNumber`.
    pub(super) namespace: &'d str,
    /// The document's address, where it has one.
    pub(super) uri: &'d str,
    pub(super) authors: Vec<Party<'d>>,
    /// Creators that are not tools, however they are written.
    pub(super) creators: usize,
    pub(super) tools: Vec<Tool<'d>>,
    /// How many of the tools are CycloneDX services; they are the last.
    pub(super) services: usize,
    pub(super) organization: &'d str,
    pub(super) supplier: Option<Party<'d>>,
    pub(super) manufacturer: Option<Party<'d>>,
    pub(super) lifecycles: Vec<&'d str>,
    pub(super) comment: &'d str,
    pub(super) data_licences: Vec<Licence>,
    /// January 2024: free licences of the document, all its licences.
    pub(super) free_words: (usize, usize),
    pub(super) compositions: Vec<Composition<'d>>,
    pub(super) signed: Signed,
    pub(super) linked_documents: bool,
    pub(super) vulnerabilities: bool,
    pub(super) revision: Option<u64>,
    /// The document says at which phase of the software's life it was made.
    pub(super) generation_context: bool,
    /// Of the component that the document is about, where it is one.
    pub(super) root_has_licence: bool,
    pub(super) root_has_copyright: bool,
    pub(super) graph: Graph,
}

impl View<'_> {
    pub(super) const fn count(&self, fact: Fact) -> usize {
        self.counts[fact as usize]
    }

    /// Adds one component.
    pub(super) fn add(&mut self, facts: Facts) {
        self.components += 1;
        let mut rest = facts.0;
        while rest != 0 {
            self.counts[rest.trailing_zeros() as usize] += 1;
            rest &= rest - 1;
        }
    }

    pub(super) fn is_spdx(&self) -> bool {
        self.format != Format::CycloneDx
    }

    /// The name of the encoding in sbomqs.
    pub(super) fn encoding_is_supported(&self) -> bool {
        match self.encoding {
            Encoding::Json => true,
            Encoding::Yaml | Encoding::TagValue => self.is_spdx(),
            Encoding::Xml => !self.is_spdx(),
        }
    }

    pub(super) fn version_is_supported(&self) -> bool {
        match self.format {
            Format::Spdx2 | Format::Spdx3 => matches!(self.version, "2.1" | "2.2" | "2.3" | "3.0.1"),
            Format::CycloneDx => {
                matches!(self.version, "1.0" | "1.1" | "1.2" | "1.3" | "1.4" | "1.5" | "1.6" | "1.7")
            }
        }
    }

    /// Whether the version is `major.minor` or later.
    pub(super) fn version_is_at_least(&self, major: u32, minor: u32) -> bool {
        let mut parts = self.version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (major, minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_fit_their_set() {
        const { assert!(FACTS <= 128) };
        let mut facts = Facts::default();
        facts.set(Fact::Name, true);
        facts.set(Fact::Identified2026, true);
        facts.set(Fact::Version, false);
        assert!(facts.has(Fact::Name) && facts.has(Fact::Identified2026) && !facts.has(Fact::Version));
    }
}
