//! The document: arenas of elements, edges between them, and what is said of the whole.

use super::actor::Actor;
use super::claim::{Claim, Text};
use super::component::{Component, Property, Reference};
use super::digest::Digest;
use super::edge::{ComponentId, Element, End, FileId, Relationship, RelationshipKind, Stated};
use super::file::{ExtractedLicense, File, Snippet};
use crate::json::{Extra, Json};
use std::collections::HashSet;
use std::fmt;

/// A family of formats: what the fields of a document are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// SPDX 2.
    #[default]
    Spdx2,
    /// SPDX 3.
    Spdx3,
    /// CycloneDX.
    CycloneDx,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Spdx2 => "SPDX 2",
            Self::Spdx3 => "SPDX 3",
            Self::CycloneDx => "CycloneDX",
        })
    }
}

/// How a document was written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// JSON, for SPDX 3 JSON-LD.
    #[default]
    Json,
    /// SPDX tag-value.
    TagValue,
    /// YAML.
    Yaml,
    /// XML.
    Xml,
}

/// An SBOM.
///
/// Elements live in arenas and are named by index ([`Element`]); their own ids are ordinary fields, for ids are often
/// wrong. All facts that two elements take part in are in [`Document::relationships`], whatever field or position
/// stated them.
///
/// ```
/// use bonafide_sbom::{Component, Document, Element, File, RelationshipKind};
///
/// let mut document = Document::new("demo", "https://example.org/demo-1.0");
/// let demo = document.add_component(Component { id: Some("SPDXRef-demo".into()), ..Component::new("demo", Some("1.0")) });
/// let file = document.add_file(File { id: Some("SPDXRef-f".into()), ..File::new("./demo.c", vec![]) });
/// document.relate(Element::Document, RelationshipKind::Describes, demo);
/// document.relate(demo, RelationshipKind::Contains, file);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What it was read from, or is.
    pub format: Format,
    /// The version of the format as it stands, without a prefix: `2.3`, `1.6`, `3.0.1`.
    pub version: Text,
    /// How it was written down.
    pub encoding: Encoding,
    /// SPDX 2 `SPDXID`, the `spdxId` of an SPDX 3 `SpdxDocument`.
    pub id: Option<Text>,
    /// Name.
    pub name: Option<Text>,
    /// SPDX 2 `documentNamespace`, CycloneDX `serialNumber`.
    pub namespace: Option<Text>,
    /// CycloneDX `version`: the edition of this document.
    pub revision: Option<u64>,
    /// Licences of the document itself: SPDX `dataLicense`.
    pub data_license: Option<Text>,
    /// Remark.
    pub comment: Option<Text>,
    /// Who made the document, when, with what.
    pub creation: Creation,
    /// Components, in the order of the document.
    pub components: Vec<Component>,
    /// Files, in the order of the document.
    pub files: Vec<File>,
    /// Snippets.
    pub snippets: Vec<Snippet>,
    /// Licence texts that the document brings along.
    pub licenses: Vec<ExtractedLicense>,
    /// CycloneDX services, nested ones after their parents.
    pub services: Vec<Service>,
    /// SPDX 3 elements of classes that the model does not know.
    pub others: Vec<OtherElement>,
    /// Edges, in the order of the document.
    pub relationships: Vec<Relationship>,
    /// Annotations, of any element.
    pub annotations: Vec<Annotation>,
    /// Other documents that this one points into: SPDX `externalDocumentRefs`, SPDX 3 `import`.
    pub external_documents: Vec<ExternalDocument>,
    /// CycloneDX `externalReferences` of the document.
    pub references: Vec<Reference>,
    /// CycloneDX `properties` of the document.
    pub properties: Vec<Property>,
    /// Fields that the model does not know: CycloneDX `vulnerabilities`, `compositions`, …
    pub extra: Extra,
}

impl Document {
    /// An SPDX 2.3 document with the id, licence and version that such a document must have, and nothing in it.
    #[must_use]
    pub fn new(name: &str, namespace: &str) -> Self {
        Self {
            version: "2.3".into(),
            id: Some("SPDXRef-DOCUMENT".into()),
            name: Some(name.into()),
            namespace: Some(namespace.into()),
            data_license: Some("CC0-1.0".into()),
            ..Self::default()
        }
    }

