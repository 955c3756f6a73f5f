//! What was found in an artifact: files, components, who owns what, and why we say so.

use bonafide_artifact::Kind;
use bonafide_ident::{Digests, Sha256};
use bonafide_report::Confidence;

use crate::audit::Claims;

/// The index of a file in [`Inventory::files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// The index of a component in [`Inventory::components`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentId(pub u32);

/// One file of the artifact.
#[derive(Clone, Debug)]
pub struct FileRecord {
    /// Its place below the artifact's root folder (a release's `Name-1.0/` is cut off), nested containers joined by
    /// `!/`; lossless text.
    pub location: String,
    /// File, link, …
    pub kind: Kind,
    /// Bytes.
    pub size: u64,
    /// SHA-256 for every regular file that is one of its own, and SHA-1 where it was asked for.
    pub digests: Digests,
    /// The component that it belongs to: each file has one owner; the root component where nobody else claims it.
    pub owner: Option<ComponentId>,
    /// The id that a base document gives it, which is kept.
    pub document_id: Option<Box<str>>,
    /// Whether it is a file of its own.
    pub form: FileForm,
}

/// Whether a file is one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileForm {
    /// It is.
    Stored,
    /// It is what a compressed file or a static library, which is listed itself, holds: read, but no file that is shipped.
    Inner,
}

impl FileRecord {
    /// Whether it stands in a document: it has content and is a file of its own.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.digests.sha256.is_some() && self.form == FileForm::Stored
    }
}

/// By which kind of evidence a component was identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Method {
    /// A metadata file of its own: METADATA, PKG-INFO, package.json.
    Metadata,
    /// A list that somebody keeps by hand beside vendored sources: bonafide.toml, a base document, vendor.txt.
    Manifest,
    /// An SBOM that the artifact carries.
    EmbeddedSbom,
    /// A lock file.
    LockFile,
    /// A file name.
    FileName,
    /// A rule about files that only this product has.
    ProductRule,
    /// The name of a library, in its file's name or as the linker gave it.
    LibraryName,
    /// What an exported symbol of an object says.
    Symbol,
    /// A text in the data of an object.
    BinaryText,
    /// The digest of an object, in a table of known ones.
    FileDigest,
    /// The id that the linker gave a build, in the same table.
    BuildId,
    /// The version resource of a Windows object.
    VersionResource,
    /// Another library of the same release beside it.
    Sibling,
    /// What a compiler or linker stores of a build: a list of crates or modules.
    BuildInfo,
}

/// Why we say that a component is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// How.
    pub method: Method,
    /// The location of the file that proves it.
    pub location: String,
    /// Line in that file, from 1, where it is one line.
    pub line: Option<u64>,
    /// How sure.
    pub confidence: Confidence,
}

/// Whether a component's bytes are here or only its name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Its files are in the artifact.
    Present,
    /// The artifact says that it is needed (a lock file, a manifest), its files are elsewhere.
    Declared,
}

/// A piece of software. Fields are empty where nothing proves them: nothing is invented.
#[derive(Clone, Debug, Default)]
pub struct Component {
    /// Name as its own metadata spells it.
    pub name: String,
    /// Version text.
    pub version: Option<String>,
    /// Package URL, canonical.
    pub purl: Option<String>,
    /// CPE 2.3 names, from evidence only.
    pub cpes: Vec<String>,
    /// `Organization: …` or `Person: …`, SPDX style.
    pub supplier: Option<String>,
    /// Likewise.
    pub originator: Option<String>,
    /// Where it can be had.
    pub download_location: Option<String>,
    /// SHA-256 of the file at that location, or of the artifact itself for the root.
    pub archive_sha256: Option<Sha256>,
    /// The file name of the archive, for the root and for nested packages.
    pub file_name: Option<String>,
    /// Licence expression that somebody concluded.
    pub license_concluded: Option<String>,
    /// Licence expression that the package's metadata declares.
    pub license_declared: Option<String>,
    /// `SOURCE`, `LIBRARY`, `APPLICATION`, …: SPDX 2.3 primary purposes.
    pub purpose: Option<String>,
    /// A sentence for people: what is partial about it, and the like.
    pub comment: Option<String>,
    /// Whether its files are here.
    pub basis: Option<Basis>,
    /// What a base document says of it: its id, and all that has no field here.
    pub stated: Option<Box<bonafide_sbom::Component>>,
    /// Why we say so; never empty once the inventory is finished.
    pub evidence: Vec<Evidence>,
}

/// How two components relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    /// The first needs the second.
    DependsOn,
    /// The second lies inside the first.
    Contains,
}

/// An edge between components.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relation {
    /// From.
    pub from: ComponentId,
    /// How.
    pub kind: RelationKind,
    /// To.
    pub to: ComponentId,
}

/// A file that was built with a project's headers: that is no proof that the project is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The component that the file belongs to.
    pub carrier: Option<ComponentId>,
    /// The project, by its number in the rules.
    pub(crate) upstream: usize,
    /// The file.
    pub location: String,
}

/// Everything found in one artifact.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The component that the artifact is.
    pub root: Option<ComponentId>,
    /// In order of location.
    pub files: Vec<FileRecord>,
    /// In order of finding; sorted when the document is made.
    pub components: Vec<Component>,
    /// Edges, each once, in order.
    pub relations: Vec<Relation>,
    /// What the SBOMs say that lie inside it, in order of location.
    pub claims: Vec<Claims>,
    /// What its files were built with, in order of location.
    pub mentions: Vec<Mention>,
    /// Licence texts that components' licences refer to (`LicenseRef-…`), each id once.
    pub licenses: Vec<bonafide_sbom::ExtractedLicense>,
}
