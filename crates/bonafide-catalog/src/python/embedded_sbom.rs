//! SBOMs that a Python distribution carries about what it bundles: any file in `.dist-info/sboms/` (PEP 770), and
//! `_vendor/bom.cdx.json` as pip keeps it beside `vendor.txt`.
//!
//! The document may be of any format that is read. Of a component only what it is known by counts: name, version, Package URL, licences. What the document
//! is about is the distribution itself, and no component of its own here. A component that was already found in the same
//! place gets one more proof.
//!
//! What `sbom embed` made of the files beside it proves nothing more than those files: it is a claim, and no evidence. So a
//! wheel in which it lies gives the same components as the one that it was made of.

use bonafide_artifact::Body;
use bonafide_ident::{Purl, pypi};
use bonafide_report::{Confidence, Finding};
use bonafide_sbom::{Actor, ActorKind};

use super::folder;
use crate::audit::{Claims, is_local};
use crate::builder::Builder;
use crate::cataloger::{Candidate, Cataloger, Sighting};
use crate::embed;
use crate::inventory::{Basis, Component, Evidence, FileId, Method, RelationKind};
use crate::license;
use crate::native::repaired_apk;

/// Reads them.
#[derive(Default)]
pub(crate) struct EmbeddedSboms {
    documents: Vec<(FileId, Result<Read, String>)>,
}

/// What a document says it is about, and what it says is in there.
type Stated = (Option<Component>, Vec<Component>);

/// A document that was read.
struct Read {
    stated: Stated,
    /// Whose word it is.
    source: Source,
}

/// Whose word a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Somebody's who may know more than the files tell.
    Packager,
    /// Ours, of an earlier look at the same files.
    Embedded,
}

impl Cataloger for EmbeddedSboms {
    fn want(&self, candidate: &Candidate<'_>) -> Body {
        let mut parts = candidate.location.rsplit('/');
        let (name, inner, outer) = (parts.next(), parts.next(), parts.next());
        let carried = inner == Some("sboms") && outer.is_some_and(|folder| folder.ends_with(".dist-info"));
        let vendored = inner == Some("_vendor") && name == Some("bom.cdx.json");
        if carried || vendored { Body::Whole } else { Body::Skip }
    }

    fn see(&mut self, sighting: &Sighting<'_>) {
        self.documents.push((sighting.file, read(sighting.name(), sighting.bytes)));
    }

    fn finish(self: Box<Self>, builder: &mut Builder) {
        let mut documents: Vec<_> = self
            .documents
            .into_iter()
            .filter_map(|(file, parts)| {
                builder.proof(file).map(|location| (location.to_owned(), file, parts))
            })
            .collect();
        documents.sort_by(|a, b| a.0.cmp(&b.0));
        for (location, file, parts) in documents {
            match parts {
                Ok(Read { stated: (about, parts), source }) => {
                    let carrier = builder.carrier(file).or_else(|| builder.root().map(|(_, root)| root));
                    let (document, components) = (location.clone(), parts.clone());
                    builder.keep_claims(Claims { document, carrier, about, components });
                    if source == Source::Packager {
                        parts.into_iter().for_each(|part| add(builder, &location, file, part));
                    }
                }
                Err(message) => {
                    let place = builder.place(&location);
                    builder.report(Finding::new(&crate::rules::EMBEDDED_SBOM_UNREADABLE, place, message));
                }
            }
        }
    }
}

fn add(builder: &mut Builder, location: &str, file: FileId, part: Component) {
    let part = repaired(part);
    let evidence = Evidence {
        method: Method::EmbeddedSbom,
        location: location.to_owned(),
        line: None,
        confidence: Confidence::Medium,
    };
    let carrier = builder.claimant(file).or_else(|| builder.root().map(|(_, root)| root));
    // auditwheel lists the wheel itself among what is in it.
    if carrier.is_some_and(|carrier| is_same(builder.component(carrier), &part)) {
        return;
    }
    if let Some(id) = part.purl.as_deref().and_then(|purl| builder.find(purl, folder(location))) {
        let known = builder.component_mut(id);
        known.license_declared = known.license_declared.take().or(part.license_declared);
        known.evidence.push(evidence);
        return;
    }
    let id = builder.add(Component { evidence: vec![evidence], ..part });
    if let Some(carrier) = carrier {
        builder.relate(carrier, RelationKind::DependsOn, id);
    }
}

