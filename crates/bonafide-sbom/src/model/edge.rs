//! Elements and the typed edges between them.

use super::claim::Text;
use crate::json::Extra;

/// The index of a component in [`crate::Document::components`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentId(pub u32);

/// The index of a file in [`crate::Document::files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// An element of a document: an index into one of its arenas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// The document itself.
    Document,
    /// In [`crate::Document::components`].
    Component(ComponentId),
    /// In [`crate::Document::files`].
    File(FileId),
    /// In [`crate::Document::snippets`].
    Snippet(u32),
    /// In [`crate::Document::licenses`].
    License(u32),
    /// In [`crate::Document::services`].
    Service(u32),
    /// In [`crate::Document::others`].
    Other(u32),
}

impl From<ComponentId> for Element {
    fn from(id: ComponentId) -> Self {
        Self::Component(id)
    }
}

impl From<FileId> for Element {
    fn from(id: FileId) -> Self {
        Self::File(id)
    }
}

/// One end of an edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// An element of this document.
    Element(Element),
    /// `NONE`: the author says that there is no such element. CycloneDX says the same of dependencies with an entry
    /// that depends on nothing.
    None,
    /// `NOASSERTION`.
    NoAssertion,
    /// An element of another document: `DocumentRef-x:SPDXRef-y`, a BOM-Link, an SPDX 3 import.
    External(Text),
    /// An id that no element of this document has, as it stands.
    Dangling(Text),
}

impl End {
    /// The element, where the end is resolved.
    #[must_use]
    pub const fn element(&self) -> Option<Element> {
        match self {
            Self::Element(element) => Some(*element),
            _ => None,
        }
    }
}

impl<T: Into<Element>> From<T> for End {
    fn from(element: T) -> Self {
        Self::Element(element.into())
    }
}

/// Where a document states an edge. The same edge may be stated twice, and then is here twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stated {
    /// As a relationship of its own: SPDX `relationships`, CycloneDX `dependencies`.
    #[default]
    Relationship,
    /// By a field of the element: SPDX 2 `documentDescribes` and `hasFiles`, CycloneDX `metadata.component`, SPDX 3
    /// `rootElement`.
    Field,
    /// By position: a component inside another in CycloneDX.
    Nested,
}

/// A typed edge: `from` `kind` `to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relationship {
    /// Where it begins.
    pub from: End,
    /// What it says.
    pub kind: RelationshipKind,
    /// Where it ends.
    pub to: End,
    /// Where the document states it.
    pub stated: Stated,
    /// What only few edges have.
    pub detail: Option<Box<RelationshipDetail>>,
}

/// What only few edges have.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationshipDetail {
    /// The document's own id of the edge (SPDX 3). Neighbouring edges that share one are one relationship to many.
    pub id: Option<Text>,
    /// A remark.
    pub comment: Option<Text>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

impl Relationship {
    /// An edge that is stated as a relationship.
    pub fn new(from: impl Into<End>, kind: RelationshipKind, to: impl Into<End>) -> Self {
        Self { from: from.into(), kind, to: to.into(), stated: Stated::Relationship, detail: None }
    }