    /// Adds a component.
    ///
    /// # Panics
    /// With more than 2³² components.
    pub fn add_component(&mut self, component: Component) -> ComponentId {
        self.components.push(component);
        ComponentId(index(self.components.len() - 1))
    }

    /// Adds a file.
    ///
    /// # Panics
    /// With more than 2³² files.
    pub fn add_file(&mut self, file: File) -> FileId {
        self.files.push(file);
        FileId(index(self.files.len() - 1))
    }

    /// Adds an edge: `from` `kind` `to`.
    pub fn relate(&mut self, from: impl Into<End>, kind: RelationshipKind, to: impl Into<End>) {
        self.relationships.push(Relationship::new(from, kind, to));
    }

    /// A component by its index.
    ///
    /// # Panics
    /// If the id is of another document.
    #[must_use]
    pub fn component(&self, id: ComponentId) -> &Component {
        &self.components[id.0 as usize]
    }

    /// A file by its index.
    ///
    /// # Panics
    /// If the id is of another document.
    #[must_use]
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// The document's own id of an element.
    ///
    /// # Panics
    /// If the element is of another document.
    #[must_use]
    pub fn id_of(&self, element: Element) -> Option<&str> {
        match element {
            Element::Document => self.id.as_deref(),
            Element::Component(id) => self.component(id).id.as_deref(),
            Element::File(id) => self.file(id).id.as_deref(),
            Element::Snippet(at) => self.snippets[at as usize].id.as_deref(),
            Element::License(at) => self.licenses[at as usize].id.as_deref(),
            Element::Service(at) => self.services[at as usize].id.as_deref(),
            Element::Other(at) => Some(&self.others[at as usize].id),
        }
    }

    /// What the document is about: the ends of its `DESCRIBES` edges, each once, in their order.
    ///
    /// A collection of SPDX 3 (`software_Sbom`) among them stands for what it is about itself; if the document says of
    /// nothing that it is its root, all its collections do.
    #[must_use]
    pub fn roots(&self) -> Vec<Element> {
        let mut ends = self.described_by(|from| from == Element::Document);
        let is_collection = |element: &Element| matches!(element, Element::Other(_));
        if ends.is_empty() {
            return self.described_by(|from| is_collection(&from));
        }
        if ends.iter().any(is_collection) {
            let inner = self.described_by(|from| is_collection(&from) && ends.contains(&from));
            if !inner.is_empty() {
                ends.retain(|end| !is_collection(end));
                ends.extend(inner);
            }
        }
        ends
    }

    fn described_by(&self, wanted: impl Fn(Element) -> bool) -> Vec<Element> {
        let mut roots = Vec::new();
        let mut seen = HashSet::new();
        for edge in &self.relationships {
            let (from, to) = match edge.kind {
                RelationshipKind::Describes => (&edge.from, &edge.to),
                RelationshipKind::DescribedBy => (&edge.to, &edge.from),
                _ => continue,
            };
            if let (End::Element(from), End::Element(to)) = (from, to)
                && wanted(*from)
                && seen.insert(*to)
            {
                roots.push(*to);
            }
        }
        roots
    }

    /// Whether this is what CPython keeps in its source tree (`Misc/sbom.spdx.json`): SPDX 2 packages without name,
    /// namespace and creation information, meant to be expanded into a whole document.
    #[must_use]
    pub fn is_fragment(&self) -> bool {
        self.format == Format::Spdx2
            && self.name.is_none()
            && self.namespace.is_none()
            && self.creation == Creation::default()
            && !self.components.is_empty()
    }

    /// The edges that stand in the document's list of relationships, in its order.
    pub fn stated_relationships(&self) -> impl Iterator<Item = &Relationship> {
        self.relationships.iter().filter(|edge| edge.stated == Stated::Relationship)
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).expect("an arena holds fewer than 2^32 elements")
}

