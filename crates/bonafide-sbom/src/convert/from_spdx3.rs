//! SPDX 3 as SPDX 2: what both have fields for.
//!
//! The end of an IRI becomes the id. A file without a SHA-1, which SPDX 2 asks of files, becomes a package with purpose
//! `FILE`. What the model sees of agents, tools and licences is written as text.

use super::Mapped;
use super::spdx2::{Ids, analysed, is_line, made_namespace, plain, right_digests};
use super::{relations, to_spdx3};
use crate::licence;
use crate::model::{
    Actor, ActorKind, Algorithm, Annotation, Category, Claim, Component, Creation, Document, Element, End,
    ExternalDocument, ExtractedLicense, File, FileDetail, Purpose, Reference, Relationship,
    RelationshipDetail, RelationshipKind, Snippet, Text,
};
use crate::spdx2::grammar;
use crate::{Extra, Json};
use std::collections::{HashMap, HashSet};

/// Maps a document.
pub(super) fn map(document: &Document) -> Mapped {
    let mut map = Map {
        source: document,
        base: base(document),
        result: Document::default(),
        pairs: Vec::new(),
        ids: Ids::default(),
        license_refs: HashSet::new(),
    };
    map.ids.take("SPDXRef-DOCUMENT");
    map.head();
    map.elements();
    map.edges();
    map.annotations();
    analysed(&mut map.result);
    Mapped { document: map.result, pairs: map.pairs }
}

/// The namespace: the IRI of the document without its fragment.
fn base(document: &Document) -> String {
    let iri = document.id.as_deref().unwrap_or_default();
    let namespace = iri.split_once('#').map_or(iri, |(namespace, _)| namespace);
    if grammar::is_absolute_uri(namespace) {
        return namespace.to_owned();
    }
    made_namespace(document)
}

struct Map<'d> {
    source: &'d Document,
    base: String,
    result: Document,
    pairs: Vec<(Element, Element)>,
    ids: Ids,
    /// Ids of the licence texts.
    license_refs: HashSet<String>,
}

