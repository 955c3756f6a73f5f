//! Base documents: SBOMs that are kept in a source tree beside vendored sources and ship inside the artifact.
//!
//! Any SPDX 2 document in JSON may be one, whole or a fragment such as CPython keeps, whatever it is called. It is one if
//! it lists files that are here: then its packages become components with the ids that it gives them, the files belong to
//! them, and every claim about a file is checked against the bytes. A document that lists no file of this artifact is about
//! something else (what a build downloads, another release), and is only noted.
//!
//! The paths in a document are relative to a folder that it does not name: of the folders around the document that one is
//! taken below which most of its files are.

use std::collections::BTreeMap;

use bonafide_artifact::Body;
use bonafide_ident::Purl;
use bonafide_report::{Confidence, Finding};
use bonafide_sbom::{Algorithm, Document, Element, File, ReadError, ReadFault, RelationshipKind};
use bstr::ByteSlice as _;

use crate::builder::{Builder, Strength};
use crate::cataloger::{Candidate, Cataloger, Sighting};
use crate::inventory::{Basis, Component, ComponentId, Evidence, FileId, Method, RelationKind};

/// Finds them.
#[derive(Default)]
pub(crate) struct BaseDocuments {
    documents: Vec<(FileId, Result<Document, ReadError>)>,
}

impl Cataloger for BaseDocuments {
    fn want(&self, candidate: &Candidate<'_>) -> Body {
        let name = candidate.name().to_ascii_lowercase();
        let likely = name.ends_with(".json") || name.contains("spdx") || name.contains("sbom");
        if likely && !is_embedded(candidate.location) { Body::Whole } else { Body::Skip }
    }

    fn see(&mut self, sighting: &Sighting<'_>) {
        if !mentions_spdx(sighting.bytes) {
            return;
        }
        let document = bonafide_sbom::read(sighting.bytes);
        // What only mentions the field (a schema, a page about it, a fixture of another format) is no SPDX document.
        let is_object = sighting.bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        let other = |error: &ReadError| {
            !is_object || matches!(error.fault, ReadFault::UnknownFormat(_) | ReadFault::Unsupported(_))
        };
        if !document.as_ref().is_err_and(other) {
            self.documents.push((sighting.file, document));
        }
    }

    fn needs_sha1(&self) -> bool {
        self.documents.iter().any(|(_, document)| document.is_ok())
    }

    fn finish(self: Box<Self>, builder: &mut Builder) {
        let mut documents: Vec<(String, _)> = self
            .documents
            .into_iter()
            .filter_map(|(file, document)| {
                builder.proof(file).map(|location| (location.to_owned(), document))
            })
            .collect();
        documents.sort_by(|a, b| a.0.cmp(&b.0));
        for (location, document) in documents {
            match document {
                Ok(document) => expand(builder, &location, &document),
                Err(error) => {
                    let place = builder.place(&location);
                    builder.report(Finding::new(&crate::rules::BASE_UNREADABLE, place, error.to_string()));
                }
            }
        }
    }
}

/// Whether a wheel carries it as its own SBOM (PEP 770), which another cataloger reads.
fn is_embedded(location: &str) -> bool {
    let mut folders = location.rsplit('/').skip(1);
    folders.next() == Some("sboms") && folders.next().is_some_and(|folder| folder.ends_with(".dist-info"))
}

/// Whether bytes mention `"spdxVersion"`: a cheap look before reading.
fn mentions_spdx(bytes: &[u8]) -> bool {
    bytes.find(b"\"spdxVersion\"").is_some()
}

/// One document and where its paths begin.
struct Base<'d> {
    location: &'d str,
    document: &'d Document,
    /// The folder or container that its paths are relative to.
    prefix: String,
}