/// Who made a document, when, with what: SPDX 2 `creationInfo`, CycloneDX `metadata`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Creation {
    /// When, as it stands: RFC 3339 if it is right.
    pub created: Option<Text>,
    /// SPDX `creators`, CycloneDX `authors`.
    pub creators: Vec<Actor>,
    /// The tools as components: CycloneDX `tools`, SPDX 3 `createdUsing`. SPDX 2 has them among the creators.
    pub tools: Vec<Component>,
    /// CycloneDX `metadata.manufacturer`: who made the document (before 1.6 `manufacture`).
    pub manufacturer: Option<Actor>,
    /// CycloneDX `metadata.supplier`.
    pub supplier: Option<Actor>,
    /// CycloneDX `metadata.lifecycles`: `build`, `pre-build`, or a name of one's own.
    pub lifecycles: Vec<Text>,
    /// CycloneDX `metadata.licenses`.
    pub licenses: Vec<super::component::License>,
    /// The version of the SPDX licence list.
    pub license_list_version: Option<Text>,
    /// Remark.
    pub comment: Option<Text>,
    /// CycloneDX `metadata.properties`.
    pub properties: Vec<Property>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

/// A CycloneDX service.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Service {
    /// `bom-ref`.
    pub id: Option<Text>,
    /// Name.
    pub name: Option<Text>,
    /// Group.
    pub group: Option<Text>,
    /// Version text.
    pub version: Option<Text>,
    /// Who offers it.
    pub provider: Option<Actor>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

/// An SPDX 3 element of a class that the model does not know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherElement {
    /// `spdxId` or `@id`.
    pub id: Text,
    /// `type`.
    pub class: Text,
    /// All other fields, as they stand: an object.
    pub fields: Json,
}

/// A remark by somebody at some time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Annotation {
    /// Of what.
    pub subject: End,
    /// `REVIEW`, `OTHER`, as it stands.
    pub kind: Option<Text>,
    /// Who.
    pub annotator: Option<Actor>,
    /// When, as it stands.
    pub date: Option<Text>,
    /// The remark.
    pub comment: Option<Text>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

/// Another document that this one points into.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalDocument {
    /// `DocumentRef-…`.
    pub id: Option<Text>,
    /// Its namespace.
    pub uri: Option<Text>,
    /// Its digest.
    pub digest: Option<Digest>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

/// A licence claim that both formats can be asked for: what SPDX declares, or CycloneDX lists.
impl Component {
    /// The declared licence: SPDX `licenseDeclared`, or the CycloneDX licences that are not marked as concluded,
    /// joined by `AND`. Nothing where nobody says.
    #[must_use]
    pub fn declared(&self) -> Claim<String> {
        self.licence(&self.license_declared, |mark| {
            !matches!(mark, Some(super::component::Acknowledgement::Concluded))
        })
    }

    /// The concluded licence: SPDX `licenseConcluded`, or the CycloneDX licences that are marked so, joined by `AND`.
    #[must_use]
    pub fn concluded(&self) -> Claim<String> {
        self.licence(&self.license_concluded, |mark| {
            matches!(mark, Some(super::component::Acknowledgement::Concluded))
        })
    }

    fn licence(
        &self,
        claim: &Claim,
        wanted: impl Fn(Option<&super::component::Acknowledgement>) -> bool,
    ) -> Claim<String> {
        match claim {
            Claim::Absent => {}
            Claim::NoAssertion => return Claim::NoAssertion,
            Claim::None => return Claim::None,
            Claim::Known(text) => return Claim::Known(text.to_string()),
        }
        let listed: Vec<&str> = self
            .licenses
            .iter()
            .filter(|license| wanted(license.acknowledgement.as_ref()))
            .map(|license| license.name.text())
            .collect();
        match listed.as_slice() {
            [] => Claim::Absent,
            [one] => Claim::Known((*one).to_owned()),
            many => Claim::Known(
                many.iter()
                    .map(|text| if text.contains(" OR ") { format!("({text})") } else { (*text).to_owned() })
                    .collect::<Vec<_>>()
                    .join(" AND "),
            ),
        }
    }
}