impl Map<'_> {
    fn head(&mut self) {
        let source = self.source;
        let stated = &source.creation;
        let created = stated.created.clone().filter(|date| grammar::is_date(date));
        let mut creation = Creation {
            created: Some(created.unwrap_or("1970-01-01T00:00:00Z".into())),
            comment: stated.comment.clone(),
            ..Creation::default()
        };
        creation.creators.extend(stated.creators.iter().filter_map(actor));
        creation.creators.extend(stated.tools.iter().filter_map(|tool| {
            let name = tool.name.as_deref().filter(|name| is_line(name))?;
            Some(Actor::new(ActorKind::Tool, name))
        }));
        if creation.creators.is_empty() {
            creation.creators.push(super::tool());
        }
        let name = source.name.as_deref().filter(|name| is_line(name)).unwrap_or("document");
        let mut result = Document { creation, ..Document::new(name, &self.base) };
        result.comment.clone_from(&source.comment);
        for (at, external) in source.external_documents.iter().enumerate() {
            // Only documents can be named, and only with a SHA-1.
            let (Some(uri), Some(digest)) = (&external.uri, &external.digest) else { continue };
            if external.id.as_deref().and_then(|id| id.split_once('#')).map(|(uri, _)| uri) != Some(uri)
                || digest.algorithm != Algorithm::Sha1
                || !grammar::is_absolute_uri(uri)
            {
                continue;
            }
            result.external_documents.push(ExternalDocument {
                id: Some(format!("DocumentRef-{}", at + 1).into()),
                uri: Some(uri.clone()),
                digest: Some(digest.clone()),
                extra: Extra::default(),
            });
        }
        self.result = result;
    }

    /// The end of the IRI where it is an id and free, else one that follows from it.
    fn id(&mut self, iri: Option<&str>) -> Text {
        let iri = iri.unwrap_or_default();
        let tail = iri.strip_prefix(&*self.base).and_then(|rest| rest.strip_prefix('#'));
        let tail = tail.unwrap_or_else(|| iri.rsplit(['#', '/']).next().unwrap_or_default());
        if grammar::is_element_id(tail) && self.ids.take(tail) {
            return tail.into();
        }
        let word = plain(tail.trim_start_matches("SPDXRef-"));
        self.ids.unused(&if word.is_empty() {
            "SPDXRef-element".to_owned()
        } else {
            format!("SPDXRef-{word}")
        })
    }

    /// An expression, where it is one that the document can hold.
    fn expression(&self, claim: &Claim) -> Claim {
        match claim {
            Claim::Known(text) if licence::check(text, |name| self.license_refs.contains(name)).is_err() => {
                Claim::Absent
            }
            other => other.clone(),
        }
    }

    fn expressions(&self, claims: &[Claim]) -> Vec<Claim> {
        claims.iter().map(|claim| self.expression(claim)).filter(|claim| !claim.is_absent()).collect()
    }

    fn elements(&mut self) {
        let source = self.source;
        for (at, license) in (0..).zip(&source.licenses) {
            let iri = license.id.as_deref().unwrap_or_default();
            let id = crate::spdx3::license_ref(iri);
            if !self.ids.take(&id) {
                continue;
            }
            self.license_refs.insert(id.clone());
            let text = license.text.clone().filter(|text| !text.is_empty());
            self.result.licenses.push(ExtractedLicense {
                id: Some(id.into()),
                text: Some(text.unwrap_or("NOASSERTION".into())),
                name: license.name.clone(),
                see_also: Vec::new(),
                comment: license.comment.clone(),
                extra: Extra::default(),
            });
            self.pairs.push((Element::License(at), Element::License(self.result.licenses.len() as u32 - 1)));
        }
        for (at, package) in (0..).map(crate::ComponentId).zip(&source.components) {
            let id = self.id(package.id.as_deref());
            let package = Component {
                license_concluded: self.expression(&package.license_concluded),
                license_declared: self.expression(&package.license_declared),
                ..component(package, id)
            };
            let to = self.result.add_component(package);
            self.pairs.push((at.into(), to.into()));
        }
        for (at, file) in (0..).map(crate::FileId).zip(&source.files) {
            let id = self.id(file.id.as_deref());
            let digests = right_digests(&file.digests);
            let is_file = digests.iter().any(|digest| digest.algorithm == Algorithm::Sha1)
                && file.name.as_deref().is_some_and(|name| !name.is_empty() && !name.starts_with('/'));
            let to: Element = if is_file {
                let detail = file.detail.as_deref().map(|detail| FileDetail {
                    comment: detail.comment.clone(),
                    attribution_texts: detail.attribution_texts.clone(),
                    ..FileDetail::default()
                });
                let file = File {
                    id: Some(id),
                    name: file.name.clone(),
                    digests,
                    license_concluded: self.expression(&file.license_concluded),
                    license_info: self.expressions(&file.license_info),
                    copyright: file.copyright.clone(),
                    detail: detail.filter(|detail| *detail != FileDetail::default()).map(Box::new),
                };
                self.result.add_file(file).into()
            } else {
                let package = Component {
                    id: Some(id),
                    name: Some(file.name.clone().unwrap_or_default()),
                    purpose: Some(Purpose::File),
                    download_location: Claim::NoAssertion,
                    files_analyzed: Some(false),
                    digests,
                    license_concluded: self.expression(&file.license_concluded),
                    copyright: file.copyright.clone(),
                    ..Component::default()
                };
                self.result.add_component(package).into()
            };
            self.pairs.push((at.into(), to));
        }
        self.snippets();
    }

    /// Those of files that are files here too, with a range of bytes.
    fn snippets(&mut self) {
        let by_id = crate::spdx3::elements_by_id(self.source);
        let to_result: HashMap<Element, Element> = self.pairs.iter().copied().collect();
        for (at, snippet) in (0..).zip(&self.source.snippets) {
            let file = snippet.from_file.as_deref().and_then(|iri| to_result.get(by_id.get(iri)?));
            let Some(file @ Element::File(_)) = file else { continue };
            let file = self.result.id_of(*file).map(Text::from);
            if !snippet.ranges.iter().any(|range| range.start.offset.is_some()) {
                continue;
            }
            let id = self.id(snippet.id.as_deref());
            let with_file = |pointer: &crate::SnippetPointer| crate::SnippetPointer {
                reference: file.clone(),
                ..pointer.clone()
            };
            let ranges = snippet.ranges.iter().map(|range| crate::SnippetRange {
                start: with_file(&range.start),
                end: with_file(&range.end),
                extra: Extra::default(),
            });
            self.result.snippets.push(Snippet {
                id: Some(id),
                from_file: file.clone(),
                ranges: ranges.collect(),
                name: snippet.name.clone(),
                license_concluded: self.expression(&snippet.license_concluded),
                license_info: self.expressions(&snippet.license_info),
                copyright: snippet.copyright.clone(),
                comment: snippet.comment.clone(),
                attribution_texts: snippet.attribution_texts.clone(),
                ..Snippet::default()
            });
            let to = Element::Snippet(self.result.snippets.len() as u32 - 1);
            self.pairs.push((Element::Snippet(at), to));
        }
    }

    fn edges(&mut self) {
        let source = self.source;
        let to_result: HashMap<Element, Element> = self.pairs.iter().copied().collect();
        let mut roots: Vec<Element> =
            source.roots().into_iter().filter_map(|root| to_result.get(&root).copied()).collect();
        if roots.is_empty() && self.result.components.is_empty() && self.result.files.is_empty() {
            // A document of SPDX 2 describes something.
            let id = self.ids.unused("SPDXRef-document");
            roots.push(self.result.add_component(component(&Component::new("document", None), id)).into());
        } else if roots.is_empty() {
            roots.extend(self.pairs.iter().map(|(_, to)| *to).find(|to| matches!(to, Element::Component(_))));
            roots.truncate(1);
        }
        for root in roots {
            self.result.relate(Element::Document, RelationshipKind::Describes, End::Element(root));
        }
        for edge in source.stated_relationships() {
            let end = |end: &End| match end {
                End::Element(Element::Document) => Some(End::Element(Element::Document)),
                End::Element(element) => Some(End::Element(*to_result.get(element)?)),
                End::External(iri) | End::Dangling(iri) => self.external(iri),
                other => Some(other.clone()),
            };
            let scope =
                edge.detail.as_ref().and_then(|detail| detail.extra.get("scope")).and_then(Json::as_str);
            let Some((kind, is_turned)) = edge.kind.spdx3().and_then(|word| relations::to_spdx2(word, scope))
            else {
                continue;
            };
            let (Some(from), Some(to)) = (end(&edge.from), end(&edge.to)) else { continue };
            let (from, to) = if is_turned { (to, from) } else { (from, to) };
            if matches!(from, End::None | End::NoAssertion) {
                continue;
            }
            let comment = edge.comment().map(Text::from);
            let detail = comment.map(|comment| {
                Box::new(RelationshipDetail { comment: Some(comment), ..RelationshipDetail::default() })
            });
            self.result.relationships.push(Relationship { detail, ..Relationship::new(from, kind, to) });
        }
    }

    /// An element of another document that is named.
    fn external(&self, iri: &str) -> Option<End> {
        let (uri, id) = iri.split_once('#')?;
        let known = self.result.external_documents.iter().find(|one| one.uri.as_deref() == Some(uri))?;
        Some(End::External(format!("{}:{id}", known.id.as_deref()?).into()))
    }

    fn annotations(&mut self) {
        let to_result: HashMap<Element, Element> = self.pairs.iter().copied().collect();
        let created = self.result.creation.created.clone();
        for annotation in &self.source.annotations {
            let subject = match annotation.subject.element() {
                Some(Element::Document) => Element::Document,
                Some(element) => match to_result.get(&element) {
                    Some(to) if !matches!(to, Element::License(_)) => *to,
                    _ => continue,
                },
                None => continue,
            };
            let Some(comment) = annotation.comment.clone() else { continue };
            let annotator = annotation.annotator.as_ref().and_then(actor).unwrap_or_else(super::tool);
            let date = annotation.date.clone().filter(|date| grammar::is_date(date)).or(created.clone());
            let kind = if annotation.kind.as_deref() == Some("review") { "REVIEW" } else { "OTHER" };
            self.result.annotations.push(Annotation {
                subject: End::Element(subject),
                kind: Some(kind.into()),
                annotator: Some(annotator),
                date,
                comment: Some(comment),
                extra: Extra::default(),
            });
        }
    }
}

