//! SBOMs that a Python distribution carries about what it bundles: any file in `.dist-info/sboms/` (PEP 770), and
//! `_vendor/bom.cdx.json` as pip keeps it beside `vendor.txt`.
//!
//! The document may be of any format that is read. Of a component only what it is known by counts: name, version, Package URL, licences. What the document
//! is about is the distribution itself, and no component of its own here. A component that was already found in the same
//! place gets one more proof.

use bonafide_artifact::Body;
use bonafide_ident::{Purl, pypi};
use bonafide_report::{Confidence, Finding, Kind, Rule, Severity};

use super::folder;
use crate::audit::Claims;
use crate::builder::Builder;
use crate::cataloger::{Candidate, Cataloger, Sighting};
use crate::inventory::{Basis, Component, Evidence, FileId, Method, RelationKind};
use crate::license;
use crate::native::repaired_apk;

/// An SBOM inside a distribution cannot be read.
pub const EMBEDDED_SBOM_UNREADABLE: Rule = Rule {
    id: "embedded-sbom-unreadable",
    title: "an SBOM that a Python distribution carries cannot be read",
    severity: Severity::Error,
    kind: Kind::Gap,
    page: include_str!("../../../../docs/src/rules/embedded-sbom-unreadable.md"),
};

/// Reads them.
#[derive(Default)]
pub(crate) struct EmbeddedSboms {
    documents: Vec<(FileId, Result<Stated, String>)>,
}

/// What a document says it is about, and what it says is in there.
type Stated = (Option<Component>, Vec<Component>);

impl Cataloger for EmbeddedSboms {
    fn want(&self, candidate: &Candidate<'_>) -> Body {
        let mut parts = candidate.location.rsplit('/');
        let (name, inner, outer) = (parts.next(), parts.next(), parts.next());
        let carried = inner == Some("sboms") && outer.is_some_and(|folder| folder.ends_with(".dist-info"));
        let vendored = inner == Some("_vendor") && name == Some("bom.cdx.json");
        if carried || vendored { Body::Whole } else { Body::Skip }
    }

    fn see(&mut self, sighting: &Sighting<'_>) {
        self.documents.push((sighting.file, read(sighting.bytes)));
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
                Ok((about, parts)) => {
                    let carrier = builder.carrier(file).or_else(|| builder.root().map(|(_, root)| root));
                    let (document, components) = (location.clone(), parts.clone());
                    builder.keep_claims(Claims { document, carrier, about, components });
                    parts.into_iter().for_each(|part| add(builder, &location, file, part));
                }
                Err(message) => {
                    let place = builder.place(&location);
                    builder.report(Finding::new(&EMBEDDED_SBOM_UNREADABLE, place, message));
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

/// A component without a fault that is known of the tools that write such SBOMs.
fn repaired(part: Component) -> Component {
    let purl = part.purl.as_deref().and_then(|purl| Purl::parse(purl).ok());
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

fn read(bytes: &[u8]) -> Result<Stated, String> {
    let document = bonafide_sbom::read(bytes).map_err(|error| error.to_string())?;
    Ok(stated_by(&document))
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
        let (_, parts) = read(text).unwrap();
        let names: Vec<_> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["rich", "pygments"]);
        assert_eq!(parts[0].license_declared.as_deref(), Some("MIT"));
        assert!(read(b"{}").is_err() && read(b"").is_err());
    }
}