fn expand(builder: &mut Builder, location: &str, document: &Document) {
    let Some(prefix) = prefix(builder, location, document) else {
        let what = match document.files.len() {
            0 => "lists no files".to_owned(),
            count => format!("lists {count} files, most of which are not here"),
        };
        let message =
            format!("it {what}, so it is about something else: its packages are no components of this");
        builder.report(Finding::new(&crate::rules::BASE_ELSEWHERE, builder.place(location), message));
        return;
    };
    let base = Base { location, document, prefix };
    let components: Vec<ComponentId> =
        (0..document.components.len()).map(|at| add_component(builder, &base, at)).collect();
    let mut owners = BTreeMap::new();
    for edge in &document.relationships {
        let (Some(from), Some(to)) = (edge.from.element(), edge.to.element()) else { continue };
        match (from, &edge.kind, to) {
            (Element::Component(owner), RelationshipKind::Contains, Element::File(file))
            | (Element::File(file), RelationshipKind::ContainedBy, Element::Component(owner)) => {
                owners.insert(file.0, components[owner.0 as usize]);
            }
            (Element::Component(from), kind, Element::Component(to)) => {
                let (from, to) = (components[from.0 as usize], components[to.0 as usize]);
                match kind {
                    RelationshipKind::DependsOn => builder.relate(from, RelationKind::DependsOn, to),
                    RelationshipKind::DependencyOf => builder.relate(to, RelationKind::DependsOn, from),
                    RelationshipKind::Contains => builder.relate(from, RelationKind::Contains, to),
                    RelationshipKind::ContainedBy => builder.relate(to, RelationKind::Contains, from),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    for (number, file) in (0..).zip(&document.files) {
        add_file(builder, &base, number, file, owners.get(&number).copied());
    }
    builder.add_licenses(&document.licenses);
}

/// The folder that a document's paths are relative to: of those around it the one with most of its files, the innermost of
/// equals. `None` where fewer than half of its files are there (a package manager's list of a whole build, of which some
/// files were copied on).
fn prefix(builder: &Builder, location: &str, document: &Document) -> Option<String> {
    let floor = location.rfind("!/").map_or(0, |at| at + 2);
    let ends = location[floor..].match_indices('/').map(|(at, _)| floor + at + 1);
    let mut best: Option<(usize, &str)> = None;
    for end in std::iter::once(floor).chain(ends) {
        let prefix = &location[..end];
        let there = document.files.iter().filter(|file| file_of(builder, prefix, file).is_some()).count();
        if best.is_none_or(|(most, _)| there >= most) {
            best = Some((there, prefix));
        }
    }
    let (there, prefix) = best?;
    (there > 0 && there >= document.files.len().div_ceil(2)).then(|| prefix.to_owned())
}

/// The file of this artifact that an entry of the document is about.
fn file_of(builder: &Builder, prefix: &str, file: &File) -> Option<FileId> {
    let name = file.name.as_deref()?;
    let id = builder.file_at(&format!("{prefix}{}", name.strip_prefix("./").unwrap_or(name)))?;
    // A link has no content of its own that could be the one that is meant.
    builder.file(id).digests.sha256.is_some().then_some(id)
}

/// The digests of a document's entry that the bytes contradict: algorithm, what is claimed, what is there. `None` where it has none
/// that was computed.
fn differences(builder: &Builder, id: FileId, file: &File) -> Option<Vec<(&'static str, String, String)>> {
    let digests = &builder.file(id).digests;
    let actual = |algorithm: &Algorithm| match algorithm {
        Algorithm::Sha1 => digests.sha1.map(|digest| ("SHA1", digest.to_string())),
        Algorithm::Sha256 => digests.sha256.map(|digest| ("SHA256", digest.to_string())),
        _ => None,
    };
    let compared: Vec<_> = file
        .digests
        .iter()
        .filter_map(|claim| {
            let (name, actual) = actual(&claim.algorithm)?;
            Some((name, claim.value.to_string(), actual))
        })
        .collect();
    if compared.is_empty() {
        return None;
    }
    let differs = |(_, claimed, actual): &(_, String, String)| !claimed.eq_ignore_ascii_case(actual);
    Some(compared.into_iter().filter(differs).collect())
}

fn add_file(builder: &mut Builder, base: &Base<'_>, number: u32, file: &File, owner: Option<ComponentId>) {
    let name = file.name.as_deref().unwrap_or_default();
    let place = builder.place(base.location).pointer(format!("/files/{number}"));
    let Some(id) = file_of(builder, &base.prefix, file) else {
        let message = format!("`{name}` is listed, but no file of the artifact");
        builder.report(Finding::new(&crate::rules::BASE_FILE_MISSING, place, message).subject(name));
        return;
    };
    let differences = differences(builder, id, file);
    if differences.is_none() {
        let message = format!(
            "`{name}` has neither a SHA1 nor a SHA256, so nothing tells whether it is the one that is meant"
        );
        let finding = Finding::new(&crate::rules::BASE_CHECKSUM_UNCHECKED, place.clone(), message);
        builder.report(finding.subject(name));
    }
    for (algorithm, claimed, actual) in differences.unwrap_or_default() {
        let message = format!("the {algorithm} of `{name}` is not what the document says");
        let finding =
            Finding::new(&crate::rules::BASE_CHECKSUM_MISMATCH, place.clone(), message).subject(name);
        builder.report(finding.field(algorithm, claimed, actual));
    }
    if let Some(document_id) = &file.id {
        builder.keep_document_id(id, document_id);
    }
    if let Some(owner) = owner {
        builder.claim(id, owner, Strength::Listed, &base.prefix);
    }
}

fn add_component(builder: &mut Builder, base: &Base<'_>, at: usize) -> ComponentId {
    let stated = &base.document.components[at];
    let name = stated.name.as_deref().unwrap_or_default();
    // A whole document describes the very release that it lies in.
    let described = base.document.roots().contains(&Element::Component(component_number(at)));
    if let Some((_, root)) = builder.root().filter(|_| described)
        && builder.component(root).name.eq_ignore_ascii_case(name)
    {
        return root;
    }
    let text = |claim: &bonafide_sbom::Claim| claim.to_spdx().map(str::to_owned);
    let actor =
        |claim: &bonafide_sbom::Claim<bonafide_sbom::Actor>| claim.known().map(bonafide_sbom::Actor::to_spdx);
    let component = Component {
        name: name.to_owned(),
        version: stated.version.as_deref().map(str::to_owned),
        purl: stated.purls().find_map(|purl| Some(Purl::parse(purl).ok()?.to_string())),
        cpes: stated.cpes().map(str::to_owned).collect(),
        supplier: actor(&stated.supplier),
        originator: actor(&stated.originator),
        download_location: text(&stated.download_location),
        license_concluded: text(&stated.license_concluded),
        license_declared: text(&stated.license_declared),
        purpose: stated.purpose.as_ref().and_then(|purpose| purpose.spdx2()).map(str::to_owned),
        basis: Some(Basis::Present),
        stated: Some(Box::new(stated.clone())),
        evidence: vec![Evidence {
            method: Method::Manifest,
            location: base.location.to_owned(),
            line: None,
            confidence: Confidence::High,
        }],
        ..Component::default()
    };
    builder.add(component)
}

fn component_number(at: usize) -> bonafide_sbom::ComponentId {
    bonafide_sbom::ComponentId(u32::try_from(at).expect("an arena holds fewer than 2^32 elements"))
}