/// As SPDX 2 writes it, where it would be read as the same again.
fn actor(agent: &Actor) -> Option<Actor> {
    let kind = match agent.kind {
        ActorKind::Person => ActorKind::Person,
        ActorKind::SoftwareAgent | ActorKind::Tool => ActorKind::Tool,
        ActorKind::Organization | ActorKind::Unspecified => ActorKind::Organization,
    };
    let email = agent.email.clone().filter(|_| kind != ActorKind::Tool);
    let actor = Actor { email, ..Actor::new(kind, &agent.name) };
    (is_line(&agent.name) && Actor::from_spdx(&actor.to_spdx()) == actor).then_some(actor)
}

/// Of suppliers and originators programs are none.
fn maker(claim: &Claim<Actor>) -> Claim<Actor> {
    match claim {
        Claim::Known(agent) => {
            actor(agent).filter(|actor| actor.kind != ActorKind::Tool).map_or(Claim::Absent, Claim::Known)
        }
        Claim::NoAssertion => Claim::NoAssertion,
        _ => Claim::Absent,
    }
}

fn component(package: &Component, id: Text) -> Component {
    let purpose = package.purpose.as_ref().map(|purpose| match purpose {
        Purpose::Unknown(_) => Purpose::Other,
        known if known.spdx2().is_none() => Purpose::Other,
        known => known.clone(),
    });
    let text_or = |claim: &Claim, fits: fn(&str) -> bool, instead: Claim| match claim {
        Claim::Known(text) if !fits(text) => instead,
        Claim::Absent => instead,
        other => other.clone(),
    };
    let date = |text: &Option<Text>| text.clone().filter(|text| grammar::is_date(text));
    Component {
        id: Some(id),
        name: Some(package.name.clone().unwrap_or_default()),
        version: package.version.clone(),
        purpose,
        supplier: maker(&package.supplier),
        originator: maker(&package.originator),
        download_location: text_or(
            &package.download_location,
            grammar::is_download_location,
            Claim::NoAssertion,
        ),
        homepage: text_or(&package.homepage, grammar::is_url, Claim::Absent),
        files_analyzed: Some(package.verification_code.is_some()),
        verification_code: package.verification_code.clone(),
        digests: right_digests(&package.digests),
        copyright: package.copyright.clone(),
        summary: package.summary.clone(),
        description: package.description.clone(),
        comment: package.comment.clone(),
        source_info: package.source_info.clone(),
        attribution_texts: package.attribution_texts.clone(),
        built: date(&package.built),
        released: date(&package.released),
        valid_until: date(&package.valid_until),
        references: references(package),
        ..Component::default()
    }
}

fn references(package: &Component) -> Vec<Reference> {
    let mut references = Vec::new();
    for one in &package.references {
        let (category, kind) = match (&one.category, &*one.kind) {
            (_, "purl") => (Category::PackageManager, "purl"),
            (_, kind @ ("cpe23Type" | "cpe22Type" | "swid")) => (Category::Security, kind),
            (_, kind @ ("swh" | "gitoid")) => (Category::PersistentId, kind),
            (Category::Link, kind) => match to_spdx3::LINKS.iter().find(|(_, spdx3)| *spdx3 == kind) {
                Some((kind @ ("advisory" | "fix" | "url"), _)) => (Category::Security, *kind),
                Some((kind, _)) => (Category::PackageManager, *kind),
                None => (Category::Other, kind),
            },
            (_, kind) => (Category::Other, kind),
        };
        let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
        if !is_word(&one.locator) || !is_word(kind) {
            continue;
        }
        references
            .push(Reference { comment: one.comment.clone(), ..Reference::new(category, kind, &one.locator) });
    }
    references
}