/// A component without a fault that is known of the tools that write such SBOMs: the audit names it.
fn repaired(mut part: Component) -> Component {
    let purl = part.purl.as_deref().and_then(|purl| Purl::parse(purl).ok());
    if let Some(purl) = purl.as_ref().and_then(without_local) {
        part.purl = Some(purl.to_string());
    }
    match purl.as_ref().and_then(repaired_apk) {
        Some(purl) => Component {
            name: purl.name().to_owned(),
            version: purl.version().map(str::to_owned),
            purl: Some(purl.to_string()),
            ..part
        },
        None => part,
    }
}

/// A Package URL without the qualifiers that are places on the machine of who made it; `None` where it has none.
fn without_local(purl: &Purl) -> Option<Purl> {
    purl.qualifiers().find(|(_, value)| is_local(value))?;
    let mut plain = Purl::builder(purl.ty(), purl.name());
    if let Some(namespace) = purl.namespace() {
        plain = plain.namespace(namespace);
    }
    if let Some(version) = purl.version() {
        plain = plain.version(version);
    }
    if let Some(subpath) = purl.subpath() {
        plain = plain.subpath(subpath);
    }
    for (key, value) in purl.qualifiers().filter(|(_, value)| !is_local(value)) {
        plain = plain.qualifier(key, value);
    }
    plain.build().ok()
}

/// Whether two components have one Package URL, qualifiers apart, or the other has no more than the name of the one.
fn is_same(one: &Component, other: &Component) -> bool {
    if other.purl.is_none()
        && other.version.is_none()
        && pypi::normalize(&other.name) == pypi::normalize(&one.name)
    {
        return true;
    }
    let bare = |component: &Component| {
        let purl = component.purl.as_deref()?;
        Some(purl.split(['?', '#']).next().unwrap_or(purl).to_owned())
    };
    bare(one).is_some() && bare(one) == bare(other)
}

/// What a document is about, and its components, nested ones after their parents.
pub(crate) fn stated_by(document: &bonafide_sbom::Document) -> Stated {
    let roots = document.roots();
    let elements = (0..).map(|at| bonafide_sbom::Element::Component(bonafide_sbom::ComponentId(at)));
    let (mut about, mut parts) = (None, Vec::new());
    for (element, part) in elements.zip(&document.components).filter(|(_, part)| part.name.is_some()) {
        if roots.contains(&element) {
            about.get_or_insert_with(|| stated(part));
        } else if part.purpose != Some(bonafide_sbom::Purpose::File) {
            parts.push(stated(part));
        }
    }
    (about, parts)
}

fn read(name: &str, bytes: &[u8]) -> Result<Read, String> {
    let document = bonafide_sbom::read(bytes).map_err(|error| error.to_string())?;
    let ours = |actor: &Actor| actor.kind == ActorKind::Tool && actor.name.starts_with("bonafide-");
    let embedded = name == embed::made_name() && document.creation.creators.iter().any(ours);
    let source = if embedded { Source::Embedded } else { Source::Packager };
    Ok(Read { stated: stated_by(&document), source })
}

fn stated(part: &bonafide_sbom::Component) -> Component {
    Component {
        name: part.name.as_deref().unwrap_or_default().to_owned(),
        version: part.version.as_deref().map(str::to_owned),
        purl: part.purls().find_map(|purl| Some(Purl::parse(purl).ok()?.to_string())),
        cpes: part.cpes().map(str::to_owned).collect(),
        license_declared: part.declared().known().and_then(|text| license::expression(text)),
        basis: Some(Basis::Present),
        ..Component::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_read_nested_ones_too() {
        let text = br#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
            {"type": "library", "name": "rich", "version": "14.0.0", "purl": "pkg:pypi/rich@14.0.0",
             "licenses": [{"license": {"id": "MIT"}}],
             "components": [{"type": "library", "name": "pygments", "version": "2.19.1"}]},
            {"type": "file", "name": "x.so"}]}"#;
        let Read { stated: (_, parts), source } = read("demo.cdx.json", text).unwrap();
        assert_eq!(source, Source::Packager);
        let names: Vec<_> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["rich", "pygments"]);
        assert_eq!(parts[0].license_declared.as_deref(), Some("MIT"));
        assert!(read("x", b"{}").is_err() && read("x", b"").is_err());
    }

    #[test]
    fn places_on_the_builders_machine_are_no_part_of_a_package_url() {
        let plain = |text: &str| Some(without_local(&Purl::parse(text).unwrap())?.to_string());
        let local = "pkg:cargo/demo@1.0?download_url=file:///home/runner/demo&os=linux#src/lib.rs";
        assert_eq!(plain(local).as_deref(), Some("pkg:cargo/demo@1.0?os=linux#src/lib.rs"));
        assert_eq!(plain("pkg:cargo/demo@1.0?download_url=https:%2F%2Fexample.org"), None);
    }
}