    /// The remark.
    #[must_use]
    pub fn comment(&self) -> Option<&str> {
        self.detail.as_ref().and_then(|detail| detail.comment.as_deref())
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $spdx2:literal $spdx3:literal)*) => {
        /// What an edge says: the types of SPDX 2.3 §11 and SPDX 3.0.1 `RelationshipType`, and CycloneDX `provides`.
        ///
        /// Read `from` KIND `to`. SPDX 3 turns some about (`DEPENDENCY_OF` has no counterpart there but `dependsOn`
        /// the other way round); that is the business of its writer.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "named as in the specifications")]
        pub enum RelationshipKind {
            $($(#[$doc])* $name,)*
            /// A type that no specification knows, as it stands.
            Unknown(Text),
        }

        const KINDS: &[(RelationshipKind, &str, &str)] = &[$((RelationshipKind::$name, $spdx2, $spdx3),)*];

        impl RelationshipKind {
            const fn row(&self) -> Option<(&'static str, &'static str)> {
                match self {
                    $(Self::$name => Some(($spdx2, $spdx3)),)*
                    Self::Unknown(_) => None,
                }
            }
        }
    };
}

// Name, SPDX 2.3 (empty: not there), SPDX 3.0.1 (empty: not there, or only the other way round).
kinds! {
    Describes "DESCRIBES" "describes"
    DescribedBy "DESCRIBED_BY" ""
    Contains "CONTAINS" "contains"
    ContainedBy "CONTAINED_BY" ""
    DependsOn "DEPENDS_ON" "dependsOn"
    DependencyOf "DEPENDENCY_OF" ""
    DependencyManifestOf "DEPENDENCY_MANIFEST_OF" ""
    BuildDependencyOf "BUILD_DEPENDENCY_OF" ""
    DevDependencyOf "DEV_DEPENDENCY_OF" ""
    OptionalDependencyOf "OPTIONAL_DEPENDENCY_OF" ""
    ProvidedDependencyOf "PROVIDED_DEPENDENCY_OF" ""
    TestDependencyOf "TEST_DEPENDENCY_OF" ""
    RuntimeDependencyOf "RUNTIME_DEPENDENCY_OF" ""
    ExampleOf "EXAMPLE_OF" ""
    Generates "GENERATES" "generates"
    GeneratedFrom "GENERATED_FROM" ""
    AncestorOf "ANCESTOR_OF" "ancestorOf"
    DescendantOf "DESCENDANT_OF" "descendantOf"
    VariantOf "VARIANT_OF" ""
    DistributionArtifact "DISTRIBUTION_ARTIFACT" "hasDistributionArtifact"
    PatchFor "PATCH_FOR" ""
    PatchApplied "PATCH_APPLIED" ""
    CopyOf "COPY_OF" ""
    FileAdded "FILE_ADDED" ""
    FileDeleted "FILE_DELETED" ""
    FileModified "FILE_MODIFIED" ""
    ExpandedFromArchive "EXPANDED_FROM_ARCHIVE" ""
    DynamicLink "DYNAMIC_LINK" "hasDynamicLink"
    StaticLink "STATIC_LINK" "hasStaticLink"
    DataFileOf "DATA_FILE_OF" ""
    TestCaseOf "TEST_CASE_OF" ""
    BuildToolOf "BUILD_TOOL_OF" ""
    DevToolOf "DEV_TOOL_OF" ""
    TestOf "TEST_OF" ""
    TestToolOf "TEST_TOOL_OF" ""
    DocumentationOf "DOCUMENTATION_OF" ""
    OptionalComponentOf "OPTIONAL_COMPONENT_OF" ""
    MetafileOf "METAFILE_OF" ""
    PackageOf "PACKAGE_OF" ""
    Amends "AMENDS" ""
    PrerequisiteFor "PREREQUISITE_FOR" ""
    HasPrerequisite "HAS_PREREQUISITE" "hasPrerequisite"
    RequirementDescriptionFor "REQUIREMENT_DESCRIPTION_FOR" ""
    SpecificationFor "SPECIFICATION_FOR" ""
    Other "OTHER" "other"
    /// CycloneDX 1.6 `dependencies[].provides`: implements a specification or a cryptographic asset.
    Provides "" ""
}

impl RelationshipKind {
    /// From an SPDX 2 name, in upper case as the specification has it.
    #[must_use]
    pub fn from_spdx2(name: &str) -> Self {
        Self::find(name, |row| row.1)
    }

    /// The SPDX 2 name, where SPDX 2.3 knows it.
    #[must_use]
    pub fn spdx2(&self) -> Option<&str> {
        match self {
            Self::Unknown(name) => Some(name),
            known => known.row().map(|row| row.0).filter(|name| !name.is_empty()),
        }
    }

    /// From an SPDX 3 name; types that only SPDX 3 has are [`RelationshipKind::Unknown`].
    #[must_use]
    pub fn from_spdx3(name: &str) -> Self {
        Self::find(name, |row| row.2)
    }

    /// The SPDX 3 name, where SPDX 3.0.1 has the type in the same direction.
    #[must_use]
    pub fn spdx3(&self) -> Option<&str> {
        match self {
            Self::Unknown(name) => Some(name),
            known => known.row().map(|row| row.1).filter(|name| !name.is_empty()),
        }
    }

    fn find(name: &str, column: impl Fn(&(Self, &'static str, &'static str)) -> &'static str) -> Self {
        KINDS
            .iter()
            .find(|row| !name.is_empty() && column(row) == name)
            .map_or_else(|| Self::Unknown(name.into()), |row| row.0.clone())
    }
}
